"""One blog, one at a time: its polls and baselines take turns. In this process only; between others leases hold."""

import asyncio
from types import TracebackType
from weakref import WeakSet

from bot.model.ids import BlogId


class LockSnapshot:
    """A moment, to ask later whether what was read then is outdated; what it needs is kept as long as it lives."""

    __slots__ = ("__weakref__", "releases")

    def __init__(self, releases: int) -> None:
        self.releases = releases


class BlogLock:
    """The lock of one blog, which remembers when it was last released."""

    def __init__(self, blog_locks: "BlogLocks") -> None:
        self._turns = blog_locks
        self._lock = asyncio.Lock()
        #: who has the turn, waits for it, or was given it and will
        self.users = 0
        self.released = 0

    def released_since(self, mark: LockSnapshot) -> bool:
        """Whether somebody had the turn and gave it back after :meth:`BlogLocks.mark` returned this."""
        return self.released > mark.releases

    async def __aenter__(self) -> None:
        self.users += 1
        try:
            await self._lock.acquire()
        except BaseException:
            self.users -= 1
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.users -= 1
        self._turns.releases += 1
        self.released = self._turns.releases
        self._lock.release()


class BlogLocks:
    """A lock for each blog that somebody uses, or that was used since a moment which somebody may still ask about."""

    def __init__(self) -> None:
        #: how many turns have ended, of all blogs
        self.releases = 0
        self._turns: dict[BlogId, BlogLock] = {}
        self._marks: WeakSet[LockSnapshot] = WeakSet()
        self._forget_at = _FEW

    def of(self, blog_id: BlogId) -> BlogLock:
        """The lock of a blog, to be taken at once; never to be waited for inside a transaction."""
        if len(self._turns) >= self._forget_at:
            self._forget()
        return self._turns.setdefault(blog_id, BlogLock(self))

    def mark(self) -> LockSnapshot:
        """Return a moment to ask later whether what is read from now on was read too early."""
        mark = LockSnapshot(self.releases)
        self._marks.add(mark)
        return mark

    def __len__(self) -> int:
        """Return how many locks are kept."""
        return len(self._turns)

    def _forget(self) -> None:
        oldest = min((mark.releases for mark in self._marks), default=self.releases)
        self._turns = {blog_id: turn for blog_id, turn in self._turns.items() if turn.users or turn.released > oldest}
        self._forget_at = max(_FEW, 2 * len(self._turns))


#: So many are kept before it is looked which are not needed.
_FEW = 100
