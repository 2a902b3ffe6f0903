"""The journeys over the real store and a real client, between a blog in memory and a Discord on loopback.

The clock is the test's; what stands on Discord has the time of the machine, which is later than anything here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import discord as discord_py

from bot.adapters.discord.sender import DiscordSender
from bot.adapters.net.discord_responses import discord_trace
from bot.bridge.assembly import Bridge, Dependencies, assemble
from bot.model.ids import ChannelId, GuildId, UserId
from bot.model.message import ChannelKind, ChannelView
from bot.model.subscription import SubscribedBlog
from bot.rules.poll_schedule import PollSchedule
from bot.storage.database import Store
from sandbox.discord import Channel, Message, Person, SandboxDiscord, Thread
from sandbox.discord.guilds import SandboxGuild
from sandbox.discord.pointing import pointed_at
from tests.fakes.blog import FakeBlog
from tests.fakes.hub import FakeHub
from tests.fakes.meter import NoMeter
from tests.fakes.time import FairDice, SetClock

_KINDS = {0: ChannelKind.TEXT, 15: ChannelKind.FORUM}


@dataclass
class Stage:
    """One guild with a channel for a blog, and Olga, who may do everything there."""

    discord: SandboxDiscord
    guild: SandboxGuild
    channel: Channel
    olga: Person
    store: Store
    blog: FakeBlog
    clock: SetClock
    bridge: Bridge

    @property
    def guild_id(self) -> GuildId:
        return GuildId(self.guild.id)

    async def start(self, channel: Channel | None = None) -> SubscribedBlog:
        channel = channel or self.channel
        view = ChannelView(
            id=ChannelId(channel.id), guild_id=self.guild_id, name=channel.name, kind=_KINDS[channel.type]
        )
        by = UserId(self.olga.id)
        proposed = await self.bridge.proposals.propose("blog.example", view, by, placement=None, comments=True)
        await self.bridge.proposals.start(proposed.proposal_id, self.guild_id)
        return await self.subscribed(channel)

    async def subscribed(self, channel: Channel | None = None) -> SubscribedBlog:
        wanted = (channel or self.channel).id
        (found,) = [
            each for each in await self.bridge.admin.blogs(self.guild_id) if each.subscription.channel_id == wanted
        ]
        return found

    async def poll(self, after: timedelta = timedelta(days=1)) -> None:
        """Let time pass and poll everything that is due."""
        self.clock.move(after)
        await self.bridge.poller.tick()
        await self.bridge.poller.drain(30)

    async def deliver(self, after: timedelta = timedelta(0)) -> None:
        """Let time pass and deliver everything that is due."""
        self.clock.move(after)
        while await self.bridge.dispatcher._claim():
            await self.bridge.dispatcher.drain(30)

    async def dead(self) -> list[str]:
        """Why deliveries died, newest first."""
        return [each.error for each in (await self.bridge.views.outbox()).dead]

    async def waiting(self) -> int:
        return (await self.bridge.views.outbox()).waiting

    def cards(self, channel: Channel | None = None) -> list[Message]:
        """What the bot said in a channel."""
        return [each for each in (channel or self.channel).messages if each.author is self.discord.bot_user]

    def titles(self, channel: Channel | None = None) -> list[str]:
        return [str(each.embeds[0].get("title") or each.embeds[0].get("description")) for each in self.cards(channel)]

    def thread(self, name: str) -> Thread:
        (found,) = [each for each in self.guild.threads.values() if each.name == name]
        return found

    def asked(self, method: str, part: str) -> int:
        return sum(1 for asked, path, _ in self.discord.requests if asked == method and part in path)


@asynccontextmanager
async def staged(store: Store, **discord_options: object) -> AsyncIterator[Stage]:
    """Set the stage; at its end the sandbox says whether the bot sent anything that Discord refuses."""
    async with SandboxDiscord.running(**discord_options) as server:
        with pointed_at(server.api_url, server.gateway_url):
            guild = server.add_guild("Example")
            intents = discord_py.Intents(guilds=True)
            client = discord_py.Client(intents=intents, guild_ready_timeout=0, http_trace=discord_trace())
            async with client:
                await client.login(server.token)
                clock, blog = SetClock(datetime.now(UTC) - timedelta(days=200)), FakeBlog()
                world = Dependencies(
                    store=store,
                    chat=DiscordSender(client),
                    source=blog,
                    discoverer=blog,
                    comment_systems=blog,
                    hubs=FakeHub(clock),
                    clock=clock,
                    randomness=FairDice(),
                    meter=NoMeter(),
                )
                pace = PollSchedule(shortest=timedelta(minutes=2), longest=timedelta(hours=6))
                yield Stage(
                    discord=server,
                    guild=guild,
                    channel=guild.add_channel("blog"),
                    olga=server.add_person("Olga", guild, admin=True),
                    store=store,
                    blog=blog,
                    clock=clock,
                    bridge=assemble(world, pace=pace, public_url=None),
                )
        server.assert_valid()
