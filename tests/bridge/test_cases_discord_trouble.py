"""Cases 91 to 94 of feeds in the wild: refusals, lost answers, bans; a real client and a Discord on loopback."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.storage.database import Store
from tests.bridge.discord_stage import Stage, staged


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    async with staged(store) as set_:
        yield set_


async def test_case_91_a_refused_form_costs_one_entry_at_most_and_never_the_subscription(stage: Stage) -> None:
    await stage.start()
    stage.blog.write("Bad picture", html="<p>Words</p>")
    stage.blog.entries[-1] = replace(stage.blog.entries[-1], image_url="https://blog example/a b.png")
    stage.blog.write("Good")
    await stage.poll()
    with stage.discord.excused("well formed"):
        await stage.deliver()
    assert stage.titles() == ["Bad picture", "Good"]
    stage.blog.write("Refused in every form")
    after = stage.blog.write("After")
    await stage.poll()
    stage.discord.faults.fail("POST", f"/{stage.channel.id}/messages$", status=400, times=2)
    await stage.deliver()
    assert stage.titles()[2:] == ["After"]
    assert await stage.dead() == ["Discord refused this without a reason that the bot knows."]
    assert (await stage.subscribed()).subscription.active
    stage.blog.remark(after, "Bob", "And comments")
    await stage.poll()
    await stage.deliver()
    assert stage.titles(stage.thread("After")) == ["And comments"]


@pytest.mark.parametrize("drop", [True, False], ids=["no answer", "503"])
@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_case_92_what_stands_although_no_answer_came_is_found_and_not_said_again(
    stage: Stage, kind: str, drop: bool
) -> None:
    channel = stage.guild.add_channel("posts", kind)
    await stage.start(channel)
    entry = stage.blog.write("Once")
    await stage.poll()
    lost = stage.discord.faults.fail(
        "POST", "/(?:messages|threads)$", status=503, drop=drop, after_storing=True, times=2
    )
    for _ in range(3):
        await stage.deliver(after=timedelta(minutes=5))
        # Discord forgets them after some minutes.
        stage.discord.world.nonces.clear()
    stage.blog.remark(entry, "Bob", "Once too")
    await stage.poll()
    lost.times = None
    await stage.deliver()
    stage.discord.world.nonces.clear()
    stage.discord.faults.clear()
    await stage.deliver(after=timedelta(minutes=5))
    thread = stage.thread("Once")
    assert [each.text.split("\n")[0] for each in (*stage.cards(channel), *stage.cards(thread))] == ["Ann", "Bob"]
    assert (await stage.waiting(), await stage.dead()) == (0, [])


async def test_case_94_while_discord_bans_us_everything_waits_and_nothing_is_tried(stage: Stage) -> None:
    channels = [stage.channel, *(stage.guild.add_channel(f"blog-{number}") for number in range(4))]
    for channel in channels:
        await stage.start(channel)
    stage.blog.write("Patient")
    await stage.poll()
    stage.discord.faults.ban(3600)
    before = len(stage.discord.requests)
    await stage.deliver()
    # Those that were under way at once may each have heard of it.
    assert len(stage.discord.requests) - before <= len(channels)
    told = len(stage.discord.requests)
    late = stage.guild.add_channel("late")
    await stage.start(late)
    stage.blog.write("Late")
    await stage.poll(after=timedelta(minutes=5))
    channels.append(late)
    for _ in range(5):
        await stage.deliver(after=timedelta(minutes=10))
    assert len(stage.discord.requests) == told, "asking on prolongs a ban"
    assert (await stage.waiting(), await stage.dead()) == (2 * len(channels) - 1, [])
    stage.discord.faults.clear()
    await stage.deliver(after=timedelta(minutes=11))
    *early, last = [stage.titles(channel) for channel in channels]
    assert (early, last) == ([["Patient", "Late"]] * len(early), ["Late"])


async def test_case_94_a_ban_between_a_message_and_its_thread_doubles_nothing(stage: Stage) -> None:
    await stage.start()
    stage.blog.write("Half way")
    await stage.poll()
    stage.discord.faults.ban(3600, "/threads$")
    await stage.deliver()
    assert stage.titles() == ["Half way"]
    stage.discord.faults.clear()
    stage.discord.world.nonces.clear()
    await stage.deliver(after=timedelta(hours=2))
    assert stage.titles() == ["Half way"]
    assert stage.thread("Half way")


async def test_case_94_a_ban_of_weeks_buries_nothing(stage: Stage) -> None:
    await stage.start()
    stage.blog.write("Patient")
    await stage.poll()
    stage.discord.faults.ban(86400)
    for _ in range(20):
        await stage.deliver(after=timedelta(days=1))
    stage.discord.faults.clear()
    stage.discord.faults.fail("POST", "/messages$", status=503)
    await stage.deliver(after=timedelta(days=1, minutes=1))
    assert (await stage.waiting(), await stage.dead()) == (1, []), "patience begins when the ban is over"
    await stage.deliver(after=timedelta(minutes=15))
    assert stage.titles() == ["Patient"]


async def test_case_94_a_ban_does_not_keep_from_the_blog_what_is_bound_for_it(stage: Stage) -> None:
    await stage.start()
    stage.blog.write("Patient")
    await stage.poll()
    stage.discord.faults.ban(3600)
    await stage.deliver()
    (feed, *_) = await stage.store.feeds.of_blog((await stage.subscribed()).blog.id)
    stage.blog.write("Another")
    await stage.poll(after=timedelta(minutes=20))
    (again, *_) = await stage.store.feeds.of_blog((await stage.subscribed()).blog.id)
    assert again.last_polled_at != feed.last_polled_at
    assert await stage.waiting() == 2


async def test_case_94_a_global_limit_stops_all_senders_and_loses_nothing(store: Store) -> None:
    async with staged(store, rate_limits="real") as stage:
        channels = [stage.channel, *(stage.guild.add_channel(f"blog-{number}") for number in range(3))]
        for channel in channels:
            await stage.start(channel)
        stage.blog.write("Patient")
        await stage.poll()
        stage.discord.limits._global.limit = 5
        await stage.deliver()
        while await stage.waiting():
            await stage.deliver(after=timedelta(minutes=1))
        assert [stage.titles(channel) for channel in channels] == [["Patient"]] * len(channels)
        assert any(status == 429 for _, _, status in stage.discord.requests)
        assert await stage.dead() == []
