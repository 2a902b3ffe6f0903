"""From the bytes of RSS, Atom or RDF to items, through feedparser; pure.

It neither cleans nor resolves the HTML of items: whoever renders it does. It compares with nothing that is stored.
Slow and attackable by nature, so outside of tests it runs in ``worker.py``.
"""

import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import feedparser

from bot.adapters.feeds.addresses import resolve_address
from bot.adapters.feeds.body import not_a_feed, prepare
from bot.adapters.feeds.identity import (
    canonical_link,
    choose_uid,
    comment_number,
    comment_uid,
    entry_number,
    entry_title,
    refer_to_entry,
    tell_apart,
)
from bot.adapters.feeds.inreply import find_in_reply
from bot.adapters.feeds.text import one_line, plain_name, plain_title, scrub
from bot.model.entry import EntryRef, FeedLink, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import PermanentError
from bot.model.ids import NativeId, Uid

#: feedparser resolves bare guids against the document's address; a constant one keeps them when the feed moves.
#: Its folder tells what was relative to the document from what was relative to the top of its site.
_BASE_SITE = "http://base.invalid"
_BASE = f"{_BASE_SITE}/~/"
_HALF_DAY = re.compile(r"\b[AP]\.?M\b", re.I)
_EARLIEST = 1970


def parse_entries(body: bytes, *, content_type: str, url: str) -> ParsedFeed:
    """Parse a feed of entries.

    :param content_type: the header as it came, or the empty string.
    :param url: where the body came from; relative links of the document are resolved against it.
    :raises PermanentError: it is no feed; the text says what it is.
    """
    document = _parse(body, content_type, url)
    fallback = _author(document["feed"])
    entries = [_entry(item, fallback, url) for item in document["entries"]]
    told = (entry for entry in entries if entry.title or entry.html or entry.link)
    return replace(_frame(document["feed"], url), entries=tuple(tell_apart(told)))


def parse_comments(body: bytes, *, content_type: str, url: str, entry: EntryRef | None) -> ParsedFeed:
    """Parse a feed of comments, WordPress's or another's.

    :param entry: the entry that all of them belong to; None: each says so itself.
    :raises PermanentError: it is no feed; the text says what it is.
    """
    document = _parse(body, content_type, url)
    frame = _frame(document["feed"], url)
    known = frozenset(_guid(item) for item in document["entries"])
    comments: dict[Uid, ParsedComment] = {}
    for item in document["entries"]:
        number = comment_number(_guid(item), _link(item, url))
        comment = _numbered(item, number, url) if number else _other(item, known, frame.home_url, url)
        if entry is not None:
            comment = replace(comment, entry=entry)
        comments.setdefault(comment.uid, comment)
    return replace(frame, comments=tuple(comments.values()))


def _parse(body: bytes, content_type: str, url: str) -> Any:
    prepared = prepare(body, content_type=content_type, url=url)
    charset = f"; charset={prepared.charset}" if prepared.charset else ""
    document = feedparser.parse(
        # Never the bytes themselves: feedparser would open a file of that name.
        io.BytesIO(prepared.body),
        # As application/xml: for text/xml RFC 3023 makes it us-ascii, which no feed in the wild means.
        response_headers={"content-location": _BASE, "content-type": f"application/xml{charset}"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not document.get("version"):
        raise PermanentError(not_a_feed(prepared.body, url))
    return document


def _frame(feed: Any, url: str) -> ParsedFeed:
    links = []
    for link in _raw(feed, "links") or ():
        href = _absolute(link.get("href"), url)
        if href:
            title = one_line(link.get("title") or "")
            links.append(
                FeedLink(rel=link.get("rel") or "alternate", type=link.get("type") or "", href=href, title=title)
            )
    return ParsedFeed(title=_title(feed), home_url=_absolute(_raw(feed, "link"), url), links=tuple(links))


def _entry(item: Any, fallback_author: str, url: str) -> ParsedEntry:
    guid, link, title, published_at = _guid(item), _link(item, url), _title(item), _published(item)
    text = _html(item)
    return ParsedEntry(
        uid=choose_uid(guid, link, published_at=published_at, title=title, text=text),
        link=link,
        title=title,
        author=_author(item) or fallback_author,
        published_at=published_at,
        html=text,
        image_url=next(_images(item, url), None),
        categories=_categories(item),
        comments_feed_url=_comments_feed(item, url),
        comment_count=_count(item),
        native_id=entry_number(guid),
    )


def _numbered(item: Any, number: str, url: str) -> ParsedComment:
    """Read a comment of WordPress's."""
    guid, link, text = _guid(item), _link(item, url), _html(item)
    thread = _answered(item)
    line = find_in_reply(text, link=link, number=number)
    if thread is None:
        parent = line.parent_number if line else None
    else:
        # A comment that answers itself has a parent that was deleted; it has no line either.
        parent = comment_number(thread)
        parent = None if parent == number else parent
        line = line if line and line.parent_number == parent else None
    author = _author(item)
    return ParsedComment(
        uid=comment_uid(number),
        parent_uid=comment_uid(parent) if parent else None,
        parent_author=line.parent_author if line else "",
        entry=refer_to_entry(guid, link, entry_title(_title(item), author)),
        link=link,
        author=author,
        author_url=_author_url(item, url),
        published_at=_published(item),
        html=line.html if line else text,
        native_id=NativeId(number),
    )


def _other(item: Any, known: frozenset[str], home_url: str | None, url: str) -> ParsedComment:
    """Read a comment of another system's (RFC 4685 where it says whom it answers)."""
    guid, link, published_at, text = _guid(item), _link(item, url), _published(item), _html(item)
    title, thread = _title(item), _answered(item)
    answers = thread is not None and thread in known and thread != guid
    return ParsedComment(
        uid=choose_uid(guid, link, published_at=published_at, title=title, text=text),
        parent_uid=Uid(canonical_link(thread)) if thread and answers else None,
        entry=EntryRef(
            uid=Uid(canonical_link(thread)) if thread and not answers and thread != guid else None,
            link=link.partition("#")[0] if link else home_url,
        ),
        link=link,
        author=_author(item),
        author_url=_author_url(item, url),
        published_at=published_at,
        html=text,
    )


def _raw(item: Any, key: str) -> Any:
    """Look a key up without feedparser's substitutes, which warn and mix ``updated`` up with ``published``."""
    return dict.get(item, key)


def _guid(item: Any) -> str:
    return _as_written(scrub(_raw(item, "id") or "").strip())


def _as_written(address: str) -> str:
    """Undo what feedparser made of an address or a guid by means of our base."""
    return address.removeprefix(_BASE).removeprefix(_BASE_SITE)


def _link(item: Any, url: str) -> str | None:
    link = _raw(item, "link") or ""
    stated = any(each.get("rel") == "alternate" for each in _raw(item, "links") or ())
    # A guid that calls itself a permalink and is no address.
    return None if link.startswith(_BASE_SITE) and not stated else _absolute(link, url)


def _absolute(link: object, url: str) -> str | None:
    written = _as_written(scrub(link).strip()) if isinstance(link, str) else ""
    return resolve_address(url, written) if written else None


def _title(item: Any) -> str:
    title = _raw(item, "title") or ""
    detail = _raw(item, "title_detail") or {}
    return one_line(html.unescape(title)) if detail.get("type") == "text/plain" else plain_title(title)


def _author(item: Any) -> str:
    """Return the names of whoever wrote it; an address of mail is nobody's name."""
    names = [plain_name(each.get("name") or "") for each in _raw(item, "authors") or ()]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _author_url(item: Any, url: str) -> str | None:
    return _absolute((_raw(item, "author_detail") or {}).get("href"), url)


def _published(item: Any) -> datetime | None:
    for key in ("published", "updated", "created"):
        parsed, raw = _raw(item, f"{key}_parsed"), _raw(item, key) or ""
        # feedparser loses the PM: half a day wrong is worse than not knowing.
        if not parsed or _HALF_DAY.search(raw):
            continue
        try:
            year, month, day, hour, minute, second = parsed[:6]
            moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        except (ValueError, TypeError):
            continue
        if moment.year >= _EARLIEST:
            return moment
    return None


def _html(item: Any) -> str:
    for part in _raw(item, "content") or ():
        if (part.get("value") or "").strip():
            return _as_html(part)
    return _as_html(_raw(item, "summary_detail") or {"value": _raw(item, "summary")})


def _as_html(part: Any) -> str:
    value = scrub(part.get("value") or "").strip()
    return html.escape(value, quote=False) if part.get("type") == "text/plain" else value


def _categories(item: Any) -> tuple[str, ...]:
    names = (plain_name(tag.get("label") or tag.get("term") or "") for tag in _raw(item, "tags") or ())
    return tuple(dict.fromkeys(name for name in names if name))


def _images(item: Any, url: str) -> Iterator[str]:
    pictures = [*(_raw(item, "media_content") or ()), *(_raw(item, "links") or ())]
    candidates = [
        *(each.get("url") for each in _raw(item, "media_thumbnail") or ()),
        *(each.get("url") or each.get("href") for each in pictures if _is_image(each)),
        (_raw(item, "image") or {}).get("href"),
    ]
    yield from (image for candidate in candidates if (image := _absolute(candidate, url)))


def _is_image(part: Any) -> bool:
    """Tell whether a ``media:content`` or a link of any kind is a picture that belongs to the item."""
    if part.get("rel", "enclosure") != "enclosure":
        return False
    return part.get("medium") == "image" or (part.get("type") or "").startswith("image/")


def _comments_feed(item: Any, url: str) -> str | None:
    for link in _raw(item, "links") or ():
        if link.get("rel") == "replies" and link.get("type") == "application/atom+xml":
            return _absolute(link.get("href"), url)
    return _absolute(_raw(item, "wfw_commentrss"), url)


def _count(item: Any) -> int | None:
    counts = [_raw(item, "slash_comments"), _raw(item, "thr_total")]
    counts += [link.get("thr:count") for link in _raw(item, "links") or () if link.get("rel") == "replies"]
    return next((int(count) for count in counts if isinstance(count, str) and count.isdecimal()), None)


def _answered(item: Any) -> str | None:
    """Return what ``thr:in-reply-to`` names (RFC 4685, 3), or None."""
    ref = (_raw(item, "thr_in-reply-to") or {}).get("ref")
    return _as_written(scrub(ref).strip()) or None if isinstance(ref, str) else None
