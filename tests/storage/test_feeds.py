import asyncio
from dataclasses import replace

import pytest

from bot.model.feed import CommentSystem, Fault, FeedFormat, FeedKind, FoundFeed, Validators
from bot.model.ids import BlogId, ChannelId, GuildId
from bot.model.relay import ReplyState, Secret
from bot.storage.database import Database
from tests.storage.given import (
    CHANNEL,
    GUILD,
    NOW,
    USER,
    a_blog,
    a_feed,
    a_subscription,
    an_entry,
    discovery,
    later,
    new_reply,
)

LEASE = later(minutes=5)


async def claim(store: Database, at: object = NOW) -> list[FeedKind]:
    return [feed.kind for feed in await store.feeds.claim_due(at, lease_until=LEASE, limit=10)]  # type: ignore[arg-type]


async def test_a_blog_is_kept_once_and_brought_up_to_date(store: Database) -> None:
    blog = await a_blog(store)
    assert await store.feeds.get_blog(blog.id) == blog
    again = await store.feeds.save_blog(
        replace(discovery(), title="Renamed", system=CommentSystem.UNKNOWN, api_root=None)
    )
    assert (again.id, again.title) == (blog.id, "Renamed")
    # somebody's look at a moment when the API did not answer takes nothing from those who use it
    assert (again.system, again.api_root) == (blog.system, blog.api_root)
    embedded = await store.feeds.save_blog(replace(discovery(), system=CommentSystem.DISQUS, api_root=None))
    assert (embedded.system, embedded.api_root) == (CommentSystem.DISQUS, blog.api_root)
    category = replace(discovery(), entries=FoundFeed(url="https://blog.example/news/feed/", kind=FeedKind.ENTRIES))
    assert (await store.feeds.save_blog(category)).id != blog.id
    assert (await a_blog(store, "https://other.example/")).id != blog.id
    assert await store.feeds.get_blog(BlogId(999)) is None


async def test_a_feed_is_kept_once_a_blog(store: Database) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    entry = await an_entry(store, blog.id)
    found = FoundFeed(url="https://x.example/c", kind=FeedKind.ENTRY_COMMENTS, format=FeedFormat.WORDPRESS_REST)
    feed = await store.feeds.add_feed(blog.id, found, next_poll_at=NOW, entry_id=entry.id)
    assert (feed.entry_id, feed.kind, feed.format, feed.next_poll_at) == (entry.id, found.kind, found.format, NOW)
    assert await store.feeds.add_feed(blog.id, found, next_poll_at=later(hours=1)) == feed
    assert (await store.feeds.add_feed(other.id, found, next_poll_at=NOW)).id != feed.id
    assert await store.feeds.of_blog(blog.id) == [feed]


async def test_an_address_may_be_of_any_length(store: Database) -> None:
    blog = await a_blog(store)
    url = "https://blog.example/?" + "".join(f"{n}é" for n in range(3000))
    assert (await a_feed(store, blog.id, url=url)).url == url
    assert (await a_feed(store, blog.id, url=url + "x")).url != url


async def test_nobody_wants_a_feed_without_a_subscription(store: Database) -> None:
    blog = await a_blog(store)
    await a_feed(store, blog.id)
    assert await claim(store) == []


async def test_a_subscription_wants_entries_and_perhaps_comments(store: Database) -> None:
    quiet, talking = await a_blog(store), await a_blog(store, "https://other.example/")
    for blog in (quiet, talking):
        await a_feed(store, blog.id, FeedKind.ENTRIES)
        await a_feed(store, blog.id, FeedKind.COMMENTS)
    await a_subscription(store, quiet.id, comments=False)
    await a_subscription(store, talking.id, comments=True)
    feeds = await store.feeds.claim_due(NOW, lease_until=LEASE, limit=10)
    assert [(feed.blog_id, feed.kind) for feed in feeds] == [
        (quiet.id, FeedKind.ENTRIES),
        (talking.id, FeedKind.ENTRIES),
        (talking.id, FeedKind.COMMENTS),
    ]


async def test_a_paused_subscription_wants_nothing_and_a_parked_one_everything(store: Database) -> None:
    blog = await a_blog(store)
    await a_feed(store, blog.id)
    subscription = await a_subscription(store, blog.id)
    await store.subscriptions.pause(subscription.id, NOW)
    assert await claim(store) == []
    await store.subscriptions.resume(subscription.id, NOW)
    await store.subscriptions.park(subscription.id, "The channel is gone.")
    assert await claim(store) == [FeedKind.ENTRIES]


async def test_an_alert_wants_comments(store: Database) -> None:
    blog = await a_blog(store)
    await a_feed(store, blog.id, FeedKind.ENTRIES)
    await a_feed(store, blog.id, FeedKind.ENTRY_COMMENTS)
    alert = await store.people.add_alert(guild_id=GUILD, blog_id=blog.id, user_id=USER, author=None)
    assert await claim(store) == [FeedKind.ENTRY_COMMENTS]
    await store.people.switch_off(alert.id, "Closed.")
    assert await claim(store, LEASE) == []


@pytest.mark.parametrize("state", ReplyState)
async def test_an_unsettled_reply_wants_comments(store: Database, state: ReplyState) -> None:
    blog = await a_blog(store)
    await a_feed(store, blog.id, FeedKind.COMMENTS)
    reply = await store.replies.add(new_reply(blog.id), now=NOW)
    if state is not ReplyState.DRAFT:
        await store.replies.accept(reply.id, answer_token=Secret("token"))
        await store.replies.settle(reply.id, state)
    wanted = state in {ReplyState.ACCEPTED, ReplyState.HELD, ReplyState.UNCERTAIN}
    assert await claim(store) == ([FeedKind.COMMENTS] if wanted else [])


async def test_a_claimed_feed_is_taken_until_it_is_settled_or_its_lease_ends(store: Database) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    await a_feed(store, blog.id)
    [feed] = await store.feeds.claim_due(NOW, lease_until=LEASE, limit=10)
    assert await claim(store) == []
    assert await claim(store, LEASE) == [FeedKind.ENTRIES]
    await store.feeds.free_leases()
    assert await claim(store) == [FeedKind.ENTRIES]
    fares = replace(
        feed,
        validators=Validators(etag='W/"a"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT"),
        body_hash="a" * 64,
        conditional_polls=3,
        failures=2,
        last_error="No answer.",
        last_polled_at=NOW,
        last_ok_at=later(hours=-1),
        next_poll_at=later(minutes=1),
        newest_at=later(days=-1),
        memory='{"version": 1}',
        identity="link",
        fault=Fault.GONE,
        failing_since=later(days=-2),
        stopped_at=later(hours=-2),
        moved_to="https://elsewhere.example/feed",
        moved_seen=2,
    )
    await store.feeds.settle(fares)
    assert await store.feeds.of_blog(blog.id) == [fares]
    assert await claim(store) == []
    await store.feeds.hurry(blog.id, NOW)
    assert await store.feeds.of_blog(blog.id) == [fares], "one that fails keeps its distance"
    await store.feeds.settle(replace(fares, failures=0))
    await store.feeds.hurry(blog.id, NOW)
    assert await store.feeds.of_blog(blog.id) == [replace(fares, failures=0, next_poll_at=NOW, newest_at=NOW)]
    assert await store.feeds.get(fares.id) == replace(fares, failures=0, next_poll_at=NOW, newest_at=NOW)
    assert await claim(store) == [FeedKind.ENTRIES]


async def test_failing_feeds_of_a_guild_come_longest_first(store: Database) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    await a_subscription(store, blog.id)
    await a_subscription(store, blog.id, channel_id=ChannelId(CHANNEL + 5))
    lately = replace(await a_feed(store, blog.id, url="https://x.example/1"), failures=1, last_ok_at=NOW)
    never = replace(await a_feed(store, blog.id, url="https://x.example/2"), failures=9)
    fine = await a_feed(store, blog.id, url="https://x.example/3")
    elsewhere = replace(await a_feed(store, other.id), failures=1)
    for feed in (lately, never, fine, elsewhere):
        await store.feeds.settle(feed)
    assert await store.feeds.failing(GUILD) == [never, lately]
    assert await store.feeds.failing(GuildId(5)) == []


async def test_claimers_at_the_same_time_take_nothing_twice(store: Database) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    for number in range(40):
        await a_feed(store, blog.id, url=f"https://blog.example/{number}")
    taken = await asyncio.gather(*(store.feeds.claim_due(NOW, lease_until=LEASE, limit=15) for _ in range(4)))
    ids = [feed.id for some in taken for feed in some]
    assert len(ids) == len(set(ids))
    assert max(map(len, taken)) <= 15
