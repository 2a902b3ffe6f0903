"""The web side on loopback; behind it the real journeys and store, and a blog that is a fake."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import discord
import pytest
from prometheus_client import CollectorRegistry

from bot.adapters.discord.sender import DiscordSender
from bot.bridge.assembly import Bridge, Dependencies, assemble
from bot.model.feed import Blog
from bot.model.ids import GuildId, UserId
from bot.rules.poll_schedule import PollSchedule
from bot.storage.database import Store
from bot.web.metrics import Metrics
from bot.web.server import WebServer
from tests.databases import KEYS, migrated_sqlite
from tests.fakes.blog import HOME, PASSWORD, FakeBlog
from tests.fakes.hub import FakeHub
from tests.fakes.time import FairDice, RealClock

OPERATOR = "Olga <b>O.</b>"
GUILD = GuildId(1_234_567_890_123_456_789)
USER = UserId(GUILD + 1)
PUBLIC = "https://bot.example"


@dataclass
class Site:
    bridge: Bridge
    store: Store
    fake: FakeBlog
    hub: FakeHub
    blog: Blog
    metrics: Metrics
    server: WebServer
    session: aiohttp.ClientSession
    #: what /readyz asks raises this
    trouble: Exception | None = None

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    async def begin(self) -> str:
        """Begin a click-through; returns the path that the blog sends the admin back to."""
        url = await self.bridge.connector.start_click_through(self.blog, GUILD, USER)
        assert url is not None
        return parse_qs(urlsplit(url).query)["success_url"][0].removeprefix(PUBLIC)

    async def back(self, path: str, **query: str) -> tuple[int, str, str]:
        """Come back from the blog; returns status, text and final address."""
        given = {"site_url": HOME, "user_login": "bridge", "password": PASSWORD, **query}
        async with self.session.get(self.url(path), params=given) as response:
            return response.status, await response.text(), str(response.url)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(migrated_sqlite())
    store = Store(f"sqlite://{path}", keys=KEYS)
    await store.open()
    try:
        async with _built(store) as site:
            yield site
    finally:
        await store.close()


@pytest.fixture
async def site_on_each(store: Store) -> AsyncIterator[Site]:
    """The same over SQLite and PostgreSQL in turn, for what reaches a query."""
    async with _built(store) as site:
        yield site


@asynccontextmanager
async def _built(store: Store) -> AsyncIterator[Site]:
    fake = FakeBlog(title="Ann's <b>blog</b>", authorize=f"{HOME}authorize")
    hub = FakeHub(RealClock())
    metrics = Metrics(RealClock(), CollectorRegistry())
    world = Dependencies(
        store=store,
        chat=DiscordSender(discord.Client(intents=discord.Intents.none())),
        source=fake,
        discoverer=fake,
        comment_systems=fake,
        hubs=hub,
        clock=RealClock(),
        randomness=FairDice(),
        meter=metrics,
    )
    bridge = assemble(
        world, pace=PollSchedule(shortest=timedelta(minutes=1), longest=timedelta(hours=1)), public_url=PUBLIC
    )
    hub.websub_receiver = bridge.websub_receiver
    async with aiohttp.ClientSession() as session:

        async def check() -> None:
            if site.trouble is not None:
                raise site.trouble

        ready = {"database": store.check, "other": check}
        server = WebServer(bridge, metrics, ready=ready, host="127.0.0.1", port=0, public_url=PUBLIC, operator=OPERATOR)
        site = Site(bridge, store, fake, hub, await store.feeds.save_blog(fake.found), metrics, server, session)
        await server.start()
        try:
            yield site
        finally:
            await server.stop()
