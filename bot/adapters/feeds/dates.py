"""Which moment an item was published at, of several that it states; pure.

Reading dates in their many spellings is feedparser's work. Here is decided which of them are to be believed: a wrong
date is worse than none, because without one the moment of the first sight counts.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

EARLIEST = 1970
_HALF_DAY = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP])\.?M\b", re.I)
_NOON = 12
#: Zones from -12:00 to +14:00 exist; what is beyond was mistyped.
_ZONE = re.compile(r"[+-](\d{2}):?(\d{2})$")
_FARTHEST_ZONE = 14 * 60
_CHANGED = re.compile(rb"<(?:updated|modified|dc:date)>\s*([^<\s]{10,40})\s*<")
_FEW = 3

Stated = tuple[Sequence[int] | None, str]
"""A date as feedparser understood it, in UTC, and as the document has it."""


def choose_date(stated: Iterable[Stated]) -> datetime | None:
    """Return the first date that can be believed."""
    return next((moment for parsed, raw in stated if (moment := _believe(parsed, raw))), None)


def only_clock(body: bytes) -> bool:
    """Tell whether all dates of change in a document are one moment: then it is that of the answer, not of any item.

    Asked of the whole document, so that it makes no difference which of its items are parsed.
    """
    moments = _CHANGED.findall(body)
    return len(moments) >= _FEW and len(set(moments)) == 1


def _believe(parsed: Sequence[int] | None, raw: str) -> datetime | None:
    if not parsed:
        return None
    try:
        year, month, day, hour, minute, second = parsed[:6]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError):
        return None
    zone = _ZONE.search(raw.strip())
    if moment.year < EARLIEST or (zone and int(zone[1]) * 60 + int(zone[2]) > _FARTHEST_ZONE):
        return None
    return _with_half_day(moment, raw)


def _with_half_day(moment: datetime, raw: str) -> datetime | None:
    """Mend a moment whose AM or PM was overlooked; None where it cannot be told what was."""
    found = _HALF_DAY.search(raw)
    if not found:
        return moment
    written = int(found[1]), int(found[2])
    if written != (moment.hour, moment.minute):
        return None
    hour = written[0] % _NOON + (_NOON if found[3].lower() == "p" else 0)
    return moment + timedelta(hours=hour - moment.hour)
