"""One parser process: started for its first request, and killed when a request takes too long."""

import asyncio
import contextlib
import os
import sys
import time
from dataclasses import replace

from bot.adapters.feeds.documents.body import TooMuch
from bot.adapters.feeds.parser_process.protocol import (
    LENGTH_BYTES,
    ParseRequest,
    ParseResponse,
    decode_head,
    decode_part,
    encode_request,
)
from bot.adapters.net.ssrf_guard import host_of
from bot.model.entry import ParsedComment, ParsedEntry

#: A part holds one item beyond its usual size at most; more than this is a worker gone wrong.
_MAX_PART = 16 * 1024 * 1024


class ParserProcess:
    """A worker process (``worker.py``) and the pipe to it.

    :param wall_seconds: after these the worker is killed.
    :param cpu_seconds: what one question may cost before the kernel kills the worker.
    :param memory_bytes: the worker's address space.
    """

    def __init__(self, *, wall_seconds: float, cpu_seconds: float, memory_bytes: int) -> None:
        self._wall_seconds = wall_seconds
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = memory_bytes
        #: the process that runs now, if one does
        self.worker: asyncio.subprocess.Process | None = None

    async def parse(self, request: ParseRequest, body: bytes) -> ParseResponse:
        """Parse a body. Only one request may run at a time.

        :raises TooMuch: it took too much time or memory, and the worker was killed.
        """
        began = time.monotonic()
        worker = await self._started()
        try:
            async with asyncio.timeout(self._wall_seconds):
                return await _exchange(worker, encode_request(request), body)
        except (TimeoutError, EOFError, OSError, ValueError, KeyError, TypeError):
            await self._discard()
            text = (
                f"The feed of {host_of(request.url)} could not be read: parsing it needs too much time (more "
                f"than {self._cpu_seconds:g} seconds) or memory. The blog's owner can make it offer fewer or "
                "shorter entries."
            )
            raise TooMuch(text, seconds=min(time.monotonic() - began, self._cpu_seconds)) from None
        except BaseException:
            # Cancelled in the middle: the next answer would be to this question.
            await self._discard()
            raise

    async def close(self) -> None:
        """End the worker; closing twice is harmless."""
        worker, self.worker = self.worker, None
        if worker is None:
            return
        assert worker.stdin is not None
        worker.stdin.close()
        try:
            await asyncio.wait_for(worker.wait(), self._wall_seconds)
        except TimeoutError:
            await _kill(worker)

    async def _started(self) -> asyncio.subprocess.Process:
        if self.worker is None or self.worker.returncode is not None:
            self.worker = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.adapters.feeds.parser_process.worker",
                str(self._cpu_seconds),
                str(self._memory_bytes),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                # Not our environment: it holds secrets, and the worker reads what strangers wrote.
                env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LC_ALL": "C.UTF-8"},
            )
        return self.worker

    async def _discard(self) -> None:
        worker, self.worker = self.worker, None
        if worker is not None:
            await _kill(worker)


async def _exchange(worker: asyncio.subprocess.Process, request: bytes, body: bytes) -> ParseResponse:
    assert worker.stdin is not None
    assert worker.stdout is not None
    # Few writes: each wakes the worker up.
    worker.stdin.write(b"".join((len(request).to_bytes(LENGTH_BYTES), request, len(body).to_bytes(LENGTH_BYTES), body)))
    await worker.stdin.drain()
    reply, parts = decode_head(await _receive(worker.stdout))
    entries: list[ParsedEntry] = []
    comments: list[ParsedComment] = []
    for _ in range(parts):
        more_entries, more_comments = decode_part(await _receive(worker.stdout))
        entries += more_entries
        comments += more_comments
        # What has arrived is read without waiting: others get their turn here.
        await asyncio.sleep(0)
    if reply.result is None:
        return reply
    feed = replace(reply.result.feed, entries=tuple(entries), comments=tuple(comments))
    return replace(reply, result=replace(reply.result, feed=feed))


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
