"""Handler that posts a reply that was written in the form, before it is published."""

from bot.bridge.outbox.deliveries import confirm_reply, publish_reply
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.post_once import post_once
from bot.bridge.ports import Chat, Clock
from bot.bridge.replies.status import record_failure
from bot.model.delivery import Delivery, PostReply
from bot.model.errors import NotFound
from bot.model.ids import MessageId
from bot.model.message import MessageRef
from bot.model.reply import Reply, ReplyState
from bot.rules.messages.cards import present_reply
from bot.rules.retry_policy import REPLY_RETRY_FOR
from bot.storage.database import Store


class ReplyPoster(Handler[PostReply, MessageRef | None]):
    """Posts a reply in its entry's thread. The comment on the blog links to this message."""

    handles = PostReply
    retry_for = REPLY_RETRY_FOR

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: PostReply) -> MessageRef | None:
        """Post the text under the member's name; None if it was posted before."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or reply.message_id is not None:
            return None
        entry_link = await self._store.messages.of_entry(reply.subscription_id, reply.entry_id)
        if entry_link is None or entry_link.thread_id is None:
            raise NotFound("The thread of this post was deleted on Discord.")
        post = present_reply(reply)
        reply_to = await self._parent_message(reply)
        return await post_once(self._chat, delivery, entry_link.thread_id, post, reply_to=reply_to)

    async def record(self, delivery: Delivery, intent: PostReply, result: MessageRef | None) -> None:
        """Save the message, and add the delivery that publishes the reply."""
        if result is not None:
            await self._store.replies.save_message(intent.reply_id, result)
        reply = await self._store.replies.get(intent.reply_id)
        if reply is not None and reply.state is ReplyState.ACCEPTED:
            now = self._clock.now()
            await self._store.outbox.add([confirm_reply(reply, ReplyState.ACCEPTED, now), publish_reply(reply, now)])

    async def record_dead(self, delivery: Delivery, intent: PostReply, reason: str, *, certain: bool) -> None:
        """Refuse the reply: a reply that could not be posted is not published either."""
        await record_failure(self._store, self._clock, intent.reply_id, ReplyState.REFUSED, reason)

    async def _parent_message(self, reply: Reply) -> MessageId | None:
        if reply.parent_comment_id is None:
            return None
        link = await self._store.messages.of_comment(reply.subscription_id, reply.parent_comment_id)
        return link.message_id if link else None
