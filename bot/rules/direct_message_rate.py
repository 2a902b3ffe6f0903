"""The token bucket of direct messages: Discord stops bots that send many at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

#: The size of the bucket, and the time to refill one token.
_AT_ONCE = 10
_EVERY = timedelta(seconds=3)
#: The time in which an empty bucket refills.
REFILL_TIME = _AT_ONCE * _EVERY


def take_slot(full_at: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Return when the next message may be sent, and when the bucket is full again after it.

    :param full_at: when the bucket is full again; None: it is.
    """
    start = now if full_at is None else max(full_at, now)
    return max(now, start - (_AT_ONCE - 1) * _EVERY), start + _EVERY


def full_after(sent: Iterable[datetime]) -> datetime | None:
    """Return when the bucket is full again after these messages."""
    full_at: datetime | None = None
    for at in sorted(sent):
        _, full_at = take_slot(full_at, at)
    return full_at
