"""Parked subscriptions: their channel is lost, so their deliveries wait and are retried when something changes."""

import contextlib
from datetime import datetime, timedelta

from bot.bridge.outbox.deliveries import chat_lane, comment_summary_lane
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.post_once import send_once
from bot.bridge.ports import Chat, Clock
from bot.model.delivery import Delivery, NewDelivery, NotifyParked, SubscriptionIntent
from bot.model.errors import DirectMessagesClosed, NotFound
from bot.model.ids import GuildId, SubscriptionId
from bot.model.subscription import Subscription
from bot.rules.messages.notices import present_parked
from bot.rules.retry_policy import SETTLED_AFTER
from bot.storage.database import Store

#: until a lost channel is tried again without any change
_PARKED_FOR = timedelta(hours=1)


class Parking:
    """Parks subscriptions and tries their channels again.

    It counts the changes in each guild that may close or open a channel, as one may come while Discord is asked.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        #: how many changes there were in all guilds
        self.changes = 0
        #: the number of each guild's last change
        self._last_change: dict[GuildId, int] = {}

    def add_change(self, guild_id: GuildId) -> None:
        """Count a change after which Discord may refuse other channels of a guild than before."""
        self.changes += 1
        self._last_change[guild_id] = self.changes

    async def park(self, delivery: Delivery, intent: SubscriptionIntent, reason: str, *, changes: int) -> bool:
        """Park a subscription with its delivery, and notify the person who added it the first time.

        :param changes: :attr:`changes` before Discord was asked.
        :return: False if the delivery was cancelled meanwhile, as nothing waits for the channel then.
        """
        now = self._clock.now()
        async with self._store.transaction():
            subscription = await self._store.subscriptions.lock(intent.subscription_id)
            if not await self._store.outbox.lock(delivery.id):
                return False
            due_at = now + _PARKED_FOR
            if subscription is not None and self._last_change.get(subscription.guild_id, 0) > changes:
                # The refusal may be outdated.
                due_at = now + SETTLED_AFTER
            else:
                if subscription is not None and subscription.parked_reason is None:
                    await self._store.outbox.add([_notify_parked(subscription, now)])
                await self._store.subscriptions.park(intent.subscription_id, reason)
            # This counts as an attempt: the message may have been posted although its thread was refused.
            await self._store.outbox.retry(delivery.id, due_at=due_at, error=reason, attempted=True)
            await self._store.outbox.restart_retry_window(delivery.id, due_at)
        return True

    async def recheck(self, guild_id: GuildId) -> None:
        """Try a guild's parked subscriptions once a burst of changes is over: each attempt may be refused again."""
        self.add_change(guild_id)
        for subscription in await self._store.subscriptions.parked_of_guild(guild_id):
            await self.retry_channel(subscription.id, self._clock.now() + SETTLED_AFTER)

    async def retry_channel(self, subscription_id: SubscriptionId, at: datetime) -> None:
        """Try everything that waits for a subscription's channel at this time, unless it is due before."""
        for lane in (chat_lane(subscription_id), comment_summary_lane(subscription_id)):
            await self._store.outbox.retry_now(lane, at)


class ParkedNotifier(Handler[NotifyParked, None]):
    """Notifies the person who added a blog that its channel is lost."""

    handles = NotifyParked
    sends_direct_message = True

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: NotifyParked) -> None:
        """Send the message, unless the channel is back; closed direct messages are no error (``/status`` shows it)."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        blog = await self._store.feeds.get_blog(subscription.blog_id) if subscription else None
        if subscription is None or blog is None or subscription.added_by is None or subscription.parked_reason is None:
            return
        post = present_parked(subscription, blog)
        with contextlib.suppress(DirectMessagesClosed, NotFound):
            await send_once(self._chat, delivery, subscription.added_by, post)


def _notify_parked(subscription: Subscription, now: datetime) -> NewDelivery:
    """Tell the person who added a blog that its channel is lost."""
    return NewDelivery(
        intent=NotifyParked(subscription_id=subscription.id),
        lane=f"direct:{subscription.added_by or subscription.guild_id}",
        key=f"parked:{subscription.id}:{now.timestamp()}",
        due_at=now,
    )
