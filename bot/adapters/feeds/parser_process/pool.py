"""Pool of the parser processes: assigns each document to a process.

Nothing is parsed in the bot's own process, so that no feed stalls the event loop.
"""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol, Self

from bot.adapters.feeds.documents.body import EmptyResponse, NotAFeed, TooMuch
from bot.adapters.feeds.fetch_state import ParseResult
from bot.adapters.feeds.parser_process.fair_queue import FairQueue, Job
from bot.adapters.feeds.parser_process.process import ParserProcess
from bot.adapters.feeds.parser_process.protocol import ParseRequest, RefusalReason
from bot.model.entry import ParsedComment, ParsedEntry
from bot.model.ids import GuildId
from bot.model.redact import shown_url

_log = logging.getLogger(__name__)

#: Each takes about 30 MB. Two at least, so that one slow document leaves a process to the others.
_FEWEST, _MOST = 2, 4


class Parser(Protocol):
    """Reads documents for somebody."""

    async def parse(self, request: ParseRequest, body: bytes) -> ParseResult:
        """Parse a body.

        :raises PermanentError: it is no feed, or parsing it takes too much.
        """

    def for_guilds(self, guilds: Iterable[GuildId]) -> "Parser":
        """Return the same parser for documents that count for one of these servers."""


class FeedParser:
    """Worker processes, started as they are needed.

    :param processes: how many documents are parsed at a time; None: as many as the machine has cores, within bounds.
    :param wall_seconds: after these a worker is killed.
    :param cpu_seconds: what one document may cost before the kernel kills its worker.
    :param memory_bytes: a worker's address space.
    """

    def __init__(
        self,
        *,
        processes: int | None = None,
        wall_seconds: float = 10.0,
        cpu_seconds: float = 3.0,
        memory_bytes: int = 1024 * 1024 * 1024,
    ) -> None:
        count = processes or min(max(os.cpu_count() or _FEWEST, _FEWEST), _MOST)
        self.processes = tuple(
            ParserProcess(wall_seconds=wall_seconds, cpu_seconds=cpu_seconds, memory_bytes=memory_bytes)
            for _ in range(count)
        )
        self._idle = list(self.processes)
        self._queue = FairQueue(count)
        self._waiting: dict[Job, asyncio.Future[ParserProcess]] = {}
        self._none_running = asyncio.Event()
        self._none_running.set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def for_guilds(self, guilds: Iterable[GuildId]) -> Parser:
        """Return the same parser for documents that count for one of these servers."""
        return _GuildParser(self, frozenset(guilds))

    async def parse(self, request: ParseRequest, body: bytes, *, guilds: Iterable[GuildId] = ()) -> ParseResult:
        """Have a worker parse a body when it is its turn.

        :param guilds: the servers that it is parsed for; it counts for one of them.
        :raises NotAFeed: it is none, or nothing (``EmptyResponse``).
        :raises TooMuch: it is nested too deeply, or took too much and its worker was killed.
        """
        job = self._queue.add(guilds)
        async with self._process_for(job) as process:
            spent = 0.0
            try:
                reply = await process.parse(request, body)
                spent = reply.seconds
            except TooMuch as error:
                spent = error.seconds
                raise
            finally:
                self._queue.done(job, spent, time.monotonic())
        if reply.result is not None:
            if _log.isEnabledFor(logging.DEBUG):
                _log_reading(request, reply.result, spent)
            return replace(reply.result, seconds=spent)
        if reply.fault is not None:
            _log.error(
                "The parser crashed on %s.",
                shown_url(request.url),
                extra={"action": "parser_crashed", "traceback": reply.fault},
            )
        url = shown_url(request.url)
        _log.debug(
            "A document was refused.",
            extra={"action": "document_refused", "url": url, "kind": request.kind, "why": reply.refused_as},
        )
        error_text = reply.refusal or f"{request.url} could not be parsed."
        if reply.refused_as is RefusalReason.TOO_MUCH:
            raise TooMuch(error_text, seconds=reply.seconds)
        raise EmptyResponse(error_text) if reply.refused_as is RefusalReason.EMPTY else NotAFeed(error_text)

    async def close(self) -> None:
        """End all workers, after the questions they are at; closing twice is harmless."""
        await self._none_running.wait()
        await asyncio.gather(*(process.close() for process in self.processes))

    @asynccontextmanager
    async def _process_for(self, job: Job) -> AsyncIterator[ParserProcess]:
        """Wait for a document's turn."""
        turn = self._waiting[job] = asyncio.get_running_loop().create_future()
        self._assign()
        try:
            process = await turn
        except BaseException:
            # Cancelled while it waited, or in the moment in which its turn came.
            if turn.cancelled():
                del self._waiting[job]
                self._queue.drop(job)
            else:
                self._queue.done(job, 0.0, time.monotonic())
                self._give_back(turn.result())
            raise
        try:
            yield process
        finally:
            self._give_back(process)

    def _assign(self) -> None:
        """Give free processes to whose turn it is, those that run already first."""
        while self._idle and (job := self._queue.take(time.monotonic())) is not None:
            process = next((each for each in self._idle if each.worker is not None), self._idle[0])
            self._idle.remove(process)
            self._none_running.clear()
            self._waiting.pop(job).set_result(process)

    def _give_back(self, process: ParserProcess) -> None:
        self._idle.append(process)
        if len(self._idle) == len(self.processes):
            self._none_running.set()
        self._assign()


class _GuildParser:
    """A parser whose documents count for some servers."""

    def __init__(self, parser: FeedParser, guilds: frozenset[GuildId]) -> None:
        self._parser = parser
        self._guilds = guilds

    def for_guilds(self, guilds: Iterable[GuildId]) -> Parser:
        return self._parser.for_guilds(guilds)

    async def parse(self, request: ParseRequest, body: bytes) -> ParseResult:
        return await self._parser.parse(request, body, guilds=self._guilds)


def _log_reading(request: ParseRequest, result: ParseResult, seconds: float) -> None:
    """Log how a document was read, and each item that came of it."""
    feed, url = result.feed, shown_url(request.url)
    for remark in feed.remarks:
        _log.debug("%s", remark, extra={"action": "document_remark", "url": url})
    _log.debug(
        "A document was parsed.",
        extra={
            "action": "document_parsed",
            "url": url,
            "kind": request.kind,
            "parsed_as": feed.parsed_as,
            "items": len(feed.window),
            "entries": len(feed.entries),
            "comments": len(feed.comments),
            "complete": feed.complete,
            "seconds": round(seconds, 3),
        },
    )
    items: tuple[ParsedEntry | ParsedComment, ...] = (*feed.entries, *feed.comments)
    for item in items:
        _log.debug(
            "An item was read.",
            extra={
                "action": "item_read",
                "uid": shown_url(item.uid),
                "link": shown_url(item.link or ""),
                "published_at": item.published_at,
                "characters": len(item.html),
            },
        )
