"""Read the list of comments that WordPress shows a connected account, without those that are not public.

An account may see held comments, private posts and posts with a password. Servers share a blog's items, so an item must
not depend on one server's account. So each new or changed comment is looked for on its post's page, which is requested
without the account, and only a comment that stands there with its words is returned.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.adapters.feeds.fetch_state import FetchState, KnownItem, dump_items, dump_state, load_items, load_state
from bot.adapters.feeds.http.validators import NO_VALIDATORS
from bot.adapters.feeds.parser_process.pool import Parser
from bot.adapters.feeds.parser_process.protocol import DocumentKind, ParseRequest
from bot.adapters.net.client import HttpClient
from bot.adapters.net.html import shorten_page
from bot.model.entry import ParsedComment, ParsedFeed
from bot.model.errors import BridgeError
from bot.model.feed import Feed, Fetched, FetchOutcome, NotModified
from bot.model.ids import Uid

_OK = 200
#: Pages that are asked for one reading of a list.
_MOST_PAGES = 10
#: A page out of a cache may show a comment late; so long it is looked for with each reading, then now and then.
_CACHED_FOR = timedelta(hours=1)
#: Where themes put comments, by their number.
_PLACES = ("comment-{}", "div-comment-{}", "li-comment-{}")
_ITEMS = frozenset({b"li"})
#: WordPress's form for the password of a post.
_PASSWORD_FORM = b"post-password-form"


async def read_account_list(
    client: HttpClient, parser: Parser, feed: Feed, body: bytes, *, conditional: bool, now: datetime
) -> FetchOutcome:
    """Read a list that was asked for with an account.

    The first reading of all hands nothing on: it only remembers what stands there.

    :param conditional: the same list as last time is not looked at again.
    :return: never complete: what is missing from it may only be out of strangers' sight.
    :raises PermanentError: it is no such list.
    """
    body_hash = hashlib.sha256(body).hexdigest()
    if conditional and body_hash == feed.body_hash:
        return NotModified(validators=NO_VALIDATORS)
    request = ParseRequest(kind=DocumentKind.REST_COMMENTS, content_type="application/json", url=feed.url)
    result = await parser.for_guilds(feed.guilds).parse(request, body)
    listed = [comment for comment in result.feed.comments if not comment.kind.is_mention]
    known = {uid: hash_ for hash_, uid in load_items(load_state(feed.fetch_state).items)}
    unconfirmed = [] if feed.fetch_state is None else _choose_unconfirmed(listed, known)
    public = await find_public(client, unconfirmed)
    hidden = {comment.uid for comment in unconfirmed} - {comment.uid for comment in public}
    items: list[KnownItem] = [
        # One that was not proven stays as it was: known as it stood before, or unknown.
        (known.get(comment.uid, "") if comment.uid in hidden else _hash(comment), comment.uid)
        for comment in listed
        if comment.uid not in hidden or comment.uid in known
    ]
    fresh = any(
        comment.published_at is not None and now - comment.published_at < _CACHED_FOR
        for comment in unconfirmed
        if comment.uid in hidden
    )
    return Fetched(
        feed=ParsedFeed(title="", comments=tuple(public), complete=False, before=tuple(known)),
        validators=NO_VALIDATORS,
        body_hash="" if fresh else body_hash,
        fetch_state=dump_state(FetchState(items=dump_items(items))),
    )


async def find_public(client: HttpClient, comments: Iterable[ParsedComment]) -> list[ParsedComment]:
    """Return the comments that are public on their posts' pages; requests few pages, in the given order."""
    pages: dict[str, LexborHTMLParser | None] = {}
    found = []
    for comment in comments:
        url = (comment.link or "").partition("#")[0]
        if url and url not in pages and len(pages) < _MOST_PAGES:
            pages[url] = await _read_page(client, url)
        page = pages.get(url)
        if page is not None and shows_comment(page, comment):
            found.append(comment)
    return found


def shows_comment(page: LexborHTMLParser, comment: ParsedComment) -> bool:
    """Tell whether a page shows a comment at its number, with all its words."""
    number, words = comment.native_id or "", _words(LexborHTMLParser(comment.html).root)
    if not (words and number.isascii() and number.isdecimal()):
        return False
    nodes = (page.css_first(f"#{place.format(number)}") for place in _PLACES)
    return any(words in _words(_place_of(node)) for node in nodes if node is not None)


def _place_of(node: LexborNode) -> LexborNode:
    """Return the element itself; where it only marks the place, the one around it."""
    return node if _words(node) or node.parent is None else node.parent


def _words(node: LexborNode | None) -> str:
    """Reduce an element to its letters and digits."""
    return "" if node is None else re.sub(r"[\W_]+", "", node.text()).casefold()


async def _read_page(client: HttpClient, url: str) -> LexborHTMLParser | None:
    if client.pauses.remaining(url) is not None:
        return None
    try:
        response = await client.request("GET", url)
    except BridgeError:
        return None
    if response.status != _OK or _PASSWORD_FORM in response.body:
        return None
    return LexborHTMLParser(shorten_page(response.body, keep=_ITEMS))


def _choose_unconfirmed(listed: Sequence[ParsedComment], known: Mapping[Uid, str]) -> list[ParsedComment]:
    """Choose what is new or changed; what came into view from below everything known is old."""
    oldest = min((number for uid in known if (number := _number(uid))), default=0)
    return [
        comment
        for comment in listed
        if known.get(comment.uid) != _hash(comment) and (comment.uid in known or _number(comment.uid) > oldest)
    ]


def _number(uid: Uid) -> int:
    digits = uid.rpartition("-")[2]
    return int(digits) if re.fullmatch(r"[0-9]{1,20}", digits) else 0


def _hash(comment: ParsedComment) -> str:
    return hashlib.sha256(f"{comment.author}\0{comment.html}".encode("utf-8", "replace")).hexdigest()
