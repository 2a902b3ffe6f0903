"""The process as a whole: it starts and stops whatever Discord does at that moment."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot import app
from bot.settings import Settings, read_settings
from sandbox.blog.blog import SandboxBlog
from sandbox.discord import SandboxDiscord
from sandbox.discord.pointing import pointed_at
from sandbox.process import BotProcess
from tests.databases import migrated_sqlite
from tests.journeys.stage import PATIENCE, staged

_TOO_LONG = 10.0


@pytest.fixture
async def discord() -> AsyncIterator[SandboxDiscord]:
    async with SandboxDiscord.running() as server:
        yield server
        server.assert_valid()


@pytest.fixture(autouse=True)
def migrated(tmp_path: Path) -> None:
    """A first start migrates, which is tried elsewhere and takes a busy machine longer than the rest of the start."""
    (tmp_path / "backchannel.db").write_bytes(migrated_sqlite())


async def eventually(condition: Callable[[], object], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        # Of a process of its own nobody tells an event.
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def settings_of(discord: SandboxDiscord, folder: Path) -> Settings:
    return read_settings(
        {"DATABASE_URL": f"sqlite://{folder}/x.db", "DISCORD_API_URL": discord.api_url, "HTTP_PORT": "0"}
    )


async def logged(bot: BotProcess, words: str) -> None:
    await eventually(lambda: re.search(words, bot.log))


async def expect_good_stop(bot: BotProcess) -> None:
    assert await bot.stop(_TOO_LONG) == 0
    assert "Traceback" not in bot.log.partition("action=stop")[2]


class TestStop:
    async def test_while_discord_is_away_from_the_start(self, discord: SandboxDiscord, tmp_path: Path) -> None:
        discord.away()
        bot = BotProcess(discord, tmp_path)
        await bot.start()
        await logged(bot, r"action=gateway_unreachable attempt=2")
        await expect_good_stop(bot)
        assert "Traceback" not in bot.log

    async def test_while_discord_is_away_again(
        self, discord: SandboxDiscord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        # So long it is only after some attempts.
        monkeypatch.setattr("bot.gateway.ReconnectDelays.delay", lambda _: 60.0)
        stop = asyncio.Event()
        with pointed_at(discord.api_url, discord.gateway_url):
            serving = asyncio.create_task(app.serve(settings_of(discord, tmp_path), discord.token, stop))
            await discord.wait_ready(30)
            discord.away()
            await eventually(lambda: "Attempting a reconnect in 60" in caplog.text)
            stop.set()
            async with asyncio.timeout(_TOO_LONG):
                await serving

    async def test_while_discord_says_nothing(self, discord: SandboxDiscord, tmp_path: Path) -> None:
        callers: list[asyncio.StreamWriter] = []
        server = await asyncio.start_server(lambda _, writer: callers.append(writer), "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        bot = BotProcess(discord, tmp_path, {"DISCORD_API_URL": f"http://{host}:{port}/api/v10"})
        await bot.start()
        await eventually(lambda: callers)
        await expect_good_stop(bot)
        for caller in callers:
            caller.close()
        server.close()

    @pytest.mark.parametrize("path", ["/users/@me", "/commands"])
    async def test_while_discord_takes_its_time(self, discord: SandboxDiscord, tmp_path: Path, path: str) -> None:
        slow = discord.faults.slow(60, path=path, times=None)
        bot = BotProcess(discord, tmp_path)
        await bot.start()
        await eventually(lambda: slow.met)
        # Commands that Discord takes late keep nobody from listening.
        await eventually(lambda: path != "/commands" or discord.sessions.connected)
        await expect_good_stop(bot)

    async def test_while_the_database_is_migrated(
        self, discord: SandboxDiscord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun, stop = asyncio.Event(), asyncio.Event()

        async def migrating(url: str) -> list[str]:
            begun.set()
            await asyncio.Event().wait()
            return []

        monkeypatch.setattr(app, "migrate_database", migrating)
        serving = asyncio.create_task(app.serve(settings_of(discord, tmp_path), discord.token, stop))
        await begun.wait()
        stop.set()
        async with asyncio.timeout(_TOO_LONG):
            await serving


class TestDiscordAway:
    async def test_from_the_start_the_rest_goes_on(self, sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
        async with staged(sandbox_blog) as stage:
            bot = BotProcess(stage.discord, tmp_path)
            await bot.start()
            await stage.discord.wait_ready(PATIENCE)
            await stage.add()
            assert await bot.stop() == 0
            stage.discord.away()
            await bot.start()
            post = await stage.blog.publish(title="Meanwhile", html="<p>x</p>")
            # Polled, tried to post, and kept for later.
            await logged(bot, r"not logged in to Discord yet.*action=discord_blocked")
            stage.discord.come_back()
            await stage.announced(post)
            listed = await stage.olga.command("blog list", timeout=PATIENCE)
            assert "active" in listed.text
            await expect_good_stop(bot)
            stage.discord.assert_valid()
        assert "Traceback" not in bot.log

    async def test_a_wrong_token_ends_at_once(self, discord: SandboxDiscord, tmp_path: Path) -> None:
        bot = BotProcess(discord, tmp_path, {"DISCORD_TOKEN": "not-the-token"})
        await bot.start()
        await logged(bot, "Discord does not accept DISCORD_TOKEN")
        await eventually(lambda: not bot.running)
        assert await bot.stop() == 1
        assert "Traceback" not in bot.log
