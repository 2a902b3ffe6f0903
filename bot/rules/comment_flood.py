"""How many comments are posted one by one and how many alerts are sent, and what is summed up instead. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

#: In so long a channel gets so many comments one by one, whichever way they come.
FLOOD_INTERVAL = timedelta(minutes=10)
MOST_COMMENTS = 30
#: Of more than there is room for, so many of the newest are posted all the same, as far as there is room.
_NEWEST = 10
#: An entry on which little is said is told of at once: of so many comments in such a time.
ALERT_HOUR = timedelta(hours=1)
_AT_ONCE = 3
#: After that, what else is said on it waits so long after an alert and is told together.
ALERT_INTERVAL = timedelta(minutes=15)
#: In so long a person gets so many alerts; of what comes after them they are told once.
ALERT_DAY = timedelta(days=1)
MOST_ALERTS = 20

T = TypeVar("T")


def split_flood(
    wanted: Sequence[T], posted_lately: int, *, is_mention: Callable[[T], bool]
) -> tuple[Sequence[T], Sequence[T]]:
    """Return which comments and mentions are only summed up, and which are posted.

    However many mentions come, they take no comment's place: those are what other sites' software can make up.

    :param wanted: the oldest first.
    :param posted_lately: how many were posted in the last :data:`FLOOD_INTERVAL`, or wait to be.
    """
    room = max(MOST_COMMENTS - posted_lately, 0)
    if len(wanted) <= room:
        return (), wanted
    comments = [place for place, each in enumerate(wanted) if not is_mention(each)]
    mentions = [place for place, each in enumerate(wanted) if is_mention(each)]
    few = min(_NEWEST, room)
    posted = set(comments if len(comments) <= room else _newest(comments, few))
    posted.update(_newest(mentions, few - len(posted)))
    return (
        [each for place, each in enumerate(wanted) if place not in posted],
        [each for place, each in enumerate(wanted) if place in posted],
    )


def _newest(places: Sequence[int], count: int) -> Sequence[int]:
    return places[-count:] if count > 0 else ()


def next_summary(last: datetime | None, now: datetime) -> datetime:
    """Return when comments that were not posted may be summed up.

    :param last: when that was done last.
    """
    return now if last is None else max(now, last + FLOOD_INTERVAL)


def next_alert(told: Sequence[datetime], now: datetime) -> datetime:
    """Return when a person may be told of new comments on an entry.

    :param told: of each comment that they were told of in the last :data:`ALERT_HOUR`, when.
    """
    return now if len(told) < _AT_ONCE else max(now, max(told) + ALERT_INTERVAL)
