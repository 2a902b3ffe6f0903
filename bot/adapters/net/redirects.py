"""Build an HTTP request, and the next one when the server redirects it."""

import base64
import json as jsonlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from yarl import URL

from bot.adapters.net.ssrf_guard import check_url
from bot.model.connection import Secret
from bot.model.errors import Refused

Auth = tuple[str, Secret]
"""A user name and a password, for Basic authentication (RFC 7617)."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: The method survives; after the others everybody turns a POST into a GET (RFC 9110, 15.4).
_KEEPING_METHOD = frozenset({307, 308})
_SAFE = frozenset({"GET", "HEAD"})
_CREDENTIAL_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, checked by the guard."""

    method: str
    url: URL
    #: may hold a password
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)

    def follow_redirect(self, status: int, location: str) -> "Request | None":
        """Return the call to make next; None where that would carry a body to another host.

        :raises Refused: the server points to something that the guard does not let pass.
        """
        target = self.url.join(parse_url(location)).with_fragment(None)
        check_url(str(target))
        headers, method, body = self.headers, self.method, self.body
        if method not in _SAFE and status not in _KEEPING_METHOD:
            method, body = "GET", None
            headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        if not _may_share_credentials(self.url, target):
            if body is not None:
                return None
            headers = {name: value for name, value in headers.items() if name.lower() not in _CREDENTIAL_HEADERS}
        return replace(self, method=method, url=target, headers=headers, body=body)


def build_request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    auth: Auth | None,
    json: object,
    form: Mapping[str, str] | None,
    xml: bytes | None = None,
) -> Request:
    """Build a call from what a caller of the client gives.

    :raises Refused: the guard does not let the URL pass.
    """
    check_url(url)
    ready = dict(headers)
    body: bytes | None = None
    if json is not None:
        body = jsonlib.dumps(json).encode()
        ready["Content-Type"] = "application/json"
    elif form is not None:
        body = urlencode(form).encode()
        ready["Content-Type"] = "application/x-www-form-urlencoded"
    elif xml is not None:
        body = xml
        ready["Content-Type"] = "text/xml"
    if auth is not None:
        user, password = auth
        ready["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    target = parse_url(url)
    return Request(
        method=method.upper(),
        url=target.with_fragment(None) if target.raw_fragment else target,
        headers=ready,
        body=body,
    )


def parse_url(text: str) -> URL:
    """Parse an address so that it goes out byte for byte where it can.

    :raises Refused: it is none.
    """
    try:
        # yarl would turn %2F, %41 and %7E into what it likes better, and signed addresses would break.
        return URL(text, encoded=text.isascii() and text.split() == [text])
    except (ValueError, TypeError):
        raise Refused("That is not a web address.") from None


def _may_share_credentials(one: URL, other: URL) -> bool:
    """Tell whether credentials for one address may be sent to the other."""
    if one.origin() == other.origin():
        return True
    upgrade = (one.scheme, one.port, other.scheme, other.port) == ("http", 80, "https", 443)
    return upgrade and one.host == other.host
