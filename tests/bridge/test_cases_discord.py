"""Cases 85 to 90 of feeds in the wild: what becomes of deliveries, told by a real client to a Discord on loopback."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.entry import ParsedComment, ParsedEntry
from bot.model.ids import ChannelId, GuildId
from bot.storage.database import Store
from tests.bridge.discord_stage import Stage, staged


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    async with staged(store) as set_:
        yield set_


async def test_case_85_a_forum_that_asks_for_a_tag_gets_one(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", "forum", tags=("Staff", "News", "Essays"), require_tag=True)
    forum.tags[0].moderated = True
    await stage.start(forum)
    stage.blog.write("Untagged")
    stage.blog.write("Tagged")
    stage.blog.entries[-1] = replace(stage.blog.entries[-1], categories=("essays", "Staff"))
    await stage.poll()
    await stage.deliver()
    assert {thread.name: thread.tag_names for thread in forum.threads} == {"Untagged": ["News"], "Tagged": ["Essays"]}


async def test_case_85_a_forum_without_a_usable_tag_waits_until_it_has_one(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", "forum", tags=("News",), require_tag=True)
    await stage.start(forum)
    forum.tags[0].moderated = True
    stage.blog.write("Patient")
    await stage.poll()
    await stage.deliver()
    reason = (await stage.subscribed(forum)).subscription.parked_reason
    assert reason is not None
    assert "tag" in reason
    forum.tags[0].moderated = False
    await stage.deliver(after=timedelta(hours=2))
    assert [thread.name for thread in forum.threads] == ["Patient"]
    assert (await stage.subscribed(forum)).subscription.active


async def announced(stage: Stage, title: str = "Talk") -> ParsedEntry:
    entry = stage.blog.write(title)
    await stage.poll()
    await stage.deliver()
    return entry


async def said(stage: Stage, entry: ParsedEntry, text: str, **changes: object) -> ParsedComment:
    comment = stage.blog.remark(entry, "Bob", text)
    comment = stage.blog.comments[-1] = replace(comment, **changes)
    await stage.poll()
    await stage.deliver()
    return comment


async def test_case_87_a_thread_that_went_to_sleep_is_woken_by_a_comment(stage: Stage) -> None:
    await stage.start()
    entry = await announced(stage)
    thread = stage.thread("Talk")
    await stage.olga.archive(thread)
    await said(stage, entry, "Still here")
    assert (stage.titles(thread), thread.archived) == (["Still here"], False)


async def test_case_87_on_a_locked_thread_comments_go_to_the_channel_with_the_way_to_it(stage: Stage) -> None:
    await stage.start()
    await stage.bridge.admin.set_locked((await stage.subscribed()).subscription, to_channel=True)
    entry = await announced(stage)
    thread = stage.thread("Talk")
    before = await said(stage, entry, "Before")
    await stage.olga.lock(thread)
    await stage.olga.archive(thread)
    first = await said(stage, entry, "First", parent_uid=before.uid, parent_author="Bob")
    await said(stage, entry, "Second", parent_uid=first.uid)
    card, one = stage.cards()
    assert one.reference == card
    assert [button["url"] for button in one.parts if button["type"] == 2] == [
        f"https://discord.com/channels/{stage.guild.id}/{thread.id}"
    ]
    assert "in reply to Bob" in one.text, "its parent stands in the thread, where it cannot be answered from here"
    assert (stage.titles(thread), await stage.dead()) == (["Before"], [])
    await stage.olga.archive(thread, archived=False)
    await stage.olga.lock(thread, locked=False)
    await said(stage, entry, "Third", parent_uid=before.uid)
    assert [each.reference for each in stage.cards(thread)] == [None, stage.cards(thread)[0]]


async def test_case_87_what_was_said_beside_a_locked_thread_is_said_once(stage: Stage) -> None:
    await stage.start()
    await stage.bridge.admin.set_locked((await stage.subscribed()).subscription, to_channel=True)
    entry = await announced(stage)
    await stage.olga.lock(stage.thread("Talk"))
    stage.blog.remark(entry, "Bob", "Once")
    await stage.poll()
    stage.discord.faults.fail("POST", f"/{stage.channel.id}/messages$", status=503, after_storing=True)
    await stage.deliver()
    stage.discord.world.nonces.clear()
    await stage.deliver(after=timedelta(minutes=1))
    assert len(stage.cards()) == 2


async def test_case_87_who_may_manage_threads_goes_on_in_a_locked_one(stage: Stage) -> None:
    await stage.start()
    entry = await announced(stage)
    thread = stage.thread("Talk")
    await stage.olga.lock(thread)
    await stage.olga.archive(thread)
    stage.guild.allow_bot(stage.channel, "MANAGE_THREADS")
    await said(stage, entry, "Still here")
    assert (stage.titles(thread), thread.archived) == (["Still here"], False)


async def test_case_87_a_closed_forum_post_stays_closed_and_nothing_dies_of_it(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", "forum")
    await stage.start(forum)
    entry = await announced(stage)
    thread = stage.thread("Talk")
    await stage.olga.lock(thread)
    await said(stage, entry, "Too late")
    assert (len(stage.cards(thread)), await stage.dead(), await stage.waiting()) == (1, [], 0)
    await stage.olga.lock(thread, locked=False)
    await said(stage, entry, "Open again")
    assert len(stage.cards(thread)) == 2


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_case_88_a_deleted_thread_is_not_made_again_and_is_asked_for_once(stage: Stage, kind: str) -> None:
    channel = stage.guild.add_channel("posts", kind)
    await stage.start(channel)
    entry = await announced(stage)
    thread = stage.thread("Talk")
    await said(stage, entry, "Before")
    await stage.olga.delete_thread(thread)
    asked = len(stage.discord.requests)
    for number in range(4):
        await said(stage, entry, f"After {number}")
    assert len(stage.discord.requests) == asked + 1
    assert (await stage.dead(), await stage.waiting(), stage.guild.threads) == ([], 0, {})
    assert (await stage.subscribed(channel)).subscription.active
    another = await announced(stage, "Another")
    await said(stage, another, "Welcome")
    assert stage.cards(stage.thread("Another"))[-1].embeds[0]["description"] == "Welcome"


async def test_case_88_a_message_deleted_before_its_thread_was_opened_is_not_made_again(stage: Stage) -> None:
    await stage.start()
    stage.discord.faults.fail("POST", "/threads$", status=503)
    entry = await announced(stage)
    await stage.olga.delete(stage.cards()[0])
    await stage.deliver(after=timedelta(minutes=1))
    await said(stage, entry, "Below nothing")
    assert (stage.titles(), stage.guild.threads, await stage.dead(), await stage.waiting()) == ([], {}, [], 0)


async def test_case_88_what_a_deleted_message_said_is_not_said_again(stage: Stage) -> None:
    subscribed = await stage.start()
    entry = await announced(stage)
    await said(stage, entry, "Gone soon")
    thread = stage.thread("Talk")
    await stage.olga.delete(stage.cards(thread)[0])
    stage.blog.comments[-1] = replace(stage.blog.comments[-1], html="<p>Edited</p>")
    await stage.poll()
    await stage.deliver()
    parent = stage.blog.comments[-1]
    await said(stage, entry, "An answer", parent_uid=parent.uid)
    assert (stage.titles(thread), await stage.dead()) == (["An answer"], [])
    assert await stage.store.messages.of_thread(ChannelId(thread.id)) is not None
    assert subscribed.subscription.active


@pytest.mark.parametrize("permission", ["VIEW_CHANNEL", "SEND_MESSAGES", "EMBED_LINKS"])
async def test_case_89_a_lost_channel_is_told_of_once_and_asked_for_hourly(stage: Stage, permission: str) -> None:
    await stage.start()
    stage.guild.deny_bot(stage.channel, permission)
    stage.blog.write("Waiting")
    await stage.poll()
    for _ in range(5):
        await stage.deliver(after=timedelta(minutes=30))
    assert len([path for _, path, status in stage.discord.requests if status in (400, 403)]) == 3
    stage.blog.write("Waiting too")
    await stage.poll()
    await stage.deliver()
    (told,) = stage.olga.dms
    assert f"<#{stage.channel.id}>" in told.text
    assert permission.replace("_", " ").title() in told.text
    stage.guild.allow_bot(stage.channel, permission)
    await stage.deliver(after=timedelta(hours=2))
    assert stage.titles() == ["Waiting", "Waiting too"]
    assert (await stage.subscribed()).subscription.active
    stage.guild.deny_bot(stage.channel, permission)
    await announced(stage, "Lost again")
    assert len(stage.olga.dms) == 2, "once each time"


async def test_case_89_a_deleted_channel_is_lost_too(stage: Stage) -> None:
    await stage.start()
    stage.guild.remove_channel(stage.channel)
    await announced(stage)
    assert (await stage.subscribed()).subscription.parked_reason is not None
    assert (len(stage.olga.dms), await stage.waiting(), await stage.dead()) == (1, 1, [])


async def test_case_89_what_changes_in_a_server_has_its_lost_channels_looked_at_and_no_others(stage: Stage) -> None:
    elsewhere = stage.guild.add_channel("elsewhere")
    for channel in (stage.channel, elsewhere):
        await stage.start(channel)
    stage.guild.deny_bot(stage.channel, "SEND_MESSAGES")
    await announced(stage)
    asked = stage.asked("POST", "/messages")
    for _ in range(20):
        await stage.bridge.parking.recheck(stage.guild_id)
        await stage.deliver(after=timedelta(milliseconds=50))
    await stage.deliver(after=timedelta(seconds=3))
    assert stage.asked("POST", "/messages") == asked + 1, "a burst of changes is looked at once"
    await stage.bridge.parking.recheck(GuildId(4242))
    await stage.deliver(after=timedelta(seconds=3))
    assert stage.asked("POST", "/messages") == asked + 1
    stage.guild.allow_bot(stage.channel, "SEND_MESSAGES")
    await stage.bridge.parking.recheck(stage.guild_id)
    await stage.deliver(after=timedelta(seconds=3))
    assert (stage.titles(), stage.titles(elsewhere)) == (["Talk"], ["Talk"])


async def test_case_89_closed_direct_messages_are_no_error(stage: Stage) -> None:
    await stage.start()
    stage.olga.close_dms()
    stage.guild.deny_bot(stage.channel, "SEND_MESSAGES")
    await announced(stage)
    assert (await stage.waiting(), await stage.dead()) == (1, [])
    assert (await stage.bridge.views.status(stage.guild_id)).parked != ()


async def test_case_90_an_outage_parks_nothing(stage: Stage) -> None:
    await stage.start()
    stage.guild.go_away()
    stage.blog.write("Patient")
    await stage.poll()
    for _ in range(12):
        await stage.deliver(after=timedelta(hours=1))
    assert (await stage.subscribed()).subscription.active
    assert (stage.olga.dms, await stage.dead()) == ([], [])
    stage.guild.come_back()
    await stage.deliver(after=timedelta(minutes=15))
    assert stage.titles() == ["Patient"]


async def test_case_90_a_server_that_the_bot_left_loses_nothing_until_it_is_back(stage: Stage) -> None:
    await stage.start()
    entry = await announced(stage)
    stage.guild.kick_bot()
    stage.blog.write("Waiting")
    await stage.poll()
    for _ in range(40):
        await stage.deliver(after=timedelta(days=1))
    stage.blog.remark(entry, "Bob", "Waiting too")
    await stage.poll()
    assert (await stage.subscribed()).subscription.parked_reason is not None
    assert (await stage.waiting(), await stage.dead()) == (2, [])
    stage.guild.invite_bot()
    await stage.bridge.parking.recheck(stage.guild_id)
    await stage.deliver(after=timedelta(seconds=3))
    assert (stage.titles(), stage.titles(stage.thread("Talk"))) == (["Talk", "Waiting"], ["Waiting too"])
    assert (await stage.subscribed()).subscription.active
