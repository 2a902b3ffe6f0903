"""What processes cost, and how the report talks with those that it measures: a line of JSON there, one back.

Linux only: what a process has cost so far is read from its clock (clock_getcpuclockid(3)), its memory from ``/proc``.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class CpuTime:
    """User and system time that passes within a ``with``, of this process and all that it has started."""

    #: known at the end
    seconds: float

    def __enter__(self) -> Self:
        # Looking for the others costs time of our own: at both ends outside of what is counted.
        self._others = _others()
        self._own = time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        own = time.process_time() - self._own
        self.seconds = own + _others() - self._others


def memory_bytes(process: int) -> int:
    """Return the memory of a process and all that it has started; what several share counts once (PSS)."""
    return sum(map(_proportional, [process, *_descendants(process)]))


async def lines() -> AsyncIterator[str]:
    """Yield the lines of standard input until it ends; what else there is to do goes on meanwhile."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line


class Process:
    """A module of this package as a process that is told what to do. It ends with its standard input.

    :param arguments: of ``python -m``.
    """

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - ours
            [sys.executable, "-m", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def tell(self, what: str) -> Any:
        """Tell it something, and wait for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return self.hear()

    def hear(self) -> Any:
        """Wait for a line of it.

        :raises RuntimeError: it ended instead.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} broke off")
        return json.loads(line)


def _others() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime + sum(map(_clock, _descendants(os.getpid())))


def _clock(process: int) -> float:
    try:
        return time.clock_gettime(~process << 3 | 2)
    except OSError:
        # It ended meanwhile.
        return 0.0


def _proportional(process: int) -> int:
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Pss":
            return int(value.split()[0]) * 1024
    return 0


def _descendants(process: int) -> Iterator[int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in parentheses may hold anything.
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [child for child, parent in parents.items() if parent == process]
    while found:
        one = found.pop()
        yield one
        found += [child for child, parent in parents.items() if parent == one]
