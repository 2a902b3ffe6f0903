from dataclasses import replace

from bot.model.feed import CommentSystem, FeedFormat, FeedKind, FoundFeed
from bot.model.ids import BlogId, ChannelId, GuildId
from bot.storage.database import Store
from tests.storage.given import (
    CHANNEL,
    GUILD,
    NOW,
    a_blog,
    a_feed,
    a_subscription,
    an_entry,
    discovery,
    later,
)


async def test_a_blog_is_kept_once_and_changed_only_on_purpose(store: Store) -> None:
    blog = await a_blog(store)
    assert await store.feeds.get_blog(blog.id) == blog
    again = await store.feeds.save_blog(
        replace(discovery(), title="Renamed", system=CommentSystem.UNKNOWN, api_root=None)
    )
    assert again == blog
    other = replace(blog, title="Renamed", home_url="https://c.example/", system=CommentSystem.DISQUS, api_root=None)
    await store.feeds.update_blog(other)
    assert await store.feeds.get_blog(blog.id) == other
    await store.feeds.update_blog(blog)
    category = replace(discovery(), entries=FoundFeed(url="https://blog.example/news/feed/", kind=FeedKind.ENTRIES))
    assert (await store.feeds.save_blog(category)).id != blog.id
    assert (await a_blog(store, "https://other.example/")).id != blog.id
    assert await store.feeds.get_blog(BlogId(999)) is None


async def test_a_feed_is_kept_once_a_blog(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    entry = await an_entry(store, blog.id)
    found = FoundFeed(url="https://x.example/c", kind=FeedKind.ENTRY_COMMENTS, format=FeedFormat.WORDPRESS_REST)
    feed = await store.feeds.add_feed(blog.id, found, next_poll_at=NOW, entry_id=entry.id)
    assert (feed.entry_id, feed.kind, feed.format, feed.next_poll_at) == (entry.id, found.kind, found.format, NOW)
    assert await store.feeds.add_feed(blog.id, found, next_poll_at=later(hours=1)) == feed
    assert (await store.feeds.add_feed(other.id, found, next_poll_at=NOW)).id != feed.id
    assert await store.feeds.of_blog(blog.id) == [feed]


async def test_an_address_may_be_of_any_length(store: Store) -> None:
    blog = await a_blog(store)
    url = "https://blog.example/?" + "".join(f"{n}é" for n in range(3000))
    assert (await a_feed(store, blog.id, url=url)).url == url
    assert (await a_feed(store, blog.id, url=url + "x")).url != url


async def test_failing_feeds_of_a_guild_come_longest_first(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    await a_subscription(store, blog.id)
    await a_subscription(store, blog.id, channel_id=ChannelId(CHANNEL + 5))
    lately = replace(await a_feed(store, blog.id, url="https://x.example/1"), failures=1, last_ok_at=NOW)
    never = replace(await a_feed(store, blog.id, url="https://x.example/2"), failures=9)
    fine = await a_feed(store, blog.id, url="https://x.example/3")
    elsewhere = replace(await a_feed(store, other.id), failures=1)
    for feed in (lately, never, fine, elsewhere):
        await store.polls.save_result(feed)
    assert await store.feeds.failing(GUILD) == [never, lately]
    assert await store.feeds.failing(GuildId(5)) == []
