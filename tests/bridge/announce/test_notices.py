"""Admins are told once, where nobody else reads it, and can have posted what was taken for known."""

import pytest

from bot.model.errors import DirectMessagesClosed, NotFound, Refused
from bot.model.ids import ChannelId, GuildId, Uid, UserId
from bot.model.notice import NoticeKind, WithheldEntries
from tests.bridge.harness import GUILD, USER, BridgeHarness


async def tell(harness: BridgeHarness, *taken: WithheldEntries) -> None:
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    async with harness.store.transaction():
        await harness.notices.notify(subscribed.blog.id, NoticeKind.IDENTITY, "Names changed.", taken=taken)


async def test_whoever_added_a_blog_is_told_by_direct_message(harness: BridgeHarness) -> None:
    await harness.start()
    await tell(harness)
    await harness.deliver()
    assert [(each.ref.channel_id, each.post.body) for each in harness.chat.said] == [
        (ChannelId(USER), "Names changed.")
    ]


async def test_closed_direct_messages_are_no_failure_and_the_card_of_the_blog_shows_the_notice(
    harness: BridgeHarness,
) -> None:
    subscribed = await harness.start()
    harness.chat.trouble = DirectMessagesClosed("Closed.")
    await tell(harness)
    await harness.deliver()
    assert (await harness.bridge.views.status(GUILD)).outbox.dead == ()
    view = await harness.bridge.admin.show(subscribed)
    assert [(each.text, each.undoable) for each in view.notices] == [("Names changed.", False)]


async def test_what_was_taken_for_known_is_posted_after_all_once(harness: BridgeHarness) -> None:
    harness.blog.write("One")
    harness.blog.write("Two")
    subscribed = await harness.start()
    two, one = await harness.store.entries.newest(subscribed.blog.id, 2)
    await tell(
        harness,
        WithheldEntries(entry_id=one.id, uid=None),
        WithheldEntries(entry_id=two.id, uid=Uid("https://else.where/2")),
    )
    await harness.deliver()
    (notice,) = (await harness.bridge.admin.show(subscribed)).notices
    assert harness.chat.said[0].post.acts[0].custom_id == f"notice:undo:{notice.id}"
    with pytest.raises(NotFound):
        await harness.bridge.undo_notice.undo(notice.id, UserId(31), None)
    await harness.bridge.undo_notice.undo(notice.id, USER, None)
    await harness.deliver()
    assert harness.titles == ["One", "Two"]
    with pytest.raises(Refused, match="already"):
        await harness.bridge.undo_notice.undo(notice.id, USER, GUILD)
    await harness.deliver()
    assert harness.titles == ["One", "Two"]


async def test_a_press_posts_in_the_pressers_guild_alone_and_each_guild_has_its_own(harness: BridgeHarness) -> None:
    harness.blog.write("One")
    harness.blog.write("Two")
    there = GuildId(GUILD + 1)
    subscribed = await harness.start()
    await harness.start(ChannelId(21), guild_id=there)
    two, one = await harness.store.entries.newest(subscribed.blog.id, 2)
    await tell(
        harness,
        WithheldEntries(entry_id=one.id, uid=None),
        WithheldEntries(entry_id=two.id, uid=Uid("https://else.where/2")),
    )
    await harness.deliver()
    (notice,) = (await harness.bridge.admin.show(subscribed)).notices

    def channels() -> list[int]:
        return [each.ref.channel_id for each in harness.chat.said if each.ref.channel_id != USER]

    await harness.bridge.undo_notice.undo(notice.id, UserId(31), there)
    await harness.deliver()
    assert set(channels()) == {21}
    assert len(channels()) == 2
    (here,) = (await harness.bridge.admin.show(subscribed)).notices
    assert here.undoable
    with pytest.raises(Refused, match="already"):
        await harness.bridge.undo_notice.undo(notice.id, UserId(31), there)
    with pytest.raises(NotFound):
        await harness.bridge.undo_notice.undo(notice.id, USER, GuildId(99))
    await harness.bridge.undo_notice.undo(notice.id, UserId(31), GUILD)
    await harness.deliver()
    assert sorted(channels()) == [20, 20, 21, 21]
    (here,) = (await harness.bridge.admin.show(subscribed)).notices
    assert not here.undoable


async def test_in_a_direct_message_only_who_still_may_manage_a_server_posts_there(harness: BridgeHarness) -> None:
    harness.blog.write("One")
    subscribed = await harness.start()
    (one,) = await harness.store.entries.newest(subscribed.blog.id, 1)
    await tell(harness, WithheldEntries(entry_id=one.id, uid=None))
    (notice,) = (await harness.bridge.admin.show(subscribed)).notices
    harness.chat.no_managers.add(USER)
    with pytest.raises(Refused, match="Manage Server"):
        await harness.bridge.undo_notice.undo(notice.id, USER, None)
    await harness.deliver()
    assert harness.titles == []
    (still,) = (await harness.bridge.admin.show(subscribed)).notices
    assert still.undoable, "somebody else may press it under /blog show"


async def test_a_comment_on_what_one_guild_had_posted_opens_no_thread_in_another(harness: BridgeHarness) -> None:
    harness.blog.write("One")
    there, elsewhere = GuildId(GUILD + 1), ChannelId(21)
    subscribed = await harness.start()
    await harness.start(elsewhere, guild_id=there)
    (one,) = await harness.store.entries.newest(subscribed.blog.id, 1)
    await tell(harness, WithheldEntries(entry_id=one.id, uid=Uid("https://else.where/1")))
    await harness.deliver()
    (notice,) = (await harness.bridge.admin.show(subscribed)).notices

    def said() -> list[tuple[int, str]]:
        places = [(each.ref.channel_id, each.post.title or each.post.body) for each in harness.chat.said]
        return [each for each in places if each[0] != USER]

    await harness.bridge.undo_notice.undo(notice.id, USER, GUILD)
    # At once, so that the entry is still on its way to the guild that asked for it.
    harness.blog.remark(harness.blog.entries[0], "Mia", "<p>Well said.</p>")
    await harness.poll()
    await harness.deliver()
    assert len(said()) == 2, "the entry and its comment"
    assert elsewhere not in {channel_id for channel_id, _ in said()}
    # A server that asks for it later has it, and what is said from then on.
    await harness.bridge.undo_notice.undo(notice.id, USER, there)
    harness.blog.remark(harness.blog.entries[0], "Ben", "<p>So it is.</p>")
    await harness.poll()
    await harness.deliver()
    assert [title for channel_id, title in said() if channel_id == elsewhere] == ["One"]
    assert len(said()) == 5
