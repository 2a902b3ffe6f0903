"""``/healthz``: the process answers. ``/readyz``: it can do its work. For whatever watches the bot; tells no detail.

What readiness means stands with whoever hands in the checks; the usual two kinds are made here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.bridge.heartbeat import Heartbeat

_log = logging.getLogger(__name__)

#: Raises if something is not as it should be.
Check = Callable[[], Awaitable[object]]

_SECONDS: Final = 5.0
#: Both loops come round once a second; a slow database may hold them up for a while.
_STILL_ALIVE: Final = timedelta(seconds=30)


class NotReady(Exception):
    """Something is not as it should be; which, the check's name says."""


class HealthPages:
    """Answers those who watch.

    :param ready: what must be well for the bot to work, by name.
    """

    def __init__(self, ready: Mapping[str, Check]) -> None:
        self._ready = ready
        #: what was not well when somebody last asked
        self._bad: frozenset[str] = frozenset()

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [web.get("/healthz", self._alive), web.get("/readyz", self._able)]

    async def _alive(self, request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _able(self, request: web.Request) -> web.Response:
        bad = [name for name, check in self._ready.items() if not await self._passes(name, check)]
        for name in self._bad.difference(bad):
            _log.info("A check passes again.", extra={"action": "check_passed", "check": name})
        self._bad = frozenset(bad)
        if bad:
            return web.Response(text=f"not ready: {', '.join(bad)}", status=503)
        return web.Response(text="ok")

    async def _passes(self, name: str, check: Check) -> bool:
        try:
            async with asyncio.timeout(_SECONDS):
                await check()
        except Exception as error:
            if name not in self._bad:
                _log.warning(
                    "A check failed: %s.", type(error).__name__, extra={"action": "check_failed", "check": name}
                )
            return False
        return True


def heartbeat_check(heartbeat: Heartbeat) -> Check:
    """Make a check that a loop came round lately."""

    async def check() -> None:
        age = heartbeat.age()
        if age is None or age > _STILL_ALIVE:
            raise NotReady

    return check


def event_check(event: asyncio.Event) -> Check:
    """Make a check that something is so now."""

    async def check() -> None:
        if not event.is_set():
            raise NotReady

    return check
