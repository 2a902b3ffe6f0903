"""After the clock was ahead and was put right: what waits for a moment that was never meant waits no longer."""

import logging
from datetime import timedelta

from bot.bridge.ports import Clock
from bot.rules.poll_schedule import PollSchedule
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: Clocks of several machines differ by less.
_SLACK = timedelta(minutes=10)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: A held comment is asked after no less often, and an item that left its feed is looked at twice within it.
_LONGEST_WAIT = timedelta(hours=6)
#: ``Retry-After`` is a day at most, and half of it more where a host's feeds are spread behind it.
_PAUSED = 1.5 * _DAY
#: A stopped feed is looked at once a week, and one of an entry that nobody talks about every 90 days.
_STOPPED, _QUIET = timedelta(days=7), timedelta(days=90)
#: Of a feed that is being polled, and of a delivery that is being performed.
_FEED_LEASE, _DELIVERY_LEASE = timedelta(minutes=10), timedelta(seconds=30)
#: A hub's lease.
_PUSHED = timedelta(days=30)


class ClockRepair:
    """Pulls in stored times that lie further ahead than the longest interval of their kind."""

    def __init__(self, store: Store, clock: Clock, pace: PollSchedule) -> None:
        self._times = store.future_times
        self._store = store
        self._clock = clock
        self._longest = max(pace.longest, _LONGEST_WAIT)

    async def pull_in(self) -> int:
        """Make everything due that waits for too long; returns how much."""
        now = self._clock.now()
        soon = now + _SLACK
        async with self._store.transaction():
            feeds = await self._times.pull_in_feeds(
                now,
                impossible=soon,
                well=soon + self._longest + _HOUR,
                failing=soon + max(_PAUSED, 2 * self._longest),
                stopped=soon + _STOPPED + _DAY,
                quiet=soon + _QUIET + _DAY,
                leased=soon + _FEED_LEASE,
            )
            deliveries = await self._times.pull_in_deliveries(
                now,
                impossible=soon,
                untried=soon + self._longest + _HOUR,
                tried=soon + _DAY + _HOUR,
                leased=soon + _DELIVERY_LEASE,
            )
            pushes = await self._times.pull_in_pushes(now, impossible=soon, due=soon + _PUSHED)
            # Else whoever used up what they may do in a while would have to wait for that moment.
            done = await self._times.pull_in_done(now, impossible=soon)
        if feeds or deliveries or pushes or done:
            _log.warning(
                "Some times were far ahead, as if the clock had been wrong; they are put right.",
                extra={
                    "action": "clock_repaired",
                    "feeds": feeds,
                    "deliveries": deliveries,
                    "pushes": pushes,
                    "done": done,
                },
            )
        return feeds + deliveries + pushes + done
