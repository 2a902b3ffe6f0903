"""Trouble at a click: a failing blog, a lost answer, an outage of Discord, a killed bot.

Each ends by itself, shows how long it still lasts, and is logged. The bot has to recover from it.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from sandbox.blog.faults import FaultKind
from sandbox.page.stage import Stage

BROKEN_FOR, AWAY_FOR, DEAD_FOR = 20.0, 30.0, 3.0
_COMMENTS = "*/wp/v2/comments"


class Trouble:
    """The active troubles; a second start of the same one ends it early.

    :param note: called with each beginning and end.
    """

    def __init__(self, stage: Stage, note: Callable[[str], None]) -> None:
        self._stage = stage
        self._note = note
        self._until: dict[str, float] = {}
        self._over: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._orders: dict[str, Callable[[], Awaitable[None]]] = {
            "broken": self._break_blog,
            "lost": self._lose_answer,
            "away": self._send_away,
            "kill": self._kill,
        }

    async def order(self, name: str) -> None:
        """Begin a trouble by its name; LookupError for an unknown one."""
        await self._orders[name]()

    def left(self, name: str) -> int | None:
        """Return the seconds a trouble still lasts: 0 if it waits for its request, None if it is not active."""
        if name == "lost":
            return 0 if self._stage.blog.faults.waits(FaultKind.DROP_AFTER) else None
        end = self._until.get(name)
        return None if end is None else max(1, round(end - time.monotonic()))

    async def close(self) -> None:
        """Stop all timers of troubles; active ones stay."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _break_blog(self) -> None:
        if self._end("broken"):
            return
        self._stage.blog.faults.status("*", 500, times=None)
        self._note(f"Trouble: the blog answers 500 to everything for {BROKEN_FOR:g} s")
        self._begin("broken", BROKEN_FOR, self._mend_blog)

    async def _mend_blog(self) -> None:
        self._stage.blog.faults.forget(FaultKind.STATUS)
        self._note("Trouble over: the blog answers again")

    async def _lose_answer(self) -> None:
        faults = self._stage.blog.faults
        if faults.waits(FaultKind.DROP_AFTER):
            faults.forget(FaultKind.DROP_AFTER)
            self._note("Trouble over: the blog’s answers come through")
        else:
            faults.drop_after(_COMMENTS, method="POST")
            self._note("Trouble armed: the blog’s answer to the next reply will be lost")

    async def _send_away(self) -> None:
        if self._end("away"):
            return
        self._stage.discord.away()
        self._note(f"Trouble: Discord is away for {AWAY_FOR:g} s")
        self._begin("away", AWAY_FOR, self._bring_back)

    async def _bring_back(self) -> None:
        self._stage.discord.come_back()
        self._note("Trouble over: Discord is back, and the bot will soon try again")

    async def _kill(self) -> None:
        if "kill" in self._until:
            return
        await self._stage.bot.kill()
        self._note(f"Trouble: the bot was killed, and is started again in {DEAD_FOR:g} s")
        self._begin("kill", DEAD_FOR, self._stage.bot.start)

    def _begin(self, name: str, seconds: float, mend: Callable[[], Awaitable[None]]) -> None:
        self._until[name], self._over[name] = time.monotonic() + seconds, asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._last(name, seconds, mend))

    def _end(self, name: str) -> bool:
        """End a trouble early; return False if it was not active."""
        if name not in self._until:
            return False
        self._over[name].set()
        return True

    async def _last(self, name: str, seconds: float, mend: Callable[[], Awaitable[None]]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over[name].wait()
        await mend()
        del self._until[name]
