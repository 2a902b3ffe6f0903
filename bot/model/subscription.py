"""Subscriptions of channels to blogs, and proposals that become one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.entry import Comment
from bot.model.feed import Blog, Discovery, FoundFeed
from bot.model.filter import Filter
from bot.model.ids import (
    BlogId,
    ChannelId,
    CommentId,
    EntryId,
    GuildId,
    MessageId,
    ProposalId,
    RoleId,
    SubscriptionId,
    UserId,
)


class Placement(StrEnum):
    """How an entry is posted in its channel."""

    #: a message, and a thread that starts from it
    THREAD = "thread"
    #: a forum post
    FORUM = "forum"
    #: a message only
    CHANNEL = "channel"

    @property
    def where(self) -> str:
        """Return Discord's word for the place that holds the comments on an entry."""
        return "post" if self is Placement.FORUM else self.value


class RelayMode(StrEnum):
    """How members may answer on the blog; each mode includes the ones before it."""

    OFF = "off"
    BUTTON = "button"
    MENU = "menu"
    AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A blog that goes to a channel."""

    id: SubscriptionId
    guild_id: GuildId
    channel_id: ChannelId
    blog_id: BlogId
    placement: Placement
    comments: bool
    relay_mode: RelayMode
    #: items first seen before this are never announced by themselves
    started_at: datetime
    paused_at: datetime | None = None
    #: the bot was taken out of the server then; if it does not come back, the subscription ends after a while
    left_at: datetime | None = None
    #: a sentence; set when the channel was lost, cleared by resume
    parked_reason: str | None = None
    #: whom to tell when something breaks; None: not known
    added_by: UserId | None = None
    filter: Filter = field(default_factory=Filter)
    #: what stands above an entry's card, with placeholders; None: nothing
    template: str | None = None
    #: whom an entry pings
    mentioned_roles: tuple[RoleId, ...] = ()
    #: the first comment on an entry whose thread is locked is posted in the channel; otherwise it is not posted at all
    locked_thread_fallback: bool = False
    #: since when pingbacks and trackbacks are posted; None: they are not
    pingbacks_since: datetime | None = None
    #: where it stands in lists of feeds: names of folders, from the outside in
    folder: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Neither paused by a person nor parked by us."""
        return self.paused_at is None and self.parked_reason is None

    def shows(self, comment: Comment) -> bool:
        """Return whether comments of this kind are posted; mentions only where an admin switched them on."""
        return not comment.kind.is_mention or self.pingbacks_since is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribedBlog:
    """A subscription with its blog, and whether replies can be carried there."""

    subscription: Subscription
    blog: Blog
    connected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A blog that ``/blog add`` found, kept until Start or Cancel is pressed."""

    id: ProposalId
    guild_id: GuildId
    channel_id: ChannelId
    user_id: UserId
    placement: Placement
    comments: bool
    found: Discovery
    #: all feeds that could be started instead, the one of ``found`` among them
    candidates: tuple[FoundFeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedMessage:
    """A pair of item and message, readable in both directions."""

    subscription_id: SubscriptionId
    entry_id: EntryId
    #: None: the message stands for the entry itself
    comment_id: CommentId | None = None
    channel_id: ChannelId
    message_id: MessageId
    #: for an entry: where its comments go (the thread, or the channel itself for Placement.CHANNEL); None: nowhere, as
    #: a moderator deleted the thread
    thread_id: ChannelId | None = None
    #: the name that we gave the thread; None: not known, or there is none
    thread_name: str | None = None
    #: when we last changed that name
    renamed_at: datetime | None = None
    #: when a comment was posted in the channel because the thread is locked
    locked_notice_at: datetime | None = None
