"""``/healthz``: the process answers. ``/readyz``: the bot can work; the answer names failed checks only.

``app`` decides which checks there are; the two usual kinds are made here.
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
#: Both loops run once a second; a slow database may delay them for a while.
_STILL_ALIVE: Final = timedelta(seconds=30)


class NotReady(Exception):
    """A readiness check failed; its name says which."""


class HealthPages:
    """Serves ``/healthz`` and ``/readyz``.

    :param ready: the readiness checks, by name.
    """

    def __init__(self, ready: Mapping[str, Check]) -> None:
        self._ready = ready
        #: checks that failed at the last request
        self._bad: frozenset[str] = frozenset()

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [web.get("/healthz", self._healthz), web.get("/readyz", self._readyz)]

    async def _healthz(self, request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _readyz(self, request: web.Request) -> web.Response:
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
    """Make a check that a loop has run within the last 30 seconds."""

    async def check() -> None:
        age = heartbeat.age()
        if age is None or age > _STILL_ALIVE:
            raise NotReady

    return check


def event_check(event: asyncio.Event) -> Check:
    """Make a check that an event is set."""

    async def check() -> None:
        if not event.is_set():
            raise NotReady

    return check
