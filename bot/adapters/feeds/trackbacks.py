"""Asks posts' pages whether what looks like a trackback is one; without a clear word it counts as a comment."""

from dataclasses import replace

from bot.adapters.feeds.mentions import is_other_type, may_be_trackback
from bot.adapters.net.client import HttpClient
from bot.model.entry import CommentKind, ParsedComment, ParsedFeed
from bot.model.errors import BridgeError
from bot.model.ids import Uid

_OK = 200
#: Pages that are asked for one reading of a feed.
_MOST = 5


async def mark_trackbacks(client: HttpClient, feed: ParsedFeed) -> ParsedFeed:
    """Return a feed of comments in which those are trackbacks that their posts' pages show as such."""
    pages: dict[str, bytes | None] = {}
    found: set[Uid] = set()
    for comment in feed.comments:
        page = (comment.link or "").partition("#")[0]
        if not page or comment.native_id is None or comment.kind.is_mention or not may_be_trackback(comment):
            continue
        if page not in pages and len(pages) < _MOST:
            pages[page] = await _fetch(client, page)
        body = pages.get(page)
        if body is not None and is_other_type(body, comment.native_id):
            found.add(comment.uid)
    return replace(feed, comments=tuple(_marked(each, found) for each in feed.comments)) if found else feed


def _marked(comment: ParsedComment, trackbacks: set[Uid]) -> ParsedComment:
    return replace(comment, kind=CommentKind.TRACKBACK) if comment.uid in trackbacks else comment


async def _fetch(client: HttpClient, url: str) -> bytes | None:
    if client.pauses.remaining(url) is not None:
        return None
    try:
        answer = await client.request("GET", url)
    except BridgeError:
        return None
    return answer.body if answer.status == _OK else None
