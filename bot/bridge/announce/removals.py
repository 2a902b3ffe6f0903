"""Check twice, some time apart, whether an item that left its feed is gone from the blog."""

from datetime import timedelta

from bot.bridge.announce.edits import Edits
from bot.bridge.outbox.deliveries import check_removal
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Clock, FeedSource, Side
from bot.model.delivery import CheckRemoval, Delivery
from bot.model.errors import TemporaryError
from bot.model.feed import Availability
from bot.storage.database import Store

#: How long to wait after an unclear answer, and how long to ask at all.
_UNCLEAR = timedelta(hours=3)
_PATIENCE = timedelta(days=1)


class RemovalChecker(Handler[CheckRemoval, Availability]):
    """Requests an item's permalink.

    :param wait: the time between the first check and the second.
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
        """Check once.

        :raises TemporaryError: the blog gave no clear answer.
        """
        entry = await self._store.entries.get(intent.entry_id)
        if entry is None:
            return Availability.THERE
        blog = await self._store.feeds.get_blog(entry.blog_id)
        comment = None
        if intent.comment_id is not None:
            comment = await self._store.comments.get(intent.comment_id)
            if comment is None:
                return Availability.THERE
        link = comment.link if comment else entry.link
        if link is None or blog is None:
            # There is nothing to request, so the message stays as it is.
            return Availability.THERE
        number = comment.native_id if comment else None
        availability = await self._source.check_availability(link, comment=number, api_root=blog.api_root)
        if availability is not Availability.UNKNOWN:
            return availability
        if self._clock.now() - delivery.retry_since >= _PATIENCE:
            # The state is unknown, so the message stays as it is.
            return Availability.THERE
        raise TemporaryError("The blog gave no clear answer whether an item was removed.", retry_after=_UNCLEAR)

    async def record(self, delivery: Delivery, intent: CheckRemoval, result: Availability) -> None:
        """Check again later, or strike the messages through, unless the item came back meanwhile."""
        if result is not Availability.GONE or not await self._store.outbox.lock(delivery.id):
            return
        if not intent.again:
            due_at = self._clock.now() + self._wait
            await self._store.outbox.add([check_removal(intent.entry_id, intent.comment_id, due_at, again=True)])
            return
        entry = await self._store.entries.get(intent.entry_id)
        if entry is not None:
            subscriptions = await self._store.subscriptions.of_blog(entry.blog_id)
            await self._edits.mark_gone(intent.entry_id, intent.comment_id, subscriptions)
