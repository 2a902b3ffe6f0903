"""Errors of databases that cannot be used as they are, in words for the bot's operator."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot.model.errors import PermanentError

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
#: The lowest byte of an extended error code is the basic code.
_CODE = 0xFF


class Unusable(PermanentError):
    """The database exists but cannot be used.

    :param what: the fault.
    :param remedy: what the operator can do.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


def newer(migrations: list[str]) -> Unusable:
    """Describe a database with tables that this program does not know."""
    return Unusable(
        f"This database was made by a newer Backchannel: it has {', '.join(migrations)}, which this one does not know.",
        "Start that version again or a newer one, or restore a backup from before the upgrade.",
    )


def damaged(file: Path) -> Unusable:
    """Describe a file that SQLite cannot read."""
    return Unusable(
        f"The file {file} is damaged, or is no SQLite database.",
        "Restore a backup, or name another file in DATABASE_URL; `sqlite3 FILE .recover` may save what is left.",
    )


def is_damage(error: BaseException) -> bool:
    """Return True if an error, or one of its causes, says that the SQLite file is damaged."""
    return any(isinstance(each, sqlite3.Error) and primary_code(each) in _DAMAGED for each in _chain(error))


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's basic error code; 0 for an error of another origin."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & _CODE


def _chain(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [one for one in (each.__cause__, each.__context__, *each.args) if isinstance(one, BaseException)]
