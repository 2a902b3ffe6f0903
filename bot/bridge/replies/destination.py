"""Finds what a reply would answer, or refuses with a sentence for the member."""

from dataclasses import dataclass

from bot.bridge.replies.checks import refuse
from bot.model.entry import Comment, Entry
from bot.model.errors import NotFound, ParentGone, Refused
from bot.model.feed import Blog
from bot.model.ids import CommentId, GuildId, MessageId
from bot.model.message import ChatMessage, MemberView, ReplyTarget
from bot.model.reply import Reply, ReplyOrigin, ReplyState
from bot.model.subscription import Placement, PostedMessage, Subscription
from bot.rules.comment_systems import is_writable, why_not_writable
from bot.rules.html_to_discord.convert import escape, text_line
from bot.rules.messages.cards import entry_title
from bot.rules.reply_eligibility import refuse_gone, refuse_member, refuse_mode
from bot.storage.database import Store

_PARENT_GONE = "The comment was removed from the blog, so it cannot be answered. You can answer the post instead."

_MENTION = (
    "This shows that another site links to the post. It is not a comment, so it cannot be answered on the blog. "
    "You can answer the post instead."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDestination:
    """The entry and comment that a reply would answer."""

    subscription: Subscription
    blog: Blog
    entry: Entry
    parent: Comment | None
    #: the comment that was to be answered was removed: only its post can be answered
    parent_gone: bool = False

    @property
    def answering(self) -> str:
        """The comment's author, or the title of the post."""
        return text_line(self.parent.author, limit=60) if self.parent else text_line(entry_title(self.entry), limit=100)


class ReplyDestinations:
    """Finds what a button or a message answers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_target(
        self, target: ReplyTarget, guild_id: GuildId, origin: ReplyOrigin, *, allow_parent_gone: bool = False
    ) -> ReplyDestination:
        """Return what a card's button answers.

        :param allow_parent_gone: a comment that was removed is no error, because text was written already.
        :raises ParentGone: the comment that was to be answered was removed.
        """
        subscription = await self._store.subscriptions.get(target.subscription_id)
        if subscription is None or subscription.guild_id != guild_id:
            raise NotFound("This blog is not in this channel any more.")
        blog = await self._store.feeds.get_blog(subscription.blog_id)
        entry = await self._store.entries.get(target.entry_id)
        # The ids come from outside: this server may not see or answer an entry of another blog.
        if blog is None or entry is None or entry.blog_id != blog.id:
            raise NotFound("This post is not stored any more, so it cannot be answered.")
        connected = await self._store.connections.is_connected(guild_id, blog.id)
        # Do not tell an admin to connect a blog that cannot be connected.
        refuse(None if connected or is_writable(blog) else why_not_writable(blog))
        refuse(refuse_mode(subscription.relay_mode, origin, connected=connected))
        refuse(refuse_gone(entry, None, answers_comment=False))
        parent = await self._comment(target.comment_id)
        if parent is not None and parent.entry_id != entry.id:
            raise Refused("This comment belongs to another post of the blog, so it cannot be answered from here.")
        if parent is not None and parent.kind.is_mention:
            raise Refused(_MENTION)
        gone = target.comment_id is not None and (parent is None or parent.gone_at is not None)
        if gone and not allow_parent_gone:
            raise ParentGone(_PARENT_GONE)
        return ReplyDestination(subscription=subscription, blog=blog, entry=entry, parent=parent, parent_gone=gone)

    async def of_button(
        self, target: ReplyTarget, member: MemberView, *, allow_parent_gone: bool = False
    ) -> ReplyDestination:
        """Return what a card's button answers, if a member may use it; otherwise as :meth:`of_target`."""
        subscription = await self._store.subscriptions.get(target.subscription_id)
        if subscription is not None and subscription.guild_id == member.guild_id:
            link = await self._store.messages.of_entry(subscription.id, target.entry_id)
            # A forged button must not show what is in a channel that the member cannot see.
            if member.channel_id not in (subscription.channel_id, link.thread_id if link else None):
                raise NotFound("This card is not here any more. Use the button below the card of the post.")
        destination = await self.of_target(
            target, member.guild_id, ReplyOrigin.BUTTON, allow_parent_gone=allow_parent_gone
        )
        refuse(refuse_member(member, in_threads=destination.subscription.placement is not Placement.CHANNEL))
        return destination

    async def refuse_gone_parent(self, reply: Reply) -> None:
        """Check that the comment that a reply answers was not removed.

        :raises ParentGone: it was removed, and the post still takes replies.
        """
        parent = await self._comment(reply.parent_comment_id)
        entry = await self._store.entries.get(reply.entry_id)
        gone = reply.parent_comment_id is not None and (parent is None or parent.gone_at is not None)
        if gone and entry is not None and entry.takes_replies:
            raise ParentGone(_PARENT_GONE)

    async def of_message(
        self, message: ChatMessage, member: MemberView, *, allow_parent_gone: bool = False
    ) -> ReplyDestination:
        """Return what a message answers; parameters and errors as for :meth:`of_target`."""
        await self._refuse_mirrored(message)
        if message.author_id != member.id:
            raise Refused(
                "Only the person who wrote a message can publish it. You could ask them to use "
                "**Publish to blog** on it themselves."
            )
        refuse(refuse_member(member, in_threads=member.in_thread))
        link = await self._link_of(message)
        if link is None:
            raise NotFound(
                "This message is not in the thread of a blog post, so I cannot tell what it answers. "
                "Reply to the message of a post or comment, and publish your reply."
            )
        target = ReplyTarget(subscription_id=link.subscription_id, entry_id=link.entry_id, comment_id=link.comment_id)
        destination = await self.of_target(
            target, message.guild_id, ReplyOrigin.MENU, allow_parent_gone=allow_parent_gone
        )
        await self.refuse_again(message.ref.message_id)
        return destination

    async def refuse_again(self, message_id: MessageId | None) -> None:
        """Check that a message was not published before.

        :raises Refused: it was, or is about to be.
        """
        earlier = await self._store.replies.of_message(message_id) if message_id is not None else None
        if earlier is not None and earlier.state is not ReplyState.REFUSED:
            raise Refused("This message was published already, or is on its way.")

    async def _refuse_mirrored(self, message: ChatMessage) -> None:
        """Refuse a message that shows something which is on the blog already."""
        reply = await self._store.replies.of_message(message.ref.message_id)
        if reply is not None and reply.user_id == message.author_id:
            # The member's own message: refuse_again decides.
            return
        if reply is not None and reply.state in (ReplyState.ACCEPTED, ReplyState.HELD):
            raise Refused("This is on its way to the blog already.")
        link = await self._store.messages.of_message(message.ref.message_id)
        subscription = await self._store.subscriptions.get(link.subscription_id) if link is not None else None
        if link is None or subscription is None or subscription.guild_id != message.guild_id:
            return
        answer = "To answer it, use the button **Reply on the blog** below it, if there is one."
        if link.comment_id is None:
            raise Refused(f"This is a post of the blog, so it is on the blog already. {answer}")
        comment = await self._store.comments.get(link.comment_id)
        if comment is not None and comment.gone_at is not None:
            raise Refused("This was a comment on the blog. It was removed there.")
        if comment is not None and comment.kind.is_mention:
            raise Refused(_MENTION)
        author = escape(text_line(comment.author, limit=60)) if comment is not None else ""
        raise Refused(f"This is already on the blog, as a comment of {author or 'somebody'}. {answer}")

    async def _link_of(self, message: ChatMessage) -> PostedMessage | None:
        """Return the item that a message replies to, or the entry in whose thread it was written."""
        if message.reply_to is not None:
            link = await self._store.messages.of_message(message.reply_to)
            if link is not None:
                return link
        return await self._store.messages.of_thread(message.ref.channel_id)

    async def _comment(self, comment_id: CommentId | None) -> Comment | None:
        if comment_id is None:
            return None
        return await self._store.comments.get(comment_id)
