"""One lock a blog, so that its polls, pushes and baselines run one after the other.

Within this process only; leases keep other processes off.
"""

import asyncio
from types import TracebackType
from weakref import WeakSet

from bot.model.ids import BlogId

#: Unused locks are discarded when there are so many.
_DISCARD_AT = 100


class LockSnapshot:
    """A moment, as the number of releases until then; locks released later are kept while it is referenced."""

    __slots__ = ("__weakref__", "releases")

    def __init__(self, releases: int) -> None:
        self.releases = releases


class BlogLock:
    """The lock of one blog, which remembers its last release."""

    def __init__(self, blog_locks: "BlogLocks") -> None:
        self._blog_locks = blog_locks
        self._lock = asyncio.Lock()
        #: tasks that hold the lock or wait for it
        self.users = 0
        #: the number of releases, of all locks, at the last release of this one
        self.released = 0

    def released_since(self, snapshot: LockSnapshot) -> bool:
        """Return whether another task held the lock and released it after the snapshot."""
        return self.released > snapshot.releases

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
        self._blog_locks.releases += 1
        self.released = self._blog_locks.releases
        self._lock.release()


class BlogLocks:
    """The locks that are in use, or were released since the oldest snapshot that is still referenced."""

    def __init__(self) -> None:
        #: releases so far, of all locks
        self.releases = 0
        self._locks: dict[BlogId, BlogLock] = {}
        self._snapshots: WeakSet[LockSnapshot] = WeakSet()
        self._discard_at = _DISCARD_AT

    def of(self, blog_id: BlogId) -> BlogLock:
        """Return the lock of a blog, to be entered at once; never wait for it inside a transaction."""
        if len(self._locks) >= self._discard_at:
            self._discard_unused()
        return self._locks.setdefault(blog_id, BlogLock(self))

    def snapshot(self) -> LockSnapshot:
        """Return the present moment, for :meth:`BlogLock.released_since`."""
        snapshot = LockSnapshot(self.releases)
        self._snapshots.add(snapshot)
        return snapshot

    def __len__(self) -> int:
        """Return how many locks are kept."""
        return len(self._locks)

    def _discard_unused(self) -> None:
        oldest = min((each.releases for each in self._snapshots), default=self.releases)
        self._locks = {blog_id: lock for blog_id, lock in self._locks.items() if lock.users or lock.released > oldest}
        self._discard_at = max(_DISCARD_AT, 2 * len(self._locks))
