"""Feeds in memory for the poller: each address has a set answer, and every request is recorded."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.model.entry import ParsedEntry, ParsedFeed
from bot.model.feed import Availability, Feed, FetchOutcome, NotModified, Validators
from bot.model.ids import NativeId, Uid

UNCHANGED = NotModified(validators=Validators(etag='"same"'))


@dataclass
class FakeFeeds:
    """A FeedSource. An address without a set answer is unchanged."""

    answers: dict[str, FetchOutcome] = field(default_factory=dict)
    #: every request: the feed at that time, and True if it was conditional
    asked: list[tuple[Feed, bool]] = field(default_factory=list)
    #: the most requests at the same time, in all and by host
    most: Counter[str] = field(default_factory=Counter)
    _open: Counter[str] = field(default_factory=Counter)
    _closed: dict[str, asyncio.Event] = field(default_factory=dict)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def urls(self) -> list[str]:
        return [feed.url for feed, _ in self.asked]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for requests until a condition is true."""
        async with asyncio.timeout(10):
            while not condition():
                self._heard.clear()
                await self._heard.wait()

    @asynccontextmanager
    async def slow(self, host: str) -> AsyncIterator[None]:
        """Delay requests to a host until the block ends; ".host" means all its subdomains, "all" every host."""
        self._closed[host] = asyncio.Event()
        yield
        self._closed.pop(host).set()

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        host = urlsplit(feed.url).netloc
        self.asked.append((feed, conditional))
        self._heard.set()
        for name in ("all", host):
            self._open[name] += 1
            self.most[name] = max(self.most[name], self._open[name])
        for name in ("all", host, f".{host.partition('.')[2]}"):
            if name in self._closed:
                await self._closed[name].wait()
        await asyncio.sleep(0)
        self._open.subtract(["all", host])
        return self.answers.get(feed.url, UNCHANGED)

    async def next_page(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        return None

    def rename_items(self, fetch_state: str, names: Mapping[Uid, Uid]) -> str:
        return fetch_state

    async def read_account_list(self, feed: Feed, body: bytes, *, conditional: bool) -> FetchOutcome:
        raise AssertionError("no account reads these feeds")

    async def check_availability(self, link: str, *, comment: NativeId | None, api_root: str | None) -> Availability:
        raise AssertionError("nothing leaves these feeds, so nothing is looked for")

    async def page_title(self, link: str, *, site: str) -> str | None:
        return None

    async def look_up(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedEntry]:
        return []
