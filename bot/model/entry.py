"""Entries, comments and the people who wrote them, as a feed tells them and as we keep them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.model.ids import BlogId, CommentId, EntryId, NativeId, Uid

#: Stands in place of a text that its blog shows only to those who know a password.
PROTECTED: Final = "<p>This post is protected by a password.</p>"
#: The hash of a stub: an entry that only comments have named, as its own feed has not shown it yet.
STUB_HASH: Final = ""


class CommentKind(StrEnum):
    """What stands among a post's comments; WordPress's own words for it."""

    COMMENT = "comment"
    #: another site's software says that it links to the post
    PINGBACK = "pingback"
    TRACKBACK = "trackback"

    @property
    def is_mention(self) -> bool:
        """Whether another site's software left it, and no person."""
        return self is not CommentKind.COMMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRef:
    """How a comment names its entry; any field may be missing, one at least is there."""

    #: as the blog's API tells it, beside the link; never read out of a guid
    native_id: NativeId | None = None
    #: the number in its guid: good for asking the blog, and proof of nothing
    hint: NativeId | None = None
    link: str | None = None
    uid: Uid | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One post as the feed tells it."""

    uid: Uid
    link: str | None
    title: str
    author: str
    published_at: datetime | None
    #: content, or the summary where there is no content; raw, not to be trusted. What is relative in it is relative to
    #: its first ``<base>``, else to the link
    html: str
    #: an image the feed itself names (media:thumbnail, enclosure, itunes:image)
    image_url: str | None = None
    categories: tuple[str, ...] = ()
    #: ``wfw:commentRss`` or ``link rel=replies``
    comments_feed_url: str | None = None
    comment_count: int | None = None
    #: a hint: a number in a guid may be one of an old site; see ``model/post.py`` for what is proven
    native_id: NativeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedComment:
    """One remark as the feed or the blog's API tells it."""

    uid: Uid
    #: uid of the comment answered; None for a remark on the entry itself
    parent_uid: Uid | None
    #: the name in "In reply to …", for a parent that was never seen
    parent_author: str = ""
    entry: EntryRef
    link: str | None
    author: str
    author_url: str | None = None
    published_at: datetime | None
    #: raw, not to be trusted; WordPress's "In reply to" line taken off
    html: str
    native_id: NativeId | None = None
    kind: CommentKind = CommentKind.COMMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed said, in document order. Either list is empty, by the feed's kind."""

    title: str
    home_url: str | None = None
    entries: tuple[ParsedEntry, ...] = ()
    comments: tuple[ParsedComment, ...] = ()
    #: comment feeds and the like that the document itself points to
    links: tuple["FeedLink", ...] = ()
    #: uids of all items that the document holds, in its order: also of those left out because they are known
    window: tuple[Uid, ...] = ()
    #: the same of the last time this feed was read; empty where that is not known
    before: tuple[Uid, ...] = ()
    #: uids that the document says are deleted (RFC 6721)
    deleted: tuple[Uid, ...] = ()
    #: False: the document is cut short or holds more than is read, so what is missing from it is not gone
    complete: bool = True
    #: what is wrong with the document although it could be read, each a sentence for the debug log
    remarks: tuple[str, ...] = ()
    #: charset, format and parser, for the debug log
    parsed_as: str = ""
    freshness: "Freshness | None" = None
    #: there are items, and each says what it answers (RFC 4685): they are comments, whatever the feed is called
    all_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How often a feed says that it changes; a wish, which others than its author may have made up."""

    #: RSS ``ttl``: minutes a copy may be kept
    ttl: int | None = None
    #: minutes between two updates, by ``sy:updatePeriod`` and ``sy:updateFrequency``; WordPress says 60 everywhere
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
    """As much of a kept item as its feed's window needs."""

    #: an entry's or a comment's
    id: int
    published_at: datetime | None
    hash: str
    #: when its feed was last noted to show it
    seen_at: datetime | None = None

    @property
    def is_stub(self) -> bool:
        """Whether only comments have named it, and its own feed has not shown it yet."""
        return self.hash == STUB_HASH


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One post as we keep it."""

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
    #: how often its messages were brought up to date
    edits: int = 0
    #: when it changed so much that readers should know
    edited_at: datetime | None = None
    #: when its removal from the blog was noticed
    gone_at: datetime | None = None
    #: when the blog was found to take no more comments on it
    comments_closed_at: datetime | None = None
    #: the entry that it was taken for until somebody had it posted after all
    split_from: EntryId | None = None

    @property
    def is_stub(self) -> bool:
        """Whether only comments have named it, and its own feed has not shown it yet."""
        return self.hash == STUB_HASH

    @property
    def takes_replies(self) -> bool:
        """Whether it stands on the blog and, as far as is known, can be commented on."""
        return self.gone_at is None and self.comments_closed_at is None and self.html != PROTECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One remark as we keep it."""

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
    #: when it was found to have been posted under another entry
    entry_corrected_at: datetime | None = None
    kind: CommentKind = CommentKind.COMMENT
    #: of a mention, the page that links to the entry, where its feed tells
    source_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLocation:
    """Under which entry a comment is kept, with the addresses of both."""

    comment_id: CommentId
    native_id: NativeId | None
    link: str | None
    entry_id: EntryId
    entry_link: str | None
