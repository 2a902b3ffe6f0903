"""The machine's clock was ahead, and is put right: what was written meanwhile holds nothing up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import Barred, Lost, TemporaryError
from bot.model.feed import Failed, Fault, FeedKind
from bot.model.ids import ChannelId
from bot.model.notice import NoticeKind
from bot.rules.comment_flood import MOST_COMMENTS
from bot.storage.statements import fetch
from tests.bridge.harness import GUILD, USER, House

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


async def pass_time(house: House, minutes: int) -> None:
    """Let what waits be delivered, without looking at the blog."""
    for _ in range(minutes):
        await house.deliver(MINUTE)


@pytest.mark.parametrize("restart", [True, False])
@pytest.mark.parametrize("by", AHEAD[1:])
async def test_alerts_go_on_that_were_sent_while_the_clock_was_ahead(
    house: House, by: timedelta, *, restart: bool
) -> None:
    subscribed = await house.start()
    await house.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)

    def alerts() -> int:
        return sum(each.ref.channel_id == USER for each in house.chat.said)

    entry = house.blog.write("Post")
    await house.poll()
    house.clock.move(by)
    house.blog.remark(entry, "Bob", "Ahead")
    await house.poll(timedelta(hours=7))
    await pass_time(house, 20)
    assert alerts() == 1
    house.bridge.dispatcher._heed_clock()
    await put_right(house, by, restart=restart)
    house.bridge.dispatcher._heed_clock()
    house.blog.remark(entry, "Bob", "After")
    await house.poll(MINUTE)
    await pass_time(house, 20)
    assert alerts() == 2


@pytest.mark.parametrize("by", AHEAD[1:])
async def test_a_flood_while_the_clock_was_ahead_ends(house: House, by: timedelta) -> None:
    await house.start()
    entry = house.blog.write("Post")
    await house.poll()
    house.clock.move(by)
    for number in range(MOST_COMMENTS):
        house.blog.remark(entry, "Bob", f"Ahead {number}")
    await house.poll(timedelta(hours=7))
    await pass_time(house, 5)
    await put_right(house, by, restart=False)
    house.bridge.dispatcher._heed_clock()
    await pass_time(house, 15)
    house.blog.remark(entry, "Bob", "After")
    await house.poll(MINUTE)
    await pass_time(house, 2)
    assert sum("After" in each.post.body for each in house.chat.said) == 1


async def test_nothing_is_said_to_have_been_done_in_the_future(house: House) -> None:
    """Each limit counts what was done since a moment: what lies in the future would count until then."""
    await house.start()
    entry = house.blog.write("Post")
    await house.poll()
    house.clock.move(timedelta(days=400))
    house.blog.remark(entry, "Bob", "Ahead")
    await house.poll(timedelta(hours=7))
    await pass_time(house, 5)
    await fetch("UPDATE links SET renamed_at = $1", house.clock.now())
    await put_right(house, timedelta(days=400), restart=True)
    for table, column in (("deliveries", "settled_at"), ("links", "renamed_at")):
        counted = await fetch(
            f"SELECT COUNT(*) AS every, COUNT(CASE WHEN {column} > $1 THEN 1 END) AS ahead FROM {table}",
            house.clock.now(),
        )
        assert counted[0]["every"] > 0
        assert counted[0]["ahead"] == 0, (table, column)


async def notices_left(house: House) -> int:
    [row] = await fetch("SELECT COUNT(*) AS there FROM notices")
    return int(row["there"])


@pytest.mark.parametrize("noticed", ["at a start", "while it runs"])
async def test_nothing_is_deleted_by_a_clock_that_went_ahead(house: House, noticed: str) -> None:
    await house.start()
    blog = (await house.bridge.admin.blogs(GUILD))[0].blog
    await house.notices.tell(blog.id, NoticeKind.GAP, "Some entries may have been missed.")
    await house.poll(MINUTE)
    house.clock.move(timedelta(days=400))
    if noticed == "at a start":
        await house.bridge.upkeep.check_clock()
    else:
        house.bridge.upkeep.doubt_clock()
    await house.bridge.upkeep.tick()
    assert await notices_left(house) == 1
    # Put right, and long after that.
    house.clock.move(-timedelta(days=400))
    await house.bridge.upkeep.tick()
    house.clock.move(timedelta(days=100))
    await house.bridge.upkeep.tick()
    assert await notices_left(house) == 0


async def test_a_clock_that_holds_for_a_day_is_believed(house: House) -> None:
    await house.start()
    blog = (await house.bridge.admin.blogs(GUILD))[0].blog
    await house.notices.tell(blog.id, NoticeKind.GAP, "Some entries may have been missed.")
    await house.poll(MINUTE)
    house.clock.move(timedelta(days=400))
    await house.bridge.upkeep.check_clock()
    house.clock.move(timedelta(days=1))
    await house.bridge.upkeep.tick()
    assert await notices_left(house) == 0
