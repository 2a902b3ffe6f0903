"""A bounded set of running tasks that can be drained. Decides nothing and retries nothing."""

import asyncio
from collections.abc import Coroutine


class TaskPool:
    """Tasks that are under way; the event loop itself keeps only weak references to them.

    Start tasks from a task that is in no transaction: a new task inherits the transaction's context.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How many more may start now."""
        return self._size - len(self._tasks)

    @property
    def running(self) -> frozenset[asyncio.Task[None]]:
        """The tasks that have not ended."""
        return frozenset(self._tasks)

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Run a coroutine to its end in the background."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def room(self, seconds: float) -> None:
        """Wait until one of those that run now has ended, but no longer than this."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    async def drain(self, seconds: float) -> None:
        """Wait for all to end, then cancel what is left; what they held is claimed again later."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
