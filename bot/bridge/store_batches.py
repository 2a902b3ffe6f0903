"""What the bridge asks of its memory for comments that are told of together; see ``store``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model.comment_batch import EntryComments, SummedUp
from bot.model.ids import AlertId, CommentId, EntryId, SubscriptionId, UserId
from bot.model.reply import AuthorAlert


class Batches(Protocol):
    """Comments that are counted in summaries and in alerts."""

    async def sum_up(self, subscription_id: SubscriptionId, comment_ids: Sequence[CommentId], *, at: datetime) -> None:
        """Have comments counted in a subscription's next summary."""

    async def first_unsummed(self, subscription_id: SubscriptionId) -> CommentId | None:
        """The oldest comment that waits for a summary."""

    async def unsummed(self, subscription_id: SubscriptionId, until: datetime) -> list[EntryComments]:
        """How many comments and mentions on which entries wait for a summary so long or longer, the most first."""

    async def settle_sums(self, subscription_id: SubscriptionId, until: datetime, *, at: datetime) -> None:
        """Note that what waited for a summary since this or longer was told."""

    async def last_summary(self, subscription_id: SubscriptionId) -> datetime | None:
        """When comments were summed up last."""

    async def summed(self, subscription_id: SubscriptionId, comment_id: CommentId) -> SummedUp | None:
        """How a comment fared that was not posted by itself; None: it was, or nobody wanted it."""

    async def add_alerts(self, wanted: Sequence[tuple[AuthorAlert, EntryId, CommentId]], *, at: datetime) -> None:
        """Have people told of comments on entries, of each once."""

    async def first_unalerted(self, user_id: UserId, entry_id: EntryId) -> tuple[AlertId, CommentId] | None:
        """The oldest comment on an entry that a person has not been told of, and the alert that it is for."""

    async def unalerted(self, user_id: UserId, entry_id: EntryId, until: datetime) -> list[CommentId]:
        """Comments on an entry that a person is to be told of since this or longer, the oldest first."""

    async def knows_alert(self, user_id: UserId, comment_id: CommentId) -> bool:
        """Whether it was kept that a person is to be told of a comment; older versions kept the delivery alone."""

    async def settle_alerts(
        self, user_id: UserId, comment_ids: Sequence[CommentId], *, at: datetime, left_out: bool = False
    ) -> None:
        """Note that a person was told of comments in one message, or (``left_out``) will not be told of them."""

    async def alerted_at(self, user_id: UserId, entry_id: EntryId, since: datetime) -> list[datetime]:
        """When a person was told of each of the newest few comments on an entry since then."""

    async def move_alerts(self, comment_id: CommentId, entry_id: EntryId) -> list[tuple[UserId, EntryId]]:
        """Have people told of a comment with those on another entry; returns who is to be, and of which before."""

    async def count_alerts(self, user_id: UserId, since: datetime) -> int:
        """How many messages a person got since then."""

    async def prune(self, before: datetime) -> None:
        """Forget what was to be told before this, whether it was or not."""
