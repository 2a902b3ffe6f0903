"""Read the dates that feeds write, in any common form; pure, and the same on every day.

A date is read whole or not at all: each sign and each word must be understood, and where day and month cannot be told
apart there is no date. Without a zone it is UTC.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import permutations
from typing import Final, NamedTuple

from bot.adapters.feeds.date_names import fold, is_weekday, month_named
from bot.adapters.feeds.date_zones import read_zone

#: Longer than any date with all its names; what is longer costs time and says nothing.
_LONGEST: Final = 120
_RFC_5322: Final = re.compile(
    r"(?:[A-Za-z]{3}, ?)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (GMT|UTC|[+-]\d{4})"
)
#: ISO 8601: calendar, week or ordinal day, extended or basic; W3CDTF, RFC 3339 and XML Schema are parts of it.
_ISO: Final = re.compile(
    r"(?:(?P<day>\d{4}-\d\d-\d\d|\d{4}-?W\d\d-?\d|\d{8})|(?P<year>\d{4})-?(?P<ordinal>\d{3}))"
    r"(?:[T ]\s?(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?)?)?"
    r"\s?(?P<zone>Z|[+-]\d\d?(?::?\d\d)?)?(?:\[[\w/+-]+\])?",
    re.IGNORECASE,
)
_SECONDS: Final = re.compile(r"(\d{9,10})(?:\.\d+)?")
_MILLISECONDS: Final = re.compile(r"\d{12,13}")
_DIGITS: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?")
#: Chinese, Japanese and Korean write the unit behind each number. Weekdays go first: they may hold 日 and 月.
_EAST_ASIAN: Final = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (
            r"(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]|\(?[月火水木金土日]曜日?\)?|\([月火水木金土日一二三四五六]\)",
            " ",
        ),
        (r"[월화수목금토일]요일|\([월화수목금토일]\)", " "),
        (r"(\d)\s*[年년月월]\s*", r"\1-"),
        (r"(\d)\s*[日号號일]", r"\1 "),
        (r"(?:午前|上午|오전|凌晨|早上)\s*(\d[\d:\s时時点點시分분秒초]*)", r"\1 am "),
        (r"(?:午後|下午|오후|晚上)\s*(\d[\d:\s时時点點시分분秒초]*)", r"\1 pm "),
        (r"(?<!\d)(\d\s*[分분秒초])", r"0\1"),
        (r"(\d)\s*[时時点點시]\s*(?=\d)", r"\1:"),
        (r"(\d)\s*[时時点點시]", r"\1:00 "),
        (r"(\d)\s*[分분]\s*(?=\d)", r"\1:"),
        (r"(\d)\s*[分분秒초]", r"\1 "),
    )
)
_TIME: Final = re.compile(
    r"(?<![\d:.])(\d{1,2})\s?(?:[:h]\s?(\d{2}))(?:\s?:\s?(\d{2})(?:[.,]\d{1,9})?)?(?![\d:])", re.IGNORECASE
)
_HOUR: Final = re.compile(r"(?<![\d:.])(\d{1,2})(?=\s?[ap]\.?\s?m\b)", re.IGNORECASE)
_HALF: Final = re.compile(r"\s?([ap])\.?\s?m\b\.?", re.IGNORECASE)
_OFFSET_BEHIND: Final = re.compile(r"\s?(?:utc|gmt|ut)?\s?[+-]\d{1,2}(?::?\d{2})?(?![\d:/.-])", re.IGNORECASE)
_ZONE_BEHIND: Final = re.compile(r"\s*([A-Za-z]{1,5})(?![^\W_/]|/)")
_COMMENT: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_ZONE_NAME: Final = re.compile(r"\b[A-Za-z]+(?:/[A-Za-z_+-]+\d{0,2})+")
_TOKEN: Final = re.compile(
    r"(\d+)(?:st|nd|rd|th|er|ère|re|º|ª|\.ª?)?(?![^\W\d_])|([^\W\d_](?:[^\W\d_]|[\u0300-\u036f'’])*)"
)
#: Signs that may stand between the parts; a sign beyond these is not understood.
_SIGNS: Final = re.compile(r"[\s,.;:/|·•–—@'’-]*")
#: Words that join the parts of a date, and say nothing.
_JOINING: Final = frozenset(
    (
        *("at", "on", "of", "the", "um", "am", "uhr", "den", "der", "le", "a", "l", "d", "las", "de", "del", "el"),
        *("alle", "ore", "om", "uur", "op", "kl", "kello", "klo", "o", "godz", "as", "г", "года", "год", "в", "р"),
        *("ngay", "thang", "luc"),
    )
)


class _Clock(NamedTuple):
    """A time of day and its zone, and what of the text is left without them."""

    at: time
    zone: tzinfo | None
    left: str


def read_date(text: str) -> datetime | None:
    """Return the moment that a text names, in UTC, or None where it names none beyond doubt."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    moment = _read_plain(text) or _read_any(_ascii_digits(text))
    try:
        return moment.astimezone(UTC) if moment else None
    except (OverflowError, ValueError):
        return None


def _read_plain(text: str) -> datetime | None:
    """Read the form of RFC 5322 as nearly all feeds write it."""
    found = _RFC_5322.fullmatch(text)
    month = month_named(found[2]) if found else None
    zone = read_zone(found[7]) if found else None
    if not found or month is None or zone is None:
        return None
    return _moment(int(found[3]), month, int(found[1]), zone, int(found[4]), int(found[5]), int(found[6]))


def _moment(year: int, month: int, day: int, zone: tzinfo, hour: int, minute: int, second: int) -> datetime | None:
    try:
        # A leap second has no place in a datetime.
        return datetime(year, month, day, hour, minute, 59 if second == 60 else second, tzinfo=zone)
    except ValueError:
        return None


def _ascii_digits(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    return "".join(str(unicodedata.digit(sign)) if not sign.isascii() and sign.isdecimal() else sign for sign in text)


def _read_any(text: str) -> datetime | None:
    digits = _DIGITS.fullmatch(text)
    if digits:
        year, month, day, hour, minute, second = (int(number or 0) for number in digits.groups())
        moment = _moment(year, month, day, UTC, hour, minute, second)
        if moment is not None or len(text) == 14:
            return moment
    if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
        seconds = float(text) if len(text.partition(".")[0]) < 12 else int(text) / 1000
        return datetime.fromtimestamp(seconds, UTC)
    iso = _ISO.fullmatch(text)
    return (_read_iso(iso) if iso else None) or _read_words(text)


def _read_iso(found: re.Match[str]) -> datetime | None:
    try:
        if found["ordinal"]:
            day = date(int(found["year"]), 1, 1) + timedelta(days=int(found["ordinal"]) - 1)
            if day.year != int(found["year"]):
                return None
        else:
            day = date.fromisoformat(found["day"].upper())
    except (ValueError, OverflowError):
        return None
    zone = read_zone(found["zone"]) if found["zone"] else UTC
    if zone is None:
        return None
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if (hour, minute, second) == (24, 0, 0):
        # The end of the day.
        return datetime.combine(day, time(0), zone) + timedelta(days=1)
    return _moment(day.year, day.month, day.day, zone, hour, minute, second)


def _read_words(text: str) -> datetime | None:
    for pattern, put in _EAST_ASIAN:
        text = pattern.sub(put, text)
    comments = [comment.strip() for comment in _COMMENT.findall(text)]
    clock = _take_clock(_COMMENT.sub(" ", text))
    if clock is None:
        return None
    zone = clock.zone
    for comment in comments:
        if zone is None and not is_weekday(comment):
            zone = read_zone(comment)
            if zone is None:
                return None
    day = _read_day(clock.left)
    return datetime.combine(day, clock.at, zone or UTC) if day else None


def _take_clock(text: str) -> _Clock | None:
    """Take the time of day and the zone out of a text; None where there is one that cannot be."""
    found = _TIME.search(text) or _HOUR.search(text)
    if found is None:
        zone, left = _take_zone_name(text)
        return _Clock(time(0), zone, left)
    hour, minute, second = (int(number or 0) for number in (*found.groups(), None, None)[:3])
    rest = text[found.end() :]
    half = _HALF.match(rest)
    if half:
        rest = rest[half.end() :]
        if hour > 12 and half[1] in "aA":
            return None
        hour = hour % 12 + (12 if half[1] in "pP" else 0) if hour <= 12 else hour
    zone = None
    offset = _OFFSET_BEHIND.match(rest)
    if offset:
        zone = read_zone(offset[0].strip())
        if zone is None:
            return None
        rest = rest[offset.end() :]
    if zone is None and (word := _ZONE_BEHIND.match(rest)) and (zone := read_zone(word[1])):
        rest = rest[word.end() :]
    named, left = _take_zone_name(f"{text[: found.start()]} {rest}")
    try:
        at = time(hour, minute, 59 if second == 60 else second)
    except ValueError:
        return None
    return _Clock(at, zone or named, left)


def _take_zone_name(text: str) -> tuple[tzinfo | None, str]:
    """Take a zone by name out of a text; a name that is not known stays, and is not understood."""
    for found in (*_ZONE_NAME.finditer(text), *re.finditer(r"(?<![^\W_])[A-Za-z]{1,5}(?![^\W_])", text)):
        if month_named(found[0]) is None and not is_weekday(found[0]) and (zone := read_zone(found[0])):
            return zone, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def _read_day(text: str) -> date | None:
    """Read year, month and day, of which each word and sign is understood."""
    numbers: list[str] = []
    months: list[int] = []
    places: list[int] = []
    at = 0
    for found in _TOKEN.finditer(text):
        if not _SIGNS.fullmatch(text, at, found.start()):
            return None
        at = found.end()
        if found[1]:
            places.append(len(months))
            numbers.append(found[1])
        elif (month := month_named(found[2])) is not None:
            months.append(month)
        elif not (is_weekday(found[2]) or fold(found[2]) in _JOINING):
            return None
    if not _SIGNS.fullmatch(text, at):
        return None
    # "mar." is a month here and a day of the week there: where another month stands, it is the day.
    if len(months) == 2:
        months = [month for month, word in zip(months, _month_words(text), strict=True) if not is_weekday(word)]
    days = set(_possible_days(numbers, months))
    return days.pop() if len(days) == 1 else None


def _month_words(text: str) -> Iterator[str]:
    return (found[2] for found in _TOKEN.finditer(text) if found[2] and month_named(found[2]) is not None)


def _possible_days(numbers: list[str], months: list[int]) -> Iterator[date]:
    """Yield the days that the numbers may mean, in any order that somebody writes."""
    if len(months) == 1 and len(numbers) == 2:
        day, year = numbers
        if len(day) == 4 or (len(year) < 2 and len(day) >= 2):
            day, year = year, day
        yield from _day(year, months[0], day)
    elif not months and len(numbers) == 3:
        if len(numbers[0]) == 4:
            year, *rest = numbers
            # A date that begins with the year goes on with the month, if it can.
            in_order = list(_day(year, int(rest[0]), rest[1]))
            yield from in_order or _day(year, int(rest[1]), rest[0])
        else:
            for at_year, at_month, at_day in permutations(range(3)):
                if at_year != 1 and len(numbers[at_month]) <= 2:
                    yield from _day(numbers[at_year], int(numbers[at_month]), numbers[at_day])


def _day(year: str, month: int, day: str) -> Iterator[date]:
    if len(day) > 2 or len(year) not in (2, 4):
        return
    number = int(year)
    if len(year) == 2:
        # RFC 5322, 4.3
        number += 2000 if number < 50 else 1900
    try:
        yield date(number, month, int(day))
    except ValueError:
        return
