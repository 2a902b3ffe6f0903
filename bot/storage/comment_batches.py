"""Comments that are told of together: kept until they are, and for a while after. What is told is decided elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.alert import AuthorAlert
from bot.model.comment_batch import EntryComments, SummarisedComment
from bot.model.ids import AlertId, CommentId, EntryId, SubscriptionId, UserId
from bot.storage.statements import fetch, fetch_among, insert_new
from bot.storage.tables_batches import AlertedComment
from bot.storage.tables_batches import SummarisedComment as SummarisedCommentRow
from bot.storage.values import moment, utc

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


#: Whoever asks wants to know whether it was little, and when it was last.
_FEW = 10


class CommentBatchRepository:
    """Comments that are counted in summaries and in alerts."""

    async def add_to_summary(
        self, subscription_id: SubscriptionId, comment_ids: Sequence[CommentId], *, at: datetime
    ) -> None:
        """Have comments counted in a subscription's next summary."""
        rows: list[dict[str, object]] = [
            {"subscription_id": subscription_id, "comment_id": comment_id, "added_at": at} for comment_id in comment_ids
        ]
        await insert_new("summarised_comments", rows, unique="subscription_id, comment_id")

    async def first_waiting_for_summary(self, subscription_id: SubscriptionId) -> CommentId | None:
        """The oldest comment that waits for a summary."""
        row = (
            await SummarisedCommentRow.filter(subscription_id=subscription_id, summarised_at__isnull=True)
            .order_by("id")
            .first()
        )
        return None if row is None else CommentId(row.comment_id)

    async def waiting_for_summary(self, subscription_id: SubscriptionId, until: datetime) -> list[EntryComments]:
        """How many comments and mentions on which entries wait for a summary so long or longer, the most first."""
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
        """Note that what waited for a summary since this or longer was told."""
        waiting = SummarisedCommentRow.filter(
            subscription_id=subscription_id, summarised_at__isnull=True, added_at__lte=utc(until)
        )
        await waiting.update(summarised_at=utc(at))

    async def last_summary_at(self, subscription_id: SubscriptionId) -> datetime | None:
        """When comments were summed up last."""
        told = SummarisedCommentRow.filter(subscription_id=subscription_id, summarised_at__isnull=False)
        row = await told.order_by("-summarised_at").first()
        return None if row is None else moment(row.summarised_at)

    async def get_summarised(self, subscription_id: SubscriptionId, comment_id: CommentId) -> SummarisedComment | None:
        """How a comment fared that was not posted by itself; None: it was, or nobody wanted it."""
        row = await SummarisedCommentRow.get_or_none(subscription_id=subscription_id, comment_id=comment_id)
        return None if row is None else SummarisedComment(added_at=row.added_at, summarised_at=row.summarised_at)

    async def add_alerts(self, wanted: Sequence[tuple[AuthorAlert, EntryId, CommentId]], *, at: datetime) -> None:
        """Have people told of comments on entries, of each once."""
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
        """The oldest comment on an entry that a person has not been told of, and the alert that it is for."""
        waiting = AlertedComment.filter(user_id=user_id, entry_id=entry_id, alerted_at__isnull=True)
        row = await waiting.order_by("id").first()
        return None if row is None else (AlertId(row.alert_id), CommentId(row.comment_id))

    async def waiting_for_alert(self, user_id: UserId, entry_id: EntryId, until: datetime) -> list[CommentId]:
        """Comments on an entry that a person is to be told of since this or longer, the oldest first."""
        waiting = AlertedComment.filter(
            user_id=user_id, entry_id=entry_id, alerted_at__isnull=True, added_at__lte=utc(until)
        )
        return [CommentId(row.comment_id) for row in await waiting.order_by("id")]

    async def has_alert(self, user_id: UserId, comment_id: CommentId) -> bool:
        """Whether it was kept that a person is to be told of a comment; older versions kept the delivery alone."""
        return await AlertedComment.filter(user_id=user_id, comment_id=comment_id).exists()

    async def mark_alerted(
        self, user_id: UserId, comment_ids: Sequence[CommentId], *, at: datetime, left_out: bool = False
    ) -> None:
        """Note that a person was told of comments in one message, or (``left_out``) will not be told of them."""
        sql = (
            "UPDATE alerted_comments SET alerted_at = $1, left_out = $2 WHERE user_id = $3 AND comment_id IN ({among})"
        )
        await fetch_among(sql, at, left_out, user_id, among=list(comment_ids))

    async def move_alerts(self, comment_id: CommentId, entry_id: EntryId) -> list[tuple[UserId, EntryId]]:
        """Have people told of a comment with those on another entry; returns who is to be, and of which before."""
        rows = AlertedComment.filter(comment_id=comment_id, alerted_at__isnull=True)
        waiting = [(UserId(row.user_id), EntryId(row.entry_id)) for row in await rows]
        await rows.update(entry_id=entry_id)
        return waiting

    async def alert_times(self, user_id: UserId, entry_id: EntryId, since: datetime) -> list[datetime]:
        """When a person was told of each of the newest few comments on an entry since then."""
        told = AlertedComment.filter(user_id=user_id, entry_id=entry_id, alerted_at__gt=utc(since), left_out=False)
        moments = [moment(row.alerted_at) for row in await told.order_by("-alerted_at").limit(_FEW)]
        return [at for at in moments if at is not None]

    async def count_alert_messages(self, user_id: UserId, since: datetime) -> int:
        """How many messages a person got since then."""
        [row] = await fetch(_MESSAGES, user_id, since)
        return int(row["messages"])

    async def delete_old(self, before: datetime) -> None:
        """Forget what was to be told before this, whether it was or not."""
        await SummarisedCommentRow.filter(added_at__lt=utc(before)).delete()
        await AlertedComment.filter(added_at__lt=utc(before)).delete()
