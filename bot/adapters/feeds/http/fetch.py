"""Feeds as the network has them: conditional requests, and what came of each as a value.

It decides neither when to ask nor what is new. What it knows of a feed from earlier is in the feed's ``fetch_state``.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.adapters.feeds.documents.body import EmptyResponse, NotAFeed, TooMuch
from bot.adapters.feeds.documents.charset import page_to_utf8
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
from bot.adapters.feeds.http.statuses import check_status, error_for, fault_for, host_pause
from bot.adapters.feeds.http.validators import (
    NO_VALIDATORS,
    Verdict,
    choose_validators,
    conditional_headers,
    mark_unreliable,
    merge_validators,
    note_changed,
    note_unchanged,
    permanent_redirect_of,
    response_validators,
)
from bot.adapters.feeds.items.removal import availability_of, has_element, older_page_url, shows_comments
from bot.adapters.feeds.pages.page import find_push, read_link_header, read_title
from bot.adapters.feeds.parser_process.pool import Parser
from bot.adapters.feeds.parser_process.protocol import DocumentKind, ParseRequest
from bot.adapters.feeds.parsing.wordpress_rest import (
    PER_PAGE,
    POSTS,
    entries_url,
    named_comments_url,
    read_routes,
    rest_url,
)
from bot.adapters.net.client import HttpClient, Response
from bot.adapters.net.errors import MalformedResponse
from bot.adapters.net.headers import user_agent
from bot.adapters.net.numbers import MAX_ID, read_number
from bot.adapters.net.ssrf_guard import host_of
from bot.model.address import same_address
from bot.model.entry import ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import BridgeError, Refused, TemporaryError
from bot.model.feed import (
    Availability,
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
from bot.model.ids import NativeId, Uid

_log = logging.getLogger(__name__)

_OK, _NOT_MODIFIED = 200, 304
#: An interface that is shut, or without this route: its blog's pages may tell all the same.
_REFUSED = frozenset({401, 403, 404})
ACCEPT_FEEDS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, */*;q=0.5"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ConditionalRequest:
    """A feed, what was remembered of it, and with which validators it was asked for."""

    feed: Feed
    memory: FetchState
    validators: Validators
    conditional: bool


def _now() -> datetime:
    return datetime.now(UTC)


class HttpFeeds:
    """A FeedSource over HTTP.

    :param contact: how servers reach whoever runs the bot.
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
        self._client = client
        self._parser = parser
        self._contact = contact
        self._now = now

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        """Ask for a feed once. A failure is a value; nothing is raised.

        Asked are twice: a server that breaks off a 304 with a body, and one that is suspected of a lying 304.

        :param conditional: send the validators; without them even a lying 304 is found out.
        """
        busy = self._client.pauses.remaining(feed.url)
        if busy is not None:
            return Failed(
                text=f"{host_of(feed.url)} asked to be left alone.", retry_after=busy, reason=FailureReason.BUSY
            )
        memory = load_state(feed.fetch_state)
        validators = choose_validators(feed.validators, memory) if conditional else NO_VALIDATORS
        asked = _ConditionalRequest(feed=feed, memory=memory, validators=validators, conditional=conditional)
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
            return await self._fetch(asked)
        except TemporaryError as error:
            return Failed(text=error.text, retry_after=error.retry_after)
        except TooMuch as error:
            return Failed(text=error.text, reason=FailureReason.UNREADABLE, retry_after=rest_after(error.seconds))
        except BridgeError as error:
            return Failed(text=error.text, reason=_fault_of(error))

    async def read(self, feed: Feed, body: bytes, *, content_type: str) -> FetchOutcome:
        """Read what somebody sent of a feed; what is known of the feed's server stays.

        Only the blog is asked, whether what is in it are comments.

        :return: never complete: a hub may leave out what it sent before (WebSub, 7).
        """
        memory = load_state(feed.fetch_state)
        try:
            reading = await self._parse(feed, memory, body, content_type=content_type, url=feed.url)
        except BridgeError as error:
            return Failed(text=error.text, reason=_fault_of(error))
        return Fetched(
            feed=replace(await self._resolve_types(feed, reading.feed), complete=False, before=_window_of(memory)),
            validators=feed.validators,
            body_hash=feed.body_hash or "",
            fetch_state=feed.fetch_state,
        )

    async def read_account_list(self, feed: Feed, body: bytes, *, conditional: bool) -> FetchOutcome:
        """As the port says; see ``account_list``."""
        try:
            return await read_account_list(
                self._client, self._parser, feed, body, conditional=conditional, now=self._now()
            )
        except BridgeError as error:
            return Failed(text=error.text, reason=_fault_of(error))

    async def look_up(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedEntry]:
        """Fetch entries by number from a WordPress, of whatever kind they are; those not public are left out.

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
            answer = await self._client.request("GET", url, headers={"Accept": "application/json"})
            check_status(answer)
            reading = await self._parser.read(ParseRequest(reader=DocumentKind.REST_ENTRIES, url=url), answer.body)
            found += reading.feed.entries
        return found

    async def _routes(self, api_root: str) -> tuple[str, ...]:
        """Ask for the kinds of content that a blog has beside posts; without an answer, pages."""
        try:
            answer = await self._client.request("GET", rest_url(api_root, "wp/v2/types", {}))
            return read_routes(answer.json() if answer.status == _OK else None)
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
            answer = await self._client.request("GET", url, headers={"Accept": "application/json"})
            check_status(answer)
            reading = await self._parser.read(ParseRequest(reader=DocumentKind.REST_COMMENTS, url=url), answer.body)
            found += reading.feed.comments
        return found

    async def page_title(self, link: str, *, site: str) -> str | None:
        """As the port says. What redirects to another address is another page: WordPress guesses what was meant."""
        if self._client.pauses.remaining(link) is not None:
            return None
        try:
            answer = await self._client.request("GET", link)
        except BridgeError:
            return None
        if answer.status != _OK or not same_address(answer.url, link):
            return None
        body = page_to_utf8(answer.body, content_type=answer.headers.get("Content-Type", ""))
        return read_title(body, site=site)

    async def next_page(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        """Fetch what a feed does not show any more; None where there is no such page, or no way to ask for it.

        :param parsed: the page before it.
        :param page: from 2.
        :raises BridgeError: the page is there and cannot be had.
        """
        url = older_page_url(feed, parsed, page)
        if url is None or self._client.pauses.remaining(url) is not None:
            return None
        answer = await self._get(replace(feed, url=url), NO_VALIDATORS)
        if answer.status != _OK:
            return None
        question = ParseRequest(
            reader=_reader_of(feed), content_type=answer.headers.get("Content-Type", ""), url=answer.url
        )
        reading = await self._parser.for_guilds(feed.guilds).read(question, answer.body)
        return await self._resolve_types(feed, reading.feed)

    def rename_items(self, fetch_state: str, names: Mapping[Uid, Uid]) -> str:
        """As the port says."""
        return rename_items(fetch_state, names)

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
            answer = await self._client.request("GET", page, headers={"Accept": "*/*"})
        except BridgeError:
            return Availability.UNKNOWN, False
        found = availability_of(answer, of_api=of_api)
        if found is Availability.THERE and fragment and not has_element(answer.body, fragment):
            blind = strict and not shows_comments(answer.body)
            return Availability.UNKNOWN if blind else Availability.GONE, False
        return found, found is Availability.UNKNOWN and answer.status in _REFUSED

    async def _fetch(self, asked: _ConditionalRequest) -> FetchOutcome:
        try:
            answer = await self._get(asked.feed, asked.validators)
        except MalformedResponse:
            if asked.validators == NO_VALIDATORS:
                raise
            # It may be the body of a 304, which must not have one: then asking without conditions helps.
            asked = replace(asked, validators=NO_VALIDATORS, memory=mark_unreliable(asked.memory).memory)
            answer = await self._get(asked.feed, NO_VALIDATORS)
        if answer.status == _NOT_MODIFIED:
            return self._not_modified(asked, answer)
        if answer.status != _OK:
            return self._failed(asked.feed, answer)
        return await self._read_body(asked, answer)

    async def _get(self, feed: Feed, validators: Validators) -> Response:
        headers = {
            "Accept": ACCEPT_FEEDS,
            "User-Agent": user_agent(self._contact, feed.subscribers),
            **conditional_headers(validators),
        }
        return await self._client.request("GET", feed.url, headers=headers)

    def _not_modified(self, asked: _ConditionalRequest, answer: Response) -> FetchOutcome:
        if asked.validators == NO_VALIDATORS:
            return Failed(text=f"{host_of(answer.url)} says that nothing changed although it was not asked that.")
        return NotModified(
            validators=merge_validators(asked.feed.validators, response_validators(answer)),
            not_before=self._not_before(answer, asked.memory),
            redirect_url=permanent_redirect_of(answer),
        )

    def _failed(self, feed: Feed, answer: Response) -> Failed:
        error, fault = error_for(answer), fault_for(answer)
        wait = error.retry_after if isinstance(error, TemporaryError) else None
        pause = host_pause(answer, wait)
        if pause is not None:
            wait = pause
            for url in (feed.url, answer.url):
                self._client.pauses.pause(url, pause)
        return Failed(text=error.text, retry_after=wait, reason=fault, status=answer.status)

    async def _read_body(self, asked: _ConditionalRequest, answer: Response) -> FetchOutcome:
        feed, given = asked.feed, response_validators(answer)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        if body_hash == feed.body_hash:
            _log.debug("The document is the same as last time.", extra={"action": "feed_unchanged", "feed": feed.id})
            memory = note_unchanged(asked.memory, asked_with=asked.validators, kept=feed.validators, given=given)
            return NotModified(
                validators=given,
                fetch_state=None if memory == load_state(feed.fetch_state) else dump_state(memory),
                not_before=self._not_before(answer, memory),
                redirect_url=permanent_redirect_of(answer),
            )
        content_type = answer.headers.get("Content-Type", "")
        reading = await self._parse(feed, asked.memory, answer.body, content_type=content_type, url=answer.url)
        verdict = await self._check_validators(asked, given)
        memory = replace(
            verdict.memory,
            items=dump_window(reading),
            freshness=reading.feed.freshness,
            cost=blend_cost(asked.memory.cost, reading.seconds),
        )
        links = read_link_header(answer.headers.get("Link", ""), url=answer.url) + reading.feed.links
        return Fetched(
            feed=replace(await self._resolve_types(feed, reading.feed), before=_window_of(asked.memory)),
            validators=given,
            body_hash=body_hash,
            fetch_state=dump_state(memory),
            not_before=self._not_before(answer, memory),
            redirect_url=permanent_redirect_of(answer),
            push=find_push(links, url=answer.url),
        )

    async def _resolve_types(self, feed: Feed, parsed: ParsedFeed) -> ParsedFeed:
        of_feed = feed.kind is not FeedKind.ENTRIES and feed.format is FeedFormat.SYNDICATION
        return await resolve_types(self._client, parsed, feed.api_root) if of_feed else parsed

    async def _check_validators(self, asked: _ConditionalRequest, given: Validators) -> Verdict:
        """Judge the validators by a body that has changed; where a lie may have hidden it, look whether one did."""
        feed = asked.feed
        if feed.body_hash is None:
            return Verdict(memory=asked.memory)
        verdict = note_changed(asked.memory, kept=feed.validators, given=given)
        suspect = not asked.conditional and feed.validators != NO_VALIDATORS and not verdict.distrusted
        if suspect and not asked.memory.validator_penalty:
            try:
                again = await self._get(feed, choose_validators(feed.validators, asked.memory))
            except BridgeError:
                return verdict
            if again.status == _NOT_MODIFIED:
                return mark_unreliable(asked.memory)
        return verdict

    async def _parse(self, feed: Feed, memory: FetchState, body: bytes, *, content_type: str, url: str) -> ParseResult:
        question = ParseRequest(reader=_reader_of(feed), content_type=content_type, url=url, known=memory.items)
        return await self._parser.for_guilds(feed.guilds).read(question, body)

    def _not_before(self, answer: Response, memory: FetchState) -> timedelta | None:
        """When the server, or the feed, or what it costs to parse, lets it be asked again."""
        waits = (not_before(answer.headers, memory.freshness, now=self._now()), rest_after(memory.cost))
        return max((wait for wait in waits if wait), default=None)


def _window_of(memory: FetchState) -> tuple[Uid, ...]:
    return tuple(uid for _, uid in load_items(memory.items))


def _reader_of(feed: Feed) -> DocumentKind:
    if feed.format is FeedFormat.WORDPRESS_REST:
        return DocumentKind.REST_COMMENTS
    return DocumentKind.ENTRIES if feed.kind is FeedKind.ENTRIES else DocumentKind.COMMENTS


def _fault_of(error: BridgeError) -> FailureReason:
    match error:
        case EmptyResponse():
            return FailureReason.EMPTY
        case NotAFeed():
            return FailureReason.NOT_A_FEED
        case TooMuch():
            return FailureReason.UNREADABLE
        case Refused():
            return FailureReason.REFUSED
        case _:
            return FailureReason.OTHER
