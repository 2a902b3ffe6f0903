"""Entries and comments, as parsed from a feed and as saved."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.model.ids import BlogId, CommentId, EntryId, NativeId, Uid

#: The text of a password-protected post.
PROTECTED: Final = "<p>This post is protected by a password.</p>"
#: The hash of a stub: an entry that only comments have named, as its own feed has not shown it yet.
STUB_HASH: Final = ""


class CommentKind(StrEnum):
    """The type of a comment, in WordPress's words."""

    COMMENT = "comment"
    #: sent by the software of a site that links to the post
    PINGBACK = "pingback"
    TRACKBACK = "trackback"

    @property
    def is_mention(self) -> bool:
        """Whether it was sent by software and not by a person."""
        return self is not CommentKind.COMMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRef:
    """A comment's reference to its entry, with at least one field."""

    #: from the blog's API, never from a guid
    native_id: NativeId | None = None
    #: the number in its guid, which may be looked up, but proves nothing
    hint: NativeId | None = None
    link: str | None = None
    uid: Uid | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """An entry as parsed from a feed."""

    uid: Uid
    link: str | None
    title: str
    author: str
    published_at: datetime | None
    #: content, else the summary; not sanitised. Addresses are relative to its first ``<base>``, else to the link
    html: str
    #: the image that the feed names (media:thumbnail, enclosure, itunes:image)
    image_url: str | None = None
    categories: tuple[str, ...] = ()
    #: ``wfw:commentRss`` or ``link rel=replies``
    comments_feed_url: str | None = None
    comment_count: int | None = None
    #: a hint, as a number in a guid may be of an old site; ``model/post.py`` has the proofs
    native_id: NativeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedComment:
    """A comment as parsed from a feed or the blog's API."""

    uid: Uid
    #: uid of the comment it replies to; None: a comment on the entry
    parent_uid: Uid | None
    #: the name in "In reply to …", for an unknown parent
    parent_author: str = ""
    entry: EntryRef
    link: str | None
    author: str
    author_url: str | None = None
    published_at: datetime | None
    #: not sanitised; without WordPress's "In reply to" line
    html: str
    native_id: NativeId | None = None
    kind: CommentKind = CommentKind.COMMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A parsed document, in its order. Either entries or comments are empty, by the feed's kind."""

    title: str
    home_url: str | None = None
    entries: tuple[ParsedEntry, ...] = ()
    comments: tuple[ParsedComment, ...] = ()
    #: links of the document, such as to comment feeds
    links: tuple["FeedLink", ...] = ()
    #: uids of all items in the document's order, including known items that were left out
    window: tuple[Uid, ...] = ()
    #: the window of the last fetch; empty where it is not known
    before: tuple[Uid, ...] = ()
    #: uids of deleted entries (RFC 6721)
    deleted: tuple[Uid, ...] = ()
    #: False: the document is truncated or too long, so items missing from it are not deleted
    complete: bool = True
    #: what is wrong with the document although it could be read, each a sentence for the debug log
    remarks: tuple[str, ...] = ()
    #: charset, format and parser, for the debug log
    parsed_as: str = ""
    freshness: "Freshness | None" = None
    #: there are items, and each has ``in-reply-to`` (RFC 4685), so that they are comments
    all_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How often a feed says that it changes; often a default of its software."""

    #: RSS ``ttl``: minutes a copy may be kept
    ttl: int | None = None
    #: minutes between two updates, by ``sy:updatePeriod`` and ``sy:updateFrequency``; WordPress always says 60
    update_every: int | None = None
    #: RSS ``skipHours``: 0 to 23, GMT
    skip_hours: tuple[int, ...] = ()
    #: RSS ``skipDays``: 0 is Monday, GMT
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A ``<link>`` of a document: ``rel``, ``type`` and an absolute address."""

    rel: str
    type: str
    href: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSummary:
    """The fields of a saved item that comparing windows needs."""

    #: an entry's or a comment's
    id: int
    published_at: datetime | None
    hash: str
    #: when its feed last showed it, updated now and then
    seen_at: datetime | None = None

    @property
    def is_stub(self) -> bool:
        """Whether only comments have named it, and its own feed has not shown it yet."""
        return self.hash == STUB_HASH


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A saved entry."""

    id: EntryId
    blog_id: BlogId
    uid: Uid
    #: a hint, as of :class:`ParsedEntry`
    native_id: NativeId | None
    link: str | None
    title: str
    author: str
    published_at: datetime | None
    html: str
    image_url: str | None
    categories: tuple[str, ...] = field(default=())
    #: fingerprint of the visible content; empty for a stub
    hash: str
    first_seen_at: datetime
    #: how often its messages were updated
    edits: int = 0
    #: when it last changed so much that its message is marked as edited
    edited_at: datetime | None = None
    #: when it was found to be removed from the blog
    gone_at: datetime | None = None
    #: when its comments were found to be closed
    comments_closed_at: datetime | None = None
    #: the entry that it was mistaken for, until an admin had it posted
    split_from: EntryId | None = None

    @property
    def is_stub(self) -> bool:
        """Whether only comments have named it, and its own feed has not shown it yet."""
        return self.hash == STUB_HASH

    @property
    def takes_replies(self) -> bool:
        """Whether it is on the blog and, as far as is known, open for comments."""
        return self.gone_at is None and self.comments_closed_at is None and self.html != PROTECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A saved comment."""

    id: CommentId
    blog_id: BlogId
    entry_id: EntryId
    uid: Uid
    native_id: NativeId | None
    parent_uid: Uid | None
    parent_author: str
    link: str | None
    author: str
    published_at: datetime | None
    html: str
    hash: str
    first_seen_at: datetime
    #: as an entry's
    edits: int = 0
    edited_at: datetime | None = None
    gone_at: datetime | None = None
    #: when it was moved to the entry that it was posted under
    entry_corrected_at: datetime | None = None
    kind: CommentKind = CommentKind.COMMENT
    #: the page with the link of a mention, where the feed has it
    source_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLocation:
    """The entry under which a comment is saved, with the addresses of both."""

    comment_id: CommentId
    native_id: NativeId | None
    link: str | None
    entry_id: EntryId
    entry_link: str | None
