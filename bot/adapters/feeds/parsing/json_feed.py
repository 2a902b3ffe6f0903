"""Parse JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/).

All items are read: cutting out known ones first would save little here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.adapters.feeds.addresses import resolve_address, with_scheme
from bot.adapters.feeds.dates.published import choose_date
from bot.adapters.feeds.documents.body import MOST_ITEMS, NotAFeed
from bot.adapters.feeds.items.author_names import read_names
from bot.adapters.feeds.items.identity import (
    assign_uids,
    choose_name,
    choose_uid,
    comment_number,
    comment_uid,
    entry_number,
    entry_title,
    refer_to_entry,
    site_addresses,
)
from bot.adapters.feeds.items.pictures import is_shown
from bot.adapters.feeds.text import (
    bound_html,
    plain_categories,
    plain_text_as_html,
    repair_html,
    scrub,
    text_title,
    unwrap_cdata,
    with_base,
)
from bot.adapters.net.numbers import load_json
from bot.model.address import entry_link
from bot.model.entry import EntryRef, FeedLink, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import NativeId, Uid
from bot.model.uid import comment_uids, entry_uids

_Json = Mapping[str, object]


def parse_json_entries(body: bytes, *, url: str, before: Collection[Uid] = ()) -> ParsedFeed:
    """Parse a feed of entries.

    :param before: uids that its items had the last time.
    :raises NotAFeed: it is JSON, but no feed.
    """
    feed = _load(body, url)
    names, home_url = _names(feed), resolve_address(url, _text(feed.get("home_page_url"))) or ""
    site_urls = site_addresses(home_url, url)
    read = [_entry(item, names, url, site_urls) for item in _items(feed)]
    entries: dict[Uid, ParsedEntry] = {}
    uids = assign_uids([entry_uids(entry, home_url=home_url) for entry in read], known_uids=(), before=before)
    for entry, uid in zip(read, uids, strict=True):
        if entry.title or entry.html or entry.link:
            entries.setdefault(uid, replace(entry, uid=uid))
    return _frame(feed, url, entries=tuple(entries.values()))


def parse_json_comments(body: bytes, *, url: str, before: Collection[Uid] = ()) -> ParsedFeed:
    """Parse a feed of comments.

    :param before: uids that its items had the last time.
    :raises NotAFeed: it is JSON, but no feed.
    """
    feed = _load(body, url)
    read = [_comment(item, url) for item in _items(feed)]
    uids = assign_uids(list(map(comment_uids, read)), known_uids=(), before=before)
    comments = {uid: replace(comment, uid=uid) for comment, uid in zip(read, uids, strict=True)}
    return _frame(feed, url, comments=tuple(comments.values()))


def _load(body: bytes, url: str) -> _Json:
    try:
        value = load_json(body)
    except (ValueError, RecursionError):
        raise NotAFeed(f"{url} looks like JSON, but is not valid JSON.") from None
    feed = _mapping(value)
    if not isinstance(feed.get("items"), list) or not (_text(feed.get("version")) or _text(feed.get("title"))):
        raise NotAFeed(f"{url} is JSON, but not a JSON Feed.")
    return feed


def _items(feed: _Json) -> Iterator[_Json]:
    """Yield the items that have an id: the others must be discarded."""
    return (item for each in _list(feed.get("items"))[:MOST_ITEMS] if _id(item := _mapping(each)))


def _frame(
    feed: _Json, url: str, *, entries: tuple[ParsedEntry, ...] = (), comments: tuple[ParsedComment, ...] = ()
) -> ParsedFeed:
    hubs = [("hub", _text(_mapping(hub).get("url"))) for hub in _list(feed.get("hubs"))]
    pages = [("self", _text(feed.get("feed_url"))), ("next", _text(feed.get("next_url")))]
    links = ((rel, resolve_address(url, href)) for rel, href in (*pages, *hubs) if href)
    home = _text(feed.get("home_page_url"))
    return ParsedFeed(
        title=text_title(_text(feed.get("title"))),
        home_url=resolve_address(url, home) if home else None,
        entries=entries,
        comments=comments,
        links=tuple(FeedLink(rel=rel, type="", href=href) for rel, href in links if href),
        window=tuple(entry.uid for entry in entries) + tuple(comment.uid for comment in comments),
        complete=len(_list(feed.get("items"))) <= MOST_ITEMS,
    )


def _entry(item: _Json, fallback: Iterable[str], url: str, site_urls: Collection[str]) -> ParsedEntry:
    guid, page, text = _id(item), _link(item, url), _html(item)
    title, published_at = text_title(_text(item.get("title"))), _published(item)
    tags = [tag for tag in _list(item.get("tags")) if isinstance(tag, str)]
    return ParsedEntry(
        uid=choose_name(guid, page, site_urls=site_urls),
        link=page or next(_attachments(item, url), None),
        title=title,
        author=", ".join(_names(item) or fallback),
        published_at=published_at,
        html=with_base(text, None if page else url),
        image_url=next(_images(item, url), None),
        categories=plain_categories(tags),
        native_id=entry_number(guid),
    )


def _comment(item: _Json, url: str) -> ParsedComment:
    guid, link, text = _id(item), _link(item, url), _html(item)
    author = ", ".join(_names(item))
    number = comment_number(guid, link)
    page = EntryRef(link=entry_link(link) if link else resolve_address(url, "/"))
    named = refer_to_entry(guid, link, entry_title(text_title(_text(item.get("title"))), author)) if number else page
    published_at = _published(item)
    return ParsedComment(
        uid=comment_uid(number) if number else choose_uid(guid, link, published_at=published_at, title="", text=text),
        parent_uid=None,
        entry=named,
        link=link,
        author=author,
        published_at=published_at,
        html=text,
        native_id=NativeId(number) if number else None,
    )


def _id(item: _Json) -> str:
    return _text_or_number(item.get("id"))


def _text_or_number(value: object) -> str:
    """Return a text, or the digits of a number; everything else is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _text(value).strip()


def _link(item: _Json, url: str) -> str | None:
    """Return an item's page: its own, the one that it is about, else its id where that is a whole address."""
    written = (with_scheme(_text(item.get(key)).strip(), url) for key in ("url", "external_url"))
    pages = (resolve_address(url, each) for each in written if each)
    return next(filter(None, pages), None) or resolve_address("", _id(item))


def _html(item: _Json) -> str:
    written = repair_html(unwrap_cdata(_text(item.get("content_html"))))
    if not written:
        written = plain_text_as_html(
            unwrap_cdata(_text(item.get("content_text")) or _text(item.get("summary"))).strip()
        )
    return bound_html(written.strip())


def _published(item: _Json) -> datetime | None:
    return choose_date(_text_or_number(item.get(key)) for key in ("date_published", "date_modified"))


def _names(thing: _Json) -> tuple[str, ...]:
    """Return whose work it is: ``authors`` of 1.1, ``author`` of 1."""
    authors = thing.get("authors")
    people = [each for said in (authors, thing.get("author")) for each in (said if isinstance(said, list) else [said])]
    # A name alone, in place of an object, says the same.
    names = (read_names([_text(each) or _text(_mapping(each).get("name"))]) for each in people)
    return tuple(dict.fromkeys(filter(None, names)))


def _images(item: _Json, url: str) -> Iterator[str]:
    attached = [_mapping(each) for each in _list(item.get("attachments"))]
    pictures = [each.get("url") for each in attached if _text(each.get("mime_type")).startswith("image/")]
    for written in (item.get("image"), item.get("banner_image"), *pictures):
        address = resolve_address(url, written) if isinstance(written, str) and written else None
        if address and is_shown(address):
            yield address


def _attachments(item: _Json, url: str) -> Iterator[str]:
    written = (_text(_mapping(each).get("url")) for each in _list(item.get("attachments")))
    yield from (address for each in written if each and (address := resolve_address(url, each)))


def _text(value: object) -> str:
    return scrub(value) if isinstance(value, str) else ""


def _mapping(value: object) -> _Json:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
