"""Lost channels: who is told of one, and when it is looked at again. What parks is decided in ``deliver``."""

from bot.bridge.outbox.channel_changes import ChannelChanges, hurry_channel
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Chat, Clock
from bot.model.delivery import Delivery, NotifyParked
from bot.model.errors import DirectClosed, NotFound
from bot.model.ids import GuildId
from bot.rules.messages.cards import present_parked
from bot.rules.retry_policy import SETTLED_AFTER
from bot.storage.database import Store


class Parking:
    """Looks again where something changed that may have closed a channel or opened it."""

    def __init__(self, store: Store, changes: ChannelChanges, clock: Clock) -> None:
        self._store = store
        self._changes = changes
        self._clock = clock

    async def recheck(self, guild_id: GuildId) -> None:
        """Try a guild's parked subscriptions soon: changes come in bursts, and each look may be one more refusal."""
        self._changes.note(guild_id)
        for subscription in await self._store.subscriptions.parked(guild_id):
            await hurry_channel(self._store, subscription.id, self._clock.now() + SETTLED_AFTER)


class ParkedNotifier(Handler[NotifyParked, None]):
    """Tells whoever added a blog that its channel is lost; once, as long as it stays so."""

    handles = NotifyParked
    sends_direct_message = True

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: NotifyParked) -> None:
        """Send it, unless the channel is back; closed direct messages are no error, as ``/status`` says it too."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        blog = await self._store.feeds.get_blog(subscription.blog_id) if subscription else None
        if subscription is None or blog is None or subscription.added_by is None or subscription.parked_reason is None:
            return
        post = present_parked(subscription, blog)
        try:
            if delivery.attempts > 1:
                since = delivery.first_attempt_at
                if await self._chat.find_direct(subscription.added_by, post, since=since) is not None:
                    return
            await self._chat.direct(subscription.added_by, post, nonce=delivery.nonce)
        except (DirectClosed, NotFound):
            return
