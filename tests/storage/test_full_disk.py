"""A disk on which nothing can be written for a while: what failed is not stored, and the log says so once."""

import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.model.errors import DatabaseUnavailable
from bot.model.ids import BlogId
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.databases import KEYS, migrated_sqlite
from tests.logged import actions
from tests.storage.given import a_blog, an_entry


@pytest.fixture
async def on_disk(tmp_path: Path) -> AsyncIterator[Store]:
    file = tmp_path / "x.db"
    file.write_bytes(migrated_sqlite())
    database = Store(f"sqlite://{file}", keys=KEYS)
    await database.open()
    yield database
    await database.close()


@contextmanager
def full() -> Iterator[None]:
    """Let this process write nothing to any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def entry_in_transaction(database: Store, blog_id: BlogId, number: int) -> None:
    async with database.transaction():
        await an_entry(database, blog_id, number)


async def test_a_transaction_that_cannot_be_committed_leaves_nothing_behind(on_disk: Store) -> None:
    blog = await a_blog(on_disk)
    with full(), pytest.raises(DatabaseUnavailable, match="cannot be written to"):
        await entry_in_transaction(on_disk, blog.id, 1)
    # Not even for those who read before the next transaction begins.
    assert await on_disk.entries.newest(blog.id, 9) == []
    await entry_in_transaction(on_disk, blog.id, 2)
    [kept] = await on_disk.entries.newest(blog.id, 9)
    assert kept.uid.endswith("2")


async def test_a_full_disk_is_one_error_and_two_lines(on_disk: Store, caplog: pytest.LogCaptureFixture) -> None:
    blog = await a_blog(on_disk)

    def said() -> list[str]:
        return actions(caplog)

    for _ in range(2):
        with full():
            with pytest.raises(DatabaseUnavailable):
                await an_entry(on_disk, blog.id, 1)
            with pytest.raises(DatabaseUnavailable):
                await entry_in_transaction(on_disk, blog.id, 2)
            with pytest.raises(DatabaseUnavailable):
                await on_disk.check_writable()
            # Reading goes on, and proves nothing.
            assert await on_disk.entries.newest(blog.id, 9) == []
            await fetch("SELECT 1")
        assert said() == ["database_unavailable"]
        await entry_in_transaction(on_disk, blog.id, 3)
        assert said() == ["database_unavailable", "database_available"]
        await fetch("DELETE FROM entries")
        caplog.clear()


async def test_an_error_of_ours_is_no_outage(on_disk: Store) -> None:
    with pytest.raises(Exception, match="no such table"):
        await fetch("SELECT * FROM nowhere")
    await a_blog(on_disk)
