"""A stage for the tests of the sandbox's Discord: one guild, two people, and a real discord.py client.

At the end nothing that Discord refuses may have been sent.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import discord
from discord import app_commands

from sandbox.discord import SandboxDiscord
from sandbox.discord.pointing import pointed_at

Setup = Callable[["Bot"], None]


class Bot(discord.Client):
    """A client that notes what happens to it."""

    def __init__(self, setup: Setup | None = None, intents: discord.Intents | None = None) -> None:
        intents = intents or discord.Intents(guilds=True, messages=True, reactions=True)
        super().__init__(intents=intents, guild_ready_timeout=0, chunk_guilds_at_startup=False)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        if setup:
            setup(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        return  # the library waits five seconds here, for a limit that this Discord has not

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if not hasattr(self, "heard"):
            return
        self.heard.append((event, args[0] if args else None))
        super().dispatch(event, *args, **kwargs)

    def events(self, name: str) -> list[Any]:
        return [thing for event, thing in self.heard if event == name]


class Stage:
    def __init__(self, server: SandboxDiscord) -> None:
        self.discord = server
        self.guild = server.add_guild("Example")
        self.channel = self.guild.add_channel("blog")
        self.mia = server.add_person("Mia", self.guild)
        self.ada = server.add_person("Ada", self.guild, admin=True)

    @asynccontextmanager
    async def bot(self, setup: Setup | None = None, intents: discord.Intents | None = None) -> AsyncIterator[Bot]:
        """Run a client until the block ends, as a process that is then killed."""
        client = Bot(setup, intents)
        task = asyncio.create_task(client.start(self.discord.token))
        try:
            await self.discord.until(lambda: client.is_ready() or task.done(), 10, "the client to be ready")
            if task.done():
                task.result()
            yield client
        finally:
            await client.close()
            with suppress(discord.DiscordException):
                await task


@asynccontextmanager
async def a_stage(**options: Any) -> AsyncIterator[Stage]:
    async with SandboxDiscord.running(**options) as server:
        with pointed_at(server.api_url, server.gateway_url):
            yield Stage(server)
        server.assert_valid()
