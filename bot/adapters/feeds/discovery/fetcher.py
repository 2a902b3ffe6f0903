"""Request pages and feeds during discovery, and parse the responses; hosts that asked for a pause are left alone."""

import asyncio

from bot.adapters.feeds.discovery.findings import read_answer
from bot.adapters.feeds.documents.body import is_web_page
from bot.adapters.feeds.documents.charset import page_to_utf8
from bot.adapters.feeds.fetch_state import ParseResult
from bot.adapters.feeds.http.fetch import ACCEPT_FEEDS
from bot.adapters.feeds.http.statuses import check_status, host_pause
from bot.adapters.feeds.pages.page import Page
from bot.adapters.feeds.parser_process.pool import Parser
from bot.adapters.feeds.parser_process.protocol import DocumentKind, ParseRequest
from bot.adapters.net.client import HttpClient, Response
from bot.adapters.net.retry_after import read_retry_after
from bot.adapters.net.ssrf_guard import host_of
from bot.model.errors import BridgeError, PermanentError, TemporaryError

_OK = 200
#: A page that sends browsers on leads to another as often as this.
_MOST_REFRESHES = 5
#: So much of an answer tells whether it is a page.
_HEAD = 64 * 1024


class Fetcher:
    """Requests one address and parses the response.

    :param parser: for the server that adds the blog.
    """

    def __init__(self, client: HttpClient, parser: Parser) -> None:
        self._client = client
        self._parser = parser

    async def get(self, url: str) -> Response:
        """Ask once.

        :raises BridgeError: no answer, or the host is to be left alone.
        """
        pauses = self._client.pauses
        busy = pauses.remaining(url)
        if busy is not None:
            raise TemporaryError(f"{host_of(url)} asked for a pause.", retry_after=busy)
        response = await self._client.request("GET", url, headers={"Accept": f"text/html, {ACCEPT_FEEDS}"})
        pause = host_pause(response, read_retry_after(response.headers))
        if pause is not None:
            pauses.pause(response.url, pause)
        return response

    async def get_optional(self, url: str) -> Response | None:
        """Request something optional; None on any error."""
        try:
            response = await self.get(url)
        except BridgeError:
            return None
        return response if response.status == _OK else None

    async def follow_refreshes(self, response: Response) -> tuple[Response, ParseResult | Page]:
        """Follow ``<meta>`` refreshes to a feed or the last page.

        A page that links feeds is the last one, and so is one that leads back.

        :raises BridgeError: what a page leads to cannot be had, or is neither a page nor a feed.
        """
        found = await self._read(response)
        seen = {response.url}
        for _ in range(_MOST_REFRESHES):
            following = found.refresh if isinstance(found, Page) else None
            if following is None or following in seen:
                break
            response = await self.get(following)
            check_status(response)
            found = await self._read(response)
            seen |= {following, response.url}
        return response, found

    async def fetch_page(self, url: str) -> Page | None:
        """Fetch a page of the blog, following refreshes; None on any error."""
        seen: set[str] = set()
        page = None
        for _ in range(_MOST_REFRESHES + 1):
            response = await self.get_optional(url)
            if response is None:
                break
            page = await read_page(response)
            seen |= {url, response.url}
            if page.refresh is None or page.refresh in seen:
                break
            url = page.refresh
        return page

    async def _read(self, response: Response) -> ParseResult | Page:
        result = await self.parse_if_feed(response)
        return await read_page(response) if result is None else result

    async def parse_if_feed(self, response: Response) -> ParseResult | None:
        """Parse a feed; None for a web page.

        :raises PermanentError: it is neither.
        """
        content_type = response.headers.get("Content-Type", "")
        if is_web_page(page_to_utf8(response.body[:_HEAD], content_type=content_type).lstrip()):
            return None
        request = ParseRequest(kind=DocumentKind.ENTRIES, content_type=content_type, url=response.url)
        try:
            return await self._parser.parse(request, response.body)
        except PermanentError:
            if "html" in content_type.lower() and response.body.strip():
                return None
            raise

    async def parse_comments(self, response: Response) -> ParseResult | None:
        """Parse a feed of comments; None for anything else."""
        content_type = response.headers.get("Content-Type", "")
        try:
            return await self._parser.parse(
                ParseRequest(kind=DocumentKind.COMMENTS, content_type=content_type, url=response.url), response.body
            )
        except PermanentError:
            return None


async def read_page(response: Response) -> Page:
    """Read a page in a thread, because a large one would block the event loop."""
    return await asyncio.to_thread(read_answer, response)
