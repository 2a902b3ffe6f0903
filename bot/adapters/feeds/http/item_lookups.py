"""Look single things up on a blog: entries and comments by number, a page's title, whether an item is still there."""

from collections.abc import Sequence

from bot.adapters.feeds.documents.charset import page_to_utf8
from bot.adapters.feeds.http.statuses import check_status
from bot.adapters.feeds.items.removal import availability_of, has_element, shows_comments
from bot.adapters.feeds.pages.page import read_title
from bot.adapters.feeds.parser_process.pool import Parser
from bot.adapters.feeds.parser_process.protocol import DocumentKind, ParseRequest
from bot.adapters.feeds.parsing.wordpress_rest import (
    PER_PAGE,
    entries_url,
    named_comments_url,
    rest_url,
)
from bot.adapters.net.client import HttpClient
from bot.adapters.net.numbers import MAX_ID, read_number
from bot.adapters.wordpress_routes import POSTS, read_routes
from bot.model.address import same_address
from bot.model.entry import ParsedComment, ParsedEntry
from bot.model.errors import BridgeError
from bot.model.feed import (
    Availability,
)
from bot.model.ids import NativeId

_OK = 200
#: An interface that is shut, or without this route: its blog's pages may tell all the same.
_REFUSED = frozenset({401, 403, 404})


class BlogLookups:
    """Look-ups beside the polling of feeds.

    :param parser: reads WordPress's lists, which may be large.
    """

    def __init__(self, client: HttpClient, parser: Parser) -> None:
        self._client = client
        self._parser = parser

    async def look_up(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedEntry]:
        """Fetch entries by number from a WordPress, of any post type; those not public are left out.

        :raises TemporaryError: no answer for now.
        :raises PermanentError: the API is closed or is none.
        """
        numbers = list(dict.fromkeys(number for number in native_ids if read_number(number, most=MAX_ID)))
        found = await self._look_up(api_root, POSTS, numbers)
        missing = [number for number in numbers if all(entry.native_id != number for entry in found)]
        for route in await self._routes(api_root) if missing else ():
            try:
                found += await self._look_up(api_root, route, missing)
            except BridgeError:
                # A kind may be for its editors only.
                continue
            missing = [number for number in missing if all(entry.native_id != number for entry in found)]
            if not missing:
                break
        return found

    async def _look_up(self, api_root: str, route: str, numbers: Sequence[NativeId]) -> list[ParsedEntry]:
        found: list[ParsedEntry] = []
        for start in range(0, len(numbers), PER_PAGE):
            url = entries_url(api_root, numbers[start : start + PER_PAGE], route=route)
            response = await self._client.request("GET", url, headers={"Accept": "application/json"})
            check_status(response)
            result = await self._parser.parse(ParseRequest(kind=DocumentKind.REST_ENTRIES, url=url), response.body)
            found += result.feed.entries
        return found

    async def _routes(self, api_root: str) -> tuple[str, ...]:
        """Ask for the kinds of content that a blog has beside posts; without an answer, pages."""
        try:
            response = await self._client.request("GET", rest_url(api_root, "wp/v2/types", {}))
            return read_routes(response.json() if response.status == _OK else None)
        except BridgeError:
            return read_routes(None)

    async def look_up_comments(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedComment]:
        """Fetch comments by number from a WordPress; those not public are left out.

        :raises TemporaryError: no answer for now.
        :raises PermanentError: the API is closed or is none.
        """
        numbers = list(dict.fromkeys(number for number in native_ids if number.isdecimal()))
        found: list[ParsedComment] = []
        for start in range(0, len(numbers), PER_PAGE):
            url = named_comments_url(api_root, numbers[start : start + PER_PAGE])
            response = await self._client.request("GET", url, headers={"Accept": "application/json"})
            check_status(response)
            result = await self._parser.parse(ParseRequest(kind=DocumentKind.REST_COMMENTS, url=url), response.body)
            found += result.feed.comments
        return found

    async def page_title(self, link: str, *, site: str) -> str | None:
        """Return a page's title without the site's name; None for a redirect, which may be a guess."""
        if self._client.pauses.remaining(link) is not None:
            return None
        try:
            response = await self._client.request("GET", link)
        except BridgeError:
            return None
        if response.status != _OK or not same_address(response.url, link):
            return None
        body = page_to_utf8(response.body, content_type=response.headers.get("Content-Type", ""))
        return read_title(body, site=site)

    async def check_availability(self, link: str, *, comment: NativeId | None, api_root: str | None) -> Availability:
        """Look whether an entry, or the comment of this number, is still on its blog.

        :param link: the item's permalink; where no API tells of a comment, its page must hold the link's fragment.
        """
        if comment and api_root:
            url = rest_url(api_root, f"wp/v2/comments/{comment}", {"_fields": "id"})
            found, refused = await self._check_availability(url, of_api=True)
            if not refused:
                return found
            return (await self._check_availability(link, of_api=False, strict=True))[0]
        return (await self._check_availability(link, of_api=False))[0]

    async def _check_availability(self, url: str, *, of_api: bool, strict: bool = False) -> tuple[Availability, bool]:
        """Ask one address; returns whether it refused to tell, too.

        :param strict: a page that shows no comments at all tells nothing of one.
        """
        page, _, fragment = url.partition("#")
        if self._client.pauses.remaining(page) is not None:
            return Availability.UNKNOWN, False
        try:
            response = await self._client.request("GET", page, headers={"Accept": "*/*"})
        except BridgeError:
            return Availability.UNKNOWN, False
        found = availability_of(response, of_api=of_api)
        if found is Availability.THERE and fragment and not has_element(response.body, fragment):
            blind = strict and not shows_comments(response.body)
            return Availability.UNKNOWN if blind else Availability.GONE, False
        return found, found is Availability.UNKNOWN and response.status in _REFUSED
