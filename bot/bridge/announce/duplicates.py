"""Find the message of an item that another feed has brought to the same channel."""

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.bridge.outbox.deliveries import announce_comment, announce_entry
from bot.bridge.ports import Clock
from bot.model.delivery import Delivery, Postponed
from bot.model.entry import Comment, Entry
from bot.model.ids import CommentId, EntryId
from bot.model.subscription import PostedMessage, Subscription
from bot.rules.entry_matching import is_in_other_feed, names_in_other_feeds
from bot.storage.database import Store

_WAIT = timedelta(seconds=2)
#: A name that more entries share identifies none of them.
_SHARED = 20


class Duplicates:
    """Searches the other subscriptions of a channel."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def find_entry(
        self, subscription: Subscription, entry: Entry, delivery: Delivery
    ) -> PostedMessage | Postponed | None:
        """Return the message of the same entry of another feed; postponed while that is about to be posted."""
        async for other, entry_id in self._entries(subscription, entry):
            key = announce_entry(other.id, entry_id, self._clock.now()).key
            # This comes first: a delivery that ends in between has stored its message by then.
            waits = await self._store.outbox.is_waiting_before(key, before=delivery.id)
            link = await self._store.messages.of_entry(other.id, entry_id)
            if link is not None or waits:
                return link or Postponed(until=self._clock.now() + _WAIT)
        return None

    async def find_comment(
        self, subscription: Subscription, entry: Entry, comment: Comment, delivery: Delivery
    ) -> PostedMessage | Postponed | None:
        """Do as :meth:`find_entry` for a comment."""
        async for other, entry_id in self._entries(subscription, entry):
            known = await self._store.comments.known(other.blog_id, [comment.uid])
            duplicate = known.get(comment.uid)
            if duplicate is None or duplicate.entry_id != entry_id:
                continue
            key = announce_comment(other.id, CommentId(duplicate.id), self._clock.now()).key
            waits = await self._store.outbox.is_waiting_before(key, before=delivery.id)
            link = await self._store.messages.of_comment(other.id, duplicate.id)
            if link is not None or waits:
                return link or Postponed(until=self._clock.now() + _WAIT)
        return None

    async def _entries(self, subscription: Subscription, entry: Entry) -> AsyncIterator[tuple[Subscription, EntryId]]:
        others = await self._store.subscriptions.of_channel(subscription.guild_id, subscription.channel_id)
        others = [other for other in others if other.id != subscription.id]
        blog = await self._store.feeds.get_blog(entry.blog_id) if others else None
        if blog is None:
            return
        links, guids = names_in_other_feeds(entry, home_url=blog.home_url)
        ours = await self._store.aliases.find(blog.id, links)
        for other in others:
            found = await self._store.aliases.find(other.blog_id, list(dict.fromkeys((*links, *guids))))
            found_ids: dict[EntryId, None] = {}
            for name, entry_ids in found.items():
                # A link that several entries share identifies none of them, in either feed.
                own = len(entry_ids) == 1 and len(ours.get(name, ())) < 2
                if own and name in links:
                    found_ids |= dict.fromkeys(entry_ids)
                elif len(entry_ids) <= _SHARED:
                    same = [
                        each.id
                        for each in await self._store.entries.get_many(entry_ids)
                        if is_in_other_feed(entry, each, own_name=own)
                    ]
                    found_ids |= dict.fromkeys(same if len(same) == 1 else ())
            for entry_id in found_ids:
                yield other, entry_id
