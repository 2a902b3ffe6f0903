"""Requests to a WordPress REST API, whose root is ``…/wp-json/`` or ``…/index.php?rest_route=/``.

``answers.py`` reads what comes back about comments.
"""

import re
import xmlrpc.client
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.adapters.net.client import Response
from bot.adapters.net.redirects import Auth
from bot.model.connection import Secret
from bot.model.errors import BridgeError, PermanentError

JsonObject = Mapping[str, object]

_OK: Final = 200
#: A fault of WordPress's.
_WRONG_LOGIN: Final = re.compile(rb"<name>faultCode</name>\s*<value>\s*<(?:int|i4)>403<")


class Http(Protocol):
    """The part of ``adapters/net/client.HttpClient`` that is used here."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        auth: Auth | None = None,
        json: object = None,
        xml: bytes | None = None,
        follow: bool = True,
    ) -> Response:
        """Ask once."""


class WordPressSite:
    """One blog's REST API, used with one credential or none.

    :param api_root: as the blog's ``Link: rel="https://api.w.org/"`` gives it.
    """

    def __init__(self, http: Http, api_root: str, auth: tuple[str, Secret] | None = None) -> None:
        self._http = http
        self._api_root = api_root
        self._auth = auth

    @property
    def is_encrypted(self) -> bool:
        """Whether the root is reached over https."""
        return urlsplit(self._api_root).scheme == "https"

    async def knows_credential(self) -> bool | None:
        """Check the credential over XML-RPC, which sends it in the body, where no web server removes it.

        :return: None if XML-RPC gives no clear answer; it is often switched off.
        """
        if self._auth is None:
            return None
        username, password = self._auth
        call = xmlrpc.client.dumps((username, str(password)), "wp.getUsersBlogs").encode()
        try:
            answer = await self._http.request("POST", xmlrpc_url(self._api_root), xml=call, follow=False)
        except BridgeError:
            return None
        # Searched, not parsed, because the XML is not trusted.
        if answer.status != _OK or b"<methodResponse>" not in answer.body:
            return None
        if b"<fault>" in answer.body:
            return False if _WRONG_LOGIN.search(answer.body) else None
        return b"<name>blogid</name>" in answer.body or None

    async def ask(self, method: str, path: str = "", *, json: object = None, **query: str | int) -> Response:
        """Send a request to a route such as ``wp/v2/comments``; an empty path is the index.

        Redirects are not followed: a POST would become a GET, and the password would be sent to another address.

        :raises TemporaryError: no clear answer came; what was sent may have taken effect.
        """
        return await self._http.request(
            method, route(self._api_root, path, **query), auth=self._auth, json=json, follow=False
        )


def xmlrpc_url(api_root: str) -> str:
    """Return where the WordPress of a root takes XML-RPC, if it is installed in the same folder."""
    parts = urlsplit(api_root)
    path = parts.path
    if "rest_route" not in dict(parse_qsl(parts.query, keep_blank_values=True)):
        path = path.rstrip("/").rpartition("/")[0] + "/"
    folder = path.removesuffix("/").removesuffix("index.php").rstrip("/")
    return urlunsplit(parts._replace(path=f"{folder}/xmlrpc.php", query="", fragment=""))


def route(api_root: str, path: str, **query: str | int) -> str:
    """Join a root, a route and its parameters, whether the root ends in a path or in ``rest_route``."""
    parts = urlsplit(api_root)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    joined = [(name, _join(value, path) if name == "rest_route" else value) for name, value in pairs]
    in_query = any(name == "rest_route" for name, _ in pairs)
    pairs_sent = joined + [(name, str(value)) for name, value in query.items()]
    return urlunsplit(
        parts._replace(
            path=parts.path if in_query else _join(parts.path, path), query=urlencode(pairs_sent, safe="/"), fragment=""
        )
    )


def _join(root: str, path: str) -> str:
    return f"{root.rstrip('/')}/{path}"


def read_object(answer: Response) -> JsonObject | None:
    """Return the JSON object of an answer, or None when it is something else."""
    value = _read(answer)
    return value if isinstance(value, dict) else None


def read_list(answer: Response) -> list[object] | None:
    """Return the JSON list of an answer, or None when it is something else."""
    value = _read(answer)
    return value if isinstance(value, list) else None


def as_object(value: object) -> JsonObject:
    """Return a JSON object inside another; PHP writes an empty one as a list, which reads as empty too."""
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str:
    """Return a JSON string; anything else is no text."""
    return value if isinstance(value, str) else ""


def _read(answer: Response) -> object:
    try:
        return answer.json()
    except PermanentError:
        return None
