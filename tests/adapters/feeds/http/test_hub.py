"""Asking hubs and clouds over real sockets, and reading what they send (W3C WebSub, 5.1 and 7)."""

import ipaddress
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.http.hub import HttpHubs
from bot.adapters.feeds.pages.page import find_push
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.model.connection import Secret
from bot.model.entry import FeedLink
from bot.model.errors import PermanentError, Refused, TemporaryError
from bot.model.feed import Failed, FailureReason, Feed, FeedFormat, FeedKind, Fetched, Push, PushProtocol, Validators
from bot.model.ids import BlogId, FeedId
from tests.webserver import WebServer

TOPIC = "https://blog.example/feed/?a=b&c=ü"
CALLBACK = "https://bot.example/bot/push/token"
SECRET = Secret("only the hub knows")
DAY = timedelta(days=1)


def told(server: WebServer, path: str, *, status: int = 202, text: str = "", kind: str = "text/plain") -> list[dict]:
    """Let a path answer as a hub does; returns the forms that it gets."""
    forms: list[dict] = []

    async def answer(request: web.Request) -> web.Response:
        assert request.method == "POST"
        assert request.content_type == "application/x-www-form-urlencoded"
        forms.append(dict(parse_qsl((await request.read()).decode(), keep_blank_values=True)))
        return web.Response(status=status, text=text, content_type=kind, headers={"Retry-After": "600"})

    server.on(path, answer)  # type: ignore[arg-type]
    return forms


async def ask(server: WebServer, client: HttpClient, path: str = "/hub") -> None:
    push = Push(hub_url=server.url + path, topic_url=TOPIC)
    await HttpHubs(client).subscribe(push, callback=CALLBACK, secret=SECRET, lease=10 * DAY)


async def test_a_hub_is_told_topic_callback_secret_and_lease(server: WebServer, client: HttpClient) -> None:
    forms = told(server, "/hub")
    await ask(server, client)
    assert forms == [
        {
            "hub.callback": CALLBACK,
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.lease_seconds": "864000",
            "hub.secret": SECRET,
        }
    ]


async def test_unsubscribing_names_no_secret(server: WebServer, client: HttpClient) -> None:
    forms = told(server, "/hub")
    await HttpHubs(client).unsubscribe(Push(hub_url=f"{server.url}/hub", topic_url=TOPIC), callback=CALLBACK)
    assert forms == [{"hub.callback": CALLBACK, "hub.mode": "unsubscribe", "hub.topic": TOPIC}]


@pytest.mark.parametrize("status", [307, 308])
async def test_another_hub_that_is_named_is_asked_the_same(server: WebServer, client: HttpClient, status: int) -> None:
    server.redirect("/hub", "/new?x=1", status=status)
    forms = told(server, "/new?x=1")
    await ask(server, client)
    assert [form["hub.secret"] for form in forms] == [SECRET]


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_other_redirects_are_no_answer_of_a_hub(server: WebServer, client: HttpClient, status: int) -> None:
    server.redirect("/hub", "/new", status=status)
    forms = told(server, "/new")
    with pytest.raises(PermanentError, match=str(status)):
        await ask(server, client)
    assert forms == []


async def test_a_hub_that_points_to_itself_is_given_up(server: WebServer, client: HttpClient) -> None:
    server.redirect("/hub", "/hub", status=307)
    with pytest.raises(PermanentError, match="redirects more than 3 times"):
        await ask(server, client)
    assert len(server.paths) == 4


async def test_a_hub_that_says_no_is_quoted(server: WebServer, client: HttpClient) -> None:
    told(server, "/hub", status=422, text="unknown\n topic\x00 " + "x" * 5000)
    with pytest.raises(PermanentError) as caught:
        await ask(server, client)
    assert caught.value.text.startswith("The hub 127.0.0.1 refused (422): unknown topic x")
    assert len(caught.value.text) < 300
    told(server, "/hub", status=404, text="<h1>Not here</h1>", kind="text/html")
    with pytest.raises(PermanentError, match=r"refused \(404\)\.$"):
        await ask(server, client)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_hub_that_is_away_is_asked_later(server: WebServer, client: HttpClient, status: int) -> None:
    told(server, "/hub", status=status)
    with pytest.raises(TemporaryError) as caught:
        await ask(server, client)
    assert caught.value.retry_after == timedelta(minutes=10)


async def test_the_guard_lets_no_hub_behind_us_be_asked(server: WebServer) -> None:
    client = HttpClient(allow=[], user_agent="Test/1")
    await client.open()
    try:
        with pytest.raises(Refused, match="not on the public internet"):
            await ask(server, client)
        push = Push(hub_url="ftp://hub.example/", topic_url=TOPIC)
        with pytest.raises(Refused, match="http"):
            await HttpHubs(client).subscribe(push, callback=CALLBACK, secret=SECRET, lease=DAY)
    finally:
        await client.close()
    assert server.paths == []


async def test_the_guard_checks_the_other_hub_too(server: WebServer) -> None:
    client = HttpClient(allow=[ipaddress.ip_network("127.0.0.1/32")], user_agent="Test/1")
    await client.open()
    server.redirect("/hub", f"http://127.0.0.2:{server.url.rpartition(':')[2]}/", status=308)
    try:
        with pytest.raises(Refused, match=r"127\.0\.0\.2 is not on the public internet"):
            await ask(server, client)
    finally:
        await client.close()


async def test_a_cloud_is_told_where_we_are(server: WebServer, client: HttpClient) -> None:
    push = Push(hub_url=f"{server.url}/notify", topic_url=TOPIC, protocol=PushProtocol.RSSCLOUD)
    forms = told(server, "/notify", status=200, text='<?xml version="1.0"?><notifyResult success="true" msg="Hi"/>')
    await HttpHubs(client).subscribe(push, callback=CALLBACK, secret=SECRET, lease=DAY)
    await HttpHubs(client).subscribe(push, callback="http://127.0.0.1:8080/push/t", secret=SECRET, lease=DAY)
    await HttpHubs(client).unsubscribe(push, callback=CALLBACK)
    assert forms == [
        {
            "notifyProcedure": "",
            "protocol": "https-post",
            "domain": "bot.example",
            "port": "443",
            "path": "/bot/push/token",
            "url1": TOPIC,
        },
        {
            "notifyProcedure": "",
            "protocol": "http-post",
            "domain": "127.0.0.1",
            "port": "8080",
            "path": "/push/t",
            "url1": TOPIC,
        },
    ]


async def test_a_cloud_says_no_in_its_own_way(server: WebServer, client: HttpClient) -> None:
    push = Push(hub_url=f"{server.url}/notify", topic_url=TOPIC, protocol=PushProtocol.RSSCLOUD)
    told(server, "/notify", status=200, text="<notifyResult success='false' msg='No such feed.'></notifyResult>")
    with pytest.raises(PermanentError, match=r"The cloud 127\.0\.0\.1 refused: No such feed"):
        await HttpHubs(client).subscribe(push, callback=CALLBACK, secret=SECRET, lease=DAY)


def test_a_hub_comes_before_a_cloud_and_a_cloud_is_found_by_its_protocol() -> None:
    url = "https://blog.example/feed"
    cloud = FeedLink(rel="cloud", type="http-post", href="http://cloud.example/notify")
    itself = FeedLink(rel="self", type="", href="https://blog.example/feed/")
    hub = FeedLink(rel="hub", type="", href="https://hub.example/")
    assert find_push([cloud, itself, hub], url=url) == Push(hub_url=hub.href, topic_url=itself.href)
    assert find_push([cloud, itself], url=url) == Push(
        hub_url=cloud.href, topic_url=url, protocol=PushProtocol.RSSCLOUD
    )
    assert find_push([FeedLink(rel="cloud", type="xml-rpc", href=cloud.href), itself], url=url) is None


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>"""
ITEM = '<item><title>Entry {0}</title><guid isPermaLink="false">id {0}</guid><link>/{0}</link></item>'


def a_feed(url: str, **fields: object) -> Feed:
    given: dict[str, object] = {
        "id": FeedId(1),
        "blog_id": BlogId(1),
        "kind": FeedKind.ENTRIES,
        "format": FeedFormat.SYNDICATION,
        "url": url,
        "next_poll_at": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Feed(**{**given, **fields})  # type: ignore[arg-type]


async def test_what_is_sent_is_read_as_what_is_fetched(
    server: WebServer, client: HttpClient, parser: FeedParser
) -> None:
    source = HttpFeeds(client, parser)
    body = FEED.format(items=ITEM.format(1) + ITEM.format(2))
    server.serve("/feed", body, headers={"Content-Type": "application/rss+xml"})
    feed = a_feed(f"{server.url}/feed")
    fetched = await source.fetch(feed, conditional=False)
    sent = await source.read(feed, body.encode(), content_type="application/rss+xml")
    assert isinstance(fetched, Fetched)
    assert isinstance(sent, Fetched)
    assert sent.feed.entries == fetched.feed.entries
    assert len(sent.feed.entries) == 2
    assert (fetched.feed.complete, sent.feed.complete) == (True, False)


async def test_what_is_known_of_the_server_stays_and_what_is_remembered_is_left_out(
    server: WebServer, client: HttpClient, parser: FeedParser
) -> None:
    source = HttpFeeds(client, parser)
    server.serve("/feed", FEED.format(items=ITEM.format(1)))
    first = await source.fetch(a_feed(f"{server.url}/feed"), conditional=False)
    assert isinstance(first, Fetched)
    validators = Validators(etag='"e"')
    feed = a_feed(f"{server.url}/feed", validators=validators, body_hash=first.body_hash, fetch_state=first.fetch_state)
    sent = await source.read(feed, FEED.format(items=ITEM.format(2) + ITEM.format(1)).encode(), content_type="")
    assert isinstance(sent, Fetched)
    assert [entry.title for entry in sent.feed.entries] == ["Entry 2"]
    assert (sent.validators, sent.body_hash, sent.fetch_state) == (validators, first.body_hash, first.fetch_state)
    assert len(server.paths) == 1


async def test_what_is_no_feed_is_a_failure(client: HttpClient, parser: FeedParser) -> None:
    source = HttpFeeds(client, parser)
    feed = a_feed("https://blog.example/feed/")
    for body, fault in (
        (b"", FailureReason.EMPTY),
        (b"ping", FailureReason.NOT_A_FEED),
        (b"<html>Hi</html>", FailureReason.NOT_A_FEED),
    ):
        sent = await source.read(feed, body, content_type="")
        assert isinstance(sent, Failed)
        assert sent.reason is fault
