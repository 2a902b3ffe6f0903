"""The first run, as a process against the sandbox's Discord."""

import asyncio
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import discord as discord_py
import pytest

from bot.adapters.discord.application import PERMISSIONS
from bot.setup import keep_token
from sandbox.discord import SandboxDiscord
from tests.command import bot, environment, names_in
from tests.webserver import serving


@pytest.fixture
async def discord() -> AsyncIterator[SandboxDiscord]:
    async with SandboxDiscord.running(bot_name="Stargazer") as server:
        yield server
        server.assert_valid()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_good_token_is_kept_and_the_next_steps_are_told(discord: SandboxDiscord, tmp_path: Path) -> None:
    ran = await bot("setup", tmp_path, discord, typed=f"  Bot {discord.token}\n")
    assert (ran.status, ran.err) == (0, "")
    assert "This is Stargazer." in ran.out
    link = "https://discord.com/oauth2/authorize?client_id="
    assert f"{link}{discord.application_id}&scope=bot+applications.commands&permissions=309237730368" in ran.out
    assert discord.token not in ran.out
    env = tmp_path / ".env"
    assert f"DISCORD_TOKEN={discord.token}\n" in env.read_text()
    assert mode_of(env) == 0o600
    assert names_in(tmp_path) == [".env"]


async def test_what_is_in_the_file_stays(discord: SandboxDiscord, tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("# mine\nHTTP_PORT=9000\nexport DISCORD_TOKEN=old # spent\nLOG_LEVEL=debug\nDISCORD_TOKEN='older'")
    env.chmod(0o644)
    ran = await bot("setup", tmp_path, discord, typed=f"{discord.token}\n")
    assert ran.status == 0
    assert env.read_text() == f"# mine\nHTTP_PORT=9000\nDISCORD_TOKEN={discord.token}\nLOG_LEVEL=debug\n"
    assert mode_of(env) == 0o600


async def test_an_empty_line_keeps_the_token_there_is(discord: SandboxDiscord, tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(f"DISCORD_TOKEN={discord.token}\n")
    ran = await bot("setup", tmp_path, discord, typed="\n")
    assert ran.status == 0
    assert "permissions=309237730368" in ran.out
    assert env.read_text() == f"DISCORD_TOKEN={discord.token}\n"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("wrong-token\n", "does not accept this token. Copy"),
        ("1180000000000000001\n", "looks like the application's id"),
        (f"{'ab' * 32}\n", "looks like the application's public key"),
        ("two words\n", "This is no token"),
        ("", "No token was given"),
    ],
)
async def test_a_wrong_token_changes_nothing(discord: SandboxDiscord, tmp_path: Path, typed: str, words: str) -> None:
    ran = await bot("setup", tmp_path, discord, typed=typed)
    assert ran.status == 1
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert names_in(tmp_path) == []


async def test_no_network_is_told(tmp_path: Path) -> None:
    ran = await bot("setup", tmp_path, "http://127.0.0.1:9000/api/v10", typed="some-token\n")
    assert ran.status == 1
    assert "refused the connection" in ran.err
    assert "network" in ran.err
    assert names_in(tmp_path) == []


async def test_what_is_not_discord_is_told(tmp_path: Path) -> None:
    async with serving() as server:
        server.serve("/users/@me", "<h1>Welcome to the hotel</h1>")
        ran = await bot("setup", tmp_path, server.url, typed="some-token\n")
    assert ran.status == 1
    assert "JSON" in ran.err
    assert "some-token" not in ran.out + ran.err


async def test_a_terminal_shows_no_token_and_lets_one_try_again(discord: SandboxDiscord, tmp_path: Path) -> None:
    spawn = "import pty, sys; sys.exit(pty.spawn([sys.executable, '-m', 'bot', 'setup']) >> 8)"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", spawn, cwd=tmp_path, env=environment(discord.api_url), stdin=pipe, stdout=pipe
    )
    assert process.stdin
    assert process.stdout
    shown = b""
    async with asyncio.timeout(60):
        for token in ("not-the-token", discord.token):
            # Only once it asks, nothing is echoed.
            while not shown.endswith(b"Token: "):
                shown += await process.stdout.read(1)
            process.stdin.write(f"{token}\n".encode())
            await process.stdin.drain()
            shown += await process.stdout.read(1)
        shown += await process.stdout.read()
        process.stdin.close()
        assert await process.wait() == 0
    assert b"does not accept" in shown
    assert b"This is Stargazer" in shown
    assert b"not-the-token" not in shown
    assert discord.token.encode() not in shown


def test_the_invitation_asks_for_what_the_bot_does() -> None:
    assert discord_py.Permissions(PERMISSIONS) == discord_py.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        create_public_threads=True,
        embed_links=True,
        read_message_history=True,
        add_reactions=True,
    )


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_text("LOG_LEVEL=debug\n")
    (tmp_path / ".env").symlink_to(real)
    keep_token(tmp_path / ".env", "abc")
    assert (tmp_path / ".env").is_symlink()
    assert real.read_text() == "LOG_LEVEL=debug\nDISCORD_TOKEN=abc\n"
