from dataclasses import replace

from bot.model.connection import Secret
from bot.model.feed import Feed, FeedKind, Push, PushProtocol
from bot.model.ids import FeedId
from bot.model.websub import HubSubscription, HubSubscriptionState
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.storage.given import NOW, a_blog, a_feed, a_subscription, later

PUSH = Push(hub_url="https://hub.example/", topic_url="https://blog.example/feed/")
OURS = "https://bot.example"


async def a_wanted_feed(store: Store) -> Feed:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    return await a_feed(store, blog.id)


async def claim(store: Store, at: object = NOW) -> list[HubSubscription]:
    return await store.hub_subscriptions.claim_due(at, until=later(minutes=10), public_url=OURS, limit=10)  # type: ignore[arg-type]


async def registered(store: Store, feed_id: FeedId) -> HubSubscription:
    held = await store.hub_subscriptions.lock(feed_id)
    assert held is not None
    return held


async def trusted(store: Store, feed: Feed) -> HubSubscription:
    await store.hub_subscriptions.save_hub(feed.id, PUSH, now=NOW)
    (claimed,) = await claim(store)
    kept = replace(
        claimed,
        state=HubSubscriptionState.TRUSTED,
        secret=Secret("s3cret"),
        attempts=0,
        due_at=later(days=8),
        lease_until=later(days=10),
        delivered_at=later(hours=1),
        error="A sentence.",
    )
    await store.hub_subscriptions.save(kept)
    return kept


async def test_a_hub_is_kept_once_a_feed(store: Store) -> None:
    feed = await a_wanted_feed(store)
    await store.hub_subscriptions.save_hub(feed.id, PUSH, now=NOW)
    kept = await registered(store, feed.id)
    assert (kept.push, kept.state, kept.secret, kept.due_at) == (PUSH, HubSubscriptionState.WANTED, None, NOW)
    assert len(kept.token) == 32
    await store.hub_subscriptions.save_hub(feed.id, PUSH, now=later(hours=1))
    assert await registered(store, feed.id) == kept
    assert await store.hub_subscriptions.find_by_token(kept.token) == kept
    assert await store.hub_subscriptions.find_by_token(f"{kept.token}x") is None
    assert await store.hub_subscriptions.of_blog(feed.blog_id) == [kept]


async def test_everything_is_kept_and_the_secret_is_encrypted(store: Store) -> None:
    feed = await a_wanted_feed(store)
    kept = await trusted(store, feed)
    assert await registered(store, feed.id) == kept
    assert "s3cret" not in str(await fetch("SELECT * FROM hub_subscriptions"))
    assert "s3cret" not in repr(kept)


async def test_a_feed_may_rely_on_its_hub_while_that_is_trusted(store: Store) -> None:
    feed = await a_wanted_feed(store)
    kept = await trusted(store, feed)

    async def until() -> object:
        found = await store.feeds.get(feed.id)
        assert found is not None
        # a poll that was under way knows nothing of it and takes nothing away
        await store.polls.save_result(feed)
        again = await store.feeds.get(feed.id)
        assert again is not None
        assert again.hub_trusted_until == found.hub_trusted_until
        return found.hub_trusted_until

    assert await until() == later(days=10)
    await store.hub_subscriptions.save(replace(kept, state=HubSubscriptionState.VERIFIED))
    assert await until() is None


async def test_another_hub_topic_or_protocol_begins_anew(store: Store) -> None:
    feed = await a_wanted_feed(store)
    for other in (
        replace(PUSH, hub_url="https://other.example/"),
        replace(PUSH, topic_url="https://blog.example/feed/atom/"),
        replace(PUSH, protocol=PushProtocol.RSSCLOUD),
    ):
        old = await trusted(store, feed)
        await store.hub_subscriptions.save_hub(feed.id, other, now=later(days=1))
        new = await registered(store, feed.id)
        assert (new.push, new.state, new.due_at) == (other, HubSubscriptionState.WANTED, later(days=1))
        assert (new.secret, new.lease_until, new.delivered_at, new.error) == (None, None, None, None)
        assert await store.hub_subscriptions.find_by_token(old.token) is None
        found = await store.feeds.get(feed.id)
        assert found is not None
        assert found.hub_trusted_until is None


async def test_what_is_due_is_taken_once(store: Store) -> None:
    feed = await a_wanted_feed(store)
    await store.hub_subscriptions.save_hub(feed.id, PUSH, now=NOW)
    (claimed,) = await claim(store)
    assert (claimed.state, claimed.attempts, claimed.requested_at) == (HubSubscriptionState.REQUESTED, 1, NOW)
    assert await claim(store) == []
    (again,) = await claim(store, later(minutes=10))
    assert (again.attempts, again.requested_at) == (2, later(minutes=10))


async def test_nobody_asks_for_a_feed_that_nobody_wants(store: Store) -> None:
    blog = await a_blog(store)
    feed = await a_feed(store, blog.id)
    await store.hub_subscriptions.save_hub(feed.id, PUSH, now=NOW)
    assert await claim(store) == []
    await a_subscription(store, blog.id)
    assert await claim(store, later(minutes=59)) == []
    assert len(await claim(store, later(hours=1))) == 1


async def test_a_renewal_keeps_what_stands_until_the_lease_ends(store: Store) -> None:
    feed = await a_wanted_feed(store)
    await trusted(store, feed)
    (claimed,) = await claim(store, later(days=8))
    assert (claimed.state, claimed.lease_until) == (HubSubscriptionState.TRUSTED, later(days=10))
    (claimed,) = await claim(store, later(days=10))
    assert claimed.state is HubSubscriptionState.REQUESTED


async def test_registrations_of_unwanted_feeds_end_and_begin_again(store: Store) -> None:
    blog = await a_blog(store)
    subscription = await a_subscription(store, blog.id, comments=False)
    entries, comments = await a_feed(store, blog.id), await a_feed(store, blog.id, FeedKind.COMMENTS)
    for feed in (entries, comments):
        await store.hub_subscriptions.save_hub(feed.id, PUSH, now=NOW)
    assert [each.feed_id for each in await claim(store)] == [entries.id]
    assert await store.hub_subscriptions.end_unwanted(NOW, limit=10) == []
    await store.subscriptions.pause(subscription.id, NOW)
    (ended,) = await store.hub_subscriptions.end_unwanted(later(hours=1), limit=10)
    assert (ended.feed_id, ended.state) == (entries.id, HubSubscriptionState.ENDED)
    assert await store.hub_subscriptions.end_unwanted(later(hours=1), limit=10) == []
    assert await claim(store, later(hours=2)) == []
    await store.subscriptions.resume(subscription.id, later(hours=2))
    (claimed,) = await claim(store, later(hours=3))
    assert (claimed.state, claimed.attempts) == (HubSubscriptionState.REQUESTED, 1)


async def test_another_address_of_ours_begins_anew(store: Store) -> None:
    feed = await a_wanted_feed(store)
    await trusted(store, feed)
    assert await store.hub_subscriptions.restart_for_public_url(OURS, later(hours=1)) == 0
    assert await store.hub_subscriptions.restart_for_public_url("https://moved.example", later(hours=1)) == 1
    kept = await registered(store, feed.id)
    assert (kept.state, kept.due_at, kept.lease_until) == (HubSubscriptionState.WANTED, later(hours=1), None)
    found = await store.feeds.get(feed.id)
    assert found is not None
    assert found.hub_trusted_until is None


async def test_a_secret_whose_key_is_gone_is_made_anew(store: Store, database_url: str) -> None:
    feed = await a_wanted_feed(store)
    await trusted(store, feed)
    await store.close()
    other = Store(database_url, keys=["another key"])
    await other.open()
    assert (await registered(other, feed.id)).secret is None
    await other.close()
    await store.open()


async def test_a_feed_is_polled_sooner_or_later_than_planned(store: Store) -> None:
    feed = await a_wanted_feed(store)
    await store.polls.save_result(replace(feed, next_poll_at=later(hours=2)))

    async def planned() -> object:
        found = await store.feeds.get(feed.id)
        assert found is not None
        return found.next_poll_at

    await store.polls.poll_no_later_than(feed.id, later(hours=3))
    assert await planned() == later(hours=2)
    await store.polls.poll_no_later_than(feed.id, later(hours=1))
    assert await planned() == later(hours=1)
    await store.polls.poll_no_earlier_than(
        feed.id, later(hours=6), newest_at=NOW, conditional_polls=9, last_full_poll_at=None
    )
    found = await store.feeds.get(feed.id)
    assert found is not None
    assert (found.next_poll_at, found.newest_at, found.conditional_polls) == (later(hours=6), NOW, 9)
    # one that fails waits as long as it must
    await store.polls.save_result(replace(feed, failures=1, next_poll_at=later(hours=2)))
    await store.polls.poll_no_later_than(feed.id, later(hours=1))
    await store.polls.poll_no_earlier_than(
        feed.id, later(hours=6), newest_at=NOW, conditional_polls=9, last_full_poll_at=None
    )
    assert await planned() == later(hours=2)
