"""Hello, once, where the bot may speak, and only in servers that are new to it."""

import pytest

from sandbox.discord import Message
from sandbox.discord.guilds import SandboxGuild
from tests.cogs.stage import Stage


def a_guild(stage: Stage, *channels: str) -> SandboxGuild:
    """A guild with channels that the bot is not in yet; made before the bot comes, or it would hear of it."""
    guild = stage.discord.add_guild("New")
    for name in channels:
        guild.add_channel(name)
    stage.discord.world.guilds.pop(guild.id)
    return guild


def invite(stage: Stage, guild: SandboxGuild) -> None:
    stage.discord.world.guilds[guild.id] = guild
    guild.announce()


def said(guild: SandboxGuild) -> list[tuple[str, Message]]:
    return [(channel.name, message) for channel in guild.channels.values() for message in channel.messages]


async def hello(stage: Stage, guild: SandboxGuild) -> tuple[str, Message]:
    await stage.discord.until(lambda: said(guild), 10, "a welcome")
    (found,) = said(guild)
    return found


async def test_hello_names_the_first_commands_and_pings_nobody(stage: Stage) -> None:
    guild = a_guild(stage, "general", "talk")
    async with stage.bot():
        invite(stage, guild)
        where, message = await hello(stage, guild)
        assert where == "general"
        assert "/blog add" in message.content
        assert "/relay connect" in message.content
        assert message.pings == []
        assert len(message.content) < 400


async def test_the_system_channel_comes_first(stage: Stage) -> None:
    guild = a_guild(stage, "general", "arrivals")
    guild.system_channel = list(guild.channels.values())[1]
    async with stage.bot():
        invite(stage, guild)
        assert (await hello(stage, guild))[0] == "arrivals"


@pytest.mark.parametrize("denied", ["SEND_MESSAGES", "VIEW_CHANNEL"])
async def test_where_it_may_not_speak_it_goes_on(stage: Stage, denied: str) -> None:
    guild = a_guild(stage, "rules", "general")
    guild.system_channel = next(iter(guild.channels.values()))
    guild.deny_bot(guild.system_channel, denied)
    async with stage.bot():
        invite(stage, guild)
        assert (await hello(stage, guild))[0] == "general"


async def test_a_refusal_is_no_end(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    guild = a_guild(stage, "general", "talk")
    guild.blocked_words.add("carry")
    caplog.set_level("INFO", "bot")
    async with stage.bot():
        invite(stage, guild)
        await stage.discord.until(
            lambda: "may post its welcome nowhere" in caplog.text or said(guild), 10, "the end of it"
        )
        assert said(guild) == []


async def test_servers_it_was_in_hear_nothing_when_it_starts_or_comes_back(stage: Stage) -> None:
    fresh = a_guild(stage, "general")
    async with stage.bot() as life:
        stage.discord.drop_gateway(resumable=False)
        await stage.discord.until(lambda: not life.gateway.ready.is_set(), 10, "a lost connection")
        await stage.discord.until(life.gateway.ready.is_set, 20, "a new session")
        invite(stage, fresh)
        # The new one's hello comes after whatever the old one would have heard.
        await hello(stage, fresh)
        assert said(stage.guild) == []
    async with stage.bot():
        await stage.mia.command("relay mine")
    assert said(stage.guild) == []
    assert len(said(fresh)) == 1
