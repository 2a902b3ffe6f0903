"""The machine's clock was ahead, and is put right: what was written meanwhile holds nothing up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import Blocked, ChannelLost, TemporaryError
from bot.model.feed import Failed, FailureReason, FeedKind
from bot.model.ids import ChannelId
from bot.model.notice import NoticeKind
from bot.rules.comment_flood import MOST_COMMENTS
from bot.storage.statements import fetch
from tests.bridge.harness import GUILD, USER, BridgeHarness

AHEAD = [timedelta(hours=2), timedelta(days=1), timedelta(days=400)]
MINUTE = timedelta(minutes=1)


async def put_right(harness: BridgeHarness, by: timedelta, *, restart: bool) -> None:
    harness.clock.move(-by)
    if restart:
        await harness.bridge.maintenance.pull_in_times()
    else:
        await harness.bridge.maintenance.tick()


@pytest.mark.parametrize("restart", [True, False])
@pytest.mark.parametrize("by", AHEAD)
async def test_a_blog_is_not_silent_for_as_long_as_the_clock_was_ahead(
    harness: BridgeHarness, by: timedelta, *, restart: bool
) -> None:
    await harness.start()
    harness.clock.move(by)
    harness.blog.write("Ahead")
    await harness.poll(timedelta(hours=7))
    await harness.deliver()
    await harness.start(ChannelId(21))
    await put_right(harness, by, restart=restart)
    harness.blog.write("After")
    await harness.poll(MINUTE)
    await harness.deliver()
    assert harness.titles.count("After") == 2, "also where it was started while the clock was ahead"


@pytest.mark.parametrize("by", AHEAD[1:])
@pytest.mark.parametrize(
    "trouble",
    [TemporaryError("Away."), ChannelLost("No rights."), Blocked("Nothing passes.", retry_after=timedelta(hours=1))],
)
async def test_a_delivery_does_not_wait_for_as_long_as_the_clock_was_ahead(
    harness: BridgeHarness, by: timedelta, trouble: TemporaryError
) -> None:
    await harness.start()
    harness.clock.move(by)
    harness.blog.write("Late")
    harness.blog.write("Behind it")
    await harness.poll(timedelta(hours=7))
    harness.chat.trouble = trouble
    harness.bridge.dispatcher.follow_clock()
    await harness.deliver()
    harness.chat.trouble = None
    await put_right(harness, by, restart=False)
    harness.bridge.dispatcher.follow_clock()
    for _ in range(5):
        await harness.deliver(after=timedelta(minutes=15))
    assert harness.titles == ["Late", "Behind it"]


@pytest.mark.parametrize("by", AHEAD[1:])
async def test_a_host_is_not_left_alone_for_as_long_as_the_clock_was_ahead(
    harness: BridgeHarness, by: timedelta
) -> None:
    await harness.start()
    harness.clock.move(by)
    fetch_ = harness.blog.fetch

    async def silent(feed, *, conditional):
        return Failed(text="blog.example did not answer.")

    harness.blog.fetch = silent
    await harness.poll(timedelta(hours=7))
    harness.blog.fetch = fetch_
    await put_right(harness, by, restart=False)
    harness.blog.write("After")
    await harness.poll(MINUTE)
    await harness.poll(MINUTE)
    await harness.deliver()
    assert harness.titles == ["After"]


async def test_outcomes_are_written_though_the_clock_went_back(harness: BridgeHarness) -> None:
    await harness.start()
    await harness.poll()
    harness.clock.move(timedelta(hours=-2))
    await harness.bridge.maintenance.tick()
    before = len(await fetch("SELECT id FROM feeds WHERE leased_until IS NOT NULL"))
    await harness.bridge.poller.tick()
    await harness.bridge.poller.tasks.drain(5)
    await harness.bridge.poller.tick()
    assert before == 0
    assert await fetch("SELECT id FROM feeds WHERE leased_until IS NOT NULL") == []


async def test_what_may_wait_for_long_goes_on_waiting(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    entries, comments = await harness.store.feeds.of_blog(subscribed.blog.id)
    now = harness.clock.now()
    polled = {"last_polled_at": now, "last_ok_at": now}
    kept = [
        replace(entries, **polled, next_poll_at=now + timedelta(hours=6)),
        replace(
            comments, **polled, failures=1, failure_reason=FailureReason.BUSY, next_poll_at=now + timedelta(hours=36)
        ),
    ]
    for feed in kept:
        await harness.store.polls.save_result(feed)
    assert await harness.bridge.maintenance.pull_in_times() == 0
    for feed in kept:
        await harness.store.polls.save_result(replace(feed, stopped_at=now, next_poll_at=now + timedelta(days=7)))
    assert await harness.bridge.maintenance.pull_in_times() == 0
    await harness.store.polls.save_result(replace(entries, **polled, next_poll_at=now + timedelta(days=1)))
    assert await harness.bridge.maintenance.pull_in_times() == 1
    assert (await harness.store.feeds.of_blog(subscribed.blog.id))[0].next_poll_at == now
    assert [feed.kind for feed in kept] == [FeedKind.ENTRIES, FeedKind.COMMENTS]


async def pass_time(harness: BridgeHarness, minutes: int) -> None:
    """Let what waits be delivered, without looking at the blog."""
    for _ in range(minutes):
        await harness.deliver(MINUTE)


@pytest.mark.parametrize("restart", [True, False])
@pytest.mark.parametrize("by", AHEAD[1:])
async def test_alerts_go_on_that_were_sent_while_the_clock_was_ahead(
    harness: BridgeHarness, by: timedelta, *, restart: bool
) -> None:
    subscribed = await harness.start()
    await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)

    def alerts() -> int:
        return sum(each.ref.channel_id == USER for each in harness.chat.said)

    entry = harness.blog.write("Post")
    await harness.poll()
    harness.clock.move(by)
    harness.blog.remark(entry, "Bob", "Ahead")
    await harness.poll(timedelta(hours=7))
    await pass_time(harness, 20)
    assert alerts() == 1
    harness.bridge.dispatcher.follow_clock()
    await put_right(harness, by, restart=restart)
    harness.bridge.dispatcher.follow_clock()
    harness.blog.remark(entry, "Bob", "After")
    await harness.poll(MINUTE)
    await pass_time(harness, 20)
    assert alerts() == 2


@pytest.mark.parametrize("by", AHEAD[1:])
async def test_a_flood_while_the_clock_was_ahead_ends(harness: BridgeHarness, by: timedelta) -> None:
    await harness.start()
    entry = harness.blog.write("Post")
    await harness.poll()
    harness.clock.move(by)
    for number in range(MOST_COMMENTS):
        harness.blog.remark(entry, "Bob", f"Ahead {number}")
    await harness.poll(timedelta(hours=7))
    await pass_time(harness, 5)
    await put_right(harness, by, restart=False)
    harness.bridge.dispatcher.follow_clock()
    await pass_time(harness, 15)
    harness.blog.remark(entry, "Bob", "After")
    await harness.poll(MINUTE)
    await pass_time(harness, 2)
    assert sum("After" in each.post.body for each in harness.chat.said) == 1


async def test_nothing_is_said_to_have_been_done_in_the_future(harness: BridgeHarness) -> None:
    """Each limit counts what was done since a moment: what lies in the future would count until then."""
    await harness.start()
    entry = harness.blog.write("Post")
    await harness.poll()
    harness.clock.move(timedelta(days=400))
    harness.blog.remark(entry, "Bob", "Ahead")
    await harness.poll(timedelta(hours=7))
    await pass_time(harness, 5)
    await fetch("UPDATE posted_messages SET renamed_at = $1", harness.clock.now())
    await put_right(harness, timedelta(days=400), restart=True)
    for table, column in (("deliveries", "settled_at"), ("posted_messages", "renamed_at")):
        counted = await fetch(
            f"SELECT COUNT(*) AS every, COUNT(CASE WHEN {column} > $1 THEN 1 END) AS ahead FROM {table}",
            harness.clock.now(),
        )
        assert counted[0]["every"] > 0
        assert counted[0]["ahead"] == 0, (table, column)


async def notices_left(harness: BridgeHarness) -> int:
    [row] = await fetch("SELECT COUNT(*) AS there FROM notices")
    return int(row["there"])


@pytest.mark.parametrize("noticed", ["at a start", "while it runs"])
async def test_nothing_is_deleted_by_a_clock_that_went_ahead(harness: BridgeHarness, noticed: str) -> None:
    await harness.start()
    blog = (await harness.bridge.admin.blogs(GUILD))[0].blog
    await harness.notices.notify(blog.id, NoticeKind.GAP, "Some entries may have been missed.")
    await harness.poll(MINUTE)
    harness.clock.move(timedelta(days=400))
    if noticed == "at a start":
        await harness.bridge.maintenance.check_clock()
    else:
        harness.bridge.maintenance.doubt_clock()
    await harness.bridge.maintenance.tick()
    assert await notices_left(harness) == 1
    # Put right, and long after that.
    harness.clock.move(-timedelta(days=400))
    await harness.bridge.maintenance.tick()
    harness.clock.move(timedelta(days=100))
    await harness.bridge.maintenance.tick()
    assert await notices_left(harness) == 0


async def test_a_clock_that_holds_for_a_day_is_believed(harness: BridgeHarness) -> None:
    await harness.start()
    blog = (await harness.bridge.admin.blogs(GUILD))[0].blog
    await harness.notices.notify(blog.id, NoticeKind.GAP, "Some entries may have been missed.")
    await harness.poll(MINUTE)
    harness.clock.move(timedelta(days=400))
    await harness.bridge.maintenance.check_clock()
    harness.clock.move(timedelta(days=1))
    await harness.bridge.maintenance.tick()
    assert await notices_left(harness) == 0
