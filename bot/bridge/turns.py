"""One blog, one at a time: its polls and baselines take turns. In this process only; between others leases hold."""

import asyncio
from collections import defaultdict

from bot.model.ids import BlogId


class Turns:
    """A lock for each blog. Kept for ever: a lock is little, and one dropped too early would be two."""

    def __init__(self) -> None:
        self._locks: defaultdict[BlogId, asyncio.Lock] = defaultdict(asyncio.Lock)

    def of(self, blog_id: BlogId) -> asyncio.Lock:
        """The lock of a blog; never to be waited for inside a transaction."""
        return self._locks[blog_id]
