"""Gives the thread or forum post of an entry the title that the blog gave the entry."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Chat, Clock
from bot.model.delivery import Delivery, Postponed, RenameThread
from bot.model.errors import NotFound, Refused
from bot.model.subscription import Placement
from bot.rules.messages.cards import thread_name
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: Discord allows two changes of a channel's name in ten minutes, and answers a third with a wait of minutes.
_BETWEEN: Final = timedelta(minutes=5, seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """The name that a thread has now."""

    name: str


class ThreadRenamer(Handler[RenameThread, Renamed | None]):
    """Names a thread anew; of several changes that wait only the newest title counts."""

    handles = RenameThread

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: RenameThread) -> Renamed | Postponed | None:
        """Give the thread its entry's title; None if it has it, or a name that a moderator gave it."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        entry = await self._store.items.get_entry(intent.entry_id)
        link = await self._store.messages.of_entry(intent.subscription_id, intent.entry_id)
        if subscription is None or entry is None or link is None or link.thread_id is None:
            return None
        name = thread_name(entry)
        if subscription.placement is Placement.CHANNEL or link.thread_name == name:
            return None
        if link.renamed_at is not None and self._clock.now() < link.renamed_at + _BETWEEN:
            return Postponed(until=link.renamed_at + _BETWEEN)
        try:
            renamed = await self._chat.rename_thread(link.thread_id, name, was=link.thread_name)
        except (NotFound, Refused) as error:
            _log.info(
                "A thread keeps its name: %s", error.text, extra={"action": "thread_rename_failed", "entry": entry.id}
            )
            return None
        return Renamed(name=name) if renamed else None

    async def record(self, delivery: Delivery, intent: RenameThread, result: Renamed | None) -> None:
        """Keep the name, and when it was given."""
        if result is not None:
            now = self._clock.now()
            await self._store.messages.rename_thread(intent.subscription_id, intent.entry_id, result.name, now)
