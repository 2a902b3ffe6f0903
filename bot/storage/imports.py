"""Storage of imports: lists of feeds, and the outcome of each feed."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from bot.model.ids import ChannelId, GuildId, ImportedFeedId, ImportId, MessageId, UserId
from bot.model.message import MessageRef
from bot.model.opml import FailureCause, Import, ImportedFeed, ImportState, ListedFeed
from bot.model.subscription import Placement
from bot.storage.column_values import scrub, utc
from bot.storage.statements import insert_new
from bot.storage.tables_feeds import Import as ImportRow
from bot.storage.tables_feeds import ImportedFeed as ImportedFeedRow


class ImportRepository:
    """The imports of guilds."""

    async def add(self, wanted: Import, feeds: Sequence[ListedFeed]) -> Import:
        """Save an import that has not begun; the id and the feeds in ``wanted`` are ignored."""
        async with in_transaction():
            row = await ImportRow.create(
                guild_id=wanted.guild_id,
                channel_id=wanted.channel_id,
                user_id=wanted.user_id,
                placement=str(wanted.placement),
                comments=wanted.comments,
                created_at=utc(wanted.created_at),
            )
            rows: list[dict[str, object]] = [
                {
                    "batch_id": row.id,
                    "position": position,
                    "url": scrub(feed.url),
                    "title": scrub(feed.title),
                    "home_url": scrub(feed.home_url),
                    "folder": json.dumps([scrub(name) for name in feed.folder]),
                    "state": ImportState.WAITING,
                }
                for position, feed in enumerate(feeds)
            ]
            new = await insert_new("imported_feeds", rows, unique="batch_id, position")
        return _import_from(row, [ImportedFeedRow._init_from_db(**each) for each in new])

    async def get(self, import_id: ImportId) -> Import | None:
        """Return an import."""
        return await _with_feeds(await ImportRow.get_or_none(id=import_id))

    async def newest(self, guild_id: GuildId) -> Import | None:
        """Return the import that was begun last in a guild."""
        begun = ImportRow.filter(guild_id=guild_id, begun_at__isnull=False)
        return await _with_feeds(await begun.order_by("-begun_at", "-id").first())

    async def begin(self, import_id: ImportId, at: datetime) -> bool:
        """Save that an import begins; False if it has begun already or does not exist."""
        return bool(await ImportRow.filter(id=import_id, begun_at__isnull=True).update(begun_at=utc(at)))

    async def get_feed(self, feed_id: ImportedFeedId) -> ImportedFeed | None:
        """Return a feed of an import."""
        row = await ImportedFeedRow.get_or_none(id=feed_id)
        return None if row is None else _feed_from(row)

    async def finish_feed(
        self,
        feed_id: ImportedFeedId,
        state: ImportState,
        *,
        reason: str | None = None,
        cause: FailureCause | None = None,
    ) -> None:
        """Save the outcome of a feed."""
        word = None if cause is None else str(cause)
        await ImportedFeedRow.filter(id=feed_id).update(state=str(state), reason=scrub(reason), cause=word)

    async def stop(self, import_id: ImportId) -> int:
        """Cancel the feeds that wait; return how many."""
        waiting = ImportedFeedRow.filter(
            batch_id=import_id, batch__begun_at__isnull=False, state=str(ImportState.WAITING)
        )
        numbers = await waiting.values_list("id", flat=True)
        # The state is checked for each row again: a feed that was settled meanwhile keeps its outcome.
        still = ImportedFeedRow.filter(id__in=numbers, state=str(ImportState.WAITING))
        return await still.update(state=str(ImportState.STOPPED)) if numbers else 0

    async def retry_feed(self, feed_id: ImportedFeedId) -> bool:
        """Let a failed feed wait again; False if it has not failed."""
        failed = ImportedFeedRow.filter(id=feed_id, state=str(ImportState.FAILED))
        return bool(await failed.update(state=str(ImportState.WAITING), reason=None, cause=None))

    async def show_progress_in(self, import_id: ImportId, message: MessageRef) -> None:
        """Save the message that shows an import's progress."""
        await ImportRow.filter(id=import_id).update(
            progress_channel_id=message.channel_id, progress_message_id=message.message_id
        )

    async def delete(self, import_id: ImportId) -> None:
        """Delete an import."""
        await ImportRow.filter(id=import_id).delete()

    async def delete_old(self, *, unbegun: datetime, begun: datetime) -> None:
        """Delete imports that were added before ``unbegun`` and not begun, and those begun before ``begun``."""
        await ImportRow.filter(begun_at__isnull=True, created_at__lt=utc(unbegun)).delete()
        await ImportRow.filter(begun_at__lt=utc(begun)).delete()


async def _with_feeds(row: ImportRow | None) -> Import | None:
    return None if row is None else _import_from(row, await ImportedFeedRow.filter(batch_id=row.id))


def _import_from(row: ImportRow, feeds: Sequence[ImportedFeedRow]) -> Import:
    return Import(
        id=ImportId(row.id),
        guild_id=GuildId(row.guild_id),
        channel_id=ChannelId(row.channel_id),
        user_id=UserId(row.user_id),
        placement=Placement(row.placement),
        comments=row.comments,
        created_at=row.created_at,
        begun_at=row.begun_at,
        progress=_progress_of(row),
        feeds=tuple(_feed_from(each) for each in sorted(feeds, key=lambda one: one.position)),
    )


def _progress_of(row: ImportRow) -> MessageRef | None:
    if row.progress_channel_id is None or row.progress_message_id is None:
        return None
    return MessageRef(channel_id=ChannelId(row.progress_channel_id), message_id=MessageId(row.progress_message_id))


def _feed_from(row: ImportedFeedRow) -> ImportedFeed:
    folder: list[Any] = json.loads(row.folder)
    return ImportedFeed(
        id=ImportedFeedId(row.id),
        import_id=ImportId(row.batch_id),
        listed=ListedFeed(url=row.url, title=row.title, home_url=row.home_url, folder=tuple(folder)),
        state=ImportState(row.state),
        reason=row.reason,
        cause=None if row.cause is None else FailureCause(row.cause),
    )
