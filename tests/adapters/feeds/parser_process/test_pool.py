import asyncio
import json
import sys
import time
from pathlib import Path

import pytest

from bot.adapters.feeds.documents.body import TooMuch
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.feeds.parser_process.protocol import (
    DocumentKind,
    ParseRequest,
    ParseResponse,
    decode_head,
    encode_response,
)
from bot.adapters.feeds.parsing.read_document import read_comments, read_entries
from bot.model.errors import PermanentError
from bot.model.ids import GuildId
from tests.adapters.feeds.parsed import parse_entries

DATA = Path(__file__).parents[3] / "data" / "feeds"
URL = "https://feed.test/feed"
FEED = b"<rss version='2.0'><channel><title>T</title><item><title>One</title></item></channel></rss>"
#: Nothing about its structure is unusual but its length: more than ten seconds of computing time.
BOMB = b"<rss version='2.0'><channel><title>T</title>" + b"<a>x</a>" * 300_000 + b"</channel></rss>"
#: Quadratic for the loose parser: more than a minute.
BRACKETS = b"<rss version='2.0'><channel><title>" + b">" * 200_000 + b"</title>" + b"<a " * 200_000
COMMENT_BOMB = b"<rss version='2.0'><channel><title>T</title>" + b"<!--" * 100_000
ENTITY_BOMB = (
    b"<!DOCTYPE rss [<!ENTITY a '"
    + b"a" * 1000
    + b"'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 100) for n in range(8))
    + b"]><rss version='2.0'><channel><title>&i;</title></channel></rss>"
)


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.xml")))
async def test_the_worker_says_what_the_parser_says(parser: FeedParser, name: str) -> None:
    body = (DATA / name).read_bytes()
    entries = await parse_entries(parser, body, content_type="text/xml", url=URL)
    assert entries == read_entries(body, content_type="text/xml", url=URL).feed
    request = ParseRequest(kind=DocumentKind.COMMENTS, content_type="text/xml", url=URL)
    comments = await parser.parse(request, body)
    assert comments.feed == read_comments(body, content_type="text/xml", url=URL).feed


async def test_what_is_no_feed_is_said(parser: FeedParser) -> None:
    with pytest.raises(PermanentError, match="web page"):
        await parse_entries(parser, b"<html><body></body></html>", content_type="text/html", url=URL)
    assert (await parse_entries(parser, FEED, url=URL)).title == "T"


async def test_a_parse_that_takes_too_long_is_killed_and_the_next_succeeds() -> None:
    async with FeedParser(wall_seconds=2) as parser:
        await parse_entries(parser, FEED, url=URL)
        began = time.monotonic()
        with pytest.raises(PermanentError, match="too much time"):
            await parse_entries(parser, BOMB, url=URL)
        assert time.monotonic() - began < 10
    async with FeedParser() as parser:
        assert (await parse_entries(parser, FEED, url=URL)).title == "T"


async def test_the_same_parser_goes_on_after_a_kill() -> None:
    async with FeedParser(wall_seconds=8, cpu_seconds=1) as parser:
        with pytest.raises(PermanentError):
            await parse_entries(parser, BOMB, url=URL)
        assert (await parse_entries(parser, FEED, url=URL)).title == "T"


async def test_an_entity_bomb_does_no_harm() -> None:
    async with FeedParser(wall_seconds=8, cpu_seconds=2, memory_bytes=400_000_000) as parser:
        try:
            feed = await parse_entries(parser, ENTITY_BOMB, url=URL)
        except PermanentError:
            pass
        else:
            assert len(feed.title) < 1_000_000
        assert (await parse_entries(parser, FEED, url=URL)).title == "T"


async def test_a_bomb_of_comments_does_no_harm(parser: FeedParser) -> None:
    with pytest.raises(PermanentError, match="unclosed tags"):
        await parse_entries(parser, COMMENT_BOMB, url=URL)


async def test_memory_has_a_limit() -> None:
    async with FeedParser(memory_bytes=200_000_000) as parser:
        huge = FEED.replace(b"One", b"x" * 60_000_000)
        with pytest.raises(PermanentError, match="memory"):
            await parse_entries(parser, huge, url=URL)
        assert (await parse_entries(parser, FEED, url=URL)).title == "T"


async def test_a_killed_worker_is_replaced(parser: FeedParser) -> None:
    await parse_entries(parser, FEED, url=URL)
    worker = parser.processes[0].worker
    assert worker is not None
    worker.kill()
    await worker.wait()
    assert (await parse_entries(parser, FEED, url=URL)).title == "T"


async def test_a_cancelled_question_is_not_answered_to_the_next(parser: FeedParser) -> None:
    await parse_entries(parser, FEED, url=URL)
    task = asyncio.create_task(parse_entries(parser, BOMB, url=URL))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await parse_entries(parser, FEED, url=URL)).title == "T"


async def test_questions_wait_for_their_turn(parser: FeedParser) -> None:
    bodies = [FEED.replace(b">T<", b">T%d<" % number) for number in range(20)]
    feeds = await asyncio.gather(*(parse_entries(parser, body, url=URL) for body in bodies))
    assert [feed.title for feed in feeds] == [f"T{number}" for number in range(20)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows another process's environment in a file")
async def test_the_worker_sees_none_of_our_environment(parser: FeedParser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "hunter2")
    await parse_entries(parser, FEED, url=URL)
    worker = parser.processes[0].worker
    assert worker is not None
    assert b"hunter2" not in _environment_of(worker.pid)


def _environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def test_a_reply_that_is_none_is_refused() -> None:
    (head,) = encode_response(ParseResponse(refusal="no"))
    assert decode_head(head) == (ParseResponse(refusal="no"), 0)
    with pytest.raises((KeyError, TypeError, ValueError)):
        decode_head(json.dumps({"feed": {"title": 1}, "refusal": None}).encode())


HEAD = b"<rss version='2.0'><channel><title>T</title>"
TAIL = b"</channel></rss>"
NESTED = b"<a>" * 90_000 + b"</a>" * 90_000


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (HEAD + NESTED + TAIL, "nested"),
        (HEAD + b"<item><description>" + NESTED + b"</description></item>" + TAIL, "nested"),
        (HEAD + b"&nbsp;" + NESTED + TAIL, "nested"),
        (b"<!DOCTYPE rss []>" + HEAD + NESTED + TAIL, "nested"),
        (
            b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><content type='xhtml'>"
            + NESTED
            + b"</content></entry></feed>",
            "nested",
        ),
        (HEAD + b"<a %s/>" % b" ".join(b"a%d='1'" % n for n in range(20_000)) + TAIL, "attributes"),
        (BRACKETS, "nested"),
    ],
    ids=["elements", "in an item", "broken", "with a doctype", "xhtml", "attributes", "brackets"],
)
async def test_what_is_built_to_be_slow_is_refused_before_it_is_parsed(
    parser: FeedParser, body: bytes, why: str
) -> None:
    """Some of these take minutes otherwise; the worker that refuses them is not killed."""
    await parse_entries(parser, FEED, url=URL)
    worker = parser.processes[0].worker
    with pytest.raises(TooMuch, match=f"The feed of feed.test could not be read: .*{why}") as refused:
        await parse_entries(parser, body, url=URL)
    assert refused.value.seconds < 0.2
    assert parser.processes[0].worker is worker


async def test_posts_with_markup_as_deep_as_people_write_are_read(parser: FeedParser) -> None:
    deep = b"<blockquote>" * 60 + b"x" + b"</blockquote>" * 60
    unclosed = b"<br><p><img src='a.png'>" * 5000
    for inside in (deep, b"&nbsp;" + deep, unclosed):
        body = HEAD + b"<item><title>One</title><description>" + inside + b"</description></item>" + TAIL
        assert len((await parse_entries(parser, body, url=URL)).entries) == 1


async def test_a_slow_document_leaves_a_process_to_other_servers() -> None:
    """Decided by who holds which process, not by how long anything takes: the slow ones never end by themselves."""
    async with FeedParser(processes=2, wall_seconds=60, cpu_seconds=50) as parser:
        hostile, other = parser.for_guilds([GuildId(1)]), parser.for_guilds([GuildId(2)])
        request = ParseRequest(kind=DocumentKind.ENTRIES, url=URL)
        slow = [asyncio.create_task(hostile.parse(request, BOMB)) for _ in range(8)]
        for _ in range(5):
            assert (await other.parse(request, FEED)).feed.title == "T"
        assert not any(task.done() for task in slow)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        assert (await hostile.parse(request, FEED)).feed.title == "T"


async def test_cancelled_while_waiting_is_forgotten(parser: FeedParser) -> None:
    request = ParseRequest(kind=DocumentKind.ENTRIES, url=URL)
    tasks = [asyncio.create_task(parser.parse(request, FEED)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    read = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in read] == [True, False] * 5
    assert (await parser.parse(request, FEED)).feed.title == "T"
