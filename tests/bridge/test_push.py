"""Hubs: asked, answered, believed and doubted, with a clock that the test moves and a hub that keeps the rules."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.entry import ParsedEntry
from bot.model.errors import PermanentError, Refused, TemporaryError
from bot.model.feed import Feed, FeedKind, Push
from bot.model.push import PushState, Registration
from bot.model.subscription import SubscribedBlog
from bot.storage.database import Database
from sandbox.blog.hub_rules import sign
from tests.bridge.house import DAY, House, build_house
from tests.fakes.blog import HOME
from tests.fakes.hub import REACHED_AT

TOPIC = f"{HOME}feed/"
PUSH = Push(hub_url="https://hub.example/", topic_url=TOPIC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
async def house(store: Database) -> House:
    house = build_house(store, public_url=REACHED_AT)
    house.blog.hubs[FeedKind.ENTRIES] = PUSH
    return house


async def feed_of(house: House, kind: FeedKind = FeedKind.ENTRIES) -> Feed:
    blog = await house.store.feeds.save_blog(house.blog.found)
    (feed,) = [feed for feed in await house.store.feeds.of_blog(blog.id) if feed.kind is kind]
    return feed


async def registered(house: House) -> Registration:
    (registration,) = await house.store.pushes.of_blog((await feed_of(house)).blog_id)
    return registration


async def confirmed(house: House) -> SubscribedBlog:
    """Start a blog, and let its hub confirm that it sends."""
    started = await house.start()
    await house.ask_hubs()
    assert await house.hub.verify() == [True]
    return started


async def pushed(house: House, title: str, *, at: datetime | None = None) -> ParsedEntry:
    """Publish an entry that the hub brings at once."""
    entry = house.blog.write(title)
    house.blog.entries[-1] = entry = replace(entry, published_at=at or house.clock.now())
    assert await house.hub.publish(TOPIC, entry.uid) == [202]
    await house.take_in()
    return entry


async def wait_of(house: House) -> timedelta:
    return (await feed_of(house)).next_poll_at - house.clock.now()


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
