"""Read how often a feed changes, and when server and feed allow the next request.

feedparser keeps only the last of several ``hour`` elements, so the bytes before the items are read here.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.adapters.net.headers import parse_http_date
from bot.model.entry import Freshness

_HEAD = 16 * 1024
_FIRST_ITEM = re.compile(rb"<(?:item|entry)[\s>]")
_TTL = re.compile(rb"<ttl>\s*(\d{1,9})\s*</ttl>", re.I)
_PERIOD = re.compile(rb"<\w{1,20}:updatePeriod>\s*(\w{1,10})\s*<")
_FREQUENCY = re.compile(rb"<\w{1,20}:updateFrequency>\s*(\d{1,6})\s*<")
_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.I | re.S)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.I)
_DAYS = re.compile(rb"<skipDays>(.{0,1000}?)</skipDays>", re.I | re.S)
_DAY = re.compile(rb"<day>\s*([a-z]{3})", re.I)
_PERIODS = {b"hourly": 60, b"daily": 1440, b"weekly": 10_080, b"monthly": 43_200, b"yearly": 525_600}
_WEEK = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")
_HOURS_A_DAY, _DAYS_A_WEEK = 24, 7

_MAX_AGE = re.compile(r"(?:^|[\s,;])max-age\s*=\s*\"?(\d{1,12})", re.I)
#: A year of freshness is said for pictures and meant for nothing that has news.
_FRESH_AT_MOST = timedelta(hours=1)
_NONE = timedelta(0)
_QUIET_AT_MOST = timedelta(hours=24)


def read_freshness(body: bytes) -> Freshness | None:
    """Read ``ttl``, ``skipHours``, ``skipDays`` (RSS 2.0) and ``sy:`` (RSS 1.0 Syndication); None where none is there.

    :param body: a feed as UTF-8.
    """
    first = _FIRST_ITEM.search(body, 0, _HEAD)
    head = body[: first.start() if first else _HEAD]
    ttl, period, frequency = _TTL.search(head), _PERIOD.search(head), _FREQUENCY.search(head)
    hours, days = _HOURS.search(head), _DAYS.search(head)
    minutes = _PERIODS.get(period[1].lower()) if period else None
    named = [day.lower() for day in _DAY.findall(days[1])] if days else []
    freshness = Freshness(
        ttl=int(ttl[1]) if ttl else None,
        update_every=minutes // max(int(frequency[1]), 1) if minutes and frequency else minutes,
        # RSS 0.91 counts from 1 to 24, RSS 2.0 from 0 to 23.
        skip_hours=tuple(sorted({int(hour) % _HOURS_A_DAY for hour in _HOUR.findall(hours[1])})) if hours else (),
        skip_days=tuple(number for number, day in enumerate(_WEEK) if day in named),
    )
    return None if freshness == Freshness() else freshness


def not_before(headers: Mapping[str, str], freshness: Freshness | None, *, now: datetime) -> timedelta | None:
    """Return how long server and feed ask to wait before the next request; None without such a hint.

    ``sy:updatePeriod`` does not count: WordPress says "hourly" in every feed that it writes.

    :param headers: of a 200 or a 304 (RFC 9111, 5.2.2 and 5.3).
    """
    ttl = timedelta(minutes=min(freshness.ttl or 0, 60)) if freshness else _NONE
    longest = max(_fresh_for(headers, now), ttl, _quiet_for(freshness, now) if freshness else _NONE)
    return longest if longest > _NONE else None


def _fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    control, expires = headers.get("Cache-Control", "").lower(), headers.get("Expires", "")
    if not (control or expires) or "no-store" in control or "no-cache" in control:
        return _NONE
    age = headers.get("Age", "").strip()
    spent = timedelta(seconds=int(age)) if age.isdecimal() and len(age) < 10 else _NONE
    said = _MAX_AGE.search(control)
    if said:
        return min(timedelta(seconds=min(int(said[1]), 10**9)) - spent, _FRESH_AT_MOST)
    ends = parse_http_date(expires)
    return (
        _NONE if ends is None else min(ends - (parse_http_date(headers.get("Date", "")) or now) - spent, _FRESH_AT_MOST)
    )


def _quiet_for(freshness: Freshness, now: datetime) -> timedelta:
    """Return the time to the end of the hours and days in which nothing is written."""
    if len(freshness.skip_hours) >= _HOURS_A_DAY or len(freshness.skip_days) >= _DAYS_A_WEEK:
        return _NONE
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    end = hour
    while (end.hour in freshness.skip_hours or end.weekday() in freshness.skip_days) and end - hour < _QUIET_AT_MOST:
        end += timedelta(hours=1)
    return min(end - now, _QUIET_AT_MOST) if end > hour else _NONE
