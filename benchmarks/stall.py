"""``python -m benchmarks.stall PORT``: for how long the loop works without a break while feeds are read.

Counted is the loop's own work between two beats of a task that wants to run each millisecond; what else the machine
does meanwhile is no fault of ours.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path

from benchmarks.documents import Scenario
from benchmarks.ours import running
from benchmarks.side import addresses
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.feeds.parser_process.protocol import DocumentKind, ParseRequest
from bot.model.errors import PermanentError

_FEEDS = 20
_HEAD = b"<rss version='2.0'><channel><title>T</title>"
_TEXT = "<p>Täglich</p>".encode() * 3000
_ITEM = b"<item><guid>%d</guid><description><![CDATA[%s]]></description></item>"

#: Each within the five megabytes that are read at most.
_BODIES = {
    "fifty thousand items": _HEAD + b"".join(b"<item><guid>%d</guid></item>" % n for n in range(50_000)),
    "large entries": _HEAD + b"".join(_ITEM % (n, _TEXT) for n in range(100)) + b"</channel></rss>",
    "comments without end": _HEAD + b"<!--" * 100_000,
    "nested tags": _HEAD + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</channel></rss>",
    "endless brackets": b'{"items": ' + b"[" * 100_000,
}


async def main(port: int) -> None:
    """Print milliseconds by what was read."""
    stalls: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with running(addresses(port, Scenario.ONE_OF_HUNDRED, _FEEDS, 1), Path(folder)) as ours:
            stalls["a hundred new entries, polled and kept"] = await _longest_stall(ours.prepare())
    async with FeedParser() as parser:
        for name, body in _BODIES.items():
            stalls[name] = await _longest_stall(_parse(parser, body))
    print(json.dumps(stalls), flush=True)


async def _parse(parser: FeedParser, body: bytes) -> None:
    try:
        await parser.parse(ParseRequest(kind=DocumentKind.ENTRIES, url="https://feed.test/"), body)
    except PermanentError:
        # Hostile: refused, or the worker was killed.
        return


async def _longest_stall(work: Coroutine[None, None, None]) -> float:
    task = asyncio.create_task(work)
    longest = 0.0
    while not task.done():
        before = time.thread_time()
        await asyncio.sleep(0.001)
        longest = max(longest, time.thread_time() - before)
    await task
    return longest * 1000


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
