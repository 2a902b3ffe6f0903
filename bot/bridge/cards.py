"""What an item's card in a subscription is now, and which message it stands under. Posts nothing."""

from bot.bridge.mentions import standing_roles
from bot.bridge.ports import Chat
from bot.bridge.store import Store
from bot.model.chat import ChatPost, ReplyTarget
from bot.model.entry import Comment, Entry
from bot.model.feed import Blog
from bot.model.ids import ChannelId
from bot.model.subscription import Link, RelayMode, Subscription
from bot.rules.present import comment_target, present_announcement, present_comment


async def entry_card(store: Store, chat: Chat, subscription: Subscription, blog: Blog, entry: Entry) -> ChatPost:
    """Render an entry as it stands in a subscription now; roles that vanished are not mentioned."""
    target = ReplyTarget(subscription_id=subscription.id, entry_id=entry.id)
    shown = target if await relays(store, subscription, blog) else None
    roles = await standing_roles(chat, subscription)
    return present_announcement(entry, subscription, blog, roles=roles, target=shown)


async def comment_card(
    store: Store, subscription: Subscription, blog: Blog, comment: Comment, parent: Link | None
) -> ChatPost:
    """Render a comment as it stands in a subscription now."""
    target = comment_target(subscription.id, comment)
    answered = await store.items.get_comment(parent.comment_id) if parent and parent.comment_id else None
    return present_comment(
        comment,
        home_url=blog.home_url,
        orphan=comment.parent_uid is not None and parent is None,
        answered=answered,
        target=target if comment.moved_at is None and await relays(store, subscription, blog) else None,
    )


async def parent_link(store: Store, subscription: Subscription, comment: Comment, channel_id: ChannelId) -> Link | None:
    """The message that stands for a comment's parent in a channel or thread: only there it can be answered."""
    if comment.parent_uid is None:
        return None
    known = await store.items.known_comments(comment.blog_id, [comment.parent_uid])
    parent = known.get(comment.parent_uid)
    link = await store.links.of_comment(subscription.id, parent.id) if parent else None
    return link if link is not None and link.channel_id == channel_id else None


async def relays(store: Store, subscription: Subscription, blog: Blog) -> bool:
    """Whether members may answer on the blog from here."""
    if subscription.relay_mode is RelayMode.OFF:
        return False
    return await store.endpoints.connected(subscription.guild_id, blog.id)
