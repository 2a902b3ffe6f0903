"""Storage of members' replies and their states."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from bot.model.connection import Secret
from bot.model.ids import (
    BlogId,
    ChannelId,
    CommentId,
    EntryId,
    GuildId,
    MessageId,
    NativeId,
    ReplyId,
    SubscriptionId,
    UserId,
)
from bot.model.message import MessageRef
from bot.model.reply import NewReply, Reply, ReplyLimit, ReplyOrigin, ReplyState
from bot.storage.column_values import scrub, utc
from bot.storage.statements import insert_new, upsert
from bot.storage.tables_relay import MessageClaim
from bot.storage.tables_relay import Reply as ReplyRow
from bot.storage.tables_relay import ReplyLimit as LimitRow

#: 128 bits, 22 characters: too many to guess.
_TOKEN_LENGTH, _TOKEN_BYTES = 32, 16
_DRAFT = str(ReplyState.DRAFT)
_UNCOUNTED = [_DRAFT, str(ReplyState.REFUSED)]
_UNSETTLED = [str(state) for state in (ReplyState.ACCEPTED, ReplyState.HELD, ReplyState.UNCERTAIN)]


class ReplyRepository:
    """The replies of members to blogs."""

    async def add(self, reply: NewReply, *, now: datetime) -> Reply:
        """Save a draft."""
        row = await ReplyRow.create(
            guild_id=reply.guild_id,
            subscription_id=reply.subscription_id,
            blog_id=reply.blog_id,
            entry_id=reply.entry_id,
            parent_comment_id=reply.parent_comment_id,
            user_id=reply.user_id,
            public_name=scrub(reply.public_name),
            origin=str(reply.origin),
            content=scrub(reply.content),
            html=scrub(reply.html),
            state=_DRAFT,
            token=secrets.token_urlsafe(_TOKEN_BYTES),
            channel_id=reply.channel_id,
            message_id=reply.message_id,
            message_edited_at=None if reply.message_edited_at is None else utc(reply.message_edited_at),
            post_id=scrub(reply.post_id),
            created_at=utc(now),
        )
        return _reply_from(row)

    async def get(self, reply_id: ReplyId) -> Reply | None:
        """Return a reply."""
        row = await ReplyRow.get_or_none(id=reply_id)
        return None if row is None else _reply_from(row)

    async def accept(self, reply_id: ReplyId, *, interaction_token: Secret, at: datetime) -> bool:
        """Turn a draft into an accepted reply; False if it is no longer a draft."""
        changed = await ReplyRow.filter(id=reply_id, state=_DRAFT).update(
            state=str(ReplyState.ACCEPTED), interaction_token=str(interaction_token), accepted_at=utc(at)
        )
        return changed > 0

    async def claim_message(self, reply_id: ReplyId, message_id: MessageId) -> bool:
        """Claim a message for this reply until it is refused; False if another reply has it."""
        claim: dict[str, object] = {"message_id": message_id, "reply_id": reply_id}
        return bool(await insert_new("message_claims", [claim], unique="message_id"))

    async def accepted_since(self, user_id: UserId, guild_id: GuildId, since: datetime) -> list[datetime]:
        """Return the times at which a member's replies in a guild were accepted, without those refused later."""
        rows = ReplyRow.filter(user_id=user_id, guild_id=guild_id, accepted_at__gt=utc(since))
        return [row.accepted_at for row in await rows.exclude(state__in=_UNCOUNTED) if row.accepted_at is not None]

    async def get_limit(self, guild_id: GuildId) -> ReplyLimit:
        """Return the number of replies that a member of a guild may publish."""
        row = await LimitRow.get_or_none(guild_id=guild_id)
        return ReplyLimit() if row is None else ReplyLimit(per_ten_minutes=row.per_ten_minutes, per_day=row.per_day)

    async def set_limit(self, guild_id: GuildId, limit: ReplyLimit) -> None:
        """Set the number of replies that a member of a guild may publish."""
        row: dict[str, object] = {
            "guild_id": guild_id,
            "per_ten_minutes": limit.per_ten_minutes,
            "per_day": limit.per_day,
        }
        await upsert("reply_limits", row, unique="guild_id")

    async def delete_draft(self, reply_id: ReplyId) -> bool:
        """Delete a draft; False if it is no longer one."""
        return await ReplyRow.filter(id=reply_id, state=_DRAFT).delete() > 0

    async def save_message(self, reply_id: ReplyId, message: MessageRef) -> None:
        """Save the Discord message of a reply."""
        await ReplyRow.filter(id=reply_id).update(channel_id=message.channel_id, message_id=message.message_id)

    async def save_state(
        self,
        reply_id: ReplyId,
        state: ReplyState,
        *,
        native_id: NativeId | None = None,
        url: str | None = None,
        reason: str | None = None,
        published_at: datetime | None = None,
    ) -> None:
        """Save the outcome of a reply; a known number, address or time is never erased.

        The message of a refused reply may be published again.
        """
        if state is ReplyState.REFUSED:
            await MessageClaim.filter(reply_id=reply_id).delete()
        learnt = {"native_id": scrub(native_id), "url": scrub(url), "published_at": utc(published_at)}
        await ReplyRow.filter(id=reply_id).update(
            state=str(state),
            reason=scrub(reason),
            **{column: value for column, value in learnt.items() if value is not None},
        )

    async def move(self, reply_id: ReplyId, entry_id: EntryId, reason: str) -> None:
        """Move a reply to the entry on which it was published, and set its status text."""
        await ReplyRow.filter(id=reply_id).update(entry_id=entry_id, reason=scrub(reason))

    async def delete_interaction_token(self, reply_id: ReplyId) -> None:
        """Erase the interaction's token."""
        await ReplyRow.filter(id=reply_id).update(interaction_token=None)

    async def unconfirmed(self, entry_ids: Sequence[EntryId], *, since: datetime) -> list[Reply]:
        """Return accepted, held and uncertain replies to these entries since ``since``, oldest first."""
        if not entry_ids:
            return []
        rows = await ReplyRow.filter(entry_id__in=entry_ids, state__in=_UNSETTLED, created_at__gte=utc(since)).order_by(
            "id"
        )
        return [_reply_from(row) for row in rows]

    async def of_comments(self, blog_id: BlogId, native_ids: Sequence[NativeId]) -> list[Reply]:
        """Return the replies of any state that became these comments."""
        if not native_ids:
            return []
        rows = await ReplyRow.filter(blog_id=blog_id, native_id__in=[scrub(one) for one in native_ids]).order_by("id")
        return [_reply_from(row) for row in rows]

    async def of_user(self, user_id: UserId, guild_id: GuildId, limit: int) -> list[Reply]:
        """Return a member's replies in a guild, newest first, without drafts."""
        query = ReplyRow.filter(user_id=user_id, guild_id=guild_id).exclude(state=_DRAFT)
        return [_reply_from(row) for row in await query.order_by("-id").limit(limit)]

    async def of_message(self, message_id: MessageId) -> Reply | None:
        """Return the latest reply to which a Discord message led, drafts excepted."""
        row = await ReplyRow.filter(message_id=message_id).exclude(state=_DRAFT).order_by("-id").first()
        return None if row is None else _reply_from(row)

    async def find_by_token(self, token: str) -> Reply | None:
        """Return the reply with this permalink token."""
        row = await ReplyRow.get_or_none(token=scrub(token)) if len(token) <= _TOKEN_LENGTH else None
        return None if row is None else _reply_from(row)

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Erase the texts of a guild's replies, and delete its drafts."""
        await ReplyRow.filter(guild_id=guild_id, state=_DRAFT).delete()
        await ReplyRow.filter(guild_id=guild_id).update(content="", html="")

    async def delete_drafts(self, before: datetime) -> int:
        """Delete drafts older than this; return how many."""
        return await ReplyRow.filter(state=_DRAFT, created_at__lt=utc(before)).delete()


def _reply_from(row: ReplyRow) -> Reply:
    return Reply(
        id=ReplyId(row.id),
        guild_id=GuildId(row.guild_id),
        subscription_id=SubscriptionId(row.subscription_id),
        blog_id=BlogId(row.blog_id),
        entry_id=EntryId(row.entry_id),
        parent_comment_id=None if row.parent_comment_id is None else CommentId(row.parent_comment_id),
        user_id=UserId(row.user_id),
        public_name=row.public_name,
        origin=ReplyOrigin(row.origin),
        content=row.content,
        html=row.html,
        state=ReplyState(row.state),
        channel_id=None if row.channel_id is None else ChannelId(row.channel_id),
        message_id=None if row.message_id is None else MessageId(row.message_id),
        message_edited_at=row.message_edited_at,
        post_id=None if row.post_id is None else NativeId(row.post_id),
        interaction_token=None if row.interaction_token is None else Secret(row.interaction_token),
        native_id=None if row.native_id is None else NativeId(row.native_id),
        url=row.url,
        reason=row.reason,
        token=row.token,
        created_at=row.created_at,
    )
