"""The bot's end of the parsing process: starts it, asks it, and kills it where it takes too long.

It parses nothing itself, so that no feed can stall the event loop or the whole bot.
"""

import asyncio
import contextlib
import logging
import os
import sys
from dataclasses import replace
from typing import Self

from bot.adapters.feeds.body import EmptyAnswer, NotAFeed
from bot.adapters.feeds.memory import Reading
from bot.adapters.feeds.wire import LENGTH_BYTES, Question, Reader, Reply, pack_question, unpack_head, unpack_part
from bot.model.entry import ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import PermanentError

_log = logging.getLogger(__name__)

#: A part holds one item beyond its usual size at most; more than this is a worker gone wrong.
_MAX_PART = 16 * 1024 * 1024


class TooMuch(PermanentError):
    """Taking a body apart needs too much time or memory."""


class FeedParser:
    """One worker process, asked one question at a time.

    :param wall_seconds: after these the worker is killed.
    :param cpu_seconds: what one question may cost before the kernel kills the worker.
    :param memory_bytes: the worker's address space.
    """

    def __init__(
        self, *, wall_seconds: float = 10.0, cpu_seconds: int = 8, memory_bytes: int = 1024 * 1024 * 1024
    ) -> None:
        self._wall_seconds = wall_seconds
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = memory_bytes
        self._worker: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def parse_entries(self, body: bytes, *, content_type: str, url: str) -> ParsedFeed:
        """Parse a feed of entries, all of them; as ``reading.read_entries``.

        :raises PermanentError: it is no feed, or parsing it takes too much.
        """
        return (await self.read(Question(reader=Reader.ENTRIES, content_type=content_type, url=url), body)).feed

    async def read(self, question: Question, body: bytes) -> Reading:
        """Ask the worker.

        :raises NotAFeed: it is none, or nothing (``EmptyAnswer``).
        :raises TooMuch: it took too much, and the worker was killed.
        """
        reply = await self._ask(question, body)
        if reply.reading is not None:
            return reply.reading
        if reply.fault is not None:
            _log.error("Parsing %s failed: action=parse_failed\n%s", question.url, reply.fault)
        error = EmptyAnswer if reply.empty else NotAFeed
        raise error(reply.refusal or f"{question.url} is a feed that could not be understood.")

    async def close(self) -> None:
        """End the worker, after the question it is at; closing twice is harmless."""
        async with self._turn:
            worker, self._worker = self._worker, None
            if worker is None:
                return
            assert worker.stdin is not None
            worker.stdin.close()
            try:
                await asyncio.wait_for(worker.wait(), self._wall_seconds)
            except TimeoutError:
                await _kill(worker)

    async def _ask(self, question: Question, body: bytes) -> Reply:
        async with self._turn:
            worker = await self._started()
            try:
                async with asyncio.timeout(self._wall_seconds):
                    return await _exchange(worker, pack_question(question), body)
            except (TimeoutError, EOFError, OSError, ValueError, KeyError, TypeError):
                await self._discard()
                text = f"{question.url} could not be read: taking it apart needs too much time or memory."
                raise TooMuch(text) from None
            except BaseException:
                # Cancelled in the middle: the next answer would be to this question.
                await self._discard()
                raise

    async def _started(self) -> asyncio.subprocess.Process:
        if self._worker is None or self._worker.returncode is not None:
            self._worker = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.adapters.feeds.worker",
                str(self._cpu_seconds),
                str(self._memory_bytes),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                # Not our environment: it holds secrets, and the worker reads what strangers wrote.
                env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LC_ALL": "C.UTF-8"},
            )
        return self._worker

    async def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await _kill(worker)


async def _exchange(worker: asyncio.subprocess.Process, question: bytes, body: bytes) -> Reply:
    assert worker.stdin is not None
    assert worker.stdout is not None
    # Few writes: each wakes the worker up.
    worker.stdin.write(
        b"".join((len(question).to_bytes(LENGTH_BYTES), question, len(body).to_bytes(LENGTH_BYTES), body))
    )
    await worker.stdin.drain()
    reply, parts = unpack_head(await _receive(worker.stdout))
    entries: list[ParsedEntry] = []
    comments: list[ParsedComment] = []
    for _ in range(parts):
        more_entries, more_comments = unpack_part(await _receive(worker.stdout))
        entries += more_entries
        comments += more_comments
        # What has arrived is read without waiting: others get their turn here.
        await asyncio.sleep(0)
    if reply.reading is None:
        return reply
    feed = replace(reply.reading.feed, entries=tuple(entries), comments=tuple(comments))
    return Reply(reading=replace(reply.reading, feed=feed))


async def _receive(stream: asyncio.StreamReader) -> bytes:
    length = int.from_bytes(await stream.readexactly(LENGTH_BYTES))
    if length > _MAX_PART:
        raise ValueError(length)
    return await stream.readexactly(length)


async def _kill(worker: asyncio.subprocess.Process) -> None:
    if worker.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
    await worker.wait()
