"""Read time zones in written dates: offsets, abbreviations, and names of the time zone database.

An abbreviation with several meanings (IST, AST) is not read; those of RFC 5322, 4.3 mean what it defines.
"""

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

#: Offsets from UTC in minutes.
_ABBREVIATIONS: Final = {
    **dict.fromkeys(("z", "ut", "utc", "uct", "gmt", "wet"), 0),
    # RFC 5322, 4.3
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    **dict.fromkeys(("cet", "mez", "met", "west", "bst", "wat"), 60),
    **dict.fromkeys(("cest", "mesz", "mest", "eet", "cat", "sast"), 120),
    **dict.fromkeys(("eest", "eat", "trt", "idt"), 180),
    **dict.fromkeys(("msd", "azt"), 240),
    **dict.fromkeys(("pkt", "uzt"), 300),
    "npt": 345,
    **dict.fromkeys(("ict", "wib"), 420),
    **dict.fromkeys(("awst", "hkt", "sgt", "wita", "myt", "pht"), 480),
    **dict.fromkeys(("jst", "kst", "wit"), 540),
    "acst": 570,
    "acdt": 630,
    "aest": 600,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    "brt": -180,
    "brst": -120,
    "art": -180,
    **dict.fromkeys(("clst", "uyt"), -180),
    **dict.fromkeys(("clt", "bot"), -240),
    **dict.fromkeys(("cot", "pet"), -300),
    "akst": -540,
    "akdt": -480,
    "hst": -600,
}
#: Abbreviations whose offset from UTC was another one in other years.
_PLACES: Final = {
    "msk": "Europe/Moscow",
    "samt": "Europe/Samara",
    "yekt": "Asia/Yekaterinburg",
    "omst": "Asia/Omsk",
    "novt": "Asia/Novosibirsk",
    "krat": "Asia/Krasnoyarsk",
    "irkt": "Asia/Irkutsk",
    "yakt": "Asia/Yakutsk",
    "vlat": "Asia/Vladivostok",
    "vet": "America/Caracas",
}
_OFFSET: Final = re.compile(r"([+-])(\d{1,2})(?:[:.]?(\d{2}))?")
#: One digit for the hour, or the last of four was lost.
_OFFSET_OF_THREE: Final = re.compile(r"([+-])(\d)(00|15|30|45)")
_THREE: Final = re.compile(r"[+-]\d{3}")
#: Zones from -12:00 to +14:00 exist; what is beyond was mistyped.
_MOST_WEST, _MOST_EAST = -12 * 60, 14 * 60


def read_zone(text: str) -> tzinfo | None:
    """Return the zone that a text names: ``+0900``, ``+9``, ``UTC+9``, ``CEST``, ``Europe/Brussels``; None for none."""
    word = text.casefold()
    offset = re.sub(r"^(?:utc|gmt|ut)\s?(?=[+-])", "", word)
    found = (_OFFSET_OF_THREE if _THREE.fullmatch(offset) else _OFFSET).fullmatch(offset)
    if found:
        return _fixed(found[1], int(found[2]), int(found[3] or 0))
    if word in _ABBREVIATIONS:
        return timezone(timedelta(minutes=_ABBREVIATIONS[word]))
    if word in _PLACES:
        return ZoneInfo(_PLACES[word])
    # Names of one word are older than the rule of continent and city, and stand for other things as well.
    name = _zone_names().get(word.replace(" ", "_")) if "/" in word else None
    return ZoneInfo(name) if name else None


def _fixed(sign: str, hours: int, minutes: int) -> tzinfo | None:
    offset = (hours * 60 + minutes) * (-1 if sign == "-" else 1)
    if minutes >= 60 or not _MOST_WEST <= offset <= _MOST_EAST:
        return None
    return timezone(timedelta(minutes=offset))


@cache
def _zone_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}
