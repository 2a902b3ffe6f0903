"""Values that both databases can store: clean text, UTC times, fingerprints to compare."""

import hashlib
import re
from datetime import UTC, datetime
from typing import overload

#: PostgreSQL refuses NUL in text; neither driver can encode half of a surrogate pair.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@overload
def scrub(text: str) -> str: ...
@overload
def scrub(text: None) -> None: ...
@overload
def scrub(text: str | None) -> str | None: ...
def scrub(text: str | None) -> str | None:
    """Replace characters that a database cannot store with U+FFFD; join surrogate pairs."""
    if text is None or (text.isascii() and "\0" not in text) or not _UNKEEPABLE.search(text):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNKEEPABLE.sub(_REPLACEMENT, joined)


@overload
def utc(moment: datetime) -> datetime: ...
@overload
def utc(moment: None) -> None: ...
@overload
def utc(moment: datetime | None) -> datetime | None: ...
def utc(moment: datetime | None) -> datetime | None:
    """Convert an aware time to UTC: SQLite compares times as text, which is right only within one offset."""
    return moment if moment is None or moment.tzinfo is UTC else moment.astimezone(UTC)


@overload
def moment(value: str | datetime) -> datetime: ...
@overload
def moment(value: None) -> None: ...
@overload
def moment(value: str | datetime | None) -> datetime | None: ...
def moment(value: str | datetime | None) -> datetime | None:
    """Read a time of a raw row: SQLite returns text, PostgreSQL a datetime."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def fingerprint(text: str) -> str:
    """Hash a text of any length for an index.

    PostgreSQL refuses index entries above some 2,700 bytes, and guids and links may be longer.
    """
    return hashlib.sha256(scrub(text).encode()).hexdigest()
