"""Run the bridge's periodic jobs with APScheduler. The tables say what is due, so nothing is kept here."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.bridge.assembly import Bridge
from bot.model.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)

_POLL_SECONDS = 1
_HUBS_SECONDS = 5
_SWEEP_SECONDS = 600
_CONNECTIONS_SECONDS = 60
_UPKEEP_SECONDS = 3600
_WATCH_SECONDS = 1.0
#: Less is how clocks are kept right.
_SET_BACK = 2.0
#: A machine that slept wakes up like this as well.
_SET_AHEAD = 3600.0


class Schedule:
    """Runs each periodic job of the bridge at its interval."""

    def __init__(self, bridge: Bridge) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A tick that comes late is worth as much as one in time; two at once are worth nothing.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._doubt_clock = bridge.maintenance.doubt_clock
        self._every(_POLL_SECONDS, "poll", bridge.poller.tick)
        self._every(_HUBS_SECONDS, "hubs", bridge.hub_subscriber.tick)
        self._every(_SWEEP_SECONDS, "sweep", bridge.hub_subscriber.end_unwanted)
        self._every(_CONNECTIONS_SECONDS, "connections", bridge.connections.tick)
        self._every(_CONNECTIONS_SECONDS, "review", bridge.reviewer.tick)
        self._every(_UPKEEP_SECONDS, "upkeep", bridge.maintenance.tick)
        # apscheduler's own warning about a tick that is still running says nothing new.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        #: the clock's time less that which never goes back
        self._ahead = 0.0
        self._watching: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start all jobs."""
        self._scheduler.start()
        self._ahead = _wall_ahead()
        self._watch()

    def _watch(self) -> None:
        """Look whether the clock was put back: apscheduler would wait until it has caught up with each tick's time.

        Where it was put ahead, nobody knows yet which of the two was right.
        """
        ahead = _wall_ahead()
        if ahead < self._ahead - _SET_BACK:
            _log.warning(
                "The clock was put back.", extra={"action": "clock_set_back", "seconds": round(self._ahead - ahead)}
            )
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
        elif ahead > self._ahead + _SET_AHEAD:
            self._doubt_clock()
        self._ahead = ahead
        self._watching = asyncio.get_running_loop().call_later(_WATCH_SECONDS, self._watch)

    def stop(self) -> None:
        """Stop all jobs; the poller drains what they have started."""
        if self._watching is not None:
            self._watching.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _every(self, seconds: int, name: str, tick: Callable[[], Awaitable[object]]) -> None:
        async def safely() -> None:
            try:
                await tick()
            except DatabaseUnavailable:
                # The store has said so; the next tick tries again.
                return
            except asyncio.CancelledError:
                # Told to stop; apscheduler would log that as an error.
                return
            except Exception:
                _log.exception(
                    "A scheduled job failed; it runs again at its next time.",
                    extra={"action": "job_crashed", "job": name},
                )

        self._scheduler.add_job(safely, "interval", seconds=seconds, id=name, name=name)


def _wall_ahead() -> float:
    return time.time() - time.monotonic()
