"""Choose when an item was published, from the several dates that it states.

A wrong date is worse than none: without a date, the moment when the item was first seen counts.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.adapters.feeds.dates.written_dates import read_date

#: What is before them is a clock's zero, after them a year of another calendar or the end of time.
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_CHANGED = re.compile(rb"<(?:updated|modified|dc:date)>\s*([^<\s]{10,40})\s*<")
_FEW = 3


def choose_date(stated: Iterable[str]) -> datetime | None:
    """Return the first date, as the document has it, that is readable and plausible; in UTC."""
    moments = (read_date(text) for text in stated if text)
    return next((moment for moment in moments if moment is not None and is_believable(moment)), None)


def is_believable(moment: datetime) -> bool:
    """Tell whether somebody may have published something at a moment, which may also be in the future."""
    return _EARLIEST <= moment < _LATEST


def only_clock(body: bytes) -> bool:
    """Tell whether all dates of change in a document are one moment: then it is that of the answer, not of any item.

    Asked of the whole document, so that it makes no difference which of its items are parsed.
    """
    moments = _CHANGED.findall(body)
    return len(moments) >= _FEW and len(set(moments)) == 1
