"""A house with many feeds in place of one blog."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.feed import Feed, FeedKind, FoundFeed
from bot.model.ids import GuildId
from bot.model.subscription import Placement
from bot.storage.database import Database
from tests.bridge.harness import CHANNEL, GUILD, USER, House, build_house
from tests.fakes.feeds import FakeFeeds
from tests.storage.given import discovery


@pytest.fixture
def feeds() -> FakeFeeds:
    return FakeFeeds()


@pytest.fixture
def house(store: Database, feeds: FakeFeeds) -> House:
    return build_house(store, feeds)


async def add(house: House, url: str, *, guild_id: GuildId = GUILD) -> Feed:
    """A blog's feed of entries that was read a minute ago, is subscribed to, and due now."""
    now = house.clock.now()
    found = FoundFeed(url=url, kind=FeedKind.ENTRIES)
    blog = await house.store.feeds.save_blog(replace(discovery(), entries=found))
    await house.store.subscriptions.add(
        guild_id=guild_id,
        channel_id=CHANNEL,
        blog_id=blog.id,
        placement=Placement.THREAD,
        comments=True,
        started_at=now,
        added_by=USER,
    )
    return await _was_read(house, await house.store.feeds.add_feed(blog.id, found, next_poll_at=now))


async def add_comments(house: House, entries: Feed, url: str) -> Feed:
    """The feed of comments of the same blog, as well read and due."""
    found = FoundFeed(url=url, kind=FeedKind.COMMENTS)
    now = house.clock.now()
    return await _was_read(house, await house.store.feeds.add_feed(entries.blog_id, found, next_poll_at=now))


async def current(house: House, feed: Feed) -> Feed:
    """A feed as it is kept now."""
    kept = await house.store.feeds.get(feed.id)
    assert kept is not None
    return kept


async def _was_read(house: House, feed: Feed) -> Feed:
    before = house.clock.now() - timedelta(minutes=1)
    read = replace(feed, last_ok_at=before, last_polled_at=before, whole_at=before)
    await house.store.polls.settle(read)
    return read
