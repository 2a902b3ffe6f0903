"""Members' replies on their way to a blog, and what the blog answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.connection import Secret
from bot.model.ids import (
    BlogId,
    ChannelId,
    CommentId,
    EntryId,
    GuildId,
    MessageId,
    NativeId,
    ReplyId,
    SubscriptionId,
    UserId,
)
from bot.model.subscription import Placement


class ReplyState(StrEnum):
    """The state of a reply."""

    #: shown as a preview to the writer alone
    DRAFT = "draft"
    #: the writer pressed Publish
    ACCEPTED = "accepted"
    HELD = "held"
    PUBLISHED = "published"
    REFUSED = "refused"
    #: it was sent, no answer came, and it could not be found: it may be on the blog or not
    UNCERTAIN = "uncertain"


class ReplyOrigin(StrEnum):
    """The button or menu with which the writer began."""

    BUTTON = "button"
    MENU = "menu"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReply:
    """A draft of a member's text that becomes a comment on a blog, before it has an id."""

    guild_id: GuildId
    subscription_id: SubscriptionId
    blog_id: BlogId
    entry_id: EntryId
    #: the comment it answers; None: the entry itself
    parent_comment_id: CommentId | None
    user_id: UserId
    public_name: str
    origin: ReplyOrigin
    #: as typed, Discord Markdown
    content: str
    #: as published, HTML
    html: str
    #: the message on Discord; for BUTTON known once the bot has posted it
    channel_id: ChannelId | None = None
    message_id: MessageId | None = None
    #: of the writer's own message, as it was previewed; None: it had not been edited
    message_edited_at: datetime | None = None
    #: the post of the blog that its entry was when it was previewed; None: from before this was kept
    post_id: NativeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(NewReply):
    """A member's text that becomes a comment on a blog, with its id and its state."""

    id: ReplyId
    state: ReplyState
    #: the token of the interaction whose ephemeral answer shows the state; valid for 15 minutes
    interaction_token: Secret | None = None
    native_id: NativeId | None = None
    url: str | None = None
    #: why it was refused or is uncertain, a sentence
    reason: str | None = None
    #: the unguessable end of its permalink; made with the draft, never derived from an id; None before there were any
    token: str | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLimit:
    """How many replies a member may publish from a guild."""

    per_ten_minutes: int = 5
    per_day: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A member's public name and consent."""

    user_id: UserId
    public_name: str
    #: stands for the member in a synthetic e-mail address; never derived from the user id
    token: str
    consented_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyForm:
    """The questions of the form for a reply."""

    #: the author of the comment or the title of the post that is answered
    answering: str
    #: the member has not agreed to be published yet: ask for name and consent
    first_time: bool
    public_name: str
    consent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPreview:
    """A draft, exactly as it would be published."""

    reply_id: ReplyId
    blog_title: str
    answering: str
    public_name: str
    #: the comment's HTML as Discord Markdown
    body: str
    #: how the blog's entries are posted in the channel
    placement: Placement
    #: it was written in the form, so its text will be posted on Discord too
    by_button: bool
    #: the comment that it answers was removed, so it cannot be published as it is
    parent_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReply:
    """A member's reply, as their own list shows it."""

    reply: Reply
    entry_title: str
    #: as published, without markup
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingComment:
    """A reply as it is sent to a blog."""

    #: what the blog's software calls the entry and the parent
    entry_native_id: NativeId
    parent_native_id: NativeId | None
    author_name: str
    #: synthetic, stable for a member on a blog, unlike anybody's
    author_email: str
    #: the link to the Discord message, by which the comment is found again
    author_url: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The comment is public."""

    native_id: NativeId
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The comment waits for the blog's moderator; its number is unknown if the answer was lost."""

    native_id: NativeId | None


class RejectionReason(StrEnum):
    """Why a blog rejected a comment, where the reason says something about the post or the comment that is answered."""

    CLOSED = "closed"
    POST_GONE = "post gone"
    PARENT_GONE = "parent gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The blog refused the comment, or removed it."""

    #: a sentence for the writer
    text: str
    reason: RejectionReason | None = None


PublishOutcome = Published | Held | Rejected
