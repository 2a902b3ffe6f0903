"""``/healthz``: the process answers. ``/readyz``: it can do its work. For whatever watches the bot; tells no detail."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

_log = logging.getLogger(__name__)

#: Raises if something is not as it should be.
Check = Callable[[], Awaitable[object]]

_SECONDS: Final = 5.0


class HealthPages:
    """Answers those who watch.

    :param ready: what must be well for the bot to work, by name.
    """

    def __init__(self, ready: Mapping[str, Check]) -> None:
        self._ready = ready

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [web.get("/healthz", self._alive), web.get("/readyz", self._able)]

    async def _alive(self, request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _able(self, request: web.Request) -> web.Response:
        bad = [name for name, check in self._ready.items() if not await _passes(name, check)]
        if bad:
            return web.Response(text=f"not ready: {', '.join(bad)}", status=503)
        return web.Response(text="ok")


async def _passes(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            await check()
    except Exception as error:
        _log.warning("A check failed: %s. action=check_failed check=%s", type(error).__name__, name)
        return False
    return True
