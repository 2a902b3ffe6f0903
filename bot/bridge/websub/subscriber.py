"""Subscribe to feeds at their hubs, renew subscriptions before they end, and unsubscribe from unwanted feeds."""

import logging
import secrets
from dataclasses import replace
from datetime import timedelta

from bot.bridge.ports import Clock, Hubs, Randomness
from bot.bridge.task_pool import TaskPool
from bot.model.connection import Secret
from bot.model.errors import BridgeError, DatabaseUnavailable, PermanentError, TemporaryError
from bot.model.websub import HubSubscription
from bot.rules.websub import LEASE, refused, unconfirmed
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_AT_ONCE = 16
#: Longer than a request takes, with every redirect.
_LEASE = timedelta(minutes=5)
#: 43 characters; hubs accept 199 (WebSub, 5.1).
_SECRET_BYTES = 32


class HubSubscriber:
    """Subscribes at hubs.

    :param callbacks: the address of callbacks, a token follows; None: hubs cannot reach this bot.
    """

    def __init__(
        self, store: Store, hubs: Hubs, clock: Clock, randomness: Randomness, *, callbacks: str | None
    ) -> None:
        self._store = store
        self._hubs = hubs
        self._clock = clock
        self._randomness = randomness
        self._callbacks = callbacks
        self._tasks = TaskPool(_AT_ONCE)
        self._callbacks_saved = False

    async def tick(self) -> int:
        """Start the requests that are due; returns how many."""
        now = self._clock.now()
        if not self._callbacks_saved:
            # Hubs with another callback would be trusted for days although their content is lost.
            async with self._store.transaction():
                await self._store.hub_subscriptions.restart_for_public_url(self._callbacks or "", now)
            self._callbacks_saved = True
        if self._callbacks is None or self._tasks.free <= 0:
            return 0
        due = await self._store.hub_subscriptions.claim_due(
            now, until=now + _LEASE, public_url=self._callbacks, limit=self._tasks.free
        )
        for subscription in due:
            self._tasks.start(self._request(self._callbacks, subscription))
        return len(due)

    async def end_unwanted(self) -> int:
        """Start to unsubscribe from feeds that no subscription wants; returns how many."""
        if self._callbacks is None or self._tasks.free <= 0:
            return 0
        async with self._store.transaction():
            ended = await self._store.hub_subscriptions.end_unwanted(self._clock.now(), limit=self._tasks.free)
        for subscription in ended:
            self._tasks.start(self._unsubscribe(self._callbacks, subscription))
        return len(ended)

    async def drain(self, seconds: float) -> None:
        """Wait for running requests."""
        await self._tasks.drain(seconds)

    async def _request(self, callbacks: str, claimed: HubSubscription) -> None:
        try:
            subscription = await self._with_secret(claimed)
            if subscription is not None:
                await self._save_answer(subscription, await self._send(callbacks, subscription))
        except DatabaseUnavailable:
            # The request is due again soon.
            return
        except Exception:
            # A bug: the request is due again soon.
            _log.exception("A request to a hub failed.", extra={"action": "websub_crashed", "feed": claimed.feed_id})

    async def _send(self, callbacks: str, subscription: HubSubscription) -> BridgeError | None:
        secret = subscription.secret
        assert secret is not None
        try:
            await self._hubs.subscribe(
                subscription.push, callback=f"{callbacks}{subscription.token}", secret=secret, lease=LEASE
            )
        except BridgeError as error:
            _log.warning("%s", error.text, extra={"action": "websub_request_failed", "feed": subscription.feed_id})
            return error
        return None

    async def _with_secret(self, claimed: HubSubscription) -> HubSubscription | None:
        """Create a secret where there is none, and save it before the hub signs with it."""
        if claimed.secret is not None:
            return claimed
        async with self._store.transaction():
            held = await self._lock(claimed)
            if held is None:
                return None
            held = replace(held, secret=Secret(secrets.token_urlsafe(_SECRET_BYTES)))
            await self._store.hub_subscriptions.save(held)
        return held

    async def _save_answer(self, asked: HubSubscription, error: BridgeError | None) -> None:
        now = self._clock.now()
        async with self._store.transaction():
            held = await self._lock(asked)
            if held is None or not held.attempts:
                # A hub may verify our intent before it answers the request.
                return
            match error:
                case None:
                    after = unconfirmed(held, now)
                case TemporaryError():
                    after = unconfirmed(held, now, error=error.text, retry_after=error.retry_after)
                case _:
                    after = refused(held, now, error.text)
            await self._store.hub_subscriptions.save(after)

    async def _lock(self, asked: HubSubscription) -> HubSubscription | None:
        """Lock a subscription; None: it was replaced since the request."""
        held = await self._store.hub_subscriptions.lock(asked.feed_id)
        same = held is not None and held.token == asked.token and held.requested_at == asked.requested_at
        return held if same else None

    async def _unsubscribe(self, callbacks: str, subscription: HubSubscription) -> None:
        # Once only: a hub that was not reached is told at its next delivery, or its lease ends.
        try:
            await self._hubs.unsubscribe(subscription.push, callback=f"{callbacks}{subscription.token}")
        except (TemporaryError, PermanentError) as error:
            _log.info("%s", error.text, extra={"action": "websub_unsubscribe_failed", "feed": subscription.feed_id})
        except Exception:
            _log.exception(
                "Unsubscribing from a hub failed.", extra={"action": "websub_crashed", "feed": subscription.feed_id}
            )
