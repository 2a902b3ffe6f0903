"""The silent first look at a blog's feeds: what is there now is known, not news, for whoever starts now."""

import logging
from dataclasses import replace
from datetime import timedelta

from bot.bridge.polling.blog_locks import BlogLocks
from bot.bridge.polling.discovery_cache import DiscoveryCache
from bot.bridge.polling.results import PollResults
from bot.bridge.ports import Clock, FeedFetcher
from bot.model.errors import TemporaryError
from bot.model.feed import Blog, Failed, Feed, FeedKind
from bot.model.ids import GuildId
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_ILL_FOR = timedelta(days=1)


class Baseline:
    """Reads a blog's feeds outside of the schedule."""

    def __init__(
        self,
        store: Store,
        source: FeedFetcher,
        discovery_cache: DiscoveryCache,
        recorder: PollResults,
        clock: Clock,
        blog_locks: BlogLocks,
    ) -> None:
        self._store = store
        self._source = source
        self._just_read = discovery_cache
        self._recorder = recorder
        self._clock = clock
        self._turns = blog_locks

    async def take(self, blog: Blog, *, guild_id: GuildId | None = None) -> None:
        """Bring what is kept of a blog up to date. Others who were subscribed before get what is new to them.

        The comment feeds of single entries are left to the poll: there may be hundreds.

        :param guild_id: the server that it is done for; None: those that are subscribed.
        :raises TemporaryError: a feed could not be read; what it holds would be taken for news later.
        """
        async with self._turns.of(blog.id):
            await self._recorder.write_blog(blog.id)
            feeds = await self._store.feeds.of_blog(blog.id)
            guilds = (guild_id,) if guild_id else await self._store.subscriptions.guilds_of_blog(blog.id)
            own = [feed for feed in feeds if feed.kind is not FeedKind.ENTRY_COMMENTS]
            for feed in sorted(own, key=lambda each: each.kind is not FeedKind.ENTRIES):
                await self._read(replace(feed, guilds=guilds, api_root=blog.api_root))

    async def _read(self, feed: Feed) -> None:
        # Without validators: a 304 that lies would make old entries new later.
        match self._just_read.take(feed) or await self._source.fetch(feed, conditional=False):
            case Failed() if feed.kind is FeedKind.ACCOUNT_COMMENTS:
                # Another server's account may be at fault; the next reading tells nothing, as the first one.
                await self._store.polls.settle(replace(feed, fetch_state=None, body_hash=None))
            case Failed(text=text) if feed.kind is FeedKind.ENTRIES or self._was_well(feed):
                raise TemporaryError(f"{text} Nothing was changed; please try again later.")
            case Failed(text=text):
                # Whenever it can be read again, that is its first reading: silent about what is old.
                _log.warning("%s", text, extra={"action": "baseline_failed", "feed": feed.id})
                await self._store.polls.settle(replace(feed, last_ok_at=None))
            case outcome:
                await self._recorder.record(feed, outcome, conditional=False, since=self._clock.now())

    def _was_well(self, feed: Feed) -> bool:
        """A feed that has failed for long may be gone for good, and must not keep a blog from starting."""
        return feed.last_ok_at is not None and self._clock.now() - feed.last_ok_at < _ILL_FOR
