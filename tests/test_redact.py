"""What lets its holder read a private feed stands in nothing that is shown or logged."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot import logs
from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.cogs._blog_cards import health
from bot.model.errors import BridgeError, PermanentError
from bot.model.feed import Failed
from bot.model.redact import redacted, shown_url
from bot.rules.redirects import redirect_text
from bot.settings import read_settings
from tests.logged import line
from tests.rules.examples import blog, feed
from tests.webserver import WebServer, serving

SECRET = "5ecdef0123456789abcdef0123456789"
PASSWORD = "hunter2"
SHAPES = [
    "/feed?token={}",
    "/feed?format=atom&key={}",
    "/feed?auth={}&x=1",
    "/feed?k={}",
    "/feed?{}",
    "/private/{}/feed",
    "/feeds/{}.xml",
    "/feed#{}",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_an_address_is_shown_without_its_secret(shape: str) -> None:
    url = f"https://blog.example{shape.format(SECRET)}"
    assert SECRET not in shown_url(url)
    assert shown_url(url).startswith("https://blog.example/")


@pytest.mark.parametrize(
    "url",
    [
        "https://ann:hunter2@blog.example/feed",
        "https://hunter2@blog.example/",
        "https://blog.example/feed?api_key=hunter2",
        "https://blog.example/feed?ACCESS_TOKEN=hunter2&page=2",
        "https://blog.example/feed?secret=hunter2",
        "https://blog.example/feed?pw=hunter2",
    ],
)
def test_passwords_and_keys_go_by_their_place(url: str) -> None:
    assert "hunter2" not in shown_url(url)
    assert "hunter2" not in redacted(f"Asked ({url}), which failed: “{url}”.")


@pytest.mark.parametrize(
    "segment",
    [
        "0123456789abcdef",
        "0123456789ABCDEF0123",
        "123e4567-e89b-12d3-a456-426614174000",
        "dGhpc0lzQVRva2VuMTIz",
        "x9_Kq-3fLw82MzPq11Vt",
    ],
)
def test_what_chance_made_is_left_out_of_a_path(segment: str) -> None:
    assert shown_url(f"https://blog.example/private/{segment}/feed") == "https://blog.example/private/.../feed"


@pytest.mark.parametrize(
    "url",
    [
        "https://blog.example/",
        "https://blog.example/2026/11/29/a-long-title-of-a-post-with-many-words-2026/feed/",
        "https://www.blogger.example/feeds/1234567890123456789/posts/default",
        "https://blog.example/?p=123&author=ann&feed=atom",
        "https://blog.example/Category/Python-3-and-more/",
        "https://blog.example/%E6%97%A5%E6%9C%AC/",
    ],
)
def test_an_ordinary_address_stays(url: str) -> None:
    assert shown_url(url) == url
    assert redacted(f"See {url}.") == f"See {url}."


def test_a_broken_address_shows_nothing() -> None:
    assert "hunter2" not in redacted("http://[hunter2/feed?token=hunter2 was asked")


def test_errors_and_cards_are_redacted() -> None:
    private = "https://blog.example/feed?token=hunter2"
    assert "hunter2" not in PermanentError(f"{private} is no feed.").text
    shown = feed(url=private, redirect_url=f"{private}&x=1", last_error=f"{private} is no feed.", failures=2)
    assert "hunter2" not in health(shown)
    assert "hunter2" not in redirect_text(shown, blog())


@pytest.mark.parametrize("format_", ["text", "json"])
def test_whoever_logs_an_address_its_secret_is_left_out(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root, ours = logging.getLogger(), logging.getLogger("bot")
    kept, level, own = root.handlers[:], root.level, ours.level
    try:
        logs.set_up("debug", format_)
        log = logging.getLogger("bot.anything")
        log.debug("Asked %s.", "https://blog.example/feed?token=hunter2")
        try:
            raise ValueError("https://ann:hunter2@blog.example/feed")  # noqa: TRY301
        except ValueError:
            log.exception("It broke.")
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
        ours.setLevel(own)
    assert "blog.example/feed" in written.getvalue()
    assert "hunter2" not in written.getvalue()
    if format_ == "json":
        assert [json.loads(each)["level"] for each in written.getvalue().splitlines()] == ["debug", "error"]


@pytest.fixture
async def outside() -> AsyncIterator[tuple[WebServer, HttpFeeds, HttpDiscoverer]]:
    allow = read_settings({"OUTBOUND_ALLOW": "127.0.0.0/8"}).outbound_allow
    client = HttpClient(allow=allow, user_agent="test", deadline=1.0)
    async with serving() as server, FeedParser() as parser:
        await client.open()
        try:
            yield server, HttpFeeds(client, parser), HttpDiscoverer(client, parser)
        finally:
            await client.close()


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:x</id><updated>2026-01-01T00:00:00Z</updated>
<entry><id>urn:1</id><title>One</title><updated>2026-01-01T00:00:00Z</updated></entry></feed>"""
PAGE = "<html><body>x</body></html>"
ANSWERS = {
    "good": lambda server, path: server.serve(path, ATOM, headers={"Content-Type": "application/atom+xml"}),
    "not found": lambda server, path: server.serve(path, status=404),
    "gone": lambda server, path: server.serve(path, status=410),
    "a broken server": lambda server, path: server.serve(path, status=500),
    "a page": lambda server, path: server.serve(path, PAGE, headers={"Content-Type": "text/html"}),
    "no feed": lambda server, path: server.serve(path, "{broken", headers={"Content-Type": "application/feed+json"}),
    "nothing": lambda server, path: server.serve(path, ""),
    "a bomb": lambda server, path: server.serve(path, "<rss>" + "<a>" * 50_000),
    "no end of redirects": lambda server, path: server.redirect(path, path),
    "a redirect into the void": lambda server, path: server.redirect(path, f"http://u:{PASSWORD}@127.0.0.1/x"),
    "moved": lambda server, path: server.redirect(path, f"{path}&moved=1", status=301),
    "a timeout": lambda server, path: server.on(path, _never),
}


async def _never(request: web.Request) -> web.Response:
    await asyncio.sleep(3)
    return web.Response()


@pytest.mark.parametrize("shape", ["/feed/{}?token={}", "/private/{}/{}/feed?x=1"])
async def test_whatever_a_private_feed_answers_its_secret_is_told_to_nobody(
    outside: tuple[WebServer, HttpFeeds, HttpDiscoverer], shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    server, feeds, discoverer = outside
    caplog.set_level(logging.DEBUG, logger="bot")
    for number, answer in enumerate(ANSWERS.values()):
        path = shape.format(number, SECRET)
        answer(server, path)
        server.serve(f"{path}&moved=1", ATOM)
        asked = len(server.requests)
        outcome = await feeds.fetch(feed(url=f"{server.url}{path}"), conditional=False)
        said = [outcome.text] if isinstance(outcome, Failed) else []
        try:
            await discoverer.discover(f"{server.url}{path}")
        except BridgeError as error:
            said.append(error.text)
        assert len(server.requests) > asked
        logged = [line(record) for record in caplog.records if record.name.startswith("bot")]
        assert not [each for each in (*said, *logged) if SECRET in each or PASSWORD in each]
