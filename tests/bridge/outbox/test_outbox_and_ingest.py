"""The journeys over the real store, with a clock that the test moves: crashes, weather of days, silence and floods."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.delivery import AnnounceEntry
from bot.model.entry import EntryRef
from bot.model.errors import Lost, Refused, TemporaryError, Uncertain
from bot.model.feed import Failed
from bot.model.ids import ChannelId, Uid
from bot.storage.statements import fetch
from tests.bridge.harness import CHANNEL, GUILD, USER, House


async def test_a_crash_between_perform_and_record_says_nothing_twice(house: House) -> None:
    await house.start()
    house.blog.write("Once")
    await house.poll()
    house.chat.trouble, house.chat.heard = TemporaryError("The answer was lost."), True
    await house.deliver()
    assert house.titles == ["Once"]
    house.chat.trouble = None
    await house.deliver(after=timedelta(minutes=20))
    assert house.titles == ["Once"]
    assert list(house.chat.threads.values()) == ["Once"]


async def test_discord_may_be_away_for_days(house: House) -> None:
    await house.start()
    entry = house.blog.write("Patient")
    await house.poll()
    house.chat.trouble = TemporaryError("Discord is away.")
    for _ in range(100):
        await house.deliver(after=timedelta(hours=1))
    house.chat.trouble = None
    house.blog.remark(entry, "Bob", "Me too")
    await house.poll(after=timedelta(hours=7))
    await house.deliver()
    assert house.titles == ["Patient", "Me too"]


async def test_what_died_is_announced_after_all_when_somebody_comments(house: House) -> None:
    await house.start()
    entry = house.blog.write("Died")
    await house.poll()
    house.chat.trouble = TemporaryError("Discord is away.")
    for _ in range(40):
        await house.deliver(after=timedelta(hours=6))
    assert len((await house.bridge.views.status(GUILD)).outbox.dead) == 1
    house.chat.trouble = None
    house.blog.remark(entry, "Bob", "Late")
    await house.poll()
    await house.deliver()
    assert house.titles == ["Died", "Late"]


async def test_a_channel_lost_for_days_gets_everything_when_it_is_back(house: House) -> None:
    await house.start()
    house.blog.write("Kept")
    await house.poll()
    house.chat.trouble = Lost("I may not write there.")
    for _ in range(60):
        await house.deliver(after=timedelta(hours=2))
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    assert subscribed.subscription.parked_reason == "I may not write there."
    assert (await house.bridge.views.status(GUILD)).parked != ()
    house.chat.trouble = TemporaryError("One hiccup.")
    await house.bridge.admin.resume(subscribed)
    await house.deliver()
    house.chat.trouble = None
    await house.deliver(after=timedelta(minutes=15))
    assert house.titles == ["Kept"]
    assert (await house.bridge.views.status(GUILD)).parked == ()


async def test_a_thread_that_is_refused_does_not_post_the_entry_again_and_again(house: House) -> None:
    await house.start()
    house.blog.write("One message")
    await house.poll()
    house.chat.thread_trouble = Lost("Grant Create Public Threads.")
    for _ in range(4):
        await house.deliver(after=timedelta(hours=2))
    assert house.titles == ["One message"]
    (parked,) = await house.bridge.admin.blogs(GUILD)
    house.chat.thread_trouble = None
    await house.bridge.admin.resume(parked)
    await house.deliver()
    assert house.titles == ["One message"]
    assert list(house.chat.threads.values()) == ["One message"]


async def test_an_entry_that_died_half_way_is_found_again_by_every_new_life(house: House) -> None:
    await house.start()
    entry = house.blog.write("Half way")
    await house.poll()
    house.chat.thread_trouble = Refused("AutoMod does not let this title pass.")
    await house.deliver()
    for number in range(3):
        house.blog.remark(entry, "Bob", f"Comment {number}")
        await house.poll()
        await house.deliver()
    assert house.titles == ["Half way"]


async def test_a_bug_in_one_delivery_does_not_hold_a_channel_up_for_long(house: House) -> None:
    await house.start()
    house.blog.write("Poison")
    house.blog.write("Good")
    await house.poll()
    post = house.chat.post

    async def broken(channel_id, said, **options):
        if said.title == "Poison":
            raise ZeroDivisionError
        return await post(channel_id, said, **options)

    house.chat.post = broken
    for _ in range(6):
        await house.deliver(after=timedelta(minutes=15))
    assert house.titles == ["Good"]


@pytest.mark.parametrize("step", ["record", "bury", "both"])
async def test_a_bug_while_a_delivery_is_written_down_does_not_hold_a_channel_up_for_long(
    house: House, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await house.start()
    house.blog.write("Poison")
    house.blog.write("Good")
    await house.poll()
    announcer = house.bridge.dispatcher._handlers[AnnounceEntry]
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

    if step == "bury":
        monkeypatch.setattr(announcer, "perform", refused)
    for name in ("record", "bury") if step == "both" else (step,):
        breaks(name)
    for _ in range(6):
        await house.deliver(after=timedelta(minutes=15))
    assert house.titles == (["Good"] if step == "bury" else ["Poison", "Good"]), "once, and the lane goes on"
    (dead,) = (await house.bridge.views.status(GUILD)).outbox.dead
    assert "inside the bot" in dead.error
    assert max(bugs.values()) <= 6
    attempts = sum(bugs.values())
    for _ in range(3):
        await house.deliver(after=timedelta(hours=1))
    assert sum(bugs.values()) == attempts, "dead is dead"


async def test_where_nobody_can_tell_whether_it_stands_there_it_is_not_said_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.start()
    house.blog.write("Perhaps")
    house.blog.write("Next")
    await house.poll()
    house.chat.trouble, house.chat.heard = TemporaryError("The answer was lost."), True
    await house.deliver()

    async def too_many(*_: object, **__: object) -> None:
        raise Uncertain("So much was written there.")

    monkeypatch.setattr(house.chat, "find", too_many)
    house.chat.trouble = None
    for _ in range(3):
        await house.deliver(after=timedelta(minutes=20))
    assert house.titles == ["Perhaps", "Next"]
    (dead,) = (await house.bridge.views.status(GUILD)).outbox.dead
    assert dead.error == "So much was written there."


async def test_a_bug_after_days_of_weather_is_tried_again_as_well(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.start()
    house.blog.write("Patient")
    await house.poll()
    house.chat.trouble = TemporaryError("Discord is away.")
    for _ in range(20):
        await house.deliver(after=timedelta(hours=1))
    house.chat.trouble = None
    with monkeypatch.context() as once:

        async def broken(*_):
            raise ZeroDivisionError

        once.setattr(house.bridge.dispatcher._handlers[AnnounceEntry], "record", broken)
        await house.deliver(after=timedelta(hours=1))
    await house.deliver(after=timedelta(hours=1))
    assert (await house.bridge.views.status(GUILD)).outbox.dead == ()
    assert await fetch("SELECT id FROM links") != []


async def test_what_a_pause_dropped_gets_its_thread_when_somebody_comments_later(house: House) -> None:
    subscribed = await house.start()
    entry = house.blog.write("Dropped")
    await house.poll()
    await house.bridge.admin.pause(subscribed.subscription)
    (paused,) = await house.bridge.admin.blogs(GUILD)
    await house.bridge.admin.resume(paused)
    await house.deliver()
    assert house.titles == []
    house.blog.remark(entry, "Bob", "Later")
    await house.poll()
    await house.deliver()
    assert house.titles == ["Dropped", "Later"]


async def test_pause_stops_what_waits(house: House) -> None:
    subscribed = await house.start()
    house.blog.write("Too late")
    await house.poll()
    await house.bridge.admin.pause(subscribed.subscription)
    await house.deliver()
    (now,) = await house.bridge.admin.blogs(GUILD)
    await house.bridge.admin.resume(now)
    await house.deliver()
    assert house.titles == []


async def test_a_comment_feed_that_could_not_be_read_at_the_start_does_not_flood(house: House) -> None:
    old = [house.blog.write(f"Old {number}") for number in range(12)]
    for entry in old[:5]:
        house.blog.remark(entry, "Bob", "From before")
    shown, house.blog.entries = house.blog.entries, house.blog.entries[-5:]
    fetch, down = house.blog.fetch, True

    async def fetch_while_down(feed, *, conditional):
        return await fetch(feed, conditional=conditional) if feed.kind == "entries" or not down else _failed()

    house.blog.fetch = fetch_while_down
    await house.start()
    down = False
    house.blog.look_up = lambda api_root, ids: _entries(shown, ids)
    await house.poll()
    await house.deliver()
    assert house.titles == []


def _failed() -> Failed:
    return Failed(text="The blog does not answer.")


async def _entries(entries, ids):
    return [entry for entry in entries if entry.native_id in ids]


async def test_resume_says_no_while_the_comments_cannot_be_read(house: House) -> None:
    subscribed = await house.start()
    house.blog.write("Entry")
    await house.poll()
    await house.bridge.admin.pause(subscribed.subscription)
    (paused,) = await house.bridge.admin.blogs(GUILD)
    fetch = house.blog.fetch

    async def without_comments(feed, *, conditional):
        return await fetch(feed, conditional=conditional) if feed.kind == "entries" else _failed()

    house.blog.fetch = without_comments
    with pytest.raises(TemporaryError, match="try again"):
        await house.bridge.admin.resume(paused)
    (still,) = await house.bridge.admin.blogs(GUILD)
    assert still.subscription.paused_at is not None


async def test_a_new_entry_hurries_the_comments_polled_with_it(house: House) -> None:
    await house.start()
    house.blog.write("Lively")
    await house.poll()
    blog_id = (await house.bridge.admin.blogs(GUILD))[0].blog.id
    for feed in await house.store.feeds.of_blog(blog_id):
        assert feed.next_poll_at - house.clock.now() <= timedelta(minutes=3), feed.kind


async def test_another_channels_start_takes_nothing_from_the_first_and_floods_nobody(house: House) -> None:
    await house.start()
    house.blog.write("For the first")
    await house.start(ChannelId(21))
    await house.deliver()
    assert [each.ref.channel_id for each in house.chat.said] == [CHANNEL]
    found = house.blog.found
    category = replace(found, entries=replace(found.entries, url="https://blog.example/category/feed/"))
    kept = await house.store.feeds.save_blog(category)
    assert kept.id != (await house.bridge.admin.blogs(GUILD))[0].blog.id


async def test_the_loop_runs_until_it_is_cancelled(house: House) -> None:
    await house.start()
    house.blog.write("By itself")
    await house.poll()
    running = asyncio.create_task(house.bridge.dispatcher.run())
    async with asyncio.timeout(5):
        while not house.chat.threads:  # noqa: ASYNC110 -- the fake has no event
            await asyncio.sleep(0.01)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert house.titles == ["By itself"]


async def test_an_author_is_alerted_of_a_comment_that_was_faster_than_the_entrys_feed(house: House) -> None:
    subscribed = await house.start()
    await house.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, "Ann")
    entry = house.blog.write("Overtaken")
    house.blog.entries.remove(entry)
    house.blog.remark(entry, "Bob", "First!")
    await house.poll()
    await house.deliver()
    house.blog.entries.append(entry)
    for _ in range(2):
        await house.poll(timedelta(hours=1))
        await house.deliver()
    alerts = [each.post.title for each in house.chat.said if each.ref.channel_id == ChannelId(USER)]
    assert alerts == ["New comment on Overtaken"]


async def test_an_entry_that_comments_told_of_is_known_again_by_its_date(house: House) -> None:
    await house.start()
    early, house.blog.entries = house.blog.write("Early"), []
    house.blog.remark(early, "Bob", "First")
    house.blog.look_up = lambda api_root, ids: _entries([early], ids)
    await house.poll()
    await house.deliver()
    assert house.titles == ["Early", "First"]
    renamed = replace(early, uid=Uid("tag:other"), link="https://blog.example/renamed/", native_id=None)
    house.blog.entries = [renamed]
    await house.poll()
    await house.deliver()
    assert house.titles == ["Early", "First"]


async def test_two_entries_never_become_the_one_that_a_comment_told_of(house: House) -> None:
    await house.start()
    page, house.blog.entries = replace(house.blog.write("Page"), link="https://blog.example/shared/"), []
    house.blog.remark(page, "Bob", "First")
    (comment,) = house.blog.comments
    told = EntryRef(native_id=None, link=page.link, uid=None, title=comment.entry.title)
    house.blog.comments = [replace(comment, entry=told)]
    await house.poll()
    one, two = (
        replace(page, uid=Uid(f"tag:{name}"), title=name, link=f"{page.link}?utm_content={name}", native_id=None)
        for name in ("Alpha", "Other")
    )
    assert page.published_at is not None
    house.blog.entries = [replace(two, published_at=page.published_at + timedelta(hours=1)), one]
    for _ in range(3):
        await house.poll()
        await house.deliver()
    assert {"Alpha", "Other"} <= set(house.titles)


async def test_of_several_entries_with_one_link_that_comments_told_of_the_newest_comes_first(house: House) -> None:
    await house.start()
    first, last = (
        replace(house.blog.write(title), link="https://blog.example/stream/", uid=Uid(f"api:{title}"))
        for title in ("First", "Last")
    )
    house.blog.entries = []
    house.blog.look_up = lambda api_root, ids: _entries([first, last], ids)
    for entry in (first, last):
        house.blog.remark(entry, "Bob", f"On {entry.title}")
    await house.poll()
    assert last.published_at is not None
    shown = replace(last, uid=Uid("feed:Last"), native_id=None, published_at=last.published_at + timedelta(minutes=1))
    house.blog.entries = [shown]
    await house.poll()
    rows = await fetch("SELECT uid FROM entries ORDER BY id")
    assert [row["uid"] for row in rows] == ["api:First", "feed:Last"]
