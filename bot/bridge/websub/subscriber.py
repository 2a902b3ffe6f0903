"""Asking hubs to send us what feeds have new, renewing that before it ends, and ending it where nobody wants it."""

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
#: Longer than a hub is waited for, with every redirect.
_CLAIMED = timedelta(minutes=5)
#: 43 characters; a hub takes 199 (WebSub, 5.1).
_SECRET_BYTES = 32


class HubSubscriber:
    """Asks hubs.

    :param callbacks: the address under which hubs reach us, a token follows; None: they do not.
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
        self._moved_in = False

    async def tick(self) -> int:
        """Begin to ask the hubs that are due; returns how many."""
        now = self._clock.now()
        if not self._moved_in:
            # Hubs that were told another address would send there for days yet, and be trusted.
            async with self._store.transaction():
                await self._store.hub_subscriptions.restart_for_public_url(self._callbacks or "", now)
            self._moved_in = True
        if self._callbacks is None or self._tasks.free <= 0:
            return 0
        due = await self._store.hub_subscriptions.claim_due(
            now, until=now + _CLAIMED, public_url=self._callbacks, limit=self._tasks.free
        )
        for registration in due:
            self._tasks.start(self._ask(self._callbacks, registration))
        return len(due)

    async def sweep(self) -> int:
        """Begin to end what is registered though nobody wants it any more; returns how many."""
        if self._callbacks is None or self._tasks.free <= 0:
            return 0
        async with self._store.transaction():
            ended = await self._store.hub_subscriptions.end_unwanted(self._clock.now(), limit=self._tasks.free)
        for registration in ended:
            self._tasks.start(self._end(self._callbacks, registration))
        return len(ended)

    async def drain(self, seconds: float) -> None:
        """Let questions under way come to their end."""
        await self._tasks.drain(seconds)

    async def _ask(self, callbacks: str, claimed: HubSubscription) -> None:
        try:
            registration = await self._with_secret(claimed)
            if registration is not None:
                await self._record(registration, await self._perform(callbacks, registration))
        except DatabaseUnavailable:
            # It is due again soon.
            return
        except Exception:
            # A bug: it is due again soon.
            _log.exception("Asking a hub broke off.", extra={"action": "websub_crashed", "feed": claimed.feed_id})

    async def _perform(self, callbacks: str, registration: HubSubscription) -> BridgeError | None:
        secret = registration.secret
        assert secret is not None
        try:
            await self._hubs.subscribe(
                registration.push, callback=f"{callbacks}{registration.token}", secret=secret, lease=LEASE
            )
        except BridgeError as error:
            _log.warning("%s", error.text, extra={"action": "websub_request_failed", "feed": registration.feed_id})
            return error
        return None

    async def _with_secret(self, claimed: HubSubscription) -> HubSubscription | None:
        """Make a secret where there is none, and keep it before the hub signs with it."""
        if claimed.secret is not None:
            return claimed
        async with self._store.transaction():
            held = await self._held(claimed)
            if held is None:
                return None
            held = replace(held, secret=Secret(secrets.token_urlsafe(_SECRET_BYTES)))
            await self._store.hub_subscriptions.save(held)
        return held

    async def _record(self, asked: HubSubscription, error: BridgeError | None) -> None:
        now = self._clock.now()
        async with self._store.transaction():
            held = await self._held(asked)
            if held is None or not held.attempts:
                # A hub may ask back, and be told that we mean it, before it has answered.
                return
            match error:
                case None:
                    after = unconfirmed(held, now)
                case TemporaryError():
                    after = unconfirmed(held, now, error=error.text, retry_after=error.retry_after)
                case _:
                    after = refused(held, now, error.text)
            await self._store.hub_subscriptions.save(after)

    async def _held(self, asked: HubSubscription) -> HubSubscription | None:
        """Look up what was asked for; None: it is another's by now."""
        held = await self._store.hub_subscriptions.lock(asked.feed_id)
        same = held is not None and held.token == asked.token and held.requested_at == asked.requested_at
        return held if same else None

    async def _end(self, callbacks: str, registration: HubSubscription) -> None:
        # Once: a hub that was not reached learns of it with its next delivery, or when the lease ends.
        try:
            await self._hubs.unsubscribe(registration.push, callback=f"{callbacks}{registration.token}")
        except (TemporaryError, PermanentError) as error:
            _log.info("%s", error.text, extra={"action": "websub_unsubscribe_failed", "feed": registration.feed_id})
        except Exception:
            _log.exception(
                "Ending a registration broke off.", extra={"action": "websub_crashed", "feed": registration.feed_id}
            )
