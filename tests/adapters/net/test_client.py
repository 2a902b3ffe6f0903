import asyncio
import gzip
import ipaddress
import socket
import traceback
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Protocol

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.adapters.net.client import HttpClient
from bot.adapters.net.ssrf_guard import IPNetwork
from bot.model.connection import Secret
from bot.model.errors import PermanentError, Refused, TemporaryError
from tests.webserver import WebServer, serving

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]


class FakeResolver(AbstractResolver):
    """Names and their addresses, each in turn; then the last for ever."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        self.asked.append(host)
        addresses = self.names.get(host)
        if not addresses:
            raise OSError(None, "unknown")
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
            )
        ]

    async def close(self) -> None:
        pass


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with serving() as server:
        yield server


class Open(Protocol):
    async def __call__(
        self, *, allow: Sequence[IPNetwork] = (), resolver: AbstractResolver | None = None, deadline: float = 5
    ) -> HttpClient: ...


@pytest.fixture
async def open_client() -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def open_client(
            *, allow: Sequence[IPNetwork] = (), resolver: AbstractResolver | None = None, deadline: float = 5
        ) -> HttpClient:
            client = HttpClient(
                allow=allow, user_agent="Test/1", deadline=deadline, max_body=100_000, resolver=resolver
            )
            await client.open()
            stack.push_async_callback(client.close)
            return client

        yield open_client


@pytest.fixture
async def client(open_client: Open) -> HttpClient:
    return await open_client(allow=LOOPBACK)


def _port(server: WebServer) -> str:
    return server.url.rpartition(":")[2]


async def test_an_answer_has_status_headers_and_body(server: WebServer, client: HttpClient) -> None:
    server.serve("/", "grüße".encode("latin-1"), status=418, headers={"Content-Type": "text/plain; charset=latin-1"})
    answer = await client.request("GET", f"{server.url}/#part")
    assert answer.status == 418
    assert answer.url == f"{server.url}/"
    assert answer.text() == "grüße"
    assert answer.headers["content-TYPE"].startswith("text/plain")
    assert server.requests[0].headers["User-Agent"] == "Test/1"


async def test_json_goes_out_and_comes_in(server: WebServer, client: HttpClient) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"got": await request.json(), "type": request.content_type})

    server.on("/", echo)
    answer = await client.request("POST", f"{server.url}/", json={"text": "ü"})
    assert answer.json() == {"got": {"text": "ü"}, "type": "application/json"}


async def test_a_form_goes_out(server: WebServer, client: HttpClient) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    server.on("/", echo)
    answer = await client.request("POST", f"{server.url}/", form={"source": "a b", "target": "ü"})
    assert answer.text() == "source=a+b&target=%C3%BC"


async def test_what_is_not_json_is_said_to_be_so(server: WebServer, client: HttpClient) -> None:
    server.serve("/", "<html>")
    answer = await client.request("GET", f"{server.url}/")
    with pytest.raises(PermanentError, match="JSON"):
        answer.json()


async def test_case_28_a_stored_url_goes_out_byte_for_byte(server: WebServer, client: HttpClient) -> None:
    path = "/a%2Fb/%41%7E?q=%2F&sig=a+b%20c"
    server.serve(path, "ok")
    answer = await client.request("GET", server.url + path)
    assert answer.status == 200
    assert answer.url == server.url + path


async def test_repeated_headers_are_joined(server: WebServer, client: HttpClient) -> None:
    async def twice(request: web.Request) -> web.Response:
        response = web.Response()
        response.headers.add("Link", "<a>")
        response.headers.add("Link", "<b>")
        return response

    server.on("/", twice)
    answer = await client.request("GET", f"{server.url}/")
    assert answer.headers["Link"] == "<a>, <b>"


async def test_case_26_large_headers_are_read(server: WebServer, client: HttpClient) -> None:
    server.serve("/", "ok", headers={"Content-Security-Policy": "x" * 20_000})
    assert (await client.request("GET", f"{server.url}/")).text() == "ok"


class TestGuard:
    async def test_loopback_is_not_dialled_without_leave(self, server: WebServer, open_client: Open) -> None:
        client = await open_client()
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(Refused) as refused:
                await client.request("GET", f"http://{host}:{_port(server)}/")
            assert host in refused.value.text
        assert server.requests == []

    async def test_case_17_a_name_that_means_a_private_address_is_refused(self, open_client: Open) -> None:
        resolver = FakeResolver({"inside.test": ["10.0.0.7"]})
        client = await open_client(allow=LOOPBACK, resolver=resolver)
        with pytest.raises(Refused) as refused:
            await client.request("GET", "http://inside.test/")
        assert resolver.asked == ["inside.test"]
        assert "inside.test" in refused.value.text
        assert "10.0.0.7" not in refused.value.text

    async def test_case_17_a_name_that_turns_private_is_refused_at_the_next_dial(
        self, server: WebServer, open_client: Open
    ) -> None:
        server.serve("/", "ok", headers={"Connection": "close"})
        resolver = FakeResolver({"turncoat.test": ["127.0.0.1", "169.254.169.254"]})
        client = await open_client(allow=LOOPBACK, resolver=resolver)
        assert client._session is not None
        assert (await client.request("GET", f"http://turncoat.test:{_port(server)}/")).text() == "ok"
        client._session.connector.clear_dns_cache()  # type: ignore[union-attr]
        with pytest.raises(Refused):
            await client.request("GET", f"http://turncoat.test:{_port(server)}/")

    async def test_case_17_a_redirect_inside_is_refused(self, server: WebServer, open_client: Open) -> None:
        server.redirect("/", "http://169.254.169.254/latest/meta-data/")
        client = await open_client(allow=LOOPBACK)
        with pytest.raises(Refused):
            await client.request("GET", f"{server.url}/")


class TestRedirects:
    async def test_they_are_followed(self, server: WebServer, client: HttpClient) -> None:
        server.redirect("/old", "/new%2F?x=%41", status=301)
        server.serve("/new%2F?x=%41", "new")
        answer = await client.request("GET", f"{server.url}/old")
        assert (answer.text(), answer.url) == ("new", f"{server.url}/new%2F?x=%41")

    async def test_they_are_not_where_they_are_not_wanted(self, server: WebServer, client: HttpClient) -> None:
        server.redirect("/old", "/new", status=302)
        assert (await client.request("POST", f"{server.url}/old", form={}, follow=False)).status == 302

    async def test_case_16_a_loop_of_redirects_ends(self, server: WebServer, client: HttpClient) -> None:
        server.redirect("/", "/")
        with pytest.raises(PermanentError, match="10 times"):
            await client.request("GET", f"{server.url}/")
        assert len(server.requests) == 11

    @pytest.mark.parametrize(
        "target", ["file:///etc/passwd", "javascript:alert(1)", "http://u:p@127.0.0.1/", "http://[/"]
    )
    async def test_case_16_only_the_web_is_followed(self, server: WebServer, client: HttpClient, target: str) -> None:
        server.redirect("/", target)
        with pytest.raises(Refused):
            await client.request("GET", f"{server.url}/")

    async def test_a_password_stays_with_its_host(self, server: WebServer, client: HttpClient) -> None:
        async with serving() as other:
            server.redirect("/here", "/still-here")
            server.redirect("/still-here", f"{other.url}/there")
            other.serve("/there", "ok")
            await client.request(
                "GET", f"{server.url}/here", auth=("ann", Secret("pass word")), headers={"Cookie": "a=b"}
            )
            assert [request.headers.get("Authorization") for request in server.requests] == [
                "Basic YW5uOnBhc3Mgd29yZA=="
            ] * 2
            assert "Authorization" not in other.requests[0].headers
            assert "Cookie" not in other.requests[0].headers

    async def test_a_body_stays_with_its_host(self, server: WebServer, client: HttpClient) -> None:
        server.redirect("/", "http://127.0.0.2:9999/", status=307)
        assert (await client.request("POST", f"{server.url}/", json={"a": 1})).status == 307

    async def test_a_post_becomes_a_get_after_302(self, server: WebServer, client: HttpClient) -> None:
        server.redirect("/", "/done")
        server.serve("/done", "ok")
        await client.request("POST", f"{server.url}/", json={"a": 1})
        assert [request.method for request in server.requests] == ["POST", "GET"]
        assert "Content-Type" not in server.requests[1].headers


class TestFaults:
    async def test_a_refused_connection(self, client: HttpClient) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with pytest.raises(TemporaryError, match=r"127\.0\.0\.1 refused"):
            await client.request("GET", f"http://127.0.0.1:{port}/")

    async def test_an_unknown_name(self, open_client: Open) -> None:
        client = await open_client(resolver=FakeResolver({}))
        with pytest.raises(TemporaryError, match=r"nowhere\.test"):
            await client.request("GET", "http://nowhere.test/")

    async def test_no_tls_where_tls_is_asked(self, server: WebServer, client: HttpClient) -> None:
        with pytest.raises(TemporaryError, match=r"TLS.*127\.0\.0\.1|127\.0\.0\.1.*TLS"):
            await client.request("GET", server.url.replace("http:", "https:"))

    async def test_hanging_up(self, server: WebServer, client: HttpClient) -> None:
        async def hang_up(request: web.Request) -> web.Response:
            assert request.transport is not None
            request.transport.close()
            return web.Response()

        server.on("/", hang_up)
        with pytest.raises(TemporaryError, match="closed the connection"):
            await client.request("GET", f"{server.url}/")

    async def test_case_24_a_body_cut_short(self, client: HttpClient) -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            writer.close()
            await writer.wait_closed()

        raw = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with raw:
            port = raw.sockets[0].getsockname()[1]
            with pytest.raises(TemporaryError):
                await client.request("GET", f"http://127.0.0.1:{port}/")

    async def test_what_is_not_http(self, client: HttpClient) -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"220 mail.test ESMTP\r\n")
            writer.close()
            await writer.wait_closed()

        raw = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with raw:
            port = raw.sockets[0].getsockname()[1]
            with pytest.raises(TemporaryError, match="HTTP"):
                await client.request("GET", f"http://127.0.0.1:{port}/")

    async def test_case_25_a_slow_drip_ends_at_the_deadline(self, server: WebServer, open_client: Open) -> None:
        async def drip(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(1000):
                await response.write(b".")
                await asyncio.sleep(0.02)
            return response

        server.on("/", drip)
        client = await open_client(allow=LOOPBACK, deadline=0.2)
        with pytest.raises(TemporaryError, match=r"within 0\.2 seconds"):
            await client.request("GET", f"{server.url}/")

    async def test_case_30_a_password_is_in_no_traceback(self, server: WebServer, open_client: Open) -> None:
        client = await open_client()
        password = Secret("hunter" + "2")
        with pytest.raises(Refused) as refused:
            await client.request("GET", f"{server.url}/", auth=("ann", password))
        text = "".join(traceback.format_exception(refused.value))
        assert "hunter2" not in text
        assert "YW5uOmh1bnRlcjI=" not in text


class TestSizes:
    async def test_a_body_over_the_cap(self, server: WebServer, client: HttpClient) -> None:
        server.serve("/", b"x" * 200_000)
        with pytest.raises(PermanentError, match="100,000 bytes"):
            await client.request("GET", f"{server.url}/")

    async def test_case_23_a_bomb_is_not_unpacked(self, server: WebServer, client: HttpClient) -> None:
        bomb = gzip.compress(b"\x00" * 50_000_000)
        server.serve("/", bomb, headers={"Content-Encoding": "gzip"})
        with pytest.raises(PermanentError, match="100,000 bytes"):
            await client.request("GET", f"{server.url}/")

    @pytest.mark.parametrize(
        ("coding", "body"),
        [
            ("gzip", gzip.compress(b"<rss/>")),
            ("gzip", b"<rss/>"),
            ("", gzip.compress(b"<rss/>")),
            ("deflate", zlib.compress(b"<rss/>")),
            ("deflate", zlib.compress(b"<rss/>")[2:-4]),
        ],
        ids=["said", "said but plain", "not said", "deflate", "raw deflate"],
    )
    async def test_case_21_22_codings_that_are_announced_or_not(
        self, server: WebServer, client: HttpClient, coding: str, body: bytes
    ) -> None:
        server.serve("/", body, headers={"Content-Encoding": coding} if coding else {})
        assert (await client.request("GET", f"{server.url}/")).body == b"<rss/>"

    @pytest.mark.parametrize(
        ("coding", "body"), [("br", b"?"), ("gzip", gzip.compress(b"<rss/>" * 1000)[:-20])], ids=["br", "cut"]
    )
    async def test_unreadable_codings(self, server: WebServer, client: HttpClient, coding: str, body: bytes) -> None:
        server.serve("/", body, headers={"Content-Encoding": coding})
        with pytest.raises(TemporaryError, match="cannot be decoded"):
            await client.request("GET", f"{server.url}/")
