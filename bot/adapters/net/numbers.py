"""Read numbers from untrusted text within limits.

Python's integers are unbounded, but columns, PHP and `int()` itself (4,300 digits) are not. A number above its limit
counts as missing.
"""

import json
from typing import Final

#: The most that an integer column keeps on both databases.
MAX_COUNT: Final = 2**31 - 1
#: The most that WordPress numbers a post or a comment with: MySQL's BIGINT UNSIGNED.
MAX_ID: Final = 2**64 - 1

_LONGEST: Final = 20


def read_number(text: str, *, most: int) -> int | None:
    """Read ASCII digits; None for anything else and for more than ``most``."""
    if not (text.isascii() and text.isdecimal()):
        return None
    digits = text.lstrip("0") or "0"
    number = int(digits) if len(digits) <= _LONGEST else most + 1
    return number if number <= most else None


def load_json(text: str | bytes) -> object:
    """Read JSON; neither long integers nor raw line ends in strings make the whole unreadable.

    An integer of more than 20 digits comes as its text.

    :raises ValueError: it is none.
    :raises RecursionError: it is nested too deeply.
    """
    value: object = json.loads(text, parse_int=_integer, strict=False)
    return value


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST else digits
