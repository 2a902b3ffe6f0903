"""The cases of windows, order and dates, from the feed to what stands in chat. Numbers as in ``docs/feeds.md``."""

from datetime import timedelta

import pytest

from bot.model.decision import Stage
from bot.model.notice import NoticeKind
from bot.rules.routing import FLOOD
from tests.bridge.harness import House
from tests.bridge.told import announced, notices, write_many
from tests.fakes.blog import HOME


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


@pytest.mark.parametrize("place", range(5))
async def test_an_entry_of_one_second_with_the_others_is_missed_wherever_it_stood(house: House, place: int) -> None:
    await house.start()
    for number in range(5):
        house.blog.write(f"Entry {number}")
    moment = house.blog.entries[0].published_at
    for number in range(5):
        house.blog.edit(number, published_at=moment)
    await house.poll()
    await house.deliver()
    gone = house.blog.entries.pop(place)
    await house.poll()
    for _ in range(3):
        await house.deliver(after=timedelta(hours=1))
    struck = [each.post.title for each in house.chat.said if "~~" in each.post.title]
    assert [gone.title in title for title in struck] == [True]
