"""Coming and going: another Discord, a wrong token, what is asked of Discord and what is not."""

import asyncio
import gc

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.gateway import Gateway
from bot.model.errors import PermanentError, TemporaryError
from tests.cogs.stage import Stage


async def test_no_privileged_intent_and_no_messages_are_asked_for(stage: Stage) -> None:
    async with stage.bot() as life:
        intents = life.gateway.intents
        assert intents == discord.Intents(guilds=True)
        assert life.gateway.allowed_mentions is not None
        assert life.gateway.allowed_mentions.to_dict() == {"parse": []}
        assert [guild.name for guild in life.gateway.guilds] == ["Example"]
        assert life.gateway.guilds[0].me is not None
        assert len(life.gateway.guilds[0].members) == 1


async def test_another_discord_is_reached_by_its_api_alone(stage: Stage) -> None:
    api = stage.discord.api_url
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = "http://127.0.0.1:9/api", type(DiscordWebSocket.DEFAULT_GATEWAY)("")
    gateway = Gateway(api_url=f"{api}/")
    async with gateway:
        await gateway.login(stage.discord.token)
    assert api == Route.BASE
    assert str(DiscordWebSocket.DEFAULT_GATEWAY).rstrip("/") == stage.discord.gateway_url


async def test_a_wrong_token_is_told_without_showing_it(stage: Stage) -> None:
    async with Gateway() as gateway:
        with pytest.raises(PermanentError, match="DISCORD_TOKEN") as caught:
            await gateway.login("not the token")
    assert "not the token" not in caught.value.text


async def test_no_discord_is_told(stage: Stage) -> None:
    async with Gateway(api_url="http://127.0.0.1:9/api/v10") as gateway:
        with pytest.raises(TemporaryError, match="reached"):
            await gateway.login("token")


async def test_a_gateway_away_at_the_start_is_tried_again(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord.client.ExponentialBackoff.delay", lambda _: 0.0)
    there = DiscordWebSocket.DEFAULT_GATEWAY
    DiscordWebSocket.DEFAULT_GATEWAY = type(there)("ws://127.0.0.1:9/gateway")
    gateway = Gateway()
    async with gateway:
        listening = asyncio.create_task(gateway.start(stage.discord.token))
        while "gateway could not be reached" not in caplog.text:  # noqa: ASYNC110 -- a log tells no event
            await asyncio.sleep(0.01)
        DiscordWebSocket.DEFAULT_GATEWAY = there
        await asyncio.wait_for(gateway.ready.wait(), 20)
        listening.cancel()
        await asyncio.wait({listening})


async def test_what_a_failed_login_opened_is_closed(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    gateway = Gateway()
    async with gateway:
        for path, status in (("/users/@me", 503), ("/oauth2/applications/@me", 503), ("/users/@me", 403)):
            stage.discord.faults.fail(path=path, status=status)
            with pytest.raises(TemporaryError):
                await gateway.login(stage.discord.token)
            gc.collect()
        await gateway.login(stage.discord.token)
    gc.collect()
    assert "Unclosed" not in caplog.text


async def test_commands_are_told_again_after_a_fault(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway_connection._WAITS", (0,))
    stage.discord.faults.fail("PUT", "/commands", status=503, times=3)
    async with stage.bot():
        assert stage.discord.commands_synced


async def test_ready_says_whether_events_come(stage: Stage) -> None:
    async with stage.bot() as life:
        assert life.gateway.ready.is_set()
        stage.discord.drop_gateway()
        await stage.discord.until(lambda: not life.gateway.ready.is_set(), 10, "a lost connection")
        await stage.discord.until(life.gateway.ready.is_set, 20, "a resumed connection")
        assert "not published" in (await stage.mia.command("relay mine")).content


async def test_what_discord_tells_after_a_close_is_told_nobody(stage: Stage) -> None:
    async with Gateway() as gateway:
        await gateway.login(stage.discord.token)
        await gateway.close()
        # discord.py waits a moment for guilds before it says so, and knows of no close.
        gateway.dispatch("ready")
    assert not gateway.ready.is_set()
