"""Discord in memory behind the Chat port: nonces, threads, lost channels. Posts inside a transaction fail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.context import require_context

from bot.bridge.ports import Clock
from bot.model.connection import Secret
from bot.model.errors import BridgeError, NotFound
from bot.model.ids import ChannelId, GuildId, MessageId, RoleId, UserId
from bot.model.message import ActionButton, ChatPost, ForumView, MessageRef, MessageView, ReactionMark
from bot.model.subscription import Placement


@dataclass
class Said:
    """One message."""

    ref: MessageRef
    post: ChatPost
    nonce: str
    at: datetime
    reply_to: MessageId | None = None


@dataclass
class FakeChat:
    """The messages, in order."""

    clock: Clock
    said: list[Said] = field(default_factory=list)
    #: the number of messages so far, including deleted ones
    made: int = 0
    threads: dict[ChannelId, str] = field(default_factory=dict)
    #: raised by the next acts, after they took effect if ``heard``
    trouble: BridgeError | None = None
    thread_trouble: BridgeError | None = None
    heard: bool = False
    #: the roles of every guild
    roles: frozenset[RoleId] = frozenset()
    #: permissions that the bot lacks in every channel, and channels that are gone
    missing: tuple[str, ...] = ()
    gone: set[ChannelId] = field(default_factory=set)
    #: people who may not manage any guild
    no_managers: set[UserId] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)
    #: deleted and edited messages, locked threads and reactions, for look-ups that do not use `said`
    deleted: set[MessageRef] = field(default_factory=set)
    edited: dict[MessageRef, datetime] = field(default_factory=dict)
    locked: set[ChannelId] = field(default_factory=set)
    marks: dict[MessageId, ReactionMark] = field(default_factory=dict)

    async def post(
        self, channel_id: ChannelId, post: ChatPost, *, nonce: str, reply_to: MessageId | None = None
    ) -> MessageRef:
        connection = type(require_context().db()).__name__
        assert "Transaction" not in connection, "perform outside: no chat inside a transaction"
        if self.trouble is not None and not self.heard:
            raise self.trouble
        now = self.clock.now()
        fresh = [each for each in self.said if now - each.at < timedelta(minutes=5)]
        known = next((each for each in fresh if each.nonce == nonce), None)
        if known is None:
            ref = MessageRef(channel_id=channel_id, message_id=MessageId(1000 + self.made))
            self.made += 1
            known = Said(ref, post, nonce, now, reply_to)
            self.said.append(known)
        if self.trouble is not None:
            raise self.trouble
        return known.ref

    async def open_thread(self, message: MessageRef, name: str) -> ChannelId:
        if self.trouble or self.thread_trouble:
            raise self.trouble or self.thread_trouble  # type: ignore[misc]
        self.threads[ChannelId(message.message_id)] = name
        return ChannelId(message.message_id)

    async def rename_thread(self, thread_id: ChannelId, name: str, *, was: str | None) -> bool:
        if self.trouble is not None:
            raise self.trouble
        if was is not None and self.threads[thread_id] not in (was, name):
            return False
        self.threads[thread_id] = name
        return True

    async def look_at_forum(self, forum_id: ChannelId) -> ForumView:
        return ForumView(tags=(), tag_required=False)

    async def look_at_roles(self, guild_id: GuildId) -> frozenset[RoleId]:
        if self.trouble is not None:
            raise self.trouble
        return self.roles

    async def missing_permissions(
        self, guild_id: GuildId, channel_id: ChannelId, placement: Placement
    ) -> tuple[str, ...]:
        if channel_id in self.gone:
            raise NotFound("The channel or thread is gone.")
        return self.missing

    async def may_manage(self, guild_id: GuildId, user_id: UserId) -> bool:
        if self.trouble is not None:
            raise self.trouble
        return user_id not in self.no_managers

    async def look_at_message(self, message: MessageRef) -> MessageView:
        if self.trouble is not None:
            raise self.trouble
        if message in self.deleted:
            raise NotFound("The message is gone.")
        return MessageView(content="", edited_at=self.edited.get(message))

    async def is_locked(self, channel_id: ChannelId) -> bool:
        if self.trouble is not None:
            raise self.trouble
        return channel_id in self.locked

    async def post_in_forum(self, forum_id: ChannelId, name: str, post: ChatPost, *, tags: Sequence[int]) -> MessageRef:
        message = await self.post(forum_id, post, nonce=f"forum {len(self.said)}")
        self.threads[ChannelId(message.message_id)] = name
        return MessageRef(channel_id=ChannelId(message.message_id), message_id=message.message_id)

    async def find(self, channel_id: ChannelId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        here = [each for each in self.said if each.ref.channel_id == channel_id and each.at >= since]
        return next((each.ref for each in here if each.post.url == post.url and each.post.body == post.body), None)

    async def find_in_forum(self, forum_id: ChannelId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        return await self.find(forum_id, post, since=since)

    async def revise(self, message: MessageRef, post: ChatPost) -> None:
        said = next((each for each in self.said if each.ref == message), None)
        if said is None:
            raise NotFound("The message is gone.")
        said.post = post

    async def mark(self, message: MessageRef, mark: ReactionMark) -> None:
        self.marks[message.message_id] = mark

    async def delete(self, message: MessageRef) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.said = [each for each in self.said if each.ref != message]

    async def answer(
        self, token: Secret, text: str, link: str | None, *, quoted: str = "", act: ActionButton | None = None
    ) -> None:
        self.answers.append(text)

    async def direct(self, user_id: UserId, post: ChatPost, *, nonce: str) -> MessageRef:
        return await self.post(ChannelId(user_id), post, nonce=nonce)

    async def find_direct(self, user_id: UserId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        return await self.find(ChannelId(user_id), post, since=since)
