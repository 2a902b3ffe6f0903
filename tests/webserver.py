"""A web server on loopback that answers what a test tells it to, for adapters that speak HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """Paths and their answers; everything else is 404."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[web.BaseRequest] = []
        self._handlers: dict[str, Handler] = {}

    def on(self, path: str, handler: Handler) -> None:
        """Answer a path, or a path with its query, by a function."""
        self._handlers[path] = handler

    def serve(
        self, path: str, body: str | bytes = b"", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer a path with always the same."""
        content = body.encode() if isinstance(body, str) else body

        async def answer(request: web.Request) -> web.Response:
            return web.Response(body=content, status=status, headers=dict(headers or {}))

        self.on(path, answer)

    def redirect(self, path: str, location: str, *, status: int = 302) -> None:
        """Answer a path with a redirect."""
        self.serve(path, status=status, headers={"Location": location})

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path_qs for request in self.requests]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        handler = self._handlers.get(request.raw_path) or self._handlers.get(request.path)
        return await handler(request) if handler else web.Response(status=404, text="nothing here")  # type: ignore[arg-type]


@asynccontextmanager
async def serving() -> AsyncIterator[WebServer]:
    """Run a server on a free port of 127.0.0.1; it hangs up on everyone at the end."""
    server = WebServer()
    runner = web.ServerRunner(web.Server(server._answer), shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        yield server
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)
