"""Encode parse requests and responses between the bot and its workers, as JSON.

A response has a head and parts with some items each, so that the bot can do other work between two parts.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from bot.adapters.feeds.fetch_state import FreshnessData, ParseResult, load_freshness
from bot.model.entry import CommentKind, EntryRef, FeedLink, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import NativeId, Uid

#: Bytes of a length before every part: big-endian, unsigned.
LENGTH_BYTES = 4
#: Characters of a part after which a next one begins: decoding one takes about a millisecond.
_PART = 64 * 1024


class DocumentKind(StrEnum):
    """The kind of document that a body is parsed as."""

    ENTRIES = "entries"
    COMMENTS = "comments"
    #: lists of WordPress's REST interface
    REST_ENTRIES = "rest_entries"
    REST_COMMENTS = "rest_comments"


class RefusalReason(StrEnum):
    """Why a body is refused, where that matters."""

    NOT_A_FEED = "not_a_feed"
    EMPTY = "empty"
    TOO_MUCH = "too_much"


class _Ref(TypedDict):
    native_id: str | None
    hint: str | None
    link: str | None
    uid: str | None
    title: str | None


class _Entry(TypedDict):
    uid: str
    link: str | None
    title: str
    author: str
    published_at: str | None
    html: str
    image_url: str | None
    categories: list[str]
    comments_feed_url: str | None
    comment_count: int | None
    native_id: str | None


class _Comment(TypedDict):
    uid: str
    parent_uid: str | None
    parent_author: str
    entry: _Ref
    link: str | None
    author: str
    author_url: str | None
    published_at: str | None
    html: str
    native_id: str | None
    kind: str


class _Link(TypedDict):
    rel: str
    type: str
    href: str
    title: str


class _Feed(TypedDict):
    title: str
    home_url: str | None
    links: list[_Link]
    window: list[str]
    deleted: list[str]
    complete: bool
    remarks: list[str]
    parsed_as: str
    freshness: FreshnessData | None
    all_answer: bool


class _Head(TypedDict):
    feed: _Feed | None
    items: str | None
    parts: int
    refusal: str | None
    refused_as: str
    fault: str | None
    seconds: float


class _Part(TypedDict):
    entries: list[_Entry]
    comments: list[_Comment]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseRequest:
    """A request to parse a body, which follows as a part of its own."""

    kind: DocumentKind
    content_type: str = ""
    url: str
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResponse:
    """A worker's response: a result, a refusal or the traceback of a bug."""

    result: ParseResult | None = None
    #: a sentence for a person: it was no feed
    refusal: str | None = None
    refused_as: RefusalReason = RefusalReason.NOT_A_FEED
    #: a bug of ours, for the log
    fault: str | None = None
    #: of computing time that it took
    seconds: float = 0.0


def encode_request(request: ParseRequest) -> bytes:
    """Write a question."""
    return json.dumps(request, default=_to_json).encode()


def decode_request(data: bytes) -> ParseRequest:
    """Read a question."""
    said = json.loads(data)
    return ParseRequest(
        kind=DocumentKind(said["kind"]),
        content_type=said["content_type"],
        url=said["url"],
        known=said["known"],
    )


def encode_response(reply: ParseResponse) -> list[bytes]:
    """Write an answer: its head, then its parts."""
    feed = reply.result.feed if reply.result else None
    parts = list(_encode_items(feed)) if feed else []
    head = {
        "feed": replace(feed, entries=(), comments=()) if feed else None,
        "items": reply.result.items if reply.result else None,
        "parts": len(parts),
        "refusal": reply.refusal,
        "refused_as": reply.refused_as,
        "fault": reply.fault,
        "seconds": reply.seconds,
    }
    return [json.dumps(head, default=_to_json).encode(), *parts]


def decode_head(data: bytes) -> tuple[ParseResponse, int]:
    """Read the head of an answer, and how many parts follow.

    :raises ValueError: it is none (``KeyError`` and ``TypeError`` too).
    """
    said: _Head = json.loads(data)
    feed = said["feed"]
    result = None if feed is None else ParseResult(feed=_feed(feed), items=said["items"])
    reply = ParseResponse(
        result=result,
        refusal=said["refusal"],
        refused_as=RefusalReason(said["refused_as"]),
        fault=said["fault"],
        seconds=said["seconds"],
    )
    return reply, said["parts"]


def decode_part(data: bytes) -> tuple[list[ParsedEntry], list[ParsedComment]]:
    """Read a part of an answer.

    :raises ValueError: it is none (``KeyError`` and ``TypeError`` too).
    """
    said: _Part = json.loads(data)
    return list(map(_entry, said["entries"])), list(map(_comment, said["comments"]))


def _encode_items(feed: ParsedFeed) -> Iterator[bytes]:
    for name, items in (("entries", feed.entries), ("comments", feed.comments)):
        for part in _batches(json.dumps(item, default=_to_json, ensure_ascii=False) for item in items):
            other = "comments" if name == "entries" else "entries"
            yield f'{{"{name}": [{", ".join(part)}], "{other}": []}}'.encode("utf-8", "replace")


def _to_json(value: object) -> object:
    """Turn moments and our nouns into what JSON knows; ``asdict`` would copy everything first."""
    if isinstance(value, datetime):
        return value.isoformat()
    return {each.name: getattr(value, each.name) for each in fields(value)}  # type: ignore[arg-type]


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size > _PART:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _feed(said: _Feed) -> ParsedFeed:
    return ParsedFeed(
        title=said["title"],
        home_url=said["home_url"],
        links=tuple(FeedLink(**link) for link in said["links"]),
        window=tuple(map(Uid, said["window"])),
        deleted=tuple(map(Uid, said["deleted"])),
        complete=said["complete"],
        remarks=tuple(said["remarks"]),
        parsed_as=said["parsed_as"],
        freshness=load_freshness(said["freshness"]),
        all_answer=said["all_answer"],
    )


def _entry(said: _Entry) -> ParsedEntry:
    return ParsedEntry(
        uid=Uid(said["uid"]),
        link=said["link"],
        title=said["title"],
        author=said["author"],
        published_at=_moment(said["published_at"]),
        html=said["html"],
        image_url=said["image_url"],
        categories=tuple(said["categories"]),
        comments_feed_url=said["comments_feed_url"],
        comment_count=said["comment_count"],
        native_id=_native(said["native_id"]),
    )


def _comment(said: _Comment) -> ParsedComment:
    return ParsedComment(
        uid=Uid(said["uid"]),
        parent_uid=_uid(said["parent_uid"]),
        parent_author=said["parent_author"],
        entry=_ref(said["entry"]),
        link=said["link"],
        author=said["author"],
        author_url=said["author_url"],
        published_at=_moment(said["published_at"]),
        html=said["html"],
        native_id=_native(said["native_id"]),
        kind=CommentKind(said["kind"]),
    )


def _ref(said: _Ref) -> EntryRef:
    return EntryRef(
        native_id=_native(said["native_id"]),
        hint=_native(said["hint"]),
        link=said["link"],
        uid=_uid(said["uid"]),
        title=said["title"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _uid(text: str | None) -> Uid | None:
    return None if text is None else Uid(text)


def _native(text: str | None) -> NativeId | None:
    return None if text is None else NativeId(text)
