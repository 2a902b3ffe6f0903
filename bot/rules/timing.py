"""When to poll, retry or give up. Pure: now and chance are arguments."""

from datetime import datetime, timedelta

#: Every so many polls a feed is read without validators: WordPress answers 304 to late approvals and edits.
UNCONDITIONAL_EVERY = 10

#: A held comment is asked after at growing distances, and no longer than this.
FOLLOW_FOR = timedelta(days=30)

_FIRST_RETRY = timedelta(seconds=2)
_LONGEST_RETRY = timedelta(minutes=10)
#: What is said in chat is worth saying a week later; a reply that hangs for hours is told to its writer instead.
CHAT_PATIENCE = timedelta(days=7)
REPLY_PATIENCE = timedelta(hours=3)
#: Changes of rights come in bursts; a lost channel is looked at when they are over.
SETTLED_AFTER = timedelta(seconds=2)
_LONGEST_FAILING = timedelta(hours=12)


def poll_conditionally(conditional_polls: int) -> bool:
    """Whether to send validators this time."""
    return conditional_polls < UNCONDITIONAL_EVERY - 1


def next_poll(
    now: datetime, *, newest_at: datetime | None, shortest: timedelta, longest: timedelta, draw: float
) -> datetime:
    """When to ask a feed again: a twentieth of the silence since its newest item, within the bounds.

    :param draw: in [0, 1); spreads feeds over the last tenth of the interval, never beyond the longest.
    """
    silence = now - newest_at if newest_at is not None else longest
    interval = min(max(silence / 20, shortest), longest)
    return now + interval * (1 - 0.1 * draw)


def next_poll_after_failure(
    now: datetime, *, failures: int, retry_after: timedelta | None, shortest: timedelta, longest: timedelta
) -> datetime:
    """When to ask a feed again that failed; the server's own word counts if it is later."""
    backoff = min(shortest * (1 << min(failures, 16)), max(longest, shortest), _LONGEST_FAILING)
    return now + max(backoff, retry_after or timedelta(0))


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
