"""``/push/{token}``: where hubs ask whether we mean it, and where they send content (W3C WebSub, 5.2, 5.3 and 7).

Reads bodies within bounds of size and time, and answers before anything is done with them. Checks nothing itself: what
is signed and what is wanted the bridge says. Clouds (rssCloud) ask and tell in their own words at the same address.
"""

import asyncio
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web

from bot.bridge.websub.receiver import PUSH_PATH, WebSubReceiver
from bot.web.pages import RANDOM_SEGMENT

#: As much as a poll reads.
_MAX_BODY: Final = 5_000_000
#: Shorter than a request may take in all, so that there is time to answer.
_SECONDS: Final = 25.0
_MODES: Final = ("subscribe", "unsubscribe")
_FORM: Final = "application/x-www-form-urlencoded"
_MAX_FORM: Final = 10_000


class WebSubPages:
    """The callbacks that hubs were told.

    :param max_body: bytes of a body.
    :param seconds: how long one may take to arrive.
    """

    def __init__(
        self, websub_receiver: WebSubReceiver, *, max_body: int = _MAX_BODY, seconds: float = _SECONDS
    ) -> None:
        self._websub_receiver = websub_receiver
        self._max_body = max_body
        self._seconds = seconds

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        path = f"{PUSH_PATH}{RANDOM_SEGMENT}"
        # A GET here acts, so it must not be doubled by a HEAD.
        return [web.get(path, self._asked, allow_head=False), web.post(path, self._sent)]

    async def _asked(self, request: web.Request) -> web.Response:
        token, query = request.match_info["token"], request.query
        mode, topic_url = query.get("hub.mode", ""), query.get("hub.topic", "")
        challenge = query.get("hub.challenge", "")
        if mode == "denied":
            known = await self._websub_receiver.deny(token, topic_url=topic_url, reason=query.get("hub.reason", ""))
            return web.Response(text="noted") if known else _not_found()
        if not mode and "challenge" in query:
            mode, topic_url, challenge = _MODES[0], query.get("url", ""), query["challenge"]
        if mode not in _MODES or not challenge:
            return _not_found()
        lease = query.get("hub.lease_seconds", "")
        meant = await self._websub_receiver.verify_intent(token, mode=mode, topic_url=topic_url, lease=lease)
        # As plain text, which no browser takes for anything else: whoever asks chooses these words (5.3.1).
        return web.Response(text=challenge) if meant else _not_found()

    async def _sent(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        if not await self._websub_receiver.accepts(token):
            return web.Response(status=410, text="nobody wants this")
        if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            return web.Response(status=415, text="send it without a coding", headers={"Accept-Encoding": "identity"})
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(request)
        except TimeoutError:
            return _hang_up(408, "that takes too long")
        except (web.RequestPayloadError, ConnectionError):
            return _hang_up(400, "that broke off")
        if body is None:
            return _hang_up(413, "that is too much")
        return web.Response(status=202) if await self._take(request, token, body) else web.Response(status=410)

    async def _take(self, request: web.Request, token: str, body: bytes) -> bool:
        if request.content_type == _FORM and len(body) <= _MAX_FORM:
            urls = parse_qs(body.decode("utf-8", "replace")).get("url", [""])
            if await self._websub_receiver.ping(token, urls[0]):
                return True
        return await self._websub_receiver.receive(
            token,
            body,
            content_type=request.headers.get("Content-Type", ""),
            signature=request.headers.get("X-Hub-Signature", ""),
        )

    async def _read(self, request: web.Request) -> bytes | None:
        """Return the body; None where it is too long."""
        if (request.content_length or 0) > self._max_body:
            return None
        body = bytearray()
        async for chunk in request.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > self._max_body:
                return None
        return bytes(body)


def _not_found() -> web.Response:
    return web.Response(status=404, text="nobody asked for this")


def _hang_up(status: int, text: str) -> web.Response:
    """Answer, and let the rest of a body not be waited for."""
    response = web.Response(status=status, text=text)
    response.force_close()
    return response
