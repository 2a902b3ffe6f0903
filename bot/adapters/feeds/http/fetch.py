"""Poll feeds over HTTP with conditional requests; each outcome is a value.

The feed's ``fetch_state`` holds what is known from earlier polls.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.adapters.feeds.documents.body import TooMuch
from bot.adapters.feeds.documents.freshness import not_before
from bot.adapters.feeds.fetch_state import (
    FetchState,
    ParseResult,
    blend_cost,
    dump_state,
    dump_window,
    load_items,
    load_state,
    rename_items,
    rest_after,
)
from bot.adapters.feeds.http.account_list import read_account_list
from bot.adapters.feeds.http.comment_types import resolve_types
from bot.adapters.feeds.http.item_lookups import BlogLookups
from bot.adapters.feeds.http.statuses import error_for, host_pause, reason_for, reason_for_error
from bot.adapters.feeds.http.validators import (
    NO_VALIDATORS,
    choose_validators,
    conditional_headers,
    mark_unreliable,
    merge_validators,
    note_changed,
    note_unchanged,
    permanent_redirect_of,
    response_validators,
)
from bot.adapters.feeds.items.removal import older_page_url
from bot.adapters.feeds.pages.page import find_push, read_link_header
from bot.adapters.feeds.parser_process.pool import Parser
from bot.adapters.feeds.parser_process.protocol import DocumentKind, ParseRequest
from bot.adapters.net.client import HttpClient, Response
from bot.adapters.net.errors import MalformedResponse
from bot.adapters.net.headers import user_agent
from bot.adapters.net.ssrf_guard import host_of
from bot.model.entry import ParsedFeed
from bot.model.errors import BridgeError, TemporaryError
from bot.model.feed import (
    Failed,
    FailureReason,
    Feed,
    FeedFormat,
    FeedKind,
    Fetched,
    FetchOutcome,
    NotModified,
    Validators,
)
from bot.model.ids import Uid

_log = logging.getLogger(__name__)

_OK, _NOT_MODIFIED = 200, 304
ACCEPT_FEEDS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, */*;q=0.5"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ConditionalRequest:
    """A request for a feed, with its fetch state and the validators that are sent."""

    feed: Feed
    state: FetchState
    validators: Validators
    conditional: bool


def _now() -> datetime:
    return datetime.now(UTC)


class HttpFeeds(BlogLookups):
    """A FeedSource over HTTP.

    :param contact: how servers reach the bot's operator.
    :param now: for hints that name hours; nothing is measured with it.
    """

    def __init__(
        self,
        client: HttpClient,
        parser: Parser,
        *,
        contact: str | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(client, parser)
        self._contact = contact
        self._now = now

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        """Poll a feed once. A failure is a value; nothing is raised.

        A server is asked twice if it breaks off a 304 with a body, or may have sent a false 304.

        :param conditional: send the validators; a request without them uncovers a false 304.
        """
        busy = self._client.pauses.remaining(feed.url)
        if busy is not None:
            return Failed(text=f"{host_of(feed.url)} asked for a pause.", retry_after=busy, reason=FailureReason.BUSY)
        state = load_state(feed.fetch_state)
        validators = choose_validators(feed.validators, state) if conditional else NO_VALIDATORS
        request = _ConditionalRequest(feed=feed, state=state, validators=validators, conditional=conditional)
        _log.debug(
            "A feed is asked for.",
            extra={
                "action": "feed_request",
                "feed": feed.id,
                "kind": feed.kind,
                "conditional": validators != NO_VALIDATORS,
            },
        )
        try:
            return await self._fetch(request)
        except TemporaryError as error:
            return Failed(text=error.text, retry_after=error.retry_after)
        except TooMuch as error:
            return Failed(text=error.text, reason=FailureReason.UNREADABLE, retry_after=rest_after(error.seconds))
        except BridgeError as error:
            return Failed(text=error.text, reason=reason_for_error(error))

    async def read(self, feed: Feed, body: bytes, *, content_type: str) -> FetchOutcome:
        """Read a document that a hub sent; the fetch state stays as it is.

        Requests go only to the blog, for the types of comments.

        :return: never complete: a hub may leave out what it sent before (WebSub, 7).
        """
        state = load_state(feed.fetch_state)
        try:
            result = await self._parse(feed, state, body, content_type=content_type, url=feed.url)
        except BridgeError as error:
            return Failed(text=error.text, reason=reason_for_error(error))
        return Fetched(
            feed=replace(await self._resolve_types(feed, result.feed), complete=False, before=_window_of(state)),
            validators=feed.validators,
            body_hash=feed.body_hash or "",
            fetch_state=feed.fetch_state,
        )

    async def read_account_list(self, feed: Feed, body: bytes, *, conditional: bool) -> FetchOutcome:
        """Read a list of comments for a connected account; see ``account_list``."""
        try:
            return await read_account_list(
                self._client, self._parser, feed, body, conditional=conditional, now=self._now()
            )
        except BridgeError as error:
            return Failed(text=error.text, reason=reason_for_error(error))

    async def next_page(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        """Fetch a page with older items of a feed; None without such a page, or its address.

        :param parsed: the page before it.
        :param page: from 2.
        :raises BridgeError: the page is there and cannot be had.
        """
        url = older_page_url(feed, parsed, page)
        if url is None or self._client.pauses.remaining(url) is not None:
            return None
        response = await self._get(replace(feed, url=url), NO_VALIDATORS)
        if response.status != _OK:
            return None
        request = ParseRequest(
            kind=_document_kind(feed), content_type=response.headers.get("Content-Type", ""), url=response.url
        )
        result = await self._parser.for_guilds(feed.guilds).parse(request, response.body)
        return await self._resolve_types(feed, result.feed)

    def rename_items(self, fetch_state: str, names: Mapping[Uid, Uid]) -> str:
        """Return a fetch state with some uids replaced."""
        return rename_items(fetch_state, names)

    async def _fetch(self, request: _ConditionalRequest) -> FetchOutcome:
        try:
            response = await self._get(request.feed, request.validators)
        except MalformedResponse:
            if request.validators == NO_VALIDATORS:
                raise
            # It may be the body of a 304, which must not have one: then asking without conditions helps.
            request = replace(request, validators=NO_VALIDATORS, state=mark_unreliable(request.state))
            response = await self._get(request.feed, NO_VALIDATORS)
        if response.status == _NOT_MODIFIED:
            return self._not_modified(request, response)
        if response.status != _OK:
            return self._failed(request.feed, response)
        return await self._read_body(request, response)

    async def _get(self, feed: Feed, validators: Validators) -> Response:
        headers = {
            "Accept": ACCEPT_FEEDS,
            "User-Agent": user_agent(self._contact, feed.subscribers),
            **conditional_headers(validators),
        }
        return await self._client.request("GET", feed.url, headers=headers)

    def _not_modified(self, request: _ConditionalRequest, response: Response) -> FetchOutcome:
        if request.validators == NO_VALIDATORS:
            return Failed(
                text=f"{host_of(response.url)} answered “not modified” (304) to a request without conditions."
            )
        return NotModified(
            validators=merge_validators(request.feed.validators, response_validators(response)),
            not_before=self._not_before(response, request.state),
            redirect_url=permanent_redirect_of(response),
        )

    def _failed(self, feed: Feed, response: Response) -> Failed:
        error, fault = error_for(response), reason_for(response)
        wait = error.retry_after if isinstance(error, TemporaryError) else None
        pause = host_pause(response, wait)
        if pause is not None:
            wait = pause
            for url in (feed.url, response.url):
                self._client.pauses.pause(url, pause)
        return Failed(text=error.text, retry_after=wait, reason=fault, status=response.status)

    async def _read_body(self, request: _ConditionalRequest, response: Response) -> FetchOutcome:
        feed, received = request.feed, response_validators(response)
        body_hash = hashlib.sha256(response.body).hexdigest()
        if body_hash == feed.body_hash:
            _log.debug("The document is the same as last time.", extra={"action": "feed_unchanged", "feed": feed.id})
            state = note_unchanged(
                request.state, asked_with=request.validators, kept=feed.validators, received=received
            )
            return NotModified(
                validators=received,
                fetch_state=None if state == load_state(feed.fetch_state) else dump_state(state),
                not_before=self._not_before(response, state),
                redirect_url=permanent_redirect_of(response),
            )
        content_type = response.headers.get("Content-Type", "")
        result = await self._parse(feed, request.state, response.body, content_type=content_type, url=response.url)
        state = replace(
            await self._check_validators(request, received),
            items=dump_window(result),
            freshness=result.feed.freshness,
            cost=blend_cost(request.state.cost, result.seconds),
        )
        links = read_link_header(response.headers.get("Link", ""), url=response.url) + result.feed.links
        return Fetched(
            feed=replace(await self._resolve_types(feed, result.feed), before=_window_of(request.state)),
            validators=received,
            body_hash=body_hash,
            fetch_state=dump_state(state),
            not_before=self._not_before(response, state),
            redirect_url=permanent_redirect_of(response),
            push=find_push(links, url=response.url),
        )

    async def _resolve_types(self, feed: Feed, parsed: ParsedFeed) -> ParsedFeed:
        of_feed = feed.kind is not FeedKind.ENTRIES and feed.format is FeedFormat.SYNDICATION
        return await resolve_types(self._client, parsed, feed.api_root) if of_feed else parsed

    async def _check_validators(self, request: _ConditionalRequest, received: Validators) -> FetchState:
        """Note how the validators did after the body changed; ask again where a false 304 may have hidden it."""
        feed = request.feed
        if feed.body_hash is None:
            return request.state
        state = note_changed(request.state, kept=feed.validators, received=received)
        untested = not request.conditional and feed.validators != NO_VALIDATORS
        if untested and not (request.state.validator_penalty or state.validator_penalty):
            try:
                again = await self._get(feed, choose_validators(feed.validators, request.state))
            except BridgeError:
                return state
            if again.status == _NOT_MODIFIED:
                return mark_unreliable(request.state)
        return state

    async def _parse(self, feed: Feed, state: FetchState, body: bytes, *, content_type: str, url: str) -> ParseResult:
        request = ParseRequest(kind=_document_kind(feed), content_type=content_type, url=url, known=state.items)
        return await self._parser.for_guilds(feed.guilds).parse(request, body)

    def _not_before(self, response: Response, state: FetchState) -> timedelta | None:
        """Return the wait for the next request that server, feed and cost of parsing ask for."""
        waits = (not_before(response.headers, state.freshness, now=self._now()), rest_after(state.cost))
        return max((wait for wait in waits if wait), default=None)


def _window_of(state: FetchState) -> tuple[Uid, ...]:
    return tuple(uid for _, uid in load_items(state.items))


def _document_kind(feed: Feed) -> DocumentKind:
    if feed.format is FeedFormat.WORDPRESS_REST:
        return DocumentKind.REST_COMMENTS
    return DocumentKind.ENTRIES if feed.kind is FeedKind.ENTRIES else DocumentKind.COMMENTS
