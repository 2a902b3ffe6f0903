"""Channels, members and messages of Discord, without discord.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.ids import ChannelId, CommentId, EntryId, GuildId, MessageId, RoleId, SubscriptionId, UserId


class ChannelKind(StrEnum):
    """The channel types a blog can go to."""

    TEXT = "text"
    FORUM = "forum"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumTag:
    """One tag that a forum offers (Discord: at most 20, 5 applied to a post)."""

    id: int
    name: str
    moderated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """A channel that an admin picked."""

    id: ChannelId
    guild_id: GuildId
    name: str
    kind: ChannelKind
    #: the permissions that the bot lacks there, as Discord's settings call them
    missing: tuple[str, ...] = ()
    #: None: the channel is no forum
    forum: "ForumView | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumView:
    """The requirements of a forum for a new post."""

    tags: tuple[ForumTag, ...]
    tag_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    """A role that an admin picked."""

    id: RoleId
    name: str
    #: it is @everyone
    everybody: bool = False
    #: it belongs to a bot, an integration or the server's boosts, and cannot be given to members
    managed: bool = False
    #: its members are notified when the bot mentions it
    pingable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """A member in a channel, with their present permissions there."""

    id: UserId
    guild_id: GuildId
    channel_id: ChannelId
    #: the channel is a thread or a forum post
    in_thread: bool = False
    may_write: bool = True
    #: in this thread, or in the threads of this channel
    may_write_in_threads: bool = True
    #: @everyone may read the channel, and it is not age-restricted
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """The ids of a message."""

    channel_id: ChannelId
    message_id: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTarget:
    """The entry or comment that the button "Reply on the blog" answers.

    The button's custom_id carries it, so a card still works after a restart.
    """

    subscription_id: SubscriptionId
    entry_id: EntryId
    comment_id: CommentId | None = None

    PREFIX = "reply:"
    #: the pattern of the custom_id
    SHAPE = f"{PREFIX}{{subscription}}:{{entry}}:{{comment?}}"

    @property
    def custom_id(self) -> str:
        """Return the button's custom_id (at most 100 characters)."""
        return f"{self.PREFIX}{self.subscription_id}:{self.entry_id}:{self.comment_id or ''}"

    @classmethod
    def of(cls, ids: Mapping[str, int]) -> "ReplyTarget":
        """Return the target of the ids in :attr:`SHAPE`."""
        return cls(
            subscription_id=SubscriptionId(ids["subscription"]),
            entry_id=EntryId(ids["entry"]),
            comment_id=CommentId(ids["comment"]) if "comment" in ids else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkButton:
    """A button that opens an address."""

    label: str
    url: str


#: The prefix of the custom_id of the button "Answer the post instead"; the reply's id follows.
ANSWER_POST = "reply-draft:post:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionButton:
    """A button with a custom_id that one of the cogs handles."""

    label: str
    custom_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPost:
    """A message to be posted, with one embed. Its lengths are within Discord's limits."""

    #: Markdown between the mentions and the embed
    text: str = ""
    #: Markdown; text from outside is escaped
    title: str = ""
    url: str | None = None
    author: str = ""
    #: Markdown; text from outside is escaped
    body: str = ""
    image_url: str | None = None
    footer: str = ""
    timestamp: datetime | None = None
    reply_target: ReplyTarget | None = None
    #: one line of Markdown that names what it answers, for a message that cannot be a reply on Discord
    answers: str = ""
    #: the only person whom this message may mention
    mention: UserId | None = None
    #: the only roles that this message may mention
    roles: tuple[RoleId, ...] = ()
    links: tuple[LinkButton, ...] = ()
    acts: tuple[ActionButton, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """The mentions in a text, with their names in the guild."""

    users: tuple[UserId, ...] = ()
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """A message that a member wrote."""

    guild_id: GuildId
    ref: MessageRef
    author_id: UserId
    content: str
    #: the message to which it replies
    reply_to: MessageId | None
    mentions: Mentions
    #: when its writer edited it last
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """The present content of a message."""

    #: empty if Discord does not show it to the bot
    content: str
    edited_at: datetime | None


class ReactionMark(StrEnum):
    """The reactions that show the state of a reply on its message."""

    UNDER_WAY = "⏳"
    WAITING = "🕓"
    PUBLISHED = "✅"
    REFUSED = "❌"
