"""Finds an item that stands in a channel already because two feeds that go there both brought it."""

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.bridge.intents import announce_comment, announce_entry
from bot.bridge.ports import Clock
from bot.bridge.store import Store
from bot.model.delivery import Delivery, Postponed
from bot.model.entry import Comment, Entry
from bot.model.ids import CommentId, EntryId
from bot.model.subscription import Link, Subscription
from bot.rules.identity import How, names_of

_WAIT = timedelta(seconds=2)


class Twins:
    """Looks at the other subscriptions of a channel."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_entry(self, subscription: Subscription, entry: Entry, delivery: Delivery) -> Link | Postponed | None:
        """Where an entry with the same link stands in this channel; postponed while it is about to be posted."""
        async for other, entry_id in self._entries(subscription, entry):
            link = await self._store.links.of_entry(other.id, entry_id)
            key = announce_entry(other.id, entry_id, self._clock.now()).key
            if link is not None or await self._store.outbox.waits(key, before=delivery.id):
                return link or Postponed(until=self._clock.now() + _WAIT)
        return None

    async def of_comment(
        self, subscription: Subscription, entry: Entry, comment: Comment, delivery: Delivery
    ) -> Link | Postponed | None:
        """As :meth:`of_entry`, for a comment on such an entry."""
        async for other, entry_id in self._entries(subscription, entry):
            known = await self._store.items.known_comments(other.blog_id, [comment.uid])
            twin = known.get(comment.uid)
            if twin is None or twin.entry_id != entry_id:
                continue
            link = await self._store.links.of_comment(other.id, twin.id)
            key = announce_comment(other.id, CommentId(twin.id), self._clock.now()).key
            if link is not None or await self._store.outbox.waits(key, before=delivery.id):
                return link or Postponed(until=self._clock.now() + _WAIT)
        return None

    async def _entries(self, subscription: Subscription, entry: Entry) -> AsyncIterator[tuple[Subscription, EntryId]]:
        names = [name for how, name in names_of(entry, home_url="") if how is How.LINK]
        for other in await self._store.subscriptions.of_channel(subscription.guild_id, subscription.channel_id):
            if other.id == subscription.id:
                continue
            for entry_ids in (await self._store.aliases.find(other.blog_id, names)).values():
                # A link that several entries share names none of them.
                if len(entry_ids) == 1:
                    yield other, entry_ids[0]
