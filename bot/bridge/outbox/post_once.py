"""Post a delivery's message once: an attempt after the first looks for the message of the attempts before it."""

from collections.abc import Sequence

from bot.bridge.ports import Chat
from bot.model.delivery import Delivery
from bot.model.ids import ChannelId, MessageId, UserId
from bot.model.message import ChatPost, MessageRef
from bot.rules.forum_tags import choose_tags


async def post_once(
    chat: Chat, delivery: Delivery, channel_id: ChannelId, post: ChatPost, *, reply_to: MessageId | None = None
) -> MessageRef:
    """Post a message in a channel or thread, or return the one that an earlier attempt posted."""
    found = await chat.find(channel_id, post, since=delivery.first_attempt_at) if delivery.attempts > 1 else None
    return found or await chat.post(channel_id, post, nonce=delivery.nonce, reply_to=reply_to)


async def post_in_forum_once(
    chat: Chat, delivery: Delivery, forum_id: ChannelId, name: str, post: ChatPost, *, categories: Sequence[str] = ()
) -> MessageRef:
    """Create a forum post with the tags that its categories name, or return the one that an earlier attempt created."""
    if delivery.attempts > 1:
        found = await chat.find_in_forum(forum_id, post, since=delivery.first_attempt_at)
        if found is not None:
            return found
    tags = choose_tags(await chat.look_at_forum(forum_id), categories)
    return await chat.post_in_forum(forum_id, name, post, tags=tags)


async def send_once(chat: Chat, delivery: Delivery, user_id: UserId, post: ChatPost) -> MessageRef:
    """Send a direct message, or return the one that an earlier attempt sent."""
    found = await chat.find_direct(user_id, post, since=delivery.first_attempt_at) if delivery.attempts > 1 else None
    return found or await chat.direct(user_id, post, nonce=delivery.nonce)
