"""A blog that names a hub, and what tests of it do again and again."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.entry import ParsedEntry
from bot.model.feed import Feed, FeedKind, Push
from bot.model.subscription import SubscribedBlog
from bot.model.websub import Registration
from bot.storage.database import Database
from tests.bridge.harness import House, build_house
from tests.fakes.blog import HOME
from tests.fakes.hub import REACHED_AT

TOPIC = f"{HOME}feed/"
PUSH = Push(hub_url="https://hub.example/", topic_url=TOPIC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def build_pushed(store: Database) -> House:
    """Build a house whose blog names a hub, and which hubs can reach."""
    house = build_house(store, public_url=REACHED_AT)
    house.blog.hubs[FeedKind.ENTRIES] = PUSH
    return house


async def feed_of(house: House, kind: FeedKind = FeedKind.ENTRIES) -> Feed:
    blog = await house.store.feeds.save_blog(house.blog.found)
    (feed,) = [feed for feed in await house.store.feeds.of_blog(blog.id) if feed.kind is kind]
    return feed


async def registered(house: House) -> Registration:
    (registration,) = await house.store.pushes.of_blog((await feed_of(house)).blog_id)
    return registration


async def confirmed(house: House) -> SubscribedBlog:
    """Start a blog, and let its hub confirm that it sends."""
    started = await house.start()
    await house.ask_hubs()
    assert await house.hub.verify() == [True]
    return started


async def pushed(house: House, title: str, *, at: datetime | None = None) -> ParsedEntry:
    """Publish an entry that the hub brings at once."""
    entry = house.blog.write(title)
    house.blog.entries[-1] = entry = replace(entry, published_at=at or house.clock.now())
    assert await house.hub.publish(TOPIC, entry.uid) == [202]
    await house.take_in()
    return entry


async def wait_of(house: House) -> timedelta:
    return (await feed_of(house)).next_poll_at - house.clock.now()
