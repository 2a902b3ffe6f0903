"""Storage of posted messages: the message of each entry or comment in a subscription."""

from datetime import datetime

from bot.model.ids import ChannelId, CommentId, EntryId, MessageId, SubscriptionId
from bot.model.subscription import PostedMessage
from bot.storage import tables
from bot.storage.column_values import scrub, utc
from bot.storage.statements import fetch, insert_new

#: Without threads, the thread of a posted message is the channel itself, which belongs to no one entry.
_OF_THREAD = """
SELECT p.* FROM posted_messages p JOIN subscriptions s ON s.id = p.subscription_id
WHERE p.thread_id = $1 AND p.comment_id = $2 AND p.thread_id <> s.channel_id
ORDER BY p.id LIMIT 1
"""


#: The lock keeps the subscription and the entry from being deleted meanwhile.
_STANDS = """
SELECT s.id FROM subscriptions s JOIN entries e ON e.blog_id = s.blog_id
WHERE s.id = $1 AND e.id = $2 {key_share}
"""


class PostedMessageRepository:
    """The messages in which entries and comments were posted."""

    async def add(self, posted: PostedMessage) -> bool:
        """Save a posted message; the first one of an item in a subscription stays.

        :return: False if the subscription or the entry was deleted meanwhile, so that nothing is saved.
        """
        if not await fetch(_STANDS, posted.subscription_id, posted.entry_id):
            return False
        row: dict[str, object] = {
            "subscription_id": posted.subscription_id,
            "entry_id": posted.entry_id,
            "comment_id": tables.NO_COMMENT if posted.comment_id is None else posted.comment_id,
            "channel_id": posted.channel_id,
            "message_id": posted.message_id,
            "thread_id": posted.thread_id,
            "thread_name": scrub(posted.thread_name),
            "renamed_at": utc(posted.renamed_at),
        }
        await insert_new("posted_messages", [row], unique="subscription_id, entry_id, comment_id")
        return True

    async def forget_thread(self, subscription_id: SubscriptionId, entry_id: EntryId) -> None:
        """Save that an entry's thread is gone, so that its comments are not posted."""
        entry = tables.PostedMessage.filter(
            subscription_id=subscription_id, entry_id=entry_id, comment_id=tables.NO_COMMENT
        )
        await entry.update(thread_id=None)

    async def rename_thread(self, subscription_id: SubscriptionId, entry_id: EntryId, name: str, at: datetime) -> None:
        """Save the new name of an entry's thread."""
        entry = tables.PostedMessage.filter(
            subscription_id=subscription_id, entry_id=entry_id, comment_id=tables.NO_COMMENT
        )
        await entry.update(thread_name=scrub(name), renamed_at=utc(at))

    async def mark_locked_notice(self, subscription_id: SubscriptionId, entry_id: EntryId, at: datetime) -> None:
        """Save that a comment was posted in the channel because the entry's thread is locked."""
        entry = tables.PostedMessage.filter(
            subscription_id=subscription_id, entry_id=entry_id, comment_id=tables.NO_COMMENT
        )
        await entry.update(locked_notice_at=utc(at))

    async def of_entry(self, subscription_id: SubscriptionId, entry_id: EntryId) -> PostedMessage | None:
        """Return the message of an entry."""
        row = await tables.PostedMessage.get_or_none(
            subscription_id=subscription_id, entry_id=entry_id, comment_id=tables.NO_COMMENT
        )
        return None if row is None else _posted_message_from(row)

    async def of_comment(self, subscription_id: SubscriptionId, comment_id: CommentId) -> PostedMessage | None:
        """Return the message of a comment."""
        row = (
            await tables.PostedMessage.filter(subscription_id=subscription_id, comment_id=comment_id)
            .order_by("id")
            .first()
        )
        return None if row is None else _posted_message_from(row)

    async def of_message(self, message_id: MessageId) -> PostedMessage | None:
        """Return a posted message by its id."""
        row = await tables.PostedMessage.filter(message_id=message_id).order_by("id").first()
        return None if row is None else _posted_message_from(row)

    async def of_thread(self, thread_id: ChannelId) -> PostedMessage | None:
        """Return the message of the entry whose thread this is; None for a channel without threads."""
        rows = await fetch(_OF_THREAD, thread_id, tables.NO_COMMENT)
        return _posted_message_from(tables.PostedMessage._init_from_db(**rows[0])) if rows else None

    async def of_entry_and_comments(
        self, subscription_id: SubscriptionId, entry_id: EntryId, limit: int
    ) -> list[PostedMessage]:
        """Return the messages of an entry and of its comments, newest first."""
        rows = tables.PostedMessage.filter(subscription_id=subscription_id, entry_id=entry_id)
        return [_posted_message_from(row) for row in await rows.order_by("-id").limit(limit)]

    async def newest(self, subscription_id: SubscriptionId, limit: int) -> list[PostedMessage]:
        """Return the newest messages of a subscription, newest first."""
        rows = await tables.PostedMessage.filter(subscription_id=subscription_id).order_by("-id").limit(limit)
        return [_posted_message_from(row) for row in rows]


def _posted_message_from(row: tables.PostedMessage) -> PostedMessage:
    return PostedMessage(
        subscription_id=SubscriptionId(row.subscription_id),
        entry_id=EntryId(row.entry_id),
        comment_id=None if row.comment_id == tables.NO_COMMENT else CommentId(row.comment_id),
        channel_id=ChannelId(row.channel_id),
        message_id=MessageId(row.message_id),
        thread_id=None if row.thread_id is None else ChannelId(row.thread_id),
        thread_name=row.thread_name,
        renamed_at=row.renamed_at,
        locked_notice_at=row.locked_notice_at,
    )
