"""Build the values that discovery returns from the responses it got."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.adapters.feeds.documents.charset import page_to_utf8
from bot.adapters.feeds.fetch_state import FetchState, ParseResult, dump_state, dump_window
from bot.adapters.feeds.http.validators import response_validators
from bot.adapters.feeds.pages.comment_systems import detect_systems
from bot.adapters.feeds.pages.feed_links import is_feed, name_entry_feeds
from bot.adapters.feeds.pages.page import Page, find_push, find_refresh, read_link_header, read_page
from bot.adapters.net.client import Response
from bot.model.entry import ParsedFeed
from bot.model.feed import FeedKind, Fetched, FoundFeed

#: As many as Discord shows in one menu.
_MOST_CANDIDATES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesFeed:
    """An entries feed, and everything seen on the way to it that may tell of comments."""

    url: str
    #: the same before redirects, as a page may name it
    asked_url: str
    result: ParseResult
    response: Response
    sources: tuple[Page, ...]
    #: addresses that were tried before it, and are no feeds of entries
    rejected: frozenset[str] = frozenset()

    @property
    def feed(self) -> ParsedFeed:
        """The parsed feed."""
        return self.result.feed


def read_answer(response: Response, *, is_page: bool = True) -> Page:
    """Read what an answer says of feeds in its headers, and in its body if that is a page."""
    body = page_to_utf8(response.body, content_type=response.headers.get("Content-Type", "")) if is_page else b""
    page = read_page(body, url=response.url)
    links = read_link_header(response.headers.get("Link", ""), url=response.url) + page.links
    systems = detect_systems(body, response.headers, links, url=response.url) if is_page else ()
    refresh = page.refresh
    if is_page and refresh is None and not any(map(is_feed, links)):
        refresh = find_refresh(response.headers.get("Refresh", ""), url=response.url, base=response.url)
    return replace(page, links=links, is_page=is_page, systems=systems, refresh=refresh)


def as_fetched(response: Response, result: ParseResult) -> Fetched:
    """Return what a poll of a feed would have brought."""
    feed = result.feed
    links = read_link_header(response.headers.get("Link", ""), url=response.url) + feed.links
    return Fetched(
        feed=feed,
        validators=response_validators(response),
        body_hash=hashlib.sha256(response.body).hexdigest(),
        fetch_state=dump_state(FetchState(items=dump_window(result), freshness=feed.freshness)),
        push=find_push(links, url=response.url),
    )


def list_candidates(entries: EntriesFeed, sources: Iterable[Page]) -> tuple[FoundFeed, ...]:
    """Return the feed that was chosen and others that pages of the blog name; of those only their titles are known."""
    named = {entries.url: entries.feed.title}
    for source in (*entries.sources, *sources):
        for url, title in name_entry_feeds(source.links).items():
            if url != entries.asked_url and url not in entries.rejected:
                named.setdefault(url, title)
    found = (FoundFeed(url=url, kind=FeedKind.ENTRIES, title=title) for url, title in named.items())
    return tuple(found)[:_MOST_CANDIDATES]
