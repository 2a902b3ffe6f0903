"""Posts the summary of entries that appeared with too many others to be announced one by one."""

from dataclasses import dataclass

from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Chat
from bot.model.delivery import Delivery, SummariseEntries
from bot.model.errors import Lost, NotFound
from bot.model.message import ChatPost, MessageRef
from bot.model.subscription import Placement, Subscription
from bot.rules.forum_tags import choose_tags
from bot.rules.messages.entry_summary import present_summary
from bot.storage.database import Store


@dataclass(frozen=True, slots=True)
class ChannelBack:
    """A channel that was thought lost took the summary."""


class EntrySummariser(Handler[SummariseEntries, ChannelBack | None]):
    """Names many entries in one message."""

    handles = SummariseEntries
    parks_subscription = True

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: SummariseEntries) -> ChannelBack | None:
        """Post the summary once."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        blog = await self._store.feeds.get_blog(subscription.blog_id) if subscription else None
        entries = await self._store.items.get_entries(intent.entry_ids)
        if subscription is None or blog is None or not entries or subscription.paused_at is not None:
            return None
        try:
            await self._post_once(delivery, subscription, present_summary(entries, blog, subscription.placement))
        except NotFound as error:
            raise Lost("The channel does not exist any more, or I cannot see it.") from error
        return ChannelBack() if subscription.parked_reason is not None else None

    async def record(self, delivery: Delivery, intent: SummariseEntries, result: ChannelBack | None) -> None:
        """Note that the channel is back; a summary stands for no single entry."""
        if result is not None:
            await self._store.subscriptions.park(intent.subscription_id, None)

    async def _post_once(self, delivery: Delivery, subscription: Subscription, post: ChatPost) -> MessageRef:
        channel_id, again = subscription.channel_id, delivery.attempts > 1
        if subscription.placement is not Placement.FORUM:
            found = await self._chat.find(channel_id, post, since=delivery.first_attempt_at) if again else None
            return found or await self._chat.post(channel_id, post, nonce=delivery.nonce)
        found = await self._chat.find_in_forum(channel_id, post, since=delivery.first_attempt_at) if again else None
        if found is not None:
            return found
        tags = choose_tags(await self._chat.look_at_forum(channel_id), ())
        return await self._chat.post_in_forum(channel_id, post.title[:100], post, tags=tags)
