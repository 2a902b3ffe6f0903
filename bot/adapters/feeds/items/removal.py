"""Find removed items (RFC 6721 tombstones, responses to permalinks), and the pages with older ones (RFC 5005)."""

import html
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.adapters.feeds.items.identity import comment_number, comment_uid
from bot.adapters.net.client import Response
from bot.model.address import canonical_link
from bot.model.entry import ParsedFeed
from bot.model.feed import Availability, Feed, FeedFormat
from bot.model.ids import Uid

_TOMBSTONE = re.compile(rb"<(?:[\w.-]{1,40}:)?deleted-entry\s[^<>]{0,2000}?\bref\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_MOST = 200
_GONE = frozenset({404, 410})
#: WordPress says of a comment that is held, spam or in the trash that one may not read it; what shuts the whole
#: interface says something else with the same status.
_HIDDEN = frozenset({401, 403})
_UNREADABLE = b"rest_cannot_read"
#: It says this of a comment that was deleted.
_UNKNOWN = b"rest_comment_invalid_id"
_OK = 200
#: ``/feed/``, ``?feed=rss2``: others would answer ``?paged=2`` with the same page again.
_WORDPRESS = re.compile(r"/feed(?:/(?:rss2?|atom|rdf))?/?$|[?&]feed=")


def read_tombstones(body: bytes) -> tuple[Uid, ...]:
    """Return the uids of what a document says is deleted, entries or comments.

    :param body: UTF-8.
    """
    if b"deleted-entry" not in body:
        return ()
    refs = []
    for found in _TOMBSTONE.finditer(body):
        ref = html.unescape((found[1] or found[2] or b"").decode("utf-8", "replace")).strip()
        number = comment_number(ref)
        refs.append(comment_uid(number) if number else Uid(canonical_link(ref)))
        if len(refs) == _MOST:
            break
    return tuple(dict.fromkeys(ref for ref in refs if ref))


def older_page_url(feed: Feed, parsed: ParsedFeed, page: int) -> str | None:
    """Return the address of a feed's page; None: it has none that is known.

    :param page: from 2.
    """
    if feed.format is FeedFormat.WORDPRESS_REST:
        return _with(feed.url, page=str(page))
    # A paged feed's "next" and an archived feed's "prev-archive" both lead to what is older.
    stated = {link.rel: link.href for link in parsed.links}
    if "next" in stated or "prev-archive" in stated:
        return stated.get("next") or stated["prev-archive"]
    return _with(feed.url, paged=str(page)) if _WORDPRESS.search(feed.url) else None


def availability_of(response: Response, *, of_api: bool) -> Availability:
    """Tell from the answer to a permalink whether what stood there does.

    :param of_api: the answer is WordPress's REST interface's.
    """
    if of_api:
        # An interface without routes for comments says 404 of each of them, too.
        gone = response.status in _GONE and _UNKNOWN in response.body
        gone = gone or (response.status in _HIDDEN and _UNREADABLE in response.body)
    else:
        gone = response.status in _GONE
    if gone:
        return Availability.GONE
    return Availability.THERE if response.status == _OK else Availability.UNKNOWN


def has_element(page: bytes, fragment: str) -> bool:
    """Tell whether a page has an element with this id or name, as each comment has."""
    name = re.escape(fragment.encode())
    return re.search(rb"\b(?:id|name)\s*=\s*[\"']?" + name + rb"[\"'\s>]", page) is not None


def shows_comments(page: bytes) -> bool:
    """Tell whether a page shows comments as WordPress's themes do."""
    return re.search(rb"\bid\s*=\s*[\"']?(?:div-|li-)?comment-\d", page) is not None


def _with(url: str, **query: str) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in query]
    return urlunsplit(parts._replace(query=urlencode([*kept, *query.items()], safe=",:/")))
