"""Which moment an item was published at, of several that it states; pure.

A wrong date is worse than none: without one the moment of the first sight counts.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from bot.adapters.feeds.date_text import read_date

EARLIEST = 1970
_CHANGED = re.compile(rb"<(?:updated|modified|dc:date)>\s*([^<\s]{10,40})\s*<")
_FEW = 3


def choose_date(stated: Iterable[str]) -> datetime | None:
    """Return the first date, as the document has it, that can be read and believed; in UTC."""
    moments = (read_date(text) for text in stated if text)
    return next((moment for moment in moments if moment is not None and moment.year >= EARLIEST), None)


def only_clock(body: bytes) -> bool:
    """Tell whether all dates of change in a document are one moment: then it is that of the answer, not of any item.

    Asked of the whole document, so that it makes no difference which of its items are parsed.
    """
    moments = _CHANGED.findall(body)
    return len(moments) >= _FEW and len(set(moments)) == 1
