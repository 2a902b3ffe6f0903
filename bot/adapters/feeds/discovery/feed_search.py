"""Try addresses until one of them is a feed of entries, within limits on requests and time.

One request at a time: a page may link any number of addresses on other hosts.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.adapters.feeds.addresses import same_site
from bot.adapters.feeds.discovery.fetcher import Fetcher, read_page
from bot.adapters.feeds.documents.body import NotAFeed, not_a_feed
from bot.adapters.feeds.fetch_state import ParseResult
from bot.adapters.feeds.http.statuses import error_for
from bot.adapters.feeds.items.identity import comment_number
from bot.adapters.feeds.pages.feed_links import is_comments_address, possible_entry_feeds
from bot.adapters.net.client import Response
from bot.adapters.net.ssrf_guard import host_of
from bot.model.entry import ParsedFeed
from bot.model.errors import BridgeError, TemporaryError
from bot.model.redact import shown_url

_log = logging.getLogger(__name__)

#: Requests of one search to the page's own host, and to any other.
_MOST_HERE = 36
_MOST_ELSEWHERE = 12
_MOST = 48
#: A host that gives no answer so often is not asked again.
_MOST_SILENCE = 3
#: Seconds for the whole search, and for one address: somebody waits in front of a screen.
_LONGEST = 45.0
_LONGEST_ASKED = 10.0
#: Pages that were found where a feed was named, and that are read for the feeds that they name.
_MOST_PAGES = 3
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedFeed:
    """A feed of entries that could be read."""

    #: before redirects, as a page may name it
    url: str
    response: Response
    result: ParseResult


class FeedSearch:
    """One search for a feed.

    :param page_url: the page that it starts from.
    :param seconds: how long it may take.
    """

    def __init__(self, fetcher: Fetcher, *, page_url: str, seconds: float = _LONGEST) -> None:
        self._fetcher = fetcher
        self._page_url = page_url
        self._host = host_of(page_url)
        self._until = time.monotonic() + seconds
        self._requests: Counter[str] = Counter()
        self._unanswered: Counter[str] = Counter()
        #: what was tried and is no feed of entries
        self.rejected = {page_url.partition("#")[0]}
        #: the first feed that can be read but has no entries (yet)
        self.empty: TriedFeed | None = None
        #: what could not be had, and why, in order
        self.failures: list[tuple[str, BridgeError]] = []
        self._pages: list[Response] = []

    async def first_named_feed(self, urls: Iterable[str]) -> TriedFeed | None:
        """Return what :meth:`first` does; where addresses lead to pages of the same site, try the feeds of those."""
        found_feed = await self.first_feed(urls)
        pages = [await read_page(response) for response in self._pages[:_MOST_PAGES]] if found_feed is None else []
        for page in pages:
            sent_on = (page.refresh,) if page.refresh else ()
            named = (*sent_on, *possible_entry_feeds(page.links))
            found_feed = found_feed or await self.first_feed(url for url in named if same_site(url, self._page_url))
        return found_feed

    async def first_feed(self, urls: Iterable[str], *, may_be_empty: bool = True) -> TriedFeed | None:
        """Return the first feed with entries; None: none of these addresses is one.

        :param may_be_empty: one without entries is kept for want of a better one.
        """
        for url in (each.partition("#")[0] for each in urls):
            if url in self.rejected or (self.empty is not None and url == self.empty.url) or not self._may_request(url):
                continue
            found_feed = await self._request_feed(url)
            if found_feed is None:
                self.rejected.add(url)
            elif found_feed.result.feed.entries:
                return found_feed
            elif may_be_empty:
                self.empty = self.empty or found_feed
        return None

    def _may_request(self, url: str) -> bool:
        host = host_of(url)
        most = _MOST_HERE if host == self._host else _MOST_ELSEWHERE
        in_bounds = self._requests[host] < most and self._requests.total() < _MOST
        return in_bounds and self._unanswered[host] < _MOST_SILENCE and time.monotonic() < self._until

    async def _request_feed(self, url: str) -> TriedFeed | None:
        self._requests[host_of(url)] += 1
        try:
            response = await self._get(url)
            result = await self._fetcher.parse_if_feed(response)
        except BridgeError as error:
            self._note_failure(url, error)
            return None
        if result is None and same_site(response.url, self._page_url):
            self._pages.append(response)
        if result is None or is_of_comments(response.url, result.feed):
            self._note_failure(url, NotAFeed(not_a_feed(response.body, response.url)))
            return None
        return TriedFeed(url=url, response=response, result=result)

    def _note_failure(self, url: str, error: BridgeError) -> None:
        _log.debug(
            "An address was tried and is no feed of entries.",
            extra={"action": "feed_ruled_out", "url": shown_url(url), "why": type(error).__name__},
        )
        self.failures.append((url, error))

    async def _get(self, url: str) -> Response:
        """Ask for an address.

        :raises BridgeError: no answer, or not 200.
        """
        try:
            async with asyncio.timeout(min(self._until - time.monotonic(), _LONGEST_ASKED)):
                response = await self._fetcher.get(url)
        except TimeoutError:
            self._unanswered[host_of(url)] += 1
            raise TemporaryError(f"{host_of(url)} did not answer in time.") from None
        except BridgeError:
            self._unanswered[host_of(url)] += 1
            raise
        if response.status != _OK:
            raise error_for(response)
        return response


def is_of_comments(url: str, feed: ParsedFeed) -> bool:
    """Tell a feed of comments by what stands in it, else by its address; its title is in any language."""
    if feed.entries:
        return feed.all_answer or all(comment_number(entry.uid, entry.link) for entry in feed.entries)
    return is_comments_address(url)
