"""The machine's clock was ahead, and is put right: what was written meanwhile holds nothing up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import Barred, Lost, TemporaryError
from bot.model.feed import Failed, Fault, FeedKind
from bot.model.ids import ChannelId
from bot.storage.statements import fetch
from tests.bridge.house import House

AHEAD = [timedelta(hours=2), timedelta(days=1), timedelta(days=400)]
MINUTE = timedelta(minutes=1)


async def put_right(house: House, by: timedelta, *, restart: bool) -> None:
    house.clock.move(-by)
    if restart:
        await house.bridge.upkeep.pull_in_times()
    else:
        await house.bridge.upkeep.tick()


@pytest.mark.parametrize("restart", [True, False])
@pytest.mark.parametrize("by", AHEAD)
async def test_a_blog_is_not_silent_for_as_long_as_the_clock_was_ahead(
    house: House, by: timedelta, *, restart: bool
) -> None:
    await house.start()
    house.clock.move(by)
    house.blog.write("Ahead")
    await house.poll(timedelta(hours=7))
    await house.deliver()
    await house.start(ChannelId(21))
    await put_right(house, by, restart=restart)
    house.blog.write("After")
    await house.poll(MINUTE)
    await house.deliver()
    assert house.titles.count("After") == 2, "also where it was started while the clock was ahead"


@pytest.mark.parametrize("by", AHEAD[1:])
@pytest.mark.parametrize(
    "trouble", [TemporaryError("Away."), Lost("No rights."), Barred("Nothing passes.", retry_after=timedelta(hours=1))]
)
async def test_a_delivery_does_not_wait_for_as_long_as_the_clock_was_ahead(
    house: House, by: timedelta, trouble: TemporaryError
) -> None:
    await house.start()
    house.clock.move(by)
    house.blog.write("Late")
    house.blog.write("Behind it")
    await house.poll(timedelta(hours=7))
    house.chat.trouble = trouble
    house.bridge.dispatcher._heed_clock()
    await house.deliver()
    house.chat.trouble = None
    await put_right(house, by, restart=False)
    house.bridge.dispatcher._heed_clock()
    for _ in range(5):
        await house.deliver(after=timedelta(minutes=15))
    assert house.titles == ["Late", "Behind it"]


@pytest.mark.parametrize("by", AHEAD[1:])
async def test_a_host_is_not_left_alone_for_as_long_as_the_clock_was_ahead(house: House, by: timedelta) -> None:
    await house.start()
    house.clock.move(by)
    fetch_ = house.blog.fetch

    async def silent(feed, *, conditional):
        return Failed(text="blog.example did not answer.")

    house.blog.fetch = silent
    await house.poll(timedelta(hours=7))
    house.blog.fetch = fetch_
    await put_right(house, by, restart=False)
    house.blog.write("After")
    await house.poll(MINUTE)
    await house.poll(MINUTE)
    await house.deliver()
    assert house.titles == ["After"]


async def test_outcomes_are_written_though_the_clock_went_back(house: House) -> None:
    await house.start()
    await house.poll()
    house.clock.move(timedelta(hours=-2))
    await house.bridge.upkeep.tick()
    before = len(await fetch("SELECT id FROM feeds WHERE leased_until IS NOT NULL"))
    await house.bridge.poller.tick()
    await house.bridge.poller._crew.drain(5)
    await house.bridge.poller.tick()
    assert before == 0
    assert await fetch("SELECT id FROM feeds WHERE leased_until IS NOT NULL") == []


async def test_what_may_wait_for_long_goes_on_waiting(house: House) -> None:
    subscribed = await house.start()
    entries, comments = await house.store.feeds.of_blog(subscribed.blog.id)
    now = house.clock.now()
    polled = {"last_polled_at": now, "last_ok_at": now}
    kept = [
        replace(entries, **polled, next_poll_at=now + timedelta(hours=6)),
        replace(comments, **polled, failures=1, fault=Fault.BUSY, next_poll_at=now + timedelta(hours=36)),
    ]
    for feed in kept:
        await house.store.polls.settle(feed)
    assert await house.bridge.upkeep.pull_in_times() == 0
    for feed in kept:
        await house.store.polls.settle(replace(feed, stopped_at=now, next_poll_at=now + timedelta(days=7)))
    assert await house.bridge.upkeep.pull_in_times() == 0
    await house.store.polls.settle(replace(entries, **polled, next_poll_at=now + timedelta(days=1)))
    assert await house.bridge.upkeep.pull_in_times() == 1
    assert (await house.store.feeds.of_blog(subscribed.blog.id))[0].next_poll_at == now
    assert [feed.kind for feed in kept] == [FeedKind.ENTRIES, FeedKind.COMMENTS]
