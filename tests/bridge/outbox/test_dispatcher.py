"""Deliveries through crashes, long failures, bugs and lost channels, with a clock that the test moves."""

import asyncio
import contextlib
from collections import Counter
from datetime import timedelta

import pytest

from bot.bridge.announce.posting import EntryAnnouncer
from bot.model.errors import ChannelLost, OutcomeUnknown, Refused, TemporaryError
from bot.storage.statements import fetch
from tests.bridge.harness import GUILD, BridgeHarness


async def test_a_crash_between_perform_and_record_says_nothing_twice(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Once")
    await harness.poll()
    harness.chat.trouble, harness.chat.heard = TemporaryError("The answer was lost."), True
    await harness.deliver()
    assert harness.titles == ["Once"]
    harness.chat.trouble = None
    await harness.deliver(after=timedelta(minutes=20))
    assert harness.titles == ["Once"]
    assert list(harness.chat.threads.values()) == ["Once"]


async def test_discord_may_be_away_for_days(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Patient")
    await harness.poll()
    harness.chat.trouble = TemporaryError("Discord is away.")
    for _ in range(100):
        await harness.deliver(after=timedelta(hours=1))
    harness.chat.trouble = None
    harness.blog.remark(entry, "Bob", "Me too")
    await harness.poll(after=timedelta(hours=7))
    await harness.deliver()
    assert harness.titles == ["Patient", "Me too"]


async def test_what_died_is_announced_after_all_when_somebody_comments(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Died")
    await harness.poll()
    harness.chat.trouble = TemporaryError("Discord is away.")
    for _ in range(40):
        await harness.deliver(after=timedelta(hours=6))
    assert len((await harness.bridge.views.status(GUILD)).outbox.dead) == 1
    harness.chat.trouble = None
    harness.blog.remark(entry, "Bob", "Late")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Died", "Late"]


async def test_a_channel_lost_for_days_gets_everything_when_it_is_back(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Kept")
    await harness.poll()
    harness.chat.trouble = ChannelLost("I may not write there.")
    for _ in range(60):
        await harness.deliver(after=timedelta(hours=2))
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    assert subscribed.subscription.parked_reason == "I may not write there."
    assert (await harness.bridge.views.status(GUILD)).parked != ()
    harness.chat.trouble = TemporaryError("One hiccup.")
    await harness.bridge.admin.resume(subscribed)
    await harness.deliver()
    harness.chat.trouble = None
    await harness.deliver(after=timedelta(minutes=15))
    assert harness.titles == ["Kept"]
    assert (await harness.bridge.views.status(GUILD)).parked == ()


async def test_a_thread_that_is_refused_does_not_post_the_entry_again_and_again(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("One message")
    await harness.poll()
    harness.chat.thread_trouble = ChannelLost("Grant Create Public Threads.")
    for _ in range(4):
        await harness.deliver(after=timedelta(hours=2))
    assert harness.titles == ["One message"]
    (parked,) = await harness.bridge.admin.blogs(GUILD)
    harness.chat.thread_trouble = None
    await harness.bridge.admin.resume(parked)
    await harness.deliver()
    assert harness.titles == ["One message"]
    assert list(harness.chat.threads.values()) == ["One message"]


async def test_an_entry_that_died_half_way_is_found_again_by_every_new_life(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Half way")
    await harness.poll()
    harness.chat.thread_trouble = Refused("AutoMod does not let this title pass.")
    await harness.deliver()
    for number in range(3):
        harness.blog.remark(entry, "Bob", f"Comment {number}")
        await harness.poll()
        await harness.deliver()
    assert harness.titles == ["Half way"]


async def test_a_bug_in_one_delivery_does_not_hold_a_channel_up_for_long(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Poison")
    harness.blog.write("Good")
    await harness.poll()
    post = harness.chat.post

    async def broken(channel_id, said, **options):
        if said.title == "Poison":
            raise ZeroDivisionError
        return await post(channel_id, said, **options)

    harness.chat.post = broken
    for _ in range(6):
        await harness.deliver(after=timedelta(minutes=15))
    assert harness.titles == ["Good"]


@pytest.mark.parametrize("step", ["record", "record_dead", "both"])
async def test_a_bug_while_a_delivery_is_written_down_does_not_hold_a_channel_up_for_long(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await harness.start()
    harness.blog.write("Poison")
    harness.blog.write("Good")
    await harness.poll()
    (poison,) = [row["id"] for row in await fetch("SELECT id FROM entries WHERE title = 'Poison'")]
    perform = EntryAnnouncer.perform
    bugs = Counter[str]()

    def breaks(name: str) -> None:
        original = getattr(EntryAnnouncer, name)

        async def broken(self, delivery, intent, *args, **options):
            if intent.entry_id == poison:
                bugs[name] += 1
                raise ZeroDivisionError
            await original(self, delivery, intent, *args, **options)

        monkeypatch.setattr(EntryAnnouncer, name, broken)

    async def refused(self, delivery, intent):
        if intent.entry_id == poison:
            raise Refused("AutoMod does not let this pass.")
        return await perform(self, delivery, intent)

    if step == "record_dead":
        monkeypatch.setattr(EntryAnnouncer, "perform", refused)
    for name in ("record", "record_dead") if step == "both" else (step,):
        breaks(name)
    for _ in range(6):
        await harness.deliver(after=timedelta(minutes=15))
    assert harness.titles == (["Good"] if step == "record_dead" else ["Poison", "Good"]), "once, and the lane goes on"
    (dead,) = (await harness.bridge.views.status(GUILD)).outbox.dead
    assert "inside the bot" in dead.error
    assert max(bugs.values()) <= 6
    attempts = sum(bugs.values())
    for _ in range(3):
        await harness.deliver(after=timedelta(hours=1))
    assert sum(bugs.values()) == attempts, "dead is dead"


async def test_where_nobody_can_tell_whether_it_stands_there_it_is_not_said_again(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.start()
    harness.blog.write("Perhaps")
    harness.blog.write("Next")
    await harness.poll()
    harness.chat.trouble, harness.chat.heard = TemporaryError("The answer was lost."), True
    await harness.deliver()

    async def too_many(*_: object, **__: object) -> None:
        raise OutcomeUnknown("So much was written there.")

    monkeypatch.setattr(harness.chat, "find", too_many)
    harness.chat.trouble = None
    for _ in range(3):
        await harness.deliver(after=timedelta(minutes=20))
    assert harness.titles == ["Perhaps", "Next"]
    (dead,) = (await harness.bridge.views.status(GUILD)).outbox.dead
    assert dead.error == "So much was written there."


async def test_a_bug_after_days_of_failures_is_retried_as_well(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.start()
    harness.blog.write("Patient")
    await harness.poll()
    harness.chat.trouble = TemporaryError("Discord is away.")
    for _ in range(20):
        await harness.deliver(after=timedelta(hours=1))
    harness.chat.trouble = None
    with monkeypatch.context() as once:

        async def broken(*_):
            raise ZeroDivisionError

        once.setattr(EntryAnnouncer, "record", broken)
        await harness.deliver(after=timedelta(hours=1))
    await harness.deliver(after=timedelta(hours=1))
    assert (await harness.bridge.views.status(GUILD)).outbox.dead == ()
    assert await fetch("SELECT id FROM posted_messages") != []


async def test_what_a_pause_dropped_gets_its_thread_when_somebody_comments_later(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    entry = harness.blog.write("Dropped")
    await harness.poll()
    await harness.bridge.admin.pause(subscribed.subscription)
    (paused,) = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.admin.resume(paused)
    await harness.deliver()
    assert harness.titles == []
    harness.blog.remark(entry, "Bob", "Later")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Dropped", "Later"]


async def test_pause_stops_what_waits(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    harness.blog.write("Too late")
    await harness.poll()
    await harness.bridge.admin.pause(subscribed.subscription)
    await harness.deliver()
    (now,) = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.admin.resume(now)
    await harness.deliver()
    assert harness.titles == []


async def test_the_loop_runs_until_it_is_cancelled(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("By itself")
    await harness.poll()
    running = asyncio.create_task(harness.bridge.dispatcher.run())
    async with asyncio.timeout(5):
        while not harness.chat.threads:  # noqa: ASYNC110 -- the fake has no event
            await asyncio.sleep(0.01)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert harness.titles == ["By itself"]
