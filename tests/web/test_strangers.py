"""Strangers on the web side: broken requests, odd paths, slow and idle connections, too many of them."""

import asyncio
import contextlib
import logging
import re
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.model.feed import Push
from bot.web.connections import Limits
from bot.web.server import WebServer
from sandbox.discord import SandboxDiscord
from sandbox.process import BotProcess
from tests.fakes.blog import HOME
from tests.web.site import PUBLIC, Site
from tests.web.test_websub import ask_hub

SENT = "hunter2hunter2"
LINE = f"GET /connect/wordpress/abc?user_login=ann&password={SENT}"
BROKEN = {
    "no version": f"{LINE}\r\n\r\n",
    "another version": f"{LINE} HTTP/9.9\r\n\r\n",
    "a version that is none": f"{LINE} {SENT}\r\n\r\n",
    "a bad method": f"G@T{SENT} / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a blank in the path": f"{LINE} {SENT} HTTP/1.1\r\nHost: x\r\n\r\n",
    "a control in the path": f"{LINE}\x01\x7f HTTP/1.1\r\nHost: x\r\n\r\n",
    "a byte in the path": f"{LINE}\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header without a colon": f"{LINE} HTTP/1.1\r\nHost: x\r\n{SENT}\r\n\r\n",
    "a header's bad name": f"{LINE} HTTP/1.1\r\nHost: x\r\nX {SENT}: 1\r\n\r\n",
    "a header with NUL": f"{LINE} HTTP/1.1\r\nHost: x\r\nX-A: {SENT}\x00\r\n\r\n",
    "a header continued": f"{LINE} HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n {SENT}\r\n\r\n",
    "a long line": f"{LINE}{'a' * 70_000} HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long header": f"{LINE} HTTP/1.1\r\nHost: x\r\nX-A: {SENT}{'a' * 70_000}\r\n\r\n",
    "many headers": f"{LINE} HTTP/1.1\r\nHost: x\r\n" + f"X-A: {SENT}\r\n" * 3000 + "\r\n",
    "two lengths": f"{LINE} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{SENT}",
    "a length that is none": f"{LINE} HTTP/1.1\r\nHost: x\r\nContent-Length: {SENT}\r\n\r\n",
    "a bad chunk": f"POST /push/abc?p={SENT} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{SENT}\r\n",
    "a length and chunks": f"POST /push/abc?p={SENT} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
    f"Transfer-Encoding: chunked\r\n\r\n{SENT}",
    "an expectation": f"{LINE} HTTP/1.1\r\nHost: x\r\nExpect: {SENT}\r\n\r\n",
    "an expectation of a page": f"GET / HTTP/1.1\r\nHost: x\r\nExpect: {SENT}\r\n\r\n",
    "an upgrade": f"{LINE} HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n{SENT}\r\n\r\n",
    "a bad host": f"GET http://[{SENT}/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a bad port": f"GET http://x:{SENT}/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address as the path": f"CONNECT {SENT}:99999999 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a good request, then a broken one": f"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nG@T {SENT}\r\n\r\n",
    "TLS": f"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03{SENT}\r\n\r\n",
    "nothing of HTTP": f"{SENT}\r\n\r\n",
}

READY = b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def say(port: int, sent: bytes, *, seconds: float = 10) -> bytes:
    """Send bytes; returns what is answered until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        with contextlib.suppress(ConnectionError):
            writer.write(sent)
            await writer.drain()
        answer = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(seconds):
                while part := await reader.read(65536):
                    answer += part
        return answer
    finally:
        writer.close()


@contextlib.asynccontextmanager
async def serving(site: Site, limits: Limits) -> AsyncIterator[WebServer]:
    """Another web side over the same bridge."""
    server = WebServer(site.bridge, site.metrics, ready={}, host="127.0.0.1", port=0, public_url=PUBLIC, limits=limits)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


class TestBroken:
    @pytest.mark.parametrize("what", BROKEN)
    async def test_nothing_that_was_sent_is_logged_or_sent_back(
        self, site: Site, what: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        async with serving(site, Limits(headers=1)) as server:
            answer = await say(server.port, BROKEN[what].encode("latin-1"))
        assert SENT not in caplog.text
        assert "Traceback" not in caplog.text
        assert SENT.encode() not in answer
        heads = re.split(rb"(?=HTTP/\d\.\d \d)", answer)[1:]
        for head in heads:
            assert b"Server:" not in head
            assert b"Content-Security-Policy: default-src 'none'" in head
            assert b"Cache-Control: no-store" in head
            assert b"X-Content-Type-Options: nosniff" in head
            assert not re.match(rb"HTTP/\d\.\d 5", head)
        assert heads

    async def test_a_bug_is_logged_without_the_words_of_its_error(
        self, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        await site.store.close()
        answer = await say(
            site.server.port, f"GET /replies/{SENT} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )
        await site.store.open()
        assert answer.startswith(b"HTTP/1.1 500")
        assert b"Server:" not in answer
        assert b"X-Content-Type-Options: nosniff" in answer
        assert SENT not in caplog.text
        assert "action=web_crashed" in caplog.text


ODD = [
    "%00",
    "a%00b",
    "%2F",
    "a%2Fb",
    "%2e%2e%2f",
    "%ff",
    "\xff",
    "\xed\xa0\x80",
    "a" * 7000,
    "a" * 65,
    "%F0%9F%92%A9",
    "x'--",
    "%0A",
    "*",
    "a%20b",
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "path", ["/replies/{}", "/push/{}", "/connect/wordpress/{}", "/connect/wordpress/{}/rejected", "/connect/done/{}"]
)
async def test_an_odd_token_is_not_found(site: Site, path: str, odd: str, caplog: pytest.LogCaptureFixture) -> None:
    target = path.format(odd).encode("latin-1")
    answer = await say(site.server.port, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    # Bytes that no path may hold are no request at all.
    assert re.match(rb"HTTP/1\.\d (404|400)" if odd.encode("latin-1") > b"\x7f" else rb"HTTP/1\.1 404", answer), answer
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("odd", ["%00", "%FF", "%ED%A0%80", "a%0Ab"])
async def test_an_odd_value_is_refused(site_on_each: Site, odd: str, caplog: pytest.LogCaptureFixture) -> None:
    site = site_on_each
    hub_subscription = await ask_hub(site, Push(hub_url="https://hub.example/", topic_url=f"{HOME}feed/"))
    hub = f"/push/{hub_subscription.token}"
    given = f"hub.topic={odd}&hub.challenge=x{odd}&url={odd}&challenge=x{odd}"
    for target in (
        f"{await site.begin()}?user_login={odd}&password=x{odd}",
        f"/push/{'a' * 43}?hub.mode=subscribe&{given}",
        f"{hub}?hub.mode=subscribe&{given}",
        f"{hub}?hub.mode=denied&hub.reason={odd}&{given}",
        f"{hub}?{given}",
    ):
        answer = await say(site.server.port, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert re.match(rb"HTTP/1\.1 (200|303|400|404)", answer), answer
    body = f"url=x{odd}"
    form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}"
    posted = f"POST {hub} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{form}\r\n\r\n{body}"
    answer = await say(site.server.port, posted.encode())
    assert re.match(rb"HTTP/1\.1 (2|4)", answer), answer
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("odd", ["a" * 64, "a" * 43, "-", "_" * 20, "0", "--1"])
async def test_a_token_that_may_be_ours_is_looked_up_and_not_found(
    site_on_each: Site, odd: str, caplog: pytest.LogCaptureFixture
) -> None:
    site = site_on_each
    asked = {"/replies/{}": 404, "/push/{}": 404, "/connect/wordpress/{}/rejected": 200, "/connect/done/{}": 410}
    for path, status in asked.items():
        async with site.session.get(site.url(path.format(odd))) as response:
            assert response.status == status, path
    async with site.session.post(site.url(f"/push/{odd}"), data=b"\x00") as response:
        assert response.status in (404, 410)
    status, _, _ = await site.back(f"/connect/wordpress/{odd}")
    assert status == 410
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


class TestSlow:
    @pytest.mark.parametrize(
        "sent",
        ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: 1\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"],
        ids=["nothing", "half a line", "half of the headers", "a request and no other"],
    )
    async def test_who_asks_nothing_is_hung_up_on(self, site: Site, sent: str) -> None:
        async with serving(site, Limits(headers=0.2, whole=60)) as server:
            answer = await say(server.port, sent.encode())
        assert answer.startswith(b"HTTP/1.1 200") == sent.endswith("\r\n\r\n")

    async def test_who_sends_bit_by_bit_gains_nothing(self, site: Site) -> None:
        async with serving(site, Limits(headers=0.3, whole=60)) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"GET / HTTP/1.1\r\n")
            trickle = asyncio.create_task(_trickle(writer))
            async with asyncio.timeout(10):
                with contextlib.suppress(ConnectionError):
                    assert await reader.read() == b""
            trickle.cancel()
            writer.close()

    async def test_a_body_that_does_not_end(self, site: Site) -> None:

        asked = await ask_hub(site, Push(hub_url="https://hub.example/", topic_url=f"{HOME}feed/"))
        async with serving(site, Limits(headers=60, whole=0.3)) as server:
            head = f"POST /push/{asked.token} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx"
            assert await say(server.port, head.encode()) == b""

    async def test_an_answer_that_nobody_reads_any_more(self, site: Site) -> None:
        """Pipelined requests whose answers are left where they are end too."""
        async with serving(site, Limits(headers=0.3, whole=0.3)) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1)
            with contextlib.suppress(ConnectionError):
                async with asyncio.timeout(20):
                    while True:
                        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
                        await writer.drain()
            assert writer.transport.is_closing()
            del reader


async def _trickle(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"X-A: 1\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)


class TestMany:
    async def test_the_longest_idle_one_makes_room(self, site: Site) -> None:
        async with serving(site, Limits(headers=60, whole=60, connections=3)) as server:
            strangers = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(8)]
            answer = await say(server.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert answer.endswith(b"ok")
            async with asyncio.timeout(10):
                with contextlib.suppress(ConnectionError):
                    assert await strangers[0][0].read() == b""
            for _, writer in strangers:
                writer.close()

    async def test_a_bot_with_few_files_lives_on(self, tmp_path: Path) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        async with SandboxDiscord.running() as discord:
            bot = BotProcess(discord, tmp_path)
            # What the process inherits.
            resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
            try:
                await bot.start()
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            try:
                await discord.wait_ready(60)
                found = re.search(r"action=web_started host=\S+ port=(\d+)", bot.log)
                assert found is not None
                port = int(found[1])
                async with asyncio.timeout(60):
                    while not (await say(port, READY)).endswith(b"ok"):  # noqa: ASYNC110 - another process
                        await asyncio.sleep(0.1)
                before = len(bot.log)
                strangers = [await asyncio.open_connection("127.0.0.1", port) for _ in range(400)]
                begun = time.monotonic()
                for path in ("healthz", "readyz") * 5:
                    request = f"GET /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                    answer = await say(port, request.encode(), seconds=30)
                    assert answer.endswith(b"ok"), answer
                assert time.monotonic() - begun < 30
                assert len(bot.log) - before < 2_000
                for _, writer in strangers:
                    writer.close()
            finally:
                assert await bot.stop(10) == 0
