"""The deliveries of all kinds: their lanes, which keep order, and their keys, which make them happen once."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.alert import AuthorAlert
from bot.model.delivery import (
    AlertAuthor,
    AnnounceComment,
    AnnounceEntry,
    CheckRemoval,
    ConfirmReply,
    ExplainAlertOff,
    FollowReply,
    ImportFeed,
    LookUpPost,
    NewDelivery,
    NotifyAdmin,
    NotifyAlertLimit,
    PostReply,
    PublishReply,
    RenameThread,
    ReportImport,
    ResumeSubscription,
    ReviewBlog,
    ShowImportProgress,
    SummariseComments,
    SummariseEntries,
    UpdateCard,
)
from bot.model.ids import AlertId, BlogId, CommentId, EntryId, GuildId, NoticeId, SubscriptionId, UserId
from bot.model.opml import Import, ImportedFeed
from bot.model.reply import Reply, ReplyState
from bot.model.subscription import PostedMessage, Subscription


def chat_lane(subscription_id: SubscriptionId) -> str:
    """Return the lane of a subscription's entries and comments: no comment overtakes its entry or its parent."""
    return f"chat:{subscription_id}"


def comment_summary_lane(subscription_id: SubscriptionId) -> str:
    """Return the lane of a subscription's summaries of comments."""
    return f"comment-summary:{subscription_id}"


def blog_lane(blog_id: BlogId) -> str:
    """Return the lane of the replies to one blog: one at a time, as WordPress's check for duplicates is not atomic.

    A reply that waits for another attempt lets those behind it pass.
    """
    return f"blog:{blog_id}"


def removal_lane(entry_id: EntryId, comment_id: CommentId | None) -> str:
    """Return the lane of the checks of one item that left its feed."""
    return f"check:{entry_id}:{comment_id or 0}"


def announce_entry(subscription_id: SubscriptionId, entry_id: EntryId, now: datetime) -> NewDelivery:
    """Post an entry in a subscription."""
    return NewDelivery(
        intent=AnnounceEntry(subscription_id=subscription_id, entry_id=entry_id),
        lane=chat_lane(subscription_id),
        key=f"entry:{subscription_id}:{entry_id}",
        due_at=now,
    )


def announce_comment(subscription_id: SubscriptionId, comment_id: CommentId, now: datetime) -> NewDelivery:
    """Post a comment in a subscription."""
    return NewDelivery(
        intent=AnnounceComment(subscription_id=subscription_id, comment_id=comment_id),
        lane=chat_lane(subscription_id),
        key=f"comment:{subscription_id}:{comment_id}",
        due_at=now,
    )


def summarise_entries(subscription_id: SubscriptionId, entry_ids: Sequence[EntryId], now: datetime) -> NewDelivery:
    """Post a summary of entries that are not posted one by one."""
    return NewDelivery(
        intent=SummariseEntries(subscription_id=subscription_id, entry_ids=tuple(entry_ids)),
        lane=chat_lane(subscription_id),
        key=f"summary:{subscription_id}:{entry_ids[0]}:{entry_ids[-1]}",
        due_at=now,
    )


def summarise_comments(subscription_id: SubscriptionId, first: CommentId, due_at: datetime) -> NewDelivery:
    """Post a summary of comments that are not posted one by one, in a lane of its own because it may wait.

    :param first: the oldest comment that is in no summary yet: each has one delivery.
    """
    return NewDelivery(
        intent=SummariseComments(subscription_id=subscription_id),
        lane=comment_summary_lane(subscription_id),
        key=f"comment-summary:{subscription_id}:{first}",
        due_at=due_at,
    )


def check_removal(entry_id: EntryId, comment_id: CommentId | None, due_at: datetime, *, again: bool) -> NewDelivery:
    """Check whether an item is gone from its blog."""
    # An item that comes and goes in a feed is checked once a day.
    when = due_at.timestamp() if again else due_at.date()
    return NewDelivery(
        intent=CheckRemoval(entry_id=entry_id, comment_id=comment_id, again=again),
        lane=removal_lane(entry_id, comment_id),
        key=f"check:{entry_id}:{comment_id or 0}:{when}",
        due_at=due_at,
    )


def update_card(link: PostedMessage, due_at: datetime) -> NewDelivery:
    """Edit an item's message, in a lane of its own because Discord delays edits of old messages."""
    return NewDelivery(
        intent=UpdateCard(subscription_id=link.subscription_id, entry_id=link.entry_id, comment_id=link.comment_id),
        lane=f"revise:{link.message_id}",
        key=f"revise:{link.message_id}:{due_at.timestamp()}",
        due_at=due_at,
    )


def rename_thread(link: PostedMessage, now: datetime) -> NewDelivery:
    """Rename an entry's thread to its present title, in a lane of its own because it may wait for minutes."""
    return NewDelivery(
        intent=RenameThread(subscription_id=link.subscription_id, entry_id=link.entry_id),
        lane=f"rename:{link.message_id}",
        key=f"rename:{link.message_id}:{now.timestamp()}",
        due_at=now,
    )


def post_reply(reply: Reply, now: datetime) -> NewDelivery:
    """Post a reply's text in the thread."""
    return NewDelivery(
        intent=PostReply(reply_id=reply.id), lane=f"reply:{reply.id}", key=f"speak:{reply.id}", due_at=now
    )


def look_up_post(guild_id: GuildId, entry_id: EntryId, now: datetime) -> NewDelivery:
    """Find out which post of its blog an entry is, once for each connection of a guild."""
    return NewDelivery(
        intent=LookUpPost(guild_id=guild_id, entry_id=entry_id),
        lane=f"locate:{guild_id}",
        key=f"locate:{guild_id}:{entry_id}:{now.timestamp()}",
        due_at=now,
    )


def publish_reply(reply: Reply, now: datetime) -> NewDelivery:
    """Publish a reply."""
    return NewDelivery(
        intent=PublishReply(reply_id=reply.id), lane=blog_lane(reply.blog_id), key=f"publish:{reply.id}", due_at=now
    )


def follow_reply(reply: Reply, due_at: datetime) -> NewDelivery:
    """Follow a held comment, in a lane of its own because it may take weeks."""
    return NewDelivery(
        intent=FollowReply(reply_id=reply.id), lane=f"follow:{reply.id}", key=f"follow:{reply.id}", due_at=due_at
    )


def acknowledge_reply(reply: Reply, now: datetime) -> NewDelivery:
    """Show the writer that a reply is on its way, before anything else in the lane of this reply."""
    return _confirm_reply(reply, f"acknowledge:{reply.id}", now)


def confirm_reply(reply: Reply, state: ReplyState, now: datetime) -> NewDelivery:
    """Show the writer the state that a reply has reached."""
    return _confirm_reply(reply, f"confirm:{reply.id}:{state}", now)


def confirm_reply_moved(reply: Reply, now: datetime) -> NewDelivery:
    """Show the writer that a reply is under another post than it was meant for."""
    return _confirm_reply(reply, f"moved:{reply.id}", now)


def _confirm_reply(reply: Reply, key: str, now: datetime) -> NewDelivery:
    return NewDelivery(intent=ConfirmReply(reply_id=reply.id), lane=f"reply:{reply.id}", key=key, due_at=now)


def alert_author(
    alert_id: AlertId, first: CommentId, user_id: UserId, entry_id: EntryId, due_at: datetime
) -> NewDelivery:
    """Alert an author of comments on an entry, in a lane of its own because it may wait.

    :param first: the oldest comment that the author was not alerted of yet: each has one delivery.
    """
    return NewDelivery(
        intent=AlertAuthor(alert_id=alert_id, comment_id=first),
        lane=f"alert:{user_id}:{entry_id}",
        key=f"alert:{user_id}:{first}",
        due_at=due_at,
    )


def notify_alert_limit(alert: AuthorAlert, comment_id: CommentId, now: datetime) -> NewDelivery:
    """Tell a person once a day that there are more comments than alerts."""
    return NewDelivery(
        intent=NotifyAlertLimit(alert_id=alert.id, comment_id=comment_id),
        lane=f"direct:{alert.user_id}",
        key=f"alert-limit:{alert.user_id}:{now.date()}",
        due_at=now,
    )


def explain_alert_off(alert: AuthorAlert, comment_id: CommentId, now: datetime) -> NewDelivery:
    """Say that an alert was switched off."""
    return NewDelivery(
        intent=ExplainAlertOff(alert_id=alert.id, comment_id=comment_id),
        lane=f"direct:{alert.user_id}",
        key=f"explain:{alert.id}:{comment_id}",
        due_at=now,
    )


def import_lane(guild_id: GuildId) -> str:
    """Return the lane of a guild's OPML imports."""
    return f"import:{guild_id}"


def import_feed(wanted: Import, feed: ImportedFeed, now: datetime, *, again: str = "") -> NewDelivery:
    """Subscribe to an imported feed, one after the other in each guild.

    :param again: makes the key differ from those of earlier attempts.
    """
    return NewDelivery(
        intent=ImportFeed(feed_id=feed.id),
        lane=import_lane(wanted.guild_id),
        key=f"import:{feed.id}{again}",
        due_at=now,
    )


def report_import(wanted: Import, now: datetime, *, again: str = "") -> NewDelivery:
    """Report an import, in the lane of its feeds and so after the last of them."""
    return NewDelivery(
        intent=ReportImport(import_id=wanted.id),
        lane=import_lane(wanted.guild_id),
        key=f"import-report:{wanted.id}{again}",
        due_at=now,
    )


def show_import_progress(wanted: Import, number: int, due_at: datetime) -> NewDelivery:
    """Show the progress of an import once, in a lane of its own because it waits for its time."""
    return NewDelivery(
        intent=ShowImportProgress(import_id=wanted.id, number=number),
        lane=f"import-progress:{wanted.id}",
        key=f"import-progress:{wanted.id}:{number}:{due_at.timestamp():.0f}",
        due_at=due_at,
    )


def notify_admin(user_id: UserId, notice_id: NoticeId, now: datetime) -> NewDelivery:
    """Send a notice about a blog to a person."""
    return NewDelivery(
        intent=NotifyAdmin(notice_id=notice_id, user_id=user_id),
        lane=f"direct:{user_id}",
        key=f"notice:{user_id}:{notice_id}",
        due_at=now,
    )


def review_blog(blog_id: BlogId, due_at: datetime, *, list_refused: bool, again: int = 0) -> NewDelivery:
    """Discover again what a blog offers beside its feed."""
    return NewDelivery(
        intent=ReviewBlog(blog_id=blog_id, list_refused=list_refused, again=again),
        # One that is due later must not hold up one that is due now.
        lane=f"review:{blog_id}:again" if again else f"review:{blog_id}",
        key=f"review:{blog_id}:{due_at.timestamp()}",
        due_at=due_at,
    )


def resume_lane(guild_id: GuildId) -> str:
    """Return the lane of the subscriptions to resume in a server that invited the bot again."""
    return f"resume:{guild_id}"


def resume_here(subscription: Subscription, now: datetime) -> NewDelivery:
    """Resume a subscription whose server invited the bot again."""
    left_at = subscription.left_at or now
    return NewDelivery(
        intent=ResumeSubscription(subscription_id=subscription.id),
        lane=resume_lane(subscription.guild_id),
        key=f"resume:{subscription.id}:{left_at.timestamp()}",
        due_at=now,
    )
