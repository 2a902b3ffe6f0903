"""Hubs asked, confirmed, renewed and left, with a clock that the test moves and a hub that keeps the rules."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import PermanentError, Refused, TemporaryError
from bot.model.feed import FeedKind
from bot.model.websub import HubSubscriptionState
from bot.storage.database import Store
from sandbox.blog.hub_rules import sign
from tests.bridge.harness import DAY, BridgeHarness, build_harness
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
from tests.fakes.hub import REACHED_AT


@pytest.fixture
async def harness(store: Store) -> BridgeHarness:
    return build_pushed(store)


async def test_a_hub_that_a_feed_names_is_asked_and_confirms(harness: BridgeHarness) -> None:
    await harness.start()
    wanted = await registered(harness)
    assert (wanted.state, wanted.push) == (HubSubscriptionState.WANTED, PUSH)
    await harness.ask_hubs()
    assert (await registered(harness)).state is HubSubscriptionState.REQUESTED
    assert harness.hub.asked == [("subscribe", f"{REACHED_AT}/push/{wanted.token}")]
    assert await harness.hub.verify() == [True]
    after = await registered(harness)
    assert (after.state, after.lease_until) == (HubSubscriptionState.VERIFIED, harness.clock.now() + 10 * DAY)
    await harness.ask_hubs(7 * DAY)
    assert len(harness.hub.asked) == 1


async def test_nobody_is_asked_where_hubs_cannot_reach_us(store: Store) -> None:
    harness = build_harness(store)
    harness.blog.hubs[FeedKind.ENTRIES] = PUSH
    await harness.start()
    await harness.poll()
    await harness.ask_hubs()
    assert harness.hub.asked == []
    assert await harness.store.hub_subscriptions.of_blog((await feed_of(harness)).blog_id) == []


async def test_a_lease_is_renewed_before_it_ends(harness: BridgeHarness) -> None:
    harness.hub.rules.lease = 86_400
    await confirmed(harness)
    await pushed(harness, "Fresh")
    for _ in range(10):
        await harness.ask_hubs(timedelta(hours=19, minutes=30))
        await harness.hub.verify()
        assert (await registered(harness)).state is HubSubscriptionState.TRUSTED
        assert (await registered(harness)).trusted_until == (await feed_of(harness)).hub_trusted_until
        assert (await feed_of(harness)).hub_trusted_until > harness.clock.now()  # type: ignore[operator]
    assert 9 <= len(harness.hub.asked) <= 12
    assert {callback for _, callback in harness.hub.asked} == {harness.hub.asked[0][1]}


async def test_trust_ends_with_the_lease_and_the_polls_come_back(harness: BridgeHarness) -> None:
    harness.hub.rules.lease = 7200
    await confirmed(harness)
    await pushed(harness, "Fresh")
    assert await wait_of(harness) == 2 * HOUR
    harness.hub.trouble = TemporaryError("The hub is away.")
    await harness.ask_hubs(HOUR + 36 * MINUTE)
    await harness.poll(25 * MINUTE)
    assert await wait_of(harness) < 10 * MINUTE
    await harness.ask_hubs(HOUR)
    after = await registered(harness)
    assert (after.state, after.error) == (HubSubscriptionState.REQUESTED, "The hub is away.")


async def test_a_hub_may_verify_before_it_answers(harness: BridgeHarness) -> None:
    harness.hub.at_once = True
    await harness.start()
    await harness.ask_hubs()
    after = await registered(harness)
    assert (after.state, after.attempts, after.due_at) == (
        HubSubscriptionState.VERIFIED,
        0,
        harness.clock.now() + 8 * DAY,
    )


@pytest.mark.parametrize("at_once", [True, False])
async def test_an_answer_that_is_lost_takes_nothing_away(harness: BridgeHarness, *, at_once: bool) -> None:
    harness.hub.at_once, harness.hub.heard = at_once, True
    harness.hub.trouble = TemporaryError("The answer was lost.")
    await harness.start()
    await harness.ask_hubs()
    assert await harness.hub.verify() == ([] if at_once else [True])
    assert (await registered(harness)).state is HubSubscriptionState.VERIFIED
    await harness.ask_hubs(DAY)
    assert len(harness.hub.asked) == 1


async def test_killed_between_asking_and_recording(harness: BridgeHarness) -> None:
    await harness.start()
    harness.hub.heard = True
    harness.hub.trouble = asyncio.CancelledError()  # type: ignore[assignment]
    await harness.ask_hubs()
    harness.hub.trouble = None
    assert await harness.hub.verify() == [True]
    assert (await registered(harness)).state is HubSubscriptionState.VERIFIED
    await harness.ask_hubs(DAY)
    assert len(harness.hub.asked) == 1


async def test_killed_before_the_hub_heard_of_it(harness: BridgeHarness) -> None:
    await harness.start()
    harness.hub.trouble = asyncio.CancelledError()  # type: ignore[assignment]
    await harness.ask_hubs()
    assert harness.hub.asked == []
    harness.hub.trouble = None
    await harness.ask_hubs(5 * MINUTE)
    assert await harness.hub.verify() == [True]
    assert (await registered(harness)).state is HubSubscriptionState.VERIFIED


async def test_a_hub_that_does_not_ask_back_is_asked_at_growing_distances(harness: BridgeHarness) -> None:
    await harness.start()
    asked = []
    for minutes in range(0, 24 * 60, 5):
        await harness.ask_hubs(5 * MINUTE if minutes else timedelta(0))
        asked.append(len(harness.hub.asked))
    assert asked[0] == 1
    assert asked[-1] == 5


@pytest.mark.parametrize(
    "trouble", [PermanentError("The hub says no (404)."), Refused("hub.example is not on the public internet.")]
)
async def test_a_hub_that_refuses_is_tried_again_after_days(harness: BridgeHarness, trouble: PermanentError) -> None:
    harness.hub.trouble = trouble
    await harness.start()
    await harness.ask_hubs()
    after = await registered(harness)
    assert (after.state, after.error) == (HubSubscriptionState.REFUSED, trouble.text)
    harness.hub.trouble = None
    await harness.ask_hubs(2 * DAY)
    assert harness.hub.asked == []
    await harness.ask_hubs(DAY)
    assert len(harness.hub.asked) == 1
    assert await harness.hub.verify() == [True]
    assert (await registered(harness)).error is None


async def test_a_hub_that_takes_it_back_is_trusted_no_more(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await pushed(harness, "Fresh")
    assert await harness.hub.deny(TOPIC, "publisher said no") == [True]
    after = await registered(harness)
    assert (after.state, after.error) == (HubSubscriptionState.REFUSED, "The hub says no: publisher said no")
    assert (await feed_of(harness)).hub_trusted_until is None
    assert await wait_of(harness) <= timedelta(0)
    await harness.ask_hubs(3 * DAY)
    assert len(harness.hub.asked) == 2


async def test_a_hub_that_takes_back_what_was_never_asked_changes_nothing(harness: BridgeHarness) -> None:
    await harness.start()
    token = (await registered(harness)).token
    assert not await harness.bridge.websub_receiver.deny(token, topic_url=TOPIC, reason="")
    assert (await registered(harness)).state is HubSubscriptionState.WANTED


async def test_what_nobody_wants_any_more_is_ended_at_the_hub(harness: BridgeHarness) -> None:
    subscribed = await confirmed(harness)
    (to,) = harness.hub.rules.subscribers(TOPIC)
    await harness.bridge.admin.remove(subscribed.subscription)
    await harness.ask_hubs()
    assert [mode for mode, _ in harness.hub.asked] == ["subscribe", "unsubscribe"]
    assert await harness.hub.verify() == [True]
    assert harness.hub.rules.subscribers(TOPIC) == []
    assert await harness.hub.send(to, b"x", signature=sign(to.secret or "", b"x")) == 410
    await harness.ask_hubs(30 * DAY)
    assert len(harness.hub.asked) == 2


async def test_a_hub_that_did_not_hear_the_end_learns_it_from_its_next_delivery(harness: BridgeHarness) -> None:
    subscribed = await confirmed(harness)
    await harness.bridge.admin.remove(subscribed.subscription)
    harness.hub.trouble = TemporaryError("Away.")
    await harness.ask_hubs()
    assert await harness.hub.publish(TOPIC, "uid") == [410]
    assert harness.hub.rules.subscribers(TOPIC) == []


async def test_a_paused_blog_is_pushed_again_when_it_goes_on(harness: BridgeHarness) -> None:
    subscribed = await confirmed(harness)
    await harness.bridge.admin.pause(subscribed.subscription)
    await harness.ask_hubs()
    await harness.hub.verify()
    (subscribed,) = await harness.bridge.admin.blogs(subscribed.subscription.guild_id)
    await harness.bridge.admin.resume(subscribed)
    await harness.ask_hubs(HOUR)
    assert await harness.hub.verify() == [True]
    await pushed(harness, "Back")
    await harness.deliver()
    assert harness.titles == ["Back"]


async def test_another_address_of_ours_is_told_to_the_hub(harness: BridgeHarness, store: Store) -> None:
    await confirmed(harness)
    await pushed(harness, "Fresh")
    moved = build_harness(store, public_url=f"{REACHED_AT}/bot")
    moved.clock.move(harness.clock.now() - moved.clock.now())
    await moved.bridge.hub_subscriber.tick()
    await moved.bridge.hub_subscriber.drain(5)
    assert [callback for _, callback in moved.hub.asked] == [
        f"{REACHED_AT}/bot/push/{(await registered(harness)).token}"
    ]
    assert (await feed_of(harness)).hub_trusted_until is None
    gone = build_harness(store)
    await gone.bridge.hub_subscriber.tick()
    assert (await registered(harness)).state is HubSubscriptionState.WANTED


async def test_another_hub_is_asked_and_the_old_one_is_not_believed(harness: BridgeHarness) -> None:
    await confirmed(harness)
    await pushed(harness, "Fresh")
    harness.blog.hubs[FeedKind.ENTRIES] = replace(PUSH, hub_url="https://new.example/")
    await harness.poll(6 * HOUR)
    assert (await registered(harness)).state is HubSubscriptionState.WANTED
    assert (await feed_of(harness)).hub_trusted_until is None
    assert await harness.hub.publish(TOPIC, "uid") == [410]
    await harness.ask_hubs()
    assert len(harness.hub.asked) == 2
