"""Blogs, their feeds, and what came of asking one. No parsing, no storage."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.entry import ParsedFeed
from bot.model.ids import BlogId, EntryId, FeedId, GuildId


class FeedKind(StrEnum):
    """What the items of a feed are."""

    ENTRIES = "entries"
    #: comments on every entry of the blog
    COMMENTS = "comments"
    #: comments on one entry
    ENTRY_COMMENTS = "entry_comments"
    #: pingbacks and trackbacks, read out of a feed of comments whose comments are read elsewhere
    MENTIONS = "mentions"
    #: comments on every entry, as the blog lists them for a connected account; only what strangers see too is kept
    ACCOUNT_COMMENTS = "account_comments"


class FeedFormat(StrEnum):
    """How a feed is read."""

    #: RSS, Atom or RDF
    SYNDICATION = "syndication"
    #: the list at ``wp/v2/comments``: parents and numbers, but no validators
    WORDPRESS_REST = "wordpress_rest"


class CommentSystem(StrEnum):
    """What takes a blog's comments; all are recognised, few can be written to."""

    WORDPRESS = "wordpress"
    GHOST = "ghost"
    ISSO = "isso"
    REMARK42 = "remark42"
    GISCUS = "giscus"
    UTTERANCES = "utterances"
    DISQUS = "disqus"
    DISCOURSE = "discourse"
    COMMENTO = "commento"
    CACTUS = "cactus"
    TALKYARD = "talkyard"
    WALINE = "waline"
    TWIKOO = "twikoo"
    ARTALK = "artalk"
    STATICMAN = "staticman"
    BLOGGER = "blogger"
    WORDPRESS_COM = "wordpress_com"
    WEBMENTION = "webmention"
    PINGBACK = "pingback"
    ACTIVITYPUB = "activitypub"
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
    #: what readers comment with
    system: CommentSystem
    #: WordPress's REST root, with a slash at its end (``…/wp-json/`` or ``…?rest_route=/``)
    api_root: str | None
    #: the page at ``home_url`` is the feed's own, and could be read
    home_proven: bool = True
    #: WordPress's REST interface refuses strangers; whoever has an account may be let in
    api_closed: bool = False
    #: entries name feeds of their own comments
    entry_comments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSystem:
    """A comment system that a page of the blog uses, or an interface that it offers."""

    system: CommentSystem
    #: what the page says of it: names and values as its software calls them, and ``seen``: where
    evidence: tuple[tuple[str, str], ...]
    #: built into the page for readers: beats every interface that the blog offers beside it
    embedded: bool


class PushProtocol(StrEnum):
    """How a hub is spoken to."""

    #: it sends content, signed
    WEBSUB = "websub"
    #: RSS's ``cloud`` by HTTP POST: it only says that there is something
    RSSCLOUD = "rsscloud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Where a feed's changes may be subscribed to (W3C WebSub, 4)."""

    hub_url: str
    #: the address to name to the hub
    topic_url: str
    protocol: PushProtocol = PushProtocol.WEBSUB


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """A discovery, and the entries feed as it was just read (one GET for both)."""

    found: Discovery
    newest: ParsedFeed
    #: what a poll would have brought of the entries feed, so that adding it needs no second GET
    fetched: "Fetched | None" = None
    #: the same of the feed of comments, where that was read whole
    fetched_comments: "Fetched | None" = None
    #: all feeds of entries that the address led to, the chosen one first
    candidates: tuple[FoundFeed, ...] = ()
    #: comment systems seen, the one that readers use first
    systems: tuple[SeenSystem, ...] = ()
    push: Push | None = None


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


class FailureReason(StrEnum):
    """Why no feed could be had, where that changes what to do."""

    #: 410
    GONE = "gone"
    #: 404
    MISSING = "missing"
    #: 401, 402
    LOGIN = "login"
    #: 403 or 503 from a browser check in front of the blog
    CHALLENGED = "challenged"
    #: 429, 503 with a time, or the pause that followed on one of the host's other feeds: no strike
    BUSY = "busy"
    #: 200, but a web page or something else
    NOT_A_FEED = "not_a_feed"
    #: 200, but nothing in it
    EMPTY = "empty"
    #: a feed that needs too much time or memory
    UNREADABLE = "unreadable"
    #: the guard says no
    REFUSED = "refused"
    OTHER = "other"


# Like all values it is never changed, only replaced; but frozen it takes half as long again to make, and each poll
# makes two.
@dataclass(slots=True, kw_only=True)
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
    #: of the last poll; None: it went well
    failure_reason: FailureReason | None = None
    #: the first of the failures in a row
    failing_since: datetime | None = None
    #: given up; only probed now and then
    stopped_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    next_poll_at: datetime
    #: when its newest item was first seen or dated, whichever is later known
    newest_at: datetime | None = None
    #: what the last outcome that had a ``fetch_state`` said, kept with the items it tells of; opaque
    fetch_state: str | None = None
    #: what tells its items apart; None: the guid
    identity: str | None = None
    #: where it permanently redirects to, not adopted yet
    redirect_url: str | None = None
    #: polls in a row that said so
    redirect_count: int = 0
    #: so long its hub is trusted to bring what is new; None: it is not
    hub_trusted_until: datetime | None = None
    #: the first of them
    redirected_since: datetime | None = None
    #: admins know since then that it fails
    notified_at: datetime | None = None
    #: when it was last read without validators
    last_full_poll_at: datetime | None = None
    #: server or feed asked not to be asked before that
    not_before: datetime | None = None
    #: how far apart its items usually are; None: not known
    usual_gap: timedelta | None = None
    #: how many channels get it, as its server is told; known of a claimed feed only
    subscribers: int = field(default=0, compare=False)
    #: some of the servers (guilds) that get it, for which it is parsed; known of a claimed feed, or where it was asked
    guilds: tuple[GuildId, ...] = field(default=(), compare=False)
    #: its blog's REST interface, which tells the types of comments that a feed does not; known as ``guilds`` are
    api_root: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """A feed as a poll left it."""

    feed: Feed
    #: as it was before
    claimed: Feed
    #: the poll knew what had been decided until then; whoever hurried the feed later is heeded
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body that differs from the last."""

    #: only what is new or changed in it, where the feed has a ``fetch_state``; its ``window`` names the rest
    feed: ParsedFeed
    validators: Validators
    body_hash: str
    #: to be kept with the items, in one transaction: the next fetch leaves out what is in it
    fetch_state: str | None = None
    #: neither the server's ``max-age`` nor the feed's ``ttl`` and ``skipHours`` want to be asked before this
    not_before: timedelta | None = None
    #: where permanent redirects (301, 308) lead; nobody has checked that address
    redirect_url: str | None = None
    push: Push | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """Nothing new: a 304, or the same bytes again (then the validators may still be new)."""

    validators: Validators
    #: None: as it was
    fetch_state: str | None = None
    not_before: timedelta | None = None
    #: where permanent redirects (301, 308) lead; nobody has checked that address
    redirect_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No feed could be had this time."""

    text: str
    retry_after: timedelta | None = None
    reason: FailureReason = FailureReason.OTHER
    #: what the server said, None where it said nothing
    status: int | None = None


FetchOutcome = Fetched | NotModified | Failed


class Availability(StrEnum):
    """Whether an item can still be read where it stood."""

    THERE = "there"
    GONE = "gone"
    #: no clear answer
    UNKNOWN = "unknown"
