"""APScheduler's ticks. Nothing durable is kept here: the tables say what is due."""

import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.bridge.assembly import Bridge

_log = logging.getLogger(__name__)

_POLL_SECONDS = 1
_HUBS_SECONDS = 5
_SWEEP_SECONDS = 600
_UPKEEP_SECONDS = 3600


class Schedule:
    """Lets the bridge look for what is due, again and again."""

    def __init__(self, bridge: Bridge) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A tick that comes late is worth as much as one in time; two at once are worth nothing.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._every(_POLL_SECONDS, "poll", bridge.poller.tick)
        self._every(_HUBS_SECONDS, "hubs", bridge.registrar.tick)
        self._every(_SWEEP_SECONDS, "sweep", bridge.registrar.sweep)
        self._every(_UPKEEP_SECONDS, "upkeep", bridge.upkeep.tick)
        # apscheduler's own warning about a tick that is still running says nothing new.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        """Tick from now on."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more; what ticks have started is the poller's to drain."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _every(self, seconds: int, name: str, tick: Callable[[], Awaitable[object]]) -> None:
        async def safely() -> None:
            try:
                await tick()
            except Exception:
                _log.exception("A tick broke off; the next one comes. action=tick_broke tick=%s", name)

        self._scheduler.add_job(safely, "interval", seconds=seconds, id=name, name=name)
