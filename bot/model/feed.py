"""Blogs, their feeds, and the results of fetching one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.entry import ParsedFeed
from bot.model.ids import BlogId, EntryId, FeedId, GuildId


class FeedKind(StrEnum):
    """The kind of items that a feed has."""

    ENTRIES = "entries"
    #: comments on every entry of the blog
    COMMENTS = "comments"
    #: comments on one entry
    ENTRY_COMMENTS = "entry_comments"
    #: pingbacks and trackbacks, from a comment feed whose comments another feed brings
    MENTIONS = "mentions"
    #: comments on every entry, listed for a connected account; only those that strangers see, too, are saved
    ACCOUNT_COMMENTS = "account_comments"


class FeedFormat(StrEnum):
    """The format of a feed."""

    #: RSS, Atom or RDF
    SYNDICATION = "syndication"
    #: the list at ``wp/v2/comments``: parents and numbers, but no validators
    WORDPRESS_REST = "wordpress_rest"


class CommentSystem(StrEnum):
    """The software that takes a blog's comments; all are recognised, a few can be written to."""

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
    """A feed that discovery found."""

    url: str
    kind: FeedKind
    format: FeedFormat = FeedFormat.SYNDICATION
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The blog at an address, which can be subscribed to. Small enough to store with a preview."""

    title: str
    home_url: str
    entries: FoundFeed
    comments: FoundFeed | None
    #: the software with which readers comment
    system: CommentSystem
    #: WordPress's REST root, with a slash at its end (``…/wp-json/`` or ``…?rest_route=/``)
    api_root: str | None
    #: the page at ``home_url`` was read and belongs to the feed
    home_proven: bool = True
    #: WordPress's REST API refuses strangers, but may accept an account
    api_closed: bool = False
    #: entries have comment feeds of their own
    entry_comments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSystem:
    """A comment system that a page of the blog uses, or an API that the blog offers."""

    system: CommentSystem
    #: the names and values found, as the software calls them, and ``seen``: where they were found
    evidence: tuple[tuple[str, str], ...]
    #: embedded in the page for readers, so that it counts before any API of the blog
    embedded: bool


class PushProtocol(StrEnum):
    """The protocol of a hub."""

    #: delivers signed content
    WEBSUB = "websub"
    #: RSS's ``cloud`` by HTTP POST: only says that there is new content
    RSSCLOUD = "rsscloud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The hub at which a feed can be subscribed to (W3C WebSub, 4)."""

    hub_url: str
    #: the address of the feed at the hub
    topic_url: str
    protocol: PushProtocol = PushProtocol.WEBSUB


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """A discovery with the entries feed that it read, so that one GET serves both."""

    found: Discovery
    newest: ParsedFeed
    #: the entries feed as a poll would have fetched it, so that adding it needs no second GET
    fetched: "Fetched | None" = None
    #: the same of the comment feed, where it was read completely
    fetched_comments: "Fetched | None" = None
    #: all entries feeds found, the chosen one first
    candidates: tuple[FoundFeed, ...] = ()
    #: comment systems found, the one that readers use first
    systems: tuple[SeenSystem, ...] = ()
    push: Push | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """A blog."""

    id: BlogId
    title: str
    home_url: str
    system: CommentSystem
    api_root: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """The validators that a server sent (RFC 9110, 8.8), byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


class FailureReason(StrEnum):
    """The reason of a failed fetch, as far as the reaction depends on it."""

    #: 410
    GONE = "gone"
    #: 404
    MISSING = "missing"
    #: 401, 402
    LOGIN = "login"
    #: 403 or 503 from a browser check in front of the blog
    CHALLENGED = "challenged"
    #: 429, 503 with Retry-After, or the pause after one for another feed of the host; counts as no failure
    BUSY = "busy"
    #: 200, but a web page or something else
    NOT_A_FEED = "not_a_feed"
    #: 200, but nothing in it
    EMPTY = "empty"
    #: a feed that needs too much time or memory
    UNREADABLE = "unreadable"
    #: the address is private
    REFUSED = "refused"
    OTHER = "other"


# Never changed, only replaced. Not frozen: creating a frozen one takes half as long again, and each poll does it twice.
@dataclass(slots=True, kw_only=True)
class Feed:
    """One feed with the state of its polls."""

    id: FeedId
    blog_id: BlogId
    #: for ENTRY_COMMENTS: the entry whose comments these are
    entry_id: EntryId | None = None
    kind: FeedKind
    format: FeedFormat
    url: str
    validators: Validators = field(default_factory=Validators)
    #: SHA-256 of the last body whose items were saved
    body_hash: str | None = None
    #: polls since the last one without validators
    conditional_polls: int = 0
    failures: int = 0
    last_error: str | None = None
    #: of the last poll; None: it succeeded
    failure_reason: FailureReason | None = None
    #: the first of the failures in a row
    failing_since: datetime | None = None
    #: given up; polled once a week
    stopped_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    next_poll_at: datetime
    #: when its newest item was first seen; after the first poll, that item's date
    newest_at: datetime | None = None
    #: what the last outcome that had a ``fetch_state`` said, kept with the items it tells of; opaque
    fetch_state: str | None = None
    #: what identifies its items; None: the guid
    identity: str | None = None
    #: where it permanently redirects to, as long as ``url`` is not replaced
    redirect_url: str | None = None
    #: polls in a row with this redirect
    redirect_count: int = 0
    #: so long its hub is trusted to bring what is new; None: it is not
    hub_trusted_until: datetime | None = None
    #: the first of these polls
    redirected_since: datetime | None = None
    #: when admins were notified that it fails
    notified_at: datetime | None = None
    #: when it was last read without validators
    last_full_poll_at: datetime | None = None
    #: the server or the feed asks for no earlier poll
    not_before: datetime | None = None
    #: the usual time between two items; None: not known
    usual_gap: timedelta | None = None
    #: channels that get it, for the User-Agent; set for claimed feeds only
    subscribers: int = field(default=0, compare=False)
    #: some of the servers (guilds) that get it, whose share of parsing time it uses; set for claimed feeds
    guilds: tuple[GuildId, ...] = field(default=(), compare=False)
    #: its blog's REST API, which knows the types of comments; set where ``guilds`` is
    api_root: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """A feed after a poll, to be saved."""

    feed: Feed
    #: as it was before the poll
    claimed: Feed
    #: when it was claimed; a request for an earlier poll that came later counts
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document that differs from the last one."""

    #: only its new and changed items, where the feed has a ``fetch_state``; its ``window`` names all
    feed: ParsedFeed
    validators: Validators
    body_hash: str
    #: to be saved in one transaction with the items, as the next fetch leaves out the items in it
    fetch_state: str | None = None
    #: neither the server's ``max-age`` nor the feed's ``ttl`` and ``skipHours`` want to be asked before this
    not_before: timedelta | None = None
    #: where permanent redirects (301, 308) lead; nobody has checked that address
    redirect_url: str | None = None
    push: Push | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304, or the same bytes again, where the validators may still be new."""

    validators: Validators
    #: None: as it was
    fetch_state: str | None = None
    not_before: timedelta | None = None
    #: where permanent redirects (301, 308) lead; nobody has checked that address
    redirect_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A fetch that failed."""

    text: str
    retry_after: timedelta | None = None
    reason: FailureReason = FailureReason.OTHER
    #: None: no answer
    status: int | None = None


FetchOutcome = Fetched | NotModified | Failed


class Availability(StrEnum):
    """Whether an item is still on its blog."""

    THERE = "there"
    GONE = "gone"
    #: no clear answer
    UNKNOWN = "unknown"
