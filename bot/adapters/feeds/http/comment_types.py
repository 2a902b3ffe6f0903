"""Find out the types of WordPress comments, which its comment feeds do not state.

The REST API gives the type by number. Where it is closed, the post's page shows the type in the comment's CSS classes.
Without either, an item counts as a comment, unless it is written as only WordPress writes pingbacks.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.adapters.feeds.items.mentions import types_on_page
from bot.adapters.feeds.parsing.wordpress_rest import PER_PAGE, comment_type_url, comment_types_url, read_comment_types
from bot.adapters.net.client import HttpClient, Response
from bot.model.entry import CommentKind, ParsedComment, ParsedFeed
from bot.model.errors import BridgeError
from bot.model.ids import NativeId

_OK = 200
#: Comments that are asked for one by one, of one reading: the list names comments only.
_MOST_ALONE = 10
#: Pages that are read for one reading; a feed shows ten items by default.
_MOST_PAGES = 10
#: Seconds that all of this may take.
_LONGEST = 30

_Types = dict[NativeId, str]


async def resolve_types(client: HttpClient, feed: ParsedFeed, api_root: str | None) -> ParsedFeed:
    """Return a feed with the kinds of its comments; reviews, notes and other types are left out.

    :param api_root: of the blog; None: it has no REST interface that is known.
    """
    asked = {each.native_id: each for each in feed.comments if each.native_id is not None}
    if not asked:
        return feed
    types: _Types = {}
    # What was answered until then counts.
    with suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST):
            if api_root is not None:
                with suppress(BridgeError):
                    await _ask_api(client, api_root, list(asked), types)
            with suppress(BridgeError):
                await _ask_pages(client, [each for number, each in asked.items() if number not in types], types)
    return replace(feed, comments=tuple(_with_kinds(feed.comments, types)))


def _with_kinds(comments: Sequence[ParsedComment], types: Mapping[NativeId, str]) -> list[ParsedComment]:
    found = []
    for comment in comments:
        name = types.get(comment.native_id) if comment.native_id is not None else None
        if name is None:
            found.append(comment)
        elif name in set(CommentKind):
            found.append(replace(comment, kind=CommentKind(name)))
    return found


async def _ask_api(client: HttpClient, api_root: str, numbers: Sequence[NativeId], types: _Types) -> None:
    """Add the types of comments by the list, which shows strangers comments only, then of others one by one."""
    for start in range(0, len(numbers), PER_PAGE):
        response = await _get(client, comment_types_url(api_root, numbers[start : start + PER_PAGE]))
        listed = read_comment_types(response)
        if listed is None:
            # Shut to strangers, or without these routes.
            return
        types.update({number: name for number, name in listed.items() if number in numbers})
    for number in [each for each in numbers if each not in types][:_MOST_ALONE]:
        told = read_comment_types(await _get(client, comment_type_url(api_root, number)))
        if told and number in told:
            types[number] = told[number]


async def _ask_pages(client: HttpClient, comments: Sequence[ParsedComment], types: _Types) -> None:
    wanted: dict[str, list[NativeId]] = {}
    for comment in comments:
        page = (comment.link or "").partition("#")[0]
        if page and comment.native_id is not None:
            wanted.setdefault(page, []).append(comment.native_id)
    for page, numbers in list(wanted.items())[:_MOST_PAGES]:
        response = await _get(client, page)
        if response is not None:
            types.update(types_on_page(response.body, numbers))


async def _get(client: HttpClient, url: str) -> Response | None:
    """Request a page; None: the server refuses, or asked for a pause.

    :raises BridgeError: it does not respond, so that other requests would fail too.
    """
    if client.pauses.remaining(url) is not None:
        return None
    response = await client.request("GET", url)
    return response if response.status == _OK else None
