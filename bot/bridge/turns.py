"""One blog, one at a time: its polls and baselines take turns. In this process only; between others leases hold."""

import asyncio
from collections import defaultdict
from types import TracebackType

from bot.model.ids import BlogId


class Turn:
    """The lock of one blog, which remembers when it was last released."""

    def __init__(self, turns: "Turns") -> None:
        self._turns = turns
        self._lock = asyncio.Lock()
        self._released = 0

    def released_since(self, mark: int) -> bool:
        """Whether somebody had the turn and gave it back after :meth:`Turns.mark` returned this."""
        return self._released > mark

    async def __aenter__(self) -> None:
        await self._lock.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turns.releases += 1
        self._released = self._turns.releases
        self._lock.release()


class Turns:
    """A lock for each blog. Kept for ever: a lock is little, and one dropped too early would be two."""

    def __init__(self) -> None:
        #: how many turns have ended, of all blogs
        self.releases = 0
        self._turns: defaultdict[BlogId, Turn] = defaultdict(lambda: Turn(self))

    def of(self, blog_id: BlogId) -> Turn:
        """The lock of a blog; never to be waited for inside a transaction."""
        return self._turns[blog_id]

    def mark(self) -> int:
        """Return a number to ask later whether what is read from now on was read too early."""
        return self.releases
