"""Pause a server's subscriptions when the bot leaves it, resume them when it joins again, delete them after 30 days."""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.bridge.connections.disconnecting import Disconnector, end_subscription
from bot.bridge.guild_membership import GuildMembership
from bot.bridge.outbox.deliveries import import_lane, resume_here, resume_lane
from bot.bridge.outbox.handler import Handler
from bot.bridge.polling.baseline import Baseline
from bot.bridge.polling.wanted_feeds import poll_feeds_by
from bot.bridge.ports import Clock, Side
from bot.model.connection import Connection
from bot.model.delivery import Delivery, ResumeSubscription
from bot.model.ids import GuildId, SubscriptionId
from bot.model.subscription import Subscription
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: So long a server may take the bot in again and find everything as it was.
GRACE = timedelta(days=30)
_AT_ONCE = 100


class GuildLifecycle:
    """Keeps subscriptions in step with the bot's membership of servers.

    A server that Discord itself cannot reach has not been left.
    """

    def __init__(
        self,
        store: Store,
        disconnector: Disconnector,
        membership: GuildMembership,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._disconnector = disconnector
        self._membership = membership
        #: guild events are recorded in the order in which they came
        self._in_order = asyncio.Lock()
        self._clock = clock
        self._wake_outbox = wake_outbox

    async def leave(self, guild_id: GuildId) -> None:
        """Pause everything of a server that took the bot out; its feeds are not polled for it any more."""
        async with self._in_order:
            await self._leave(guild_id)

    async def _leave(self, guild_id: GuildId) -> None:
        self._membership.left(guild_id)
        async with self._store.transaction():
            await self._store.outbox.cancel(resume_lane(guild_id))
            await self._store.outbox.cancel(import_lane(guild_id))
            await self._store.subscriptions.pause_guild(guild_id, self._clock.now())
        _log.info("The bot was taken out of a server.", extra={"action": "guild_left", "guild": guild_id})

    async def join(self, guild_id: GuildId) -> None:
        """Go on with what a server had before it took the bot out; what appeared meanwhile is not posted."""
        async with self._in_order:
            await self._join(guild_id)

    async def _join(self, guild_id: GuildId) -> None:
        self._membership.joined(guild_id)
        now = self._clock.now()
        left = await self._store.subscriptions.of_left_guild(guild_id)
        await self._store.outbox.add([resume_here(each, now) for each in left])
        if left:
            self._wake_outbox()

    async def reconcile(self, guild_ids: Collection[GuildId]) -> None:
        """Learn from the list of all servers which were left or joined while the bot was off."""
        async with self._in_order:
            for guild_id in await self._store.subscriptions.guilds(left=False) - set(guild_ids):
                await self._leave(guild_id)
            for guild_id in await self._store.subscriptions.guilds(left=True) & set(guild_ids):
                await self._join(guild_id)

    async def end_left(self) -> int:
        """End subscriptions of servers that were left too long ago, some at a time; returns how many.

        With a server's last one go its members' profiles and the texts of its replies.
        """
        before = self._clock.now() - GRACE
        ended: list[Connection] = []
        async with self._store.transaction():
            subscriptions = await self._store.subscriptions.lock_left_before(before, _AT_ONCE)
            for each in subscriptions:
                ended += await end_subscription(self._store, self._clock, each)
            for guild_id in {each.guild_id for each in subscriptions}:
                if not await self._store.subscriptions.of_guild(guild_id):
                    await self._forget(guild_id)
        await self._disconnector.revoke(ended)
        return len(subscriptions)

    async def _forget(self, guild_id: GuildId) -> None:
        await self._store.members.forget_guild(guild_id)
        await self._store.replies.forget_guild(guild_id)
        _log.info("Everything of a server was deleted.", extra={"action": "guild_deleted", "guild": guild_id})


class SubscriptionResumer(Handler[ResumeSubscription, Subscription | None]):
    """Takes the silent first look for a subscription that goes on, so that nothing old is posted."""

    handles = ResumeSubscription
    side = Side.BLOG

    def __init__(self, store: Store, baseline: Baseline, clock: Clock) -> None:
        self._store = store
        self._baseline = baseline
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: ResumeSubscription) -> Subscription | None:
        """Look at the blog; None if it goes on already, or is paused for another reason."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        if subscription is None or subscription.left_at is None:
            return None
        blog = await self._store.feeds.get_blog(subscription.blog_id)
        if blog is not None and subscription.paused_at == subscription.left_at:
            await self._baseline.take(blog)
        return subscription

    async def record(self, delivery: Delivery, intent: ResumeSubscription, result: Subscription | None) -> None:
        """Let it go on from now."""
        if result is not None:
            await self._go_on(result, self._clock.now())

    async def record_dead(self, delivery: Delivery, intent: ResumeSubscription, reason: str, *, certain: bool) -> None:
        """Let it go on all the same: of a flood only the newest are posted."""
        subscription = await self._store.subscriptions.get(SubscriptionId(intent.subscription_id))
        if subscription is not None and subscription.left_at is not None:
            await self._go_on(subscription, self._clock.now())

    async def _go_on(self, subscription: Subscription, now: datetime) -> None:
        await self._store.subscriptions.resume_after_return(subscription, now)
        await poll_feeds_by(self._store, subscription.blog_id, now)
