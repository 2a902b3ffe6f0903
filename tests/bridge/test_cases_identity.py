"""The cases of identity, from the feed to what stands in chat. Numbers as in ``docs/feeds.md``."""

from datetime import timedelta

from bot.model.feed import FeedKind, FoundFeed
from bot.model.ids import ChannelId, GuildId, Uid
from bot.model.notice import NoticeKind
from tests.bridge.harness import GUILD, USER, House
from tests.bridge.told import announced, notices, write_many
from tests.fakes.blog import HOME


async def test_case_52_the_scheme_of_all_guids_changes_and_nobody_is_told(house: House) -> None:
    await write_many(house, 6)
    await house.start()
    for number, entry in enumerate(house.blog.entries):
        house.blog.edit(number, uid=Uid(entry.uid.replace("https:", "http:")))
    house.blog.write("New")
    await house.poll()
    assert await announced(house) == ["New"]
    assert await notices(house) == []


async def test_case_52_a_move_to_another_host_is_told_once_and_posts_nothing(house: House) -> None:
    await write_many(house, 6)
    await house.start()
    for number in range(6):
        house.blog.edit(number, uid=Uid(f"https://moved.example/?p={number}"), link=f"https://moved.example/{number}/")
    for _ in range(3):
        await house.poll()
    assert await announced(house) == []
    assert await notices(house) == [NoticeKind.IDENTITY]
    assert [each.ref.channel_id for each in house.chat.said] == [ChannelId(USER)]
    house.blog.write("New")
    await house.poll()
    assert await announced(house) == ["New"]


async def test_case_53_a_guid_that_holds_the_title_changes_with_it(house: House) -> None:
    await house.start()
    house.blog.write("First title")
    await house.poll()
    house.blog.edit(0, uid=Uid("second-title"), title="Second title")
    await house.poll()
    assert await announced(house) == ["Second title"]
    assert len(house.chat.said) == 1


async def test_case_55_guids_made_anew_at_each_build_are_known_by_their_links(house: House) -> None:
    await write_many(house, 5)
    await house.start()
    for build in range(3):
        house.blog.rename(range(5), author=f"Builder {build}")
        await house.poll()
    assert await announced(house) == []
    assert await notices(house) == [NoticeKind.IDENTITY]
    house.blog.write("New")
    await house.poll()
    assert await announced(house) == ["New"]


async def test_case_55_what_was_taken_for_known_can_be_posted_after_all(house: House) -> None:
    await write_many(house, 4)
    subscribed = await house.start()
    house.blog.rename(range(4))
    await house.poll()
    (notice,) = (await house.bridge.admin.show(subscribed)).notices
    await house.bridge.amends.undo(notice.id, USER, GUILD)
    assert sorted(await announced(house)) == ["Old 0", "Old 1", "Old 2", "Old 3"]
    house.blog.rename(range(4), author="Another build")
    await house.poll()
    assert len(await announced(house)) == 4


async def test_case_56_a_guid_that_comes_later_joins_the_entry_known_by_its_link(house: House) -> None:
    await house.start()
    entry = house.blog.write("Linked")
    house.blog.edit(0, uid=Uid(entry.link or ""))
    await house.poll()
    house.blog.edit(0, uid=Uid("tag:blog.example,2026:1"))
    await house.poll()
    assert await announced(house) == ["Linked"]


async def test_case_57_a_date_that_moves_makes_nothing_new(house: House) -> None:
    await house.start()
    house.blog.write("Bumped")
    await house.poll()
    house.blog.edit(0, published_at=house.clock.now())
    await house.poll()
    assert await announced(house) == ["Bumped"]


async def test_case_58_an_entry_that_comes_back_is_no_news(house: House) -> None:
    await house.start()
    entry = house.blog.write("Returning")
    house.blog.write("Other")
    await house.poll()
    house.blog.entries.remove(entry)
    for _ in range(30):
        await house.poll()
    house.blog.entries.insert(0, entry)
    await house.poll()
    assert await announced(house) == ["Returning", "Other"]


async def test_case_60_each_server_gets_the_same_entry(house: House) -> None:
    await house.start()
    other = ChannelId(77)
    await house.start(other, guild_id=GuildId(11))
    house.blog.write("For all")
    await house.poll()
    await house.deliver()
    assert sorted(each.ref.channel_id for each in house.chat.said) == [20, 77]


async def test_case_64_a_feed_that_shows_a_choice_in_any_order_posts_nothing_twice(house: House) -> None:
    await house.start()
    await write_many(house, 8, "Hot")
    await house.poll()
    posted = await announced(house)
    everything, house.blog.window = list(house.blog.entries), 3
    for turn in range(60):
        house.blog.entries = [everything[(turn * step + step) % 8] for step in (3, 5, 7)]
        await house.poll()
    assert await announced(house) == posted


async def test_case_59_the_same_post_in_two_feeds_of_a_channel_stands_there_once(house: House) -> None:
    await house.start()
    category = FoundFeed(url=f"{HOME}category/news/feed/", kind=FeedKind.ENTRIES, title="News only")
    house.blog.others.append(category)
    await house.start(url=category.url)
    entry = house.blog.write("Twice in the feeds")
    await house.poll()
    await house.deliver()
    await house.deliver(after=timedelta(seconds=10))
    assert house.titles == ["Twice in the feeds"]
    house.blog.remark(entry, "Ann", "Once in the thread")
    await house.poll()
    await house.deliver()
    await house.deliver(after=timedelta(seconds=10))
    assert house.titles == ["Twice in the feeds", "Once in the thread"]
    assert house.chat.said[1].ref.channel_id == ChannelId(house.chat.said[0].ref.message_id)
