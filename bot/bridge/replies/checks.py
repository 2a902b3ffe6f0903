"""What must still hold of a reply when it is published: looked at again at the press, and right before the write.

A preview may be hours old, and a delivery may wait. Nothing here changes anything.
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

_NOT_HERE = (
    "Please press **Publish** where the preview was made: in this channel I cannot tell whether you may write there."
)
_NO_CONSENT = "Your agreement to be published is missing. Please start again."
_OFF = "Replies were switched off here before yours went out."
_NO_THREAD = "The place of this entry's comments on Discord is not there any more."
_LOCKED = "A moderator has locked the thread, so nothing is published from it."
_DELETED = "Your message is not there any more, so it was not published."


class ReplyChecks:
    """Says why a reply must not be published, as it stands now."""

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def refuse_presser(self, reply: Reply, member: MemberView) -> str | None:
        """Say why its writer may not publish a reply from where they pressed, or None."""
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
        """Say what has changed since the preview so that a reply must not be published, or None; asks Discord last.

        :raises TemporaryError: Discord does not say whether the message is still what was previewed.
        """
        refusal = await self._refuse_stored(reply)
        return refusal if refusal is not None else await self._refuse_in_chat(reply)

    async def _refuse_stored(self, reply: Reply) -> str | None:
        subscription = await self._store.subscriptions.get(reply.subscription_id)
        if subscription is None:
            return _OFF
        connected = await self._store.endpoints.connected(reply.guild_id, reply.blog_id)
        entry = await self._store.items.get_entry(reply.entry_id)
        parent_id = reply.parent_comment_id
        parent = None if parent_id is None else await self._store.items.get_comment(parent_id)
        profile = await self._store.members.profile(reply.user_id)
        blog = await self._store.feeds.get_blog(reply.blog_id)
        if blog is None:
            return _OFF
        return (
            refuse_mode(subscription.relay_mode, reply.origin, connected=connected)
            or refuse_gone(entry, parent, answers_comment=parent_id is not None)
            or (_NO_CONSENT if profile is None or profile.consented_at is None else None)
            or await self.refuse_public_name(blog, reply.user_id, reply.public_name)
        )

    async def refuse_public_name(self, blog: Blog, user_id: UserId, name: str) -> str | None:
        """Say why a member may not publish on a blog under a name, or None."""
        authors = await self._store.items.authors(blog.id)
        commenters = await self._store.items.commenters(blog.id, other_than=user_id)
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
    """Raise what a rule says against it.

    :raises Refused: with that sentence.
    """
    if reason is not None:
        raise Refused(reason)
