"""``python -m bot check`` finds what is wrong and says how to mend it."""

import asyncio
import os
import secrets
import socket
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
from aiohttp import web

from bot.model.connection import Credential, Secret
from bot.model.feed import CommentSystem
from bot.model.ids import GuildId, UserId
from bot.storage.database import Store
from bot.storage.migrate import migrate
from sandbox.discord import SandboxDiscord
from sandbox.process import BotProcess
from tests.command import Outcome, bot, names_in
from tests.databases import MakeDatabase, migrated_sqlite
from tests.storage.given import a_blog
from tests.webserver import serving

KEY = "the key that was used"


@pytest.fixture
async def discord() -> AsyncIterator[SandboxDiscord]:
    async with SandboxDiscord.running(bot_name="Stargazer") as server:
        server.add_guild("Stargazers")
        yield server
        server.assert_valid()


def line(ran: Outcome, about: str) -> str:
    """What was said of one thing, its remedy included."""
    lines = ran.out.splitlines()
    (place,) = [number for number, each in enumerate(lines) if each[9:].startswith(about)]
    remedy = lines[place + 1] if "→" in lines[place + 1] else ""
    return f"{lines[place]} {remedy}"


async def keep_password(url: str, key: str) -> None:
    store = Store(url, keys=[key])
    await store.open()
    blog = await a_blog(store)
    await store.connections.save(
        guild_id=GuildId(1),
        blog_id=blog.id,
        system=CommentSystem.WORDPRESS,
        api_root="https://blog.example/wp-json/",
        credential=Credential(username="bridge", password=Secret("abcd efgh")),
        connected_by=UserId(2),
    )
    await store.close()


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(
    discord: SandboxDiscord, tmp_path: Path
) -> None:
    ran = await bot("check", tmp_path, discord, DISCORD_TOKEN=discord.token)
    assert (ran.status, ran.err) == (0, "")
    assert "this is Stargazer" in line(ran, "token")
    assert line(ran, "intents").startswith("ok")
    assert line(ran, "clock").startswith("ok")
    assert "the first start makes it" in line(ran, "database")
    assert "the first start makes one" in line(ran, "SECRET_KEY")
    assert "not set" in line(ran, "PUBLIC_URL")
    assert ran.out.endswith("Nothing is wrong.\n")
    assert discord.token not in ran.out
    assert names_in(tmp_path) == []


async def test_beside_a_running_bot_all_is_well(discord: SandboxDiscord, tmp_path: Path, unused_tcp_port: int) -> None:
    settings = {"HTTP_PORT": str(unused_tcp_port), "PUBLIC_URL": f"http://127.0.0.1:{unused_tcp_port}"}
    process = BotProcess(discord, tmp_path, settings)
    told = {
        **settings,
        "DISCORD_TOKEN": discord.token,
        "DATABASE_URL": f"sqlite://{tmp_path / 'backchannel.db'}",
        "OUTBOUND_ALLOW": "127.0.0.0/8",
        "SECRET_KEY": "any",
    }
    await process.start()
    try:
        await discord.wait_ready(30)
        ran = await bot("check", tmp_path, discord, **told)
        private = await bot("check", tmp_path, discord, **{**told, "OUTBOUND_ALLOW": ""})
    finally:
        await process.stop()
    stopped = await bot("check", tmp_path, discord, **told)
    assert (ran.status, ran.err) == (0, "")
    assert "up to date, and can be written to" in line(ran, "database")
    assert "The web side answers there, but without https" in line(ran, "PUBLIC_URL")
    assert "GB are free" in line(ran, "disk")
    assert private.status == 1
    assert "OUTBOUND_ALLOW" in line(private, "PUBLIC_URL")
    assert stopped.status == 0
    assert "the web side is not running" in line(stopped, "PUBLIC_URL")
    assert line(stopped, "PUBLIC_URL").startswith("warning")


async def test_another_site_at_the_public_address_is_no_web_side_of_ours(
    discord: SandboxDiscord, tmp_path: Path
) -> None:
    async with serving() as ours, serving() as other:
        ours.serve("/healthz", "ok")
        other.serve("/healthz", "<h1>Shop</h1>")
        port = ours.url.rsplit(":", 1)[1]
        told = {"HTTP_PORT": port, "PUBLIC_URL": other.url, "OUTBOUND_ALLOW": "127.0.0.0/8"}
        ran = await bot("check", tmp_path, discord, DISCORD_TOKEN=discord.token, **told)
    assert ran.status == 1
    assert "Something else answers" in line(ran, "PUBLIC_URL")


@pytest.mark.parametrize(("token", "words"), [("wrong", "does not accept"), ("", "not set")])
async def test_a_bad_token_is_wrong(discord: SandboxDiscord, tmp_path: Path, token: str, words: str) -> None:
    ran = await bot("check", tmp_path, discord, DISCORD_TOKEN=token)
    assert ran.status == 1
    assert words in line(ran, "token")
    assert "make setup" in line(ran, "token")
    assert ran.out.endswith("1 thing is wrong.\n")


async def test_settings_that_cannot_be_used_are_all_named(discord: SandboxDiscord, tmp_path: Path) -> None:
    ran = await bot("check", tmp_path, discord, HTTP_PORT="eighty", LOG_FORMAT="xml")
    assert ran.status == 1
    assert "HTTP_PORT" in ran.err
    assert "LOG_FORMAT" in ran.err


async def test_an_application_that_nobody_can_use_is_told(tmp_path: Path) -> None:
    ahead = format_datetime(datetime.now(UTC) - timedelta(minutes=5), usegmt=True)

    async def me(request: web.Request) -> web.Response:
        return web.Response(
            text='{"id": "7", "username": "B"}', content_type="application/json", headers={"Date": ahead}
        )

    async with serving() as server:
        server.on("/users/@me", me)
        server.serve("/users/@me/guilds", "[]")
        server.serve(
            "/applications/@me", '{"id": "7", "flags": 262144, "interactions_endpoint_url": "https://x.example"}'
        )
        away = await bot("check", tmp_path, server.url, DISCORD_TOKEN="t")
        server.serve("/applications/@me", '{"id": "7", "bot_require_code_grant": true}')
        closed = await bot("check", tmp_path, server.url, DISCORD_TOKEN="t")
        server.serve("/applications/@me", '{"id": "7", "flags": 262144}')
        alone = await bot("check", tmp_path, server.url, DISCORD_TOKEN="t")
        server.serve("/users/@me/guilds", "[{}]")
        granted = await bot("check", tmp_path, server.url, DISCORD_TOKEN="t")
    assert (away.status, closed.status, alone.status, granted.status) == (1, 1, 0, 0)
    assert "Interactions Endpoint URL" in line(away, "intents")
    assert "Code Grant" in line(closed, "intents")
    assert "client_id=7&" in line(alone, "intents")
    assert "not needed: Message Content" in line(granted, "intents")
    assert line(alone, "clock").startswith("warning")
    assert "s ahead of Discord's" in line(alone, "clock")


async def test_a_lost_key_is_told_and_the_right_one_is_well(discord: SandboxDiscord, tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    path.write_bytes(migrated_sqlite())
    url = f"sqlite://{path}"
    await keep_password(url, KEY)
    told = {"DISCORD_TOKEN": discord.token, "DATABASE_URL": url}
    right = await bot("check", tmp_path, discord, SECRET_KEY=f"new,{KEY}", **told)
    wrong = await bot("check", tmp_path, discord, SECRET_KEY="new", **told)
    lost = await bot("check", tmp_path, discord, **told)
    (tmp_path / "secret.key").write_text(KEY)
    (tmp_path / "secret.key").chmod(0o644)
    open_ = await bot("check", tmp_path, discord, **told)
    (tmp_path / "secret.key").chmod(0o600)
    kept = await bot("check", tmp_path, discord, **told)
    assert [each.status for each in (right, wrong, lost, open_, kept)] == [0, 1, 1, 0, 0]
    assert "opens all 1 passwords" in line(right, "SECRET_KEY")
    assert "1 of 1 blogs' passwords" in line(wrong, "SECRET_KEY")
    assert "/relay connect" in line(lost, "SECRET_KEY")
    assert "chmod 600" in line(open_, "SECRET_KEY")
    assert "kept in" in line(kept, "SECRET_KEY")
    said = "".join(each.out + each.err for each in (right, wrong, lost, open_, kept))
    assert not any(secret in said for secret in (KEY, "abcd efgh", discord.token))


async def test_a_database_that_is_none_or_cannot_be_reached_is_wrong(discord: SandboxDiscord, tmp_path: Path) -> None:
    (tmp_path / "none.db").write_text("this is no database, though it is long enough to be read as one")
    (tmp_path / "file").write_text("")
    told = {"DISCORD_TOKEN": discord.token}
    none = await bot("check", tmp_path, discord, DATABASE_URL=f"sqlite://{tmp_path / 'none.db'}", **told)
    below = await bot("check", tmp_path, discord, DATABASE_URL=f"sqlite://{tmp_path / 'file' / 'x.db'}", **told)
    gone = await bot("check", tmp_path, discord, DATABASE_URL="postgres://u:hunter2@127.0.0.1:9/none", **told)
    assert [each.status for each in (none, below, gone)] == [1, 1, 1]
    assert "is damaged, or is no SQLite database" in line(none, "database")
    assert "Restore a backup" in line(none, "database")
    assert "cannot be written to" in line(below, "database")
    assert "DATABASE_URL" in line(gone, "database")
    assert "hunter2" not in gone.out + gone.err


async def test_damage_in_the_middle_of_a_database_is_found(discord: SandboxDiscord, tmp_path: Path) -> None:
    data = bytearray(migrated_sqlite())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    (tmp_path / "x.db").write_bytes(data)
    told = {"DISCORD_TOKEN": discord.token, "DATABASE_URL": f"sqlite://{tmp_path / 'x.db'}"}
    ran = await bot("check", tmp_path, discord, **told)
    assert ran.status == 1
    assert "is damaged" in line(ran, "database")


@pytest.mark.parametrize("command", ["run", "migrate", "check"])
async def test_a_database_of_a_newer_version_is_refused(
    discord: SandboxDiscord, tmp_path: Path, make_database: MakeDatabase, command: str
) -> None:
    url = make_database("sqlite", True)
    _pretend_newer(url)
    ran = await bot(command, tmp_path, discord, DISCORD_TOKEN=discord.token, DATABASE_URL=url)
    assert ran.status == 1
    assert "made by a newer Backchannel" in ran.out + ran.err
    assert "9998_future" in ran.out + ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", ["run", "migrate"])
async def test_a_damaged_file_is_told_without_a_traceback(
    discord: SandboxDiscord, tmp_path: Path, command: str
) -> None:
    (tmp_path / "none.db").write_text("this is no database, though it is long enough to be read as one")
    told = {"DISCORD_TOKEN": discord.token, "DATABASE_URL": f"sqlite://{tmp_path / 'none.db'}"}
    ran = await bot(command, tmp_path, discord, **told)
    assert ran.status == 1
    assert "is damaged, or is no SQLite database. Restore a backup" in ran.err
    assert "Traceback" not in ran.err


async def test_the_port_is_tried(discord: SandboxDiscord, tmp_path: Path, unused_tcp_port: int) -> None:
    told = {"DISCORD_TOKEN": discord.token}
    free = await bot("check", tmp_path, discord, HTTP_PORT=str(unused_tcp_port), **told)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = await bot("check", tmp_path, discord, HTTP_PORT=str(other.getsockname()[1]), **told)
    async with serving() as ours:
        ours.serve("/healthz", "ok")
        own = await bot("check", tmp_path, discord, HTTP_PORT=ours.url.rsplit(":", 1)[1], **told)
    # A network for documentation, never ours (RFC 5737).
    away = await bot("check", tmp_path, discord, HTTP_HOST="192.0.2.1", HTTP_PORT=str(unused_tcp_port), **told)
    assert [each.status for each in (free, taken, own, away)] == [0, 1, 0, 1]
    assert "can listen on" in line(free, "port")
    assert "Something else listens" in line(taken, "port")
    assert "HTTP_PORT" in line(taken, "port")
    assert "The web side runs at" in line(own, "port")
    assert "cannot listen on 192.0.2.1" in line(away, "port")


async def test_a_weak_key_is_a_warning(discord: SandboxDiscord, tmp_path: Path) -> None:
    weak = await bot("check", tmp_path, discord, DISCORD_TOKEN=discord.token, SECRET_KEY="hunter2hunter2")
    strong = await bot("check", tmp_path, discord, DISCORD_TOKEN=discord.token, SECRET_KEY=secrets.token_urlsafe(32))
    assert (weak.status, strong.status) == (0, 0)
    assert line(weak, "SECRET_KEY").startswith("warning")
    assert "could be guessed" in line(weak, "SECRET_KEY")
    assert "hunter2" not in weak.out
    assert line(strong, "SECRET_KEY").startswith("ok")


async def test_a_name_that_only_looks_like_a_setting_is_named(discord: SandboxDiscord, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("POLL_INTERVALL_MIN=5m\n")
    checked = await bot("check", tmp_path, discord, DISCORD_TOKEN=discord.token)
    migrated = await bot("migrate", tmp_path, discord)
    assert "POLL_INTERVALL_MIN is no setting; is POLL_INTERVAL_MIN meant?" in line(checked, "settings")
    assert "POLL_INTERVALL_MIN is no setting; is POLL_INTERVAL_MIN meant?" in migrated.err
    assert (checked.status, migrated.status) == (0, 0)


async def test_files_are_for_their_owner_alone(discord: SandboxDiscord, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        process = BotProcess(discord, tmp_path, {"SECRET_KEY": "", "DATABASE_URL": "sqlite://made/deep/x.db"})
        await process.start()
        await discord.wait_ready(60)
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "made").rglob("*")}
        modes["made"] = (tmp_path / "made").stat().st_mode & 0o777
        assert await process.stop() == 0
        typed = await bot("setup", tmp_path, discord, typed=f"{discord.token}\n", DISCORD_TOKEN="")
    finally:
        os.umask(before)
    assert typed.status == 0
    modes[".env"] = (tmp_path / ".env").stat().st_mode & 0o777
    folders = {"made": 0o700, "deep": 0o700}
    files = {"x.db", "x.db-wal", "x.db-shm", "x.db.lock", "x.db.migrate.lock", "secret.key", ".env"}
    assert modes == {**folders, **dict.fromkeys(files, 0o600)}


def test_files_that_others_could_read_are_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(migrated_sqlite())
    (tmp_path / "x.db.lock").touch()
    for each in tmp_path.iterdir():
        each.chmod(0o666)
    folder = tmp_path.stat().st_mode & 0o777
    asyncio.run(migrate(f"sqlite://{path}"))
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
    # A folder that was there is not ours to close.
    assert tmp_path.stat().st_mode & 0o777 == folder


def _pretend_newer(url: str) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite://"))
    with connection:
        connection.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('models', '9998_future', '2030-01-01')"
        )
    connection.close()


async def test_an_old_database_is_named(discord: SandboxDiscord, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old.db") as connection:
        connection.execute("CREATE TABLE blogs (id INTEGER)")
    connection.close()
    url = f"sqlite://{tmp_path / 'old.db'}"
    ran = await bot("check", tmp_path, discord, DISCORD_TOKEN=discord.token, DATABASE_URL=url)
    assert ran.status == 0
    assert "still to be applied" in line(ran, "database")


@pytest.mark.postgres
async def test_a_server_that_takes_no_writes_is_wrong(
    discord: SandboxDiscord, tmp_path: Path, make_database: MakeDatabase
) -> None:
    url = make_database("postgres", True)
    told = {"DISCORD_TOKEN": discord.token, "DATABASE_URL": url}
    well = await bot("check", tmp_path, discord, **told)
    connection = await asyncpg.connect(url)
    name = os.path.basename(url)
    await connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    try:
        ran = await bot("check", tmp_path, discord, **told)
    finally:
        await connection.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        await connection.close()
    assert (well.status, ran.status) == (0, 1)
    assert "cannot be written to" in line(ran, "database")
