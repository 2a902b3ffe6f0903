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
from bot.storage.database import Store
from sandbox.blog.interface import Blog, Comment
from tests.bridge.harness import BridgeHarness, build_harness
from tests.wordpress.fixtures import any_blog, sandbox_blog, wordpress, wordpress_server

__all__ = ["any_blog", "sandbox_blog", "wordpress", "wordpress_server"]

LIST, FEED = FeedFormat.WORDPRESS_REST, FeedFormat.SYNDICATION


@pytest.fixture
async def harness(store: Store) -> AsyncIterator[BridgeHarness]:
    client = HttpClient(allow=[ip_network("127.0.0.0/8")], user_agent="Test/1")
    await client.open()
    async with FeedParser() as parser:
        harness = build_harness(store, HttpFeeds(client, parser), discoverer=HttpDiscoverer(client, parser))
        # The blog's dates are today's.
        harness.clock.move(datetime.now(UTC) - harness.clock.now())
        yield harness
    await client.close()


async def read_from(harness: BridgeHarness) -> list[FeedFormat]:
    [each] = await harness.bridge.admin.blogs(harness.channel_view().guild_id)
    feeds = await harness.store.feeds.of_blog(each.blog.id)
    return [feed.format for feed in feeds if feed.kind is FeedKind.COMMENTS]


async def poll(harness: BridgeHarness) -> None:
    """Poll, have done what that asks for, and poll what that brought."""
    await harness.poll(after=timedelta(hours=1))
    await harness.deliver()
    await harness.poll(after=timedelta(minutes=1))
    await harness.deliver()


async def test_a_momentary_closing_loses_and_doubles_nothing(any_blog: Blog, harness: BridgeHarness) -> None:
    blog = any_blog
    post = await blog.publish(title="Tea", html="<p>x</p>")
    old = [await blog.comment(post, author="Ann", text=f"Old {number}") for number in range(12)]
    await harness.start(url=blog.url)
    assert await read_from(harness) == [LIST]
    written: list[Comment] = []
    for turn in range(2):
        await blog.configure(rest="members")
        written.append(await blog.comment(post, author="Ann", text=f"Shut {turn}", parent=old[0].id))
        await poll(harness)
        assert await read_from(harness) == [FEED]
        await blog.configure(rest="open")
        written.append(await blog.comment(post, author="Ann", text=f"Open {turn}", parent=old[1].id))
        harness.clock.move(timedelta(minutes=11))
        await harness.deliver()
        assert await read_from(harness) == [LIST]
        await poll(harness)
    told = [each.post.url for each in harness.chat.said if "#comment-" in (each.post.url or "")]
    assert told == [each.link for each in written]
