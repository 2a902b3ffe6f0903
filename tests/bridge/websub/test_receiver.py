"""What hubs bring: taken in, believed and doubted, with a clock that the test moves and a hub that keeps the rules."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.feed import FeedKind
from bot.model.websub import HubSubscriptionState
from bot.storage.database import Store
from sandbox.blog.hub_rules import sign
from tests.bridge.harness import DAY, BridgeHarness
from tests.bridge.websub.hubs import (
    HOUR,
    MINUTE,
    PUSH,
    TOPIC,
    build_pushed,
    confirmed,
    feed_of,
    pushed,
    registered,
    wait_of,
)
from tests.fakes.blog import HOME


@pytest.fixture
async def harness(store: Store) -> BridgeHarness:
    return build_pushed(store)


async def test_what_a_hub_brings_is_posted_and_polls_slow_down_to_hours(harness: BridgeHarness) -> None:
    await confirmed(harness)
    assert await wait_of(harness) < HOUR
    await pushed(harness, "Fresh")
    await harness.deliver()
    assert harness.titles == ["Fresh"]
    assert (await registered(harness)).state is HubSubscriptionState.TRUSTED
    assert 5 * HOUR < await wait_of(harness) <= 6 * HOUR
    # a poll that finds nothing else keeps it so
    await harness.poll(6 * HOUR)
    assert 5 * HOUR < await wait_of(harness) <= 6 * HOUR
    await harness.deliver()
    assert harness.titles == ["Fresh"]


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_the_same_content_twice_is_one_post(harness: BridgeHarness, method: str) -> None:
    await confirmed(harness)
    entry = harness.blog.write("Once")
    for _ in range(2):
        assert await harness.hub.publish(TOPIC, entry.uid, method=method) == [202]
    await harness.take_in()
    assert await harness.hub.publish(TOPIC, entry.uid, method=method) == [202]
    await harness.take_in()
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Once"]


async def test_content_that_the_hub_did_not_sign_is_ignored_without_a_word(
    harness: BridgeHarness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    await confirmed(harness)
    before = await feed_of(harness)
    entry = harness.blog.write("Forged")
    body = str(entry.uid).encode()
    (to,) = harness.hub.rules.subscribers(TOPIC)
    assert to.secret is not None
    for signature in ("", "sha256=", sign("guessed", body), sign(to.secret, b"other"), sign(to.secret, body, "md5")):
        assert await harness.hub.send(to, body, signature=signature) == 202
    await harness.take_in()
    await harness.deliver()
    assert harness.titles == []
    assert await feed_of(harness) == before
    assert (await registered(harness)).delivered_at is None
    assert to.secret not in caplog.text


async def test_an_unknown_token_is_told_that_it_is_gone(harness: BridgeHarness) -> None:
    await confirmed(harness)
    websub_receiver = harness.bridge.websub_receiver
    assert not await websub_receiver.receive("unknown", b"x", content_type="", signature="")
    assert not await websub_receiver.verify_intent("unknown", mode="subscribe", topic_url=TOPIC)
    assert not await websub_receiver.deny("unknown", topic_url=TOPIC, reason="")
    token = (await registered(harness)).token
    assert not await websub_receiver.verify_intent(token, mode="subscribe", topic_url=f"{TOPIC}other")
    assert not await websub_receiver.deny(token, topic_url=f"{TOPIC}other", reason="")
    assert (await registered(harness)).state is HubSubscriptionState.VERIFIED


async def test_a_hub_that_missed_something_is_trusted_no_more_until_it_is_first_again(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await pushed(harness, "Pushed")
    missed = harness.blog.write("Missed")
    harness.blog.entries[-1] = replace(missed, published_at=harness.clock.now() + HOUR)
    await harness.poll(6 * HOUR)
    assert (await registered(harness)).state is HubSubscriptionState.VERIFIED
    assert await wait_of(harness) <= 2 * MINUTE
    await harness.poll(HOUR)
    assert await wait_of(harness) < HOUR
    # what a poll has found already is no proof
    assert await harness.hub.publish(TOPIC, missed.uid) == [202]
    await harness.take_in()
    assert (await registered(harness)).state is HubSubscriptionState.VERIFIED
    await pushed(harness, "First again")
    assert (await registered(harness)).state is HubSubscriptionState.TRUSTED
    assert await wait_of(harness) > 5 * HOUR - HOUR
    await harness.deliver()
    assert harness.titles == ["Pushed", "Missed", "First again"]


async def test_a_hub_may_need_some_minutes(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await pushed(harness, "Pushed")
    late = harness.blog.write("On its way")
    harness.blog.entries[-1] = replace(late, published_at=harness.clock.now() + 6 * HOUR - 5 * MINUTE)
    await harness.poll(6 * HOUR)
    assert (await registered(harness)).state is HubSubscriptionState.TRUSTED
    assert await wait_of(harness) > 5 * HOUR


async def test_a_busy_hub_does_not_keep_polls_away(harness: BridgeHarness) -> None:
    await confirmed(harness)
    for number in range(8):
        await pushed(harness, f"Entry {number}")
        harness.clock.move(HOUR)
    assert await wait_of(harness) <= timedelta(0)
    polled = (await feed_of(harness)).last_polled_at
    await harness.poll(timedelta(0))
    assert (await feed_of(harness)).last_polled_at != polled


async def test_a_feed_that_asked_for_peace_is_not_polled_before_for_its_hub(harness: BridgeHarness) -> None:
    await confirmed(harness)
    until = harness.clock.now() + DAY
    await harness.store.polls.save_result(replace(await feed_of(harness), not_before=until, next_poll_at=until))
    await pushed(harness, "Fresh")
    assert (await feed_of(harness)).next_poll_at == until


async def test_the_first_poll_under_trust_sends_no_validators(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await pushed(harness, "Fresh")
    await harness.poll(6 * HOUR)
    assert (await feed_of(harness)).conditional_polls == 0


async def test_something_else_than_a_feed_hurries_the_poll(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await pushed(harness, "Fresh")
    harness.clock.move(HOUR)
    harness.blog.write("Behind the ping")
    assert await harness.hub.publish(TOPIC, "not-a-feed") == [202]
    await harness.take_in()
    await harness.poll(timedelta(0))
    await harness.deliver()
    assert harness.titles == ["Fresh", "Behind the ping"]


async def test_pings_make_us_ask_no_more_often_than_is_polite(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await harness.poll()
    polled = (await feed_of(harness)).last_polled_at
    assert polled is not None
    for _ in range(3):
        await harness.hub.publish(TOPIC, "ping")
        await harness.take_in()
    assert (await feed_of(harness)).next_poll_at >= polled + 2 * MINUTE


async def test_killed_before_content_was_kept_a_poll_finds_it_soon(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await pushed(harness, "Fresh")
    lost = harness.blog.write("Lost")
    assert await harness.hub.publish(TOPIC, lost.uid) == [202]
    await harness.bridge.websub_receiver.tasks.drain(0)
    await harness.poll(3 * MINUTE)
    await harness.deliver()
    assert harness.titles == ["Fresh", "Lost"]


async def test_what_comes_while_we_stop_is_left_to_the_next_poll(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await harness.poll()
    await harness.bridge.websub_receiver.drain(5)
    late = harness.blog.write("Late")
    assert await harness.hub.publish(TOPIC, late.uid) == [202]
    await harness.take_in()
    assert await harness.store.entries.known((await feed_of(harness)).blog_id, [late.uid]) == {}
    assert await wait_of(harness) <= 2 * MINUTE
    await harness.poll(2 * MINUTE)
    await harness.deliver()
    assert harness.titles == ["Late"]


async def test_content_before_the_first_silent_reading_is_left_to_that(harness: BridgeHarness) -> None:
    await confirmed(harness)
    feed = await feed_of(harness)
    await harness.store.polls.save_result(replace(feed, last_ok_at=None, next_poll_at=harness.clock.now() + DAY))
    entry = harness.blog.write("Old")
    assert await harness.hub.publish(TOPIC, entry.uid) == [202]
    await harness.take_in()
    assert harness.blog.entries
    assert await harness.store.entries.known(feed.blog_id, [entry.uid]) == {}
    assert await wait_of(harness) == 2 * MINUTE


async def test_what_a_hub_leaves_out_is_neither_gone_nor_missed(harness: BridgeHarness) -> None:
    for number in range(12):
        harness.blog.write(f"Old {number}")
    subscribed = await confirmed(harness)
    await harness.poll()
    new = [harness.blog.write(f"New {number}") for number in range(6)]
    assert await harness.hub.publish(TOPIC, *(entry.uid for entry in new)) == [202]
    await harness.take_in()
    await harness.deliver()
    assert harness.titles == [entry.title for entry in new]
    assert await harness.store.notices.of_blog(subscribed.blog.id, 10) == []


async def test_comments_are_pushed_too(harness: BridgeHarness) -> None:
    harness.blog.hubs[FeedKind.COMMENTS] = push = replace(PUSH, topic_url=f"{HOME}comments/feed/")
    await harness.start()
    await harness.ask_hubs()
    assert await harness.hub.verify() == [True, True]
    entry = await pushed(harness, "Fresh")
    comment = harness.blog.remark(entry, "Bob", "Me too")
    assert await harness.hub.publish(push.topic_url, comment.uid) == [202]
    await harness.take_in()
    await harness.deliver()
    assert harness.titles == ["Fresh", "Me too"]
    assert (await feed_of(harness, FeedKind.COMMENTS)).hub_trusted_until is not None


async def test_a_draft_with_an_old_date_that_a_hub_brings_with_others_is_posted(harness: BridgeHarness) -> None:
    for number in range(12):
        harness.blog.write(f"Old {number}")
    await confirmed(harness)
    draft = harness.blog.write("Draft")
    harness.blog.edit(12, published_at=harness.clock.now() - 900 * DAY)
    uids = "\n".join([*(each.uid for each in harness.blog.entries[2:12]), draft.uid])
    assert await harness.hub.publish(TOPIC, uids) == [202]
    await harness.take_in()
    await harness.deliver()
    assert harness.titles == ["Draft"]
