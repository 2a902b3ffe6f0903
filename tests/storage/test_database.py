import asyncio
import resource
import subprocess
import sys
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError

from bot.model.errors import PermanentError
from bot.model.feed import FeedKind
from bot.storage.database import NO_CONNECTION, Store
from bot.storage.location import locate
from bot.storage.statements import fetch
from tests.databases import KEYS, MakeDatabase
from tests.storage.given import NOW, a_blog, a_feed, a_subscription, an_entry, discovery, later, make_due


def test_the_database_is_the_store_that_the_bridge_asks_for(tmp_path: Path) -> None:
    store: Store = Store(f"sqlite://{tmp_path}/x", keys=KEYS)
    assert store


async def test_it_gives_a_sign_of_life(store: Store) -> None:
    await store.check()


async def test_a_transaction_keeps_all_or_nothing(store: Store) -> None:
    blog = await a_blog(store)

    async def fail_half_way() -> None:
        async with store.transaction():
            await a_subscription(store, blog.id)
            await a_feed(store, blog.id)
            await an_entry(store, blog.id)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail_half_way()
    assert await store.feeds.of_blog(blog.id) == []
    assert await store.subscriptions.of_blog(blog.id) == []
    assert await store.entries.newest(blog.id, 9) == []
    async with store.transaction():
        await an_entry(store, blog.id)
    assert len(await store.entries.newest(blog.id, 9)) == 1


async def test_a_transaction_within_one_is_a_savepoint(store: Store) -> None:
    blog = await a_blog(store)

    async def fail_half_way() -> None:
        async with store.transaction():
            await an_entry(store, blog.id, 2)
            raise RuntimeError("half way")

    async with store.transaction():
        await an_entry(store, blog.id, 1)
        with pytest.raises(RuntimeError, match="half way"):
            await fail_half_way()
        await store.subscriptions.remove((await a_subscription(store, blog.id)).id)
    assert [entry.title for entry in await store.entries.newest(blog.id, 9)] == ["Entry 1"]


async def test_a_transaction_is_of_its_own_task(store: Store) -> None:
    blog = await a_blog(store)
    inside, looked = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with store.transaction():
            await an_entry(store, blog.id)
            inside.set()
            await asyncio.wait([reader], timeout=0.2)

    async def read() -> int:
        await inside.wait()
        looked.set()
        return len(await store.entries.newest(blog.id, 9))

    reader = asyncio.create_task(read())
    await write()
    assert looked.is_set()
    # PostgreSQL shows the state before; SQLite waits for the one after
    assert await reader in {0, 1}


async def test_cancelled_transactions_leave_nothing_locked(store: Store) -> None:
    blog = await a_blog(store)

    async def write(number: int) -> None:
        async with store.transaction():
            await an_entry(store, blog.id, number)
            await an_entry(store, blog.id, number + 1000)

    for number in range(30):
        task = asyncio.create_task(write(number))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(10):
        kept = {entry.title for entry in await store.entries.newest(blog.id, 99)}
        async with store.transaction():
            await an_entry(store, blog.id, 5000)
    assert all((f"Entry {number}" in kept) == (f"Entry {number + 1000}" in kept) for number in range(30))


async def test_tasks_that_were_started_before_see_it(database_url: str) -> None:
    store = Store(database_url, keys=KEYS)
    opened = asyncio.Event()

    async def work() -> None:
        await opened.wait()
        await store.check()

    task = asyncio.create_task(work())
    await store.open()
    try:
        opened.set()
        await task
    finally:
        await store.close()


@pytest.mark.postgres
async def test_both_databases_one_after_the_other_in_one_process(make_database: MakeDatabase) -> None:
    for dialect in ("sqlite", "postgres", "sqlite"):
        await _use(make_database(dialect, True))


async def _use(url: str) -> None:
    store = Store(url, keys=KEYS)
    for _ in range(2):
        await store.open()
        blog = await store.feeds.save_blog(discovery())
        await a_feed(store, blog.id, FeedKind.ENTRIES)
        await make_due(store, blog.id, later(hours=-1))
        await store.close()
        await store.close()


async def test_deleting_a_blog_takes_what_is_its_own_along(store: Store) -> None:
    blog = await a_blog(store)
    await an_entry(store, blog.id)
    await a_feed(store, blog.id)
    await fetch("DELETE FROM blogs WHERE id = $1", blog.id)
    assert await fetch("SELECT id FROM entries") == await fetch("SELECT id FROM feeds") == []


async def test_sqlite_is_opened_as_it_should_be(tmp_path: Path) -> None:
    store = Store(f"sqlite://{tmp_path}/deep/er/bot.sqlite3", keys=KEYS)
    await store.open()
    settings: dict[str, object] = {}
    for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous"):
        settings |= (await fetch(f"PRAGMA {name}"))[0]
    await store.close()
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "timeout": 15000, "synchronous": 1}


async def test_one_process_owns_the_file(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/bot.sqlite3"
    store = Store(url, keys=KEYS)
    await store.open()
    assert "Another process has this database open" in _open_elsewhere(url)
    await store.close()
    assert _open_elsewhere(url) == ""


def _open_elsewhere(url: str) -> str:
    program = (
        "import asyncio, sys; from bot.storage.database import Store; d = Store(sys.argv[1], keys=['k'])\n"
        "async def main(): await d.open(); await d.close()\n"
        "asyncio.run(main())"
    )
    return subprocess.run([sys.executable, "-c", program, url], check=False, capture_output=True, text=True).stderr


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://root:secret@127.0.0.1/x", "must begin with sqlite:// or postgres://"),
        ("postgres://bot:secret@127.0.0.1:port/x", "cannot be read"),
        ("sqlite://", "cannot be read"),
        ("sqlite://:memory:", "must be a file"),
    ],
)
def test_an_address_that_cannot_be_is_refused_without_repeating_it(url: str, sentence: str) -> None:
    with pytest.raises(PermanentError, match=sentence) as refused:
        Store(url, keys=KEYS)
    assert "secret" not in refused.value.text


async def test_a_file_that_is_no_database_is_told_and_can_be_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    path.write_bytes(b"no database" * 1000)
    store = Store(f"sqlite://{path}", keys=KEYS)
    for _ in range(2):
        with pytest.raises(PermanentError, match="is damaged"):
            await store.open()
    path.unlink()
    await store.open()
    await store.check()
    await store.close()


async def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PermanentError, match="folder cannot be written to"):
        await Store(f"sqlite://{tmp_path}/file/bot.sqlite3", keys=KEYS).open()


async def test_a_server_that_does_not_answer_is_told(unused_tcp_port: int) -> None:
    store = Store(f"postgres://bot:secret@127.0.0.1:{unused_tcp_port}/x", keys=KEYS)
    with pytest.raises(PermanentError, match="cannot be opened") as failed:
        await store.open()
    assert "secret" not in failed.value.text


async def test_times_of_any_offset_compare_rightly(store: Store) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    await a_feed(store, blog.id)
    east = NOW.astimezone(timezone(timedelta(hours=9)))
    assert await store.polls.claim_due(later(seconds=-1).astimezone(east.tzinfo), lease_until=east, limit=9) == []
    assert len(await store.polls.claim_due(east, lease_until=later(hours=1), limit=9)) == 1


async def test_queries_after_a_connect_that_failed_fail_too_and_do_not_hang(tmp_path: Path) -> None:
    async with TortoiseContext() as context:
        await context.init(locate(f"sqlite://{tmp_path}/missing/bot.sqlite3").config())
        async with asyncio.timeout(10):
            for _ in range(2):
                with pytest.raises(OperationalError):
                    await fetch("SELECT 1")


async def test_what_can_be_written_to_is_known_by_writing(store: Store) -> None:
    await store.check_writable()
    await store.check_writable()


@pytest.mark.parametrize("fault", ["full disk", "read-only"])
async def test_what_cannot_be_written_to_is_told_until_it_can(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("bot.storage.database._WRITE_AGAIN_SECONDS", 0.0)
    store = Store(make_database("sqlite", True), keys=KEYS)
    await store.open()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        await store.check_writable()
        if fault == "full disk":
            # No file may grow: the system refuses as it does where no room is left.
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        else:
            await fetch("PRAGMA query_only = ON")
        try:
            await store.check()
            for _ in range(2):
                with pytest.raises(NO_CONNECTION):
                    await store.check_writable()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        if fault == "read-only":
            await fetch("PRAGMA query_only = OFF")
        await store.check_writable()
    finally:
        await store.close()
