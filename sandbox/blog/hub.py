"""`SandboxHub`: a WebSub hub on this machine (https://www.w3.org/TR/websub/).

It serves `hub_rules` over sockets, connects only to callbacks and topics on this machine, and loses its state when it
stops.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

from sandbox.blog.hub_rules import HubError, HubRules, Subscriber, Wish, sign

_SECONDS = 10.0


class SandboxHub:
    """One hub; the owner of a feed calls `publish` after a change."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.rules = HubRules(clock)
        self.url = ""
        #: the forms of all requests
        self.requests: list[dict[str, str]] = []
        #: callbacks' answers to verifications: the status, and True if they confirmed
        self.verified: list[tuple[str, bool]] = []
        #: status and text of the next answers, in place of those by the rules
        self.refusal: tuple[int, str] | None = None
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._verifying: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def running(cls, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> AsyncIterator[Self]:
        """Start a hub on 127.0.0.1, and close it at the end. `clock` replaces the time of day."""
        hub = cls(clock)
        application = web.Application()
        application.router.add_post("/", hub._answer)
        hub._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await hub._runner.setup()
        hub._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))
        try:
            await web.TCPSite(hub._runner, "127.0.0.1", 0).start()
            hub.url = f"http://127.0.0.1:{hub._runner.addresses[0][1]}/"
            yield hub
        finally:
            await hub.settled()
            await hub._session.close()
            await hub._runner.cleanup()

    async def settled(self) -> None:
        """Wait until all requests are verified."""
        while self._verifying:
            await asyncio.wait(self._verifying)

    async def publish(self, topic: str) -> list[int]:
        """Fetch a topic and send it to all subscribers (7); return their statuses, 0 for no answer."""
        async with self._client.get(topic) as response:
            body, kind = await response.read(), response.headers["Content-Type"]
        return [await self._send(each, body, kind) for each in self.rules.subscribers(topic)]

    async def deny(self, topic: str, reason: str) -> None:
        """Deny all subscriptions of a topic (5.2)."""
        for each in self.rules.subscribers(topic):
            self.rules.drop(each)
            denial = {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason}
            async with self._client.get(URL(each.callback).extend_query(denial)):
                pass

    @property
    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the hub is not running")
        return self._session

    async def _answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append(form)
        if self.refusal is not None:
            status, text = self.refusal
            return web.Response(status=status, text=text)
        try:
            wish = self.rules.ask(form)
        except HubError as error:
            return web.Response(status=400, text=str(error))
        task = asyncio.create_task(self._verify(wish))
        self._verifying.add(task)
        task.add_done_callback(self._verifying.discard)
        return web.Response(status=202)

    async def _verify(self, wish: Wish) -> None:
        """Verify a callback's intent (5.3)."""
        try:
            async with self._client.get(URL(wish.callback).extend_query(wish.question())) as response:
                status, body = response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError):
            status, body = 0, ""
        self.verified.append((wish.mode, self.rules.verify(wish, status=status, body=body)))

    async def _send(self, to: Subscriber, body: bytes, kind: str) -> int:
        headers = {"Content-Type": kind, "Link": f'<{self.url}>; rel="hub", <{to.topic}>; rel="self"'}
        if to.secret is not None:
            headers["X-Hub-Signature"] = sign(to.secret, body)
        try:
            async with self._client.post(to.callback, data=body, headers=headers) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0
        if status == 410:
            self.rules.drop(to)
        return status
