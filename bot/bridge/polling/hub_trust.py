"""Which hub a feed names, and whether a poll finds that its hub fails it. Asks no hub and takes nothing in."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.bridge.ports import Clock
from bot.model.entry import ParsedComment, ParsedEntry
from bot.model.feed import Feed, Push
from bot.rules.websub import hub_should_have_pushed, may_register, missed
from bot.storage.database import Store

_log = logging.getLogger(__name__)


class Trust:
    """What polls and hubs tell of each other.

    :param reachable: hubs could reach us; otherwise none is asked.
    """

    def __init__(self, store: Store, clock: Clock, *, reachable: bool) -> None:
        self._store = store
        self._clock = clock
        self._reachable = reachable

    async def note(self, feed: Feed, push: Push | None) -> None:
        """Keep which hub a feed that was read names. One that it names no longer lapses when it does not renew."""
        if push is None or not self._reachable or not may_register(feed.kind, feed.format):
            return
        async with self._store.transaction():
            await self._store.hub_subscriptions.found(feed.id, push, now=self._clock.now())

    async def weigh(self, feed: Feed, new: Sequence[ParsedEntry | ParsedComment]) -> Feed:
        """Compare what a poll found with what the feed's hub should have brought; in the transaction that keeps it.

        :return: the feed, which relies on its hub only if that missed nothing.
        """
        now = self._clock.now()
        if feed.pushed_until is None or feed.pushed_until <= now or not hub_should_have_pushed(new, now):
            return feed
        held = await self._store.hub_subscriptions.hold(feed.id)
        if held is not None:
            await self._store.hub_subscriptions.save(missed(held))
        _log.warning("A poll found what the hub did not bring.", extra={"action": "websub_missed", "feed": feed.id})
        return replace(feed, pushed_until=None)
