"""What discovery has just read, kept in memory for a while: adding a blog is one request for its feed, not two.

Some servers answer a second request within minutes with a refusal for hours. After a restart, or too late, the feed is
simply asked for again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bridge.ports import Clock, Discoverer
from bot.model.feed import Discovered, Feed, Fetched
from bot.model.ids import GuildId

#: As long as a person thinks about a preview.
_FRESH_FOR = timedelta(minutes=10)
#: Each may hold a thousand entries.
_MOST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    at: datetime
    fetched: Fetched


class DiscoveryCache:
    """A Discoverer that remembers what it read, by address."""

    def __init__(self, discoverer: Discoverer, clock: Clock) -> None:
        self._discoverer = discoverer
        self._clock = clock
        #: the oldest first
        self._reads: dict[str, _Read] = {}

    async def discover(self, url: str, *, guild_id: GuildId | None = None) -> Discovered:
        """As the Discoverer it asks."""
        discovered = await self._discoverer.discover(url, guild_id=guild_id)
        found = discovered.found
        self._keep(found.entries.url, discovered.fetched)
        if found.comments is not None:
            self._keep(found.comments.url, discovered.fetched_comments)
        return discovered

    def take(self, feed: Feed) -> Fetched | None:
        """Give away what was read of a feed, unless it is old, or older than what a poll knows."""
        read = self._reads.pop(feed.url, None)
        if read is None or self._clock.now() - read.at > _FRESH_FOR:
            return None
        return None if feed.last_polled_at is not None and feed.last_polled_at > read.at else read.fetched

    def _keep(self, url: str, fetched: Fetched | None) -> None:
        self._reads.pop(url, None)
        if fetched is None:
            return
        self._reads[url] = _Read(at=self._clock.now(), fetched=fetched)
        while len(self._reads) > _MOST:
            del self._reads[next(iter(self._reads))]
