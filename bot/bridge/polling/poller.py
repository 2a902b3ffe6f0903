"""Claim due feeds, limit them by host and by server, and fetch them; ``results`` saves what comes of it."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bridge.heartbeat import Heartbeat
from bot.bridge.polling.blog_locks import BlogLocks, LockSnapshot
from bot.bridge.polling.guild_limiter import GuildLimiter
from bot.bridge.polling.host_limiter import HostLimiter
from bot.bridge.polling.results import PollResults
from bot.bridge.ports import Clock, FeedFetcher, Meter
from bot.bridge.task_pool import TaskPool
from bot.model.errors import DatabaseUnavailable
from bot.model.feed import Failed, FailureReason, Feed, FeedKind, FetchOutcome
from bot.model.ids import BlogId, FeedId
from bot.rules.poll_schedule import PollSchedule, poll_conditionally
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: Longer than all admitted feeds of a host take, even if each runs into its timeout.
_LEASE = timedelta(minutes=10)
#: Blogs at once.
_AT_ONCE = 64
#: While all tasks are busy, results are still flushed so often, in seconds.
_FLUSH_EVERY = 0.5


class Poller:
    """Polls due feeds; those of one blog one after the other, entries before comments."""

    def __init__(
        self,
        store: Store,
        fetcher: FeedFetcher,
        results: PollResults,
        clock: Clock,
        *,
        schedule: PollSchedule,
        blog_locks: BlogLocks,
        meter: Meter,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self.results = results
        self._clock = clock
        self._meter = meter
        self._blog_locks = blog_locks
        #: polls under way
        self.tasks = TaskPool(_AT_ONCE)
        self._hosts = HostLimiter(clock, schedule)
        self._guilds = GuildLimiter(clock, _AT_ONCE)
        #: claimed feeds that could not be released, as the database was unavailable, and when they were due
        self._unreleased: dict[FeedId, datetime] = {}
        #: beats each time due feeds are claimed
        self.heartbeat = Heartbeat(clock)

    async def tick(self) -> int:
        """Start to poll due feeds until none is left; returns how many polls were started."""
        started = 0
        while True:
            await self.results.flush()
            await self._release_unreleased()
            room = self.tasks.free
            claimed, polls = await self._claim(room) if room > 0 else (0, 0)
            started += polls
            self.heartbeat.beat()
            if room > 0 and claimed < room:
                return started
            await self.tasks.room(_FLUSH_EVERY)

    async def drain(self, seconds: float) -> None:
        """Wait for running polls, and save their results."""
        await self.tasks.drain(seconds)
        await self.results.flush(force=True)

    async def _claim(self, room: int) -> tuple[int, int]:
        """Claim due feeds and start to poll them; returns how many were claimed, and how many of them are polled."""
        # A task that releases a blog's lock from here on may have saved what the claim did not read.
        snapshot = self._blog_locks.snapshot()
        now = self._clock.now()
        claimed = await self._store.polls.claim_due(now, lease_until=now + _LEASE, limit=room)
        within_limit, over_limit = self._guilds.admit(claimed)
        feeds, delayed = self._hosts.admit(within_limit)
        chosen = {feed.id for feed in feeds}
        for feed in within_limit:
            if feed.id not in chosen:
                self._guilds.release(feed)
        by_blog: defaultdict[BlogId, list[Feed]] = defaultdict(list)
        for feed in feeds:
            by_blog[feed.blog_id].append(feed)
        for blog_id, group in by_blog.items():
            self.tasks.start(self._poll_all(blog_id, group, since=now, snapshot=snapshot))
        # Last, as it may fail: the polls are started by now, and release their feeds.
        await self._store.polls.release_until([*delayed, *over_limit])
        if _log.isEnabledFor(logging.DEBUG):
            _log_delayed("host", delayed)
            _log_delayed("guild", over_limit)
        return len(claimed), len(feeds)

    async def _release_unreleased(self) -> None:
        """Make feeds due again whose polls ended while the database was unavailable."""
        waiting = dict(self._unreleased)
        if waiting:
            await self._store.polls.release_until(list(waiting.items()))
            for feed_id in waiting:
                del self._unreleased[feed_id]

    async def _poll_all(self, blog_id: BlogId, feeds: list[Feed], *, since: datetime, snapshot: LockSnapshot) -> None:
        lock = self._blog_locks.of(blog_id)
        async with lock:
            outdated = lock.released_since(snapshot)
            for feed in sorted(feeds, key=lambda each: each.kind is not FeedKind.ENTRIES):
                try:
                    # Another task may have read the feed since the claim.
                    current = await self._read_again(feed) if outdated else feed
                    if current is not None:
                        await self._poll(current, since)
                except DatabaseUnavailable:
                    self._unreleased[feed.id] = feed.next_poll_at
                    self._meter.polled("crashed")
                except Exception:
                    # A bug: the feed is due again when its lease ends.
                    _log.exception("A poll crashed.", extra={"action": "poll_crashed", "feed": feed.id})
                    self._meter.polled("crashed")
                finally:
                    self._hosts.release(feed)
                    self._guilds.release(feed)

    async def _read_again(self, claimed: Feed) -> Feed | None:
        feed = await self._store.feeds.get(claimed.id)
        if feed is None:
            return None
        if feed.next_poll_at > self._clock.now():
            await self._store.polls.release_until([(feed.id, feed.next_poll_at)])
            return None
        return replace(feed, subscribers=claimed.subscribers, guilds=claimed.guilds, api_root=claimed.api_root)

    async def _poll(self, feed: Feed, since: datetime) -> None:
        async with self._hosts.connection(feed) as unreachable_until:
            if unreachable_until is not None:
                extra = {"action": "poll_postponed", "feed": feed.id, "until": unreachable_until}
                _log.debug("A host is unreachable, so its feed is delayed.", extra=extra)
                await self._store.polls.release_until([(feed.id, unreachable_until)])
                return
            conditional = poll_conditionally(feed, since)
            outcome = await self._fetcher.fetch(feed, conditional=conditional)
        extra = {"action": "feed_polled", "feed": feed.id, "blog": feed.blog_id, "outcome": type(outcome).__name__}
        _log.debug("A feed was polled.", extra=extra)
        self._hosts.note_answer(feed, answered=_is_answer(outcome))
        await self.results.save(feed, outcome, conditional=conditional, since=since)


def _log_delayed(limit: str, delayed: Sequence[tuple[FeedId, datetime]]) -> None:
    """Log which feeds were due but are delayed, as others of their host or guild are polled."""
    for feed_id, until in delayed:
        extra = {"action": "poll_delayed", "feed": feed_id, "limit": limit, "until": until}
        _log.debug("A due feed has to wait for others.", extra=extra)


def _is_answer(outcome: FetchOutcome) -> bool:
    """Return whether a server answered at all, even with an error."""
    return not (isinstance(outcome, Failed) and outcome.status is None and outcome.reason is FailureReason.OTHER)
