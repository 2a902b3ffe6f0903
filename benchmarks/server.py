"""``python -m benchmarks.server HOSTS``: the server whose feeds everybody polls, a process of its own on loopback.

Prints its port, and ends with its standard input. ``/SCENARIO/NUMBER`` is a feed; ``POST /-/next/SCENARIO`` makes its
next edition; ``POST /-/counts`` tells what was answered since the last time, and begins to count anew. It listens on
as many loopback addresses as told, so that feeds have hosts of their own.
"""

import asyncio
import sys
from collections import Counter

from aiohttp import web

from benchmarks.documents import SHAPES, Scenario, moment, render
from benchmarks.processes import lines


class Feeds:
    """All feeds of all scenarios."""

    def __init__(self) -> None:
        self._editions: Counter[Scenario] = Counter()
        self._counts: Counter[str] = Counter()

    def application(self) -> web.Application:
        """Build the application."""
        application = web.Application()
        application.router.add_get("/{scenario}/{number:[0-9]+}", self._answer)
        application.router.add_post("/-/next/{scenario}", self._next)
        application.router.add_post("/-/counts", self._tell)
        return application

    async def _answer(self, request: web.Request) -> web.Response:
        scenario, number = Scenario(request.match_info["scenario"]), int(request.match_info["number"])
        shape, edition = SHAPES[scenario], self._editions[scenario]
        headers = {} if shape.keeps else {"Connection": "close"}
        if shape.validators:
            headers["ETag"] = f'"{scenario}-{number}-{edition}"'
            headers["Last-Modified"] = moment(edition).strftime("%a, %d %b %Y %H:%M:%S GMT")
            if request.headers.get("If-None-Match") == headers["ETag"]:
                self._counts["304"] += 1
                return web.Response(status=304, headers=headers)
        body = render(scenario, number, edition)
        self._counts["200"] += 1
        return web.Response(body=body, content_type="application/rss+xml", charset="utf-8", headers=headers)

    async def _next(self, request: web.Request) -> web.Response:
        scenario = Scenario(request.match_info["scenario"])
        if SHAPES[scenario].moves:
            self._editions[scenario] += 1
            render(scenario, 0, self._editions[scenario])
        return web.Response()

    async def _tell(self, request: web.Request) -> web.Response:
        told = dict(self._counts)
        self._counts.clear()
        return web.json_response(told)


async def main(hosts: int) -> None:
    """Serve until standard input ends."""
    runner = web.AppRunner(Feeds().application(), access_log=None, keepalive_timeout=60)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0]
    for number in range(1, hosts):
        await web.TCPSite(runner, f"127.0.0.{1 + number}", port).start()
    print(port, flush=True)
    async for _ in lines():
        pass
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
