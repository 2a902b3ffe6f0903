"""How fast direct messages are sent, by the whole bot together: Discord stops bots that send many at once. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

#: So many at once, and one in so long after them (a token bucket).
_AT_ONCE = 10
_EVERY = timedelta(seconds=3)
#: Messages sent longer ago than this have no say.
REFILL_TIME = _AT_ONCE * _EVERY


def take_slot(full_at: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Return when the next message may be sent, and when the bucket is full again after it.

    :param full_at: when the bucket is full again; None: it is.
    """
    start = now if full_at is None else max(full_at, now)
    return max(now, start - (_AT_ONCE - 1) * _EVERY), start + _EVERY


def full_after(sent: Iterable[datetime]) -> datetime | None:
    """Return when the bucket is full again after these messages, as a process that has just started may ask."""
    full_at: datetime | None = None
    for at in sorted(sent):
        _, full_at = take_slot(full_at, at)
    return full_at
