"""Blogs, their feeds, and what came of asking one. No parsing, no storage."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.entry import ParsedFeed
from bot.model.ids import BlogId, EntryId, FeedId


class FeedKind(StrEnum):
    """What the items of a feed are."""

    ENTRIES = "entries"
    #: comments on every entry of the blog
    COMMENTS = "comments"
    #: comments on one entry
    ENTRY_COMMENTS = "entry_comments"


class FeedFormat(StrEnum):
    """How a feed is read."""

    #: RSS, Atom or RDF
    SYNDICATION = "syndication"
    #: the list at ``wp/v2/comments``: parents and numbers, but no validators
    WORDPRESS_REST = "wordpress_rest"


class CommentSystem(StrEnum):
    """What takes a blog's comments."""

    WORDPRESS = "wordpress"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that discovery saw."""

    url: str
    kind: FeedKind
    format: FeedFormat = FeedFormat.SYNDICATION
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What an address led to: a blog that can be subscribed to. Small enough to keep with a proposal."""

    title: str
    home_url: str
    entries: FoundFeed
    comments: FoundFeed | None
    system: CommentSystem
    #: WordPress's REST root, with a slash at its end (``…/wp-json/`` or ``…?rest_route=/``)
    api_root: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """A discovery, and the entries feed as it was just read (one GET for both)."""

    found: Discovery
    newest: ParsedFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """A site whose discussion we carry."""

    id: BlogId
    title: str
    home_url: str
    system: CommentSystem
    api_root: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask "has it changed?" with (RFC 9110, 8.8), byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One address that is polled, and how it fares."""

    id: FeedId
    blog_id: BlogId
    #: for ENTRY_COMMENTS: the entry whose comments these are
    entry_id: EntryId | None = None
    kind: FeedKind
    format: FeedFormat
    url: str
    validators: Validators = field(default_factory=Validators)
    #: SHA-256 of the last body whose items are durable
    body_hash: str | None = None
    #: polls since the last one without validators
    conditional_polls: int = 0
    failures: int = 0
    last_error: str | None = None
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    next_poll_at: datetime
    #: when its newest item was first seen or dated, whichever is later known
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body that differs from the last."""

    feed: ParsedFeed
    validators: Validators
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """Nothing new: a 304, or the same bytes again (then the validators may still be new)."""

    validators: Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No feed could be had this time."""

    text: str
    retry_after: timedelta | None = None


FetchOutcome = Fetched | NotModified | Failed
