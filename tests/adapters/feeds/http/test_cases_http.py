"""Cases 1 to 31 of feeds in the wild, as far as one feed's requests go; each against a server that behaves so."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.model.errors import TemporaryError
from bot.model.feed import (
    Failed,
    FailureReason,
    Feed,
    FeedFormat,
    FeedKind,
    Fetched,
    FetchOutcome,
    NotModified,
    Validators,
)
from bot.model.ids import BlogId, FeedId
from tests.webserver import WebServer, serving

NOW = datetime(2026, 8, 1, 12, 30, tzinfo=UTC)
ITEM = "<item><guid isPermaLink='false'>{0}</guid><title>{0}</title></item>"
CHALLENGE = "<!DOCTYPE html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'></script>"


def body_of(*names: str, head: str = "") -> str:
    items = "".join(ITEM.format(name) for name in names)
    return f"<rss version='2.0'><channel><title>T</title>{head}{items}</channel></rss>"


OLD, NEW = body_of("one"), body_of("two", "one")
OLD_HASH = hashlib.sha256(OLD.encode()).hexdigest()


class Stage:
    """A server with one feed, and that feed as it would be kept from poll to poll."""

    def __init__(self, server: WebServer, feeds: HttpFeeds) -> None:
        self.server = server
        self.feeds = feeds
        self.feed = Feed(
            id=FeedId(1),
            blog_id=BlogId(1),
            kind=FeedKind.ENTRIES,
            format=FeedFormat.SYNDICATION,
            url=f"{server.url}/feed",
            next_poll_at=NOW,
        )

    def serve(self, body: str = OLD, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.server.serve("/feed", body, status=status, headers=headers)

    def kept(self, *, etag: str | None = None, last_modified: str | None = None) -> None:
        """As after a poll that brought OLD with these validators."""
        validators = Validators(etag=etag, last_modified=last_modified)
        self.feed = replace(self.feed, validators=validators, body_hash=OLD_HASH)

    async def poll(self, *, conditional: bool = True) -> FetchOutcome:
        """Fetch, and keep what the poller would keep."""
        outcome = await self.feeds.fetch(self.feed, conditional=conditional)
        match outcome:
            case Fetched():
                self.feed = replace(
                    self.feed,
                    validators=outcome.validators,
                    body_hash=outcome.body_hash,
                    fetch_state=outcome.fetch_state,
                )
            case NotModified():
                fetch_state = outcome.fetch_state or self.feed.fetch_state
                self.feed = replace(self.feed, validators=outcome.validators, fetch_state=fetch_state)
        return outcome

    def sent(self, number: int = -1) -> tuple[str | None, str | None]:
        headers = self.server.requests[number].headers
        return headers.get("If-None-Match"), headers.get("If-Modified-Since")


@pytest.fixture
def stage(server: WebServer, client: HttpClient, parser: FeedParser) -> Stage:
    return Stage(server, HttpFeeds(client, parser, now=lambda: NOW))


async def test_case_01_a_304_without_validators_keeps_the_old_ones(stage: Stage) -> None:
    stage.kept(etag='"a"', last_modified="then")
    stage.serve("", status=304)
    assert await stage.poll() == NotModified(validators=Validators(etag='"a"', last_modified="then"))
    stage.serve("", status=304, headers={"Last-Modified": "now"})
    assert await stage.poll() == NotModified(validators=Validators(etag='"a"', last_modified="now"))


async def test_case_02_another_etag_for_the_same_body_is_stored(stage: Stage) -> None:
    stage.kept(etag='"node-1"')
    stage.serve(OLD, headers={"ETag": '"node-2"'})
    assert await stage.poll() == NotModified(validators=Validators(etag='"node-2"'))


async def test_case_03_a_weak_etag_goes_back_byte_for_byte(stage: Stage) -> None:
    stage.serve(OLD, headers={"ETag": 'W/"a-gzip"'})
    await stage.poll()
    await stage.poll()
    assert stage.sent() == ('W/"a-gzip"', None)


async def test_case_03_an_etag_that_is_never_found_again_gives_way_to_the_date(stage: Stage) -> None:
    async def answer(request: web.Request) -> web.Response:
        fresh = request.headers.get("If-Modified-Since") == "then" and "If-None-Match" not in request.headers
        headers = {"ETag": '"a-gzip"', "Last-Modified": "then"}
        return web.Response(status=304 if fresh else 200, text="" if fresh else OLD, headers=headers)

    stage.server.on("/feed", answer)
    assert isinstance(await stage.poll(), Fetched)
    assert isinstance(await stage.poll(), NotModified)
    assert stage.sent() == ('"a-gzip"', "then")
    assert isinstance(await stage.poll(), NotModified)
    assert stage.sent() == (None, "then")


async def test_case_04_validators_that_stand_still_while_the_body_moves_are_not_sent(stage: Stage) -> None:
    nonsense = {"ETag": '""date""', "Last-Modified": "Tue, 01 Jan 2041 00:00:00 GMT"}
    stage.serve(OLD, headers=nonsense)
    await stage.poll()
    stage.serve(NEW, headers=nonsense)
    outcome = await stage.poll()
    assert isinstance(outcome, Fetched)
    await stage.poll()
    assert stage.sent() == (None, None)


async def test_case_04_trust_comes_back_with_validators_that_move(stage: Stage) -> None:
    for number, etag in enumerate(("a", "a", "b", "c", "d")):
        stage.serve(body_of(str(number)), headers={"ETag": etag})
        await stage.poll()
    await stage.poll()
    assert stage.sent() == ("d", None)


async def test_case_05_a_lying_304_is_found_out_by_a_probe(stage: Stage) -> None:
    etags = iter("abcdefgh")

    async def answer(request: web.Request) -> web.Response:
        if "If-None-Match" in request.headers:
            return web.Response(status=304)
        return web.Response(text=NEW, headers={"ETag": next(etags)})

    stage.kept(etag='"old"')
    stage.server.on("/feed", answer)
    assert isinstance(await stage.poll(), NotModified)
    probe = await stage.poll(conditional=False)
    assert isinstance(probe, Fetched)
    assert stage.sent() == ('"old"', None), "the proof"
    await stage.poll()
    assert stage.sent() == (None, None)


async def test_case_05_an_honest_server_passes_the_probe(stage: Stage) -> None:
    stage.kept(etag='"old"')
    stage.serve(NEW, headers={"ETag": '"new"'})
    probe = await stage.poll(conditional=False)
    assert isinstance(probe, Fetched)
    await stage.poll()
    assert stage.sent() == ('"new"', None)


async def test_case_05_a_304_that_nobody_asked_for_is_a_failure(stage: Stage) -> None:
    stage.kept(etag='"old"')
    stage.serve("", status=304)
    assert isinstance(await stage.poll(conditional=False), Failed)


async def test_case_06_no_date_is_made_up(stage: Stage) -> None:
    stage.serve(OLD, headers={"ETag": '"a"'})
    await stage.poll()
    await stage.poll()
    assert stage.sent() == ('"a"', None)


async def test_case_07_an_etag_counts_although_nothing_may_be_stored(stage: Stage) -> None:
    stage.serve(OLD, headers={"ETag": '"a"', "Expires": "0", "Cache-Control": "no-store, max-age=600"})
    outcome = await stage.poll()
    assert isinstance(outcome, Fetched)
    assert outcome.not_before is None
    await stage.poll()
    assert stage.sent() == ('"a"', None)


@pytest.mark.parametrize(
    ("headers", "head", "expected"),
    [
        ({"Cache-Control": "public, max-age=31536000"}, "", timedelta(hours=1)),
        ({"Cache-Control": "max-age=300", "Age": "100"}, "", timedelta(seconds=200)),
        ({"Cache-Control": "s-maxage=300"}, "", None),
        ({"Cache-Control": "max-age=60"}, "<ttl>5</ttl>", timedelta(minutes=5)),
        ({}, "<ttl>525600</ttl>", timedelta(hours=1)),
        ({"Expires": "Sat, 01 Aug 2026 12:10:00 GMT", "Date": "Sat, 01 Aug 2026 12:00:00 GMT"}, "", timedelta(0, 600)),
        ({"Expires": "-1"}, "", None),
        ({}, "<skipHours><hour>12</hour><hour>13</hour></skipHours>", timedelta(minutes=90)),
        ({}, "<skipHours><hour>3</hour></skipHours>", None),
        ({}, "<skipDays><day>Saturday</day></skipDays>", timedelta(hours=11, minutes=30)),
        ({}, f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(24))}</skipHours>", None),
        ({}, "<x:updatePeriod xmlns:x='x'>hourly</x:updatePeriod>", None),
    ],
)
async def test_case_08_hints_on_when_to_come_back_are_bounded(
    stage: Stage, headers: dict[str, str], head: str, expected: timedelta | None
) -> None:
    stage.serve(body_of("one", head=head), headers=headers)
    outcome = await stage.poll()
    assert isinstance(outcome, Fetched)
    assert outcome.not_before == expected
    again = await stage.poll()
    assert isinstance(again, NotModified)
    assert again.not_before == expected, "ttl and skipHours are remembered"


async def test_case_09_too_often_holds_for_the_whole_host(stage: Stage) -> None:
    stage.serve("", status=429, headers={"Retry-After": "120"})
    outcome = await stage.poll()
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.retry_after, outcome.status) == (
        FailureReason.BUSY,
        timedelta(minutes=2),
        429,
    )
    stage.feed = replace(stage.feed, url=f"{stage.server.url}/comments")
    other = await stage.poll()
    assert isinstance(other, Failed)
    assert other.reason is FailureReason.BUSY
    assert other.retry_after is not None
    assert timedelta(minutes=1) < other.retry_after <= timedelta(minutes=2)
    assert len(stage.server.requests) == 1


async def test_case_10_discovery_and_adding_are_one_get(
    server: WebServer, client: HttpClient, parser: FeedParser, stage: Stage
) -> None:
    discoverer = HttpDiscoverer(client, parser)
    server.serve("/feed", OLD, headers={"ETag": '"a"'})
    discovered = await discoverer.discover(f"{server.url}/feed")
    assert server.paths.count("/feed") == 1
    fetched = discovered.fetched
    assert fetched is not None
    assert (fetched.validators.etag, fetched.body_hash) == ('"a"', OLD_HASH)
    server.serve("/feed", NEW)
    stage.feed = replace(stage.feed, fetch_state=fetched.fetch_state, body_hash=fetched.body_hash)
    outcome = await stage.poll()
    assert isinstance(outcome, Fetched)
    assert [entry.uid for entry in outcome.feed.entries] == ["two"]


async def test_case_10_a_host_that_wants_peace_is_not_asked_by_discovery_either(
    server: WebServer, client: HttpClient, parser: FeedParser
) -> None:
    discoverer = HttpDiscoverer(client, parser)
    server.serve("/feed", status=429)
    for _ in range(2):
        with pytest.raises(TemporaryError):
            await discoverer.discover(f"{server.url}/feed")
    assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "headers"), [(403, {}), (503, {}), (403, {"cf-mitigated": "challenge"})])
async def test_case_11_a_challenge_is_named(stage: Stage, status: int, headers: dict[str, str]) -> None:
    stage.serve("no" if headers else CHALLENGE, status=status, headers=headers)
    outcome = await stage.poll()
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.CHALLENGED
    assert "browser check" in outcome.text


async def test_case_12_a_page_with_status_200_is_a_failure(stage: Stage) -> None:
    stage.serve("<!doctype html><html><title>Database error</title></html>", headers={"Content-Type": "text/html"})
    outcome = await stage.poll()
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.NOT_A_FEED


@pytest.mark.parametrize("target", ["/consent", "/"])
@pytest.mark.parametrize("status", [301, 302])
async def test_case_13_15_a_redirect_to_a_page_is_a_failure(stage: Stage, status: int, target: str) -> None:
    stage.server.redirect("/feed", target, status=status)
    stage.server.serve(target, "<html><body>We value your privacy</body></html>")
    outcome = await stage.poll()
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.NOT_A_FEED


async def test_case_14_the_permanent_part_of_a_redirect_chain_is_returned(stage: Stage) -> None:
    site = stage.server.url
    stage.server.redirect("/feed", "/b", status=301)
    stage.server.redirect("/b", "/c", status=308)
    stage.server.redirect("/c", "/d", status=302)
    stage.server.serve("/d", OLD)
    first, again = await stage.poll(), await stage.poll()
    assert isinstance(first, Fetched)
    assert isinstance(again, NotModified)
    assert first.redirect_url == again.redirect_url == f"{site}/c"
    stage.server.redirect("/feed", "/b", status=302)
    elsewhere = await stage.poll()
    assert isinstance(elsewhere, NotModified)
    assert elsewhere.redirect_url is None


async def test_case_16_redirects_without_end_or_out_of_the_web(stage: Stage) -> None:
    for target, asked in (("/feed", 11), ("file:///etc/passwd", 1)):
        stage.server.requests.clear()
        stage.server.redirect("/feed", target)
        assert isinstance(await stage.poll(), Failed)
        assert len(stage.server.requests) == asked


async def test_case_17_a_redirect_inside_is_refused_and_not_described(stage: Stage) -> None:
    stage.server.redirect("/feed", "http://169.254.169.254/latest/")
    outcome = await stage.poll()
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.REFUSED


@pytest.mark.parametrize(("case", "status", "fault"), [(18, 410, FailureReason.GONE), (19, 404, FailureReason.MISSING)])
async def test_case_18_19_gone_and_missing_are_told_apart(
    stage: Stage, case: int, status: int, fault: FailureReason
) -> None:
    stage.serve("", status=status)
    outcome = await stage.poll()
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.status) == (fault, status)
    stage.serve(OLD)
    assert isinstance(await stage.poll(), Fetched)


@pytest.mark.parametrize("body", ["", "\n \n", "\ufeff"])
async def test_case_20_nothing_is_a_failure(stage: Stage, body: str) -> None:
    stage.serve(body)
    outcome = await stage.poll()
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.EMPTY


async def test_case_27_a_304_with_a_body(client: HttpClient, stage: Stage) -> None:
    """Answers by hand, since no library would do this."""
    asked: list[bytes] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        conditional = "If-None-Match" in request.headers
        asked.append(b"304" if conditional else b"200")
        if not conditional:
            return web.Response(text=OLD, headers={"ETag": '"a"'})
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody")
        request.transport.close()
        return web.Response()

    stage.server.on("/feed", answer)
    assert isinstance(await stage.poll(), Fetched)
    assert isinstance(await stage.poll(), NotModified)
    assert asked == [b"200", b"304", b"200"]
    assert isinstance(await stage.poll(), NotModified)


async def test_case_30_a_password_is_neither_sent_nor_told(stage: Stage) -> None:
    stage.feed = replace(stage.feed, url=stage.feed.url.replace("http://", "http://ann:hunter2@"))
    outcome = await stage.poll()
    assert isinstance(outcome, Failed)
    assert "hunter2" not in outcome.text
    assert stage.server.requests == []


async def test_a_pause_belongs_to_one_host(client: HttpClient, parser: FeedParser, stage: Stage) -> None:
    client.pauses.pause("http://elsewhere.test/", timedelta(hours=1))
    async with serving() as other:
        other.serve("/feed", OLD)
        stage.feed = replace(stage.feed, url=f"{other.url}/feed")
        assert isinstance(await stage.poll(), Fetched)


async def test_a_memory_of_another_time_is_void(stage: Stage) -> None:
    stage.serve(OLD)
    head = '{"version":3,"rhythm":null,"doubt":0,"dates_only":false}'
    for fetch_state in ("", "nonsense", "[]", '{"version":0}', '{"version":3}', f"{head}\nnonsense", f"{head}\n[[1]]"):
        stage.feed = replace(stage.feed, fetch_state=fetch_state, body_hash=None)
        outcome = await stage.feeds.fetch(stage.feed, conditional=True)
        assert isinstance(outcome, Fetched)
        assert len(outcome.feed.entries) == 1
