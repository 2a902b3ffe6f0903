import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.schema_editor import SqliteSchemaEditor

from bot.model.errors import PermanentError
from bot.storage import location, sqlite_rebuild
from bot.storage.column_values import moment
from bot.storage.database import Store
from bot.storage.location import locate
from bot.storage.migrate import migrate
from bot.storage.statements import fetch
from tests.databases import BOTH, KEYS, MakeDatabase
from tests.storage.given import NOW, a_blog, a_comment, a_feed, a_subscription, an_entry

#: Columns, indexes, uniqueness and references of all tables, as the database itself tells them.
_SHAPE = {
    "sqlite": [
        """SELECT t.name AS about, c.name, c.type, c."notnull", c.dflt_value, c.pk
        FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'""",
        """SELECT t.name AS about, i."unique", (SELECT group_concat(name) FROM pragma_index_info(i.name)) AS columns
        FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table'""",
        """SELECT t.name AS about, r."table", r."from", r."to", r.on_delete
        FROM sqlite_master t, pragma_foreign_key_list(t.name) r WHERE t.type = 'table'""",
        # a rebuild may turn UNIQUE in a table's definition (uid_…) into an index; its columns are compared above
        """SELECT tbl_name AS about, name FROM sqlite_master
        WHERE type = 'index' AND sql IS NOT NULL AND name NOT LIKE 'uid_%'""",
    ],
    "postgres": [
        """SELECT table_name AS about, column_name, data_type, is_nullable, column_default, character_maximum_length
        FROM information_schema.columns WHERE table_schema = 'public'""",
        "SELECT tablename AS about, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        """SELECT conrelid::regclass::text AS about, contype::text, pg_get_constraintdef(oid) AS def
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    ],
}


async def shape_of(url: str) -> list[str]:
    store = Store(url, keys=KEYS)
    await store.open()
    try:
        found = [row for query in _SHAPE[locate(url).dialect] for row in await fetch(query)]
    finally:
        await store.close()
    ours = (row for row in found if row["about"] not in {"tortoise_migrations", "sqlite_sequence"})
    return sorted(str(row) for row in ours)


@pytest.mark.parametrize("dialect", BOTH)
async def test_the_migrations_lead_to_the_tables_as_they_stand_in_the_code(
    make_database: MakeDatabase, dialect: str
) -> None:
    migrated, generated = make_database(dialect, False), make_database(dialect, False)
    assert (await migrate(migrated))[0] == "0001_initial"
    assert await migrate(migrated) == []
    async with TortoiseContext() as context:
        await context.init(locate(generated).config())
        await context.generate_schemas()
    assert await shape_of(migrated) == await shape_of(generated)


async def test_no_migration_is_missing(make_database: MakeDatabase) -> None:
    config = locate(make_database("sqlite", False)).config()
    async with TortoiseContext() as context:
        await context.init(config)
        assert context.apps
        missing = await MigrationAutodetector(context.apps, config["apps"]).changes()
    assert [writer.operations for writer in missing] == []


async def test_starters_at_the_same_time_wait_for_each_other(empty_database_url: str) -> None:
    program = "import asyncio, sys; from bot.storage.migrate import migrate; print(asyncio.run(migrate(sys.argv[1])))"
    command = [sys.executable, "-W", "error", "-c", program, empty_database_url]
    starters = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: ASYNC220
        for _ in range(2)
    ]
    said = [starter.communicate(timeout=60) for starter in starters]
    assert [errors for _, errors in said] == ["", ""]
    every = sorted(path.stem for path in (Path(__file__).parents[2] / "migrations").glob("[0-9]*.py"))
    assert sorted(output.strip() for output, _ in said) == [str(every), "[]"]


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the migrations that a test may add to, under a name of its own."""
    package = tmp_path / f"history_{tmp_path.name.replace('-', '_')}"
    package.mkdir()
    for path in (Path(__file__).parents[2] / "migrations").glob("*.py"):
        (package / path.name).write_text(path.read_text())
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(location, "_MIGRATIONS", package.name)
    yield package
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]


def add_step(history: Path, operations: str) -> None:
    newest = max(path.stem for path in history.glob("[0-9]*.py"))
    (history / "9999_step.py").write_text(
        dedent(
            f"""
            from tortoise import fields, migrations
            from tortoise.migrations import operations as ops


            class Migration(migrations.Migration):
                dependencies = [("models", "{newest}")]
                operations = [{operations}]
            """
        )
    )


ALTER_TITLE = 'ops.AlterField("Entry", "title", fields.TextField(null=True))'
REMOVE_API_ROOT = 'ops.RemoveField("Blog", "api_root")'


async def fill(url: str) -> None:
    store = Store(url, keys=KEYS)
    await store.open()
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    await a_comment(store, entry)
    await a_feed(store, blog.id)
    await a_subscription(store, blog.id)
    await store.close()


async def count_rows(url: str) -> dict[str, int]:
    store = Store(url, keys=KEYS)
    await store.open()
    tables = ("blogs", "entries", "comments", "feeds", "subscriptions")
    counts = {table: (await fetch(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in tables}
    await store.close()
    return counts


@pytest.mark.parametrize("step", [ALTER_TITLE, REMOVE_API_ROOT], ids=["alter", "remove"])
async def test_a_rebuilt_table_keeps_rows_that_refer_to_it_indexes_and_uniqueness(
    history: Path, make_database: MakeDatabase, step: str
) -> None:
    url = make_database("sqlite", True)
    await fill(url)
    before, rows = await shape_of(url), await count_rows(url)
    add_step(history, step)
    assert await migrate(url) == ["9999_step"]
    assert await count_rows(url) == rows == dict.fromkeys(rows, 1)
    changed = set(before) ^ set(await shape_of(url))
    assert changed
    assert all("'title'" in one or "'api_root'" in one for one in changed)


async def test_two_rebuilds_keep_what_one_kept(history: Path, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", True)
    await fill(url)
    before = await shape_of(url)
    add_step(history, f"{ALTER_TITLE}, {ALTER_TITLE.replace('null=True', 'null=False')}")
    await migrate(url)
    assert await shape_of(url) == before


async def test_upstream_still_loses_them(
    history: Path, make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When this fails, sqlite_rebuild.py has had its day."""
    url = make_database("sqlite", True)
    await fill(url)
    add_step(history, ALTER_TITLE)
    monkeypatch.setattr(sqlite_rebuild, "IndexKeepingSqlite", SqliteSchemaEditor)
    await migrate(url)
    assert not [line for line in await shape_of(url) if "entries_native" in line]


@pytest.mark.postgres
async def test_postgres_applies_the_same_steps(history: Path, make_database: MakeDatabase) -> None:
    url = make_database("postgres", False)
    await migrate(url)
    await fill(url)
    rows = await count_rows(url)
    add_step(history, f"{ALTER_TITLE}, {REMOVE_API_ROOT}")
    assert await migrate(url) == ["9999_step"]
    assert await count_rows(url) == rows


async def test_a_step_that_fails_changes_nothing(history: Path, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", True)
    await fill(url)
    before = await shape_of(url)
    add_step(history, f'{ALTER_TITLE}, ops.RunSQL("this is no SQL", "")')
    with pytest.raises(PermanentError, match="cannot be migrated"):
        await migrate(url)
    assert await shape_of(url) == before


async def test_a_bot_that_runs_is_not_migrated_under_its_feet(history: Path, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", True)
    store = Store(url, keys=KEYS)
    await store.open()
    assert await migrate(url) == []
    add_step(history, ALTER_TITLE)
    with pytest.raises(PermanentError, match="stop that bot first"):
        await migrate(url)
    await store.check()
    await store.close()


async def test_a_server_that_does_not_answer_is_told(unused_tcp_port: int) -> None:
    with pytest.raises(PermanentError, match="cannot be migrated") as failed:
        await migrate(f"postgres://bot:secret@127.0.0.1:{unused_tcp_port}/x")
    assert "secret" not in failed.value.text


#: A database as the migration that renames tables and columns finds it: what it renames holds something.
_BEFORE_NAMES = """
INSERT INTO blogs (id, title, home_url, feed_hash, system, saved_at)
    VALUES (1, 'A', 'https://a.example/', 'f', 'unknown', $1);
INSERT INTO entries (id, blog_id, uid, uid_hash, title, author, html, categories, hash, first_seen_at, closed_at,
    taken_for) VALUES (2, 1, 'e', 'e', 'T', 'Ann', '', '[]', 'h', $1, $1, 9);
INSERT INTO comments (id, blog_id, entry_id, uid, uid_hash, parent_author, author, html, hash, first_seen_at, moved_at)
    VALUES (3, 1, 2, 'c', 'c', '', 'Bob', '', 'h', $1, $1);
INSERT INTO aliases (blog_id, entry_id, key_hash) VALUES (1, 2, 'n');
INSERT INTO feeds (id, blog_id, kind, format, url, url_hash, conditional_polls, failures, next_poll_at, memory,
    moved_to, moved_seen, moved_since, pushed_until, told_at, whole_at, fault)
    VALUES (4, 1, 'entries', 'syndication', 'u', 'u', 0, 0, $1, 'state', 'b', 2, $1, $1, $1, $1, 'gone');
INSERT INTO pushes (feed_id, protocol, hub_url, topic_url, token, secret, state, asks, due_at)
    VALUES (4, 'websub', 'h', 't', 'token', '', 'wanted', 5, $1);
INSERT INTO subscriptions (id, guild_id, channel_id, blog_id, placement, comments, relay_mode, started_at, mentions,
    locked_to_channel) VALUES (6, 7, 8, 1, 'thread', TRUE, 'off', $1, '[70]', TRUE);
INSERT INTO links (subscription_id, entry_id, comment_id, channel_id, message_id, locked_told_at)
    VALUES (6, 2, 0, 8, 80, $1);
INSERT INTO summed_comments (subscription_id, comment_id, added_at, told_at) VALUES (6, 3, $1, $1);
INSERT INTO alerts (id, guild_id, blog_id, user_id, author, author_hash) VALUES (1, 7, 1, 50, '', '');
INSERT INTO alerted_comments (alert_id, user_id, entry_id, comment_id, added_at, told_at, left_out)
    VALUES (1, 50, 2, 3, $1, $1, FALSE);
INSERT INTO endpoints (guild_id, blog_id, kind, api_root, username, secret, connected_by)
    VALUES (7, 1, 'wordpress', 'https://a.example/wp-json/', 'bridge', 'locked', 50);
INSERT INTO deliveries (kind, args, lane, key, state, attempts, patient_since, due_at, nonce)
    VALUES ('notify_parked', '{}', 'l', 'k', 'waiting', 0, $1, $1, 'n');
INSERT INTO replies (guild_id, subscription_id, blog_id, entry_id, user_id, public_name, origin, content, html, state,
    answer_token, created_at) VALUES (7, 6, 1, 2, 50, 'Bo', 'slash', 'c', 'h', 'accepted', 'secret', $1)
"""
_AFTER_NAMES = {
    "blogs": {"last_requested_at": NOW},
    "entries": {"comments_closed_at": NOW, "split_from": 9},
    "comments": {"entry_corrected_at": NOW},
    "aliases": {"name_hash": "n"},
    "feeds": {
        "failure_reason": "gone",
        "fetch_state": "state",
        "redirect_url": "b",
        "redirect_count": 2,
        "redirected_since": NOW,
        "hub_trusted_until": NOW,
        "notified_at": NOW,
        "last_full_poll_at": NOW,
    },
    "hub_subscriptions": {"feed_id": 4, "token": "token", "attempts": 5},
    "subscriptions": {"mentioned_roles": "[70]", "locked_thread_fallback": True},
    "posted_messages": {"subscription_id": 6, "entry_id": 2, "message_id": 80, "locked_notice_at": NOW},
    "summarised_comments": {"comment_id": 3, "summarised_at": NOW},
    "alerted_comments": {"comment_id": 3, "alerted_at": NOW},
    "connections": {"system": "wordpress", "username": "bridge", "secret": "locked"},
    "deliveries": {"retry_since": NOW},
    "replies": {"interaction_token": "secret"},
}


async def _read(url: str, columns: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Read these columns of tables that have one row each."""
    store = Store(url, keys=KEYS)
    await store.open()
    try:
        rows = {table: (await fetch(f"SELECT {', '.join(names)} FROM {table}"))[0] for table, names in columns.items()}
    finally:
        await store.close()
    times = ("_at", "_since", "_until")
    return {
        table: {name: moment(value) if name.endswith(times) else value for name, value in row.items()}
        for table, row in rows.items()
    }


@pytest.mark.parametrize("dialect", BOTH)
async def test_what_tables_and_columns_hold_stays_under_their_new_names(
    history: Path, make_database: MakeDatabase, dialect: str
) -> None:
    step = history / "0024_names_of_tables_and_columns.py"
    text = step.read_text()
    step.unlink()
    url = make_database(dialect, False)
    assert "0023_names" in await migrate(url)
    store = Store(url, keys=KEYS)
    await store.open()
    try:
        for statement in _BEFORE_NAMES.split(";\n"):
            await fetch(statement, *[NOW] * ("$1" in statement))
    finally:
        await store.close()
    step.write_text(text)
    assert await migrate(url) == [step.stem]
    assert await _read(url, _AFTER_NAMES) == _AFTER_NAMES
