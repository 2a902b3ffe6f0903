"""Feeds as the poller takes and returns them, on both databases."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.connection import Secret
from bot.model.feed import FailureReason, Feed, FeedKind, FoundFeed, PollResult, Validators
from bot.model.reply import ReplyState
from bot.storage import polls
from bot.storage.database import Store
from bot.storage.polls import _CLAIMED_IN_POSTGRES, _CLAIMED_IN_SQLITE, _DUE
from bot.storage.statements import fetch, insert_new
from tests.storage.given import GUILD, NOW, USER, a_blog, a_feed, a_subscription, an_entry, discovery, later, new_reply

LEASE = later(minutes=5)


async def claim(store: Store, at: object = NOW) -> list[FeedKind]:
    return [feed.kind for feed in await store.polls.claim_due(at, lease_until=LEASE, limit=10)]  # type: ignore[arg-type]


async def test_nobody_wants_a_feed_without_a_subscription(store: Store) -> None:
    blog = await a_blog(store)
    await a_feed(store, blog.id)
    assert await claim(store) == []


async def test_a_subscription_wants_entries_and_perhaps_comments(store: Store) -> None:
    quiet, talking = await a_blog(store), await a_blog(store, "https://other.example/")
    for blog in (quiet, talking):
        await a_feed(store, blog.id, FeedKind.ENTRIES)
        await a_feed(store, blog.id, FeedKind.COMMENTS)
    await a_subscription(store, quiet.id, comments=False)
    await a_subscription(store, talking.id, comments=True)
    feeds = await store.polls.claim_due(NOW, lease_until=LEASE, limit=10)
    assert [(feed.blog_id, feed.kind) for feed in feeds] == [
        (quiet.id, FeedKind.ENTRIES),
        (talking.id, FeedKind.ENTRIES),
        (talking.id, FeedKind.COMMENTS),
    ]


async def test_a_claimed_feed_of_comments_names_its_blogs_interface(store: Store) -> None:
    blog = await a_blog(store)
    for kind in (FeedKind.ENTRIES, FeedKind.COMMENTS, FeedKind.ENTRY_COMMENTS, FeedKind.MENTIONS):
        await a_feed(store, blog.id, kind)
    await a_subscription(store, blog.id, comments=True)
    claimed = {feed.kind: feed.api_root for feed in await store.polls.claim_due(NOW, lease_until=LEASE, limit=10)}
    assert claimed.pop(FeedKind.ENTRIES) is None
    assert claimed == dict.fromkeys(claimed, blog.api_root)
    assert len(claimed) == 3
    assert blog.api_root


async def test_a_paused_subscription_wants_nothing_and_a_parked_one_everything(store: Store) -> None:
    blog = await a_blog(store)
    await a_feed(store, blog.id)
    subscription = await a_subscription(store, blog.id)
    await store.subscriptions.pause(subscription.id, NOW)
    assert await claim(store) == []
    await store.subscriptions.resume(subscription.id, NOW)
    await store.subscriptions.park(subscription.id, "The channel is gone.")
    assert await claim(store, later(hours=1)) == [FeedKind.ENTRIES]


async def test_an_alert_wants_comments(store: Store) -> None:
    blog = await a_blog(store)
    await a_feed(store, blog.id, FeedKind.ENTRIES)
    await a_feed(store, blog.id, FeedKind.ENTRY_COMMENTS)
    alert = await store.members.add_alert(guild_id=GUILD, blog_id=blog.id, user_id=USER, author=None)
    assert await claim(store) == [FeedKind.ENTRY_COMMENTS]
    await store.members.disable_alert(alert.id, "Closed.")
    assert await claim(store, LEASE) == []


@pytest.mark.parametrize("state", ReplyState)
async def test_an_unsettled_reply_wants_comments(store: Store, state: ReplyState) -> None:
    blog = await a_blog(store)
    await a_feed(store, blog.id, FeedKind.COMMENTS)
    reply = await store.replies.add(new_reply(blog.id), now=NOW)
    if state is not ReplyState.DRAFT:
        await store.replies.accept(reply.id, interaction_token=Secret("token"), at=NOW)
        await store.replies.save_state(reply.id, state)
    wanted = state in {ReplyState.ACCEPTED, ReplyState.HELD, ReplyState.UNCERTAIN}
    assert await claim(store) == ([FeedKind.COMMENTS] if wanted else [])


async def test_a_claimed_feed_is_taken_until_it_is_settled_or_its_lease_ends(store: Store) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    await a_feed(store, blog.id)
    [feed] = await store.polls.claim_due(NOW, lease_until=LEASE, limit=10)
    assert feed.subscribers == 1
    assert await claim(store) == []
    assert await claim(store, LEASE) == [FeedKind.ENTRIES]
    await store.polls.release_leases()
    assert await claim(store) == [FeedKind.ENTRIES]
    fares = _fares(feed)
    await store.polls.save_result(fares)
    assert await store.feeds.of_blog(blog.id) == [fares]
    assert await store.feeds.get(fares.id) == fares
    assert await claim(store) == []
    assert await claim(store, fares.next_poll_at) == [FeedKind.ENTRIES]


def _fares(feed: Feed) -> Feed:
    """As after a poll: every column is another than before."""
    return replace(
        feed,
        validators=Validators(etag='W/"a"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT"),
        body_hash="a" * 64,
        conditional_polls=3,
        last_full_poll_at=later(hours=-5),
        failures=2,
        last_error="No answer.",
        last_polled_at=NOW,
        last_ok_at=later(hours=-1),
        not_before=later(seconds=50),
        next_poll_at=later(minutes=1),
        newest_at=later(days=-1),
        usual_gap=timedelta(days=2),
        fetch_state='{"version": 1}',
        identity="link",
        failure_reason=FailureReason.GONE,
        failing_since=later(days=-2),
        notified_at=later(days=-1),
        stopped_at=later(hours=-2),
        redirect_url="https://elsewhere.example/feed",
        redirect_count=2,
        redirected_since=later(hours=-9),
    )


async def test_what_brought_nothing_is_settled_in_one_statement(store: Store, statements: list[str]) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    for number in range(100):
        await a_feed(store, blog.id, url=f"https://blog.example/{number}")
    claimed = await store.polls.claim_due(NOW, lease_until=LEASE, limit=100)
    with_content = replace(
        claimed[0], fetch_state="kept", body_hash="b" * 64, identity="link", usual_gap=timedelta(days=1)
    )
    await store.polls.save_result(with_content)
    statements.clear()
    await store.polls.save_results([PollResult(feed=_fares(feed), claimed=feed, since=NOW) for feed in claimed])
    assert len(statements) == 1
    first, *others = await store.feeds.of_blog(blog.id)
    content = {"fetch_state": "kept", "body_hash": "b" * 64, "identity": "link", "usual_gap": timedelta(days=1)}
    assert first == replace(_fares(claimed[0]), **content)
    none = dict.fromkeys(content)
    assert others == [replace(_fares(feed), **none) for feed in claimed[1:]]
    assert len(await claim(store, later(minutes=1))) == 10, "their leases are given back"


@pytest.mark.parametrize("first", [True, False], ids=["never read before", "read before"])
@pytest.mark.parametrize("calm", [True, False])
async def test_a_late_write_leaves_a_feed_that_was_polled_since_as_that_poll_left_it(
    store: Store, *, first: bool, calm: bool
) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    feed = await a_feed(store, blog.id)
    if not first:
        await store.polls.save_result(replace(feed, last_polled_at=later(hours=-1), last_ok_at=later(hours=-1)))
    [claimed] = await store.polls.claim_due(NOW, lease_until=LEASE, limit=1)
    read = replace(claimed, last_polled_at=later(seconds=1), last_ok_at=later(seconds=1), next_poll_at=later(hours=1))
    await store.polls.save_result(read)
    late = replace(claimed, last_polled_at=NOW, conditional_polls=5, failures=0 if calm else 1)
    await store.polls.save_results([PollResult(feed=late, claimed=claimed, since=NOW)])
    assert await store.feeds.get(feed.id) == replace(read, subscribers=0)


async def test_what_is_kept_of_a_feeds_failures_stays_if_the_poll_changed_nothing_of_it(store: Store) -> None:
    blog = await a_blog(store)
    for number in range(2):
        await a_feed(store, blog.id, url=f"https://blog.example/{number}")
    calm, failing = await store.feeds.of_blog(blog.id)
    for feed in (calm, failing):
        await store.polls.save_result(replace(feed, failures=7))
    polled = [
        PollResult(feed=replace(calm, conditional_polls=1), claimed=calm, since=NOW),
        PollResult(feed=replace(failing, failures=1, failure_reason=FailureReason.GONE), claimed=failing, since=NOW),
    ]
    await store.polls.save_results(polled)
    assert [
        (feed.conditional_polls, feed.failures, feed.failure_reason) for feed in await store.feeds.of_blog(blog.id)
    ] == [
        (1, 7, None),
        (0, 1, FailureReason.GONE),
    ]


async def test_warmth_makes_comments_due_soon_but_not_before_they_may_be(store: Store) -> None:
    blog = await a_blog(store)
    entry, other = await an_entry(store, blog.id), await an_entry(store, blog.id, 2)
    feeds = {
        kind: replace(await a_feed(store, blog.id, kind, url=f"https://x.example/{kind}"), next_poll_at=later(hours=6))
        for kind in (FeedKind.ENTRIES, FeedKind.COMMENTS)
    }
    own = FoundFeed(url="https://x.example/1", kind=FeedKind.ENTRY_COMMENTS)
    mine = await store.feeds.add_feed(blog.id, own, next_poll_at=later(hours=6), entry_id=entry.id)
    theirs = await store.feeds.add_feed(
        blog.id, replace(own, url="https://x.example/2"), next_poll_at=later(hours=6), entry_id=other.id
    )
    asked_for_peace = replace(feeds[FeedKind.COMMENTS], not_before=later(minutes=30))
    for feed in (feeds[FeedKind.ENTRIES], asked_for_peace):
        await store.polls.save_result(feed)
    await store.polls.raise_activity(blog.id, entry.id, now=NOW, due_at=later(minutes=2))
    assert await store.feeds.of_blog(blog.id) == [
        feeds[FeedKind.ENTRIES],
        replace(asked_for_peace, next_poll_at=later(minutes=30), newest_at=NOW),
        replace(mine, next_poll_at=later(minutes=2), newest_at=NOW),
        theirs,
    ]
    failing = replace(asked_for_peace, failures=1)
    await store.polls.save_result(failing)
    await store.polls.raise_activity(blog.id, None, now=later(hours=1), due_at=later(hours=2))
    assert (await store.feeds.of_blog(blog.id))[1] == replace(failing, newest_at=NOW), (
        "one that fails keeps its distance"
    )


async def test_warmth_during_a_poll_is_not_cooled_by_its_end(store: Store) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    await a_feed(store, blog.id, FeedKind.COMMENTS)
    [feed] = await store.polls.claim_due(NOW, lease_until=LEASE, limit=10)
    await store.polls.raise_activity(blog.id, None, now=later(seconds=10), due_at=later(seconds=130))
    cold = replace(feed, newest_at=later(days=-90), next_poll_at=later(hours=6))
    await store.polls.save_results([PollResult(feed=cold, claimed=feed, since=NOW)])
    [raise_activity] = await store.feeds.of_blog(blog.id)
    assert (raise_activity.next_poll_at, raise_activity.newest_at) == (later(seconds=130), later(seconds=10))
    await store.polls.save_results([PollResult(feed=cold, claimed=feed, since=later(seconds=140))])
    [raise_activity] = await store.feeds.of_blog(blog.id)
    assert (raise_activity.next_poll_at, raise_activity.newest_at) == (later(hours=6), later(seconds=10))


async def test_other_counts_of_comments_are_told_once_and_rouse_their_entrys_feed(store: Store) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    one, two = await an_entry(store, blog.id), await an_entry(store, blog.id, 2)
    assert await store.polls.save_comment_counts({one.id: 3, two.id: 0}) == []
    assert await store.polls.save_comment_counts({one.id: 3, two.id: 1}) == [two.id]
    assert await store.polls.save_comment_counts({one.id: 3, two.id: 1}) == []
    assert await store.polls.save_comment_counts({}) == []
    urls = {entry.id: f"https://x.example/{entry.id}" for entry in (one, two)}
    for entry_id, url in urls.items():
        found = FoundFeed(url=url, kind=FeedKind.ENTRY_COMMENTS)
        await store.feeds.add_feed(blog.id, found, next_poll_at=later(hours=6), entry_id=entry_id)
    await a_feed(store, blog.id, FeedKind.COMMENTS)
    [being_polled] = await store.polls.claim_due(NOW, lease_until=LEASE, limit=10)
    await store.polls.poll_now(blog.id, [two.id], now=later(minutes=1), again_at=later(minutes=3))
    first, second, comments = await store.feeds.of_blog(blog.id)
    assert first.next_poll_at == later(hours=6)
    assert (second.next_poll_at, second.newest_at) == (later(minutes=1), later(minutes=1))
    assert (comments.id, comments.next_poll_at) == (being_polled.id, later(minutes=3))


async def test_what_is_put_off_is_free_until_then(store: Store) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    await a_feed(store, blog.id)
    [feed] = await store.polls.claim_due(NOW, lease_until=LEASE, limit=10)
    await store.polls.release_until([(feed.id, later(seconds=3))])
    assert await claim(store, later(seconds=2)) == []
    assert await claim(store, later(seconds=3)) == [FeedKind.ENTRIES]
    await store.polls.release_until([])


async def test_a_feed_moves_where_no_other_feed_is(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    found = discovery().entries
    entries = await store.feeds.add_feed(blog.id, found, next_poll_at=NOW)
    comments = await a_feed(store, blog.id, FeedKind.COMMENTS, url="https://blog.example/c")
    assert not await store.polls.change_url(entries.id, "https://other.example/feed/", same_page=False), (
        "another blog is known by that"
    )
    assert not await store.polls.change_url(comments.id, entries.url, same_page=False)
    assert await store.polls.change_url(comments.id, "https://other.example/feed/", same_page=False), (
        "but not for its comments"
    )
    assert await store.polls.change_url(entries.id, "https://new.example/feed/", same_page=True)
    assert [feed.url for feed in await store.feeds.of_blog(blog.id)] == [
        "https://new.example/feed/",
        "https://other.example/feed/",
    ]
    moved = replace(discovery(), entries=replace(found, url="https://new.example/feed/"))
    assert (await store.feeds.save_blog(moved)).id == blog.id
    assert await store.feeds.get_blog(other.id) is not None


async def test_a_feed_is_forgotten_and_its_blog_is_not(store: Store) -> None:
    blog = await a_blog(store)
    feed = await a_feed(store, blog.id)
    await store.polls.delete(feed.id)
    assert await store.feeds.of_blog(blog.id) == []
    assert await store.feeds.get_blog(blog.id) is not None


async def test_a_look_for_due_feeds_never_wades_through_those_that_nobody_wants(
    store: Store, statements: list[str]
) -> None:
    unwanted, blog = await a_blog(store, "https://other.example/"), await a_blog(store)
    for number in range(30):
        await a_feed(store, unwanted.id, url=f"https://other.example/{number}")
    await a_feed(store, blog.id)
    await a_subscription(store, blog.id)
    assert await claim(store) == [FeedKind.ENTRIES]
    assert all(feed.next_poll_at > NOW for feed in await store.feeds.of_blog(unwanted.id))
    statements.clear()
    assert await claim(store) == []
    assert len(statements) == 1
    await a_subscription(store, unwanted.id)
    assert len(await claim(store, later(hours=1))) == 10, "they are looked at again within the hour"


async def test_a_look_for_due_feeds_reads_an_index(store: Store, database_url: str) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    rows = [
        {
            "blog_id": blog.id,
            "kind": "entries",
            "format": "syndication",
            "url": f"https://blog.example/{number}",
            "url_hash": f"{number}",
            "conditional_polls": 0,
            "failures": 0,
            "next_poll_at": later(days=1),
        }
        for number in range(3000)
    ]
    await insert_new("feeds", rows, unique="blog_id, url_hash")
    await fetch("ANALYZE feeds")
    explain = "EXPLAIN QUERY PLAN" if database_url.startswith("sqlite") else "EXPLAIN"
    columns = _CLAIMED_IN_SQLITE if database_url.startswith("sqlite") else _CLAIMED_IN_POSTGRES
    claim = f"SELECT {', '.join(columns)} {_DUE}"
    plan = [str(row) for row in await fetch(f"{explain} {claim}", NOW, 10, later(days=-30))]
    [looked_at] = [line for line in plan if "feeds_next_poll" in line]
    assert not [line for line in plan if re.search(r"SCAN f\b|Seq Scan on feeds f\b", line)], plan
    assert "next_poll_at<" in looked_at or "Index Scan" in looked_at


async def test_claimers_at_the_same_time_take_nothing_twice(store: Store) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    for number in range(40):
        await a_feed(store, blog.id, url=f"https://blog.example/{number}")
    taken = await asyncio.gather(*(store.polls.claim_due(NOW, lease_until=LEASE, limit=15) for _ in range(4)))
    ids = [feed.id for some in taken for feed in some]
    assert len(ids) == len(set(ids))
    assert max(map(len, taken)) <= 15


async def test_a_feed_that_is_woken_while_it_is_put_to_sleep_stays_awake(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = await a_feed(store, (await a_blog(store)).id)
    put_to_sleep = polls.fetch_among

    async def late(sql: str, *values: object, among: Sequence[object]) -> list[dict[str, object]]:
        await store.polls.poll_no_later_than(feed.id, later(minutes=1))
        return await put_to_sleep(sql, *values, among=among)

    monkeypatch.setattr(polls, "fetch_among", late)
    assert await claim(store) == []
    found = await store.feeds.get(feed.id)
    assert found is not None
    assert found.next_poll_at == later(minutes=1)
