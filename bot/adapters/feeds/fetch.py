"""Feeds as the network has them: conditional requests, and what came of each as a value.

It decides neither when to ask nor what is new.
"""

import hashlib
from collections.abc import Sequence

from bot.adapters.feeds.pool import FeedParser
from bot.adapters.feeds.statuses import check_status, fault_of
from bot.adapters.feeds.wordpress_rest import PER_PAGE, entries_url, parse_comment_list, parse_entry_list
from bot.adapters.net.client import Answer, HttpClient
from bot.adapters.net.guard import host_of
from bot.model.entry import ParsedEntry, ParsedFeed
from bot.model.errors import BridgeError, TemporaryError
from bot.model.feed import Failed, Feed, FeedFormat, FeedKind, Fetched, FetchOutcome, NotModified, Validators
from bot.model.ids import NativeId

_OK, _NOT_MODIFIED = 200, 304
ACCEPT_FEEDS = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"


class HttpFeeds:
    """A FeedSource over HTTP."""

    def __init__(self, client: HttpClient, parser: FeedParser) -> None:
        self._client = client
        self._parser = parser

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        """Ask for a feed once. A failure is a value; nothing is raised.

        :param conditional: send the validators; without them even a lying 304 is found out.
        """
        asked_with = feed.validators if conditional else Validators()
        try:
            answer = await self._client.request("GET", feed.url, headers=_headers(asked_with))
            return await self._read(feed, answer, asked_with)
        except TemporaryError as error:
            return Failed(text=error.text, retry_after=error.retry_after)
        except BridgeError as error:
            return Failed(text=error.text)

    async def look_up(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedEntry]:
        """Fetch entries by number from a WordPress; those not public, and pages, are left out.

        :raises TemporaryError: no answer for now.
        :raises PermanentError: the API is closed or is none.
        """
        numbers = list(dict.fromkeys(number for number in native_ids if number.isdecimal()))
        found: list[ParsedEntry] = []
        for start in range(0, len(numbers), PER_PAGE):
            url = entries_url(api_root, numbers[start : start + PER_PAGE])
            answer = await self._client.request("GET", url, headers={"Accept": "application/json"})
            check_status(answer)
            found += parse_entry_list(answer.body, url=url)
        return found

    async def _read(self, feed: Feed, answer: Answer, asked_with: Validators) -> FetchOutcome:
        given = Validators(etag=answer.headers.get("ETag"), last_modified=answer.headers.get("Last-Modified"))
        if answer.status == _NOT_MODIFIED:
            if asked_with == Validators():
                return Failed(text=f"{host_of(answer.url)} says that nothing changed although it was not asked that.")
            return NotModified(validators=_merge(feed.validators, given))
        if answer.status != _OK:
            raise fault_of(answer)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        if body_hash == feed.body_hash:
            return NotModified(validators=given)
        return Fetched(feed=await self._parse(feed, answer), validators=given, body_hash=body_hash)

    async def _parse(self, feed: Feed, answer: Answer) -> ParsedFeed:
        if feed.format is FeedFormat.WORDPRESS_REST:
            return parse_comment_list(answer.body, url=answer.url)
        content_type = answer.headers.get("Content-Type", "")
        if feed.kind is FeedKind.ENTRIES:
            return await self._parser.parse_entries(answer.body, content_type=content_type, url=answer.url)
        return await self._parser.parse_comments(answer.body, content_type=content_type, url=answer.url)


def _headers(validators: Validators) -> dict[str, str]:
    """Return the question; validators go back byte for byte, and none is made up."""
    headers = {"Accept": ACCEPT_FEEDS}
    if validators.etag is not None:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified is not None:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def _merge(old: Validators, new: Validators) -> Validators:
    return Validators(
        etag=old.etag if new.etag is None else new.etag,
        last_modified=old.last_modified if new.last_modified is None else new.last_modified,
    )
