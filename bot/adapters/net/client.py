"""HTTP client with bounds on time, size, redirects and connections per host; it connects only to allowed addresses."""

import asyncio
import logging
import socket
import ssl
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy

from bot.adapters.net.errors import AddressRefused, network_error
from bot.adapters.net.numbers import load_json
from bot.adapters.net.redirects import REDIRECTS, Auth, Request, build_request
from bot.adapters.net.retry_after import HostPauses
from bot.adapters.net.ssrf_guard import IPNetwork, host_of, may_connect
from bot.model.errors import PermanentError, TemporaryError
from bot.model.redact import shown_url

_log = logging.getLogger(__name__)

#: A content security policy alone can fill the 8,190 bytes that aiohttp takes by default.
_MAX_HEADER = 64 * 1024
_NOT_MODIFIED = 304
#: Family, kind, protocol, canonical name, socket address: what a name was resolved to.
_AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]
_GZIP = b"\x1f\x8b"
#: zlib finds out by itself whether a gzip or a zlib header is there.
_ANY_HEADER = zlib.MAX_WBITS | 32
_PLAIN = frozenset({"", "identity"})
_COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One redirect on the way to an answer."""

    status: int
    #: the address that pointed elsewhere
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The last response of a request."""

    status: int
    #: after redirects, without a fragment
    url: str
    #: looked up without regard to case; repeated fields are joined with ", " (RFC 9110, 5.3)
    headers: Mapping[str, str]
    #: without its content coding
    body: bytes = field(repr=False)
    #: the redirects before it, first one first
    hops: tuple[Redirect, ...] = ()

    def text(self) -> str:
        """Decode the body by the charset of its Content-Type, else as UTF-8; what cannot be decoded is replaced."""
        charset = self.headers.get("Content-Type", "").lower().partition("charset=")[2].partition(";")[0].strip("\"' ")
        try:
            return self.body.decode(charset or "utf-8", "replace")
        except (LookupError, UnicodeError):
            return self.body.decode("utf-8", "replace")

    def json(self) -> object:
        """Read the body as JSON.

        :raises PermanentError: it is not JSON.
        """
        try:
            return load_json(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise PermanentError(f"{host_of(self.url)} did not answer with JSON.") from None


class HttpClient:
    """A session for all requests.

    :param allow: private networks that are allowed.
    :param user_agent: the User-Agent header.
    :param deadline: seconds for a whole request, redirects and body included.
    :param max_body: bytes of a body, before and after its content coding is taken off.
    """

    def __init__(
        self,
        *,
        allow: Sequence[IPNetwork],
        user_agent: str,
        deadline: float = 30.0,
        max_body: int = 5_000_000,
        max_redirects: int = 10,
        resolver: aiohttp.abc.AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow = tuple(allow)
        self._user_agent = user_agent
        self._deadline = deadline
        self._max_body = max_body
        self._max_redirects = max_redirects
        self._resolver = resolver
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        #: hosts that asked to be left alone; the client itself asks them all the same
        self.pauses = HostPauses()

    async def open(self) -> None:
        """Make the session; opening twice is harmless."""
        if self._session is not None:
            return
        connector = aiohttp.TCPConnector(
            limit_per_host=2,
            ttl_dns_cache=300,
            keepalive_timeout=10,
            resolver=self._resolver,
            ssl=self._tls or ssl.create_default_context(),
            socket_factory=self._open_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            # Decoded here: servers label codings wrongly in both directions, and bombs must stop at the limit.
            auto_decompress=False,
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
            max_field_size=_MAX_HEADER,
            max_line_size=_MAX_HEADER,
        )

    async def close(self) -> None:
        """Close the session and its connections; closing twice is harmless."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: Auth | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        xml: bytes | None = None,
        follow: bool = True,
    ) -> Response:
        """Send a request and follow redirects; an ASCII URL is sent byte for byte.

        Credentials and bodies are not sent to another host: such a redirect of a body is returned as the response.

        :raises TemporaryError: no complete response in time.
        :raises PermanentError: too large, too many redirects, not HTTP.
        :raises Refused: the address is not allowed.
        """
        call = build_request(method, url, headers=headers or {}, auth=auth, json=json, form=form, xml=xml)
        try:
            async with asyncio.timeout(self._deadline):
                return await self._follow(call) if follow else await self._send(call)
        except TimeoutError:
            raise TemporaryError(f"{host_of(url)} did not answer within {self._deadline:g} seconds.") from None

    async def _follow(self, first: Request) -> Response:
        call = first
        hops: list[Redirect] = []
        for _ in range(self._max_redirects + 1):
            answer = await self._send(call)
            location = answer.headers.get("Location") if answer.status in REDIRECTS else None
            following = call.follow_redirect(answer.status, location) if location else None
            if following is None:
                return replace(answer, hops=tuple(hops)) if hops else answer
            hops.append(Redirect(status=answer.status, url=str(call.url)))
            call = following
        raise PermanentError(f"{host_of(str(first.url))} redirects more than {self._max_redirects} times.")

    async def _send(self, call: Request) -> Response:
        if self._session is None:
            raise RuntimeError("the client is not open")
        try:
            async with self._session.request(
                call.method, call.url, headers=call.headers, data=call.body, allow_redirects=False
            ) as response:
                # Most answers are 304, and have none.
                body = b"" if response.content.at_eof() else await self._read(response)
                headers = _join_repeated(response.headers)
                if response.status == _NOT_MODIFIED and _announces_body(headers):
                    # RFC 9110, 15.4.5: there is none; where one comes after all, it would be the next answer's start.
                    response.close()
                answer = Response(status=response.status, url=str(call.url), headers=headers, body=body)
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            failure = network_error(error, host_of(str(call.url)))
            url = shown_url(str(call.url))
            _log.debug("%s", failure, extra={"action": "http_failed", "method": call.method, "url": url})
            raise failure from error
        if _log.isEnabledFor(logging.DEBUG):
            _log_answer(call.method, answer)
        return answer

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        host = host_of(str(response.url))
        too_large = PermanentError(f"{host} sent more than {self._max_body:,} bytes, which is too much.")
        body = bytearray()
        async for chunk in response.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > self._max_body:
                # Closing, not releasing: a released connection would read the rest.
                response.close()
                raise too_large
        try:
            plain = decode_body(bytes(body), response.headers.get("Content-Encoding", ""), limit=self._max_body)
        except UndecodableBody as error:
            raise TemporaryError(f"{host} sent a compressed response that cannot be decoded.") from error
        if plain is None:
            raise too_large
        return plain

    def _open_socket(self, info: _AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not may_connect(str(address[0]), self._allow):
            raise AddressRefused
        return socket.socket(family=family, type=kind, proto=protocol)


def _log_answer(method: str, answer: Response) -> None:
    content_type, location = answer.headers.get("Content-Type"), answer.headers.get("Location")
    _log.debug(
        "A server answered.",
        extra={
            "action": "http_answer",
            "method": method,
            "url": shown_url(answer.url),
            "status": answer.status,
            "bytes": len(answer.body),
            **({"content_type": content_type} if content_type else {}),
            **({"location": shown_url(location)} if location else {}),
        },
    )


def _announces_body(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Length", "0").strip() != "0" or "Transfer-Encoding" in headers


def _join_repeated(headers: Mapping[str, str]) -> Mapping[str, str]:
    if len(set(map(str.lower, headers))) == len(headers):
        return headers
    joined: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return CIMultiDictProxy(joined)


class UndecodableBody(Exception):
    """The bytes are in no coding we know, or are cut short."""


def decode_body(body: bytes, coding: str, *, limit: int) -> bytes | None:
    """Return the body without its content coding; None where it would be longer than ``limit``.

    A gzip body without a label is decoded, and a plain one labelled as gzip is kept: both occur.

    :param coding: the Content-Encoding header, or the empty string.
    :param limit: bytes; a bomb is unpacked no further.
    :raises Unreadable: another coding, damage, or a body that ends too early.
    """
    named = coding.strip().lower()
    if body.startswith(_GZIP):
        return _decompress(body, _ANY_HEADER, limit)
    if named == "deflate" and body:
        return _decompress_deflate(body, limit)
    if named not in _PLAIN | _COMPRESSED:
        raise UndecodableBody(named)
    return body if len(body) <= limit else None


def _decompress_deflate(body: bytes, limit: int) -> bytes | None:
    try:
        return _decompress(body, _ANY_HEADER, limit)
    except UndecodableBody:
        # Raw deflate without a zlib header is not what RFC 9110, 8.4.1.2 says, but is what some servers send.
        return _decompress(body, -zlib.MAX_WBITS, limit)


def _decompress(body: bytes, window: int, limit: int) -> bytes | None:
    unzip = zlib.decompressobj(window)
    try:
        plain = unzip.decompress(body, limit + 1)
    except zlib.error as error:
        raise UndecodableBody from error
    if len(plain) > limit:
        return None
    if not unzip.eof:
        raise UndecodableBody("it ends too early")
    return plain
