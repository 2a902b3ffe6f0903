"""Decide when to retry a delivery or give it up, and when to ask again for the state of a held comment."""

from datetime import datetime, timedelta

#: How long the blog is asked for the state of a held comment.
FOLLOW_FOR = timedelta(days=30)

_FIRST_RETRY = timedelta(seconds=2)
_LONGEST_RETRY = timedelta(minutes=10)
#: How long deliveries are retried. A reply has less time, as its writer waits.
RETRY_FOR = timedelta(days=7)
REPLY_RETRY_FOR = timedelta(hours=3)
#: Permissions change in bursts; a lost channel is tried again after the burst.
SETTLED_AFTER = timedelta(seconds=2)
#: Discord's rate limit for edits in one channel.
_EDITS, _EDITS_WITHIN = 5, timedelta(seconds=5)


def next_attempt(
    now: datetime,
    *,
    attempts: int,
    since: datetime,
    retry_for: timedelta,
    retry_after: timedelta | None,
    draw: float,
) -> datetime | None:
    """Return when to retry a delivery after a temporary error; None: give it up.

    :param since: when the time to retry it began.
    :param draw: a random number in [0, 1).
    """
    if now - since >= retry_for:
        return None
    backoff = min(_FIRST_RETRY * (1 << min(attempts - 1, 20)), _LONGEST_RETRY) * (0.8 + 0.4 * draw)
    return now + max(backoff, retry_after or timedelta(0))


def next_follow(now: datetime, *, since: datetime, shortest: timedelta) -> datetime | None:
    """Return when to ask again for a held comment: after a tenth of the time it has waited; None: never."""
    waited = now - since
    if waited > FOLLOW_FOR:
        return None
    return now + min(max(waited / 10, shortest), timedelta(hours=6))


def edit_at(now: datetime, number: int) -> datetime:
    """Return when to edit one of many messages of a channel, counted from 0.

    An edit that Discord delays occupies the place of another delivery.
    """
    return now + _EDITS_WITHIN * (number // _EDITS)
