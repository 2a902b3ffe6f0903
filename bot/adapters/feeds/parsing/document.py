"""From a document of RSS, Atom or RDF to items; pure.

It neither cleans nor resolves the HTML of items: whoever renders it does. Which bytes are parsed, and what is known
already, is ``reading.py``'s duty. Slow and attackable by nature, so outside of tests it runs in ``worker.py``.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.adapters.feeds.addresses import resolve_address, with_scheme
from bot.adapters.feeds.dates.published import choose_date
from bot.adapters.feeds.documents.body import NotAFeed, not_a_feed
from bot.adapters.feeds.items.author_names import read_names
from bot.adapters.feeds.items.comment_parents import InReplyTo, blogger_parent, document_key, find_parent
from bot.adapters.feeds.items.identity import (
    choose_name,
    choose_uid,
    comment_number,
    comment_uid,
    entry_number,
    entry_title,
    refer_to_entry,
    site_addresses,
)
from bot.adapters.feeds.items.in_reply_line import parse_in_reply_line
from bot.adapters.feeds.items.pictures import picture_addresses
from bot.adapters.feeds.parsing.document_parser import BASE, BASE_SITE, OTHER_TEXTS, parse_document
from bot.adapters.feeds.text import (
    bound_html,
    one_line,
    plain_categories,
    plain_text_as_html,
    plain_title,
    repair_html,
    scrub,
    text_title,
    unwrap_cdata,
    with_base,
)
from bot.adapters.net.numbers import MAX_COUNT, MAX_ID, read_number
from bot.model.address import canonical_link, entry_link
from bot.model.entry import PROTECTED, EntryRef, FeedLink, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import NativeId, Uid

_RELATIONS = "http://www.iana.org/assignments/relation/"
#: What WordPress gives feeds in place of a protected post's text, and of the comments on it.
_PASSWORD_FORM = re.compile(r"<form\b[^>]*\baction=[\"'][^\"']*\?action=postpass[\"'&]", re.I)
#: Elements that show nothing themselves; a text of nothing else is empty.
_SAYS_NOTHING = re.compile(r"(?:</?(?:p|div|span|br|a|b|i|em|strong)\b[^<>]*+>|&nbsp;|\s)*+", re.I)
_ALL_DATES = ("published", "updated", "created")


class Document:
    """A parsed document; its items can be read as entries or as comments.

    :param body: UTF-8.
    :param url: where it came from; its relative links are resolved against it.
    :param believe_updates: take the date of a change for an item that states no other.
    :raises NotAFeed: it is none.
    """

    def __init__(self, body: bytes, *, url: str, believe_updates: bool = True) -> None:
        self._url = url
        self._dates = _ALL_DATES if believe_updates else ("published", "created")
        parsed = parse_document(body, url=url)
        if parsed is None:
            raise NotAFeed(not_a_feed(body, url))
        self._feed, self._items = parsed.feed, parsed.items
        parser = f"lenient parser after {parsed.fault}" if parsed.fault else "strict parser"
        #: format and parser, for the debug log
        self.parsed_as = f"{parsed.version}, {parser}"
        # Who writes "/beds/5" means the site, wherever its feed is kept.
        self._site = _site(self._feed, url) or url
        #: the page that the feed names as the site's
        self.home_url = _absolute(_raw(self._feed, "link"), url)

    def __len__(self) -> int:
        """Count the items."""
        return len(self._items)

    def frame(self) -> ParsedFeed:
        """Return what the document says of itself, without its items."""
        responses = [bool(_answered(item, self._url)) for item in self._items]
        return replace(_frame(self._feed, self.home_url, self._url), all_answer=bool(responses) and all(responses))

    def entries(self) -> list[ParsedEntry]:
        """Return one entry for each item, however empty; its uid is its name, which others may share, or empty."""
        if not self._items:
            return []
        fallback, site_urls = _author(self._feed), site_addresses(self.home_url, self._url)
        return [_entry(item, fallback, self._dates, self._url, self._site, site_urls) for item in self._items]

    def comments(self, *, known: Collection[Uid]) -> list[ParsedComment]:
        """Return one comment for each item, WordPress's or another's; several may have the same uid.

        :param known: uids of the document's items that are not among those parsed.
        """
        names = {document_key(uid): uid for uid in known}
        for item in self._items:
            guid, link = canonical_link(_guid(item)), canonical_link(_link(item, self._site) or "")
            # A link without "#" is the page of all comments on an entry as likely as one comment's.
            own = [name for name in (guid, link if "#" in link else "") if name]
            names.update((document_key(name), Uid(own[0])) for name in own)
        return [self._comment(item, names, self.home_url) for item in self._items]

    def _comment(self, item: Any, names: Mapping[str, Uid], home: str | None) -> ParsedComment:
        number = comment_number(_guid(item), _link(item, self._site))
        published_at = _published(item, self._dates)
        if number:
            return _numbered(item, number, published_at, self._url, self._site)
        return _other(item, names, published_at, home, self._url, self._site)


def _frame(feed: Any, home_url: str | None, url: str) -> ParsedFeed:
    links = []
    for link in _raw(feed, "links") or ():
        href = _absolute(link.get("href"), url)
        if href:
            title = one_line(link.get("title") or "")
            links.append(
                FeedLink(rel=link.get("rel") or "alternate", type=link.get("type") or "", href=href, title=title)
            )
    cloud = _cloud(_raw(feed, "cloud") or {})
    if cloud:
        links.append(cloud)
    return ParsedFeed(title=_title(feed), home_url=home_url, links=tuple(links))


def _cloud(cloud: Any) -> FeedLink | None:
    """Return where rssCloud takes subscriptions (RSS 2.0, ``cloud``); its protocol stands as the type."""
    domain, port, path = (str(cloud.get(key) or "").strip() for key in ("domain", "port", "path"))
    scheme = "https" if port == "443" else "http"
    href = resolve_address("", f"{scheme}://{domain}:{port or 80}/{path.lstrip('/')}") if domain else None
    return FeedLink(rel="cloud", type=str(cloud.get("protocol") or ""), href=href) if href else None


def _entry(
    item: Any, fallback_author: str, dates: tuple[str, ...], url: str, site: str, site_urls: tuple[str, ...]
) -> ParsedEntry:
    guid, page, title, published_at = _guid(item), _link(item, site), _title(item), _published(item, dates)
    text, base = _html(item)
    return ParsedEntry(
        # An enclosure is where the entry leads, and no name of it: its address is made anew by some hosts.
        uid=choose_name(guid, page, site_urls=site_urls),
        link=page or next(_enclosures(item, site), None),
        title=title,
        author=_author(item) or _author(_raw(item, "source") or {}) or fallback_author,
        published_at=published_at,
        html=with_base(text, _absolute(base, url) or (None if page else url)),
        image_url=next(_images(item, url), None),
        categories=_categories(item),
        comments_feed_url=_comments_feed(item, site),
        comment_count=_count(item),
        native_id=_post_id(item) or entry_number(guid),
    )


def _numbered(item: Any, number: str, published_at: datetime | None, url: str, site: str) -> ParsedComment:
    """Read a comment of WordPress's."""
    guid, link, (text, base) = _guid(item), _link(item, site), _html(item)
    answered = _answered(item, url)
    line = parse_in_reply_line(text, link=link, number=number)
    if not answered:
        parent = line.parent_number if line else None
    else:
        # A comment that answers itself has a parent that was deleted; it has no line either.
        parent = comment_number(*(address for each in answered for address in (each.ref, each.href)))
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
        published_at=published_at,
        html=with_base(line.html if line else text, _absolute(base, url)),
        native_id=NativeId(number),
    )


def _other(
    item: Any, names: Mapping[str, Uid], published_at: datetime | None, home_url: str | None, url: str, site: str
) -> ParsedComment:
    """Read a comment of another system's (RFC 4685 where it says whom it answers)."""
    guid, link, (text, base) = _guid(item), _link(item, site), _html(item)
    uid = choose_uid(guid, link, published_at=published_at, title=_title(item), text=text)
    place = find_parent(_answered(item, url), names, uid, link=link)
    answered = blogger_parent(guid, _links(item, "self", "edit"), _links(item, "related"))
    return ParsedComment(
        uid=uid,
        parent_uid=answered or place.parent,
        entry=EntryRef(uid=place.entry_uid, link=place.entry_link or (entry_link(link) if link else home_url)),
        link=link,
        author=_author(item),
        author_url=_author_url(item, url),
        published_at=published_at,
        html=with_base(text, _absolute(base, url)),
    )


def _raw(item: Any, key: str) -> Any:
    """Look a key up without feedparser's substitutes, which warn and mix ``updated`` up with ``published``."""
    return dict.get(item, key)


def _guid(item: Any) -> str:
    return _as_written(scrub(_raw(item, "id") or "").strip())


def _as_written(address: str) -> str:
    """Undo what feedparser made of an address or a guid by means of our base."""
    return address.removeprefix(BASE).removeprefix(BASE_SITE)


def _link(item: Any, url: str) -> str | None:
    """Return the item's own page: its first alternate, else a guid that is a permalink."""
    # The page itself, where the link counts who opens it.
    page = _absolute(_raw(item, "feedburner_origlink"), url) or _absolute(_raw(item, "page"), url)
    alternates = [
        (address, str(link.get("type") or "text/html"))
        for link in _raw(item, "links") or ()
        if "alternate" in _rel(link).split() and (address := _absolute(link.get("href"), url))
    ]
    if page or alternates:
        # Of several, such as one in each language, the first that is a page.
        pages = (address for address, kind in alternates if "html" in kind)
        return page or next(pages, None) or alternates[0][0]
    # A guid that calls itself a permalink, if it is an address.
    return resolve_address("", scrub(_raw(item, "link") or "").strip())


def _rel(link: Any) -> str:
    """Return a link's relation; Atom's may be written as an address (RFC 4287, 4.2.7.2)."""
    return str(link.get("rel") or "alternate").strip().lower().removeprefix(_RELATIONS)


def _enclosures(item: Any, url: str) -> Iterator[str]:
    links = (link for link in _raw(item, "links") or () if _rel(link) == "enclosure")
    yield from (address for link in links if (address := _absolute(link.get("href"), url)))


def _site(feed: Any, url: str) -> str | None:
    """Return the address of the site that a feed names, if it is whole."""
    link = _raw(feed, "link")
    written = with_scheme(_as_written(scrub(link).strip()), url) if isinstance(link, str) else ""
    return resolve_address("", written) if written else None


def _absolute(link: object, url: str) -> str | None:
    written = _as_written(unwrap_cdata(scrub(link)).strip()) if isinstance(link, str) else ""
    return resolve_address(url, with_scheme(written, url)) if written else None


def _title(item: Any) -> str:
    title = _raw(item, "title") or ""
    # Only Atom says what a title is (RFC 4287, 3.1.1); elsewhere feedparser calls it text unless it looks like HTML.
    stated = _raw(item, "title_type")
    if stated == "text/plain":
        return text_title(title)
    return plain_title(title, is_html=stated in ("text/html", "application/xhtml+xml"))


def _author(item: Any) -> str:
    return read_names(each.get("name") or "" for each in _raw(item, "authors") or ())


def _author_url(item: Any, url: str) -> str | None:
    return _absolute((_raw(item, "author_detail") or {}).get("href"), url)


def _published(item: Any, dates: tuple[str, ...]) -> datetime | None:
    return choose_date(str(_raw(item, key) or "") for key in dates)


def _html(item: Any) -> tuple[str, str | None]:
    """Return an item's own text as HTML, the fullest that it has, and its base if it has one of its own."""
    texts = [part for part in _raw(item, "content") or () if _is_text(part)]
    texts.sort(key=lambda part: -len(part.get("value") or ""))
    texts.append(_raw(item, "summary_detail") or {"value": _raw(item, "summary")})
    texts += (_raw(item, f"{key}_detail") or {"value": _raw(item, key)} for key in OTHER_TEXTS)
    for part in texts:
        if isinstance(part.get("value"), str) and not _SAYS_NOTHING.fullmatch(part["value"]):
            text, base = _as_html(part)
            return (PROTECTED, None) if _PASSWORD_FORM.search(text) else (text, base)
    return "", None


def _is_text(part: Any) -> bool:
    kind = part.get("type") or "text/html"
    return str(kind).startswith("text/") or str(kind).endswith("xhtml+xml")


def _is_plain(part: Any) -> bool:
    """Tell whether a text has no markup that is known here (RFC 4287, 4.1.3.3)."""
    kind = str(part.get("type") or "text/html")
    return kind.startswith("text/") and not kind.startswith("text/html") and not kind.endswith("xml")


def _as_html(part: Any) -> tuple[str, str | None]:
    value = unwrap_cdata(scrub(part["value"]).strip())
    text = plain_text_as_html(value) if _is_plain(part) else repair_html(value)
    base = part.get("base")
    return bound_html(text), None if base == BASE else base


def _categories(item: Any) -> tuple[str, ...]:
    return plain_categories([tag.get("label") or tag.get("term") or "" for tag in _raw(item, "tags") or ()])


def _images(item: Any, url: str) -> Iterator[str]:
    written = picture_addresses(
        thumbnails=_raw(item, "media_thumbnail") or (),
        media=_raw(item, "media_content") or (),
        enclosures=_raw(item, "links") or (),
        image=(_raw(item, "image") or {}).get("href"),
    )
    yield from (image for each in written if (image := _absolute(each, url)))


def _comments_feed(item: Any, url: str) -> str | None:
    for link in _raw(item, "links") or ():
        if link.get("rel") == "replies" and link.get("type") == "application/atom+xml":
            return _absolute(link.get("href"), url)
    return _absolute(_raw(item, "wfw_commentrss"), url)


def _count(item: Any) -> int | None:
    counts = [_raw(item, "slash_comments"), _raw(item, "thr_total")]
    counts += [link.get("thr:count") for link in _raw(item, "links") or () if link.get("rel") == "replies"]
    read = (read_number(count.strip(), most=MAX_COUNT) for count in counts if isinstance(count, str))
    return next((count for count in read if count is not None), None)


def _post_id(item: Any) -> NativeId | None:
    """Return the number that WordPress.com writes beside each item (``post-id``)."""
    number = read_number(str(_raw(item, "post-id") or "").strip(), most=MAX_ID)
    return NativeId(str(number)) if number else None


def _answered(item: Any, url: str) -> list[InReplyTo]:
    """Return what each ``thr:in-reply-to`` names (RFC 4685, 3)."""
    answered = []
    for each in _raw(item, "thr_in-reply-to") or ():
        ref, href = each.get("ref"), _absolute(each.get("href"), url)
        named = _as_written(scrub(ref).strip()) if isinstance(ref, str) else ""
        if named or href:
            answered.append(InReplyTo(ref=named, href=href or ""))
    return answered


def _links(item: Any, *rels: str) -> list[str]:
    return [str(link.get("href") or "") for link in _raw(item, "links") or () if _rel(link) in rels]
