"""Fixtures for tests that need the store: both databases, opened and migrated. Import them into a conftest."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from bot.storage.database import Store
from bot.storage.migrate import migrate
from tests.postgres import run_postgres

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
KEYS = ["a key for tests"]

#: Makes a database of a dialect: an empty one, or (True) one with all tables.
MakeDatabase = Callable[[str, bool], str]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One server a test process (each xdist worker has its own), started when first asked for."""
    with run_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """A database with all tables, to copy from."""
    _run(_create(postgres_server, "migrated", template="template0"))
    _run(migrate(f"{postgres_server}/migrated"))
    return "migrated"


@cache
def migrated_sqlite() -> bytes:
    """An SQLite file with all tables and no rows; making one takes a second or two, once a test process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.sqlite3"
        _run(migrate(f"sqlite://{path}"))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path.read_bytes()


@pytest.fixture(scope="session")
def spare_postgres() -> list[str]:
    """Databases that a test gave back: emptying one is much cheaper than copying one."""
    return []


@pytest.fixture
def make_database(request: pytest.FixtureRequest, tmp_path: Path, spare_postgres: list[str]) -> Iterator[MakeDatabase]:
    """Make databases for this test. One that comes migrated must be left with the tables it came with."""
    lent: list[str] = []

    def make(dialect: str, migrated: bool) -> str:
        number = next(_numbers)
        if dialect == "sqlite":
            path = tmp_path / f"{number}.sqlite3"
            if migrated:
                path.write_bytes(migrated_sqlite())
            return f"sqlite://{path}"
        server: str = request.getfixturevalue("postgres_server")
        name = f"test_{number}"
        if not migrated:
            _run(_create(server, name, template="template0"))
            return f"{server}/{name}"
        if not spare_postgres:
            _run(_create(server, name, template=request.getfixturevalue("migrated_postgres")))
            spare_postgres.append(f"{server}/{name}")
        lent.append(spare_postgres.pop())
        return lent[-1]

    yield make
    for url in lent:
        _run(_empty(url))
        spare_postgres.append(url)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, make_database: MakeDatabase) -> str:
    """A migrated database of this test's own, SQLite and PostgreSQL in turn."""
    return make_database(request.param, True)


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, make_database: MakeDatabase) -> str:
    """A database without tables, SQLite and PostgreSQL in turn."""
    return make_database(request.param, False)


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """The store, opened."""
    database = Store(database_url, keys=KEYS)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What is asked of the database from now on; ``clear()`` begins anew."""
    asked: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            asked.append(record.getMessage())

    log, handler = logging.getLogger("tortoise.db_client"), Listening()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    # A statement for a hundred feeds is long, and of no use in the report of a test.
    log.propagate = False
    yield asked
    log.removeHandler(handler)
    log.setLevel(level)
    log.propagate = True


_numbers = count(1)


async def _create(server: str, name: str, *, template: str) -> None:
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await connection.close()


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = ", ".join(row["tablename"] for row in rows if row["tablename"] != "tortoise_migrations")
        await connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")
    finally:
        await connection.close()


def _run(work: Coroutine[None, None, object]) -> None:
    """Run in a thread of its own: a test that makes a database may have a loop running here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
