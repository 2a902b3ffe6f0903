"""A blog's REST API is shut for strangers and opened again, on the sandbox's blog and a real WordPress."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.model.feed import FeedFormat, FeedKind
from bot.storage.database import Database
from sandbox.blog.interface import Blog, Comment
from tests.bridge.harness import House, build_house
from tests.wordpress.fixtures import any_blog, sandbox_blog, wordpress, wordpress_server

__all__ = ["any_blog", "sandbox_blog", "wordpress", "wordpress_server"]

LIST, FEED = FeedFormat.WORDPRESS_REST, FeedFormat.SYNDICATION


@pytest.fixture
async def house(store: Database) -> AsyncIterator[House]:
    client = HttpClient(allow=[ip_network("127.0.0.0/8")], user_agent="Test/1")
    await client.open()
    async with FeedParser() as parser:
        house = build_house(store, HttpFeeds(client, parser), discoverer=HttpDiscoverer(client, parser))
        # The blog's dates are today's.
        house.clock.move(datetime.now(UTC) - house.clock.now())
        yield house
    await client.close()


async def read_from(house: House) -> list[FeedFormat]:
    [each] = await house.bridge.admin.blogs(house.channel_view().guild_id)
    feeds = await house.store.feeds.of_blog(each.blog.id)
    return [feed.format for feed in feeds if feed.kind is FeedKind.COMMENTS]


async def poll(house: House) -> None:
    """Poll, have done what that asks for, and poll what that brought."""
    await house.poll(after=timedelta(hours=1))
    await house.deliver()
    await house.poll(after=timedelta(minutes=1))
    await house.deliver()


async def test_a_momentary_closing_loses_and_doubles_nothing(any_blog: Blog, house: House) -> None:
    blog = any_blog
    post = await blog.publish(title="Tea", html="<p>x</p>")
    old = [await blog.comment(post, author="Ann", text=f"Old {number}") for number in range(12)]
    await house.start(url=blog.url)
    assert await read_from(house) == [LIST]
    written: list[Comment] = []
    for turn in range(2):
        await blog.configure(rest="members")
        written.append(await blog.comment(post, author="Ann", text=f"Shut {turn}", parent=old[0].id))
        await poll(house)
        assert await read_from(house) == [FEED]
        await blog.configure(rest="open")
        written.append(await blog.comment(post, author="Ann", text=f"Open {turn}", parent=old[1].id))
        house.clock.move(timedelta(minutes=11))
        await house.deliver()
        assert await read_from(house) == [LIST]
        await poll(house)
    told = [each.post.url for each in house.chat.said if "#comment-" in (each.post.url or "")]
    assert told == [each.link for each in written]
