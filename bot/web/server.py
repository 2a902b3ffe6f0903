"""The web side: one aiohttp application, its headers, its start and stop. Its pages are in the other files here.

Sets no cookie and writes no access log: addresses that come in may hold a password.
"""

import logging
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.bridge.assembly import Bridge
from bot.model.errors import PermanentError
from bot.web.connect import ConnectPages
from bot.web.health import Check, HealthPages
from bot.web.index import IndexPage
from bot.web.metrics import Metrics, MetricsPage
from bot.web.pages import CONTENT_POLICY
from bot.web.permalinks import PermalinkPages
from bot.web.push import PushPages

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


class WebServer:
    """Serves health, numbers, click-throughs, replies and hubs.

    :param ready: what ``/readyz`` asks, by name.
    :param port: 0 takes a free one.
    :param public_url: the address under which others reach us.
    :param operator: who runs the bot, for the front page.
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
    ) -> None:
        self._pages = (
            IndexPage(operator),
            HealthPages(ready),
            MetricsPage(metrics, bridge.views),
            ConnectPages(bridge.connector),
            PermalinkPages(bridge.views, public_url=public_url),
            PushPages(bridge.arrivals),
        )
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen.

        :raises PermanentError: the address is taken, or not ours.
        """
        app = web.Application(client_max_size=_BODY)
        for pages in self._pages:
            app.add_routes(pages.routes())
        app.on_response_prepare.append(_add_headers)
        # What hubs sign is what they sent, and what is packed could be a bomb: nothing is unpacked on the way in.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS, auto_decompress=False)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self.stop()
            raise PermanentError(
                f"The web side cannot listen on {self._host}:{self._port}; set HTTP_HOST and HTTP_PORT."
            ) from error
        _log.info("The web side listens. action=web_up host=%s port=%s", self._host, self.port)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._runner is None or not self._runner.addresses:
            return self._port
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening; harmless when it never did."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    response.headers.popall("Server", None)
