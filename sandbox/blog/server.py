"""The blog on a socket of this machine: reads requests, applies faults, logs. `site` makes the answers."""

import asyncio
import socket
from dataclasses import dataclass

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy, MultiMapping

from sandbox.blog.faults import Fault, FaultKind, Faults
from sandbox.blog.site import Asked, Reply, Site

_BROKEN = "<!DOCTYPE html><html><body><h1>There has been a critical error on this website.</h1></body></html>"


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A logged request; `status` is 0 if the connection was closed, `decided` the blog's own status."""

    method: str
    path: str
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    decided: int


class Server:
    """Listens on 127.0.0.1 only."""

    def __init__(self, site: Site, faults: Faults) -> None:
        self._site = site
        self._faults = faults
        self._runner: web.AppRunner | None = None
        self.requests: list[LoggedRequest] = []

    async def start(self, port: int) -> int:
        """Listen; port 0 takes a free one. Return the port."""
        listening = socket.create_server(("127.0.0.1", port))
        application = web.Application(client_max_size=8 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        return int(listening.getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and close all connections."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        fault = self._faults.take(request.method, request.path)
        response, decided = await self._respond(request, body, fault)
        status = response.status if response else 0
        entry = LoggedRequest(request.method, request.path_qs, status, request.headers, body, decided)
        self.requests.append(entry)
        if response is None:
            if request.transport:
                request.transport.abort()
            return web.Response()
        return response

    async def _respond(self, request: web.Request, body: bytes, fault: Fault | None) -> tuple[web.Response | None, int]:
        """Return the answer (None: close the connection), and the blog's own status (0: not asked)."""
        kind = fault.kind if fault else None
        if fault and kind is FaultKind.STATUS:
            broken = web.Response(text=_BROKEN, status=fault.status, content_type="text/html", headers=fault.headers)
            return broken, 0
        if kind is FaultKind.DROP:
            return None, 0
        if fault and kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        reply = self._site.answer(await _read(request, body))
        return _spoilt(reply, fault), reply.status


def _spoilt(reply: Reply, fault: Fault | None) -> web.Response | None:
    """Return the HTTP answer; None to close the connection."""
    match fault.kind if fault else None:
        case FaultKind.DROP_AFTER:
            return None
        case FaultKind.STATUS_AFTER if fault:
            return web.Response(text=_BROKEN, status=fault.status, content_type="text/html")
        case FaultKind.GARBAGE:
            return _write(reply, b"\x00\xff<<{[not data" * 20)
        case FaultKind.HTML:
            return web.Response(text="<!DOCTYPE html><p>Checking your browser.</p>", content_type="text/html")
    return _write(reply, reply.data or reply.text.encode("utf-8", "replace"))


def _write(reply: Reply, body: bytes) -> web.Response:
    headers = CIMultiDict(reply.headers | {"Content-Type": reply.content_type})
    for link in reply.links:
        headers.add("Link", link)
    return web.Response(body=None if reply.status == 304 else body, status=reply.status, headers=headers)


async def _read(request: web.Request, body: bytes) -> Asked:
    forms = {"application/x-www-form-urlencoded", "multipart/form-data"}
    form = _flat(await request.post()) if request.content_type in forms else {}
    return Asked(
        method=request.method,
        path=request.path,
        target=request.path_qs,
        query=_flat(request.query),
        headers=request.headers,
        body=body,
        content_type=request.content_type if "Content-Type" in request.headers else "",
        form=form,
        address=request.remote or "127.0.0.1",
    )


def _flat(values: MultiMapping[object]) -> dict[str, str]:
    """Return the last value of each name; join the values of lists (`post[]`)."""
    flat: dict[str, str] = {}
    for name in values:
        found = [str(value) for value in values.getall(name)]
        flat[name] = ",".join(found) if name.endswith("]") else found[-1]
    return flat
