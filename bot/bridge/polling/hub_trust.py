"""Note which hub a feed names, and end the trust in a hub that missed what a poll found."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.bridge.ports import Clock
from bot.model.entry import ParsedComment, ParsedEntry
from bot.model.feed import Feed, Push
from bot.rules.websub import hub_should_have_pushed, may_register, missed
from bot.storage.database import Store

_log = logging.getLogger(__name__)


class HubTrust:
    """Compares what polls find with what hubs deliver.

    :param reachable: hubs can reach this bot; otherwise none is asked.
    """

    def __init__(self, store: Store, clock: Clock, *, reachable: bool) -> None:
        self._store = store
        self._clock = clock
        self._reachable = reachable

    async def save_hub(self, feed: Feed, push: Push | None) -> None:
        """Keep the hub that a feed names. A hub that it names no longer ends with its lease."""
        if push is None or not self._reachable or not may_register(feed.kind, feed.format):
            return
        async with self._store.transaction():
            await self._store.hub_subscriptions.save_hub(feed.id, push, now=self._clock.now())

    async def check_deliveries(self, feed: Feed, new: Sequence[ParsedEntry | ParsedComment]) -> Feed:
        """Compare the new items of a poll with what the hub should have delivered, in the transaction that saves them.

        :return: the feed, whose polls are no longer delayed if the hub missed something.
        """
        now = self._clock.now()
        if feed.hub_trusted_until is None or feed.hub_trusted_until <= now or not hub_should_have_pushed(new, now):
            return feed
        held = await self._store.hub_subscriptions.lock(feed.id)
        if held is not None:
            await self._store.hub_subscriptions.save(missed(held))
        _log.warning(
            "A poll found items that the hub had not delivered.", extra={"action": "websub_missed", "feed": feed.id}
        )
        return replace(feed, hub_trusted_until=None)
