"""The connection to Discord by itself: how long the bot waits before it tries again, and that discord.py obeys."""

import asyncio
from collections.abc import Callable

import pytest

from bot import gateway_connection
from bot.gateway import Gateway
from bot.gateway_connection import ReconnectDelays
from sandbox.discord import SandboxDiscord
from sandbox.discord.pointing import pointed_at


def test_waits_grow_and_never_exceed_a_minute() -> None:
    waits = ReconnectDelays(clock=lambda: 0.0)
    taken = [waits.delay() for _ in range(24)]
    assert 0.5 <= taken[0] <= 1
    assert all(wait <= 10 for number, wait in enumerate(taken) if sum(taken[:number]) < 20), "half a minute is short"
    assert all(30 <= wait <= 60 for wait in taken[11:])
    assert len(set(taken[11:])) > 1, "all bots would come back at once"


def test_waits_begin_anew_after_a_calm_time() -> None:
    now = 0.0
    waits = ReconnectDelays(clock=lambda: now)
    for _ in range(12):
        waits.delay()
    now = 120.0
    assert waits.delay() >= 30, "that may have been a wait and an attempt"
    now = 301.0
    assert waits.delay() <= 1


async def test_discord_py_waits_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(gateway_connection, "_WAITS", (0.02,))
    async with SandboxDiscord.running() as discord:
        with pointed_at(discord.api_url, discord.gateway_url):
            client = Gateway(api_url=discord.api_url)
            running = asyncio.create_task(client.start(discord.token))
            await discord.wait_ready(30)
            await _eventually(client.ready.is_set)
            discord.away()
            # By its own reckoning discord.py would have waited some minutes by now.
            await _eventually(lambda: caplog.text.count("Attempting a reconnect in 0.0") >= 12)
            assert not client.ready.is_set()
            discord.come_back()
            await _eventually(client.ready.is_set)
            await client.close()
            await running


async def _eventually(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        # The log tells nobody an event.
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
