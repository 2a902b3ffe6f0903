"""The web side: one aiohttp application, its headers, its start and stop. Its pages are in the other files here.

Sets no cookie and writes no access log: addresses that come in may hold a password.
"""

import logging
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.bridge.assembly import Bridge
from bot.model.errors import PermanentError
from bot.web.connecting import ConnectPages
from bot.web.connections import Limits, Listener, begin_request
from bot.web.health import Check, HealthPages
from bot.web.index import IndexPage
from bot.web.metrics import Metrics, MetricsPage
from bot.web.pages import CONTENT_POLICY
from bot.web.permalinks import PermalinkPages
from bot.web.websub import WebSubPages

_log = logging.getLogger(__name__)

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
#: Nothing here takes long; requests that are still open at a stop are few and may be repeated.
_STOP_SECONDS: Final = 1.0
#: No request to us has a body but what hubs send, which is read in its own bounds.
_BODY: Final = 1024
_LIMITS: Final = Limits()


class WebServer:
    """Serves health, numbers, click-throughs, replies and hubs.

    :param ready: what ``/readyz`` asks, by name.
    :param port: 0 takes a free one.
    :param public_url: the address under which others reach us.
    :param operator: who runs the bot, for the front page.
    :param limits: what strangers may take up.
    """

    def __init__(
        self,
        bridge: Bridge,
        metrics: Metrics,
        *,
        ready: Mapping[str, Check],
        host: str,
        port: int,
        public_url: str | None = None,
        operator: str | None = None,
        limits: Limits = _LIMITS,
    ) -> None:
        self._pages = (
            IndexPage(operator),
            HealthPages(ready),
            MetricsPage(metrics, bridge.views),
            ConnectPages(bridge.connector),
            PermalinkPages(bridge.views, public_url=public_url),
            WebSubPages(bridge.websub_receiver),
        )
        self._host = host
        self._port = port
        self._limits = limits
        self._runner: web.AppRunner | None = None
        self._listener: Listener | None = None

    async def start(self) -> None:
        """Listen.

        :raises PermanentError: the address is taken, or not ours.
        """
        app = web.Application(client_max_size=_BODY, middlewares=[begin_request])
        for pages in self._pages:
            app.add_routes(pages.routes())
        app.on_response_prepare.append(_hide_version)
        self._runner = web.AppRunner(app, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        assert self._runner.server is not None
        self._listener = Listener(self._runner.server, self._limits, _HEADERS)
        try:
            await self._listener.start(self._host, self._port)
        except OSError as error:
            await self.stop()
            raise PermanentError(
                f"The web side cannot listen on {self._host}:{self._port}; set HTTP_HOST and HTTP_PORT."
            ) from error
        _log.info("The web side listens.", extra={"action": "web_started", "host": self._host, "port": self.port})

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._port if self._listener is None else self._listener.port

    async def stop(self) -> None:
        """Stop listening; harmless when it never did."""
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


async def _hide_version(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall("Server", None)
