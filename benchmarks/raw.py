"""``python -m benchmarks.raw PORT SCENARIO FEEDS HOSTS``: the ceiling, aiohttp's GETs and nothing else."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from benchmarks.side import Side, serve

_AT_ONCE = 16


class Raw:
    """Conditional requests; bodies are read and forgotten."""

    def __init__(self, session: aiohttp.ClientSession, addresses: Sequence[str]) -> None:
        self._session = session
        self._addresses = addresses
        self._etags: dict[str, str] = {}

    async def prepare(self) -> None:
        """Learn the validators."""
        await self.poll()

    async def poll(self) -> None:
        """Ask for every feed once."""
        left = iter(self._addresses)
        await asyncio.gather(*(self._ask_all(left) for _ in range(_AT_ONCE)))

    async def found(self) -> int:
        """Keep nothing."""
        return 0

    async def _ask_all(self, left: Iterator[str]) -> None:
        for address in left:
            etag = self._etags.get(address)
            headers = {"If-None-Match": etag} if etag else None
            async with self._session.get(address, headers=headers) as response:
                await response.read()
                if "ETag" in response.headers:
                    self._etags[address] = response.headers["ETag"]


@asynccontextmanager
async def _opened(addresses: Sequence[str], folder: Path) -> AsyncIterator[Side]:
    async with aiohttp.ClientSession() as session:
        yield Raw(session, addresses)


if __name__ == "__main__":
    serve(_opened, sys.argv[1:])
