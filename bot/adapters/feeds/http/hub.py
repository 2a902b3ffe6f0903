"""Subscribe to a feed's changes at a hub, and unsubscribe (W3C WebSub, 5.1; rssCloud by HTTP POST).

The hub verifies the request later, at our own web server.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from bot.adapters.feeds.addresses import resolve_address
from bot.adapters.feeds.text import one_line
from bot.adapters.net.client import HttpClient, Response
from bot.adapters.net.retry_after import read_retry_after
from bot.adapters.net.ssrf_guard import host_of
from bot.model.connection import Secret
from bot.model.errors import PermanentError, TemporaryError
from bot.model.feed import Push, PushProtocol

#: 5.1.2: it may name another hub, which is to be asked the same. Others would turn the POST into a GET.
_REDIRECTS = frozenset({307, 308})
_MOST_REDIRECTS = 3
_TRANSIENT = frozenset({408, 425, 429})
_SERVER_ERRORS = 500
#: Of what a hub says is wrong.
_WORDS = 200
_CLOUD_RESULT = re.compile(r"<notifyResult\b[^>]*?\bsuccess\s*=\s*[\"'](\w+)[\"']", re.I)
_CLOUD_WORDS = re.compile(r"<notifyResult\b[^>]*?\bmsg\s*=\s*[\"']([^\"']*)[\"']", re.I)
_HTTPS_PORT, _HTTP_PORT = 443, 80


class HttpHubs:
    """A Hubs over HTTP."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    async def subscribe(self, push: Push, *, callback: str, secret: Secret, lease: timedelta) -> None:
        """Ask a hub to send a feed's changes; that it agrees means only that it will ask back.

        :param callback: our address that it is to ask and to send to.
        :param secret: what it is to sign with; a cloud signs nothing.
        :raises TemporaryError: no answer for now.
        :raises PermanentError: it says no, or the guard does; the text says which.
        """
        if push.protocol is PushProtocol.RSSCLOUD:
            _check_cloud(await self._post(push.hub_url, _cloud_form(push, callback)))
            return
        form = {
            **_form(push, "subscribe", callback),
            "hub.lease_seconds": str(int(lease.total_seconds())),
            # Also where the hub is not asked over TLS, against the advice of 5.1: without a secret anybody who saw
            # the request could send us content just the same.
            "hub.secret": str(secret),
        }
        await self._post(push.hub_url, form)

    async def unsubscribe(self, push: Push, *, callback: str) -> None:
        """Ask a hub to send nothing any more; of a cloud it lapses by itself within a day.

        :raises TemporaryError: no answer for now.
        :raises PermanentError: it says no, or the guard does.
        """
        if push.protocol is PushProtocol.WEBSUB:
            await self._post(push.hub_url, _form(push, "unsubscribe", callback))

    async def _post(self, url: str, form: Mapping[str, str]) -> Response:
        for _ in range(_MOST_REDIRECTS + 1):
            response = await self._client.request("POST", url, form=form, follow=False)
            location = response.headers.get("Location", "")
            target = resolve_address(response.url, location) if response.status in _REDIRECTS and location else None
            if target is None:
                _check(response)
                return response
            url = target
        raise PermanentError(f"The hub {host_of(url)} redirects more than {_MOST_REDIRECTS} times.")


def _form(push: Push, mode: str, callback: str) -> dict[str, str]:
    return {"hub.callback": callback, "hub.mode": mode, "hub.topic": push.topic_url}


def _cloud_form(push: Push, callback: str) -> dict[str, str]:
    parts = urlsplit(callback)
    secure = parts.scheme == "https"
    return {
        "notifyProcedure": "",
        "protocol": "https-post" if secure else "http-post",
        "domain": parts.hostname or "",
        "port": str(parts.port or (_HTTPS_PORT if secure else _HTTP_PORT)),
        "path": parts.path,
        "url1": push.topic_url,
    }


def _check(response: Response) -> None:
    status, host = response.status, host_of(response.url)
    if 200 <= status < 300:
        return
    text = f"The hub {host} answered with status {status}."
    if status in _TRANSIENT or status >= _SERVER_ERRORS:
        raise TemporaryError(text, retry_after=read_retry_after(response.headers))
    raise PermanentError(_with_reason(f"The hub {host} refused ({status})", _plain(response)))


def _check_cloud(response: Response) -> None:
    said = response.text()
    result = _CLOUD_RESULT.search(said)
    if result is not None and result[1].lower() != "true":
        words = _CLOUD_WORDS.search(said)
        raise PermanentError(_with_reason(f"The cloud {host_of(response.url)} refused", words[1] if words else ""))


def _plain(response: Response) -> str:
    """Return what the hub says is wrong, which it should do as plain text."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return response.text() if kind in ("", "text/plain") else ""


def _with_reason(text: str, words: str) -> str:
    said = one_line(words[: 4 * _WORDS])[:_WORDS]
    return f"{text}: {said}" if said else f"{text}."
