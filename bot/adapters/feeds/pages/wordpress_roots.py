"""Guess the addresses of a WordPress REST API, and check a response from there.

Some plugins remove the links to the API, which still works. So its two usual addresses are tried on sites that look
like WordPress, below the blog's own home, so that it cannot be another blog's.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from bot.adapters.feeds.pages.home_page import is_own_api
from bot.adapters.net.client import Response
from bot.model.entry import ParsedFeed
from bot.model.errors import PermanentError
from bot.model.feed import CommentSystem, SeenSystem

_OK = 200
_CLOSED = frozenset({401, 403})
#: ``/feed/``, ``/feed/atom/``, ``?feed=rss2``: where WordPress keeps feeds, and few others do.
_FEED = re.compile(r"/feed(?:/(?:atom|rss2?|rdf))?/?$|[?&]feed=(?:rss2?|atom|rdf)\b")
#: WordPress's own codes of errors, and those of its plugins.
_CODE = re.compile(r"(?:rest|jwt_auth|disabled|restx|itsec|wpcerber)_[a-z0-9_]{1,80}")


class RootStatus(StrEnum):
    """The state of a REST API's address."""

    #: WordPress's REST interface
    OPEN = "open"
    #: the same, which refuses strangers
    CLOSED = "closed"
    #: something else, or nothing
    NONE = "none"


def looks_like_wordpress(feed_url: str, feed: ParsedFeed, systems: Iterable[SeenSystem]) -> bool:
    """Tell whether it is worth asking for an interface that nothing names."""
    if any(seen.system is CommentSystem.WORDPRESS for seen in systems) or _FEED.search(feed_url):
        return True
    return any(entry.native_id or _FEED.search(entry.comments_feed_url or "") for entry in feed.entries)


def guess_roots(near: Iterable[str]) -> tuple[str, ...]:
    """Return the usual addresses of an interface.

    :param near: addresses of the blog; its home page is in the folder where WordPress is installed.
    """
    guesses = []
    for address in near:
        parts = urlsplit(address)
        folder = parts.path.rpartition("/")[0] + "/"
        guesses += [
            urlunsplit(parts._replace(path=f"{folder}wp-json/", query="", fragment="")),
            urlunsplit(parts._replace(path=folder, query="rest_route=/", fragment="")),
        ]
    return tuple(dict.fromkeys(guesses))


def check_root(response: Response, *, near: str) -> RootStatus:
    """Tell what stands at the address of an interface, if it is the blog's own.

    :param near: the blog's home page, else its feed.
    """
    if not is_own_api(response.url, near):
        return RootStatus.NONE
    match response.status, _json(response):
        case 200, {"namespaces": [*namespaces]} if "wp/v2" in namespaces:
            return RootStatus.OPEN
        case status, {"code": str(code), "data": {"status": int(said)}} if (
            status in _CLOSED and said == status and _CODE.fullmatch(code)
        ):
            return RootStatus.CLOSED
    return RootStatus.NONE


def is_list(response: Response) -> bool:
    """Tell whether a response is one of WordPress's lists."""
    return response.status == _OK and isinstance(_json(response), list)


def _json(response: Response) -> object:
    try:
        return response.json()
    except PermanentError:
        return None
