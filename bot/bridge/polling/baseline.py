"""Read a blog's feeds once without announcing anything, so that what is there already counts as known."""

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

#: A feed that has failed for longer may never come back, and must not keep a blog from being subscribed to.
_MAX_FAILING = timedelta(days=1)


class Baseline:
    """Reads a blog's feeds outside of the poll schedule."""

    def __init__(
        self,
        store: Store,
        fetcher: FeedFetcher,
        discovery_cache: DiscoveryCache,
        results: PollResults,
        clock: Clock,
        blog_locks: BlogLocks,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._discovery_cache = discovery_cache
        self._results = results
        self._clock = clock
        self._blog_locks = blog_locks

    async def take(self, blog: Blog, *, guild_id: GuildId | None = None) -> None:
        """Read a blog's feeds now; earlier subscriptions still get what is new to them.

        The comment feeds of single entries are left to the poller: there may be hundreds.

        :param guild_id: the server whose share of parsing time is used; None: those that are subscribed.
        :raises TemporaryError: a feed could not be read; its items would count as new later.
        """
        async with self._blog_locks.of(blog.id):
            await self._results.flush_blog(blog.id)
            feeds = await self._store.feeds.of_blog(blog.id)
            guilds = (guild_id,) if guild_id else await self._store.subscriptions.guilds_of_blog(blog.id)
            own = [feed for feed in feeds if feed.kind is not FeedKind.ENTRY_COMMENTS]
            for feed in sorted(own, key=lambda each: each.kind is not FeedKind.ENTRIES):
                await self._read(replace(feed, guilds=guilds, api_root=blog.api_root))

    async def _read(self, feed: Feed) -> None:
        # Without validators, as after a wrong 304 old entries would count as new later.
        match self._discovery_cache.pop(feed) or await self._fetcher.fetch(feed, conditional=False):
            case Failed() if feed.kind is FeedKind.ACCOUNT_COMMENTS:
                # Another server's account may be the cause. The next poll counts as the first, which announces nothing.
                await self._store.polls.save_result(replace(feed, fetch_state=None, body_hash=None))
            case Failed(text=text) if feed.kind is FeedKind.ENTRIES or self._worked_lately(feed):
                raise TemporaryError(f"{text} Nothing was changed; please try again later.")
            case Failed(text=text):
                # The next poll that succeeds counts as the first, which announces nothing.
                _log.warning("%s", text, extra={"action": "baseline_failed", "feed": feed.id})
                await self._store.polls.save_result(replace(feed, last_ok_at=None))
            case outcome:
                await self._results.save(feed, outcome, conditional=False, since=self._clock.now())

    def _worked_lately(self, feed: Feed) -> bool:
        return feed.last_ok_at is not None and self._clock.now() - feed.last_ok_at < _MAX_FAILING
