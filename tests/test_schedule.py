"""The ticks: they go on, whatever happens to the clock."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest

from bot import schedule
from bot.schedule import Schedule


@pytest.fixture
def bridge() -> Any:
    """What the schedule asks of the bridge, and whether it did."""
    doubted, ticked = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        ticked.set()

    one = SimpleNamespace(tick=tick, end_unwanted=tick, doubt_clock=doubted.set)
    return SimpleNamespace(
        poller=one, hub_subscriber=one, connections=one, reviewer=one, maintenance=one, ticked=ticked, doubted=doubted
    )


async def test_ticks_go_on_when_the_clock_is_put_back(monkeypatch: pytest.MonkeyPatch, bridge: Any) -> None:
    monkeypatch.setattr(schedule, "_WATCH_SECONDS", 0.05)
    ticks = Schedule(bridge)
    ticks.start()
    try:
        # As if each tick had been planned by a clock that was a day ahead.
        for job in ticks._scheduler.get_jobs():
            job.modify(next_run_time=job.next_run_time.replace(year=2999))
        real = time.time
        monkeypatch.setattr(schedule, "_wall_ahead", lambda: real() - time.monotonic() - 86_400)
        bridge.ticked.clear()
        await asyncio.wait_for(bridge.ticked.wait(), 10)
        assert not bridge.doubted.is_set()
    finally:
        ticks.stop()


async def test_a_clock_that_goes_ahead_is_doubted(monkeypatch: pytest.MonkeyPatch, bridge: Any) -> None:
    monkeypatch.setattr(schedule, "_WATCH_SECONDS", 0.05)
    ticks = Schedule(bridge)
    ticks.start()
    try:
        real = time.time
        monkeypatch.setattr(schedule, "_wall_ahead", lambda: real() - time.monotonic() + 86_400)
        await asyncio.wait_for(bridge.doubted.wait(), 10)
    finally:
        ticks.stop()
