"""Read single fields of an item or a feed from feedparser's dictionaries."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.adapters.feeds.addresses import resolve_address, with_scheme
from bot.adapters.feeds.dates.published import choose_date
from bot.adapters.feeds.items.author_names import read_names
from bot.adapters.feeds.items.comment_parents import InReplyTo
from bot.adapters.feeds.items.pictures import picture_addresses
from bot.adapters.feeds.parsing.feedparser_fixes import BASE, BASE_SITE, OTHER_TEXTS
from bot.adapters.feeds.text import (
    bound_html,
    plain_categories,
    plain_text_as_html,
    plain_title,
    repair_html,
    scrub,
    text_title,
    unwrap_cdata,
)
from bot.adapters.net.numbers import MAX_COUNT, MAX_ID, read_number
from bot.model.entry import PROTECTED
from bot.model.ids import NativeId

_RELATIONS = "http://www.iana.org/assignments/relation/"
#: What WordPress gives feeds in place of a protected post's text, and of the comments on it.
_PASSWORD_FORM = re.compile(r"<form\b[^>]*\baction=[\"'][^\"']*\?action=postpass[\"'&]", re.I)
#: Elements that show nothing themselves; a text of nothing else is empty.
_SAYS_NOTHING = re.compile(r"(?:</?(?:p|div|span|br|a|b|i|em|strong)\b[^<>]*+>|&nbsp;|\s)*+", re.I)


def raw(item: Any, key: str) -> Any:
    """Look a key up without feedparser's substitutes, which warn and mix ``updated`` up with ``published``."""
    return dict.get(item, key)


def guid_of(item: Any) -> str:
    """Return an item's guid or Atom id; empty without one."""
    return _as_written(scrub(raw(item, "id") or "").strip())


def _as_written(address: str) -> str:
    """Undo what feedparser made of an address or a guid by means of our base."""
    return address.removeprefix(BASE).removeprefix(BASE_SITE)


def page_of(item: Any, url: str) -> str | None:
    """Return the item's own page: its first alternate, else a guid that is a permalink."""
    # The page itself, where the link counts who opens it.
    page = absolute_url(raw(item, "feedburner_origlink"), url) or absolute_url(raw(item, "page"), url)
    alternates = [
        (address, str(link.get("type") or "text/html"))
        for link in raw(item, "links") or ()
        if "alternate" in _rel(link).split() and (address := absolute_url(link.get("href"), url))
    ]
    if page or alternates:
        # Of several, such as one in each language, the first that is a page.
        pages = (address for address, kind in alternates if "html" in kind)
        return page or next(pages, None) or alternates[0][0]
    # A guid that calls itself a permalink, if it is an address.
    return resolve_address("", scrub(raw(item, "link") or "").strip())


def _rel(link: Any) -> str:
    """Return a link's relation; Atom's may be written as an address (RFC 4287, 4.2.7.2)."""
    return str(link.get("rel") or "alternate").strip().lower().removeprefix(_RELATIONS)


def enclosure_urls(item: Any, url: str) -> Iterator[str]:
    """Yield the addresses of an item's enclosures."""
    links = (link for link in raw(item, "links") or () if _rel(link) == "enclosure")
    yield from (address for link in links if (address := absolute_url(link.get("href"), url)))


def site_url(feed: Any, url: str) -> str | None:
    """Return the address of the site that a feed names, if it is whole."""
    link = raw(feed, "link")
    written = with_scheme(_as_written(scrub(link).strip()), url) if isinstance(link, str) else ""
    return resolve_address("", written) if written else None


def absolute_url(link: object, url: str) -> str | None:
    """Resolve an address of the document; None for anything that is no web address."""
    written = _as_written(unwrap_cdata(scrub(link)).strip()) if isinstance(link, str) else ""
    return resolve_address(url, with_scheme(written, url)) if written else None


def title_of(item: Any) -> str:
    """Return the title of an item or a feed as plain text."""
    title = raw(item, "title") or ""
    # Only Atom says what a title is (RFC 4287, 3.1.1); elsewhere feedparser calls it text unless it looks like HTML.
    stated = raw(item, "title_type")
    if stated == "text/plain":
        return text_title(title)
    return plain_title(title, is_html=stated in ("text/html", "application/xhtml+xml"))


def author_of(item: Any) -> str:
    """Return the names of an item's or a feed's authors, separated by commas."""
    return read_names(each.get("name") or "" for each in raw(item, "authors") or ())


def author_url_of(item: Any, url: str) -> str | None:
    """Return the address of the first author's page."""
    return absolute_url((raw(item, "author_detail") or {}).get("href"), url)


def publication_date(item: Any, dates: tuple[str, ...]) -> datetime | None:
    """Return the first usable date of those under the keys ``dates``."""
    return choose_date(str(raw(item, key) or "") for key in dates)


def html_of(item: Any) -> tuple[str, str | None]:
    """Return an item's own text as HTML, the fullest that it has, and its base if it has one of its own."""
    texts = [part for part in raw(item, "content") or () if _is_text(part)]
    texts.sort(key=lambda part: -len(part.get("value") or ""))
    texts.append(raw(item, "summary_detail") or {"value": raw(item, "summary")})
    texts += (raw(item, f"{key}_detail") or {"value": raw(item, key)} for key in OTHER_TEXTS)
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


def categories_of(item: Any) -> tuple[str, ...]:
    """Return an item's categories."""
    return plain_categories([tag.get("label") or tag.get("term") or "" for tag in raw(item, "tags") or ()])


def image_urls(item: Any, url: str) -> Iterator[str]:
    """Yield the addresses of an item's own images, best first."""
    written = picture_addresses(
        thumbnails=raw(item, "media_thumbnail") or (),
        media=raw(item, "media_content") or (),
        enclosures=raw(item, "links") or (),
        image=(raw(item, "image") or {}).get("href"),
    )
    yield from (image for each in written if (image := absolute_url(each, url)))


def comments_feed_of(item: Any, url: str) -> str | None:
    """Return the address of the feed of an item's comments."""
    for link in raw(item, "links") or ():
        if link.get("rel") == "replies" and link.get("type") == "application/atom+xml":
            return absolute_url(link.get("href"), url)
    return absolute_url(raw(item, "wfw_commentrss"), url)


def comment_count(item: Any) -> int | None:
    """Return how many comments an item says that it has."""
    counts = [raw(item, "slash_comments"), raw(item, "thr_total")]
    counts += [link.get("thr:count") for link in raw(item, "links") or () if link.get("rel") == "replies"]
    read = (read_number(count.strip(), most=MAX_COUNT) for count in counts if isinstance(count, str))
    return next((count for count in read if count is not None), None)


def post_id_of(item: Any) -> NativeId | None:
    """Return the number that WordPress.com writes beside each item (``post-id``)."""
    number = read_number(str(raw(item, "post-id") or "").strip(), most=MAX_ID)
    return NativeId(str(number)) if number else None


def in_reply_to(item: Any, url: str) -> list[InReplyTo]:
    """Return what each ``thr:in-reply-to`` names (RFC 4685, 3)."""
    answered = []
    for each in raw(item, "thr_in-reply-to") or ():
        ref, href = each.get("ref"), absolute_url(each.get("href"), url)
        named = _as_written(scrub(ref).strip()) if isinstance(ref, str) else ""
        if named or href:
            answered.append(InReplyTo(ref=named, href=href or ""))
    return answered


def link_urls(item: Any, *rels: str) -> list[str]:
    """Return the addresses of an item's links with one of these relations."""
    return [str(link.get("href") or "") for link in raw(item, "links") or () if _rel(link) in rels]
