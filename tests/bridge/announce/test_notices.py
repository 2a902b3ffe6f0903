"""Admins are told once, where nobody else reads it, and can have posted what was taken for known."""

import pytest

from bot.model.errors import DirectClosed, NotFound, Refused
from bot.model.ids import ChannelId, GuildId, Uid, UserId
from bot.model.notice import NoticeKind, TakenForKnown
from tests.bridge.harness import GUILD, USER, House


async def tell(house: House, *taken: TakenForKnown) -> None:
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    async with house.store.transaction():
        await house.notices.tell(subscribed.blog.id, NoticeKind.IDENTITY, "Names changed.", taken=taken)


async def test_whoever_added_a_blog_is_told_by_direct_message(house: House) -> None:
    await house.start()
    await tell(house)
    await house.deliver()
    assert [(each.ref.channel_id, each.post.body) for each in house.chat.said] == [(ChannelId(USER), "Names changed.")]


async def test_closed_direct_messages_are_no_failure_and_the_card_of_the_blog_shows_the_notice(house: House) -> None:
    subscribed = await house.start()
    house.chat.trouble = DirectClosed("Closed.")
    await tell(house)
    await house.deliver()
    assert (await house.bridge.views.status(GUILD)).outbox.dead == ()
    view = await house.bridge.admin.show(subscribed)
    assert [(each.text, each.undoable) for each in view.notices] == [("Names changed.", False)]


async def test_what_was_taken_for_known_is_posted_after_all_once(house: House) -> None:
    house.blog.write("One")
    house.blog.write("Two")
    subscribed = await house.start()
    two, one = await house.store.items.newest_entries(subscribed.blog.id, 2)
    await tell(
        house, TakenForKnown(entry_id=one.id, uid=None), TakenForKnown(entry_id=two.id, uid=Uid("https://else.where/2"))
    )
    await house.deliver()
    (notice,) = (await house.bridge.admin.show(subscribed)).notices
    assert house.chat.said[0].post.acts[0].custom_id == f"notice:undo:{notice.id}"
    with pytest.raises(NotFound):
        await house.bridge.amends.undo(notice.id, UserId(31), None)
    await house.bridge.amends.undo(notice.id, USER, None)
    await house.deliver()
    assert house.titles == ["One", "Two"]
    with pytest.raises(Refused, match="already"):
        await house.bridge.amends.undo(notice.id, USER, GUILD)
    await house.deliver()
    assert house.titles == ["One", "Two"]


async def test_a_press_posts_in_the_pressers_guild_alone_and_each_guild_has_its_own(house: House) -> None:
    house.blog.write("One")
    house.blog.write("Two")
    there = GuildId(GUILD + 1)
    subscribed = await house.start()
    await house.start(ChannelId(21), guild_id=there)
    two, one = await house.store.items.newest_entries(subscribed.blog.id, 2)
    await tell(
        house, TakenForKnown(entry_id=one.id, uid=None), TakenForKnown(entry_id=two.id, uid=Uid("https://else.where/2"))
    )
    await house.deliver()
    (notice,) = (await house.bridge.admin.show(subscribed)).notices

    def channels() -> list[int]:
        return [each.ref.channel_id for each in house.chat.said if each.ref.channel_id != USER]

    await house.bridge.amends.undo(notice.id, UserId(31), there)
    await house.deliver()
    assert set(channels()) == {21}
    assert len(channels()) == 2
    (here,) = (await house.bridge.admin.show(subscribed)).notices
    assert here.undoable
    with pytest.raises(Refused, match="already"):
        await house.bridge.amends.undo(notice.id, UserId(31), there)
    with pytest.raises(NotFound):
        await house.bridge.amends.undo(notice.id, USER, GuildId(99))
    await house.bridge.amends.undo(notice.id, UserId(31), GUILD)
    await house.deliver()
    assert sorted(channels()) == [20, 20, 21, 21]
    (here,) = (await house.bridge.admin.show(subscribed)).notices
    assert not here.undoable


async def test_in_a_direct_message_only_who_still_may_manage_a_server_posts_there(house: House) -> None:
    house.blog.write("One")
    subscribed = await house.start()
    (one,) = await house.store.items.newest_entries(subscribed.blog.id, 1)
    await tell(house, TakenForKnown(entry_id=one.id, uid=None))
    (notice,) = (await house.bridge.admin.show(subscribed)).notices
    house.chat.no_managers.add(USER)
    with pytest.raises(Refused, match="Manage Server"):
        await house.bridge.amends.undo(notice.id, USER, None)
    await house.deliver()
    assert house.titles == []
    (still,) = (await house.bridge.admin.show(subscribed)).notices
    assert still.undoable, "somebody else may press it under /blog show"


async def test_a_comment_on_what_one_guild_had_posted_opens_no_thread_in_another(house: House) -> None:
    house.blog.write("One")
    there, elsewhere = GuildId(GUILD + 1), ChannelId(21)
    subscribed = await house.start()
    await house.start(elsewhere, guild_id=there)
    (one,) = await house.store.items.newest_entries(subscribed.blog.id, 1)
    await tell(house, TakenForKnown(entry_id=one.id, uid=Uid("https://else.where/1")))
    await house.deliver()
    (notice,) = (await house.bridge.admin.show(subscribed)).notices

    def said() -> list[tuple[int, str]]:
        places = [(each.ref.channel_id, each.post.title or each.post.body) for each in house.chat.said]
        return [each for each in places if each[0] != USER]

    await house.bridge.amends.undo(notice.id, USER, GUILD)
    # At once, so that the entry is still on its way to the guild that asked for it.
    house.blog.remark(house.blog.entries[0], "Mia", "<p>Well said.</p>")
    await house.poll()
    await house.deliver()
    assert len(said()) == 2, "the entry and its comment"
    assert elsewhere not in {channel_id for channel_id, _ in said()}
    # A server that asks for it later has it, and what is said from then on.
    await house.bridge.amends.undo(notice.id, USER, there)
    house.blog.remark(house.blog.entries[0], "Ben", "<p>So it is.</p>")
    await house.poll()
    await house.deliver()
    assert [title for channel_id, title in said() if channel_id == elsewhere] == ["One"]
    assert len(said()) == 5
