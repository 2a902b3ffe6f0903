"""When comments are asked for: hot after something happened, roused by counts, forgotten with their entries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.bridge.replies.publishing import ReplyPublisher
from bot.model.connection import Secret
from bot.model.delivery import Delivery, PublishReply
from bot.model.entry import ParsedComment, ParsedEntry, ParsedFeed
from bot.model.feed import Failed, FailureReason, Feed, FeedKind, Fetched, Validators
from bot.model.ids import DeliveryId, NativeId
from bot.model.reply import Held, Published, PublishOutcome, Rejected
from tests.bridge.harness import BridgeHarness
from tests.bridge.many import add, add_comments, current, feeds, harness
from tests.fakes.feeds import FakeFeeds
from tests.storage.given import new_reply, parsed_comment, parsed_entry

__all__ = ["feeds", "harness"]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ENTRIES = "https://blog.example/feed"


def entry(harness: BridgeHarness, number: int, *, comments: int | None, ago: timedelta = timedelta(0)) -> ParsedEntry:
    return parsed_entry(
        number,
        published_at=harness.clock.now() - ago,
        comment_count=comments,
        comments_feed_url=f"https://blog.example/{number}/feed",
    )


def showing(*items: ParsedEntry | ParsedComment) -> Fetched:
    entries = tuple(each for each in items if isinstance(each, ParsedEntry))
    comments = tuple(each for each in items if isinstance(each, ParsedComment))
    parsed = ParsedFeed(title="", entries=entries, comments=comments, window=tuple(each.uid for each in items))
    return Fetched(feed=parsed, validators=Validators(), body_hash=str(hash(items)))


async def own_feed(harness: BridgeHarness, feed: Feed, number: int) -> Feed:
    (own,) = [
        each
        for each in await harness.store.feeds.of_blog(feed.blog_id)
        if each.url == f"https://blog.example/{number}/feed"
    ]
    return own


async def polls_of(
    harness: BridgeHarness, feeds: FakeFeeds, which: Callable[[Feed], bool], time: timedelta
) -> list[timedelta]:
    """Let time pass minute by minute; returns when feeds were asked."""
    begun, asked = harness.clock.now(), []
    while harness.clock.now() < begun + time:
        before = len(feeds.asked)
        await harness.poll(MINUTE)
        asked += [harness.clock.now() - begun for feed, _ in feeds.asked[before:] if which(feed)]
    return asked


def is_of_entry(feed: Feed) -> bool:
    return feed.kind is FeedKind.ENTRY_COMMENTS


def is_of_comments(feed: Feed) -> bool:
    return feed.kind is FeedKind.COMMENTS


async def test_comments_are_hot_after_a_new_entry_and_cool_down(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await add(harness, ENTRIES)
    await add_comments(harness, feed, "https://blog.example/c")
    feeds.answers[ENTRIES] = showing(entry(harness, 1, comments=None))
    await harness.poll(timedelta(0))
    asked = await polls_of(harness, feeds, is_of_comments, 4 * HOUR)
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert max(waits[:10]) <= 2 * MINUTE
    assert 8 * MINUTE <= waits[-1] <= 13 * MINUTE
    assert min(waits) >= 2 * MINUTE, "never more often than the operator allows"


async def test_a_new_entrys_own_comments_are_hot_too(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    await add(harness, ENTRIES)
    feeds.answers[ENTRIES] = showing(entry(harness, 1, comments=0))
    await harness.poll(timedelta(0))
    asked = await polls_of(harness, feeds, is_of_entry, HOUR)
    assert 18 <= len(asked) <= 31


async def test_a_comment_makes_its_entry_hot_again(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await add(harness, ENTRIES)
    feeds.answers[ENTRIES] = showing(entry(harness, 1, comments=None, ago=30 * DAY))
    await harness.poll(timedelta(0))
    await harness.poll(MINUTE)
    own = await own_feed(harness, feed, 1)
    assert own.next_poll_at > harness.clock.now() + 4 * HOUR
    feeds.answers[own.url] = showing(parsed_comment(1))
    await harness.poll(6 * HOUR)
    assert (await own_feed(harness, feed, 1)).next_poll_at == harness.clock.now() + 2 * MINUTE


async def test_case_100_another_number_of_comments_rouses_that_entrys_feed_alone(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    feed = await add(harness, ENTRIES)
    one, two = entry(harness, 1, comments=3, ago=20 * DAY), entry(harness, 2, comments=5, ago=20 * DAY)
    feeds.answers[ENTRIES] = showing(two, one)
    await harness.poll(timedelta(0))
    await harness.poll(MINUTE)
    await harness.store.polls.release_until([(feed.id, harness.clock.now() + MINUTE)])
    feeds.asked.clear()
    feeds.answers[ENTRIES] = showing(two, replace(one, comment_count=4))
    await harness.poll(MINUTE)
    await harness.poll(timedelta(0))
    assert feeds.urls == [ENTRIES, "https://blog.example/1/feed"]
    # the same number again is no hint
    await harness.store.polls.release_until([(feed.id, harness.clock.now())])
    feeds.asked.clear()
    await harness.poll(timedelta(0))
    await harness.poll(timedelta(0))
    assert feeds.urls == [ENTRIES]


async def test_case_100_another_number_of_comments_rouses_the_feed_of_all_comments(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    feed = await add(harness, ENTRIES)
    comments = await add_comments(harness, feed, "https://blog.example/c")
    one = entry(harness, 1, comments=0, ago=20 * DAY)
    feeds.answers[ENTRIES] = showing(one)
    await harness.poll(timedelta(0))
    await harness.poll(2 * DAY)
    await harness.store.polls.release_until(
        [(feed.id, harness.clock.now()), (comments.id, harness.clock.now() + 5 * HOUR)]
    )
    feeds.asked.clear()
    feeds.answers[ENTRIES] = showing(replace(one, comment_count=1))
    await harness.poll(timedelta(0))
    await harness.poll(timedelta(0))
    assert feeds.urls == [ENTRIES, comments.url]


async def test_numbers_told_for_the_first_time_rouse_nobody(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await add(harness, ENTRIES)
    feeds.answers[ENTRIES] = showing(entry(harness, 1, comments=None, ago=20 * DAY))
    await harness.poll(timedelta(0))
    await harness.poll(MINUTE)
    before = await own_feed(harness, feed, 1)
    feeds.answers[ENTRIES] = showing(entry(harness, 1, comments=7, ago=20 * DAY))
    await harness.store.polls.release_until([(feed.id, harness.clock.now())])
    await harness.poll(timedelta(0))
    assert await own_feed(harness, feed, 1) == before


async def test_an_entry_without_comments_for_90_days_is_asked_about_four_times_a_year(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    feed = await add(harness, ENTRIES)
    feeds.answers[ENTRIES] = showing(entry(harness, 1, comments=None, ago=91 * DAY))
    await harness.poll(timedelta(0))
    feeds.asked.clear()
    for _ in range(365):
        await harness.poll(DAY)
    assert 4 <= sum(is_of_entry(asked) for asked, _ in feeds.asked) <= 6
    # until somebody comments on it after all
    one = entry(harness, 1, comments=1, ago=456 * DAY)
    feeds.answers[ENTRIES] = showing(one)
    await harness.poll(DAY)
    feeds.answers[ENTRIES] = showing(replace(one, comment_count=2))
    await harness.poll(DAY)
    assert (await own_feed(harness, feed, 1)).newest_at == harness.clock.now()


@pytest.mark.parametrize(("fault", "days"), [(FailureReason.GONE, 0), (FailureReason.MISSING, 4)])
async def test_the_feed_of_an_entry_that_is_gone_is_forgotten(
    harness: BridgeHarness, feeds: FakeFeeds, fault: FailureReason, days: int
) -> None:
    feed = await add(harness, ENTRIES)
    feeds.answers[ENTRIES] = showing(entry(harness, 1, comments=None))
    await harness.poll(timedelta(0))
    own = await own_feed(harness, feed, 1)
    feeds.answers[own.url] = Failed(text="No.", reason=fault)
    for _ in range(days):
        await harness.poll(DAY)
        assert await current(harness, own) is not None
    await harness.poll(DAY)
    assert await harness.store.feeds.get(own.id) is None
    assert await harness.store.notices.of_blog(feed.blog_id, 10) == []
    assert len(await harness.store.entries.newest(feed.blog_id, 10)) == 1


@pytest.mark.parametrize(
    ("outcome", "is_hot"),
    [
        (Published(native_id=NativeId("9"), url="https://blog.example/1/#comment-9"), True),
        (Held(native_id=NativeId("9")), True),
        (Rejected(text="Spam."), False),
    ],
)
async def test_a_reply_of_ours_makes_the_entrys_comments_hot(
    harness: BridgeHarness, feeds: FakeFeeds, outcome: PublishOutcome, is_hot: bool
) -> None:
    feed = await add(harness, ENTRIES)
    await add_comments(harness, feed, "https://blog.example/c")
    feeds.answers[ENTRIES] = showing(entry(harness, 1, comments=None))
    await harness.poll(timedelta(0))
    await harness.poll(30 * DAY)
    (kept,) = await harness.store.entries.newest(feed.blog_id, 1)
    reply = await harness.store.replies.add(new_reply(feed.blog_id, kept.id), now=harness.clock.now())
    await harness.store.replies.accept(reply.id, interaction_token=Secret("token"), at=harness.clock.now())
    now = harness.clock.now()
    await _publisher(harness).record(_delivery(reply.id, now), PublishReply(reply_id=reply.id), outcome)
    comments = next(each for each in await harness.store.feeds.of_blog(feed.blog_id) if is_of_comments(each))
    assert (comments.next_poll_at <= now + 2 * MINUTE) is is_hot
    assert (comments.newest_at == now) is is_hot


def _publisher(harness: BridgeHarness) -> ReplyPublisher:
    made = harness.bridge.dispatcher._handlers[PublishReply]
    assert isinstance(made, ReplyPublisher)
    return made


def _delivery(reply_id: int, now: datetime) -> Delivery:
    return Delivery(
        id=DeliveryId(1),
        intent=PublishReply(reply_id=reply_id),  # type: ignore[arg-type]
        lane="blog:1",
        attempts=1,
        first_attempt_at=now,
        retry_since=now,
        nonce="nonce",
    )
