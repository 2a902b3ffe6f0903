"""The cases of identity, change and windows, from the feed to what stands in chat. Numbers as in ``docs/feeds.md``."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.decision import Stage
from bot.model.feed import FeedKind, FoundFeed
from bot.model.ids import ChannelId, GuildId, Uid
from bot.model.notice import NoticeKind
from bot.rules.routing import FLOOD
from tests.bridge.house import GUILD, USER, House
from tests.fakes.blog import HOME

HOUR = timedelta(hours=1)


async def notices(house: House) -> list[NoticeKind]:
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    return [each.kind for each in (await house.bridge.admin.show(subscribed)).notices]


async def announced(house: House) -> list[str]:
    """What stands in channels, direct messages left out."""
    await house.deliver()
    return [each.post.title or each.post.body for each in house.chat.said if each.ref.channel_id != ChannelId(USER)]


async def write_many(house: House, count: int, name: str = "Old") -> None:
    for number in range(count):
        house.blog.write(f"{name} {number}")


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


async def test_case_61_the_first_post_of_an_empty_blog_is_posted(house: House) -> None:
    await house.start()
    await house.poll()
    house.blog.write("The first")
    await house.poll()
    assert await announced(house) == ["The first"]


@pytest.mark.parametrize("left", [0, 1])
async def test_case_62_a_feed_that_shrinks_and_grows_again_posts_nothing_twice(house: House, left: int) -> None:
    await house.start()
    await write_many(house, 6)
    await house.poll()
    posted = await announced(house)
    whole = list(house.blog.entries)
    house.blog.entries = whole[:left]
    await house.poll()
    house.blog.entries = whole
    await house.poll()
    assert await announced(house) == posted
    assert all("~~" not in title for title in posted)


async def test_case_63_chat_gets_the_oldest_first_whatever_the_feeds_order(house: House) -> None:
    await house.start()
    await write_many(house, 4, "New")
    house.blog.entries[1], house.blog.entries[3] = house.blog.entries[3], house.blog.entries[1]
    await house.poll()
    assert await announced(house) == ["New 0", "New 1", "New 2", "New 3"]


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


async def test_case_65_more_than_the_feed_shows_is_paged_back(house: House) -> None:
    house.blog.window, house.blog.paged = 4, True
    await write_many(house, 4)
    await house.start()
    await write_many(house, 9, "New")
    await house.poll()
    assert await announced(house) == [f"New {number}" for number in range(9)]
    assert await notices(house) == []


async def test_case_65_where_there_are_no_pages_it_is_said_once(house: House) -> None:
    house.blog.window = 4
    await write_many(house, 4)
    await house.start()
    await write_many(house, 9, "New")
    for _ in range(3):
        await house.poll()
    assert await announced(house) == [f"New {number}" for number in range(5, 9)]
    assert await notices(house) == [NoticeKind.GAP]


async def test_case_66_many_entries_of_one_second_are_all_posted_in_order(house: House) -> None:
    await house.start()
    await write_many(house, 5, "Same")
    await house.poll()
    house.blog.write("Same later")
    for number in range(6):
        house.blog.edit(number, published_at=house.blog.entries[0].published_at)
    await house.poll()
    assert await announced(house) == [*(f"Same {number}" for number in range(5)), "Same later"]


async def test_case_67_a_flood_is_summed_up_and_its_newest_are_posted(house: House) -> None:
    await house.start()
    await write_many(house, FLOOD + 37, "New")
    await house.poll()
    summary, *posted = await announced(house)
    assert summary.startswith("37 more entries")
    assert posted == [f"New {number}" for number in range(37, 47)]
    body = house.chat.said[0].post.body
    assert body.startswith(f"- [New 0](<{HOME}1/>)")
    assert body.count("\n") == 36
    house.blog.remark(house.blog.entries[3], "Ann", "I have read it")
    await house.poll()
    assert (await announced(house))[-2:] == ["New 3", "I have read it"]


async def test_case_68_a_draft_with_an_old_date_is_posted(house: House) -> None:
    await write_many(house, 4)
    await house.start()
    house.blog.write("Draft")
    house.blog.edit(4, published_at=house.clock.now() - timedelta(days=900))
    house.blog.entries.insert(0, house.blog.entries.pop())
    await house.poll()
    assert await announced(house) == ["Draft"]


async def test_case_69_an_entry_without_a_date_is_posted_once(house: House) -> None:
    await house.start()
    house.blog.write("Undated")
    house.blog.edit(0, published_at=None)
    await house.poll()
    await house.poll()
    assert await announced(house) == ["Undated"]


async def test_case_70_an_entry_of_the_future_is_posted_now(house: House) -> None:
    await house.start()
    house.blog.write("Scheduled")
    house.blog.edit(0, published_at=house.clock.now() + timedelta(days=30))
    await house.poll()
    assert await announced(house) == ["Scheduled"]


async def test_case_77_a_counter_in_the_text_touches_no_message(house: House) -> None:
    await house.start()
    house.blog.write("Counted", html="<p>Words. 10 views</p>")
    await house.poll()
    await house.deliver()
    before = house.chat.said[0].post
    house.blog.edit(0, html="<p>Words. 11 views</p>", comment_count=3)
    await house.poll()
    await house.deliver()
    assert house.chat.said[0].post is before


async def test_an_edit_shows_quietly_and_a_large_one_says_so(house: House) -> None:
    await house.start()
    house.blog.write("Draught", html="<p>One two three four five six seven eight.</p>")
    await house.poll()
    await house.deliver()
    house.blog.edit(0, html="<p>One two three four five six seven nine.</p>")
    await house.poll()
    await house.deliver()
    assert house.chat.said[0].post.body.endswith("nine.")
    assert "(edited)" not in house.chat.said[0].post.footer
    house.blog.edit(0, html="<p>Everything is different now.</p>")
    await house.poll()
    await house.deliver()
    assert "(edited)" in house.chat.said[0].post.footer
    assert len(house.chat.said) == 1


async def test_an_entry_that_moves_all_the_time_is_left_alone_after_a_while(house: House) -> None:
    await house.start()
    house.blog.write("Ticker")
    await house.poll()
    await house.deliver()
    for number in range(40):
        house.blog.edit(0, html=f"<p>Number {number * 'I'}.</p>")
        await house.poll(HOUR)
        await house.deliver()
    last = house.chat.said[0].post.body
    assert len(last) < len("Number .") + 39


async def test_a_deleted_entry_is_struck_through_when_its_page_was_gone_twice(house: House) -> None:
    await write_many(house, 3)
    await house.start()
    gone = house.blog.write("Regretted", html="<p>Words</p>")
    await house.poll()
    house.blog.write("Newer")
    await house.poll()
    await house.deliver()
    house.blog.entries.remove(gone)
    await house.poll()
    await house.deliver()
    assert house.chat.said[0].post.title == "Regretted"
    await house.deliver(after=2 * HOUR)
    assert (house.chat.said[0].post.title, house.chat.said[0].post.body) == ("~~Regretted~~", "~~Words~~")
    house.blog.entries.insert(3, gone)
    await house.poll()
    await house.deliver()
    assert house.chat.said[0].post.title == "Regretted"


async def test_an_entry_that_only_left_the_feed_stays_as_it_is(house: House) -> None:
    await write_many(house, 3)
    await house.start()
    kept = house.blog.write("Unlisted")
    await house.poll()
    house.blog.write("Newer")
    await house.poll()
    await house.deliver()
    # Its page is still there: another entry with the same address stands for it.
    house.blog.entries.remove(kept)
    house.blog.entries[0] = replace(house.blog.entries[0], link=kept.link)
    await house.poll()
    await house.deliver(after=2 * HOUR)
    assert house.chat.said[0].post.title == "Unlisted"


async def test_a_feeds_own_word_on_a_deletion_counts_at_once(house: House) -> None:
    await house.start()
    entry = house.blog.write("Withdrawn")
    await house.poll()
    await house.deliver()
    house.blog.entries.remove(entry)
    house.blog.deleted.append(entry.uid)
    await house.poll()
    await house.deliver()
    assert house.chat.said[0].post.title == "~~Withdrawn~~"


async def test_case_96_a_comment_approved_late_is_posted_though_its_date_is_old(house: House) -> None:
    entry = house.blog.write("Discussed")
    await house.start()
    for number in range(5):
        house.blog.remark(entry, "Ann", f"Remark {number}")
    late = house.blog.comments.pop(1)
    await house.poll()
    await house.deliver()
    house.blog.comments.insert(1, late)
    await house.poll()
    assert (await announced(house))[-1] == "Remark 1"


async def test_case_97_a_comment_is_edited_and_one_is_taken_back(house: House) -> None:
    entry = house.blog.write("Discussed")
    await house.start()
    for number in range(3):
        house.blog.remark(entry, "Ann", f"Remark number {number} of several that say about the same")
    await house.poll()
    await house.deliver()
    first = house.blog.comments[0]
    house.blog.comments[0] = replace(first, html=first.html.replace("several", "many"))
    unapproved = house.blog.comments.pop(1)
    await house.poll()
    await house.deliver()
    await house.deliver(after=2 * HOUR)
    bodies = [each.post.body for each in house.chat.said[1:]]
    assert bodies[0] == "Remark number 0 of many that say about the same"
    assert bodies[1] == "~~Remark number 1 of several that say about the same~~"
    house.blog.comments.insert(1, unapproved)
    await house.poll()
    await house.deliver()
    assert house.chat.said[2].post.body == unapproved.html


async def test_case_99_a_comment_on_an_entry_from_before_opens_its_thread(house: House) -> None:
    entry = house.blog.write("From before")
    await house.start()
    house.blog.remark(entry, "Ann", "Late but here")
    await house.poll()
    assert await announced(house) == ["From before", "Late but here"]


async def test_case_100_more_comments_than_the_feed_shows_are_paged_back(house: House) -> None:
    house.blog.window, house.blog.paged = 4, True
    entry = house.blog.write("Lively")
    for number in range(4):
        house.blog.remark(entry, "Ann", f"Old {number}")
    await house.start()
    for number in range(9):
        house.blog.remark(entry, "Ann", f"New {number}")
    await house.poll()
    assert await announced(house) == ["Lively", *(f"New {number}" for number in range(9))]


async def test_decisions_are_kept_of_what_is_posted_and_of_what_is_not(house: House) -> None:
    await write_many(house, 3)
    subscribed = await house.start()
    house.blog.write("Told")
    await house.poll()
    await house.deliver()
    told, *_, known = await house.store.items.newest_entries(subscribed.blog.id, 4)
    decided = await house.store.decisions.of_entry(told.id, subscribed.subscription.id)
    assert [each.stage for each in decided] == list(Stage)
    assert all(each.passed for each in decided)
    assert "blog.example" in decided[0].text
    routed = [
        each
        for each in await house.store.decisions.of_entry(known.id, subscribed.subscription.id)
        if each.stage is Stage.ROUTED
    ]
    assert routed == []


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


async def test_an_item_that_its_feed_shows_again_is_not_looked_for_any_further(house: House) -> None:
    await write_many(house, 3)
    await house.start()
    gone = house.blog.write("Flickering")
    await house.poll()
    house.blog.write("Newer")
    await house.poll()
    await house.deliver()
    house.blog.entries.remove(gone)
    house.blog.hidden.append(gone.link or "")
    await house.poll(HOUR)
    await house.deliver()
    house.blog.entries.insert(3, gone)
    await house.poll(timedelta(minutes=5))
    await house.deliver(after=2 * HOUR)
    assert house.chat.said[0].post.title == "Flickering"
