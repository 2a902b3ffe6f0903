"""From a due feed to kept items and the next poll. What is new and when is next is decided in ``rules/``."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bridge.crew import Crew
from bot.bridge.intake import EntryIntake
from bot.bridge.intake_comments import CommentIntake
from bot.bridge.ports import Clock, Dice, FeedSource, Meter, Side
from bot.bridge.pulse import Pulse
from bot.bridge.push_trust import Trust
from bot.bridge.store import Store
from bot.bridge.turns import Turns
from bot.model.feed import Failed, Feed, FeedKind, Fetched, NotModified, Validators
from bot.rules.push import slow_down
from bot.rules.timing import next_poll, next_poll_after_failure, poll_conditionally

_log = logging.getLogger(__name__)

#: Longer than the slowest fetch (deadline 30 s) and parse of a few feeds of one blog.
_LEASE = timedelta(minutes=5)
_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The bounds of the interval between two polls of a feed."""

    shortest: timedelta
    longest: timedelta


class Poller:
    """Polls what is due; the feeds of one blog go one after the other, entries before comments."""

    def __init__(
        self,
        store: Store,
        source: FeedSource,
        entries: EntryIntake,
        comments: CommentIntake,
        clock: Clock,
        dice: Dice,
        *,
        pace: Pace,
        trust: Trust,
        turns: Turns,
        meter: Meter,
        ring: Callable[[], None],
    ) -> None:
        self._store = store
        self._source = source
        self._entries = entries
        self._comments = comments
        self._clock = clock
        self._dice = dice
        self._pace = pace
        self._trust = trust
        self._meter = meter
        self._ring = ring
        self._crew = Crew(_AT_ONCE)
        #: beats with every tick that came to its end
        self.pulse = Pulse(clock)
        self._turns = turns

    async def tick(self) -> int:
        """Claim what is due and start polling it; returns how many feeds."""
        if self._crew.free <= 0:
            self.pulse.beat()
            return 0
        now = self._clock.now()
        feeds = await self._store.polls.claim_due(now, lease_until=now + _LEASE, limit=self._crew.free)
        by_blog: defaultdict[int, list[Feed]] = defaultdict(list)
        for feed in feeds:
            by_blog[feed.blog_id].append(feed)
        for group in by_blog.values():
            self._crew.start(self._poll_all(group, since=now))
        self.pulse.beat()
        return len(feeds)

    async def drain(self, seconds: float) -> None:
        """Let polls under way come to their end."""
        await self._crew.drain(seconds)

    async def _poll_all(self, feeds: list[Feed], *, since: datetime) -> None:
        async with self._turns.of(feeds[0].blog_id):
            for feed in sorted(feeds, key=lambda each: each.kind is not FeedKind.ENTRIES):
                try:
                    await self._poll(feed, since)
                except Exception:
                    # A bug, or the database is away: the lease runs out and the feed is due again.
                    _log.exception("A poll broke off. action=poll_broke feed=%s", feed.id)
                    self._meter.polled("broke")

    async def _poll(self, feed: Feed, since: datetime) -> None:
        conditional = poll_conditionally(feed.conditional_polls)
        outcome = await self._source.fetch(feed, conditional=conditional)
        polls = feed.conditional_polls + 1 if conditional else 0
        match outcome:
            case Fetched():
                await self._take(feed, outcome, polls, since)
            case NotModified(validators=validators, memory=memory, not_before=not_before):
                kept = replace(feed, memory=memory or feed.memory)
                await self._store.polls.settle(self._well(kept, validators, polls, not_before), since=since)
                self._meter.polled("unchanged")
            case Failed():
                await self._store.polls.settle(self._ill(feed, outcome), since=since)
                self._meter.polled("failed")
                self._meter.failed(Side.BLOG, f"poll_{outcome.fault}")

    async def _take(self, feed: Feed, fetched: Fetched, polls: int, since: datetime) -> None:
        blog = await self._store.feeds.get_blog(feed.blog_id)
        if blog is None:
            return
        well = self._well(feed, fetched.validators, polls, fetched.not_before)
        settled = replace(well, body_hash=fetched.body_hash, memory=fetched.memory)
        if feed.kind is FeedKind.ENTRIES:
            entry_news = await self._entries.gather(blog, feed, fetched.feed)
            async with self._store.transaction():
                new = await self._entries.record(entry_news)
                settled = await self._trust.weigh(settled, [parsed for parsed, _ in entry_news.news.new])
                if new:
                    # A new entry is when comments come.
                    now = self._clock.now()
                    await self._store.polls.warm(blog.id, None, now=now, due_at=now + self._pace.shortest)
                settled = replace(settled, identity=entry_news.identity)
                await self._store.polls.settle(self._moved(settled, new, fetched.not_before), since=since)
        else:
            comment_news = await self._comments.gather(blog, feed, fetched.feed)
            async with self._store.transaction():
                new = await self._comments.record(comment_news)
                settled = await self._trust.weigh(settled, [parsed for parsed, _ in comment_news.news.new])
                await self._store.polls.settle(self._moved(settled, new, fetched.not_before), since=since)
        await self._trust.note(feed, fetched.push)
        self._meter.polled("news" if new else "unchanged")
        if new:
            _log.info("A feed brought news. action=news feed=%s kind=%s new=%s", feed.id, feed.kind, new)
            self._ring()

    def _well(self, feed: Feed, validators: Validators, polls: int, not_before: timedelta | None) -> Feed:
        now = self._clock.now()
        return replace(
            feed,
            validators=validators,
            conditional_polls=polls,
            failures=0,
            last_error=None,
            fault=None,
            failing_since=None,
            last_polled_at=now,
            last_ok_at=now,
            next_poll_at=self._next(now, feed, not_before),
        )

    def _moved(self, feed: Feed, new: int, not_before: timedelta | None) -> Feed:
        if not new:
            return feed
        now = self._clock.now()
        lively = replace(feed, newest_at=now)
        return replace(lively, next_poll_at=self._next(now, lively, not_before))

    def _next(self, now: datetime, feed: Feed, not_before: timedelta | None) -> datetime:
        newest_at = feed.newest_at
        if newest_at is None and feed.kind is FeedKind.ENTRY_COMMENTS:
            # Nobody has commented on this entry; there may be hundreds like it.
            return now + self._pace.longest
        due_at = next_poll(
            now,
            newest_at=newest_at,
            shortest=self._pace.shortest,
            longest=self._pace.longest,
            draw=self._dice.fraction(),
        )
        slow = slow_down(
            due_at, now, pushed_until=feed.pushed_until, longest=self._pace.longest, draw=self._dice.fraction()
        )
        return max(slow, now + (not_before or timedelta(0)))

    def _ill(self, feed: Feed, outcome: Failed) -> Feed:
        now = self._clock.now()
        failures = feed.failures + 1
        _log.warning("%s action=poll_failed feed=%s failures=%s", outcome.text, feed.id, failures)
        return replace(
            feed,
            failures=failures,
            last_error=outcome.text,
            fault=outcome.fault,
            failing_since=feed.failing_since or now,
            last_polled_at=now,
            next_poll_at=next_poll_after_failure(
                now,
                failures=failures,
                retry_after=outcome.retry_after,
                shortest=self._pace.shortest,
                longest=self._pace.longest,
            ),
        )
