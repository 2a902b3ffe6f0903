"""From due feeds to outcomes: claims them, keeps hosts in peace and shares fair, asks. ``polled`` records the rest."""

import logging
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bridge.heartbeat import Heartbeat
from bot.bridge.polling.blog_locks import BlogLocks, LockSnapshot
from bot.bridge.polling.guild_limiter import GuildLimiter
from bot.bridge.polling.host_limiter import HostLimiter
from bot.bridge.polling.results import PollResults
from bot.bridge.ports import Clock, FeedFetcher, Meter
from bot.bridge.task_pool import TaskPool
from bot.model.errors import StoreAway
from bot.model.feed import Failed, FailureReason, Feed, FeedKind, FetchOutcome
from bot.model.ids import BlogId, FeedId
from bot.rules.poll_schedule import PollSchedule, poll_conditionally
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: Longer than all of a host's feeds in hand take if each is asked as slowly as it may be.
_LEASE = timedelta(minutes=10)
#: Blogs at once.
_AT_ONCE = 64
#: While there is more to do than room, what was gathered is still written so often.
_LOOK_AGAIN = 0.5


class Poller:
    """Polls what is due; the feeds of one blog go one after the other, entries before comments."""

    def __init__(
        self,
        store: Store,
        source: FeedFetcher,
        recorder: PollResults,
        clock: Clock,
        *,
        pace: PollSchedule,
        blog_locks: BlogLocks,
        meter: Meter,
    ) -> None:
        self._store = store
        self._source = source
        self._recorder = recorder
        self._clock = clock
        self._meter = meter
        self._turns = blog_locks
        self._tasks = TaskPool(_AT_ONCE)
        self._hosts = HostLimiter(clock, pace)
        self._shares = GuildLimiter(clock, _AT_ONCE)
        #: claimed feeds that could not be given back, as the store was away, and when they were due
        self._unwritten: dict[FeedId, datetime] = {}
        #: beats with every look for due feeds
        self.heartbeat = Heartbeat(clock)

    async def tick(self) -> int:
        """Start polling what is due, and whatever else is due as there is room; returns how many polls."""
        started = 0
        while True:
            await self._recorder.write()
            await self._give_back()
            room = self._tasks.free
            claimed, polls = await self._claim(room) if room > 0 else (0, 0)
            started += polls
            self.heartbeat.beat()
            if room > 0 and claimed < room:
                return started
            await self._tasks.room(_LOOK_AGAIN)

    async def drain(self, seconds: float) -> None:
        """Let polls under way come to their end, and write what they brought."""
        await self._tasks.drain(seconds)
        await self._recorder.write(all_=True)

    async def _claim(self, room: int) -> tuple[int, int]:
        """Returns how many feeds were claimed, and how many of them are polled now."""
        # Whoever gives a blog's turn back from here on may have written what the claim did not read.
        mark = self._turns.mark()
        now = self._clock.now()
        claimed = await self._store.polls.claim_due(now, lease_until=now + _LEASE, limit=room)
        shared, beyond_share = self._shares.admit(claimed)
        feeds, delayed = self._hosts.admit(shared)
        chosen = {feed.id for feed in feeds}
        for feed in shared:
            if feed.id not in chosen:
                self._shares.leave(feed)
        by_blog: defaultdict[BlogId, list[Feed]] = defaultdict(list)
        for feed in feeds:
            by_blog[feed.blog_id].append(feed)
        for blog_id, group in by_blog.items():
            self._tasks.start(self._poll_all(blog_id, group, since=now, mark=mark))
        # Last, as it may fail: what was admitted is on its way and will be given back.
        await self._store.polls.release_until([*delayed, *beyond_share])
        return len(claimed), len(feeds)

    async def _give_back(self) -> None:
        """Let feeds be due again whose polls ended while the store was away."""
        waiting = dict(self._unwritten)
        if waiting:
            await self._store.polls.release_until(list(waiting.items()))
            for feed_id in waiting:
                del self._unwritten[feed_id]

    async def _poll_all(self, blog_id: BlogId, feeds: list[Feed], *, since: datetime, mark: LockSnapshot) -> None:
        turn = self._turns.of(blog_id)
        async with turn:
            outdated = turn.released_since(mark)
            for feed in sorted(feeds, key=lambda each: each.kind is not FeedKind.ENTRIES):
                try:
                    # Whoever had the turn since the claim may have read it.
                    current = await self._read_again(feed) if outdated else feed
                    if current is not None:
                        await self._poll(current, since)
                except StoreAway:
                    self._unwritten[feed.id] = feed.next_poll_at
                    self._meter.polled("broke")
                except Exception:
                    # A bug: the lease runs out and the feed is due again.
                    _log.exception("A poll broke off.", extra={"action": "poll_crashed", "feed": feed.id})
                    self._meter.polled("broke")
                finally:
                    self._hosts.leave(feed)
                    self._shares.leave(feed)

    async def _read_again(self, claimed: Feed) -> Feed | None:
        feed = await self._store.feeds.get(claimed.id)
        if feed is None:
            return None
        if feed.next_poll_at > self._clock.now():
            await self._store.polls.release_until([(feed.id, feed.next_poll_at)])
            return None
        return replace(feed, subscribers=claimed.subscribers, guilds=claimed.guilds, api_root=claimed.api_root)

    async def _poll(self, feed: Feed, since: datetime) -> None:
        async with self._hosts.visit(feed) as silent_until:
            if silent_until is not None:
                _log.debug(
                    "A host is left alone, so its feed waits.",
                    extra={"action": "poll_postponed", "feed": feed.id, "until": silent_until},
                )
                await self._store.polls.release_until([(feed.id, silent_until)])
                return
            conditional = poll_conditionally(feed, since)
            outcome = await self._source.fetch(feed, conditional=conditional)
        _log.debug(
            "A feed was polled.",
            extra={"action": "feed_polled", "feed": feed.id, "blog": feed.blog_id, "outcome": type(outcome).__name__},
        )
        self._hosts.heard(feed, answered=_is_answer(outcome))
        await self._recorder.record(feed, outcome, conditional=conditional, since=since)


def _is_answer(outcome: FetchOutcome) -> bool:
    """Whether there is a server at all: what it says does not matter."""
    return not (isinstance(outcome, Failed) and outcome.status is None and outcome.reason is FailureReason.OTHER)
