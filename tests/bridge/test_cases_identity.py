"""The cases of identity, from the feed to what stands in chat. Numbers as in ``docs/feeds.md``."""

from datetime import timedelta

from bot.model.feed import FeedKind, FoundFeed
from bot.model.ids import ChannelId, GuildId, Uid
from bot.model.notice import NoticeKind
from tests.bridge.harness import GUILD, USER, BridgeHarness
from tests.bridge.journey_steps import announced, notices, write_many
from tests.fakes.blog import HOME


async def test_case_52_the_scheme_of_all_guids_changes_and_nobody_is_told(harness: BridgeHarness) -> None:
    await write_many(harness, 6)
    await harness.start()
    for number, entry in enumerate(harness.blog.entries):
        harness.blog.edit(number, uid=Uid(entry.uid.replace("https:", "http:")))
    harness.blog.write("New")
    await harness.poll()
    assert await announced(harness) == ["New"]
    assert await notices(harness) == []


async def test_case_52_a_move_to_another_host_is_told_once_and_posts_nothing(harness: BridgeHarness) -> None:
    await write_many(harness, 6)
    await harness.start()
    for number in range(6):
        harness.blog.edit(
            number, uid=Uid(f"https://moved.example/?p={number}"), link=f"https://moved.example/{number}/"
        )
    for _ in range(3):
        await harness.poll()
    assert await announced(harness) == []
    assert await notices(harness) == [NoticeKind.IDENTITY]
    assert [each.ref.channel_id for each in harness.chat.said] == [ChannelId(USER)]
    harness.blog.write("New")
    await harness.poll()
    assert await announced(harness) == ["New"]


async def test_case_53_a_guid_that_holds_the_title_changes_with_it(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("First title")
    await harness.poll()
    harness.blog.edit(0, uid=Uid("second-title"), title="Second title")
    await harness.poll()
    assert await announced(harness) == ["Second title"]
    assert len(harness.chat.said) == 1


async def test_case_55_guids_made_anew_at_each_build_are_known_by_their_links(harness: BridgeHarness) -> None:
    await write_many(harness, 5)
    await harness.start()
    for build in range(3):
        harness.blog.rename(range(5), author=f"Builder {build}")
        await harness.poll()
    assert await announced(harness) == []
    assert await notices(harness) == [NoticeKind.IDENTITY]
    harness.blog.write("New")
    await harness.poll()
    assert await announced(harness) == ["New"]


async def test_case_55_what_was_taken_for_known_can_be_posted_after_all(harness: BridgeHarness) -> None:
    await write_many(harness, 4)
    subscribed = await harness.start()
    harness.blog.rename(range(4))
    await harness.poll()
    (notice,) = (await harness.bridge.admin.show(subscribed)).notices
    await harness.bridge.undo_notice.undo(notice.id, USER, GUILD)
    assert sorted(await announced(harness)) == ["Old 0", "Old 1", "Old 2", "Old 3"]
    harness.blog.rename(range(4), author="Another build")
    await harness.poll()
    assert len(await announced(harness)) == 4


async def test_case_56_a_guid_that_comes_later_joins_the_entry_known_by_its_link(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Linked")
    harness.blog.edit(0, uid=Uid(entry.link or ""))
    await harness.poll()
    harness.blog.edit(0, uid=Uid("tag:blog.example,2026:1"))
    await harness.poll()
    assert await announced(harness) == ["Linked"]


async def test_case_57_a_date_that_moves_makes_nothing_new(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Bumped")
    await harness.poll()
    harness.blog.edit(0, published_at=harness.clock.now())
    await harness.poll()
    assert await announced(harness) == ["Bumped"]


async def test_case_58_an_entry_that_comes_back_is_no_news(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Returning")
    harness.blog.write("Other")
    await harness.poll()
    harness.blog.entries.remove(entry)
    for _ in range(30):
        await harness.poll()
    harness.blog.entries.insert(0, entry)
    await harness.poll()
    assert await announced(harness) == ["Returning", "Other"]


async def test_case_60_each_server_gets_the_same_entry(harness: BridgeHarness) -> None:
    await harness.start()
    other = ChannelId(77)
    await harness.start(other, guild_id=GuildId(11))
    harness.blog.write("For all")
    await harness.poll()
    await harness.deliver()
    assert sorted(each.ref.channel_id for each in harness.chat.said) == [20, 77]


async def test_case_64_a_feed_that_shows_a_choice_in_any_order_posts_nothing_twice(harness: BridgeHarness) -> None:
    await harness.start()
    await write_many(harness, 8, "Hot")
    await harness.poll()
    posted = await announced(harness)
    everything, harness.blog.window = list(harness.blog.entries), 3
    for turn in range(60):
        harness.blog.entries = [everything[(turn * step + step) % 8] for step in (3, 5, 7)]
        await harness.poll()
    assert await announced(harness) == posted


async def test_case_59_the_same_post_in_two_feeds_of_a_channel_stands_there_once(harness: BridgeHarness) -> None:
    await harness.start()
    category = FoundFeed(url=f"{HOME}category/news/feed/", kind=FeedKind.ENTRIES, title="News only")
    harness.blog.others.append(category)
    await harness.start(url=category.url)
    entry = harness.blog.write("Twice in the feeds")
    await harness.poll()
    await harness.deliver()
    await harness.deliver(after=timedelta(seconds=10))
    assert harness.titles == ["Twice in the feeds"]
    harness.blog.remark(entry, "Ann", "Once in the thread")
    await harness.poll()
    await harness.deliver()
    await harness.deliver(after=timedelta(seconds=10))
    assert harness.titles == ["Twice in the feeds", "Once in the thread"]
    assert harness.chat.said[1].ref.channel_id == ChannelId(harness.chat.said[0].ref.message_id)
