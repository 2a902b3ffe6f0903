"""Read the dates that feeds write, in any common form; pure, and the same on every day.

A date is read whole or not at all: each sign and each word must be understood, and where day and month cannot be told
apart there is no date. Without a zone it is UTC.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from bot.adapters.feeds.dates.names import fold, is_weekday, month_named, months_beside, months_named
from bot.adapters.feeds.dates.spelling import spell_out
from bot.adapters.feeds.dates.time_of_day import ZONES_LIKE_WORDS, take_clock
from bot.adapters.feeds.dates.zones import read_zone

#: Longer than any date with all its names; what is longer costs time and says nothing.
_LONGEST: Final = 120
_RFC_5322: Final = re.compile(
    r"(?:[A-Za-z]{3}, ?)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (GMT|UTC|[+-]\d{4})"
)
#: ISO 8601: calendar, week or ordinal day, extended or basic; W3CDTF, RFC 3339 and XML Schema are parts of it.
_ISO: Final = re.compile(
    r"(?:(?P<day>\d{4}-\d\d-\d\d|\d{4}-?W\d\d-?\d|\d{8})|(?P<year>\d{4})-?(?P<ordinal>\d{3}))"
    r"(?:(?P<between>[T ])\s?(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d))?)?(?P<part>[.,]\d+)?)?"
    r"\s?(?P<zone>Z|[+-]\d\d?(?::?\d\d)?|[A-Za-z][\w/+:-]*)?(?:\[(?P<name>[\w/+-]+)\])?",
    re.IGNORECASE,
)
_SECONDS: Final = re.compile(r"(\d{9,10})(?:\.\d+)?")
#: Year, month, day and hour, or a second of the years from 2033 on.
_HOURS: Final = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])")
_MILLISECONDS: Final = re.compile(r"\d{12,13}")
_DIGITS: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?: ?(Z|[+-]\d\d:?\d\d))?", re.IGNORECASE)
_COMMENT: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_TOKEN: Final = re.compile(
    # "o" and "a" were º and ª.
    r"(\d+)(?:st|nd|rd|th|er|ère|re|°|\.?[oa]|\.)?(?![^\W\d_])"
    # Letters with the vowel signs of Arabic, of India's scripts and of Thai, and the apostrophes of Hebrew.
    r"|([^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u0655\u0900-\u0963\u0981-\u0dff\u0e31-\u0e4e'’׳])*)"
)
#: Marks of direction, that Arabic and Hebrew put between numbers.
_DIRECTIONS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: "19/20 July" and "July 19-20" are two days, and no year.
_DAYS_ALONE: Final = re.compile(r"99? 99? month")
_TO: Final = re.compile(r"(?<![\d.:/-])\d{1,2}\s?[-–—]\s?\d{1,2}(?![\d.:/-])")
_T_BETWEEN: Final = re.compile(r"(?<=\d)T(?=\d)", re.IGNORECASE)
#: Signs that may stand between the parts; a sign beyond these is not understood.
_SIGNS: Final = re.compile(r"[\s,.;:/\\|·•‐–—―_~*@'’،、॰-]*")
#: Words that join the parts of a date, and say nothing.
_JOINING: Final = frozenset(
    (
        *("at", "on", "of", "the", "um", "am", "uhr", "den", "der", "le", "a", "l", "d", "las", "de", "del", "el"),
        *("alle", "ore", "om", "uur", "op", "kl", "kello", "klo", "o", "godz", "as", "г", "года", "год", "в", "р"),
        *("ngay", "thang", "luc", "gada", "g", "יום", "v", "о", "у", "u", "во", "klokken", "klockan"),
        *("pukul", "jam", "pada", "kell", "plkst", "ob", "ora", "les", "saat", "στισ"),
        *("في", "الساعة", "ساعت", "בשעה", "को", "बजे", "เวลา", "น", "թ", "ж"),
        *("nang", "ne", "এ", "کو", "அன்று", "रोजी"),
    )
)


def read_date(text: str) -> datetime | None:
    """Return the moment that a text names, in UTC; None where it is ambiguous or no date."""
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
    text = _DIRECTIONS.sub("", unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    return "".join(str(unicodedata.digit(sign)) if not sign.isascii() and sign.isdecimal() else sign for sign in text)


def _read_any(text: str) -> datetime | None:
    digits = _DIGITS.fullmatch(text)
    if digits:
        year, month, day, hour, minute, second = (int(number or 0) for number in digits.groups()[:6])
        zone = read_zone(digits[7]) if digits[7] else UTC
        moment = _moment(year, month, day, zone, hour, minute, second) if zone else None
        if moment is not None or len(text) >= 14:
            return moment
    if _HOURS.fullmatch(text):
        return None
    if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
        seconds = float(text) if len(text.partition(".")[0]) < 12 else int(text) / 1000
        return datetime.fromtimestamp(seconds, UTC)
    iso = _ISO.fullmatch(text)
    return (_read_iso(iso) if iso else None) or _read_words(_T_BETWEEN.sub(" ", text))


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
    stated = found["zone"] or found["name"]
    zone = read_zone(stated) if stated else UTC
    part = _part(found)
    if zone is None or part is None:
        return None
    hour, minute, second = (int(found[unit] or 0) for unit in ("hour", "minute", "second"))
    if (hour, minute, second) == (24, 0, 0):
        # The end of the day.
        return datetime.combine(day, time(0), zone) + timedelta(days=1)
    moment = _moment(day.year, day.month, day.day, zone, hour, minute, second)
    return moment + part if moment else None


def _part(found: re.Match[str]) -> timedelta | None:
    """Return the decimal part of the last unit of a time of ISO 8601; None where it may be minutes as well."""
    if not found["part"] or found["second"]:
        return timedelta()
    part = float(f"0.{found['part'][1:]}")
    if found["minute"]:
        return timedelta(seconds=int(60 * part))
    # "07.45" is a quarter to eight as likely.
    return timedelta(seconds=int(3600 * part)) if found["between"] in "Tt" and found["part"][0] == "," else None


def _read_words(text: str) -> datetime | None:
    text = spell_out(text)
    comments = [comment.strip() for comment in _COMMENT.findall(text)]
    clock = take_clock(_COMMENT.sub(" ", text))
    if clock is None:
        return None
    zone = clock.zone
    for comment in comments:
        if zone is None and (comment.casefold() in ZONES_LIKE_WORDS or not is_weekday(comment)):
            zone = read_zone(comment)
            if zone is None:
                return None
    day = _read_day(clock.left)
    return datetime.combine(day, clock.at, zone or UTC) if day else None


def _read_day(text: str) -> date | None:
    """Read year, month and day, of which each word and sign is understood."""
    numbers: list[str] = []
    months: list[str] = []
    days_of_week: list[str] = []
    order = ""
    at = 0
    for found in _TOKEN.finditer(text):
        if not _SIGNS.fullmatch(text, at, found.start()):
            return None
        at = found.end()
        if found[1]:
            numbers.append(found[1])
            order += "9" * len(found[1]) + " "
        elif months_named(found[2]):
            months.append(found[2])
            order += "month "
        elif is_weekday(found[2]):
            days_of_week.append(found[2])
        elif fold(found[2]) not in _JOINING or (fold(found[2]) == "am" and not text[at:].strip(" .,;|/·-")):
            # Half of a day stands behind its time; "am 19. Juli" is German.
            return None
    if not _SIGNS.fullmatch(text, at) or (months and (_DAYS_ALONE.match(order) or _TO.search(text))):
        return None
    days = set(_possible_days(numbers, _which_months(months, days_of_week)))
    return days.pop() if len(days) == 1 else None


def _which_months(words: list[str], days_of_week: list[str]) -> list[int]:
    """Return the months that words name; more than one, or none, where they leave a doubt."""
    # "mar." is a month here and a day of the week there: where another month stands, it is the day.
    if len(words) == 2:
        alone = [word for word in words if not is_weekday(word)]
        if not alone and fold(words[0]) != fold(words[1]):
            first, second = words
            return [*months_beside(first, second), *months_beside(second, first)]
        words = alone or words[:1]
    return [month for word in words for month in months_named(word, beside=days_of_week)]


def _possible_days(numbers: list[str], months: list[int]) -> Iterator[date]:
    """Yield the days that the numbers may mean, in any order that somebody writes."""
    if len(months) == 1 and len(numbers) == 2:
        day, year = numbers
        if len(day) == 4:
            day, year = year, day
        yield from _day(year, months[0], day)
    elif not months and len(numbers) == 3:
        if len(numbers[0]) == 4:
            year, *rest = numbers
            if any(len(number) > 2 for number in rest):
                return
            # A date that begins with the year goes on with the month, if it can.
            in_order = list(_day(year, int(rest[0]), rest[1]))
            yield from in_order or _day(year, int(rest[1]), rest[0])
        else:
            readings = ((numbers[y], numbers[m], numbers[d]) for y, m, d in itertools.permutations(range(3)) if y != 1)
            plausible = [each for each in readings if len(each[1]) <= 2 and _may_be_day(*each)]
            days = [list(_day(year, int(month), day)) for year, month, day in plausible]
            # The 31st of November was mistyped: it is no day of the year 31.
            yield from itertools.chain(*days) if all(days) else ()


def _may_be_day(year: str, month: str, day: str) -> bool:
    return len(year) in (2, 4) and len(day) <= 2 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


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
