"""Connections of the web side: how many there are, how long they last, and what a broken request is answered with.

aiohttp has no limit on any of these, logs what it could not parse and sends it back. Knows no page.
"""

import asyncio
import logging
import resource
import socket
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.model.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)

#: More at once are not needed behind a proxy.
_MOST_CONNECTIONS: Final = 256
_FEWEST_CONNECTIONS: Final = 4
#: The web side may use this part of the files that the process may open: feeds, Discord and the database need the rest.
_SHARE_OF_FILES: Final = 4
#: So many may wait to be accepted.
_BACKLOG: Final = 128
_PAUSE_SECONDS: Final = 1.0
_SILENT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits for one client."""

    #: seconds until a request's headers are there, also between two requests
    headers: float = 5.0
    #: seconds from a request's headers to the end of its answer
    whole: float = 30.0
    #: connections at once; None: by the number of files that the process may open
    connections: int | None = None


def log_bug(logger: logging.Logger, text: str, action: str, error: BaseException) -> None:
    """Log where something went wrong in a request, without the error's own words, which may hold what was sent."""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s", text, extra={"action": action, "error": type(error).__name__, "traceback": where})


class Listener:
    """Accepts connections, and no more than there is room for.

    Where all places are taken, the connection that has been waiting longest for a request is closed for the next one.

    :param server: of aiohttp's application.
    :param headers: what is on every answer.
    """

    def __init__(self, server: web.Server, limits: Limits, headers: Mapping[str, str]) -> None:
        self._server = server
        self._limits = limits
        self._headers = headers
        self._most = limits.connections or _most_connections()
        self._sockets: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._open: set[Connection] = set()
        self._freed = asyncio.Event()
        self._complained_at: float | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen at every address of a host.

        :raises OSError: one of them is taken, or not ours.
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, kind, protocol, _, address in dict.fromkeys(found):
                self._sockets.append(_listening(socket.socket(family, kind, protocol), address))
        except OSError:
            await self.stop()
            raise
        self._tasks = [loop.create_task(self._accept_all(each), name="web_accept") for each in self._sockets]

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Accept no more connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for each in self._sockets:
            each.close()

    def add(self, connection: "Connection") -> None:
        """Count a connection."""
        self._open.add(connection)

    def remove(self, connection: "Connection") -> None:
        """Give a connection's place to the next."""
        self._open.discard(connection)
        self._freed.set()

    async def _accept_all(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _ = await loop.sock_accept(listening)
            except ConnectionAbortedError:
                continue
            except OSError as error:
                self._complain(error)
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            try:
                await self._place()
                await loop.connect_accepted_socket(self._connection, accepted)
            except OSError:
                accepted.close()
            except asyncio.CancelledError:
                accepted.close()
                raise

    async def _place(self) -> None:
        while len(self._open) >= self._most:
            self._freed.clear()
            idle = min((each for each in self._open if each.idle), key=lambda each: each.since, default=None)
            if idle is not None:
                idle.hang_up()
            await self._freed.wait()

    def _connection(self) -> "Connection":
        return Connection(self, self._server, self._limits, self._headers)

    def _complain(self, error: OSError) -> None:
        now = asyncio.get_running_loop().time()
        if self._complained_at is None or now - self._complained_at > _SILENT_SECONDS:
            self._complained_at = now
            _log.error(
                "The web side could not accept connections: %s.", error.strerror, extra={"action": "web_accept_failed"}
            )


class Connection(web.RequestHandler):
    """One connection, which ends when its time is over."""

    __slots__ = ("_answer_headers", "_limits", "_listener", "_timer", "idle", "since")

    def __init__(self, listener: Listener, server: web.Server, limits: Limits, headers: Mapping[str, str]) -> None:
        # What hubs sign is what they sent, and what is packed could be a bomb: nothing is unpacked on the way in.
        loop = asyncio.get_running_loop()
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]
            auto_decompress=False,
            keepalive_timeout=limits.headers,
        )
        self._listener = listener
        self._limits = limits
        self._answer_headers = headers
        self._timer: asyncio.TimerHandle | None = None
        #: whether it waits for a request, and since when that is so or not
        self.idle = True
        self.since = loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        self._listener.add(self)
        super().connection_made(transport)
        self._wait(self._limits.headers, idle=True)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Make room."""
        if self._timer is not None:
            self._timer.cancel()
        self._listener.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read; a parser that fails in a way of its own ends the connection, and nothing of the data is logged."""
        try:
            super().data_received(data)
        except Exception as error:
            log_bug(_log, "A request could not be read.", "web_unreadable", error)
            self.hang_up()

    def begin(self) -> None:
        """Take note that a request's headers are there."""
        self._wait(self._limits.whole, idle=False)

    def hang_up(self) -> None:
        """End it at once."""
        transport = self.transport
        if isinstance(transport, asyncio.Transport):
            transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read, or what failed, without a word of what was sent."""
        if status < 500:
            _log.debug("A request could not be read.", extra={"action": "web_bad_request", "error": type(exc).__name__})
        elif exc is not None and not isinstance(exc, DatabaseUnavailable):
            log_bug(_log, "A request failed.", "web_crashed", exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        answer = _Plain(status=status, text="bad request" if status < 500 else "something went wrong")
        answer.force_close()
        return answer

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Log an error that aiohttp met outside of a request's handler."""
        error = kw.get("exc_info")
        if isinstance(error, BaseException):
            log_bug(_log, "A connection failed.", "web_connection_crashed", error)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer with our headers, then wait for the next request."""
        if isinstance(resp, web.HTTPException) and resp.status >= 400:
            # aiohttp writes into some what was asked for.
            resp.text = f"{resp.status}: {resp.reason}"
        resp.headers.update(self._answer_headers)
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._wait(self._limits.headers, idle=True)

    def _wait(self, seconds: float, *, idle: bool) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
        self.idle, self.since = idle, loop.time()
        self._timer = loop.call_later(seconds, self.hang_up) if self.transport is not None else None


class _Plain(web.Response):
    """An answer to what is no request for the application, whose signals take the server's version away otherwise."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall("Server", None)


@web.middleware
async def begin_request(request: web.Request, handler: Any) -> web.StreamResponse:
    """Tell the connection that a request has begun."""
    if isinstance(request.protocol, Connection):
        request.protocol.begin()
    answer: web.StreamResponse = await handler(request)
    return answer


def _listening(each: socket.socket, address: Any) -> socket.socket:
    try:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if each.family == socket.AF_INET6:
            with suppress(OSError):
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        each.bind(address)
        each.listen(_BACKLOG)
        each.setblocking(False)
    except OSError:
        each.close()
        raise
    return each


def _most_connections() -> int:
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(_FEWEST_CONNECTIONS, min(_MOST_CONNECTIONS, files // _SHARE_OF_FILES))
