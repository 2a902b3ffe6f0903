"""The doors on a stage: a real discord.py client against the sandbox's Discord, real journeys, store and sender.

Only the blog is a fake. ``Stage.bot()`` is one life of the process; the store outlives it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.adapters.discord.sender import DiscordSender
from bot.adapters.net.discord_responses import discord_trace
from bot.bridge.assembly import Bridge, Dependencies, assemble
from bot.gateway import Gateway
from bot.rules.poll_schedule import PollSchedule
from bot.storage.database import Store
from sandbox.discord import Answer, Channel, Message, Modal, Person, SandboxDiscord, Thread
from sandbox.discord.guilds import SandboxGuild
from tests.fakes.blog import PASSWORD, FakeBlog
from tests.fakes.hub import FakeHub
from tests.fakes.meter import NoMeter
from tests.fakes.time import FairDice, RealClock
from tests.storage.given import make_due


@dataclass
class Life:
    """What one process consists of."""

    gateway: Gateway
    bridge: Bridge


@dataclass
class Stage:
    discord: SandboxDiscord
    store: Store
    blog: FakeBlog
    guild: SandboxGuild
    channel: Channel
    #: has Manage Server
    olga: Person
    mia: Person
    ben: Person

    @asynccontextmanager
    async def bot(self, *, public_url: str | None = None) -> AsyncIterator[Life]:
        """Run the bot until the block ends."""
        gateway = Gateway(http_trace=discord_trace())
        world = Dependencies(
            store=self.store,
            chat=DiscordSender(gateway),
            source=self.blog,
            discoverer=self.blog,
            comment_systems=self.blog,
            hubs=FakeHub(RealClock()),
            clock=RealClock(),
            randomness=FairDice(),
            meter=NoMeter(),
        )
        pace = PollSchedule(shortest=timedelta(minutes=1), longest=timedelta(hours=1))
        bridge = assemble(world, pace=pace, public_url=public_url)
        gateway.install(bridge)
        async with gateway:
            listening = asyncio.create_task(gateway.start(self.discord.token))
            delivering = asyncio.create_task(bridge.dispatcher.run())
            try:
                await gateway.ready.wait()
                await self.discord.wait_ready()
                yield Life(gateway, bridge)
            finally:
                delivering.cancel()
                await bridge.dispatcher.drain(5)
                listening.cancel()
                await asyncio.wait({listening, delivering})

    async def add(self, **options: object) -> Answer:
        """``/blog add`` and its answer."""
        return await self.olga.command("blog add", url="blog.example", channel=self.channel, **options)

    async def start(self, **options: object) -> Answer:
        """``/blog add`` and Start."""
        return expect_answer(await self.olga.press(await self.add(**options), "Start"))

    async def connect(self, mode: str = "menu") -> None:
        """Start a blog, connect it and switch replies on."""
        await self.start()
        await self.sign_in(mode)

    async def sign_in(self, mode: str) -> None:
        """Connect the blog that was started, and set a mode."""
        offered = await self.olga.command("relay connect", blog="1")
        form = await self.olga.press(offered, "Enter an application password")
        answer = await self.olga.submit(form, username="bridge", password=PASSWORD)
        assert answer.content.startswith("Connected")
        await self.olga.command("relay mode", blog="1", mode=mode)

    async def posted(self, life: Life, title: str = "News") -> Message:
        """Let the blog publish an entry, and return its message, in whatever placement, once replies find it."""
        self.blog.write(title)
        await make_due(self.store, await self._blog_id(), RealClock().now())
        await life.bridge.poller.tick()

        def found() -> Message | None:
            places = [self.channel, *(each for each in self.guild.threads.values() if each.parent is self.channel)]
            return next((each for place in places for each in place.messages if title in each.text), None)

        message: Message = await self.discord.until(found, 10, f"a message for {title}")
        async with asyncio.timeout(10):
            # The store tells nobody when.
            while await self.store.messages.of_message(message.id) is None:  # type: ignore[arg-type]  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return message

    async def card(self, life: Life, title: str = "News") -> Message:
        """Let the blog publish an entry, and return its card once it stands there with its thread."""
        self.blog.write(title)
        await make_due(self.store, await self._blog_id(), RealClock().now())
        await life.bridge.poller.tick()
        card: Message = await self.discord.until(
            lambda: next((each for each in self.channel.messages if title in each.text and each.thread), None),
            10,
            f"a card for {title}",
        )
        async with asyncio.timeout(10):
            # Only then a reply finds its way; the store tells nobody when.
            while await self.store.messages.of_thread(card.id) is None:  # type: ignore[arg-type]  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return card

    async def _blog_id(self):  # type: ignore[no-untyped-def]
        return (await self.store.subscriptions.of_guild(self.guild.id))[0].blog.id  # type: ignore[arg-type]


@asynccontextmanager
async def staged(store: Store) -> AsyncIterator[Stage]:
    async with SandboxDiscord.running() as server:
        guild = server.add_guild("Example")
        yield Stage(
            discord=server,
            store=store,
            blog=FakeBlog(),
            guild=guild,
            channel=guild.add_channel("blog"),
            olga=server.add_person("Olga", guild, admin=True),
            mia=server.add_person("Mia", guild),
            ben=server.add_person("Ben", guild),
        )
        server.assert_valid()


def expect_answer(shown: Answer | Modal) -> Answer:
    assert isinstance(shown, Answer), shown
    return shown


def expect_modal(shown: Answer | Modal) -> Modal:
    assert isinstance(shown, Modal), shown
    return shown


def thread_of(card: Message) -> Thread:
    assert card.thread is not None
    return card.thread
