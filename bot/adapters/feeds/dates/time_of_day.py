"""Take the time of day and its zone out of a written date, which leaves its day."""

import re
from datetime import time, tzinfo
from typing import Final, NamedTuple

from bot.adapters.feeds.dates.names import is_weekday, month_named, months_named
from bot.adapters.feeds.dates.zones import read_zone

_TIME: Final = re.compile(
    r"(?<![\d:.])(\d{1,2})\s?(?:[:h]\s?(\d{2}))(?:\s?:\s?(\d{2})(?:[.,]\d{1,9})?)?(?![\d:])", re.IGNORECASE
)
_HOUR: Final = re.compile(r"(?<![\d:.])(\d{1,2})(?:(?=\s?[ap]\.?\s?m\b)|\s?(?:uhr|h)\b)", re.IGNORECASE)
#: A number that is said to be an hour, and is no year.
_ANNOUNCED: Final = re.compile(
    r"\b(?:at|um|alle|ore|om|kl|klo|kello|klokken|pukul|kell|saat|ora)\.?\s\d", re.IGNORECASE
)
_HALF: Final = re.compile(r"\s?([ap])\.?\s?m\b\.?", re.IGNORECASE)
_OFFSET_BEHIND: Final = re.compile(
    r"\s?(?:,\s?(?=[a-z+-]))?(?:utc|gmt|ut)?\s?[+-]\d{1,2}(?:[:.]?\d{2})?(?![\d:/-]|\.\d)", re.IGNORECASE
)
_ZONE_BEHIND: Final = re.compile(r"[\s,'|/·–—-]*([A-Za-z]{1,5})(?![^\W_/]|/)")
_ZONE_BEFORE: Final = re.compile(r"(?<![^\W_])(?!AT)([A-Z]{2,5})\s*\Z")
#: Git writes the offset behind the year.
_OFFSET_AT_END: Final = re.compile(r"(?<=\d{4})\s([+-]\d\d:?\d\d)\Z")
_LIKE_A_ZONE: Final = re.compile(r"(?![AP]M)[A-Z]{2,5}")
#: Behind a time each of these is a zone, known or not, although elsewhere it is a day of the week or a word.
ZONES_LIKE_WORDS: Final = frozenset(("at", "cet", "ct", "kt", "pet", "pt", "wt"))
_ZONE_NAME: Final = re.compile(r"\b[A-Za-z]+(?:/[A-Za-z_+-]+\d{0,2})+")


class Clock(NamedTuple):
    """A time of day and its zone, and what of the text is left without them."""

    at: time
    zone: tzinfo | None
    left: str


def take_clock(text: str) -> Clock | None:
    """Take the time of day and the zone out of a text; None where there is one that cannot be."""
    found = _TIME.search(text) or _HOUR.search(text)
    if found is None and _ANNOUNCED.search(text):
        return None
    if found is None:
        zone, left = _take_zone_name(text)
        return Clock(time(0), zone, left)
    hour, minute, second = (int(number or 0) for number in (*found.groups(), None, None)[:3])
    rest = text[found.end() :]
    half = _HALF.match(rest)
    if half:
        rest = rest[half.end() :]
        if hour > 12 and half[1] in "aA":
            return None
        hour = hour % 12 + (12 if half[1] in "pP" else 0) if hour <= 12 else hour
    behind = _take_zone_behind(rest)
    if behind is None:
        return None
    zone, rest = behind
    before = _ZONE_BEFORE.search(text, 0, found.start())
    if before and zone is None and before[1].casefold() in ZONES_LIKE_WORDS:
        zone = read_zone(before[1])
        if zone is None:
            return None
    named, left = _take_zone_name(f"{text[: found.start()]} {rest}")
    try:
        at = time(hour, minute, 59 if second == 60 else second)
    except ValueError:
        return None
    return Clock(at, zone or named, left)


def _take_zone_behind(text: str) -> tuple[tzinfo | None, str] | None:
    """Take the zone that stands first in what follows a time: an offset, a name or both; None for an unknown one."""
    zone = None
    offset = _OFFSET_BEHIND.match(text) or _OFFSET_AT_END.search(text)
    if offset:
        zone = read_zone(offset[0].strip(" ,"))
        if zone is None:
            return None
        text = text[: offset.start()] + text[offset.end() :]
    word = _ZONE_BEHIND.match(text)
    named = read_zone(word[1]) if word else None
    if word and zone and named is None and _LIKE_A_ZONE.fullmatch(word[1]) and not months_named(word[1]):
        # The offset says what an unknown name does not: "+0530 IST".
        return zone, text[word.end() :]
    if word and zone is None and (named or _is_unknown_zone(word[1])):
        zone, text = named, text[word.end() :]
        if zone is None:
            return None
    # "MST-07:00", and "-0300 -03" where a zone has no name
    again = _OFFSET_BEHIND.match(text) if zone else None
    if again and zone and read_zone(again[0].strip(" ,")) == zone:
        text = text[again.end() :]
    return zone, text


def _is_unknown_zone(word: str) -> bool:
    # Of the zones of the military RFC 5322 says only that they were used wrongly.
    return (len(word) == 1 and word.isupper()) or word.casefold() in ZONES_LIKE_WORDS


def _take_zone_name(text: str) -> tuple[tzinfo | None, str]:
    """Take a zone by name out of a text; a name that is not known stays, and is not understood."""
    for found in (*_ZONE_NAME.finditer(text), *re.finditer(r"(?<![^\W_])[A-Za-z]{1,5}(?![^\W_])", text)):
        if month_named(found[0]) is None and not is_weekday(found[0]) and (zone := read_zone(found[0])):
            return zone, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text
