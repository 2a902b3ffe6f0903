"""How many feeds are polled at once, in whose peace, and what that costs the database."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.logs import fields_of
from bot.model.entry import ParsedFeed
from bot.model.feed import Failed, FailureReason, FeedKind, Fetched, NotModified, Validators
from bot.model.ids import FeedId, GuildId
from bot.storage.database import Store
from tests.bridge.harness import BridgeHarness, build_harness
from tests.bridge.many import add, add_comments, current, feeds, harness
from tests.fakes.feeds import UNCHANGED, FakeFeeds
from tests.storage.given import a_subscription

__all__ = ["feeds", "harness"]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def test_a_hundred_polls_without_news_are_written_in_one_statement(
    harness: BridgeHarness, feeds: FakeFeeds, statements: list[str]
) -> None:
    added = [await add(harness, f"https://blog-{number}.example/feed") for number in range(100)]
    statements.clear()
    await harness.poll(timedelta(0))
    assert len(feeds.asked) == 100
    written = [each for each in statements if each.startswith("UPDATE feeds SET conditional_polls")]
    looks = [each for each in statements if "AS wanted" in each]
    leases = [each for each in statements if each.startswith("UPDATE feeds SET leased_until")]
    assert len(written) <= 2
    assert len(statements) == len(written) + len(looks) + len(leases)
    assert len(looks) <= 4, "64, then the others"
    kept = await current(harness, added[-1])
    assert (kept.last_polled_at, kept.validators) == (harness.clock.now(), UNCHANGED.validators)
    assert kept.next_poll_at > harness.clock.now()


async def test_no_server_knows_how_many_feeds_there_are_when_none_is_due(
    harness: BridgeHarness, feeds: FakeFeeds, statements: list[str]
) -> None:
    for number in range(3):
        await add(harness, f"https://blog-{number}.example/feed")
    await harness.poll(timedelta(0))
    for more in (0, 200):
        for number in range(more):
            await add(harness, f"https://more-{number}.example/feed")
        await harness.poll(timedelta(0))
        statements.clear()
        await harness.bridge.poller.tick()
        assert len(statements) == 1


async def test_as_soon_as_there_is_room_more_is_claimed(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    for number in range(150):
        await add(harness, f"https://blog-{number}.example/feed")
    async with feeds.slow("all"):
        tick = asyncio.create_task(harness.bridge.poller.tick())
        await feeds.until(lambda: len(feeds.asked) >= 64)
    async with asyncio.timeout(5):
        assert await tick == 150
    await harness.bridge.poller.drain(5)
    assert len(set(feeds.urls)) == len(feeds.asked) == 150
    assert feeds.most["all"] == 64


async def test_a_server_whose_blogs_are_slow_leaves_room_for_another(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    """Two hundred addresses that never answer were due before; they had all 64 places, and the others none."""
    hostile, other = GuildId(701), GuildId(702)
    await add(harness, "https://blog.example/feed", guild_id=other)
    await harness.poll(timedelta(0))
    feeds.asked.clear()
    for number in range(200):
        await add(harness, f"https://blog-{number}.slow.example/feed", guild_id=hostile)
    for number in range(12):
        await add(harness, f"https://quick-{number}.example/feed", guild_id=other)
    async with feeds.slow(".slow.example"):
        tick = asyncio.create_task(harness.bridge.poller.tick())
        await feeds.until(lambda: sum("quick-" in url for url in feeds.urls) == 12)
        assert 4 <= sum("slow" in url for url in feeds.urls) <= 34
    await tick
    await harness.bridge.poller.drain(5)
    for _ in range(10):
        await harness.poll(timedelta(seconds=10))
    assert Counter(feeds.urls) == Counter(set(feeds.urls)), "nobody was asked twice"
    assert len(set(feeds.urls)) == 212


async def test_a_blog_that_several_servers_get_counts_for_the_least_busy(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    hostile, other = GuildId(701), GuildId(702)
    await add(harness, "https://blog.example/feed", guild_id=other)
    await harness.poll(timedelta(0))
    for number in range(60):
        await add(harness, f"https://blog-{number}.slow.example/feed", guild_id=hostile)
    shared = await add(harness, "https://shared.example/feed", guild_id=hostile)
    await add(harness, shared.url, guild_id=other)
    async with feeds.slow(".slow.example"):
        tick = asyncio.create_task(harness.bridge.poller.tick())
        await feeds.until(lambda: shared.url in feeds.urls)
        [asked] = [feed for feed, _ in feeds.asked if feed.url == shared.url]
        assert set(asked.guilds) == {hostile, other}
    await tick
    await harness.bridge.poller.drain(5)


async def test_one_host_is_asked_by_two_at_a_time_and_holds_up_nobody(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    for number in range(40):
        await add(harness, f"https://big.example/{number}")
    for number in range(10):
        await add(harness, f"https://blog-{number}.example/feed")
    async with feeds.slow("big.example"):
        await harness.bridge.poller.tick()
        await feeds.until(lambda: sum("blog-" in url for url in feeds.urls) == 10)
        assert feeds.most["big.example"] == 2
    await harness.bridge.poller.drain(5)
    assert Counter("big" in url for url in feeds.urls) == {True: 8, False: 10}
    # the others come one after the other, at the host's own pace
    await harness.poll(timedelta(seconds=5))
    assert 8 < sum("big" in url for url in feeds.urls) < 40
    for _ in range(10):
        await harness.poll(timedelta(seconds=5))
    assert Counter(feeds.urls) == Counter(set(feeds.urls))
    assert len(set(feeds.urls)) == 50
    assert feeds.most["big.example"] == 2


async def test_the_debug_log_says_of_each_due_feed_what_delays_it(
    harness: BridgeHarness, feeds: FakeFeeds, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        await add(harness, f"https://big.example/{number}")
    with caplog.at_level(logging.DEBUG, "bot.bridge.polling"):
        await harness.poll(timedelta(0))
    lines = [fields_of(record) for record in caplog.records]
    delayed = {each["feed"]: each["limit"] for each in lines if each["action"] == "poll_delayed"}
    planned = {each["feed"]: each for each in lines if each["action"] == "poll_planned"}
    assert set(delayed.values()) == {"host"}
    assert delayed.keys() | planned.keys() == {FeedId(number) for number in range(1, 21)}
    assert delayed.keys().isdisjoint(planned)
    assert {each["failures"] for each in planned.values()} == {0}


async def test_a_host_that_does_not_answer_is_left_alone_with_all_its_feeds(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    added = [await add(harness, f"https://dead.example/{number}") for number in range(20)]
    fine = await add(harness, "https://blog.example/feed")
    feeds.answers = {each.url: Failed(text="dead.example did not answer.") for each in added}
    await harness.poll(timedelta(0))
    assert Counter(feed.url.split("/")[2] for feed, _ in feeds.asked) == {"dead.example": 2, "blog.example": 1}
    kept = [await current(harness, each) for each in added]
    assert sum(each.failures for each in kept) == 2, "who was not asked did not fail"
    assert (await current(harness, fine)).failures == 0
    feeds.asked.clear()
    for _ in range(5):
        await harness.poll(timedelta(seconds=10))
    assert feeds.urls == [], "for a minute"
    for _ in range(14):
        await harness.poll(MINUTE)
    assert sum("dead" in url for url in feeds.urls) <= 6, "two after one minute, after two more, after four more"
    feeds.answers = {}
    for _ in range(8):
        await harness.poll(5 * MINUTE)
    assert all([(await current(harness, each)).failures == 0 for each in added])


async def test_a_server_is_told_how_many_channels_a_feed_is_for(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await add(harness, "https://blog.example/feed")
    for number in range(2):
        await a_subscription(harness.store, feed.blog_id, channel_id=number + 1)  # type: ignore[arg-type]
    await harness.poll(timedelta(0))
    assert [asked.subscribers for asked, _ in feeds.asked] == [3]


async def test_what_was_not_written_when_the_bot_was_killed_is_polled_again(
    harness: BridgeHarness, feeds: FakeFeeds, store: Store
) -> None:
    feed = await add(harness, "https://blog.example/feed")
    await harness.bridge.poller.tick()
    await feeds.until(lambda: bool(feeds.asked))
    again = build_harness(store, feeds)
    again.clock.move(timedelta(minutes=11))
    await again.poll(timedelta(0))
    assert feeds.urls == [feed.url] * 2
    assert (await current(again, feed)).last_polled_at == again.clock.now()


async def test_a_database_that_is_away_for_a_moment_loses_no_outcome(
    harness: BridgeHarness, feeds: FakeFeeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = await add(harness, "https://blog.example/feed")
    await harness.bridge.poller.tick()
    await feeds.until(lambda: bool(feeds.asked))
    with monkeypatch.context() as broken:

        async def away(*_: object) -> None:
            raise OSError("away")

        broken.setattr(harness.store.polls, "save_results", away)
        with pytest.raises(OSError, match="away"):
            await harness.bridge.poller.drain(5)
    polled_at = harness.clock.now()
    await harness.poll(timedelta(seconds=1))
    assert feeds.urls == [feed.url]
    assert (await current(harness, feed)).last_polled_at == polled_at


async def test_a_database_that_is_away_while_feeds_are_put_off_closes_no_host(
    harness: BridgeHarness, feeds: FakeFeeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = [await add(harness, f"https://big.example/{number}") for number in range(20)]
    with monkeypatch.context() as broken:

        async def away(later: Sequence[object]) -> None:
            if later:
                raise OSError("away")

        broken.setattr(harness.store.polls, "release_until", away)
        with pytest.raises(OSError, match="away"):
            await harness.bridge.poller.tick()
    await harness.bridge.poller.drain(5)
    assert len(feeds.asked) == 8
    # the others wait for the end of their lease
    for _ in range(6):
        await harness.poll(4 * MINUTE)
    assert set(feeds.urls) == {each.url for each in added}


async def test_a_feed_is_read_whole_every_tenth_time_and_once_a_day(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await add(harness, "https://blog.example/feed")
    lively = replace(feed, kind=FeedKind.ENTRIES, usual_gap=10 * MINUTE, newest_at=harness.clock.now())
    await harness.store.polls.save_result(lively)
    for _ in range(20):
        await harness.poll(HOUR)
    assert [conditional for _, conditional in feeds.asked].count(False) == 2
    feeds.asked.clear()
    for _ in range(20):
        await harness.poll(6 * HOUR)
    assert [conditional for _, conditional in feeds.asked].count(False) == 5, "20 polls in 5 days"


async def test_case_08_a_feed_is_not_asked_before_it_wants_to_be(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await add(harness, "https://blog.example/feed")
    await harness.store.polls.save_result(replace(feed, newest_at=harness.clock.now()))
    feeds.answers[feed.url] = NotModified(validators=Validators(), not_before=50 * MINUTE)
    await harness.poll(timedelta(0))
    kept = await current(harness, feed)
    assert kept.next_poll_at == kept.not_before == harness.clock.now() + 50 * MINUTE
    await harness.poll(49 * MINUTE)
    assert len(feeds.asked) == 1
    await harness.poll(MINUTE)
    assert len(feeds.asked) == 2


async def test_case_08_a_new_entry_does_not_hurry_comments_that_want_peace(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    entries = await add(harness, "https://blog.example/feed")
    comments = await add_comments(harness, entries, "https://blog.example/c")
    peace = harness.clock.now() + 45 * MINUTE
    await harness.store.polls.save_result(replace(comments, not_before=peace, next_poll_at=peace))
    entry = harness.blog.write("New")
    feeds.answers[entries.url] = Fetched(
        feed=ParsedFeed(title="", entries=(entry,), window=(entry.uid,)), validators=Validators(), body_hash="new"
    )
    await harness.poll(timedelta(0))
    kept = await current(harness, comments)
    assert kept.next_poll_at == peace
    assert kept.newest_at == harness.clock.now()


async def test_case_09_too_often_is_no_strike_for_any_feed_of_the_host(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    added = [await add(harness, f"https://busy.example/{number}") for number in range(6)]
    busy = Failed(text="Too often.", reason=FailureReason.BUSY, retry_after=HOUR, status=429)
    feeds.answers = {each.url: busy for each in added}
    await harness.poll(timedelta(0))
    kept = [await current(harness, each) for each in added]
    assert {each.failures for each in kept} == {0}
    dues = [each.next_poll_at - harness.clock.now() for each in kept]
    assert min(dues) >= HOUR
    assert max(dues) <= 6 * HOUR
    assert len(set(dues)) == 6, "they do not come back all at once"


async def test_case_09_nobody_hurries_a_host_that_wants_peace(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    entries = await add(harness, "https://blog.example/feed")
    comments = await add_comments(harness, entries, "https://blog.example/c")
    feeds.answers[comments.url] = Failed(text="Too often.", reason=FailureReason.BUSY, retry_after=HOUR, status=429)
    await harness.poll(timedelta(0))
    peace = harness.clock.now() + HOUR
    await harness.store.polls.raise_activity(
        entries.blog_id, None, now=harness.clock.now(), due_at=harness.clock.now() + MINUTE
    )
    assert (await current(harness, comments)).next_poll_at >= peace
    del feeds.answers[comments.url]
    await harness.poll(2 * HOUR)
    kept = await current(harness, comments)
    assert (kept.not_before, kept.last_error, kept.failing_since) == (None, None, None)
