"""``python -m benchmarks.reader_side PORT SCENARIO FEEDS HOSTS``: lemon24/reader over the same feeds."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from reader import Reader, make_reader

from benchmarks.side import Side, serve


class ReaderSide:
    """The library as its documentation shows it, in one thread, which costs it least."""

    def __init__(self, reader: Reader, addresses: Sequence[str]) -> None:
        self._reader = reader
        self._addresses = addresses

    async def prepare(self) -> None:
        """Add the feeds and read them once."""
        for address in self._addresses:
            self._reader.add_feed(address)
        self._reader.update_feeds(scheduled=False)

    async def poll(self) -> None:
        """Update every feed."""
        self._reader.update_feeds(scheduled=False)

    async def found(self) -> int:
        """Count the entries."""
        return int(self._reader.get_entry_counts().total or 0)


@asynccontextmanager
async def _opened(addresses: Sequence[str], folder: Path) -> AsyncIterator[Side]:
    reader = make_reader(str(folder / "reader.sqlite"))
    try:
        yield ReaderSide(reader, addresses)
    finally:
        reader.close()


if __name__ == "__main__":
    serve(_opened, sys.argv[1:])
