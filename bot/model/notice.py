"""Notices to admins about a blog, with what is needed to undo one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import BlogId, EntryId, FeedId, NoticeId, Uid


class NoticeKind(StrEnum):
    """The kind of event that a notice reports."""

    #: many items came back under other names and were taken for the ones known
    IDENTITY = "identity"
    #: more appeared between two polls than the feed shows
    GAP = "gap"
    #: some items could not be recorded, because of a bug
    BROKEN_ITEMS = "broken_items"
    #: the feed has another address for good
    MOVED = "moved"
    #: polling has all but stopped
    STOPPED = "stopped"
    #: it fails, and will be tried further
    FAILING = "failing"
    #: the blog's API is another one, so connections to the old one have ended
    API = "api"
    #: comments stood in the threads of other posts
    MOVED_COMMENTS = "moved_comments"
    #: a member's reply stands under another post than the one that was answered
    MISPLACED_REPLY = "misplaced_reply"
    #: one server's connection for replies does not work
    CONNECTION = "connection"
    #: one server's reply was given up
    REPLY = "reply"
    #: a feed that was reported as failing works again
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldEntries:
    """An item that was not announced because it was taken for one that is known."""

    #: as what it is kept
    entry_id: EntryId
    #: the name that it came with, where it is kept under another; None: it is kept by itself, and was only not told
    uid: Uid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice that admins got about a blog."""

    id: NoticeId
    blog_id: BlogId
    feed_id: FeedId | None
    kind: NoticeKind
    #: for a person; Markdown, with nothing from outside that is not inert
    text: str
    #: what "post them after all" would post
    taken: tuple[WithheldEntries, ...]
    created_at: datetime
    undone_at: datetime | None

    @property
    def undoable(self) -> bool:
        """Return whether there is something to undo."""
        return bool(self.taken) and self.undone_at is None
