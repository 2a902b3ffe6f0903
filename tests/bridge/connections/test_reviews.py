"""What a blog offers is asked anew; comments go on from the feed when the list is shut, and back; nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.entry import ParsedEntry, ParsedFeed
from bot.model.errors import TemporaryError
from bot.model.feed import (
    CommentSystem,
    Discovered,
    Failed,
    FailureReason,
    Feed,
    FeedFormat,
    FeedKind,
    FetchOutcome,
    FoundFeed,
)
from bot.model.ids import GuildId
from bot.model.notice import NoticeKind
from bot.model.subscription import SubscribedBlog
from bot.storage.database import Store
from tests.bridge.harness import GUILD, BridgeHarness, build_harness
from tests.fakes.blog import HOME, FakeBlog

LIST = FoundFeed(url=f"{HOME}wp-json/wp/v2/comments", kind=FeedKind.COMMENTS, format=FeedFormat.WORDPRESS_REST)
SITE_FEED = FoundFeed(url=f"{HOME}comments/feed/", kind=FeedKind.COMMENTS)


class WordPressSite(FakeBlog):
    """A blog whose interface somebody shuts and opens; its site feed shows ten comments, its list a hundred."""

    open = True
    looks = 0
    status = 401
    #: its pages do not answer
    away = False

    async def discover(self, url: str, *, guild_id: GuildId | None = None) -> Discovered:
        self.looks += 1
        if self.away:
            raise TemporaryError("Away.")
        discovered = await super().discover(url, guild_id=guild_id)
        found = replace(discovered.found, comments=LIST if self.open else SITE_FEED, api_closed=not self.open)
        return replace(discovered, found=found)

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        if feed.format is FeedFormat.WORDPRESS_REST and not self.open:
            fault = FailureReason.LOGIN if self.status == 401 else FailureReason.OTHER
            return Failed(
                text=f"blog.example does not let us read that ({self.status}).", reason=fault, status=self.status
            )
        if feed.kind is FeedKind.COMMENTS:
            self.window = 100 if feed.format is FeedFormat.WORDPRESS_REST else 10
            try:
                return await super().fetch(feed, conditional=conditional)
            finally:
                self.window = 100
        return await super().fetch(feed, conditional=conditional)

    async def next_page(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        self.window = 100 if feed.format is FeedFormat.WORDPRESS_REST else 10
        try:
            return await super().next_page(feed, parsed, page)
        finally:
            self.window = 100


@pytest.fixture
def site() -> WordPressSite:
    return WordPressSite()


@pytest.fixture
async def harness(store: Store, site: WordPressSite) -> BridgeHarness:
    harness = build_harness(store, site, discoverer=site)
    harness.blog = site
    return harness


async def formats(harness: BridgeHarness, subscribed: SubscribedBlog) -> list[FeedFormat]:
    feeds = await harness.store.feeds.of_blog(subscribed.blog.id)
    return [feed.format for feed in feeds if feed.kind is FeedKind.COMMENTS]


async def told(harness: BridgeHarness) -> list[str]:
    await harness.deliver()
    return [each.post.body for each in harness.chat.said if each.post.body.startswith("Remark")]


async def with_comments(harness: BridgeHarness, count: int) -> tuple[SubscribedBlog, ParsedEntry]:
    entry = harness.blog.write("Old")
    for number in range(count):
        harness.blog.remark(entry, "Bob", f"Before {number}")
    return await harness.start(), entry


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_when_the_list_is_shut_comments_go_on_from_the_feed_at_once(
    harness: BridgeHarness, site: WordPressSite, status: int
) -> None:
    subscribed, entry = await with_comments(harness, 30)
    assert await formats(harness, subscribed) == [FeedFormat.WORDPRESS_REST]
    harness.blog.remark(entry, "Ann", "Remark 1")
    await harness.poll()
    site.open, site.status = False, status
    harness.blog.remark(entry, "Ann", "Remark 2")
    await harness.poll()
    await harness.deliver()
    assert await formats(harness, subscribed) == [FeedFormat.SYNDICATION]
    harness.blog.remark(entry, "Ann", "Remark 3")
    await harness.poll(after=timedelta(minutes=1))
    assert await told(harness) == ["Remark 1", "Remark 2", "Remark 3"]


async def test_when_it_is_opened_again_they_come_from_the_list_and_nothing_old_is_told(
    harness: BridgeHarness, site: WordPressSite
) -> None:
    site.open = False
    subscribed, entry = await with_comments(harness, 30)
    harness.blog.remark(entry, "Ann", "Remark 1")
    await harness.poll()
    site.open = True
    harness.blog.remark(entry, "Ann", "Remark 2")
    harness.clock.move(timedelta(days=1, minutes=1))
    await harness.bridge.reviewer.tick()
    await harness.deliver()
    assert await formats(harness, subscribed) == [FeedFormat.WORDPRESS_REST]
    await harness.poll()
    harness.blog.remark(entry, "Ann", "Remark 3")
    await harness.poll()
    assert await told(harness) == ["Remark 1", "Remark 2", "Remark 3"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
@pytest.mark.parametrize("opens_after", [timedelta(minutes=5), timedelta(minutes=40), timedelta(hours=3)])
async def test_a_list_that_was_shut_for_a_while_is_read_again_soon(
    harness: BridgeHarness, site: WordPressSite, status: int, opens_after: timedelta
) -> None:
    subscribed, entry = await with_comments(harness, 30)
    harness.blog.remark(entry, "Ann", "Remark 1")
    await harness.poll()
    site.open, site.status = False, status
    harness.blog.remark(entry, "Ann", "Remark 2")
    await harness.poll()
    await harness.deliver()
    assert await formats(harness, subscribed) == [FeedFormat.SYNDICATION]
    harness.clock.move(opens_after)
    await harness.deliver()
    site.open = True
    harness.blog.remark(entry, "Ann", "Remark 3")
    await harness.poll()
    # Less than a day: nobody looks for another reason.
    harness.clock.move(timedelta(hours=8))
    await harness.deliver()
    assert await formats(harness, subscribed) == [FeedFormat.WORDPRESS_REST]
    harness.blog.remark(entry, "Ann", "Remark 4")
    await harness.poll()
    await harness.poll()
    assert await told(harness) == [f"Remark {number}" for number in range(1, 5)]


async def test_a_list_that_stays_shut_is_looked_at_a_few_times_then_once_a_day(
    harness: BridgeHarness, site: WordPressSite
) -> None:
    subscribed, _ = await with_comments(harness, 3)
    site.open = False
    await harness.poll()
    await harness.deliver()
    looks = site.looks
    for _ in range(20):
        harness.clock.move(timedelta(hours=1))
        await harness.deliver()
    assert site.looks == looks + 3
    assert await formats(harness, subscribed) == [FeedFormat.SYNDICATION]


async def test_a_blog_that_was_away_when_its_list_refused_is_looked_at_again_soon(
    harness: BridgeHarness, site: WordPressSite
) -> None:
    subscribed, entry = await with_comments(harness, 3)
    site.open, site.away = False, True
    await harness.poll()
    await harness.deliver()
    assert await formats(harness, subscribed) == [FeedFormat.WORDPRESS_REST]
    site.away = False
    harness.blog.remark(entry, "Ann", "Remark 1")
    harness.clock.move(timedelta(minutes=11))
    await harness.deliver()
    assert await formats(harness, subscribed) == [FeedFormat.SYNDICATION]
    await harness.poll(after=timedelta(minutes=1))
    assert await told(harness) == ["Remark 1"]


async def test_a_list_that_refuses_after_another_fault_is_given_up_at_once_too(
    harness: BridgeHarness, site: WordPressSite
) -> None:
    subscribed, _ = await with_comments(harness, 3)
    site.open, site.status = False, 500
    await harness.poll()
    await harness.deliver()
    assert await formats(harness, subscribed) == [FeedFormat.WORDPRESS_REST]
    site.status = 401
    await harness.poll()
    await harness.deliver()
    assert await formats(harness, subscribed) == [FeedFormat.SYNDICATION]


async def test_more_than_the_feed_shows_is_read_back_when_the_list_is_shut(
    harness: BridgeHarness, site: WordPressSite
) -> None:
    site.paged = True
    _, entry = await with_comments(harness, 5)
    await harness.poll()
    site.open = False
    for number in range(25):
        harness.blog.remark(entry, "Ann", f"Remark {number}")
    await harness.poll()
    await harness.deliver()
    await harness.poll(after=timedelta(minutes=1))
    assert sorted(await told(harness)) == sorted(f"Remark {number}" for number in range(25))


@pytest.mark.parametrize(
    "failed",
    [
        Failed(text="Away.", status=500),
        Failed(text="Away."),
        Failed(text="Too often.", reason=FailureReason.BUSY, status=429),
        Failed(text="A challenge.", reason=FailureReason.CHALLENGED, status=403),
    ],
)
async def test_a_blog_that_is_only_ill_is_not_looked_at_again(
    harness: BridgeHarness, site: WordPressSite, failed: Failed
) -> None:
    subscribed, _ = await with_comments(harness, 3)
    looks = site.looks
    [feed] = [each for each in await harness.store.feeds.of_blog(subscribed.blog.id) if each.kind is FeedKind.COMMENTS]
    results = harness.bridge.poller.results
    await results.save(feed, failed, conditional=False, since=harness.clock.now())
    await harness.deliver()
    assert site.looks == looks


async def test_a_list_that_fails_while_somebody_looks_is_not_given_up(
    harness: BridgeHarness, site: WordPressSite
) -> None:
    subscribed, _ = await with_comments(harness, 3)
    site.open = False
    harness.clock.move(timedelta(hours=1))
    await harness.bridge.admin.look_again(subscribed)
    assert await formats(harness, subscribed) == [FeedFormat.WORDPRESS_REST]


async def test_a_look_of_an_admin_asks_anew_but_not_twice_in_a_row(harness: BridgeHarness, site: WordPressSite) -> None:
    site.system = CommentSystem.UNKNOWN
    subscribed = await harness.start()
    assert subscribed.blog.api_root is None
    site.system = CommentSystem.WORDPRESS
    looks = site.looks
    assert (await harness.bridge.admin.look_again(subscribed)).blog.api_root is None, "it was asked just now"
    harness.clock.move(timedelta(hours=1))
    for _ in range(2):
        subscribed = await harness.bridge.admin.look_again(subscribed)
        assert subscribed.blog.api_root == f"{HOME}wp-json/"
    assert site.looks == looks + 1
    assert [each.kind for each in (await harness.bridge.admin.show(subscribed)).notices] == [NoticeKind.API]


@pytest.mark.parametrize("before", [CommentSystem.UNKNOWN, CommentSystem.DISQUS, CommentSystem.GHOST])
async def test_a_blog_of_another_system_that_moves_to_wordpress_is_noticed_within_a_day(
    harness: BridgeHarness, site: WordPressSite, before: CommentSystem
) -> None:
    site.system = before
    subscribed = await harness.start()
    site.system = CommentSystem.WORDPRESS
    harness.clock.move(timedelta(days=1, minutes=1))
    await harness.bridge.reviewer.tick()
    await harness.deliver()
    kept = await harness.store.feeds.get_blog(subscribed.blog.id)
    assert kept is not None
    assert (kept.system, kept.api_root) == (CommentSystem.WORDPRESS, f"{HOME}wp-json/")
    assert [each.kind for each in (await harness.bridge.admin.show(subscribed)).notices] == [NoticeKind.API]


async def test_a_blog_that_does_not_answer_is_shown_as_it_is_known(harness: BridgeHarness, site: WordPressSite) -> None:
    subscribed = await harness.start()
    site.trouble = TemporaryError("Away.")
    harness.clock.move(timedelta(hours=1))
    assert await harness.bridge.admin.look_again(subscribed) == subscribed


async def test_each_blog_is_looked_at_once_a_day_while_somebody_gets_it(
    harness: BridgeHarness, site: WordPressSite
) -> None:
    subscribed = await harness.start()
    looks = site.looks
    await harness.bridge.reviewer.tick()
    for day in range(1, 4):
        harness.clock.move(timedelta(days=1, minutes=1))
        for _ in range(3):
            await harness.bridge.reviewer.tick()
            await harness.deliver()
        assert site.looks == looks + day
    await harness.bridge.admin.pause(subscribed.subscription)
    harness.clock.move(timedelta(days=2))
    await harness.bridge.reviewer.tick()
    await harness.deliver()
    assert site.looks == looks + 3
    assert [each.subscription.guild_id for each in await harness.bridge.admin.blogs(GUILD)] == [GUILD]


async def test_a_blog_whose_feed_has_moved_is_itself_brought_up_to_date(harness: BridgeHarness) -> None:
    subscribed, _ = await with_comments(harness, 1)
    (entries,) = [
        each for each in await harness.store.feeds.of_blog(subscribed.blog.id) if each.kind is FeedKind.ENTRIES
    ]
    moved, api = "https://new.example/feed/", f"{HOME}wp/wp-json/"
    assert await harness.store.polls.change_url(entries.id, moved, same_page=False)
    harness.blog.others = [FoundFeed(url=moved, kind=FeedKind.ENTRIES)]
    harness.blog.api_root = api
    harness.clock.move(timedelta(days=1, minutes=1))
    await harness.bridge.reviewer.tick()
    await harness.deliver()
    kept = await harness.store.feeds.get_blog(subscribed.blog.id)
    assert kept is not None
    assert kept.api_root == api
    assert await harness.store.feeds.find_blog(moved) is None, "nor is it somebody else's by that address"
