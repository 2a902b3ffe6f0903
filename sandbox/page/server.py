"""The page on a socket of this machine: access checks, the acts of forms, and the stream of changed regions.

`document` draws it; `chat_acts`, `blog_acts` and `trouble` perform acts. Requests from other hosts and origins are
refused, as the page can do everything that its people can.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web
from multidict import MultiDict

from sandbox.discord.errors import ApiError
from sandbox.discord.nouns import Thread
from sandbox.discord.person import NotAllowed
from sandbox.page.blog_acts import BlogActs
from sandbox.page.chat_acts import FILES, ChatActs, Form, Outcome
from sandbox.page.document import Document
from sandbox.page.markup import html
from sandbox.page.stage import Stage
from sandbox.page.tally import origin_of
from sandbox.page.trouble import Trouble
from sandbox.page.view import View
from sandbox.page.watch import Watch
from sandbox.page.words import QUIET

#: Seconds between two checks for changes.
_LOOK_EVERY = 0.25
_FOLDER = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data: {blog}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

#: Errors of acts that the client would not allow or that failed; each has a sentence.
_REFUSALS = (NotAllowed, LookupError, ValueError, ApiError, AttributeError)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageServer:
    """The page of one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.watch = Watch(stage)
        self.trouble = Trouble(stage, lambda text: self.watch.note(QUIET, text))
        self._document = Document(stage, self.watch, self.trouble)
        self._chat = ChatActs(stage)
        self._acts = self._chat.acts | BlogActs(stage).acts | {"trouble": self._make_trouble}
        self._hosts: frozenset[str] = frozenset()
        self._headers = {"Content-Security-Policy": _POLICY.format(blog=stage.blog.state.home), **_HEADERS}
        self._closing = asyncio.Event()
        self.url = ""

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["PageServer"]:
        """Serve on 127.0.0.1 for as long as the block runs; port 0 takes a free one."""
        application = web.Application(middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/", self._page),
                web.get("/live", self._live),
                web.get("/complete", self._complete),
                web.post("/act/{act}", self._act),
                web.get("/{name:(?:page|chat)\\.css|(?:page|lists)\\.js}", self._file),
            ]
        )
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        looking = asyncio.create_task(self._look())
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            taken = int(runner.addresses[0][1])
            self._hosts = frozenset({f"127.0.0.1:{taken}", f"localhost:{taken}"})
            self.url = f"http://127.0.0.1:{taken}/"
            yield self
        finally:
            self._closing.set()
            await looking
            await self.trouble.close()
            await runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse other names for this machine (DNS rebinding) and pages of other sites."""
        own = request.headers.get("Origin", "").removeprefix("http://") == request.host
        foreign = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        if request.host not in self._hosts or (request.method == "POST" and (foreign or not own)):
            return web.Response(status=403, text="This page takes requests of its own only.", headers=self._headers)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(self._headers)
        return response

    async def _look(self) -> None:
        """Watch the bot even without visitors, so that events are in order."""
        while not self._closing.is_set():
            self.watch.look()
            await asyncio.sleep(_LOOK_EVERY)

    async def _page(self, request: web.Request) -> web.Response:
        if not request.query and (begin := self._beginning()):
            return web.Response(status=302, headers={"Location": begin})
        return web.Response(text=self._document.whole(View.read(request.query)), content_type="text/html")

    def _beginning(self) -> str:
        """Return the address of a visitor's first view: the newest thread beside its post, at a published reply."""
        threads = self._stage.channel.threads
        starter = self._stage.channel.all_messages.get(threads[-1].id) if threads else None
        if starter is None or not starter.embeds:
            return ""
        view = View(at=str(starter.id))
        beside = self._stage.inside(str(starter.embeds[0].get("url") or ""), view)
        return beside.replace("&tab=blog", "") + self._carried(threads[-1]) if "post=" in beside else ""

    def _carried(self, thread: Thread) -> str:
        """Return the query for the newest comment that came from a thread's messages, shown beside its message."""
        rows = [row for row in self._stage.blog.state.approved() if origin_of(row) in thread.all_messages]
        return f"&see=comment-{max(row.id for row in rows)}" if rows else ""

    async def _file(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FOLDER / request.match_info["name"])

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """Send the regions that differ from the visitor's; the first time, all of them."""
        stream = web.StreamResponse(headers={**self._headers, "Content-Type": "text/event-stream"})
        view, sent = View.read(request.query), dict[str, str]()
        # A visitor may leave at any time, also while the stream is opened or ended.
        with suppress(ConnectionError):
            await stream.prepare(request)
            while not self._closing.is_set():
                regions = self._document.regions(view)
                news = {name: text for name, text in regions.items() if sent.get(name) != text}
                if news:
                    sent |= news
                    await stream.write(f"data: {json.dumps(news)}\n\n".encode())
                await asyncio.sleep(_LOOK_EVERY)
            await stream.write_eof()
        return stream

    async def _complete(self, request: web.Request) -> web.Response:
        query = MultiDict(request.query)
        words = query.get("words", "")
        try:
            choices = await self._chat.complete(View.read(query), words, query.get("option", ""), query)
        except (*_REFUSALS, TimeoutError):
            # A missing list of choices must not keep a visitor from typing.
            choices = []
        return web.json_response([[name, str(value)] for name, value in choices])

    async def _act(self, request: web.Request) -> web.StreamResponse:
        act = self._acts.get(request.match_info["act"])
        if act is None:
            return web.Response(status=404, text="There is no such act.")
        view = View.read(request.query)
        form = await _read(request)
        scripted = "application/json" in request.headers.get("Accept", "")
        try:
            outcome = await act(view, form)
        except TimeoutError:
            return _refusal("The application did not respond. Is the bot running?", view, scripted=scripted)
        except _REFUSALS as error:
            return _refusal(str(error), view, scripted=scripted)
        if scripted:
            return web.json_response({"go": outcome.go, "say": outcome.say})
        return web.Response(status=303, headers={"Location": outcome.go or view.url()})

    async def _make_trouble(self, _: View, form: Form) -> Outcome:
        await self.trouble.order(form["name"])
        return Outcome()


async def _read(request: web.Request) -> Form:
    form = MultiDict[str]()
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            form.add(name, value.file.read().decode(FILES))
            form.add(f"name:{name}", value.filename)
        else:
            # Without a chosen file, the field has zero bytes.
            form.add(name, value if isinstance(value, str) else value.decode(FILES))
    return form


def _refusal(text: str, view: View, *, scripted: bool) -> web.Response:
    said = text.strip("'\"") or "That did not work."
    if scripted:
        return web.json_response({"error": said}, status=422)
    page = html(
        '<!DOCTYPE html><html lang="en"><title>Not done</title><p>{said}</p><p><a href="{back}">Back</a></p></html>',
        said=said,
        back=view.url(),
    )
    return web.Response(status=422, text=page, content_type="text/html")
