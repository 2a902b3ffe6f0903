"""Looks whether an item that left its feed is gone from the blog: twice, some time apart, before anybody is shown."""

from datetime import timedelta

from bot.bridge.announce.edits import Edits
from bot.bridge.outbox.deliveries import check_removal
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Clock, FeedSource, Side
from bot.model.delivery import CheckRemoval, Delivery
from bot.model.errors import TemporaryError
from bot.model.feed import Availability
from bot.storage.database import Store

#: A blog that lets nobody look is not asked all day long for each of its items.
_UNCLEAR = timedelta(hours=3)
_PATIENCE = timedelta(days=1)


class RemovalChecker(Handler[CheckRemoval, Availability]):
    """Asks for an item's permalink.

    :param wait: between the first look and the second.
    """

    handles = CheckRemoval
    side = Side.BLOG

    def __init__(self, store: Store, source: FeedSource, edits: Edits, clock: Clock, *, wait: timedelta) -> None:
        self._store = store
        self._source = source
        self._edits = edits
        self._clock = clock
        self._wait = wait

    async def perform(self, delivery: Delivery, intent: CheckRemoval) -> Availability:
        """Look once.

        :raises TemporaryError: the blog gave no clear answer.
        """
        entry = await self._store.items.get_entry(intent.entry_id)
        if entry is None:
            return Availability.THERE
        blog = await self._store.feeds.get_blog(entry.blog_id)
        comment = None
        if intent.comment_id is not None:
            comment = await self._store.items.get_comment(intent.comment_id)
            if comment is None:
                return Availability.THERE
        link = comment.link if comment else entry.link
        if link is None or blog is None:
            # Nowhere to look: what is still in chat stays as it is.
            return Availability.THERE
        number = comment.native_id if comment else None
        availability = await self._source.check_availability(link, comment=number, api_root=blog.api_root)
        if availability is not Availability.UNKNOWN:
            return availability
        if self._clock.now() - delivery.retry_since >= _PATIENCE:
            # Nobody knows, so the message stays as it is.
            return Availability.THERE
        raise TemporaryError("The blog gave no clear answer whether an item was removed.", retry_after=_UNCLEAR)

    async def record(self, delivery: Delivery, intent: CheckRemoval, result: Availability) -> None:
        """Look again later, or have the messages struck through; not if the item came back while it was looked for."""
        if result is not Availability.GONE or not await self._store.outbox.hold(delivery.id):
            return
        if not intent.again:
            due_at = self._clock.now() + self._wait
            await self._store.outbox.add([check_removal(intent.entry_id, intent.comment_id, due_at, again=True)])
            return
        entry = await self._store.items.get_entry(intent.entry_id)
        if entry is not None:
            subscriptions = await self._store.subscriptions.of_blog(entry.blog_id)
            await self._edits.mark_gone(intent.entry_id, intent.comment_id, subscriptions)
