"""Keep the feeds that discovery has just read in memory for some minutes, so that adding a blog requests them once.

Some servers answer a second request within minutes with a refusal for hours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bridge.ports import Clock, Discoverer
from bot.model.feed import Discovered, Feed, Fetched
from bot.model.ids import GuildId

#: The time a person takes over a preview.
_MAX_AGE = timedelta(minutes=10)
#: Each may hold a thousand entries.
_MAX_FEEDS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _CachedFeed:
    at: datetime
    fetched: Fetched


class DiscoveryCache:
    """A Discoverer that keeps the feeds it reads, by address."""

    def __init__(self, discoverer: Discoverer, clock: Clock) -> None:
        self._discoverer = discoverer
        self._clock = clock
        #: the oldest first
        self._feeds: dict[str, _CachedFeed] = {}

    async def discover(self, url: str, *, guild_id: GuildId | None = None) -> Discovered:
        """Discover a blog, and keep its feeds."""
        discovered = await self._discoverer.discover(url, guild_id=guild_id)
        found = discovered.found
        self._put(found.entries.url, discovered.fetched)
        if found.comments is not None:
            self._put(found.comments.url, discovered.fetched_comments)
        return discovered

    def pop(self, feed: Feed) -> Fetched | None:
        """Return and forget a feed, unless it was read too long ago or polled since."""
        cached = self._feeds.pop(feed.url, None)
        if cached is None or self._clock.now() - cached.at > _MAX_AGE:
            return None
        return None if feed.last_polled_at is not None and feed.last_polled_at > cached.at else cached.fetched

    def _put(self, url: str, fetched: Fetched | None) -> None:
        self._feeds.pop(url, None)
        if fetched is None:
            return
        self._feeds[url] = _CachedFeed(at=self._clock.now(), fetched=fetched)
        while len(self._feeds) > _MAX_FEEDS:
            del self._feeds[next(iter(self._feeds))]
