"""One side of the comparison as a process: told to ``prepare``, to poll a ``round``, to say what it ``found``."""

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from benchmarks.processes import CpuTime, lines, memory_bytes


class Side(Protocol):
    """Something that polls feeds."""

    async def prepare(self) -> None:
        """Add all feeds and read them once, so that they are known."""

    async def poll(self) -> None:
        """Poll every feed once."""

    async def found(self) -> int:
        """Return how many entries are kept."""


def addresses(port: int, scenario: str, feeds: int, hosts: int) -> list[str]:
    """Return the addresses of all feeds, over all hosts in turn."""
    return [f"http://127.0.0.{1 + number % hosts}:{port}/{scenario}/{number}" for number in range(feeds)]


async def _answer(side: Side, told: str) -> object:
    match told:
        case "prepare":
            await side.prepare()
            return None
        case "round":
            with CpuTime() as spent:
                await side.poll()
            return spent.seconds
        case "found":
            return await side.found()
        case "memory":
            return memory_bytes(os.getpid())
        case _:
            raise ValueError(told)


def serve(
    open_side: Callable[[Sequence[str], Path], AbstractAsyncContextManager[Side]], arguments: Sequence[str]
) -> None:
    """Do what is told on standard input until it ends.

    :param open_side: makes the side, of addresses and a folder of its own.
    :param arguments: port, scenario, feeds, hosts.
    """
    port, scenario, feeds, hosts = arguments

    async def listen() -> None:
        with tempfile.TemporaryDirectory() as folder:
            feeds_at = addresses(int(port), scenario, int(feeds), int(hosts))
            async with open_side(feeds_at, Path(folder)) as side:
                async for line in lines():
                    print(json.dumps(await _answer(side, line.strip())), flush=True)

    asyncio.run(listen())
