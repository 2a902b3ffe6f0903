import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.adapters.feeds.documents.body import TooMuch
from bot.adapters.feeds.fetch_state import ParseResult
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.feeds.parser_process.protocol import ParseRequest
from bot.adapters.net.client import HttpClient
from bot.adapters.net.retry_after import read_retry_after
from bot.model.errors import NotFound, PermanentError, TemporaryError
from bot.model.feed import Failed, FailureReason, Feed, FeedFormat, FeedKind, Fetched, NotModified, Validators
from bot.model.ids import BlogId, FeedId, GuildId, NativeId
from tests.webserver import WebServer

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
BODY = "<rss version='2.0'><channel><title>T</title><item><title>One</title></item></channel></rss>"
COMMENTS = "<rss version='2.0'><channel><item><guid>http://b/?p=1#comment-5</guid></item></channel></rss>"


@pytest.fixture
def feeds(client: HttpClient, parser: FeedParser) -> HttpFeeds:
    return HttpFeeds(client, parser)


def _feed(
    url: str,
    *,
    kind: FeedKind = FeedKind.ENTRIES,
    format: FeedFormat = FeedFormat.SYNDICATION,  # noqa: A002
    validators: Validators = Validators(),  # noqa: B008
    body_hash: str | None = None,
) -> Feed:
    return Feed(
        id=FeedId(1),
        blog_id=BlogId(1),
        kind=kind,
        format=format,
        url=url,
        validators=validators,
        body_hash=body_hash,
        next_poll_at=NOW,
    )


class TestConditional:
    async def test_a_first_answer(self, server: WebServer, feeds: HttpFeeds) -> None:
        server.serve("/feed", BODY, headers={"ETag": 'W/"x-gzip"', "Last-Modified": "some day"})
        outcome = await feeds.fetch(_feed(f"{server.url}/feed"), conditional=True)
        assert isinstance(outcome, Fetched)
        assert outcome.validators == Validators(etag='W/"x-gzip"', last_modified="some day")
        assert outcome.body_hash == hashlib.sha256(BODY.encode()).hexdigest()
        assert outcome.feed.entries[0].title == "One"
        assert "If-None-Match" not in server.requests[0].headers
        assert "If-Modified-Since" not in server.requests[0].headers

    async def test_a_server_is_told_who_asks_and_for_how_many(
        self, server: WebServer, client: HttpClient, parser: FeedParser
    ) -> None:
        server.serve("/feed", BODY)
        server.redirect("/old", "/feed")
        feeds = HttpFeeds(client, parser, contact="https://bridge.example")
        await feeds.fetch(replace(_feed(f"{server.url}/old"), subscribers=7), conditional=True)
        said = [request.headers["User-Agent"] for request in server.requests]
        assert said == ["Backchannel/0.3 (+https://bridge.example; 7 subscribers)"] * 2

    async def test_validators_go_back_byte_for_byte(self, server: WebServer, feeds: HttpFeeds) -> None:
        server.serve("/feed", status=304)
        old = Validators(etag='""odd""', last_modified="Thu, 01 Jan 2041")
        outcome = await feeds.fetch(_feed(f"{server.url}/feed", validators=old), conditional=True)
        assert outcome == NotModified(validators=old)
        assert server.requests[0].headers["If-None-Match"] == '""odd""'
        assert server.requests[0].headers["If-Modified-Since"] == "Thu, 01 Jan 2041"

    async def test_a_304_may_bring_new_validators(self, server: WebServer, feeds: HttpFeeds) -> None:
        server.serve("/feed", status=304, headers={"ETag": '"new"'})
        old = Validators(etag='"old"', last_modified="then")
        outcome = await feeds.fetch(_feed(f"{server.url}/feed", validators=old), conditional=True)
        assert outcome == NotModified(validators=Validators(etag='"new"', last_modified="then"))

    async def test_the_same_bytes_are_not_parsed_but_their_validators_are_kept(
        self, server: WebServer, feeds: HttpFeeds
    ) -> None:
        server.serve("/feed", "not even a feed", headers={"ETag": '"other"'})
        body_hash = hashlib.sha256(b"not even a feed").hexdigest()
        outcome = await feeds.fetch(_feed(f"{server.url}/feed", body_hash=body_hash), conditional=True)
        assert outcome == NotModified(validators=Validators(etag='"other"'))

    async def test_a_probe_sends_no_validators(self, server: WebServer, feeds: HttpFeeds) -> None:
        server.serve("/feed", BODY)
        feed = _feed(f"{server.url}/feed", validators=Validators(etag='"x"', last_modified="then"))
        assert isinstance(await feeds.fetch(feed, conditional=False), Fetched)
        assert not {"If-None-Match", "If-Modified-Since"} & server.requests[0].headers.keys()

    async def test_a_304_to_a_probe_is_a_failure(self, server: WebServer, feeds: HttpFeeds) -> None:
        server.serve("/feed", status=304)
        assert isinstance(await feeds.fetch(_feed(f"{server.url}/feed"), conditional=False), Failed)


class TestFailures:
    @pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 418, 451, 500, 502, 503])
    async def test_statuses(self, server: WebServer, feeds: HttpFeeds, status: int) -> None:
        server.serve("/feed", "sorry", status=status)
        outcome = await feeds.fetch(_feed(f"{server.url}/feed"), conditional=True)
        assert isinstance(outcome, Failed)
        assert "127.0.0.1" in outcome.text
        assert str(status) in outcome.text

    async def test_too_often(self, server: WebServer, feeds: HttpFeeds) -> None:
        server.serve("/feed", status=429, headers={"Retry-After": "120"})
        outcome = await feeds.fetch(_feed(f"{server.url}/feed"), conditional=True)
        assert isinstance(outcome, Failed)
        assert outcome.retry_after == timedelta(minutes=2)

    @pytest.mark.parametrize("body", ["<html><body>Consent</body></html>", "", "{}", "?"])
    async def test_bodies(self, server: WebServer, feeds: HttpFeeds, body: str) -> None:
        server.serve("/feed", body)
        assert isinstance(await feeds.fetch(_feed(f"{server.url}/feed"), conditional=True), Failed)

    async def test_a_host_that_is_inside(self, feeds: HttpFeeds) -> None:
        outcome = await feeds.fetch(_feed("http://10.0.0.1/feed"), conditional=True)
        assert isinstance(outcome, Failed)

    @pytest.mark.parametrize("url", ["http://", "nonsense", "http://[/", "http://127.0.0.1:22/feed"])
    async def test_stored_nonsense(self, feeds: HttpFeeds, url: str) -> None:
        assert isinstance(await feeds.fetch(_feed(url), conditional=True), Failed)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "60"}, timedelta(minutes=1)),
        ({"Retry-After": "7.5"}, timedelta(seconds=7.5)),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 30}, timedelta(hours=24)),
        ({"Retry-After": "Sat, 01 Aug 2026 12:10:00 GMT"}, timedelta(minutes=10)),
        ({"Retry-After": "Sat, 01 Aug 2026 11:00:00 GMT"}, None),
        (
            {"Retry-After": "Sat, 01 Aug 2026 15:10:00 GMT", "Date": "Sat, 01 Aug 2026 15:00:00 GMT"},
            timedelta(minutes=10),
        ),
        ({"Retry-After": "Sat, 01 Aug 2037 12:00:00 GMT"}, timedelta(hours=24)),
    ],
)
def test_retry_after(headers: dict[str, str], wait: timedelta | None) -> None:
    assert read_retry_after(headers, now=NOW) == wait


class TestComments:
    async def test_a_comment_feed(self, server: WebServer, feeds: HttpFeeds) -> None:
        server.serve("/feed", COMMENTS)
        for kind in (FeedKind.COMMENTS, FeedKind.ENTRY_COMMENTS):
            outcome = await feeds.fetch(_feed(f"{server.url}/feed", kind=kind), conditional=True)
            assert isinstance(outcome, Fetched)
            assert outcome.feed.comments[0].uid == "comment-5"

    async def test_the_rest_list(self, server: WebServer, feeds: HttpFeeds) -> None:
        url = f"{server.url}/wp-json/wp/v2/comments?per_page=100"
        server.serve("/wp-json/wp/v2/comments?per_page=100", json.dumps([{"id": 5, "post": 1, "parent": 4}]))
        feed = _feed(url, kind=FeedKind.COMMENTS, format=FeedFormat.WORDPRESS_REST)
        outcome = await feeds.fetch(feed, conditional=True)
        assert isinstance(outcome, Fetched)
        assert outcome.feed.comments[0].parent_uid == "comment-4"


class TestLookUp:
    async def test_a_hundred_at_a_time(self, server: WebServer, feeds: HttpFeeds) -> None:
        async def answer(request: web.Request) -> web.Response:
            rows = [{"id": int(number), "title": {"rendered": "T"}} for number in request.query["include"].split(",")]
            return web.json_response(rows)

        server.on("/wp-json/wp/v2/posts", answer)
        numbers = [NativeId(str(number)) for number in range(1, 251)]
        entries = await feeds.look_up(f"{server.url}/wp-json/", [*numbers, NativeId("1"), NativeId("slug")])
        assert [entry.native_id for entry in entries] == numbers
        assert len(server.requests) == 3

    async def test_none(self, feeds: HttpFeeds) -> None:
        assert await feeds.look_up("http://127.0.0.1:1/", []) == []

    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [(503, "", TemporaryError), (404, "", NotFound), (200, "<html>", PermanentError), (200, "{}", PermanentError)],
    )
    async def test_no_list(
        self, server: WebServer, feeds: HttpFeeds, status: int, body: str, error: type[Exception]
    ) -> None:
        server.serve("/index.php", body, status=status)
        with pytest.raises(error):
            await feeds.look_up(f"{server.url}/index.php?rest_route=/", [NativeId("1")])


class CostlyParser:
    """A parser that says of every document that it took so long, and remembers for whom it read."""

    def __init__(self, parser: FeedParser, seconds: float, *, gives_up: bool = False) -> None:
        self._parser = parser
        self._seconds = seconds
        self._gives_up = gives_up
        self.read_for: list[tuple[GuildId, ...]] = []

    def for_guilds(self, guilds: Iterable[GuildId]) -> "CostlyParser":
        self.read_for.append(tuple(guilds))
        return self

    async def parse(self, request: ParseRequest, body: bytes) -> ParseResult:
        if self._gives_up:
            raise TooMuch("Too much.", seconds=self._seconds)
        return replace(await self._parser.parse(request, body), seconds=self._seconds)


async def test_a_feed_that_takes_long_to_parse_rests(server: WebServer, client: HttpClient, parser: FeedParser) -> None:
    feed = replace(_feed(f"{server.url}/feed"), guilds=(GuildId(7), GuildId(8)))
    rests = []
    costly = CostlyParser(parser, 2.0)
    for number in range(3):
        server.serve("/feed", BODY.replace("One", f"{number}"))
        outcome = await HttpFeeds(client, costly).fetch(feed, conditional=False)
        assert isinstance(outcome, Fetched)
        rests.append(outcome.not_before or timedelta(0))
        feed = replace(feed, fetch_state=outcome.fetch_state, body_hash=outcome.body_hash)
    assert timedelta(minutes=15) < rests[0] < rests[1] < rests[2] < timedelta(hours=1)
    assert costly.read_for == [(7, 8)] * 3
    again = await HttpFeeds(client, costly).fetch(feed, conditional=False)
    assert isinstance(again, NotModified)
    assert again.not_before == rests[-1], "also while it says the same"
    for number in range(6):
        server.serve("/feed", BODY.replace("One", f"cheap {number}"))
        outcome = await HttpFeeds(client, CostlyParser(parser, 0.01)).fetch(feed, conditional=False)
        assert isinstance(outcome, Fetched)
        feed = replace(feed, fetch_state=outcome.fetch_state, body_hash=outcome.body_hash)
    assert outcome.not_before is None, "who mends it is asked as often as others"


async def test_a_feed_whose_parse_was_ended_fails_and_rests(
    server: WebServer, client: HttpClient, parser: FeedParser
) -> None:
    server.serve("/feed", BODY)
    outcome = await HttpFeeds(client, CostlyParser(parser, 3.0, gives_up=True)).fetch(
        _feed(f"{server.url}/feed"), conditional=False
    )
    assert isinstance(outcome, Failed)
    assert (outcome.text, outcome.reason) == ("Too much.", FailureReason.UNREADABLE)
    assert outcome.retry_after == timedelta(hours=1)
