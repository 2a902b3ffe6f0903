"""Housekeeping: drafts nobody published, deliveries long done. Never touches what waits or what died."""

import logging
from datetime import timedelta

from bot.bridge.ports import Clock
from bot.bridge.presence import Presence
from bot.bridge.store import Store

_log = logging.getLogger(__name__)

_DRAFTS_FOR = timedelta(hours=1)
_PROPOSALS_FOR = timedelta(days=1)
#: Longer than the longest list takes.
_IMPORTS_FOR = timedelta(days=30)
#: Longer than any feed shows an item whose link could have been lost.
_DONE_FOR = timedelta(days=14)
#: Of older entries nobody asks why they were posted.
_REASONS_FOR = timedelta(days=90)


class Upkeep:
    """Deletes what nobody needs any more."""

    def __init__(self, store: Store, presence: Presence, clock: Clock) -> None:
        self._store = store
        self._presence = presence
        self._clock = clock

    async def tick(self) -> None:
        """Clean up once."""
        now = self._clock.now()
        drafts = await self._store.replies.drop_drafts(now - _DRAFTS_FOR)
        await self._store.subscriptions.drop_proposals(now - _PROPOSALS_FOR)
        await self._store.imports.prune(unbegun=now - _PROPOSALS_FOR, begun=now - _IMPORTS_FOR)
        await self._store.endpoints.drop_requests(now)
        await self._store.decisions.prune(now - _REASONS_FOR)
        await self._presence.end_left()
        done = await self._store.outbox.prune(now - _DONE_FOR)
        if drafts or done:
            _log.info("Cleaned up. action=upkeep drafts=%s deliveries=%s", drafts, done)

    async def recover(self) -> None:
        """Take over from a process that is no more; only where it is certain that it is."""
        await self._store.polls.free_leases()
        await self._store.outbox.free_leases()
