"""A Discord on loopback and a sender over a client that only logged in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest

from bot.adapters.discord.sender import DiscordSender
from bot.adapters.net.discord_responses import discord_trace
from bot.model.ids import ChannelId, MessageId
from bot.model.message import MessageRef
from sandbox.discord import Channel, Message, Person, SandboxDiscord
from sandbox.discord.guilds import SandboxGuild
from sandbox.discord.pointing import pointed_at


@dataclass
class Stage:
    discord: SandboxDiscord
    guild: SandboxGuild
    channel: Channel
    mia: Person
    client: discord.Client
    sender: DiscordSender

    def asked(self, method: str, part: str) -> int:
        """How many requests of a method went to a path with this in it."""
        return sum(1 for asked, path, _ in self.discord.requests if asked == method and part in path)

    def bot_messages(self, channel: Channel) -> list[Message]:
        return [message for message in channel.messages if message.author is self.discord.bot_user]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with SandboxDiscord.running() as server:
        with pointed_at(server.api_url, server.gateway_url):
            guild = server.add_guild("Example")
            channel = guild.add_channel("blog")
            mia = server.add_person("Mia", guild)
            intents = discord.Intents(guilds=True)
            client = discord.Client(intents=intents, guild_ready_timeout=0, http_trace=discord_trace())
            async with client:
                await client.login(server.token)
                yield Stage(server, guild, channel, mia, client, DiscordSender(client))
        server.assert_valid()


@pytest.fixture
async def connected(stage: Stage) -> AsyncIterator[Stage]:
    """The same with the gateway connected, so that discord.py's cache is full."""
    running = asyncio.create_task(stage.client.connect())
    await stage.discord.until(lambda: stage.client.get_guild(stage.guild.id), 10, "the guild to be known")
    yield stage
    await stage.client.close()
    await running


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let discord.py repeat at once; its waits between attempts are 1 to 9 seconds."""

    async def at_once(seconds: float, result: object = None) -> object:
        return result

    monkeypatch.setattr("discord.http.asyncio", _Impatient(at_once))


class _Impatient:
    """The module asyncio as discord.http sees it, with another sleep."""

    def __init__(self, sleep: object) -> None:
        self.sleep = sleep

    def __getattr__(self, name: str) -> object:
        return getattr(asyncio, name)


def ref(message: Message) -> MessageRef:
    return MessageRef(channel_id=ChannelId(message.channel.id), message_id=MessageId(message.id))
