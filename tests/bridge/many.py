"""A house with many feeds in place of one blog."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.feed import Feed, FeedKind, FoundFeed
from bot.model.ids import GuildId
from bot.model.subscription import Placement
from bot.storage.database import Store
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness, build_harness
from tests.fakes.feeds import FakeFeeds
from tests.storage.given import discovery


@pytest.fixture
def feeds() -> FakeFeeds:
    return FakeFeeds()


@pytest.fixture
def harness(store: Store, feeds: FakeFeeds) -> BridgeHarness:
    return build_harness(store, feeds)


async def add(harness: BridgeHarness, url: str, *, guild_id: GuildId = GUILD) -> Feed:
    """A blog's feed of entries that was read a minute ago, is subscribed to, and due now."""
    now = harness.clock.now()
    found = FoundFeed(url=url, kind=FeedKind.ENTRIES)
    blog = await harness.store.feeds.save_blog(replace(discovery(), entries=found))
    await harness.store.subscriptions.add(
        guild_id=guild_id,
        channel_id=CHANNEL,
        blog_id=blog.id,
        placement=Placement.THREAD,
        comments=True,
        started_at=now,
        added_by=USER,
    )
    return await _was_read(harness, await harness.store.feeds.add_feed(blog.id, found, next_poll_at=now))


async def add_comments(harness: BridgeHarness, entries: Feed, url: str) -> Feed:
    """The feed of comments of the same blog, as well read and due."""
    found = FoundFeed(url=url, kind=FeedKind.COMMENTS)
    now = harness.clock.now()
    return await _was_read(harness, await harness.store.feeds.add_feed(entries.blog_id, found, next_poll_at=now))


async def current(harness: BridgeHarness, feed: Feed) -> Feed:
    """A feed as it is kept now."""
    kept = await harness.store.feeds.get(feed.id)
    assert kept is not None
    return kept


async def _was_read(harness: BridgeHarness, feed: Feed) -> Feed:
    before = harness.clock.now() - timedelta(minutes=1)
    read = replace(feed, last_ok_at=before, last_polled_at=before, last_full_poll_at=before)
    await harness.store.polls.save_result(read)
    return read
