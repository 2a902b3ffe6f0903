"""Correct the stored times of a clock that was ahead and has been put right."""

import logging
from datetime import timedelta

from bot.bridge.ports import Clock
from bot.rules.poll_schedule import PollSchedule
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: More than the difference between the clocks of several machines.
_SLACK = timedelta(minutes=10)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: The longest interval of checks of held comments and of items that left their feed.
_LONGEST_WAIT = timedelta(hours=6)
#: ``Retry-After`` is at most a day, and half of it is added to spread a host's feeds.
_PAUSED = 1.5 * _DAY
#: The intervals of stopped feeds, and of the feeds of entries without new comments.
_STOPPED, _QUIET = timedelta(days=7), timedelta(days=90)
#: The leases of feeds and of deliveries.
_FEED_LEASE, _DELIVERY_LEASE = timedelta(minutes=10), timedelta(seconds=30)
#: The lease of a hub.
_HUB_LEASE = timedelta(days=30)


class ClockRepair:
    """Brings forward stored times that are later than the longest interval of their kind allows."""

    def __init__(self, store: Store, clock: Clock, pace: PollSchedule) -> None:
        self._times = store.future_times
        self._store = store
        self._clock = clock
        self._longest = max(pace.longest, _LONGEST_WAIT)

    async def pull_in(self) -> int:
        """Correct all such times; return how many."""
        now = self._clock.now()
        soon = now + _SLACK
        async with self._store.transaction():
            feeds = await self._times.reset_feeds(
                now,
                impossible=soon,
                well=soon + self._longest + _HOUR,
                failing=soon + max(_PAUSED, 2 * self._longest),
                stopped=soon + _STOPPED + _DAY,
                quiet=soon + _QUIET + _DAY,
                leased=soon + _FEED_LEASE,
            )
            deliveries = await self._times.reset_deliveries(
                now,
                impossible=soon,
                untried=soon + self._longest + _HOUR,
                tried=soon + _DAY + _HOUR,
                leased=soon + _DELIVERY_LEASE,
            )
            hub_subscriptions = await self._times.reset_hub_subscriptions(now, impossible=soon, due=soon + _HUB_LEASE)
            # Otherwise rate limits would count them until that time.
            done = await self._times.reset_done(now, impossible=soon)
        if feeds or deliveries or hub_subscriptions or done:
            _log.warning(
                "Some stored times were too far ahead, as the clock had been wrong. They were corrected.",
                extra={
                    "action": "clock_repaired",
                    "feeds": feeds,
                    "deliveries": deliveries,
                    "hub_subscriptions": hub_subscriptions,
                    "done": done,
                },
            )
        return feeds + deliveries + hub_subscriptions + done
