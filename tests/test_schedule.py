"""The ticks: they go on, whatever happens to the clock."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest

from bot import schedule
from bot.schedule import Schedule


async def test_ticks_go_on_when_the_clock_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = asyncio.Event()

    async def tick() -> None:
        ticked.set()

    bridge: Any = SimpleNamespace(
        poller=SimpleNamespace(tick=tick),
        registrar=SimpleNamespace(tick=tick, sweep=tick),
        upkeep=SimpleNamespace(tick=tick),
    )
    monkeypatch.setattr(schedule, "_WATCH_SECONDS", 0.05)
    ticks = Schedule(bridge)
    ticks.start()
    try:
        # As if each tick had been planned by a clock that was a day ahead.
        for job in ticks._scheduler.get_jobs():
            job.modify(next_run_time=job.next_run_time.replace(year=2999))
        real = time.time
        monkeypatch.setattr(schedule, "_wall_ahead", lambda: real() - time.monotonic() - 86_400)
        ticked.clear()
        await asyncio.wait_for(ticked.wait(), 10)
    finally:
        ticks.stop()
