"""Storage of comments for summaries and alerts: until they are sent, and for a while after."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.alert import AuthorAlert
from bot.model.comment_batch import EntryComments, SummarisedComment
from bot.model.ids import AlertId, CommentId, EntryId, SubscriptionId, UserId
from bot.storage.column_values import moment, utc
from bot.storage.statements import fetch, fetch_among, insert_new
from bot.storage.tables_batches import AlertedComment
from bot.storage.tables_batches import SummarisedComment as SummarisedCommentRow

_UNTOLD = """
SELECT c.entry_id, COUNT(*) AS items, COUNT(c.kind) AS mentions, MAX(c.id) AS newest
FROM summarised_comments s JOIN comments c ON c.id = s.comment_id
WHERE s.subscription_id = $1 AND s.summarised_at IS NULL AND s.added_at <= $2
GROUP BY c.entry_id ORDER BY COUNT(*) DESC, c.entry_id
"""
_MESSAGES = """
SELECT COUNT(*) AS messages FROM (
    SELECT DISTINCT entry_id, alerted_at FROM alerted_comments
    WHERE user_id = $1 AND alerted_at > $2 AND NOT left_out) m
"""


#: Callers need to know only if there were few messages, and when the last one was sent.
_FEW = 10


class CommentBatchRepository:
    """The comments that are counted in summaries and alerts."""

    async def add_to_summary(
        self, subscription_id: SubscriptionId, comment_ids: Sequence[CommentId], *, at: datetime
    ) -> None:
        """Add comments to a subscription's next summary."""
        rows: list[dict[str, object]] = [
            {"subscription_id": subscription_id, "comment_id": comment_id, "added_at": at} for comment_id in comment_ids
        ]
        await insert_new("summarised_comments", rows, unique="subscription_id, comment_id")

    async def first_waiting_for_summary(self, subscription_id: SubscriptionId) -> CommentId | None:
        """Return the oldest comment that waits for a summary."""
        row = (
            await SummarisedCommentRow.filter(subscription_id=subscription_id, summarised_at__isnull=True)
            .order_by("id")
            .first()
        )
        return None if row is None else CommentId(row.comment_id)

    async def waiting_for_summary(self, subscription_id: SubscriptionId, until: datetime) -> list[EntryComments]:
        """Count the comments and mentions per entry that have waited for a summary since ``until``, the most first."""
        return [
            EntryComments(
                entry_id=EntryId(row["entry_id"]),
                count=row["items"] - row["mentions"],
                mentions=row["mentions"],
                newest=CommentId(row["newest"]),
            )
            for row in await fetch(_UNTOLD, subscription_id, until)
        ]

    async def mark_summarised(self, subscription_id: SubscriptionId, until: datetime, *, at: datetime) -> None:
        """Save that the comments that waited at ``until`` were summarised."""
        waiting = SummarisedCommentRow.filter(
            subscription_id=subscription_id, summarised_at__isnull=True, added_at__lte=utc(until)
        )
        await waiting.update(summarised_at=utc(at))

    async def last_summary_at(self, subscription_id: SubscriptionId) -> datetime | None:
        """Return the time of the latest summary."""
        told = SummarisedCommentRow.filter(subscription_id=subscription_id, summarised_at__isnull=False)
        row = await told.order_by("-summarised_at").first()
        return None if row is None else moment(row.summarised_at)

    async def get_summarised(self, subscription_id: SubscriptionId, comment_id: CommentId) -> SummarisedComment | None:
        """Return the state of a comment that is counted in a summary; None for any other comment."""
        row = await SummarisedCommentRow.get_or_none(subscription_id=subscription_id, comment_id=comment_id)
        return None if row is None else SummarisedComment(added_at=row.added_at, summarised_at=row.summarised_at)

    async def add_alerts(self, wanted: Sequence[tuple[AuthorAlert, EntryId, CommentId]], *, at: datetime) -> None:
        """Add comments to alerts; each person gets an alert for a comment once."""
        rows: list[dict[str, object]] = [
            {
                "alert_id": alert.id,
                "user_id": alert.user_id,
                "entry_id": entry_id,
                "comment_id": comment_id,
                "added_at": at,
                "left_out": False,
            }
            for alert, entry_id, comment_id in wanted
        ]
        await insert_new("alerted_comments", rows, unique="user_id, comment_id")

    async def first_waiting_for_alert(self, user_id: UserId, entry_id: EntryId) -> tuple[AlertId, CommentId] | None:
        """Return the alert and the oldest comment on an entry that wait for a message to a person."""
        waiting = AlertedComment.filter(user_id=user_id, entry_id=entry_id, alerted_at__isnull=True)
        row = await waiting.order_by("id").first()
        return None if row is None else (AlertId(row.alert_id), CommentId(row.comment_id))

    async def waiting_for_alert(self, user_id: UserId, entry_id: EntryId, until: datetime) -> list[CommentId]:
        """Return the comments on an entry that wait at ``until`` for a message to a person, oldest first."""
        waiting = AlertedComment.filter(
            user_id=user_id, entry_id=entry_id, alerted_at__isnull=True, added_at__lte=utc(until)
        )
        return [CommentId(row.comment_id) for row in await waiting.order_by("id")]

    async def has_alert(self, user_id: UserId, comment_id: CommentId) -> bool:
        """Return True if an alert of a comment is saved for a person; older versions saved only the delivery."""
        return await AlertedComment.filter(user_id=user_id, comment_id=comment_id).exists()

    async def mark_alerted(
        self, user_id: UserId, comment_ids: Sequence[CommentId], *, at: datetime, left_out: bool = False
    ) -> None:
        """Save that one message alerted a person to comments, or (``left_out``) that no message will."""
        sql = (
            "UPDATE alerted_comments SET alerted_at = $1, left_out = $2 WHERE user_id = $3 AND comment_id IN ({among})"
        )
        await fetch_among(sql, at, left_out, user_id, among=list(comment_ids))

    async def move_alerts(self, comment_id: CommentId, entry_id: EntryId) -> list[tuple[UserId, EntryId]]:
        """Move a comment's waiting alerts to another entry; return their people and their earlier entries."""
        rows = AlertedComment.filter(comment_id=comment_id, alerted_at__isnull=True)
        waiting = [(UserId(row.user_id), EntryId(row.entry_id)) for row in await rows]
        await rows.update(entry_id=entry_id)
        return waiting

    async def alert_times(self, user_id: UserId, entry_id: EntryId, since: datetime) -> list[datetime]:
        """Return the times at which a person was alerted to the newest few comments on an entry since then."""
        told = AlertedComment.filter(user_id=user_id, entry_id=entry_id, alerted_at__gt=utc(since), left_out=False)
        moments = [moment(row.alerted_at) for row in await told.order_by("-alerted_at").limit(_FEW)]
        return [at for at in moments if at is not None]

    async def count_alert_messages(self, user_id: UserId, since: datetime) -> int:
        """Count the messages that a person got since then."""
        [row] = await fetch(_MESSAGES, user_id, since)
        return int(row["messages"])

    async def delete_old(self, before: datetime) -> None:
        """Delete comments that were added before this, sent or not."""
        await SummarisedCommentRow.filter(added_at__lt=utc(before)).delete()
        await AlertedComment.filter(added_at__lt=utc(before)).delete()
