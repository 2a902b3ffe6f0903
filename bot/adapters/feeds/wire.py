"""How a parse is asked for and answered between the bot and its worker: JSON, so that nothing it says can run; pure."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypedDict

from bot.model.entry import EntryRef, FeedLink, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import NativeId, Uid

#: Bytes of a length before every part: big-endian, unsigned.
LENGTH_BYTES = 4


class _Ref(TypedDict):
    native_id: str | None
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


class _Link(TypedDict):
    rel: str
    type: str
    href: str
    title: str


class _Feed(TypedDict):
    title: str
    home_url: str | None
    entries: list[_Entry]
    comments: list[_Comment]
    links: list[_Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the worker is asked: the body follows as a part of its own."""

    comments: bool
    content_type: str
    url: str
    entry: EntryRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the worker answers: exactly one of the three."""

    feed: ParsedFeed | None = None
    #: a sentence for a person: it was no feed
    refusal: str | None = None
    #: a bug of ours, for the log
    fault: str | None = None


def pack_question(question: Question) -> bytes:
    """Write a question."""
    return json.dumps(asdict(question)).encode()


def unpack_question(data: bytes) -> Question:
    """Read a question."""
    said = json.loads(data)
    entry: _Ref | None = said["entry"]
    return Question(
        comments=said["comments"],
        content_type=said["content_type"],
        url=said["url"],
        entry=None if entry is None else _ref(entry),
    )


def pack_reply(reply: Reply) -> bytes:
    """Write an answer."""
    return json.dumps(asdict(reply), default=datetime.isoformat).encode()


def unpack_reply(data: bytes) -> Reply:
    """Read an answer.

    :raises ValueError: it is none (``KeyError`` and ``TypeError`` too).
    """
    said = json.loads(data)
    feed: _Feed | None = said["feed"]
    return Reply(feed=None if feed is None else _feed(feed), refusal=said["refusal"], fault=said["fault"])


def _feed(said: _Feed) -> ParsedFeed:
    return ParsedFeed(
        title=said["title"],
        home_url=said["home_url"],
        entries=tuple(map(_entry, said["entries"])),
        comments=tuple(map(_comment, said["comments"])),
        links=tuple(FeedLink(**link) for link in said["links"]),
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
    )


def _ref(said: _Ref) -> EntryRef:
    return EntryRef(native_id=_native(said["native_id"]), link=said["link"], uid=_uid(said["uid"]), title=said["title"])


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _uid(text: str | None) -> Uid | None:
    return None if text is None else Uid(text)


def _native(text: str | None) -> NativeId | None:
    return None if text is None else NativeId(text)
