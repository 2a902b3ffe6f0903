"""Decide when a feed is polled next, and whether with validators.

Feeds are spread over time by a hash of their address, so that the decision can be repeated.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from statistics import median

from bot.model.entry import Freshness
from bot.model.feed import Failed, FailureReason, Feed, FeedKind, Fetched, FetchOutcome
from bot.rules.item_diff import newest_date
from bot.rules.websub import delay_while_trusted

#: One poll in so many, and one a day, goes without validators: WordPress answers 304 although comments were approved
#: late or edited.
UNCONDITIONAL_EVERY = 10
_FULL_POLL_EVERY = timedelta(days=1)

#: Polls until something new is expected.
_POLLS_UNTIL_NEW = 20
#: After so long without a comment, an entry's own feed is hardly polled: the comment count in the blog's feed says
#: when there is a new one.
_QUIET_AFTER = timedelta(days=90)
#: Feeds are spread over this share of their interval, and of the pause that a host asked for.
_SPREAD, _SPREAD_AFTER_PAUSE = 0.2, 0.5
#: The usual gap is measured over so many of the newest items.
_NEWEST = 10
#: Minutes; WordPress writes "hourly" into every feed, so only longer periods count.
_WORDPRESS_PERIOD = 60

#: The interval between two polls of a feed that was given up.
PROBE_EVERY = timedelta(days=7)
_LONGEST_FAILING = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSchedule:
    """The shortest and the longest interval between two polls of a feed."""

    shortest: timedelta
    longest: timedelta


def poll_conditionally(feed: Feed, now: datetime) -> bool:
    """Decide whether to send validators with the next request."""
    if feed.last_full_poll_at is None or now - feed.last_full_poll_at >= _FULL_POLL_EVERY:
        return False
    return feed.conditional_polls < UNCONDITIONAL_EVERY - 1


def next_poll_at(feed: Feed, outcome: FetchOutcome, now: datetime, schedule: PollSchedule) -> datetime:
    """Decide when to poll a feed again; every poll's result passes here once.

    :param feed: as this poll leaves it, but for ``next_poll_at``.
    """
    return (
        _retry_at(feed, outcome, now, schedule)
        if isinstance(outcome, Failed)
        else _next_regular_poll(feed, now, schedule)
    )


def _next_regular_poll(feed: Feed, now: datetime, schedule: PollSchedule) -> datetime:
    offset = stable_fraction(feed.url)
    due_at = now + max(_interval(feed, now, schedule) * (1 - _SPREAD * offset), schedule.shortest)
    due_at = delay_while_trusted(
        due_at, now, hub_trusted_until=feed.hub_trusted_until, longest=schedule.longest, draw=offset
    )
    return max(due_at, feed.not_before or due_at)


def _retry_at(feed: Feed, failed: Failed, now: datetime, schedule: PollSchedule) -> datetime:
    """Return the end of the backoff, or of the server's Retry-After where that is later."""
    offset = stable_fraction(feed.url)
    wait = failed.retry_after or timedelta(0)
    if failed.reason is FailureReason.BUSY:
        # All feeds of a host wait for the same moment, and must not all be polled at once then.
        wait *= 1 + _SPREAD_AFTER_PAUSE * offset
    if feed.stopped_at is not None:
        backoff = PROBE_EVERY
    elif failed.reason is FailureReason.BUSY:
        backoff = _interval(feed, now, schedule)
    else:
        # A server that took us for no feed reader will do so again a few minutes later.
        least = schedule.longest if failed.reason is FailureReason.CHALLENGED else schedule.shortest
        most = max(min(_LONGEST_FAILING, 2 * schedule.longest), schedule.shortest)
        backoff = min(max(schedule.shortest * (1 << min(feed.failures, 16)), least), most)
    return now + max(backoff * (1 - _SPREAD * offset), wait, schedule.shortest)


def _interval(feed: Feed, now: datetime, schedule: PollSchedule) -> timedelta:
    if feed.kind is FeedKind.ENTRY_COMMENTS:
        if feed.newest_at is None:
            # A blog may have hundreds of such feeds.
            return schedule.longest
        if now - feed.newest_at > _QUIET_AFTER:
            return _QUIET_AFTER
    return min(max(_expected_wait(feed, now, schedule) / _POLLS_UNTIL_NEW, schedule.shortest), schedule.longest)


def _expected_wait(feed: Feed, now: datetime, schedule: PollSchedule) -> timedelta:
    """Estimate how long it takes until something new appears.

    Comments come in bursts, so the time since the last one counts. Entries come at the blog's usual gap, half of which
    is expected in the middle; a longer silence means that the blog has slowed down.
    """
    silence = schedule.longest if feed.newest_at is None else now - feed.newest_at
    if feed.kind is FeedKind.ENTRIES and feed.usual_gap is not None:
        return max(silence, feed.usual_gap / 2)
    return silence


def note_activity(feed: Feed, before: Feed, fetched: Fetched, *, new: int, now: datetime) -> Feed:
    """Return a feed with the usual gap and the date of its newest item, after a poll that brought a document.

    :param before: the feed as it was before the poll.
    :param new: how many items were not known.
    """
    gap, newest_at, parsed = feed.usual_gap, feed.newest_at, fetched.feed
    if feed.kind is FeedKind.ENTRIES:
        dates = [entry.published_at for entry in parsed.entries if entry.published_at]
        gap = usual_gap(before, dates, new, parsed.freshness, now)
    if before.last_ok_at is None:
        # The items of a first poll are old.
        newest_at = newest_date(parsed, now) or newest_at
    elif new:
        newest_at = now
    return replace(feed, usual_gap=gap, newest_at=newest_at)


def usual_gap(
    feed: Feed, dates: Sequence[datetime], new: int, freshness: Freshness | None, now: datetime
) -> timedelta | None:
    """Estimate how far apart the items of a feed are; None: not known.

    The first estimate is the median of what the feed shows; each new item then moves it by a quarter.

    :param feed: as it was before this poll.
    :param dates: of the items read.
    :param new: how many items were not known.
    """
    if feed.usual_gap is not None and feed.newest_at is not None:
        if not new:
            return feed.usual_gap
        seen = max(now - feed.newest_at, timedelta(0)) / new
        return feed.usual_gap + (seen - feed.usual_gap) * (1 - 0.75**new)
    newest = sorted(min(date, now) for date in dates)[-_NEWEST:]
    if not newest and new and feed.newest_at is not None:
        return max(now - feed.newest_at, timedelta(0)) / new
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(newest)]
    if gaps:
        return timedelta(seconds=median(gaps))
    period = freshness.update_every if freshness else None
    return timedelta(minutes=period) if period and period > _WORDPRESS_PERIOD else feed.usual_gap


@lru_cache(maxsize=16_384)
def stable_fraction(url: str) -> float:
    """Return a number in [0, 1) derived from an address, so that feeds of one host are polled at different moments."""
    return int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:4]) / 2**32
