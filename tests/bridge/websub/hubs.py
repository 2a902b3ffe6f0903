"""A blog that names a hub, and what tests of it do again and again."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.entry import ParsedEntry
from bot.model.feed import Feed, FeedKind, Push
from bot.model.subscription import SubscribedBlog
from bot.model.websub import HubSubscription
from bot.storage.database import Store
from tests.bridge.harness import BridgeHarness, build_harness
from tests.fakes.blog import HOME
from tests.fakes.hub import REACHED_AT

TOPIC = f"{HOME}feed/"
PUSH = Push(hub_url="https://hub.example/", topic_url=TOPIC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def build_pushed(store: Store) -> BridgeHarness:
    """Build a house whose blog names a hub, and which hubs can reach."""
    harness = build_harness(store, public_url=REACHED_AT)
    harness.blog.hubs[FeedKind.ENTRIES] = PUSH
    return harness


async def feed_of(harness: BridgeHarness, kind: FeedKind = FeedKind.ENTRIES) -> Feed:
    blog = await harness.store.feeds.save_blog(harness.blog.found)
    (feed,) = [feed for feed in await harness.store.feeds.of_blog(blog.id) if feed.kind is kind]
    return feed


async def registered(harness: BridgeHarness) -> HubSubscription:
    (hub_subscription,) = await harness.store.hub_subscriptions.of_blog((await feed_of(harness)).blog_id)
    return hub_subscription


async def confirmed(harness: BridgeHarness) -> SubscribedBlog:
    """Start a blog, and let its hub confirm that it sends."""
    started = await harness.start()
    await harness.ask_hubs()
    assert await harness.hub.verify() == [True]
    return started


async def pushed(harness: BridgeHarness, title: str, *, at: datetime | None = None) -> ParsedEntry:
    """Publish an entry that the hub brings at once."""
    entry = harness.blog.write(title)
    harness.blog.entries[-1] = entry = replace(entry, published_at=at or harness.clock.now())
    assert await harness.hub.publish(TOPIC, entry.uid) == [202]
    await harness.take_in()
    return entry


async def wait_of(harness: BridgeHarness) -> timedelta:
    return (await feed_of(harness)).next_poll_at - harness.clock.now()
