"""``python -m benchmarks.neighbours``: how long a usual feed waits to be parsed, alone and beside hostile neighbours.

The neighbours are eight feeds of one other server (guild), each asked for again as soon as it is done: half of them are
nested ninety thousand deep, half have so many elements that their parse is ended when its time is up.
"""

import asyncio
import json
import time
from contextlib import suppress
from statistics import median

from bot.adapters.feeds.parser_process.pool import FeedParser, Parser
from bot.adapters.feeds.parser_process.protocol import DocumentKind, ParseRequest
from bot.model.errors import PermanentError
from bot.model.ids import GuildId

_HOSTILE, _USUAL = GuildId(1), GuildId(2)
_NEIGHBOURS, _POSTS = 8, 40
_HEAD, _TAIL = b"<rss version='2.0'><channel><title>T</title>", b"</channel></rss>"
_NESTED = _HEAD + b"<a>" * 90_000 + b"</a>" * 90_000 + _TAIL
_ENDLESS = _HEAD + b"<a>x</a>" * 400_000 + _TAIL
_ITEM = b"<item><guid>%d</guid><title>A post</title><description>%s</description></item>"
_POST = _HEAD + b"".join(_ITEM % (number, b"words " * 400) for number in range(10)) + _TAIL


async def main() -> None:
    """Print milliseconds that a usual feed took, the median alone and beside the others."""
    async with FeedParser() as parser:
        usual = parser.for_guilds([_USUAL])
        # Once with both processes at work, so that starting them is not counted.
        await asyncio.gather(*(_read(parser.for_guilds([GuildId(each)]), _POST) for each in range(10, 14)))
        alone = await _typical(usual)
        hostile = parser.for_guilds([_HOSTILE])
        bodies = [_NESTED, _ENDLESS] * (_NEIGHBOURS // 2)
        neighbours = [asyncio.create_task(_again_and_again(hostile, body)) for body in bodies]
        await asyncio.sleep(1)
        beside = await _typical(usual)
        for task in neighbours:
            task.cancel()
        await asyncio.gather(*neighbours, return_exceptions=True)
    print(json.dumps({"alone": alone, "beside": beside}), flush=True)


async def _typical(parser: Parser) -> float:
    waits = []
    for _ in range(_POSTS):
        began = time.perf_counter()
        await _read(parser, _POST)
        waits.append(time.perf_counter() - began)
        # Neighbours come and go meanwhile.
        await asyncio.sleep(0.05)
    return median(waits) * 1000


async def _again_and_again(parser: Parser, body: bytes) -> None:
    while True:
        with suppress(PermanentError):
            await _read(parser, body)


async def _read(parser: Parser, body: bytes) -> None:
    await parser.parse(ParseRequest(kind=DocumentKind.ENTRIES, url="https://feed.test/"), body)


if __name__ == "__main__":
    asyncio.run(main())
