"""Inspection of a database without the store: while a bot runs on it, or before it exists.

Nothing is changed; a missing file is not made.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient

from bot.model.errors import PermanentError
from bot.storage.database import NO_CONNECTION
from bot.storage.database_errors import damaged, is_damage
from bot.storage.encryption import Encryption
from bot.storage.location import APP, locate
from bot.storage.migrate import connected
from bot.storage.sqlite_rebuild import IndexKeepingExecutor

#: An update of no rows, which a read-only database refuses all the same.
_WRITE = "UPDATE deliveries SET attempts = attempts WHERE id = -1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The state of a database."""

    #: False: an SQLite file that the first start will make
    exists: bool
    writable: bool
    #: migrations that are still to be applied
    pending: int
    #: passwords of blogs that are kept, and how many of them no key opens
    passwords: int = 0
    unreadable: int = 0


async def inspect(url: str, *, keys: Sequence[str]) -> Condition:
    """Inspect a database.

    :param keys: the keys with which passwords may be encrypted.
    :raises PermanentError: it cannot be reached or read.
    :raises Unusable: it is damaged, or newer than this program.
    """
    location = locate(url)
    try:
        if location.file is not None and not location.file.exists():
            return Condition(exists=False, writable=_can_be_made(location.file), pending=0)
        async with connected(location) as connection:
            pending = await IndexKeepingExecutor(connection, {APP: location.config()["apps"][APP]}).plan_known()
            if location.file is not None and not await _is_whole(connection):
                raise damaged(location.file)
            if pending:
                # Tables may be missing or have other columns; the next start migrates them.
                return Condition(exists=True, writable=True, pending=len(pending))
            rows = await connection.execute_query_dict("SELECT secret FROM connections")
            return Condition(
                exists=True,
                writable=await _writable(connection),
                pending=0,
                passwords=len(rows),
                unreadable=sum(not _opens(Encryption(keys), row["secret"]) for row in rows),
            )
    except NO_CONNECTION as error:
        if location.file is not None and is_damage(error):
            raise damaged(location.file) from error
        raise PermanentError(f"The database cannot be reached or read ({type(error).__name__}: {error}).") from error


async def _is_whole(connection: BaseDBAsyncClient) -> bool:
    """Read a whole SQLite file, as a start does not notice all damage."""
    [row] = await connection.execute_query_dict("PRAGMA quick_check(1)")
    return bool(row["quick_check"] == "ok")


async def _writable(connection: BaseDBAsyncClient) -> bool:
    try:
        await connection.execute_query(_WRITE)
    except NO_CONNECTION:
        return False
    return True


def _opens(vault: Encryption, locked: str) -> bool:
    try:
        vault.open(locked)
    except PermanentError:
        return False
    return True


def _can_be_made(file: Path) -> bool:
    folder = next(each for each in file.absolute().parents if each.exists())
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
