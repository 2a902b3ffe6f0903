"""When to try a delivery again or give it up, and when to ask after a held comment. Pure: now and chance are arguments.

When feeds are polled is decided in ``pace``.
"""

from datetime import datetime, timedelta

#: A held comment is asked after at growing distances, and no longer than this.
FOLLOW_FOR = timedelta(days=30)

_FIRST_RETRY = timedelta(seconds=2)
_LONGEST_RETRY = timedelta(minutes=10)
#: What is said in chat is worth saying a week later; a reply that hangs for hours is told to its writer instead.
RETRY_FOR = timedelta(days=7)
REPLY_RETRY_FOR = timedelta(hours=3)
#: Changes of rights come in bursts; a lost channel is looked at when they are over.
SETTLED_AFTER = timedelta(seconds=2)
#: So many messages of one channel Discord lets a bot edit in so long.
_EDITS, _EDITS_WITHIN = 5, timedelta(seconds=5)


def next_attempt(
    now: datetime,
    *,
    attempts: int,
    since: datetime,
    patience: timedelta,
    retry_after: timedelta | None,
    draw: float,
) -> datetime | None:
    """When to try a delivery again that failed for the time being; None: give up.

    :param since: the first attempt.
    :param patience: for how long it is worth trying.
    """
    if now - since >= patience:
        return None
    backoff = min(_FIRST_RETRY * (1 << min(attempts - 1, 20)), _LONGEST_RETRY) * (0.8 + 0.4 * draw)
    return now + max(backoff, retry_after or timedelta(0))


def next_follow(now: datetime, *, since: datetime, shortest: timedelta) -> datetime | None:
    """When to ask after a held comment again: a tenth of the time it has waited; None: no more."""
    waited = now - since
    if waited > FOLLOW_FOR:
        return None
    return now + min(max(waited / 10, shortest), timedelta(hours=6))


def edit_at(now: datetime, number: int) -> datetime:
    """When to edit one of many messages of a channel, counted from 0.

    An edit that Discord makes wait takes the place of other deliveries meanwhile.
    """
    return now + _EDITS_WITHIN * (number // _EDITS)
