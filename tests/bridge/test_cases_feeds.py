"""What becomes of feeds whose servers fail or lead elsewhere, and who is told (cases 14 to 19 of feeds in the wild)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.entry import ParsedEntry, ParsedFeed
from bot.model.feed import Failed, FailureReason, Feed, FeedKind, Fetched, FoundFeed, NotModified, Validators
from bot.model.ids import ChannelId
from bot.model.notice import NoticeKind
from tests.bridge.harness import USER, BridgeHarness
from tests.bridge.many import add, add_comments, current, feeds, harness
from tests.fakes.feeds import FakeFeeds
from tests.storage.given import a_blog, parsed_entry

__all__ = ["feeds", "harness"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OLD, NEW = "https://blog.example/feed", "https://new.example/feed"
GONE = Failed(text="It is gone for good.", reason=FailureReason.GONE, status=410)
MISSING = Failed(text="There is nothing there.", reason=FailureReason.MISSING, status=404)


async def poll_for(harness: BridgeHarness, time: timedelta, *, step: timedelta = 6 * HOUR) -> None:
    for _ in range(time // step):
        await harness.poll(step)


async def told(harness: BridgeHarness, feed: Feed) -> list[NoticeKind]:
    notices = await harness.store.notices.of_blog(feed.blog_id, 100)
    return [each.kind for each in reversed(notices)]


def moving(*entries: ParsedEntry, to: str = NEW, body: str = "moved") -> Fetched:
    """An answer that came by a permanent redirect."""
    parsed = ParsedFeed(title="", entries=entries, window=tuple(each.uid for each in entries))
    move = to
    return Fetched(feed=parsed, validators=Validators(etag='"new"'), body_hash=body, redirect_url=move)


async def with_an_entry(harness: BridgeHarness, feeds: FakeFeeds) -> Feed:
    """A feed with one known entry, which was posted."""
    feed = await add(harness, OLD)
    feeds.answers[OLD] = replace(moving(parsed_entry()), redirect_url=None, body_hash="before")
    await harness.poll(timedelta(0))
    await harness.deliver()
    assert harness.titles == ["Entry 1"]
    return feed


async def test_case_14_a_redirect_that_lasts_is_adopted_with_all_that_is_known(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    feed = await with_an_entry(harness, feeds)
    feeds.answers[OLD] = moving(parsed_entry())
    await poll_for(harness, 18 * HOUR)
    kept = await current(harness, feed)
    assert (kept.url, kept.redirect_url) == (OLD, NEW)
    assert await told(harness, feed) == []
    await poll_for(harness, 12 * HOUR)
    kept = await current(harness, feed)
    assert (kept.id, kept.url, kept.redirect_url) == (feed.id, NEW, None)
    assert kept.validators == Validators(etag='"new"')
    assert await told(harness, feed) == [NoticeKind.MOVED]
    feeds.answers[NEW] = replace(moving(parsed_entry(2), parsed_entry(), body="later"), redirect_url=None)
    await poll_for(harness, 2 * DAY)
    await harness.deliver()
    notice = next(each.post.body for each in harness.chat.said if each.ref.channel_id == ChannelId(USER))
    assert NEW in notice
    assert [title for title in harness.titles if title.startswith("Entry")] == ["Entry 1", "Entry 2"]


async def test_case_14_a_redirect_to_a_strangers_feed_gives_that_feed_to_nobody(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    feed = await with_an_entry(harness, feeds)
    await add_comments(harness, feed, "https://blog.example/c")
    # A mirror of that feed, so that its content is known when the redirect is believed.
    feeds.answers[OLD] = moving(parsed_entry())
    await poll_for(harness, 36 * HOUR)
    assert (await current(harness, feed)).url == NEW
    # Whoever adds the new address has it with what its own home page says, however little that is.
    found = replace(harness.blog.found, entries=FoundFeed(url=NEW, kind=FeedKind.ENTRIES), api_root=None, comments=None)
    theirs = await harness.store.feeds.save_blog(found)
    assert theirs.id != feed.blog_id
    assert theirs.api_root is None
    assert await harness.store.feeds.of_blog(theirs.id) == []


@pytest.mark.parametrize("to", ["http://www.blog.example/feed", "https://blog.example/feed/"])
async def test_case_14_a_feed_whose_address_is_spelled_anew_is_the_same_blogs(
    harness: BridgeHarness, feeds: FakeFeeds, to: str
) -> None:
    old = "http://blog.example/feed"
    feed = await add(harness, old)
    feeds.answers[old] = replace(moving(parsed_entry()), redirect_url=None, body_hash="before")
    await harness.poll(timedelta(0))
    feeds.answers[old] = replace(moving(parsed_entry(), to=to), redirect_url=to)
    await poll_for(harness, 36 * HOUR)
    assert (await current(harness, feed)).url == to
    found = replace(harness.blog.found, entries=FoundFeed(url=to, kind=FeedKind.ENTRIES))
    assert (await harness.store.feeds.save_blog(found)).id == feed.blog_id


async def test_case_14_the_same_bytes_without_validators_are_known_content(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    feed = await with_an_entry(harness, feeds)
    feeds.answers[OLD] = NotModified(validators=Validators(), redirect_url=NEW)
    await poll_for(harness, 3 * DAY)
    assert (await current(harness, feed)).url == NEW
    assert await told(harness, feed) == [NoticeKind.MOVED]


async def test_case_14_a_304_proves_nothing_about_an_address(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    feeds.answers[OLD] = NotModified(validators=Validators(), redirect_url=NEW)
    feeds.asked.clear()
    while (await current(harness, feed)).url == OLD:
        await harness.poll(5 * HOUR)
    asked, conditional = feeds.asked[-1]
    assert asked.redirect_count >= 3
    assert not conditional, "the next poll that read it whole"
    assert any(conditional and asked.redirect_count >= 3 for asked, conditional in feeds.asked)


async def test_case_14_other_content_is_not_adopted(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    feeds.answers[OLD] = moving(body="nothing known")
    await poll_for(harness, 5 * DAY)
    kept = await current(harness, feed)
    assert (kept.url, kept.redirect_url) == (OLD, NEW)
    assert await told(harness, feed) == []


async def test_case_14_a_target_that_changes_begins_anew(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    for number in range(20):
        feeds.answers[OLD] = moving(parsed_entry(), to=f"https://node-{number % 2}.example/feed")
        await harness.poll(6 * HOUR)
    assert (await current(harness, feed)).url == OLD


async def test_case_14_another_blogs_feed_is_not_taken_over(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    other = await add(harness, NEW)
    feeds.answers[OLD] = moving(parsed_entry())
    await poll_for(harness, 5 * DAY)
    kept = await current(harness, feed)
    assert (kept.url, kept.failures) == (OLD, 0)
    assert kept.redirect_count > 10, "it is followed on and on"
    assert (await current(harness, other)).url == NEW
    assert await told(harness, feed) == []
    assert (await a_blog(harness.store)).id not in (feed.blog_id, other.blog_id)


async def test_case_14_comments_move_by_themselves(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    comments = await add_comments(harness, feed, "https://blog.example/c")
    move = "https://new.example/c"
    feeds.answers[comments.url] = NotModified(validators=Validators(), redirect_url=move)
    await poll_for(harness, 3 * DAY)
    assert (await current(harness, comments)).url == "https://new.example/c"
    assert (await current(harness, feed)).url == OLD
    assert await told(harness, feed) == [NoticeKind.MOVED]


async def test_case_15_a_redirect_to_a_page_changes_nothing_and_heals(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    before = await current(harness, feed)
    feeds.answers[OLD] = Failed(text="That is a page.", reason=FailureReason.NOT_A_FEED)
    await poll_for(harness, 2 * DAY)
    kept = await current(harness, feed)
    assert (kept.url, kept.redirect_url, kept.body_hash) == (OLD, None, before.body_hash)
    assert kept.failure_reason is FailureReason.NOT_A_FEED
    feeds.answers[OLD] = replace(moving(parsed_entry(2), parsed_entry()), redirect_url=None)
    await poll_for(harness, DAY)
    await harness.deliver()
    assert harness.titles == ["Entry 1", "Entry 2"]
    assert (await current(harness, feed)).failures == 0


async def test_case_18_what_is_gone_is_not_asked_for_any_more_but_once_a_week(
    harness: BridgeHarness, feeds: FakeFeeds
) -> None:
    feed = await with_an_entry(harness, feeds)
    feeds.answers[OLD] = GONE
    await harness.poll(DAY)
    assert await told(harness, feed) == [NoticeKind.STOPPED]
    assert (await current(harness, feed)).stopped_at == harness.clock.now()
    feeds.asked.clear()
    await poll_for(harness, 28 * DAY)
    assert len(feeds.asked) in {4, 5}
    feeds.answers[OLD] = replace(moving(parsed_entry(2), parsed_entry()), redirect_url=None)
    await poll_for(harness, 7 * DAY)
    assert await told(harness, feed) == [NoticeKind.STOPPED, NoticeKind.BACK]
    kept = await current(harness, feed)
    assert (kept.stopped_at, kept.failures, kept.failure_reason, kept.failing_since) == (None, 0, None, None)
    await harness.deliver()
    private = [each.post.body for each in harness.chat.said if each.ref.channel_id == ChannelId(USER)]
    assert ["It is gone for good." in text for text in private] == [True, False]
    assert "Entry 2" in harness.titles


async def test_case_19_what_is_missing_is_told_after_days_and_heals(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    feeds.answers[OLD] = MISSING
    await poll_for(harness, 60 * HOUR)
    assert await told(harness, feed) == []
    assert (await current(harness, feed)).stopped_at is None
    await poll_for(harness, 2 * DAY)
    assert await told(harness, feed) == [NoticeKind.FAILING]
    feeds.answers[OLD] = replace(moving(parsed_entry()), redirect_url=None)
    await poll_for(harness, DAY)
    assert await told(harness, feed) == [NoticeKind.FAILING, NoticeKind.BACK]


async def test_case_19_a_hiccup_is_told_to_nobody(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    for _ in range(3):
        feeds.answers[OLD] = MISSING
        await poll_for(harness, 2 * DAY)
        del feeds.answers[OLD]
        await poll_for(harness, DAY)
    assert await told(harness, feed) == []


async def test_case_19_what_stays_missing_is_given_up_after_a_month(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    feeds.answers[OLD] = MISSING
    await poll_for(harness, 40 * DAY, step=12 * HOUR)
    assert await told(harness, feed) == [NoticeKind.FAILING, NoticeKind.STOPPED]
    feeds.asked.clear()
    await poll_for(harness, 14 * DAY, step=DAY)
    assert len(feeds.asked) in {2, 3}


async def test_case_11_a_challenge_is_named_and_slows_down(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    feeds.answers[OLD] = Failed(text="Something wants to see a browser.", reason=FailureReason.CHALLENGED, status=403)
    feeds.asked.clear()
    await poll_for(harness, DAY, step=HOUR)
    assert len(feeds.asked) <= 6
    [notice] = await harness.store.notices.of_blog(feed.blog_id, 10)
    assert notice.kind is NoticeKind.FAILING
    assert "wants to see a browser" in notice.text


async def test_a_blog_that_is_down_with_its_comments_is_one_notice(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    feed = await with_an_entry(harness, feeds)
    comments = await add_comments(harness, feed, "https://blog.example/c")
    feeds.answers = {OLD: MISSING, comments.url: MISSING}
    await poll_for(harness, 5 * DAY)
    assert await told(harness, feed) == [NoticeKind.FAILING]
    # when only the comments stay away, that is worth saying after all
    del feeds.answers[OLD]
    await poll_for(harness, 2 * DAY)
    assert await told(harness, feed) == [NoticeKind.FAILING, NoticeKind.BACK, NoticeKind.FAILING]
