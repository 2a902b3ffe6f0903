"""Storage of notices to admins, and of their undoing."""

import json
from collections.abc import Sequence
from datetime import datetime

from tortoise.expressions import Q

from bot.model.ids import BlogId, EntryId, FeedId, GuildId, NoticeId, SubscriptionId, Uid
from bot.model.notice import Notice, NoticeKind, WithheldEntries
from bot.storage.column_values import scrub, utc
from bot.storage.statements import insert_new
from bot.storage.tables_feeds import Notice as NoticeRow
from bot.storage.tables_feeds import NoticeUndo


class NoticeRepository:
    """The notices to admins."""

    async def add(
        self,
        blog_id: BlogId,
        kind: NoticeKind,
        text: str,
        *,
        feed_id: FeedId | None,
        taken: Sequence[WithheldEntries],
        at: datetime,
        guild_id: GuildId | None = None,
    ) -> NoticeId:
        """Save a notice."""
        row = await NoticeRow.create(
            blog_id=blog_id,
            feed_id=feed_id,
            kind=str(kind),
            text=scrub(text),
            details=json.dumps([[one.entry_id, scrub(one.uid)] for one in taken]),
            guild_id=guild_id,
            created_at=utc(at),
        )
        return NoticeId(row.id)

    async def get(self, notice_id: NoticeId) -> Notice | None:
        """Return a notice."""
        row = await NoticeRow.get_or_none(id=notice_id)
        return None if row is None else _notice_from(row)

    async def of_blog(self, blog_id: BlogId, limit: int, *, guild_id: GuildId | None = None) -> list[Notice]:
        """Return a blog's newest notices: those for all guilds, and one guild's own."""
        whose = Q(guild_id__isnull=True) if guild_id is None else Q(guild_id__isnull=True) | Q(guild_id=guild_id)
        rows = await NoticeRow.filter(whose, blog_id=blog_id).order_by("-created_at", "-id").limit(limit)
        return [_notice_from(row) for row in rows]

    async def undo(self, notice_id: NoticeId, subscription_id: SubscriptionId, at: datetime) -> bool:
        """Save that a notice was undone in a subscription; False if it was already."""
        row: dict[str, object] = {"notice_id": notice_id, "subscription_id": subscription_id, "undone_at": at}
        return bool(await insert_new("notice_undos", [row], unique="notice_id, subscription_id"))

    async def undone_in(self, subscription_id: SubscriptionId) -> dict[NoticeId, datetime]:
        """Return the notices that were undone in a subscription, with the times."""
        rows = await NoticeUndo.filter(subscription_id=subscription_id)
        return {NoticeId(row.notice_id): row.undone_at for row in rows}


def _notice_from(row: NoticeRow) -> Notice:
    return Notice(
        id=NoticeId(row.id),
        blog_id=BlogId(row.blog_id),
        feed_id=None if row.feed_id is None else FeedId(row.feed_id),
        kind=NoticeKind(row.kind),
        text=row.text,
        taken=tuple(
            WithheldEntries(entry_id=EntryId(entry_id), uid=None if uid is None else Uid(uid))
            for entry_id, uid in json.loads(row.details)
        ),
        created_at=row.created_at,
        undone_at=row.undone_at,
    )
