"""Deliveries: their intents, which carry ids and never content, and their states."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

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
class Intent:
    """The content of a delivery: ids only."""

    #: the word for it in the database; it stays when the class is renamed
    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Register the class under its kind."""
        if "kind" in vars(cls):
            KINDS[cls.kind] = cls

    @property
    def ids(self) -> dict[str, object]:
        """Return its ids for the log, without "_id" in their names."""
        names = [each.name for each in fields(self) if each.name.endswith("_id")]
        return {name.removesuffix("_id"): getattr(self, name) for name in names}


#: Each kind of intent.
KINDS: dict[str, type[Intent]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionIntent(Intent):
    """The content of a delivery that belongs to one subscription."""

    subscription_id: SubscriptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceEntry(SubscriptionIntent):
    """Post an entry in its channel."""

    kind = "announce_entry"
    entry_id: EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceComment(SubscriptionIntent):
    """Post a comment in its entry's thread."""

    kind = "announce_comment"
    comment_id: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariseEntries(SubscriptionIntent):
    """Post one message that names entries that appeared with too many others at once."""

    kind = "summarise_entries"
    entry_ids: Sequence[EntryId]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariseComments(SubscriptionIntent):
    """Post one message that counts, by entry, the comments that were not posted one by one."""

    kind = "summarise_comments"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRemoval(Intent):
    """Check whether an item that left its feed is gone from the blog too."""

    kind = "check_removal"
    entry_id: EntryId
    comment_id: CommentId | None
    #: True where one check has found it gone already
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCard(SubscriptionIntent):
    """Edit the message of an entry, or of a comment on it, to show the present state."""

    kind = "update_card"
    entry_id: EntryId
    comment_id: CommentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameThread(SubscriptionIntent):
    """Rename the thread or forum post of an entry to the entry's present title."""

    kind = "rename_thread"
    entry_id: EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReply(Intent):
    """Post a reply that was written in the form in the thread, under the member's name."""

    kind = "post_reply"
    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpPost(Intent):
    """Find out which post of its blog an entry is, before a member writes a comment."""

    kind = "look_up_post"
    guild_id: GuildId
    entry_id: EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReply(Intent):
    """Publish a reply on the blog."""

    kind = "publish_reply"
    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowReply(Intent):
    """Ask the blog for the state of a held comment."""

    kind = "follow_reply"
    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReply(Intent):
    """Show the writer the state of the reply."""

    kind = "confirm_reply"
    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAuthor(Intent):
    """Alert an author by direct message of the comments on an entry since the first that waits."""

    kind = "alert_author"
    alert_id: AlertId
    #: the first that the author was not alerted of
    comment_id: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyAlertLimit(Intent):
    """Tell a person, once a day, that there are more comments than alerts."""

    kind = "notify_alert_limit"
    alert_id: AlertId
    comment_id: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainAlertOff(Intent):
    """Say once, in the comment's thread, that an alert was switched off because direct messages are closed."""

    kind = "explain_alert_off"
    alert_id: AlertId
    comment_id: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyParked(SubscriptionIntent):
    """Tell the person who added a blog that its channel is lost."""

    kind = "notify_parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyAdmin(Intent):
    """Send a notice about a blog to a person by direct message."""

    kind = "notify_admin"
    notice_id: NoticeId
    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFeed(Intent):
    """Subscribe to one feed of an OPML import."""

    kind = "import_feed"
    feed_id: ImportedFeedId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportImport(Intent):
    """Send the report of an OPML import by direct message."""

    kind = "report_import"
    import_id: ImportId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowImportProgress(Intent):
    """Show the progress of an OPML import in one direct message, which is edited."""

    kind = "show_import_progress"
    import_id: ImportId
    #: counts the updates of one import
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSubscription(SubscriptionIntent):
    """Resume a subscription whose server invited the bot again."""

    kind = "resume_subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBlog(Intent):
    """Discover again what a blog offers beside its feed."""

    kind = "review_blog"
    blog_id: BlogId
    #: True where the blog has just refused its list of comments
    list_refused: bool
    #: how many reviews came before because comments could not be read from the list
    again: int = 0


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
    #: since when it is retried; begins anew when a channel is back
    retry_since: datetime
    #: random; what Discord knows this delivery by for some minutes (25 characters at most)
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """Not now: try again at the given time. Counts as no failure."""

    until: datetime
