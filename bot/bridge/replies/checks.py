"""Checks whether a reply may still be published: when its writer presses **Publish**, and right before it is sent.

A preview may be hours old, and a delivery may wait.
"""

from bot.bridge.ports import Chat
from bot.model.errors import NotFound, Refused
from bot.model.feed import Blog
from bot.model.ids import UserId
from bot.model.message import MemberView, MessageRef
from bot.model.reply import Reply, ReplyOrigin
from bot.model.subscription import Placement
from bot.rules.messages.cards import reply_message
from bot.rules.reply_eligibility import (
    refuse_changed_message,
    refuse_gone,
    refuse_member,
    refuse_mode,
    refuse_name,
    refuse_reserved_name,
)
from bot.storage.database import Store

_NOT_HERE = "Please press **Publish** in the channel or thread where you made the preview."
NO_CONSENT = "Your agreement to be published is missing. Please start again."
_OFF = "Replies were switched off here before yours was published."
_NO_THREAD = "The thread of this post was deleted on Discord."
_LOCKED = "A moderator locked the thread, so nothing is published from it."
_DELETED = "Your message was deleted, so it was not published."


class ReplyChecks:
    """Finds reasons against publishing a reply."""

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def refuse_writer(self, reply: Reply, member: MemberView) -> str | None:
        """Return why the writer may not publish a reply from the channel in which they pressed, or None."""
        if reply.origin is ReplyOrigin.MENU:
            here, in_threads = {reply.channel_id}, member.in_thread
        else:
            subscription = await self._store.subscriptions.get(reply.subscription_id)
            if subscription is None:
                return _OFF
            link = await self._store.messages.of_entry(subscription.id, reply.entry_id)
            here = {subscription.channel_id, link.thread_id if link else None}
            in_threads = subscription.placement is not Placement.CHANNEL
        if member.channel_id not in here:
            return _NOT_HERE
        return refuse_member(member, in_threads=in_threads)

    async def refuse_reply(self, reply: Reply) -> str | None:
        """Return what changed since the preview so that a reply must not be published, or None; asks Discord last.

        :raises TemporaryError: Discord does not answer.
        """
        refusal = await self._refuse_stored(reply)
        return refusal if refusal is not None else await self._refuse_in_chat(reply)

    async def _refuse_stored(self, reply: Reply) -> str | None:
        subscription = await self._store.subscriptions.get(reply.subscription_id)
        if subscription is None:
            return _OFF
        connected = await self._store.connections.is_connected(reply.guild_id, reply.blog_id)
        entry = await self._store.entries.get(reply.entry_id)
        parent_id = reply.parent_comment_id
        parent = None if parent_id is None else await self._store.comments.get(parent_id)
        profile = await self._store.members.profile(reply.user_id)
        blog = await self._store.feeds.get_blog(reply.blog_id)
        if blog is None:
            return _OFF
        return (
            refuse_mode(subscription.relay_mode, reply.origin, connected=connected)
            or refuse_gone(entry, parent, answers_comment=parent_id is not None)
            or (NO_CONSENT if profile is None or profile.consented_at is None else None)
            or await self.refuse_public_name(blog, reply.user_id, reply.public_name)
        )

    async def refuse_public_name(self, blog: Blog, user_id: UserId, name: str) -> str | None:
        """Return why a member may not publish on a blog under a name, or None."""
        authors = await self._store.entries.authors(blog.id)
        commenters = await self._store.comments.commenters(blog.id, other_than=user_id)
        return refuse_name(name) or refuse_reserved_name(
            name, authors=authors, commenters=commenters, blog_title=blog.title
        )

    async def _refuse_in_chat(self, reply: Reply) -> str | None:
        message = reply_message(reply)
        if message is not None:
            try:
                return await self._refuse_message(reply, message)
            except NotFound:
                return _DELETED
        link = await self._store.messages.of_entry(reply.subscription_id, reply.entry_id)
        if link is None or link.thread_id is None:
            return _NO_THREAD
        try:
            return _LOCKED if await self._chat.is_locked(link.thread_id) else None
        except NotFound:
            return _NO_THREAD

    async def _refuse_message(self, reply: Reply, message: MessageRef) -> str | None:
        view = await self._chat.look_at_message(message)
        refusal = refuse_changed_message(reply, view) if reply.origin is ReplyOrigin.MENU else None
        if refusal is not None:
            return refusal
        return _LOCKED if await self._chat.is_locked(message.channel_id) else None


def refuse(reason: str | None) -> None:
    """Raise a refusal of a rule, if there is one.

    :raises Refused: with the reason as its text.
    """
    if reason is not None:
        raise Refused(reason)
