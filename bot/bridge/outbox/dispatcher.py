"""The outbox's dispatcher: claims deliveries lane by lane, has them performed, settles them.

Perform outside, record inside: a handler's ``perform`` runs in no transaction and touches the world,
``record`` runs in the settling transaction and touches only the store. What fails is decided here and nowhere
else: try again later, park the channel, or bury the delivery and say so.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from datetime import timedelta
from typing import Any

from bot.bridge.heartbeat import Heartbeat
from bot.bridge.outbox.channel_changes import ChannelChanges
from bot.bridge.outbox.deliveries import notify_parked
from bot.bridge.outbox.direct_message_rate import DirectMessageRate
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Clock, Meter, Randomness, Side
from bot.bridge.task_pool import TaskPool
from bot.model.delivery import Delivery, Intent, Postponed, SubscriptionIntent
from bot.model.errors import Barred, BridgeError, Lost, PermanentError, StoreAway, TemporaryError, Uncertain
from bot.model.ids import DeliveryId
from bot.rules.retry_policy import SETTLED_AFTER, next_attempt
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_LEASE = timedelta(seconds=30)
_RENEW_EVERY = timedelta(seconds=10)
_LOOK_AGAIN = 1.0
#: A clock that goes back by more was wrong.
_SET_BACK = timedelta(minutes=1)
_AT_ONCE = 24
#: What broke so often will break again, and others wait behind it.
_BUG_ATTEMPTS = 5
_BUG = "Something went wrong inside the bot; its log says what."
#: Those who were all made to wait come back over so long.
_SPREAD = timedelta(seconds=5)
#: A lost channel is tried again this much later, should nobody press resume.
_PARKED_FOR = timedelta(hours=1)


class Dispatcher:
    """Runs the outbox."""

    def __init__(
        self,
        store: Store,
        handlers: Iterable[Handler[Any, Any]],
        clock: Clock,
        randomness: Randomness,
        bell: asyncio.Event,
        meter: Meter,
        changes: ChannelChanges,
    ) -> None:
        self._store = store
        self._changes = changes
        self._handlers = {handler.handles: handler for handler in handlers}
        self._clock = clock
        self._randomness = randomness
        self._bell = bell
        self._meter = meter
        #: beats once a round in which the outbox could be read
        self.heartbeat = Heartbeat(clock)
        self._tasks = TaskPool(_AT_ONCE)
        direct = [each.handles.kind for each in self._handlers.values() if each.sends_direct_message]
        self._direct_message_rate = DirectMessageRate(store, clock, direct)
        self._in_hand: set[DeliveryId] = set()
        #: how often each delivery met a bug, since this process began
        self._bugs: Counter[DeliveryId] = Counter()
        self._renewed_at = self._seen = clock.now()
        #: chat lets nothing through before this
        self._barred_until = clock.now()

    async def run(self) -> None:
        """Deliver until cancelled; looks when the bell rings and once a second."""
        while True:
            self._bell.clear()
            try:
                self._heed_clock()
                await self._renew()
                while await self._claim():
                    pass
                self.heartbeat.beat()
            except StoreAway:
                # The store has said so; it is asked again in a second.
                pass
            except Exception:
                _log.exception("The outbox could not be read.", extra={"action": "outbox_read_failed"})
            try:
                async with asyncio.timeout(_LOOK_AGAIN):
                    await self._bell.wait()
            except TimeoutError:
                pass

    async def drain(self, seconds: float) -> None:
        """Let deliveries under way come to their end."""
        await self._tasks.drain(seconds)

    async def _claim(self) -> bool:
        if self._tasks.free <= 0:
            return False
        now = self._clock.now()
        deliveries = await self._store.outbox.claim(now, lease_until=now + _LEASE, limit=self._tasks.free)
        for delivery in deliveries:
            self._in_hand.add(delivery.id)
            _log.debug(
                "A delivery was claimed.",
                extra={
                    "action": "delivery_claimed",
                    "delivery": delivery.id,
                    "kind": type(delivery.intent).__name__,
                    "lane": delivery.lane,
                    "attempt": delivery.attempts,
                    **_ids_of(delivery.intent),
                },
            )
            self._tasks.start(self._deliver(delivery))
        return bool(deliveries)

    def _heed_clock(self) -> None:
        """Move what was planned along with a clock that was put back."""
        now = self._clock.now()
        back = self._seen - now
        if back > _SET_BACK:
            self._barred_until -= back
            self._renewed_at -= back
            self._direct_message_rate.put_back(back)
        self._seen = now

    async def _renew(self) -> None:
        now = self._clock.now()
        if self._in_hand and now - self._renewed_at >= _RENEW_EVERY:
            await self._store.outbox.renew(list(self._in_hand), lease_until=now + _LEASE)
            self._renewed_at = now

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._perform(delivery)
        except StoreAway:
            # No attempt of its own failed: it is claimed again when its lease has run out.
            self._count(delivery, "postponed")
        except Exception as error:
            await self._break(delivery, error)
        finally:
            self._in_hand.discard(delivery.id)
            self._bell.set()

    async def _perform(self, delivery: Delivery) -> None:
        handler = self._handlers[type(delivery.intent)]
        if handler.side is Side.DISCORD and self._clock.now() < self._barred_until:
            await self._wait_out(delivery, attempted=False)
            return
        if handler.sends_direct_message:
            until = await self._direct_message_rate.wait_until(delivery)
            if until is not None:
                await self._store.outbox.retry(delivery.id, due_at=until, error=None, attempted=False)
                self._count(delivery, "postponed")
                return
        mark = self._changes.mark()
        try:
            result = await handler.perform(delivery, delivery.intent)
        except Barred as error:
            self._count_error(delivery, error)
            await self._bar(delivery, error)
        except TemporaryError as error:
            self._count_error(delivery, error)
            await self._later(delivery, error.text, error.retry_after)
        except Lost as error:
            self._count_error(delivery, error)
            await self._park(delivery, error.text, mark)
        except PermanentError as error:
            self._count_error(delivery, error)
            await self._bury(delivery, error.text, certain=not isinstance(error, Uncertain))
        else:
            if isinstance(result, Postponed):
                await self._store.outbox.retry(delivery.id, due_at=result.until, error=None, attempted=False)
                self._count(delivery, "postponed")
                _log.debug(
                    "A delivery has to wait.",
                    extra={"action": "delivery_postponed", "delivery": delivery.id, "until": result.until},
                )
                return
            async with self._store.transaction():
                await handler.record(delivery, delivery.intent, result)
                await self._store.outbox.settle(delivery.id, at=self._clock.now())
            self._bugs.pop(delivery.id, None)
            self._count(delivery, "done")
            _log.debug("A delivery is done.", extra={"action": "delivery_done", "delivery": delivery.id})

    async def _break(self, delivery: Delivery, error: Exception) -> None:
        """Try a delivery again that met a bug, in whichever of its steps, or give it up so that its lane goes on.

        Where the store goes away meanwhile, the delivery is claimed again when its lease has run out.
        """
        _log.error("A delivery broke.", exc_info=error, extra={"action": "delivery_crashed", "delivery": delivery.id})
        self._count_error(delivery, error)
        self._bugs[delivery.id] += 1
        try:
            if self._bugs[delivery.id] < _BUG_ATTEMPTS:
                await self._later(delivery, _BUG, None)
            else:
                await self._give_up(delivery)
        except StoreAway:
            return
        except Exception:
            _log.exception(
                "A delivery could not be settled.", extra={"action": "delivery_settle_failed", "delivery": delivery.id}
            )

    async def _give_up(self, delivery: Delivery) -> None:
        """Bury a delivery; where that is what breaks, settle it as dead all the same."""
        try:
            await self._bury(delivery, _BUG, certain=False)
        except StoreAway:
            raise
        except Exception:
            _log.exception(
                "A delivery could not be buried.", extra={"action": "delivery_give_up_failed", "delivery": delivery.id}
            )
            await self._store.outbox.settle(delivery.id, at=self._clock.now(), error=_BUG)
            self._bugs.pop(delivery.id, None)
            self._count(delivery, "dead")

    def _count(self, delivery: Delivery, outcome: str) -> None:
        self._meter.delivered(delivery.intent.kind, outcome)

    def _count_error(self, delivery: Delivery, error: Exception) -> None:
        side = self._handlers[type(delivery.intent)].side
        self._meter.failed(side, type(error).__name__ if isinstance(error, BridgeError) else "bug")

    async def _bar(self, delivery: Delivery, error: Barred) -> None:
        """Let everything that is bound for chat wait."""
        now = self._clock.now()
        until = now + (error.retry_after or _SPREAD)
        if self._barred_until <= now:
            _log.warning(
                "%s", error.text, extra={"action": "discord_blocked", "wait": round((until - now).total_seconds())}
            )
        self._barred_until = max(until, self._barred_until)
        # It counts as tried: the message may stand although its thread did not get through.
        await self._wait_out(delivery, attempted=True)

    async def _wait_out(self, delivery: Delivery, *, attempted: bool) -> None:
        """Give a delivery back until chat lets us through; its patience begins then."""
        due_at = self._barred_until + _SPREAD * self._randomness.fraction()
        await self._store.outbox.retry(delivery.id, due_at=due_at, error=None, attempted=attempted)
        await self._store.outbox.be_patient(delivery.id, due_at)
        self._count(delivery, "postponed")

    async def _later(self, delivery: Delivery, text: str, retry_after: timedelta | None) -> None:
        now = self._clock.now()
        due_at = next_attempt(
            now,
            attempts=delivery.attempts,
            since=delivery.retry_since,
            patience=self._handlers[type(delivery.intent)].retry_for,
            retry_after=retry_after,
            draw=self._randomness.fraction(),
        )
        if due_at is None:
            await self._bury(delivery, text, certain=False)
            return
        _log.warning(
            "%s",
            text,
            extra={
                "action": "delivery_retry",
                "delivery": delivery.id,
                "attempt": delivery.attempts,
                "wait": round((due_at - now).total_seconds()),
            },
        )
        await self._store.outbox.retry(delivery.id, due_at=due_at, error=text, attempted=True)
        self._count(delivery, "retry")

    async def _park(self, delivery: Delivery, text: str, mark: int) -> None:
        """Let a subscription wait whose channel is lost.

        :param mark: of :class:`ChannelChanges`, before the attempt.
        """
        intent = delivery.intent
        if not (self._handlers[type(intent)].parks_subscription and isinstance(intent, SubscriptionIntent)):
            await self._bury(delivery, text, certain=True)
            return
        now = self._clock.now()
        async with self._store.transaction():
            subscription = await self._store.subscriptions.lock(intent.subscription_id)
            if not await self._store.outbox.hold(delivery.id):
                # Paused, removed, or the bot is no member any more: nothing waits for the channel.
                self._count(delivery, "cancelled")
                return
            due_at = now + _PARKED_FOR
            if subscription is not None and self._changes.changed_since(subscription.guild_id, mark):
                # Rights changed while Discord was asked: whether the channel is lost is not known.
                due_at = now + SETTLED_AFTER
            else:
                if subscription is not None and subscription.parked_reason is None:
                    await self._store.outbox.add([notify_parked(subscription, now)])
                await self._store.subscriptions.park(intent.subscription_id, text)
            # It counts as tried: the message may stand although its thread was refused.
            await self._store.outbox.retry(delivery.id, due_at=due_at, error=text, attempted=True)
            await self._store.outbox.be_patient(delivery.id, due_at)
        _log.warning(
            "%s",
            text,
            extra={"action": "delivery_parked", "delivery": delivery.id, "subscription": intent.subscription_id},
        )
        self._count(delivery, "parked")

    async def _bury(self, delivery: Delivery, text: str, *, certain: bool) -> None:
        _log.error("%s", text, extra={"action": "delivery_dead", "delivery": delivery.id})
        handler = self._handlers[type(delivery.intent)]
        async with self._store.transaction():
            await handler.record_dead(delivery, delivery.intent, text, certain=certain)
            await self._store.outbox.settle(delivery.id, at=self._clock.now(), error=text)
        self._bugs.pop(delivery.id, None)
        self._count(delivery, "dead")


def _ids_of(intent: Intent) -> dict[str, object]:
    """Return what a delivery is about, for the log: its ids, without "_id"."""
    ids = [each.name for each in fields(intent) if each.name.endswith("_id")]
    return {name.removesuffix("_id"): getattr(intent, name) for name in ids}
