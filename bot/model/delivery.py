"""Deliveries: intents to change the outside once, and how they end. Ids only, never content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import (
    AlertId,
    BlogId,
    CommentId,
    DeliveryId,
    EntryId,
    GuildId,
    ImportedFeedId,
    ImportId,
    NoticeId,
    ReplyId,
    SubscriptionId,
    UserId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceEntry:
    """Say an entry in chat."""

    subscription_id: SubscriptionId
    entry_id: EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceComment:
    """Say a comment in its entry's thread."""

    subscription_id: SubscriptionId
    comment_id: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariseEntries:
    """Name entries that appeared with too many others at once to be announced one by one."""

    subscription_id: SubscriptionId
    entry_ids: Sequence[EntryId]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariseComments:
    """Tell how many comments came that were not posted one by one, and on which entries."""

    subscription_id: SubscriptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRemoval:
    """Look whether an item that left its feed is gone from the blog too."""

    entry_id: EntryId
    comment_id: CommentId | None
    #: True: it was found to be gone once already
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCard:
    """Bring the message of an entry, or of a comment on it, up to date."""

    subscription_id: SubscriptionId
    entry_id: EntryId
    comment_id: CommentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameThread:
    """Give the thread or forum post of an entry the entry's present title."""

    subscription_id: SubscriptionId
    entry_id: EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReply:
    """Post a reply's text in the thread under the member's name (its origin was a button)."""

    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpPost:
    """Find out which post of its blog an entry is, before anybody wants to comment on it."""

    guild_id: GuildId
    entry_id: EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReply:
    """Carry a reply to the blog."""

    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowReply:
    """Ask the blog what became of a held comment."""

    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReply:
    """Show the writer how far the reply has come."""

    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAuthor:
    """Tell an author of a comment by direct message, and of what else was said on its entry since."""

    alert_id: AlertId
    #: the first that the author was not told of
    comment_id: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyAlertLimit:
    """Tell a person, once a day, that more comments came than they are alerted of."""

    alert_id: AlertId
    comment_id: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainAlertOff:
    """Say once, in the comment's thread, that an alert was switched off because direct messages are closed."""

    alert_id: AlertId
    comment_id: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyParked:
    """Tell whoever added a blog that its channel is lost."""

    subscription_id: SubscriptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyAdmin:
    """Tell whoever added a blog, by direct message, what happened to it."""

    notice_id: NoticeId
    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFeed:
    """Start a feed of a list that an admin handed in."""

    feed_id: ImportedFeedId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportImport:
    """Tell whoever handed a list in, by direct message, what came of it."""

    import_id: ImportId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowImportProgress:
    """Show whoever handed a list in, in one direct message that is edited, how far it is."""

    import_id: ImportId
    #: counts these looks at one list
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSubscription:
    """Go on with a subscription whose server took the bot in again."""

    subscription_id: SubscriptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBlog:
    """Look anew what a blog offers beside its feed."""

    blog_id: BlogId
    #: its list of comments has just refused to be read
    list_refused: bool
    #: how many looks came before for the same reason: comments are not read from the list any more
    again: int = 0


Intent = (
    AnnounceEntry
    | AnnounceComment
    | SummariseEntries
    | SummariseComments
    | CheckRemoval
    | UpdateCard
    | RenameThread
    | PostReply
    | LookUpPost
    | PublishReply
    | FollowReply
    | ConfirmReply
    | AlertAuthor
    | NotifyAlertLimit
    | ExplainAlertOff
    | NotifyAdmin
    | NotifyParked
    | ImportFeed
    | ReportImport
    | ShowImportProgress
    | ResumeSubscription
    | ReviewBlog
)

#: The name under which each intent is kept; a renamed class keeps its word here.
KINDS: dict[str, type[Intent]] = {
    "announce_entry": AnnounceEntry,
    "announce_comment": AnnounceComment,
    "summarise_entries": SummariseEntries,
    "summarise_comments": SummariseComments,
    "check_removal": CheckRemoval,
    "update_card": UpdateCard,
    "rename_thread": RenameThread,
    "post_reply": PostReply,
    "look_up_post": LookUpPost,
    "publish_reply": PublishReply,
    "follow_reply": FollowReply,
    "confirm_reply": ConfirmReply,
    "alert_author": AlertAuthor,
    "notify_alert_limit": NotifyAlertLimit,
    "explain_alert_off": ExplainAlertOff,
    "notify_admin": NotifyAdmin,
    "notify_parked": NotifyParked,
    "import_feed": ImportFeed,
    "report_import": ReportImport,
    "show_import_progress": ShowImportProgress,
    "resume_subscription": ResumeSubscription,
    "review_blog": ReviewBlog,
}


class DeliveryState(StrEnum):
    """Where a delivery is in its life."""

    WAITING = "waiting"
    DONE = "done"
    #: settled without success; waits for a person
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A delivery to be added. One with a known key is not added again."""

    intent: Intent
    #: deliveries of one lane run one at a time, in the order they were added; a reply to be published that waits for
    #: another attempt lets the others pass
    lane: str
    #: what this delivery does, once and for all
    key: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A claimed delivery."""

    id: DeliveryId
    intent: Intent
    lane: str
    #: counts this attempt: 1 means that nothing was tried before
    attempts: int
    first_attempt_at: datetime
    #: since when it is being tried, for the limit on trying; begins anew when a channel is back
    patient_since: datetime
    #: random; what Discord knows this delivery by for some minutes (25 characters at most)
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """Not now: try again at the given time. Counts as no failure."""

    until: datetime
