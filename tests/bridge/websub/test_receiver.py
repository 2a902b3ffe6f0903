"""What hubs bring: taken in, believed and doubted, with a clock that the test moves and a hub that keeps the rules."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.feed import FeedKind
from bot.model.websub import PushState
from bot.storage.database import Database
from sandbox.blog.hub_rules import sign
from tests.bridge.harness import DAY, House
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
async def house(store: Database) -> House:
    return build_pushed(store)


async def test_what_a_hub_brings_is_posted_and_polls_slow_down_to_hours(house: House) -> None:
    await confirmed(house)
    assert await wait_of(house) < HOUR
    await pushed(house, "Fresh")
    await house.deliver()
    assert house.titles == ["Fresh"]
    assert (await registered(house)).state is PushState.TRUSTED
    assert 5 * HOUR < await wait_of(house) <= 6 * HOUR
    # a poll that finds nothing else keeps it so
    await house.poll(6 * HOUR)
    assert 5 * HOUR < await wait_of(house) <= 6 * HOUR
    await house.deliver()
    assert house.titles == ["Fresh"]


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_the_same_content_twice_is_one_post(house: House, method: str) -> None:
    await confirmed(house)
    entry = house.blog.write("Once")
    for _ in range(2):
        assert await house.hub.publish(TOPIC, entry.uid, method=method) == [202]
    await house.take_in()
    assert await house.hub.publish(TOPIC, entry.uid, method=method) == [202]
    await house.take_in()
    await house.poll()
    await house.deliver()
    assert house.titles == ["Once"]


async def test_content_that_the_hub_did_not_sign_is_ignored_without_a_word(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    await confirmed(house)
    before = await feed_of(house)
    entry = house.blog.write("Forged")
    body = str(entry.uid).encode()
    (to,) = house.hub.rules.subscribers(TOPIC)
    assert to.secret is not None
    for signature in ("", "sha256=", sign("guessed", body), sign(to.secret, b"other"), sign(to.secret, body, "md5")):
        assert await house.hub.send(to, body, signature=signature) == 202
    await house.take_in()
    await house.deliver()
    assert house.titles == []
    assert await feed_of(house) == before
    assert (await registered(house)).delivered_at is None
    assert to.secret not in caplog.text


async def test_an_unknown_token_is_told_that_it_is_gone(house: House) -> None:
    await confirmed(house)
    arrivals = house.bridge.arrivals
    assert not await arrivals.take("unknown", b"x", content_type="", signature="")
    assert not await arrivals.confirm("unknown", mode="subscribe", topic_url=TOPIC)
    assert not await arrivals.deny("unknown", topic_url=TOPIC, reason="")
    token = (await registered(house)).token
    assert not await arrivals.confirm(token, mode="subscribe", topic_url=f"{TOPIC}other")
    assert not await arrivals.deny(token, topic_url=f"{TOPIC}other", reason="")
    assert (await registered(house)).state is PushState.VERIFIED


async def test_a_hub_that_missed_something_is_trusted_no_more_until_it_is_first_again(house: House) -> None:
    await confirmed(house)
    await pushed(house, "Pushed")
    missed = house.blog.write("Missed")
    house.blog.entries[-1] = replace(missed, published_at=house.clock.now() + HOUR)
    await house.poll(6 * HOUR)
    assert (await registered(house)).state is PushState.VERIFIED
    assert await wait_of(house) <= 2 * MINUTE
    await house.poll(HOUR)
    assert await wait_of(house) < HOUR
    # what a poll has found already is no proof
    assert await house.hub.publish(TOPIC, missed.uid) == [202]
    await house.take_in()
    assert (await registered(house)).state is PushState.VERIFIED
    await pushed(house, "First again")
    assert (await registered(house)).state is PushState.TRUSTED
    assert await wait_of(house) > 5 * HOUR - HOUR
    await house.deliver()
    assert house.titles == ["Pushed", "Missed", "First again"]


async def test_a_hub_may_need_some_minutes(house: House) -> None:
    await confirmed(house)
    await pushed(house, "Pushed")
    late = house.blog.write("On its way")
    house.blog.entries[-1] = replace(late, published_at=house.clock.now() + 6 * HOUR - 5 * MINUTE)
    await house.poll(6 * HOUR)
    assert (await registered(house)).state is PushState.TRUSTED
    assert await wait_of(house) > 5 * HOUR


async def test_a_busy_hub_does_not_keep_polls_away(house: House) -> None:
    await confirmed(house)
    for number in range(8):
        await pushed(house, f"Entry {number}")
        house.clock.move(HOUR)
    assert await wait_of(house) <= timedelta(0)
    polled = (await feed_of(house)).last_polled_at
    await house.poll(timedelta(0))
    assert (await feed_of(house)).last_polled_at != polled


async def test_a_feed_that_asked_for_peace_is_not_polled_before_for_its_hub(house: House) -> None:
    await confirmed(house)
    until = house.clock.now() + DAY
    await house.store.polls.settle(replace(await feed_of(house), not_before=until, next_poll_at=until))
    await pushed(house, "Fresh")
    assert (await feed_of(house)).next_poll_at == until


async def test_the_first_poll_under_trust_sends_no_validators(house: House) -> None:
    await confirmed(house)
    await pushed(house, "Fresh")
    await house.poll(6 * HOUR)
    assert (await feed_of(house)).conditional_polls == 0


async def test_something_else_than_a_feed_hurries_the_poll(house: House) -> None:
    await confirmed(house)
    await pushed(house, "Fresh")
    house.clock.move(HOUR)
    house.blog.write("Behind the ping")
    assert await house.hub.publish(TOPIC, "not-a-feed") == [202]
    await house.take_in()
    await house.poll(timedelta(0))
    await house.deliver()
    assert house.titles == ["Fresh", "Behind the ping"]


async def test_pings_make_us_ask_no_more_often_than_is_polite(house: House) -> None:
    await confirmed(house)
    await house.poll()
    polled = (await feed_of(house)).last_polled_at
    assert polled is not None
    for _ in range(3):
        await house.hub.publish(TOPIC, "ping")
        await house.take_in()
    assert (await feed_of(house)).next_poll_at >= polled + 2 * MINUTE


async def test_killed_before_content_was_kept_a_poll_finds_it_soon(house: House) -> None:
    await confirmed(house)
    await pushed(house, "Fresh")
    lost = house.blog.write("Lost")
    assert await house.hub.publish(TOPIC, lost.uid) == [202]
    await house.bridge.arrivals._crew.drain(0)
    await house.poll(3 * MINUTE)
    await house.deliver()
    assert house.titles == ["Fresh", "Lost"]


async def test_what_comes_while_we_stop_is_left_to_the_next_poll(house: House) -> None:
    await confirmed(house)
    await house.poll()
    await house.bridge.arrivals.drain(5)
    late = house.blog.write("Late")
    assert await house.hub.publish(TOPIC, late.uid) == [202]
    await house.take_in()
    assert await house.store.items.known_entries((await feed_of(house)).blog_id, [late.uid]) == {}
    assert await wait_of(house) <= 2 * MINUTE
    await house.poll(2 * MINUTE)
    await house.deliver()
    assert house.titles == ["Late"]


async def test_content_before_the_first_silent_reading_is_left_to_that(house: House) -> None:
    await confirmed(house)
    feed = await feed_of(house)
    await house.store.polls.settle(replace(feed, last_ok_at=None, next_poll_at=house.clock.now() + DAY))
    entry = house.blog.write("Old")
    assert await house.hub.publish(TOPIC, entry.uid) == [202]
    await house.take_in()
    assert house.blog.entries
    assert await house.store.items.known_entries(feed.blog_id, [entry.uid]) == {}
    assert await wait_of(house) == 2 * MINUTE


async def test_what_a_hub_leaves_out_is_neither_gone_nor_missed(house: House) -> None:
    for number in range(12):
        house.blog.write(f"Old {number}")
    subscribed = await confirmed(house)
    await house.poll()
    new = [house.blog.write(f"New {number}") for number in range(6)]
    assert await house.hub.publish(TOPIC, *(entry.uid for entry in new)) == [202]
    await house.take_in()
    await house.deliver()
    assert house.titles == [entry.title for entry in new]
    assert await house.store.notices.of_blog(subscribed.blog.id, 10) == []


async def test_comments_are_pushed_too(house: House) -> None:
    house.blog.hubs[FeedKind.COMMENTS] = push = replace(PUSH, topic_url=f"{HOME}comments/feed/")
    await house.start()
    await house.ask_hubs()
    assert await house.hub.verify() == [True, True]
    entry = await pushed(house, "Fresh")
    comment = house.blog.remark(entry, "Bob", "Me too")
    assert await house.hub.publish(push.topic_url, comment.uid) == [202]
    await house.take_in()
    await house.deliver()
    assert house.titles == ["Fresh", "Me too"]
    assert (await feed_of(house, FeedKind.COMMENTS)).pushed_until is not None


async def test_a_draft_with_an_old_date_that_a_hub_brings_with_others_is_posted(house: House) -> None:
    for number in range(12):
        house.blog.write(f"Old {number}")
    await confirmed(house)
    draft = house.blog.write("Draft")
    house.blog.edit(12, published_at=house.clock.now() - 900 * DAY)
    uids = "\n".join([*(each.uid for each in house.blog.entries[2:12]), draft.uid])
    assert await house.hub.publish(TOPIC, uids) == [202]
    await house.take_in()
    await house.deliver()
    assert house.titles == ["Draft"]
