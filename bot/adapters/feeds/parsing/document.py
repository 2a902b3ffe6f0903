"""Read the items of an RSS, Atom or RDF document.

The HTML of items is returned as it is; its consumers clean it and resolve its addresses. Parsing is slow and takes
untrusted input, so it runs in ``worker.py``.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.adapters.feeds.addresses import resolve_address
from bot.adapters.feeds.documents.body import NotAFeed, not_a_feed
from bot.adapters.feeds.items.comment_parents import blogger_parent, document_key, find_parent
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
from bot.adapters.feeds.parsing.document_parser import parse_document
from bot.adapters.feeds.parsing.fields import (
    absolute_url,
    author_of,
    author_url_of,
    categories_of,
    comment_count,
    comments_feed_of,
    enclosure_urls,
    guid_of,
    html_of,
    image_urls,
    in_reply_to,
    link_urls,
    page_of,
    post_id_of,
    publication_date,
    raw,
    site_url,
    title_of,
)
from bot.adapters.feeds.text import (
    one_line,
    with_base,
)
from bot.model.address import canonical_link, entry_link
from bot.model.entry import EntryRef, FeedLink, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import NativeId, Uid

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
        self._site = site_url(self._feed, url) or url
        #: the page that the feed names as the site's
        self.home_url = absolute_url(raw(self._feed, "link"), url)

    def __len__(self) -> int:
        """Count the items."""
        return len(self._items)

    def frame(self) -> ParsedFeed:
        """Return what the document says of itself, without its items."""
        replies = [bool(in_reply_to(item, self._url)) for item in self._items]
        return replace(_frame(self._feed, self.home_url, self._url), all_answer=bool(replies) and all(replies))

    def entries(self) -> list[ParsedEntry]:
        """Return one entry for each item, however empty; its uid is its name, which others may share, or empty."""
        if not self._items:
            return []
        fallback, site_urls = author_of(self._feed), site_addresses(self.home_url, self._url)
        return [_entry(item, fallback, self._dates, self._url, self._site, site_urls) for item in self._items]

    def comments(self, *, known: Collection[Uid]) -> list[ParsedComment]:
        """Return one comment for each item, WordPress's or another's; several may have the same uid.

        :param known: uids of the document's items that are not among those parsed.
        """
        names = {document_key(uid): uid for uid in known}
        for item in self._items:
            guid, link = canonical_link(guid_of(item)), canonical_link(page_of(item, self._site) or "")
            # A link without "#" is the page of all comments on an entry as likely as one comment's.
            own = [name for name in (guid, link if "#" in link else "") if name]
            names.update((document_key(name), Uid(own[0])) for name in own)
        return [self._comment(item, names, self.home_url) for item in self._items]

    def _comment(self, item: Any, names: Mapping[str, Uid], home: str | None) -> ParsedComment:
        number = comment_number(guid_of(item), page_of(item, self._site))
        published_at = publication_date(item, self._dates)
        if number:
            return _numbered(item, number, published_at, self._url, self._site)
        return _other(item, names, published_at, home, self._url, self._site)


def _frame(feed: Any, home_url: str | None, url: str) -> ParsedFeed:
    links = []
    for link in raw(feed, "links") or ():
        href = absolute_url(link.get("href"), url)
        if href:
            title = one_line(link.get("title") or "")
            links.append(
                FeedLink(rel=link.get("rel") or "alternate", type=link.get("type") or "", href=href, title=title)
            )
    cloud = _cloud(raw(feed, "cloud") or {})
    if cloud:
        links.append(cloud)
    return ParsedFeed(title=title_of(feed), home_url=home_url, links=tuple(links))


def _cloud(cloud: Any) -> FeedLink | None:
    """Return where rssCloud takes subscriptions (RSS 2.0, ``cloud``); its protocol stands as the type."""
    domain, port, path = (str(cloud.get(key) or "").strip() for key in ("domain", "port", "path"))
    scheme = "https" if port == "443" else "http"
    href = resolve_address("", f"{scheme}://{domain}:{port or 80}/{path.lstrip('/')}") if domain else None
    return FeedLink(rel="cloud", type=str(cloud.get("protocol") or ""), href=href) if href else None


def _entry(
    item: Any, fallback_author: str, dates: tuple[str, ...], url: str, site: str, site_urls: tuple[str, ...]
) -> ParsedEntry:
    guid, page, title, published_at = guid_of(item), page_of(item, site), title_of(item), publication_date(item, dates)
    text, base = html_of(item)
    return ParsedEntry(
        # An enclosure is where the entry leads, and no name of it: its address is made anew by some hosts.
        uid=choose_name(guid, page, site_urls=site_urls),
        link=page or next(enclosure_urls(item, site), None),
        title=title,
        author=author_of(item) or author_of(raw(item, "source") or {}) or fallback_author,
        published_at=published_at,
        html=with_base(text, absolute_url(base, url) or (None if page else url)),
        image_url=next(image_urls(item, url), None),
        categories=categories_of(item),
        comments_feed_url=comments_feed_of(item, site),
        comment_count=comment_count(item),
        native_id=post_id_of(item) or entry_number(guid),
    )


def _numbered(item: Any, number: str, published_at: datetime | None, url: str, site: str) -> ParsedComment:
    """Read a comment of WordPress's."""
    guid, link, (text, base) = guid_of(item), page_of(item, site), html_of(item)
    answered = in_reply_to(item, url)
    line = parse_in_reply_line(text, link=link, number=number)
    if not answered:
        parent = line.parent_number if line else None
    else:
        # A comment that answers itself has a parent that was deleted; it has no line either.
        parent = comment_number(*(address for each in answered for address in (each.ref, each.href)))
        parent = None if parent == number else parent
        line = line if line and line.parent_number == parent else None
    author = author_of(item)
    return ParsedComment(
        uid=comment_uid(number),
        parent_uid=comment_uid(parent) if parent else None,
        parent_author=line.parent_author if line else "",
        entry=refer_to_entry(guid, link, entry_title(title_of(item), author)),
        link=link,
        author=author,
        author_url=author_url_of(item, url),
        published_at=published_at,
        html=with_base(line.html if line else text, absolute_url(base, url)),
        native_id=NativeId(number),
    )


def _other(
    item: Any, names: Mapping[str, Uid], published_at: datetime | None, home_url: str | None, url: str, site: str
) -> ParsedComment:
    """Read a comment of another system's (RFC 4685 where it says whom it answers)."""
    guid, link, (text, base) = guid_of(item), page_of(item, site), html_of(item)
    uid = choose_uid(guid, link, published_at=published_at, title=title_of(item), text=text)
    place = find_parent(in_reply_to(item, url), names, uid, link=link)
    answered = blogger_parent(guid, link_urls(item, "self", "edit"), link_urls(item, "related"))
    return ParsedComment(
        uid=uid,
        parent_uid=answered or place.parent,
        entry=EntryRef(uid=place.entry_uid, link=place.entry_link or (entry_link(link) if link else home_url)),
        link=link,
        author=author_of(item),
        author_url=author_url_of(item, url),
        published_at=published_at,
        html=with_base(text, absolute_url(base, url)),
    )
