"""The journeys over the real store, with a clock that the test moves: crashes, weather of days, silence and floods."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.delivery import AnnounceEntry
from bot.model.entry import EntryRef
from bot.model.errors import ChannelLost, OutcomeUnknown, Refused, TemporaryError
from bot.model.feed import Failed
from bot.model.ids import ChannelId, Uid
from bot.storage.statements import fetch
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness


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
    announcer = harness.bridge.dispatcher._handlers[AnnounceEntry]
    (poison,) = [row["id"] for row in await fetch("SELECT id FROM entries WHERE title = 'Poison'")]
    perform = announcer.perform
    bugs = Counter[str]()

    def breaks(name: str) -> None:
        original = getattr(announcer, name)

        async def broken(delivery, intent, *args, **options):
            if intent.entry_id == poison:
                bugs[name] += 1
                raise ZeroDivisionError
            await original(delivery, intent, *args, **options)

        monkeypatch.setattr(announcer, name, broken)

    async def refused(delivery, intent):
        if intent.entry_id == poison:
            raise Refused("AutoMod does not let this pass.")
        return await perform(delivery, intent)

    if step == "record_dead":
        monkeypatch.setattr(announcer, "perform", refused)
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


async def test_a_bug_after_days_of_weather_is_tried_again_as_well(
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

        once.setattr(harness.bridge.dispatcher._handlers[AnnounceEntry], "record", broken)
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


async def test_a_comment_feed_that_could_not_be_read_at_the_start_does_not_flood(harness: BridgeHarness) -> None:
    old = [harness.blog.write(f"Old {number}") for number in range(12)]
    for entry in old[:5]:
        harness.blog.remark(entry, "Bob", "From before")
    shown, harness.blog.entries = harness.blog.entries, harness.blog.entries[-5:]
    fetch, down = harness.blog.fetch, True

    async def fetch_while_down(feed, *, conditional):
        return await fetch(feed, conditional=conditional) if feed.kind == "entries" or not down else _failed()

    harness.blog.fetch = fetch_while_down
    await harness.start()
    down = False
    harness.blog.look_up = lambda api_root, ids: _entries(shown, ids)
    await harness.poll()
    await harness.deliver()
    assert harness.titles == []


def _failed() -> Failed:
    return Failed(text="The blog does not answer.")


async def _entries(entries, ids):
    return [entry for entry in entries if entry.native_id in ids]


async def test_resume_says_no_while_the_comments_cannot_be_read(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    harness.blog.write("Entry")
    await harness.poll()
    await harness.bridge.admin.pause(subscribed.subscription)
    (paused,) = await harness.bridge.admin.blogs(GUILD)
    fetch = harness.blog.fetch

    async def without_comments(feed, *, conditional):
        return await fetch(feed, conditional=conditional) if feed.kind == "entries" else _failed()

    harness.blog.fetch = without_comments
    with pytest.raises(TemporaryError, match="try again"):
        await harness.bridge.admin.resume(paused)
    (still,) = await harness.bridge.admin.blogs(GUILD)
    assert still.subscription.paused_at is not None


async def test_a_new_entry_hurries_the_comments_polled_with_it(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Lively")
    await harness.poll()
    blog_id = (await harness.bridge.admin.blogs(GUILD))[0].blog.id
    for feed in await harness.store.feeds.of_blog(blog_id):
        assert feed.next_poll_at - harness.clock.now() <= timedelta(minutes=3), feed.kind


async def test_another_channels_start_takes_nothing_from_the_first_and_floods_nobody(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("For the first")
    await harness.start(ChannelId(21))
    await harness.deliver()
    assert [each.ref.channel_id for each in harness.chat.said] == [CHANNEL]
    found = harness.blog.found
    category = replace(found, entries=replace(found.entries, url="https://blog.example/category/feed/"))
    kept = await harness.store.feeds.save_blog(category)
    assert kept.id != (await harness.bridge.admin.blogs(GUILD))[0].blog.id


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


async def test_an_author_is_alerted_of_a_comment_that_was_faster_than_the_entrys_feed(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, "Ann")
    entry = harness.blog.write("Overtaken")
    harness.blog.entries.remove(entry)
    harness.blog.remark(entry, "Bob", "First!")
    await harness.poll()
    await harness.deliver()
    harness.blog.entries.append(entry)
    for _ in range(2):
        await harness.poll(timedelta(hours=1))
        await harness.deliver()
    alerts = [each.post.title for each in harness.chat.said if each.ref.channel_id == ChannelId(USER)]
    assert alerts == ["New comment on Overtaken"]


async def test_an_entry_that_comments_told_of_is_known_again_by_its_date(harness: BridgeHarness) -> None:
    await harness.start()
    early, harness.blog.entries = harness.blog.write("Early"), []
    harness.blog.remark(early, "Bob", "First")
    harness.blog.look_up = lambda api_root, ids: _entries([early], ids)
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Early", "First"]
    renamed = replace(early, uid=Uid("tag:other"), link="https://blog.example/renamed/", native_id=None)
    harness.blog.entries = [renamed]
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Early", "First"]


async def test_two_entries_never_become_the_one_that_a_comment_told_of(harness: BridgeHarness) -> None:
    await harness.start()
    page, harness.blog.entries = replace(harness.blog.write("Page"), link="https://blog.example/shared/"), []
    harness.blog.remark(page, "Bob", "First")
    (comment,) = harness.blog.comments
    told = EntryRef(native_id=None, link=page.link, uid=None, title=comment.entry.title)
    harness.blog.comments = [replace(comment, entry=told)]
    await harness.poll()
    one, two = (
        replace(page, uid=Uid(f"tag:{name}"), title=name, link=f"{page.link}?utm_content={name}", native_id=None)
        for name in ("Alpha", "Other")
    )
    assert page.published_at is not None
    harness.blog.entries = [replace(two, published_at=page.published_at + timedelta(hours=1)), one]
    for _ in range(3):
        await harness.poll()
        await harness.deliver()
    assert {"Alpha", "Other"} <= set(harness.titles)


async def test_of_several_entries_with_one_link_that_comments_told_of_the_newest_comes_first(
    harness: BridgeHarness,
) -> None:
    await harness.start()
    first, last = (
        replace(harness.blog.write(title), link="https://blog.example/stream/", uid=Uid(f"api:{title}"))
        for title in ("First", "Last")
    )
    harness.blog.entries = []
    harness.blog.look_up = lambda api_root, ids: _entries([first, last], ids)
    for entry in (first, last):
        harness.blog.remark(entry, "Bob", f"On {entry.title}")
    await harness.poll()
    assert last.published_at is not None
    shown = replace(last, uid=Uid("feed:Last"), native_id=None, published_at=last.published_at + timedelta(minutes=1))
    harness.blog.entries = [shown]
    await harness.poll()
    rows = await fetch("SELECT uid FROM entries ORDER BY id")
    assert [row["uid"] for row in rows] == ["api:First", "feed:Last"]
