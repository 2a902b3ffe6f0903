"""What a real discord.py client makes of servers that the bot leaves, joins and cannot reach."""

import asyncio

import pytest

from bot.model.ids import GuildId
from tests.cogs.stage import Stage


async def left(stage: Stage, wanted: bool) -> None:
    """Wait until the stage's guild counts as left, or not any more."""
    async with asyncio.timeout(10):
        # The store tells nobody when.
        while (GuildId(stage.guild.id) in await stage.store.subscriptions.guilds(left=True)) is not wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_server_that_takes_the_bot_out_and_in_again(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        stage.guild.kick_bot()
        await left(stage, True)
        stage.guild.invite_bot()
        await left(stage, False)
        (now,) = await stage.store.subscriptions.of_guild(GuildId(stage.guild.id))
        assert now.subscription.active


async def test_a_server_out_of_discords_reach_is_not_left(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.start()
        stage.guild.go_away()
        async with asyncio.timeout(10):
            while not getattr(life.gateway.get_guild(stage.guild.id), "unavailable", False):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    async with stage.bot() as life:
        # listed at READY, and never told of
        await life.bridge.guilds.reconcile([GuildId(each.id) for each in life.gateway.guilds])
        assert await stage.store.subscriptions.guilds(left=True) == set()
        assert await stage.store.subscriptions.guilds(left=False) == {GuildId(stage.guild.id)}


async def test_the_list_at_ready_tells_of_a_server_that_was_left_meanwhile(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
    stage.guild.kick_bot()
    async with stage.bot():
        await left(stage, True)
    stage.guild.invite_bot()
    async with stage.bot():
        await left(stage, False)


@pytest.mark.parametrize("ends", [True, False], ids=["ends soon", "never ends"])
async def test_a_stop_waits_for_what_an_event_set_going(
    stage: Stage, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def look_again(guild_id: GuildId) -> None:
        began.set()
        try:
            await (stage.store.subscriptions.parked_of_guild(guild_id) if ends else asyncio.Event().wait())
        finally:
            ended.set()

    async with stage.bot() as life:
        monkeypatch.setattr(life.bridge.parking, "recheck", look_again)
        life.gateway.dispatch("guild_available", life.gateway.get_guild(stage.guild.id))
        await began.wait()
        await life.gateway.close()
        assert ended.is_set()
