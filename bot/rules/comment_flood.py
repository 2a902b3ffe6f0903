"""The limits of comments and alerts: how many are posted or sent one by one, and when the rest is summed up."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

#: The most comments that are posted one by one in a channel within this interval.
FLOOD_INTERVAL = timedelta(minutes=10)
MOST_COMMENTS = 30
#: How many of the newest are posted if more come than the limit allows.
_NEWEST = 10
#: The first comments on an entry within this time are alerted of at once.
ALERT_HOUR = timedelta(hours=1)
_AT_ONCE = 3
#: Further comments on it wait so long after an alert, and share the next one.
ALERT_INTERVAL = timedelta(minutes=15)
#: The most alerts that a person gets in a day; then one message says that there are more comments.
ALERT_DAY = timedelta(days=1)
MOST_ALERTS = 20

T = TypeVar("T")


def split_flood(
    wanted: Sequence[T], posted_lately: int, *, is_mention: Callable[[T], bool]
) -> tuple[Sequence[T], Sequence[T]]:
    """Return the comments and mentions that are only summed up, and those that are posted.

    Mentions never take the place of comments, because any site can send mentions.

    :param wanted: the oldest first.
    :param posted_lately: how many were posted in the last :data:`FLOOD_INTERVAL` or wait to be posted.
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
    """Return when the next summary of comments may be posted.

    :param last: the time of the last summary.
    """
    return now if last is None else max(now, last + FLOOD_INTERVAL)


def next_alert(sent: Sequence[datetime], now: datetime) -> datetime:
    """Return when a person may be alerted of new comments on an entry.

    :param sent: the times of this person's alerts on the entry in the last :data:`ALERT_HOUR`, one for each comment.
    """
    return now if len(sent) < _AT_ONCE else max(now, max(sent) + ALERT_INTERVAL)
