"""When a feed is polled next, and how. Pure: now is an argument, and what chance would do, the address does."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from statistics import median

from bot.model.entry import Freshness
from bot.model.feed import Failed, FailureReason, Feed, FeedKind
from bot.rules.websub import delay_while_trusted

#: Every so many polls, and once a day, a feed is read without validators: WordPress answers 304 to late approvals and
#: edits.
UNCONDITIONAL_EVERY = 10
_WHOLE_EVERY = timedelta(days=1)

#: So many polls fall into the time until something new is expected.
_POLLS = 20
#: Nobody comments any more on an entry that nobody commented on for so long; if somebody does, the number of comments
#: that the blog's own feed tells wakes the entry's feed.
_TALKED_OUT = timedelta(days=90)
#: The shares of an interval, and of the pause that a host asked for, over which feeds are spread.
_SPREAD, _SPREAD_AFTER_PAUSE = 0.2, 0.5
#: So many of the newest items tell how far apart they usually are.
_NEWEST = 10
#: WordPress says "hourly" in every feed that it writes, which means nothing; a longer word may.
_SAID_BY_WORDPRESS = 60

#: Between two looks whether what was given up is back.
PROBE_EVERY = timedelta(days=7)
_LONGEST_FAILING = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSchedule:
    """The bounds of the interval between two polls of a feed."""

    shortest: timedelta
    longest: timedelta


def poll_conditionally(feed: Feed, now: datetime) -> bool:
    """Whether to send validators this time."""
    if feed.last_full_poll_at is None or now - feed.last_full_poll_at >= _WHOLE_EVERY:
        return False
    return feed.conditional_polls < UNCONDITIONAL_EVERY - 1


def next_poll(feed: Feed, now: datetime, pace: PollSchedule) -> datetime:
    """When to ask a feed again that is well; never before it wants to be asked.

    :param feed: as far as this depends on it, as it is after the poll.
    """
    interval = _interval(feed, now, pace)
    own = stable_fraction(feed.url)
    due_at = now + max(interval * (1 - _SPREAD * own), pace.shortest)
    due_at = delay_while_trusted(due_at, now, pushed_until=feed.pushed_until, longest=pace.longest, draw=own)
    return max(due_at, feed.not_before or due_at)


def next_poll_after_failure(feed: Feed, failed: Failed, now: datetime, pace: PollSchedule) -> datetime:
    """When to ask a feed again that failed, as it is after this poll; the server's own word counts if it is later."""
    wait = failed.retry_after or timedelta(0)
    if failed.reason is FailureReason.BUSY:
        # All feeds of the host wait for the same moment, and must not all come at once then.
        wait *= 1 + _SPREAD_AFTER_PAUSE * stable_fraction(feed.url)
    if feed.stopped_at is not None:
        backoff = PROBE_EVERY
    elif failed.reason is FailureReason.BUSY:
        backoff = _interval(feed, now, pace)
    else:
        # Whoever was held for no reader will be held for none a few minutes later.
        least = pace.longest if failed.reason is FailureReason.CHALLENGED else pace.shortest
        most = max(min(_LONGEST_FAILING, 2 * pace.longest), pace.shortest)
        backoff = min(max(pace.shortest * (1 << min(feed.failures, 16)), least), most)
    return now + max(backoff * (1 - _SPREAD * stable_fraction(feed.url)), wait, pace.shortest)


def _interval(feed: Feed, now: datetime, pace: PollSchedule) -> timedelta:
    if feed.kind is FeedKind.ENTRY_COMMENTS:
        if feed.newest_at is None:
            # There may be hundreds like it.
            return pace.longest
        if now - feed.newest_at > _TALKED_OUT:
            return _TALKED_OUT
    return min(max(_expected(feed, now, pace) / _POLLS, pace.shortest), pace.longest)


def _expected(feed: Feed, now: datetime, pace: PollSchedule) -> timedelta:
    """How long it takes until something new may be expected.

    Comments come in bursts, so the silence since the last activity tells it. Entries come at their blog's own rhythm,
    in the middle of which one expects half of the usual gap; a longer silence says that it has slowed down.
    """
    silence = pace.longest if feed.newest_at is None else now - feed.newest_at
    if feed.kind is FeedKind.ENTRIES and feed.usual_gap is not None:
        return max(silence, feed.usual_gap / 2)
    return silence


def usual_gap(
    feed: Feed, dates: Sequence[datetime], new: int, freshness: Freshness | None, now: datetime
) -> timedelta | None:
    """How far apart the items of a feed usually are, after it was read; None: not known.

    At first it is the median of what the feed shows; from then on each new item moves it by a quarter.

    :param feed: as it was before.
    :param dates: of what was read.
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
    said = freshness.update_every if freshness else None
    return timedelta(minutes=said) if said and said > _SAID_BY_WORDPRESS else feed.usual_gap


@lru_cache(maxsize=16_384)
def stable_fraction(url: str) -> float:
    """A number in [0, 1) that an address always has, and its neighbour has another: it keeps a host's feeds apart."""
    return int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:4]) / 2**32
