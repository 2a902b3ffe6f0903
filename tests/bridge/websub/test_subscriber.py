"""Hubs asked, confirmed, renewed and left, with a clock that the test moves and a hub that keeps the rules."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import PermanentError, Refused, TemporaryError
from bot.model.feed import FeedKind
from bot.model.websub import PushState
from bot.storage.database import Database
from sandbox.blog.hub_rules import sign
from tests.bridge.harness import DAY, House, build_house
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
async def house(store: Database) -> House:
    return build_pushed(store)


async def test_a_hub_that_a_feed_names_is_asked_and_confirms(house: House) -> None:
    await house.start()
    wanted = await registered(house)
    assert (wanted.state, wanted.push) == (PushState.WANTED, PUSH)
    await house.ask_hubs()
    assert (await registered(house)).state is PushState.REQUESTED
    assert house.hub.asked == [("subscribe", f"{REACHED_AT}/push/{wanted.token}")]
    assert await house.hub.verify() == [True]
    after = await registered(house)
    assert (after.state, after.lease_until) == (PushState.VERIFIED, house.clock.now() + 10 * DAY)
    await house.ask_hubs(7 * DAY)
    assert len(house.hub.asked) == 1


async def test_nobody_is_asked_where_hubs_cannot_reach_us(store: Database) -> None:
    house = build_house(store)
    house.blog.hubs[FeedKind.ENTRIES] = PUSH
    await house.start()
    await house.poll()
    await house.ask_hubs()
    assert house.hub.asked == []
    assert await house.store.pushes.of_blog((await feed_of(house)).blog_id) == []


async def test_a_lease_is_renewed_before_it_ends(house: House) -> None:
    house.hub.rules.lease = 86_400
    await confirmed(house)
    await pushed(house, "Fresh")
    for _ in range(10):
        await house.ask_hubs(timedelta(hours=19, minutes=30))
        await house.hub.verify()
        assert (await registered(house)).state is PushState.TRUSTED
        assert (await registered(house)).trusted_until == (await feed_of(house)).pushed_until
        assert (await feed_of(house)).pushed_until > house.clock.now()  # type: ignore[operator]
    assert 9 <= len(house.hub.asked) <= 12
    assert {callback for _, callback in house.hub.asked} == {house.hub.asked[0][1]}


async def test_trust_ends_with_the_lease_and_the_polls_come_back(house: House) -> None:
    house.hub.rules.lease = 7200
    await confirmed(house)
    await pushed(house, "Fresh")
    assert await wait_of(house) == 2 * HOUR
    house.hub.trouble = TemporaryError("The hub is away.")
    await house.ask_hubs(HOUR + 36 * MINUTE)
    await house.poll(25 * MINUTE)
    assert await wait_of(house) < 10 * MINUTE
    await house.ask_hubs(HOUR)
    after = await registered(house)
    assert (after.state, after.error) == (PushState.REQUESTED, "The hub is away.")


async def test_a_hub_may_verify_before_it_answers(house: House) -> None:
    house.hub.at_once = True
    await house.start()
    await house.ask_hubs()
    after = await registered(house)
    assert (after.state, after.asks, after.due_at) == (PushState.VERIFIED, 0, house.clock.now() + 8 * DAY)


@pytest.mark.parametrize("at_once", [True, False])
async def test_an_answer_that_is_lost_takes_nothing_away(house: House, *, at_once: bool) -> None:
    house.hub.at_once, house.hub.heard = at_once, True
    house.hub.trouble = TemporaryError("The answer was lost.")
    await house.start()
    await house.ask_hubs()
    assert await house.hub.verify() == ([] if at_once else [True])
    assert (await registered(house)).state is PushState.VERIFIED
    await house.ask_hubs(DAY)
    assert len(house.hub.asked) == 1


async def test_killed_between_asking_and_recording(house: House) -> None:
    await house.start()
    house.hub.heard = True
    house.hub.trouble = asyncio.CancelledError()  # type: ignore[assignment]
    await house.ask_hubs()
    house.hub.trouble = None
    assert await house.hub.verify() == [True]
    assert (await registered(house)).state is PushState.VERIFIED
    await house.ask_hubs(DAY)
    assert len(house.hub.asked) == 1


async def test_killed_before_the_hub_heard_of_it(house: House) -> None:
    await house.start()
    house.hub.trouble = asyncio.CancelledError()  # type: ignore[assignment]
    await house.ask_hubs()
    assert house.hub.asked == []
    house.hub.trouble = None
    await house.ask_hubs(5 * MINUTE)
    assert await house.hub.verify() == [True]
    assert (await registered(house)).state is PushState.VERIFIED


async def test_a_hub_that_does_not_ask_back_is_asked_at_growing_distances(house: House) -> None:
    await house.start()
    asked = []
    for minutes in range(0, 24 * 60, 5):
        await house.ask_hubs(5 * MINUTE if minutes else timedelta(0))
        asked.append(len(house.hub.asked))
    assert asked[0] == 1
    assert asked[-1] == 5


@pytest.mark.parametrize(
    "trouble", [PermanentError("The hub says no (404)."), Refused("hub.example is not on the public internet.")]
)
async def test_a_hub_that_refuses_is_tried_again_after_days(house: House, trouble: PermanentError) -> None:
    house.hub.trouble = trouble
    await house.start()
    await house.ask_hubs()
    after = await registered(house)
    assert (after.state, after.error) == (PushState.REFUSED, trouble.text)
    house.hub.trouble = None
    await house.ask_hubs(2 * DAY)
    assert house.hub.asked == []
    await house.ask_hubs(DAY)
    assert len(house.hub.asked) == 1
    assert await house.hub.verify() == [True]
    assert (await registered(house)).error is None


async def test_a_hub_that_takes_it_back_is_trusted_no_more(house: House) -> None:
    await confirmed(house)
    await pushed(house, "Fresh")
    assert await house.hub.deny(TOPIC, "publisher said no") == [True]
    after = await registered(house)
    assert (after.state, after.error) == (PushState.REFUSED, "The hub says no: publisher said no")
    assert (await feed_of(house)).pushed_until is None
    assert await wait_of(house) <= timedelta(0)
    await house.ask_hubs(3 * DAY)
    assert len(house.hub.asked) == 2


async def test_a_hub_that_takes_back_what_was_never_asked_changes_nothing(house: House) -> None:
    await house.start()
    token = (await registered(house)).token
    assert not await house.bridge.arrivals.deny(token, topic_url=TOPIC, reason="")
    assert (await registered(house)).state is PushState.WANTED


async def test_what_nobody_wants_any_more_is_ended_at_the_hub(house: House) -> None:
    subscribed = await confirmed(house)
    (to,) = house.hub.rules.subscribers(TOPIC)
    await house.bridge.admin.remove(subscribed.subscription)
    await house.ask_hubs()
    assert [mode for mode, _ in house.hub.asked] == ["subscribe", "unsubscribe"]
    assert await house.hub.verify() == [True]
    assert house.hub.rules.subscribers(TOPIC) == []
    assert await house.hub.send(to, b"x", signature=sign(to.secret or "", b"x")) == 410
    await house.ask_hubs(30 * DAY)
    assert len(house.hub.asked) == 2


async def test_a_hub_that_did_not_hear_the_end_learns_it_from_its_next_delivery(house: House) -> None:
    subscribed = await confirmed(house)
    await house.bridge.admin.remove(subscribed.subscription)
    house.hub.trouble = TemporaryError("Away.")
    await house.ask_hubs()
    assert await house.hub.publish(TOPIC, "uid") == [410]
    assert house.hub.rules.subscribers(TOPIC) == []


async def test_a_paused_blog_is_pushed_again_when_it_goes_on(house: House) -> None:
    subscribed = await confirmed(house)
    await house.bridge.admin.pause(subscribed.subscription)
    await house.ask_hubs()
    await house.hub.verify()
    (subscribed,) = await house.bridge.admin.blogs(subscribed.subscription.guild_id)
    await house.bridge.admin.resume(subscribed)
    await house.ask_hubs(HOUR)
    assert await house.hub.verify() == [True]
    await pushed(house, "Back")
    await house.deliver()
    assert house.titles == ["Back"]


async def test_another_address_of_ours_is_told_to_the_hub(house: House, store: Database) -> None:
    await confirmed(house)
    await pushed(house, "Fresh")
    moved = build_house(store, public_url=f"{REACHED_AT}/bot")
    moved.clock.move(house.clock.now() - moved.clock.now())
    await moved.bridge.registrar.tick()
    await moved.bridge.registrar.drain(5)
    assert [callback for _, callback in moved.hub.asked] == [f"{REACHED_AT}/bot/push/{(await registered(house)).token}"]
    assert (await feed_of(house)).pushed_until is None
    gone = build_house(store)
    await gone.bridge.registrar.tick()
    assert (await registered(house)).state is PushState.WANTED


async def test_another_hub_is_asked_and_the_old_one_is_not_believed(house: House) -> None:
    await confirmed(house)
    await pushed(house, "Fresh")
    house.blog.hubs[FeedKind.ENTRIES] = replace(PUSH, hub_url="https://new.example/")
    await house.poll(6 * HOUR)
    assert (await registered(house)).state is PushState.WANTED
    assert (await feed_of(house)).pushed_until is None
    assert await house.hub.publish(TOPIC, "uid") == [410]
    await house.ask_hubs()
    assert len(house.hub.asked) == 2
