"""Real requests to the web side on loopback; behind it the real connector and store, and a blog that is a fake."""

import logging
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import discord
import pytest
from prometheus_client import CollectorRegistry

from bot.adapters.chat.sender import DiscordSender
from bot.bridge.assembly import Bridge, World, assemble
from bot.bridge.poll import Pace
from bot.model.errors import PermanentError
from bot.model.feed import Blog
from bot.model.ids import GuildId, UserId
from bot.model.relay import Account
from bot.storage.database import Database
from bot.web.metrics import Metrics
from bot.web.server import WebServer
from tests.databases import KEYS
from tests.fakes.blog import HOME, PASSWORD, FakeBlog
from tests.fakes.time import FairDice, RealClock

GUILD = GuildId(1_234_567_890_123_456_789)
USER = UserId(GUILD + 1)
PUBLIC = "https://bot.example"


@dataclass
class Site:
    bridge: Bridge
    store: Database
    fake: FakeBlog
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
        url = await self.bridge.connector.click_through(self.blog, GUILD, USER)
        assert url is not None
        return parse_qs(urlsplit(url).query)["success_url"][0].removeprefix(PUBLIC)

    async def back(self, path: str, **query: str) -> tuple[int, str, str]:
        """Come back from the blog; returns status, text and final address."""
        given = {"site_url": HOME, "user_login": "bridge", "password": PASSWORD, **query}
        async with self.session.get(self.url(path), params=given) as response:
            return response.status, await response.text(), str(response.url)


@pytest.fixture
async def site(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Site]:
    store = Database(f"sqlite://{shutil.copy(migrated_sqlite, tmp_path)}", keys=KEYS)
    await store.open()
    fake = FakeBlog(title="Ann's <b>blog</b>", authorize=f"{HOME}authorize")
    metrics = Metrics(RealClock(), CollectorRegistry())
    world = World(
        store=store,
        chat=DiscordSender(discord.Client(intents=discord.Intents.none())),
        source=fake,
        discoverer=fake,
        endpoints=fake,
        clock=RealClock(),
        dice=FairDice(),
        meter=metrics,
    )
    bridge = assemble(world, pace=Pace(shortest=timedelta(minutes=1), longest=timedelta(hours=1)), public_url=PUBLIC)
    async with aiohttp.ClientSession() as session:

        async def check() -> None:
            if site.trouble is not None:
                raise site.trouble

        ready = {"database": store.check, "other": check}
        server = WebServer(bridge, metrics, ready=ready, host="127.0.0.1", port=0)
        site = Site(bridge, store, fake, await store.feeds.save_blog(fake.found), metrics, server, session)
        await server.start()
        try:
            yield site
        finally:
            await server.stop()
            await store.close()


async def test_health(site: Site) -> None:
    async with site.session.get(site.url("/healthz")) as response:
        assert (response.status, await response.text()) == (200, "ok")
    async with site.session.get(site.url("/readyz")) as response:
        assert (response.status, await response.text()) == (200, "ok")
    site.trouble = RuntimeError("with a secret")
    async with site.session.get(site.url("/readyz")) as response:
        assert (response.status, await response.text()) == (503, "not ready: other")
    async with site.session.get(site.url("/healthz")) as response:
        assert response.status == 200


async def test_headers_are_on_every_answer(site: Site) -> None:
    path = await site.begin()
    for each in ("/healthz", "/nothing", path, f"{path}?site_url={HOME}&user_login=x&password=y", "/connect/done/x"):
        async with site.session.get(site.url(each), allow_redirects=False) as response:
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in response.headers
            assert "Server" not in response.headers


async def test_the_way_back_connects_and_leaves_no_password_behind(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    status, text, address = await site.back(await site.begin())
    assert status == 200
    assert "<h1>Connected. You can close this page.</h1>" in text
    assert "Ann&#x27;s &lt;b&gt;blog&lt;/b&gt; takes replies as “bridge” (subscriber)." in text
    assert urlsplit(address).query == ""
    assert "password" not in address
    endpoint = await site.store.endpoints.of_blog(GUILD, site.blog.id)
    assert endpoint is not None
    assert (endpoint.username, endpoint.password) == ("bridge", PASSWORD)
    assert PASSWORD not in caplog.text
    assert PASSWORD.split()[0] not in caplog.text


async def test_a_state_is_good_once(site: Site) -> None:
    path = await site.begin()
    assert (await site.back(path))[0] == 200
    status, text, address = await site.back(path)
    assert status == 410
    assert "used already or is too old" in text
    assert urlsplit(address).query == ""


async def test_a_risky_account_is_judged(site: Site) -> None:
    site.fake.account = Account(name="ann", roles=("editor",), may_publish_raw_html=False, may_moderate=True)
    _, text, _ = await site.back(await site.begin())
    assert "may moderate comments" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [({"password": "wrong"}, "does not accept"), ({"site_url": "https://other.example/"}, "Another site")],
)
async def test_refusals_are_told(site: Site, query: dict[str, str], words: str) -> None:
    status, text, address = await site.back(await site.begin(), **query)
    assert status == 400
    assert words in text
    assert urlsplit(address).query == ""
    assert await site.store.endpoints.of_blog(GUILD, site.blog.id) is None


async def test_a_bug_is_told_and_logged_without_the_address(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    path = await site.begin()
    await site.store.close()
    status, text, _ = await site.back(path)
    await site.store.open()
    assert status == 500
    assert "its log says what" in text
    assert len([record for record in caplog.records if record.exc_info]) == 1
    assert "abcd" not in caplog.text


async def test_without_what_is_needed(site: Site) -> None:
    async with site.session.get(site.url(await site.begin())) as response:
        assert response.status == 400
        assert "relay connect" in await response.text()


async def test_rejected_on_the_blog(site: Site) -> None:
    path = await site.begin()
    async with site.session.get(site.url(f"{path}/rejected?success=false")) as response:
        assert response.status == 200
        assert "You said no" in await response.text()
    assert (await site.back(path))[0] == 410


async def test_only_a_get_acts(site: Site) -> None:
    path = await site.begin()
    query = {"site_url": HOME, "user_login": "bridge", "password": PASSWORD}
    for method in ("HEAD", "POST"):
        async with site.session.request(method, site.url(path), params=query) as response:
            assert response.status == 405
    assert await site.store.endpoints.of_blog(GUILD, site.blog.id) is None


async def test_a_taken_port_is_told(site: Site) -> None:
    second = WebServer(site.bridge, site.metrics, ready={}, host="127.0.0.1", port=site.server.port)
    with pytest.raises(PermanentError, match="HTTP_PORT"):
        await second.start()
