"""REST over aiohttp: reads a request, applies faults, limits and the validation, and calls a route's handler.

The `rest_*` modules hold the handlers. `violations` collects requests that the bot must not send.
"""

import asyncio
import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web

from sandbox.discord import (
    lengths,
    rest_commands,
    rest_guilds,
    rest_interactions,
    rest_messages,
    rest_threads,
    rest_users,
)
from sandbox.discord.errors import ApiError, FormErrors, Json
from sandbox.discord.faults import Fault, Faults
from sandbox.discord.limits import Limits
from sandbox.discord.routes import Call, Route, major, routes
from sandbox.discord.validation import check_body, check_query
from sandbox.discord.world import World

#: Importing these registers their routes.
RESOURCES = (rest_commands, rest_guilds, rest_interactions, rest_messages, rest_threads, rest_users)

#: These need only the token in the path.
OPEN = ("/interactions/{", "/webhooks/{")


class Request(NamedTuple):
    """One line of the log; the path has no /api/v10."""

    method: str
    path: str
    status: int


class Rest:
    """The REST side of one Discord."""

    def __init__(self, world: World, limits: Limits, faults: Faults) -> None:
        self._world, self._limits, self._faults = world, limits, faults
        #: Every request, in the order of the answers.
        self.requests: list[Request] = []
        #: One sentence for each violation by the bot.
        self.violations: list[str] = []
        #: True in an outage: 503 for everything.
        self.away = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request below /api/v10."""
        path = urlsplit(str(request.rel_url)).path.split("/", 3)[3]
        path = f"/{path}"
        response = await self._answer(request, path)
        dropped = request.transport is None or request.transport.is_closing()
        self.requests.append(Request(request.method, path, 0 if dropped else response.status))
        self._world.changed()
        return response

    async def _answer(self, request: web.Request, path: str) -> web.StreamResponse:
        if self.away:
            return _json({"message": "upstream connect error", "code": 0}, 503)
        fault = self._faults.meet(request.method, path)
        if fault is not None and fault.page:
            return _banned(fault.seconds)
        if fault is not None and fault.seconds:
            await asyncio.sleep(fault.seconds)
            fault = None
        if fault is not None and not fault.after_storing:
            return self._spoil(request, fault)
        response = await self._act(request, path)
        return response if fault is None else self._spoil(request, fault)

    def _spoil(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)  # the client is gone
        if fault.garbage:
            return web.Response(text='{"id": "12', status=200, headers={"Content-Type": "application/json"})
        if fault.status == 429:
            body: Json = {"message": "You are being rate limited.", "retry_after": 0.05, "global": False}
            return _json(body, 429, {"Via": "1.1 google", "Retry-After": "1", "X-RateLimit-Scope": "shared"})
        return _json({"message": f"{fault.status}: told to fail", "code": 0}, fault.status)

    async def _act(self, request: web.Request, path: str) -> web.StreamResponse:
        found = routes.find(request.method, path)
        if found is None:
            self.violations.append(f"{request.method} {path}: no such route here")
            return _json(ApiError(0).body(), 404)
        route, params = found
        authorized = request.headers.get("Authorization") == f"Bot {self._world.token}"
        if not authorized and not route.template.startswith(OPEN):
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        verdict = self._limits.take(route.method, route.template, major(params))
        if verdict.refusal is not None:
            return _json(verdict.refusal, 429, verdict.headers)
        try:
            result = await self._call(request, path, route, params)
        except ApiError as error:
            return _json(error.body(), error.status, verdict.headers)
        except Exception as error:
            # A bug of the sandbox must not look like an outage, as the bot would only try again.
            self.violations.append(f"{request.method} {path}: the sandbox itself failed: {error!r}")
            raise
        if result is None:
            return web.Response(status=204, headers=verdict.headers)
        return _json(self._addressed(request, path, result), 200, verdict.headers)

    async def _call(self, request: web.Request, path: str, route: Route, params: dict[str, str]) -> Any:
        body, files = await self._read(request)

        def report(faults: FormErrors) -> None:
            self.violations += [f"{request.method} {path}: {sentence}" for sentence in faults.sentences]

        call = Call(self._world, params, dict(request.query), body, files, report)
        faults = check_query(route.method, route.template, call.query)
        call.refuse(faults)
        if body is None:
            call.body = {}
            return await route.handler(call)
        # The real limits come first, as they name the field in Discord's own words.
        call.refuse(lengths.check(route.method, route.template, body))
        call.refuse(check_body(route.method, route.template, body))
        return await route.handler(call)

    async def _read(self, request: web.Request) -> tuple[Any, list[Json]]:
        """Return the JSON body (None if there is none) and the uploaded files as attachment objects."""
        if request.content_type != "multipart/form-data":
            raw = await request.read()
            return (_loads(raw) if raw else None), []
        body: Any = {}
        files: list[Json] = []
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            data = bytes(await part.read())
            if part.name == "payload_json":
                body = _loads(data)
            else:
                files.append(self._world.files.add(self._world.snowflake(), part.filename or "file", data).json())
        return body, files

    def _addressed(self, request: web.Request, path: str, result: Any) -> Any:
        if path in ("/gateway", "/gateway/bot"):
            result = result | {"url": f"ws://{request.host}/gateway"}
        return result


def _loads(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise ApiError(50109) from None


def _banned(seconds: float) -> web.Response:
    # It never reached Discord, so there is no Via, by which clients recognise it.
    page = "<!DOCTYPE html><title>Access denied</title><p>error code: 1015</p>"
    return web.Response(text=page, status=429, content_type="text/html", headers={"Retry-After": f"{seconds:.0f}"})


def _json(body: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    # aiohttp's json_response adds a charset, with which clients take the body for text.
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
    )
