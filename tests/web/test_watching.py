"""What those who watch the bot are told, and when."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from bot.bridge.heartbeat import Heartbeat
from bot.bridge.ports import Side
from bot.web.health import NotReady, event_check, heartbeat_check
from bot.web.metrics import Metrics

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class HandClock:
    """Goes on only when told."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


async def test_a_loop_is_well_while_it_comes_round() -> None:
    clock = HandClock()
    heartbeat = Heartbeat(clock)
    check = heartbeat_check(heartbeat)
    with pytest.raises(NotReady):
        await check()
    heartbeat.beat()
    clock.time += timedelta(seconds=30)
    await check()
    clock.time += timedelta(seconds=1)
    with pytest.raises(NotReady):
        await check()
    heartbeat.beat()
    await check()


async def test_a_connection_is_well_while_it_stands() -> None:
    event = asyncio.Event()
    with pytest.raises(NotReady):
        await event_check(event)()
    event.set()
    await event_check(event)()


def test_everything_is_counted_apart() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(HandClock(), registry)
    metrics.polled("new_items")
    metrics.polled("failed")
    metrics.polled("failed")
    metrics.delivered("publish_reply", "done")
    metrics.failed(Side.BLOG, "Refused")
    metrics.announced(NOON - timedelta(seconds=20))
    metrics.announced(NOON + timedelta(hours=1))
    metrics.published(NOON - timedelta(minutes=3), moderated=True)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert value("backchannel_polls_total", outcome="failed") == 2
    assert value("backchannel_polls_total", outcome="new_items") == 1
    assert value("backchannel_deliveries_total", kind="publish_reply", outcome="done") == 1
    assert value("backchannel_errors_total", side="blog", error="Refused") == 1
    assert value("backchannel_announce_delay_seconds_bucket", le="15.0") == 1
    assert value("backchannel_announce_delay_seconds_sum") == 20
    assert value("backchannel_publish_delay_seconds_bucket", moderated="yes", le="300.0") == 1
    assert value("backchannel_publish_delay_seconds_bucket", moderated="yes", le="120.0") == 0
