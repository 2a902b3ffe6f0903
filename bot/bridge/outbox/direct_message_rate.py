"""The rate limit of direct messages: each gets a time slot, and waits in the outbox until then."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.bridge.ports import Clock
from bot.model.delivery import Delivery
from bot.model.ids import DeliveryId
from bot.rules.direct_message_rate import REFILL_TIME, full_after, take_slot
from bot.storage.database import Store

#: A delivery that does not use its slot by then was cancelled.
_KEPT_FOR = timedelta(hours=1)


class DirectMessageRate:
    """Gives time slots to the direct messages of all lanes.

    After a restart it counts the messages that were sent shortly before, and gives new slots to those that wait.

    :param kinds: of deliveries that send direct messages.
    """

    def __init__(self, store: Store, clock: Clock, kinds: Sequence[str]) -> None:
        self._store = store
        self._kinds = kinds
        self._clock = clock
        self._full_at: datetime | None = None
        self._known = False
        self._slots: dict[DeliveryId, datetime] = {}

    async def wait_until(self, delivery: Delivery) -> datetime | None:
        """Return the time until which a message must wait; None: send it now."""
        now = self._clock.now()
        slot = self._slots.get(delivery.id)
        if slot is None:
            await self._remember(now)
            slot, self._full_at = take_slot(self._full_at, now)
        if slot > now:
            self._slots[delivery.id] = slot
            return slot
        self._slots.pop(delivery.id, None)
        self._slots = {key: at for key, at in self._slots.items() if now - at < _KEPT_FOR}
        return None

    def put_back(self, by: timedelta) -> None:
        """Move all slots back with a clock that was put back."""
        if self._full_at is not None:
            self._full_at -= by
        self._slots = {key: at - by for key, at in self._slots.items()}

    async def _remember(self, now: datetime) -> None:
        if self._known:
            return
        sent = await self._store.outbox.done_since(self._kinds, now - REFILL_TIME)
        if not self._known:
            self._known, self._full_at = True, full_after(sent)
