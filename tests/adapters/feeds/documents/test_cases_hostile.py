"""Case 43 and its like: hostile documents cost a bounded time, and never hold the event loop up."""

import asyncio
import json
import time

import pytest

from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.model.entry import ParsedFeed
from bot.model.errors import PermanentError
from tests.adapters.feeds.parsed import parse_entries

URL = "https://feed.test/feed"
#: Seconds that a loop which serves a chat may be held up for. Counted is the loop's own work, not what else the machine
#: does meanwhile; twice as much is allowed to a slow one.
STALL = 0.05
SLACK = 2
_ITEM = b"<item><guid>%d</guid><title>%s</title></item>"
_RSS = b"<rss version='2.0'><channel><title>T</title>%s</channel></rss>"


async def _longest_stall(work: "asyncio.Task[ParsedFeed]") -> float:
    longest = 0.0
    while not work.done():
        before = time.thread_time()
        await asyncio.sleep(0.001)
        longest = max(longest, time.thread_time() - before)
    return longest


async def _read(parser: FeedParser, body: bytes) -> tuple[ParsedFeed | None, float]:
    await parse_entries(parser, _RSS % b"", url=URL)
    work = asyncio.create_task(parse_entries(parser, body, url=URL))
    stall = await _longest_stall(work)
    try:
        return await work, stall
    except PermanentError:
        return None, stall


async def test_case_43_fifty_thousand_items(parser: FeedParser) -> None:
    body = _RSS % b"".join(_ITEM % (number, b"x") for number in range(50_000))
    feed, stall = await _read(parser, body)
    assert feed is not None
    assert (len(feed.entries), feed.complete) == (1000, False)
    assert "more than 1,000 items" in feed.remarks[0]
    assert stall < STALL * SLACK


async def test_case_43_fifty_thousand_items_that_are_not_well_formed(parser: FeedParser) -> None:
    body = _RSS % b"".join(_ITEM % (number, b"a & b") for number in range(50_000))
    feed, stall = await _read(parser, body)
    assert feed is not None
    assert (len(feed.entries), feed.complete) == (1000, False)
    assert stall < STALL * SLACK


async def test_case_43_large_entries(parser: FeedParser) -> None:
    text = "<p>Täglich</p>".encode() * 3000
    item = b"<item><guid>%d</guid><description><![CDATA[%s]]></description></item>"
    body = _RSS % b"".join(item % (number, text) for number in range(100))
    assert len(body) > 4_000_000
    feed, stall = await _read(parser, body)
    assert feed is not None
    assert len(feed.entries) == 100
    assert stall < STALL * SLACK


async def test_case_43_json_without_end(parser: FeedParser) -> None:
    items = [{"id": number, "title": "x"} for number in range(50_000)]
    feed, stall = await _read(parser, json.dumps({"version": "1", "items": items}).encode())
    assert feed is not None
    assert (len(feed.entries), feed.complete) == (1000, False)
    assert stall < STALL * SLACK


@pytest.mark.parametrize(
    "body",
    [
        _RSS % (b"<a>" * 20_000 + b"</a>" * 20_000),
        _RSS % (b"<item><description>" + b"&lt;div&gt;" * 50_000 + b"</description></item>"),
        _RSS % (_ITEM % (1, b"x" * 4_000_000)),
        b"<rss version='2.0'><channel>" + b"<!--" * 100_000,
        b"[" * 1_000_000,
        b'{"items": ' + b"[" * 100_000,
        b"\xff\xfe" + b"\x00" * 1_000_000,
    ],
    ids=["nested", "nested html", "one long title", "comments", "json brackets", "json items", "utf-16 of nothing"],
)
async def test_case_43_other_bombs(parser: FeedParser, body: bytes) -> None:
    feed, stall = await _read(parser, body)
    assert feed is None or len(feed.entries) <= 1
    assert stall < STALL * SLACK
    assert (await parse_entries(parser, _RSS % b"", url=URL)).title == "T"
