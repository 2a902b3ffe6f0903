"""Render the cards of items as they are now in a subscription, and find the messages that they reply to."""

from bot.bridge.ports import Chat
from bot.model.entry import Comment, Entry
from bot.model.errors import PermanentError
from bot.model.feed import Blog
from bot.model.ids import ChannelId, RoleId
from bot.model.message import ChatPost, ReplyTarget
from bot.model.reply import Reply
from bot.model.subscription import PostedMessage, RelayMode, Subscription
from bot.rules.messages.cards import comment_target, present_announcement, present_comment, present_reply
from bot.storage.database import Store


async def entry_card(store: Store, chat: Chat, subscription: Subscription, blog: Blog, entry: Entry) -> ChatPost:
    """Render an entry's card, which mentions only roles that still exist."""
    target = ReplyTarget(subscription_id=subscription.id, entry_id=entry.id)
    shown = target if entry.takes_replies and await replies_enabled(store, subscription, blog) else None
    roles = await existing_roles(chat, subscription)
    return present_announcement(entry, subscription, blog, roles=roles, target=shown)


async def comment_card(
    store: Store, subscription: Subscription, blog: Blog, comment: Comment, parent: PostedMessage | None
) -> ChatPost:
    """Render a comment's card; a member's comment has the link to the blog that their own card has."""
    answered = await store.comments.get(parent.comment_id) if parent and parent.comment_id else None
    ours = comment.native_id is not None and await store.replies.of_comments(blog.id, [comment.native_id])
    return present_comment(
        comment,
        home_url=blog.home_url,
        orphan=comment.parent_uid is not None and parent is None,
        answered=answered,
        target=await reply_target_of(store, subscription, blog, comment),
        linked=bool(ours),
    )


async def reply_card(store: Store, reply: Reply) -> ChatPost:
    """Render the message that the bot posted for a member's reply."""
    link = None if reply.message_id is None else await store.messages.of_message(reply.message_id)
    comment = await store.comments.get(link.comment_id) if link and link.comment_id is not None else None
    subscription = await store.subscriptions.get(reply.subscription_id)
    blog = await store.feeds.get_blog(reply.blog_id)
    if comment is None or subscription is None or blog is None:
        return present_reply(reply)
    return present_reply(reply, comment=comment, target=await reply_target_of(store, subscription, blog, comment))


async def reply_target_of(store: Store, subscription: Subscription, blog: Blog, comment: Comment) -> ReplyTarget | None:
    """Return what the button under a comment answers; None: members cannot answer it here."""
    entry = await store.entries.get(comment.entry_id)
    if (
        comment.kind.is_mention
        or comment.gone_at is not None
        or comment.entry_corrected_at is not None
        or entry is None
        or not entry.takes_replies
    ):
        return None
    return comment_target(subscription.id, comment) if await replies_enabled(store, subscription, blog) else None


async def parent_message(
    store: Store, subscription: Subscription, comment: Comment, channel_id: ChannelId
) -> PostedMessage | None:
    """Return the message of a comment's parent in a channel or thread; None: it is not there."""
    if comment.parent_uid is None:
        return None
    known = await store.comments.known(comment.blog_id, [comment.parent_uid])
    parent = known.get(comment.parent_uid)
    link = await store.messages.of_comment(subscription.id, parent.id) if parent else None
    return link if link is not None and link.channel_id == channel_id else None


async def existing_roles(chat: Chat, subscription: Subscription) -> frozenset[RoleId]:
    """Return the roles of a subscription's guild; Discord is asked only if the subscription mentions some.

    :raises TemporaryError: Discord gave no answer.
    """
    if not subscription.mentioned_roles:
        return frozenset()
    try:
        return await chat.look_at_roles(subscription.guild_id)
    except PermanentError:
        # The guild is closed to the bot; posting there will report it.
        return frozenset()


async def replies_enabled(store: Store, subscription: Subscription, blog: Blog) -> bool:
    """Return whether members may reply on the blog from this subscription."""
    if subscription.relay_mode is RelayMode.OFF:
        return False
    return await store.connections.is_connected(subscription.guild_id, blog.id)
