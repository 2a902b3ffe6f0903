"""Claims deliveries lane by lane, runs their handlers and settles them.

All failures are decided here: retry the delivery later, park its subscription, or give it up.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.bridge.heartbeat import Heartbeat
from bot.bridge.outbox.direct_message_rate import DirectMessageRate
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.parking import Parking
from bot.bridge.ports import Clock, Meter, Randomness, Side
from bot.bridge.task_pool import TaskPool
from bot.model.delivery import Delivery, Postponed, SubscriptionIntent
from bot.model.errors import (
    Blocked,
    BridgeError,
    ChannelLost,
    DatabaseUnavailable,
    OutcomeUnknown,
    PermanentError,
    TemporaryError,
)
from bot.model.ids import DeliveryId
from bot.rules.retry_policy import next_attempt
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_LEASE = timedelta(seconds=30)
_RENEW_EVERY = timedelta(seconds=10)
_CLAIM_EVERY = 1.0
#: A clock that goes back by more than this was wrong before.
_CLOCK_SET_BACK = timedelta(minutes=1)
_MAX_TASKS = 24
#: A delivery that meets a bug is given up after so many attempts, as others wait behind it.
_ATTEMPTS_AFTER_BUGS = 5
_BUG = "Something went wrong inside the bot; its log says what."
#: Deliveries that all waited for the same moment are spread over this time.
_SPREAD = timedelta(seconds=5)


class Dispatcher:
    """Delivers what the outbox holds."""

    def __init__(
        self,
        store: Store,
        handlers: Iterable[Handler[Any, Any]],
        clock: Clock,
        randomness: Randomness,
        wake_up: asyncio.Event,
        meter: Meter,
        parking: Parking,
    ) -> None:
        self._store = store
        self._parking = parking
        self._handlers = {handler.handles: handler for handler in handlers}
        self._clock = clock
        self._randomness = randomness
        self._wake_up = wake_up
        self._meter = meter
        #: beats once for each round in which the outbox could be read
        self.heartbeat = Heartbeat(clock)
        self._tasks = TaskPool(_MAX_TASKS)
        direct = [each.handles.kind for each in self._handlers.values() if each.sends_direct_message]
        self._direct_message_rate = DirectMessageRate(store, clock, direct)
        self._performing: set[DeliveryId] = set()
        #: how many bugs each delivery has met in this process
        self._bugs: Counter[DeliveryId] = Counter()
        self._renewed_at = self._last_seen_at = clock.now()
        #: Discord refuses everything before this
        self._blocked_until = clock.now()

    async def run(self) -> None:
        """Deliver until cancelled: when `wake_up` is set, and once a second."""
        while True:
            self._wake_up.clear()
            try:
                self.follow_clock()
                await self._renew()
                while await self._claim():
                    pass
                self.heartbeat.beat()
            except DatabaseUnavailable:
                # The store has logged it, and is asked again in a second.
                pass
            except Exception:
                _log.exception("The outbox could not be read.", extra={"action": "outbox_read_failed"})
            try:
                async with asyncio.timeout(_CLAIM_EVERY):
                    await self._wake_up.wait()
            except TimeoutError:
                pass

    async def drain(self, seconds: float) -> None:
        """Wait for the deliveries that are being performed."""
        await self._tasks.drain(seconds)

    def follow_clock(self) -> None:
        """Move the planned times back with a clock that was put back."""
        now = self._clock.now()
        back = self._last_seen_at - now
        if back > _CLOCK_SET_BACK:
            self._blocked_until -= back
            self._renewed_at -= back
            self._direct_message_rate.put_back(back)
        self._last_seen_at = now

    async def _claim(self) -> bool:
        if self._tasks.free <= 0:
            return False
        now = self._clock.now()
        deliveries = await self._store.outbox.claim(now, lease_until=now + _LEASE, limit=self._tasks.free)
        for delivery in deliveries:
            self._performing.add(delivery.id)
            fields = {"delivery": delivery.id, "kind": delivery.intent.kind, "lane": delivery.lane}
            fields |= {"attempt": delivery.attempts, **delivery.intent.ids}
            _log.debug("A delivery was claimed.", extra={"action": "delivery_claimed", **fields})
            self._tasks.start(self._deliver(delivery))
        return bool(deliveries)

    async def _renew(self) -> None:
        now = self._clock.now()
        if self._performing and now - self._renewed_at >= _RENEW_EVERY:
            await self._store.outbox.renew_leases(list(self._performing), lease_until=now + _LEASE)
            self._renewed_at = now

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._perform(delivery)
        except DatabaseUnavailable:
            # The delivery itself did not fail; it is claimed again when its lease has expired.
            self._count(delivery, "postponed")
        except Exception as error:
            await self._retry_after_bug(delivery, error)
        finally:
            self._performing.discard(delivery.id)
            self._wake_up.set()

    async def _perform(self, delivery: Delivery) -> None:
        handler = self._handler_of(delivery)
        if handler.side is Side.DISCORD and self._clock.now() < self._blocked_until:
            await self._retry_when_unblocked(delivery, attempted=False)
            return
        if handler.sends_direct_message:
            until = await self._direct_message_rate.wait_until(delivery)
            if until is not None:
                await self._postpone(delivery, until)
                return
        changes = self._parking.changes
        try:
            result = await handler.perform(delivery, delivery.intent)
        except Blocked as error:
            self._count_error(delivery, error)
            await self._block(delivery, error)
        except TemporaryError as error:
            self._count_error(delivery, error)
            await self._retry_later(delivery, error.text, error.retry_after)
        except ChannelLost as error:
            self._count_error(delivery, error)
            await self._park(delivery, error.text, changes)
        except PermanentError as error:
            self._count_error(delivery, error)
            await self._give_up(delivery, error.text, certain=not isinstance(error, OutcomeUnknown))
        else:
            if isinstance(result, Postponed):
                await self._postpone(delivery, result.until)
                return
            async with self._store.transaction():
                await handler.record(delivery, delivery.intent, result)
                await self._store.outbox.finish(delivery.id, at=self._clock.now())
            self._bugs.pop(delivery.id, None)
            self._count(delivery, "done")
            _log.debug("A delivery is done.", extra={"action": "delivery_done", "delivery": delivery.id})

    async def _postpone(self, delivery: Delivery, until: datetime) -> None:
        await self._store.outbox.retry(delivery.id, due_at=until, error=None, attempted=False)
        self._count(delivery, "postponed")
        fields = {"action": "delivery_postponed", "delivery": delivery.id, "until": until}
        _log.debug("A delivery has to wait.", extra=fields)

    async def _retry_after_bug(self, delivery: Delivery, error: Exception) -> None:
        """Retry a delivery that met a bug, or give it up so that its lane goes on."""
        _log.error(
            "A delivery met a bug.", exc_info=error, extra={"action": "delivery_crashed", "delivery": delivery.id}
        )
        self._count_error(delivery, error)
        self._bugs[delivery.id] += 1
        try:
            if self._bugs[delivery.id] < _ATTEMPTS_AFTER_BUGS:
                await self._retry_later(delivery, _BUG, None)
            else:
                await self._give_up_after_bug(delivery)
        except DatabaseUnavailable:
            # It is claimed again when its lease has expired.
            return
        except Exception:
            _log.exception(
                "A delivery could not be settled.", extra={"action": "delivery_settle_failed", "delivery": delivery.id}
            )

    async def _give_up_after_bug(self, delivery: Delivery) -> None:
        """Give a delivery up, without ``record_dead`` if the bug is there."""
        try:
            await self._give_up(delivery, _BUG, certain=False)
        except DatabaseUnavailable:
            raise
        except Exception:
            _log.exception(
                "A handler could not record a dead delivery.",
                extra={"action": "delivery_give_up_failed", "delivery": delivery.id},
            )
            await self._store.outbox.finish(delivery.id, at=self._clock.now(), error=_BUG)
            self._bugs.pop(delivery.id, None)
            self._count(delivery, "dead")

    def _handler_of(self, delivery: Delivery) -> Handler[Any, Any]:
        return self._handlers[type(delivery.intent)]

    def _count(self, delivery: Delivery, outcome: str) -> None:
        self._meter.delivered(delivery.intent.kind, outcome)

    def _count_error(self, delivery: Delivery, error: Exception) -> None:
        side = self._handler_of(delivery).side
        self._meter.failed(side, type(error).__name__ if isinstance(error, BridgeError) else "bug")

    async def _block(self, delivery: Delivery, error: Blocked) -> None:
        """Let all deliveries to Discord wait."""
        now = self._clock.now()
        until = now + (error.retry_after or _SPREAD)
        if self._blocked_until <= now:
            _log.warning(
                "%s", error.text, extra={"action": "discord_blocked", "wait": round((until - now).total_seconds())}
            )
        self._blocked_until = max(until, self._blocked_until)
        # This counts as an attempt: the message may have been posted although its thread was refused.
        await self._retry_when_unblocked(delivery, attempted=True)

    async def _retry_when_unblocked(self, delivery: Delivery, *, attempted: bool) -> None:
        """Retry a delivery when Discord accepts requests again; the time to retry it begins then."""
        due_at = self._blocked_until + _SPREAD * self._randomness.fraction()
        await self._store.outbox.retry(delivery.id, due_at=due_at, error=None, attempted=attempted)
        await self._store.outbox.restart_retry_window(delivery.id, due_at)
        self._count(delivery, "postponed")

    async def _retry_later(self, delivery: Delivery, text: str, retry_after: timedelta | None) -> None:
        now = self._clock.now()
        due_at = next_attempt(
            now,
            attempts=delivery.attempts,
            since=delivery.retry_since,
            retry_for=self._handler_of(delivery).retry_for,
            retry_after=retry_after,
            draw=self._randomness.fraction(),
        )
        if due_at is None:
            await self._give_up(delivery, text, certain=False)
            return
        wait = round((due_at - now).total_seconds())
        fields = {"action": "delivery_retry", "delivery": delivery.id, "attempt": delivery.attempts, "wait": wait}
        _log.warning("%s", text, extra=fields)
        await self._store.outbox.retry(delivery.id, due_at=due_at, error=text, attempted=True)
        self._count(delivery, "retry")

    async def _park(self, delivery: Delivery, text: str, changes: int) -> None:
        """Park the subscription of a delivery whose channel is lost; give up other kinds of delivery."""
        intent = delivery.intent
        if not (self._handler_of(delivery).parks_subscription and isinstance(intent, SubscriptionIntent)):
            await self._give_up(delivery, text, certain=True)
        elif await self._parking.park(delivery, intent, text, changes=changes):
            fields = {"action": "delivery_parked", "delivery": delivery.id, "subscription": intent.subscription_id}
            _log.warning("%s", text, extra=fields)
            self._count(delivery, "parked")
        else:
            self._count(delivery, "cancelled")

    async def _give_up(self, delivery: Delivery, text: str, *, certain: bool) -> None:
        _log.error("%s", text, extra={"action": "delivery_dead", "delivery": delivery.id})
        handler = self._handler_of(delivery)
        async with self._store.transaction():
            await handler.record_dead(delivery, delivery.intent, text, certain=certain)
            await self._store.outbox.finish(delivery.id, at=self._clock.now(), error=text)
        self._bugs.pop(delivery.id, None)
        self._count(delivery, "dead")
