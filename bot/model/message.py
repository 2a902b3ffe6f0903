"""Discord's nouns as the bridge needs them: where something stands and what is to be said. No discord.py."""

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
    """A channel as an admin picked it."""

    id: ChannelId
    guild_id: GuildId
    name: str
    kind: ChannelKind
    #: names of the permissions the bot needs there and lacks, as Discord's settings call them
    missing: tuple[str, ...] = ()
    #: @everyone may view it
    public: bool = True
    age_restricted: bool = False
    #: what a forum asks of a post; None: it is none
    forum: "ForumView | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumView:
    """What a forum asks of a new post."""

    tags: tuple[ForumTag, ...]
    tag_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    """A role as an admin picked it."""

    id: RoleId
    name: str
    #: the one that everybody on the server has
    everybody: bool = False
    #: it belongs to a bot, an integration or the server's boosts, and nobody can be given it by hand
    managed: bool = False
    #: those who have it are notified when the bot mentions it
    pingable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """A member where they act, and what they may do there at this moment."""

    id: UserId
    guild_id: GuildId
    channel_id: ChannelId
    #: the channel is a thread or a forum post
    in_thread: bool = False
    may_write: bool = True
    #: in this thread, or in the threads of this channel
    may_write_in_threads: bool = True
    #: @everyone may read what stands there, at any age
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """Where a message is."""

    channel_id: ChannelId
    message_id: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTarget:
    """What the button "Reply on the blog" answers: an entry, or one comment on it.

    It travels in the button's custom_id, so a card still works after a restart.
    """

    subscription_id: SubscriptionId
    entry_id: EntryId
    comment_id: CommentId | None = None

    PREFIX = "reply:"
    #: the custom_id, as the cogs read it
    SHAPE = f"{PREFIX}{{subscription}}:{{entry}}:{{comment?}}"

    @property
    def custom_id(self) -> str:
        """The button's custom_id (100 characters at most)."""
        return f"{self.PREFIX}{self.subscription_id}:{self.entry_id}:{self.comment_id or ''}"

    @classmethod
    def of(cls, ids: Mapping[str, int]) -> "ReplyTarget":
        """Build it from the ids in :attr:`SHAPE`."""
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


#: What the custom_id of the button "Answer the post instead" begins with; the reply's number follows.
ANSWER_POST = "reply-draft:post:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionButton:
    """A button that one of the cogs answers, by its custom_id."""

    label: str
    custom_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPost:
    """What is to be said: one message with one embed. Lengths are within Discord's limits already."""

    #: Markdown above the embed, below whom it mentions
    text: str = ""
    #: Markdown, inert where it came from outside
    title: str = ""
    url: str | None = None
    author: str = ""
    #: Markdown, inert where it came from outside
    body: str = ""
    image_url: str | None = None
    footer: str = ""
    timestamp: datetime | None = None
    reply_target: ReplyTarget | None = None
    #: one line of Markdown: what it answers, for where Discord does not let it stand as a reply
    answers: str = ""
    #: the only person this message may ping
    mention: UserId | None = None
    #: the only roles this message may ping
    roles: tuple[RoleId, ...] = ()
    links: tuple[LinkButton, ...] = ()
    acts: tuple[ActionButton, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Whom and what a text mentions, by the names the guild has for them."""

    users: tuple[UserId, ...] = ()
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """A message that somebody wrote in chat."""

    guild_id: GuildId
    ref: MessageRef
    author_id: UserId
    content: str
    #: the message it answers
    reply_to: MessageId | None
    mentions: Mentions
    #: when its writer changed it last
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """What of a message its writer may have changed."""

    #: empty where Discord does not show it to us
    content: str
    edited_at: datetime | None


class ReactionMark(StrEnum):
    """How far a reply has come, as a reaction on its message."""

    UNDER_WAY = "⏳"
    WAITING = "🕓"
    PUBLISHED = "✅"
    REFUSED = "❌"
