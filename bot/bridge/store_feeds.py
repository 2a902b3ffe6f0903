"""What the bridge asks of its memory beside feeds: other names of entries, decisions, notices; see ``store``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model.decision import Decision
from bot.model.ids import BlogId, EntryId, FeedId, NoticeId, SubscriptionId
from bot.model.notice import Notice, NoticeKind, TakenForKnown


class Aliases(Protocol):
    """Names by which an entry may be known again."""

    async def find(self, blog_id: BlogId, names: Sequence[str]) -> dict[str, list[EntryId]]:
        """Which entries have these names; a name that nobody has is left out."""

    async def add(self, blog_id: BlogId, names: Sequence[tuple[EntryId, str]]) -> None:
        """Give entries further names; one may have many, and many may share one."""


class Decisions(Protocol):
    """Why entries were posted, or not."""

    async def add(self, decisions: Sequence[Decision]) -> None:
        """Keep what stages decided, in place of what they decided before."""

    async def of_entry(self, entry_id: EntryId, subscription_id: SubscriptionId) -> list[Decision]:
        """What was decided of an entry for everybody and for one subscription, in the order of the stages."""


class Notices(Protocol):
    """What admins were told."""

    async def add(
        self,
        blog_id: BlogId,
        kind: NoticeKind,
        text: str,
        *,
        feed_id: FeedId | None,
        taken: Sequence[TakenForKnown],
        at: datetime,
    ) -> NoticeId:
        """Keep a notice."""

    async def get(self, notice_id: NoticeId) -> Notice | None:
        """Look a notice up."""

    async def of_blog(self, blog_id: BlogId, limit: int) -> list[Notice]:
        """A blog's newest notices."""

    async def undo(self, notice_id: NoticeId, at: datetime) -> bool:
        """Note that it was undone; False if it was already."""
