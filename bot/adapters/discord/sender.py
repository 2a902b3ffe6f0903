"""Write to Discord over its REST API.

Uses neither the gateway nor its cache, so that it works in a process that only logged in. The client has to be built
with ``http_trace=discord_trace()``.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import Any, Final
from weakref import WeakValueDictionary

import discord

from bot.adapters.discord.embeds import CONTENT_LENGTH, render_mentions, render_row, with_quote
from bot.adapters.discord.errors import refuses_reference
from bot.adapters.discord.fallbacks import MessageForm, message_arguments, with_fallbacks
from bot.adapters.discord.reader import DiscordReader, not_logged_in
from bot.adapters.discord.threads import in_open_thread, rename
from bot.model.connection import Secret
from bot.model.errors import ChannelLost, DirectMessagesClosed, NotFound, Refused
from bot.model.ids import ChannelId, MessageId, UserId
from bot.model.message import (
    ActionButton,
    ChatPost,
    LinkButton,
    MessageRef,
    ReactionMark,
)

_log = logging.getLogger(__name__)

_WRITE: Final = "Send Messages, Send Messages in Threads, Embed Links and Read Message History"
_RENAME: Final = "Send Messages in Threads"
_OPEN: Final = "Create Public Threads"
_REACT: Final = "Add Reactions and Read Message History"

#: Unknown Webhook and Invalid Webhook Token: an interaction's token lives for 15 minutes.
_EXPIRED: Final = frozenset({10015, 50027})
_DESCRIPTION: Final = 4096
_HAS_THREAD: Final = 160004


class _Action(Enum):
    """A kind of request that Discord limits separately in each channel."""

    POST = auto()
    EDIT = auto()
    DELETE = auto()
    MARK = auto()
    #: of threads and forum posts
    OPEN = auto()


class DiscordSender(DiscordReader):
    """Writes to Discord with a client that has logged in; it need not be connected."""

    def __init__(self, client: discord.Client) -> None:
        super().__init__(client)
        self._locks: WeakValueDictionary[tuple[_Action, ChannelId], asyncio.Lock] = WeakValueDictionary()

    async def post(
        self, channel_id: ChannelId, post: ChatPost, *, nonce: str, reply_to: MessageId | None = None
    ) -> MessageRef:
        """Post a message; see :meth:`bot.bridge.ports.Chat.post`.

        :param nonce: 25 characters at most.
        :param reply_to: a message of the same channel; if Discord does not take it, the post quotes ``post.answers``.
        """
        with self._errors(_WRITE):
            send = partial(
                self._client.get_partial_messageable(channel_id).send,
                allowed_mentions=render_mentions(post),
                nonce=nonce,
            )
            async with self._lock(_Action.POST, channel_id):
                if reply_to is None:
                    sent = await with_fallbacks(post, lambda form: send(**message_arguments(form)))
                else:
                    sent = await self._reply(send, channel_id, post, reply_to)
        return MessageRef(channel_id=channel_id, message_id=MessageId(sent.id))

    async def open_thread(self, message: MessageRef, name: str) -> ChannelId:
        """Start a thread from a message; a thread has the id of the message it starts from."""
        with self._errors(_OPEN):
            channel = await self._client.fetch_channel(message.channel_id)
            if not isinstance(channel, discord.TextChannel):
                raise Refused("Threads can be started from messages in text channels only.")
            try:
                async with self._lock(_Action.OPEN, message.channel_id):
                    thread = await channel.get_partial_message(message.message_id).create_thread(name=name)
            except discord.HTTPException as error:
                if error.code != _HAS_THREAD:
                    raise
                return ChannelId(message.message_id)
        return ChannelId(thread.id)

    async def rename_thread(self, thread_id: ChannelId, name: str, *, was: str | None) -> bool:
        """Give a thread another name unless a moderator named it; see :meth:`bot.bridge.ports.Chat.rename_thread`."""
        try:
            with self._errors(_RENAME):
                return await rename(self._client, thread_id, name, was=was)
        except ChannelLost as error:
            # A thread whose name cannot be changed is as good a place for comments as before.
            raise Refused(error.text) from error

    async def post_in_forum(self, forum_id: ChannelId, name: str, post: ChatPost, *, tags: Sequence[int]) -> MessageRef:
        """Create a forum post, once; tags that the forum has no more are left out."""
        with self._errors(_WRITE):
            forum = await self._forum(forum_id)
            create = partial(
                forum.create_thread,
                name=name,
                allowed_mentions=render_mentions(post),
                applied_tags=[tag for tag in forum.available_tags if tag.id in tags],
            )
            async with self._lock(_Action.OPEN, forum_id):
                made = await with_fallbacks(post, lambda form: create(**message_arguments(form)))
        return MessageRef(channel_id=ChannelId(made.thread.id), message_id=MessageId(made.message.id))

    async def revise(self, message: MessageRef, post: ChatPost) -> None:
        """Edit a message of ours, which pings nobody. An archived thread is opened for it."""
        with self._errors(_WRITE):
            edit = partial(self._message(message).edit, allowed_mentions=render_mentions(post))

            async def change(form: MessageForm) -> None:
                said = partial(edit, content=form.content, embed=form.embed, view=form.view)
                await in_open_thread(self._client, message.channel_id, said)

            async with self._lock(_Action.EDIT, message.channel_id):
                await with_fallbacks(post, change)

    async def mark(self, message: MessageRef, mark: ReactionMark) -> None:
        """Put one of our marks on a message and take the others off. An archived thread is opened for it.

        :raises Refused: also where posting would raise :class:`ChannelLost`: a mark may stand in any channel, so one
            that cannot be set parks none.
        """
        target = self._message(message)
        try:
            with self._errors(_REACT):
                async with self._lock(_Action.MARK, message.channel_id):
                    await in_open_thread(self._client, message.channel_id, partial(self._set_mark, target, mark))
        except ChannelLost as error:
            raise Refused(error.text) from error

    async def delete(self, message: MessageRef) -> None:
        """Delete a message of ours; one that is gone is no error. An archived thread is opened for it."""
        try:
            with self._errors(_WRITE):
                async with self._lock(_Action.DELETE, message.channel_id):
                    await in_open_thread(self._client, message.channel_id, self._message(message).delete)
        except NotFound:
            return
        except ChannelLost as error:
            raise Refused(error.text) from error

    async def answer(
        self, token: Secret, text: str, link: str | None, *, quoted: str = "", act: ActionButton | None = None
    ) -> None:
        """Replace the ephemeral answer of an interaction; one that has expired is no error.

        https://discord.com/developers/docs/interactions/receiving-and-responding#edit-original-interaction-response
        """
        button = None if link is None else LinkButton(label="See it on the blog", url=link)
        words = [discord.Embed(title="What you wrote", description=quoted[:_DESCRIPTION])] if quoted else []
        with self._errors(_WRITE):
            webhook = discord.Webhook.partial(self._application_id(), str(token), client=self._client)
            try:
                # "@original" stands for a message's id; discord.py only puts it into the path.
                await webhook.edit_message(  # type: ignore[call-overload]
                    "@original",
                    content=text[:CONTENT_LENGTH],
                    embeds=words,
                    view=render_row(button, act),
                    allowed_mentions=discord.AllowedMentions.none(),
                )
            except discord.HTTPException as error:
                known = error.status == 404 and error.code != 0
                if not known and error.code not in _EXPIRED:
                    raise

    async def direct(self, user_id: UserId, post: ChatPost, *, nonce: str) -> MessageRef:
        """Send a direct message; the nonce as for :meth:`post`."""
        try:
            return await self.post(await self._direct_channel(user_id), post, nonce=nonce)
        except ChannelLost as error:
            raise DirectMessagesClosed(error.text) from error

    async def find_direct(self, user_id: UserId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        """Look for a direct message of ours that says what ``post`` says."""
        return await self.find(await self._direct_channel(user_id), post, since=since)

    async def _reply(
        self,
        send: partial[Coroutine[Any, Any, discord.Message]],
        channel_id: ChannelId,
        post: ChatPost,
        reply_to: MessageId,
    ) -> discord.Message:
        """Post as a reply; where Discord refuses that, the post says itself what it answers."""
        answered = discord.MessageReference(message_id=reply_to, channel_id=channel_id, fail_if_not_exists=False)
        try:
            return await with_fallbacks(post, lambda form: send(**message_arguments(form), reference=answered))
        except discord.HTTPException as error:
            if not refuses_reference(error):
                raise
            _log.warning(
                "Discord refused what a message answers; it stands by itself.",
                extra={"action": "reply_reference_refused"},
            )
        said = with_quote(post)
        return await with_fallbacks(said, lambda form: send(**message_arguments(form)))

    async def _set_mark(self, target: discord.PartialMessage, mark: ReactionMark) -> None:
        present = {str(reaction.emoji) for reaction in (await target.fetch()).reactions if reaction.me}
        if mark not in present:
            await target.add_reaction(mark)
        for other in ReactionMark:
            if other is not mark and other in present:
                await target.remove_reaction(other, discord.Object(self._own_id()))

    def _lock(self, act: _Action, channel_id: ChannelId) -> asyncio.Lock:
        """Return the lock that lets the acts of one kind in one channel happen one after the other.

        Discord limits each kind in each channel. discord.py waits where an answer says that a limit is reached, but of
        several requests that wait for one limit it can let one go too early, which Discord refuses. With
        one request at a time no other request waits for a limit.
        """
        return self._locks.setdefault((act, channel_id), asyncio.Lock())

    async def _direct_channel(self, user_id: UserId) -> ChannelId:
        with self._errors(_WRITE):
            return ChannelId((await self._client.create_dm(discord.Object(user_id))).id)

    def _application_id(self) -> int:
        if self._client.application_id is None:
            raise not_logged_in()
        return self._client.application_id
