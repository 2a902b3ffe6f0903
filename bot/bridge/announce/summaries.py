"""Post summaries of entries and comments that were too many to be posted one by one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bridge.announce.comment_planner import plan_summary
from bot.bridge.outbox.deliveries import announce_entry
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.post_once import post_in_forum_once, post_once
from bot.bridge.ports import Chat, Clock
from bot.model.comment_batch import EntryComments
from bot.model.delivery import Delivery, DeliveryState, Postponed, SummariseComments, SummariseEntries
from bot.model.entry import Entry
from bot.model.errors import ChannelLost, NotFound, ThreadLocked
from bot.model.ids import ChannelId
from bot.model.message import ChatPost, MessageRef
from bot.model.subscription import Placement, Subscription
from bot.rules.html_to_discord.convert import unescape_line
from bot.rules.messages.summaries import present_comment_summary, present_entry_summary
from bot.storage.database import Store

#: How long to wait for an entry's thread to be opened; the second where its channel is lost.
_ENTRY_WAIT, _PARKED_WAIT = timedelta(seconds=2), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ChannelBack:
    """A parked channel accepted the summary."""


class EntrySummariser(Handler[SummariseEntries, ChannelBack | None]):
    """Posts one message that names many entries."""

    handles = SummariseEntries
    parks_subscription = True

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: SummariseEntries) -> ChannelBack | None:
        """Post the summary once."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        blog = await self._store.feeds.get_blog(subscription.blog_id) if subscription else None
        entries = await self._store.entries.get_many(intent.entry_ids)
        if subscription is None or blog is None or not entries or subscription.paused_at is not None:
            return None
        try:
            post = present_entry_summary(entries, blog, subscription.placement)
            await _post_once(self._chat, delivery, subscription, subscription.channel_id, post)
        except NotFound as error:
            raise ChannelLost("The channel does not exist any more, or I cannot see it.") from error
        return ChannelBack() if subscription.parked_reason is not None else None

    async def record(self, delivery: Delivery, intent: SummariseEntries, result: ChannelBack | None) -> None:
        """Unpark the subscription if its channel is back."""
        if result is not None:
            await self._store.subscriptions.park(intent.subscription_id, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPosted:
    """A summary of all comments that were waiting at this time."""

    until: datetime
    #: a parked channel accepted the summary
    channel_is_back: bool = False


class CommentSummariser(Handler[SummariseComments, SummaryPosted | None]):
    """Posts one message that counts comments by entry."""

    handles = SummariseComments
    parks_subscription = True

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: SummariseComments) -> SummaryPosted | Postponed | None:
        """Post the summary in the entry's thread if all comments are on one entry, otherwise in the channel."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        blog = await self._store.feeds.get_blog(subscription.blog_id) if subscription else None
        if subscription is None or blog is None:
            return None
        # Later comments wait for the next summary, so that all attempts post the same message.
        until = delivery.first_attempt_at
        summed = _shown_in(subscription, await self._store.comment_batches.waiting_for_summary(subscription.id, until))
        if not summed or subscription.paused_at is not None:
            return SummaryPosted(until=until)
        if await self._waits_for_entry(subscription, summed):
            wait = _PARKED_WAIT if subscription.parked_reason else _ENTRY_WAIT
            return Postponed(until=self._clock.now() + wait)
        entries = {entry.id: entry for entry in await self._store.entries.get_many([one.entry_id for one in summed])}
        named = [(entries[one.entry_id], one) for one in summed if one.entry_id in entries]
        place = await self._place_of(subscription, named)
        posted = None
        if place is not None:
            posted = await self._post_once(delivery, subscription, place, present_comment_summary(named, blog))
        return SummaryPosted(until=until, channel_is_back=posted is not None and subscription.parked_reason is not None)

    async def record(self, delivery: Delivery, intent: SummariseComments, result: SummaryPosted | None) -> None:
        """Store which comments the summary counts, and plan the next summary if more have come."""
        if result is None:
            return
        if result.channel_is_back:
            await self._store.subscriptions.park(intent.subscription_id, None)
        now = self._clock.now()
        await self._store.comment_batches.mark_summarised(intent.subscription_id, result.until, at=now)
        await plan_summary(self._store, intent.subscription_id, now)

    async def _waits_for_entry(self, subscription: Subscription, summed: list[EntryComments]) -> bool:
        """Return whether the only entry's thread is still to be opened."""
        if len(summed) != 1 or await self._store.messages.of_entry(subscription.id, summed[0].entry_id) is not None:
            return False
        announcing = announce_entry(subscription.id, summed[0].entry_id, self._clock.now())
        delivery = await self._store.outbox.find(announcing.key)
        return delivery is not None and delivery.state is DeliveryState.WAITING

    async def _place_of(self, subscription: Subscription, named: list[tuple[Entry, EntryComments]]) -> ChannelId | None:
        """Choose the channel or thread; None: the only entry's thread was deleted, or no entry is left."""
        if not named:
            return None
        link = await self._store.messages.of_entry(subscription.id, named[0][0].id) if len(named) == 1 else None
        return subscription.channel_id if link is None else link.thread_id

    async def _post_once(
        self, delivery: Delivery, subscription: Subscription, place: ChannelId, post: ChatPost
    ) -> MessageRef | None:
        try:
            return await _post_once(self._chat, delivery, subscription, place, post)
        except ThreadLocked:
            # A moderator has locked the thread.
            return None
        except NotFound as error:
            if place != subscription.channel_id:
                return None
            raise ChannelLost("The channel does not exist any more, or I cannot see it.") from error


def _shown_in(subscription: Subscription, summed: list[EntryComments]) -> list[EntryComments]:
    """Leave mentions out if they were switched off meanwhile."""
    if subscription.pingbacks_since is not None:
        return summed
    return [replace(one, mentions=0) for one in summed if one.count]


async def _post_once(
    chat: Chat, delivery: Delivery, subscription: Subscription, channel_id: ChannelId, post: ChatPost
) -> MessageRef:
    """Post in a channel or thread; in the subscription's forum as a forum post of its own."""
    if subscription.placement is Placement.FORUM and channel_id == subscription.channel_id:
        return await post_in_forum_once(chat, delivery, channel_id, unescape_line(post.title, limit=100), post)
    return await post_once(chat, delivery, channel_id, post)
