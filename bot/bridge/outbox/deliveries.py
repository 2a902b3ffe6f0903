"""From an intent to its delivery: the lane it keeps order in and the key that makes it happen once."""

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
    NotifyParked,
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
from bot.rules.blog_changes import LOOK_AGAIN_AFTER


def chat_lane(subscription_id: SubscriptionId) -> str:
    """Entries and comments of one subscription, in order: no comment overtakes its entry or its parent."""
    return f"chat:{subscription_id}"


def comment_summary_lane(subscription_id: SubscriptionId) -> str:
    """Summaries of comments in one subscription."""
    return f"comment-summary:{subscription_id}"


def blog_lane(blog_id: BlogId) -> str:
    """Everything written to one blog, one at a time, as its own check for duplicates is not atomic.

    What waits here for another attempt does not hold up the rest.
    """
    return f"blog:{blog_id}"


def removal_lane(entry_id: EntryId, comment_id: CommentId | None) -> str:
    """The looks at one item that left its feed."""
    return f"check:{entry_id}:{comment_id or 0}"


def announce_entry(subscription_id: SubscriptionId, entry_id: EntryId, now: datetime) -> NewDelivery:
    """Announce an entry in a subscription."""
    return NewDelivery(
        intent=AnnounceEntry(subscription_id=subscription_id, entry_id=entry_id),
        lane=chat_lane(subscription_id),
        key=f"entry:{subscription_id}:{entry_id}",
        due_at=now,
    )


def announce_comment(subscription_id: SubscriptionId, comment_id: CommentId, now: datetime) -> NewDelivery:
    """Announce a comment in a subscription."""
    return NewDelivery(
        intent=AnnounceComment(subscription_id=subscription_id, comment_id=comment_id),
        lane=chat_lane(subscription_id),
        key=f"comment:{subscription_id}:{comment_id}",
        due_at=now,
    )


def summarise_entries(subscription_id: SubscriptionId, entry_ids: Sequence[EntryId], now: datetime) -> NewDelivery:
    """Name entries that are not announced one by one."""
    return NewDelivery(
        intent=SummariseEntries(subscription_id=subscription_id, entry_ids=tuple(entry_ids)),
        lane=chat_lane(subscription_id),
        key=f"summary:{subscription_id}:{entry_ids[0]}:{entry_ids[-1]}",
        due_at=now,
    )


def summarise_comments(subscription_id: SubscriptionId, first: CommentId, due_at: datetime) -> NewDelivery:
    """Tell of comments that are not posted one by one; it may have to wait, and nothing waits for it.

    :param first: the oldest that is not told of yet: until it is, there is one such delivery.
    """
    return NewDelivery(
        intent=SummariseComments(subscription_id=subscription_id),
        lane=comment_summary_lane(subscription_id),
        key=f"comment-summary:{subscription_id}:{first}",
        due_at=due_at,
    )


def check_removal(entry_id: EntryId, comment_id: CommentId | None, due_at: datetime, *, again: bool) -> NewDelivery:
    """Look whether an item is gone from its blog."""
    # What comes and goes in a feed is looked for once a day.
    when = due_at.timestamp() if again else due_at.date()
    return NewDelivery(
        intent=CheckRemoval(entry_id=entry_id, comment_id=comment_id, again=again),
        lane=removal_lane(entry_id, comment_id),
        key=f"check:{entry_id}:{comment_id or 0}:{when}",
        due_at=due_at,
    )


def update_card(link: PostedMessage, due_at: datetime) -> NewDelivery:
    """Bring an item's message up to date, as of that moment; old messages may have to wait, and block nobody."""
    return NewDelivery(
        intent=UpdateCard(subscription_id=link.subscription_id, entry_id=link.entry_id, comment_id=link.comment_id),
        lane=f"revise:{link.message_id}",
        key=f"revise:{link.message_id}:{due_at.timestamp()}",
        due_at=due_at,
    )


def rename_thread(link: PostedMessage, now: datetime) -> NewDelivery:
    """Give an entry's thread the entry's present title; it may have to wait, and blocks nobody."""
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
    """Find out which post of its blog an entry is; each connection of a guild asks anew."""
    return NewDelivery(
        intent=LookUpPost(guild_id=guild_id, entry_id=entry_id),
        lane=f"locate:{guild_id}",
        key=f"locate:{guild_id}:{entry_id}:{now.timestamp()}",
        due_at=now,
    )


def publish_reply(reply: Reply, now: datetime) -> NewDelivery:
    """Publish a reply."""
    return NewDelivery(
        intent=PublishReply(reply_id=reply.id),
        lane=blog_lane(reply.blog_id),
        key=f"publish:{reply.id}",
        due_at=now,
    )


def follow_reply(reply: Reply, due_at: datetime) -> NewDelivery:
    """Look after a held comment; this may take weeks, so it has a lane of its own."""
    return NewDelivery(
        intent=FollowReply(reply_id=reply.id),
        lane=f"follow:{reply.id}",
        key=f"follow:{reply.id}",
        due_at=due_at,
    )


def acknowledge_reply(reply: Reply, now: datetime) -> NewDelivery:
    """Show the writer that a reply is on its way, before anything else about it: one lane tells all of it, in order."""
    return NewDelivery(
        intent=ConfirmReply(reply_id=reply.id), lane=f"reply:{reply.id}", key=f"acknowledge:{reply.id}", due_at=now
    )


def confirm_reply(reply: Reply, state: ReplyState, now: datetime) -> NewDelivery:
    """Show the writer the state that a reply has reached."""
    return NewDelivery(
        intent=ConfirmReply(reply_id=reply.id),
        lane=f"reply:{reply.id}",
        key=f"confirm:{reply.id}:{state}",
        due_at=now,
    )


def reply_moved(reply: Reply, now: datetime) -> NewDelivery:
    """Show the writer that a reply stands elsewhere than it was meant to."""
    return NewDelivery(
        intent=ConfirmReply(reply_id=reply.id),
        lane=f"reply:{reply.id}",
        key=f"moved:{reply.id}",
        due_at=now,
    )


def alert_author(
    alert_id: AlertId, first: CommentId, user_id: UserId, entry_id: EntryId, due_at: datetime
) -> NewDelivery:
    """Tell an author of comments on an entry; it may have to wait, and nothing waits for it.

    :param first: the oldest that the author was not told of yet: until then there is one such delivery.
    """
    return NewDelivery(
        intent=AlertAuthor(alert_id=alert_id, comment_id=first),
        lane=f"alert:{user_id}:{entry_id}",
        key=f"alert:{user_id}:{first}",
        due_at=due_at,
    )


def notify_alert_limit(alert: AuthorAlert, comment_id: CommentId, now: datetime) -> NewDelivery:
    """Tell a person that there are more comments than alerts; once a day."""
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
    """The lane of a guild's lists of feeds."""
    return f"import:{guild_id}"


def import_feed(wanted: Import, feed: ImportedFeed, now: datetime, *, again: str = "") -> NewDelivery:
    """Start a listed feed; those of a guild's lists go one after the other.

    :param again: tells this time apart from those before.
    """
    return NewDelivery(
        intent=ImportFeed(feed_id=feed.id),
        lane=import_lane(wanted.guild_id),
        key=f"import:{feed.id}{again}",
        due_at=now,
    )


def report_import(wanted: Import, now: datetime, *, again: str = "") -> NewDelivery:
    """Tell what came of a list; in the lane of its feeds, so after the last of them."""
    return NewDelivery(
        intent=ReportImport(import_id=wanted.id),
        lane=import_lane(wanted.guild_id),
        key=f"import-report:{wanted.id}{again}",
        due_at=now,
    )


def show_import_progress(wanted: Import, number: int, due_at: datetime) -> NewDelivery:
    """Show how far a list is, once; in a lane of its own, as it waits for its time."""
    return NewDelivery(
        intent=ShowImportProgress(import_id=wanted.id, number=number),
        lane=f"import-progress:{wanted.id}",
        key=f"import-progress:{wanted.id}:{number}:{due_at.timestamp():.0f}",
        due_at=due_at,
    )


def notify_admin(user_id: UserId, notice_id: NoticeId, now: datetime) -> NewDelivery:
    """Tell whoever added a blog what happened to it."""
    return NewDelivery(
        intent=NotifyAdmin(notice_id=notice_id, user_id=user_id),
        lane=f"direct:{user_id}",
        key=f"notice:{user_id}:{notice_id}",
        due_at=now,
    )


def notify_parked(subscription: Subscription, now: datetime) -> NewDelivery:
    """Tell whoever added a blog that its channel is lost now."""
    return NewDelivery(
        intent=NotifyParked(subscription_id=subscription.id),
        lane=f"direct:{subscription.added_by or subscription.guild_id}",
        key=f"parked:{subscription.id}:{now.timestamp()}",
        due_at=now,
    )


def review_blog(blog_id: BlogId, due_at: datetime, *, list_refused: bool, again: int = 0) -> NewDelivery:
    """Look anew what a blog offers beside its feed."""
    return NewDelivery(
        intent=ReviewBlog(blog_id=blog_id, list_refused=list_refused, again=again),
        # One that is only due later must hold up none that is due at once.
        lane=f"review:{blog_id}:again" if again else f"review:{blog_id}",
        key=f"review:{blog_id}:{due_at.timestamp()}",
        due_at=due_at,
    )


def review_again(blog_id: BlogId, now: datetime, *, list_refused: bool = False, looks: int = 0) -> list[NewDelivery]:
    """Look again soon whether a blog's list of comments can be read; nothing where it was looked at often enough.

    :param looks: how many such looks came before.
    """
    if looks >= len(LOOK_AGAIN_AFTER):
        return []
    due_at = now + LOOK_AGAIN_AFTER[looks]
    return [review_blog(blog_id, due_at, list_refused=list_refused, again=looks + 1)]


def resume_lane(guild_id: GuildId) -> str:
    """The lane of what goes on in a server that took the bot in again."""
    return f"resume:{guild_id}"


def resume_here(subscription: Subscription, now: datetime) -> NewDelivery:
    """Go on with a subscription whose server took the bot in again."""
    left_at = subscription.left_at or now
    return NewDelivery(
        intent=ResumeSubscription(subscription_id=subscription.id),
        lane=resume_lane(subscription.guild_id),
        key=f"resume:{subscription.id}:{left_at.timestamp()}",
        due_at=now,
    )
