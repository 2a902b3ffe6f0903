"""Migration of the tables to their newest form, by one process at a time, over a connection of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext

from bot.model.errors import PermanentError
from bot.storage.database import NO_CONNECTION
from bot.storage.database_errors import damaged, is_damage
from bot.storage.location import APP, Location, locate
from bot.storage.locks import FileLock, wait_for
from bot.storage.private_files import make_private_database
from bot.storage.sqlite_rebuild import IndexKeepingExecutor

#: Any number that no other program uses for a lock on the same database.
_ADVISORY_LOCK = 0x6261636B6368616E

#: The parameters of an address for a single connection; the others are the pool's.
_CONNECT = {"host", "port", "user", "password", "database", "ssl", "timeout"}


async def migrate(url: str) -> list[str]:
    """Apply the missing migrations; return their names.

    Other processes wait meanwhile and then have nothing to do.

    :raises PermanentError: the database cannot be reached, or a bot that runs holds the SQLite file.
    :raises Unusable: it is damaged, or newer than this program.
    """
    location = locate(url)
    try:
        async with _one_at_a_time(location), connected(location) as connection:
            return await _apply(location, connection)
    except NO_CONNECTION as error:
        if location.file is not None and is_damage(error):
            raise damaged(location.file) from error
        raise PermanentError(f"The database cannot be migrated ({type(error).__name__}: {error}).") from error


async def _apply(location: Location, connection: BaseDBAsyncClient) -> list[str]:
    applied: list[str] = []

    def note(event: str, _app: str, name: str) -> None:
        if event == "apply_done":
            applied.append(name)

    executor = IndexKeepingExecutor(connection, {APP: location.config()["apps"][APP]})
    if not await executor.plan_known():
        return []
    if location.file is None:
        await executor.migrate(direction="forward", progress=note)
        return applied
    owner = FileLock(location.lock_file("lock"))
    if not owner.take():
        raise PermanentError("The database must be migrated, but another process has it open: stop that bot first.")
    try:
        await executor.migrate(direction="forward", progress=note)
        await _check_references(connection)
    finally:
        owner.free()
    return applied


async def _check_references(connection: BaseDBAsyncClient) -> None:
    """Check every foreign key, as they were off while tables were rebuilt."""
    broken = await connection.execute_query_dict("PRAGMA foreign_key_check")
    if broken:
        tables = ", ".join(sorted({row["table"] for row in broken}))
        raise PermanentError(f"After migrating, rows refer to others that are gone, in: {tables}. Restore a backup.")


@asynccontextmanager
async def _one_at_a_time(location: Location) -> AsyncIterator[None]:
    if location.file:
        async with wait_for(FileLock(location.lock_file("migrate.lock"))):
            make_private_database(location.file)
            yield
        return
    credentials = {name: value for name, value in location.credentials.items() if name in _CONNECT}
    session = await asyncpg.connect(**credentials)
    try:
        await session.execute("SELECT pg_advisory_lock($1)", _ADVISORY_LOCK)
        yield
    finally:
        await session.close()


@asynccontextmanager
async def connected(location: Location) -> AsyncIterator[BaseDBAsyncClient]:
    """Connect beside any open store, without enforcing SQLite's foreign keys."""
    # foreign keys on, the rebuild of a table would delete every row that refers to it
    overrides = {"foreign_keys": "OFF"} if location.file else {}
    async with TortoiseContext() as context:
        # without the models: they may be bound to a database that is open
        await context.connections._init(location.config(**overrides)["connections"], create_db=False)
        connection = context.connections.get(location.dialect)
        await connection.create_connection(with_db=True)
        yield connection
