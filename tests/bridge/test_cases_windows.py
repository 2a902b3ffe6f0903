"""The cases of windows, order and dates, from the feed to what stands in chat. Numbers as in ``docs/feeds.md``."""

from datetime import timedelta

import pytest

from bot.model.decision import Stage
from bot.model.notice import NoticeKind
from bot.rules.routing import MAX_ENTRIES_AT_ONCE
from tests.bridge.harness import BridgeHarness
from tests.bridge.journey_steps import announced, notices, write_many
from tests.fakes.blog import HOME


async def test_case_61_the_first_post_of_an_empty_blog_is_posted(harness: BridgeHarness) -> None:
    await harness.start()
    await harness.poll()
    harness.blog.write("The first")
    await harness.poll()
    assert await announced(harness) == ["The first"]


@pytest.mark.parametrize("left", [0, 1])
async def test_case_62_a_feed_that_shrinks_and_grows_again_posts_nothing_twice(
    harness: BridgeHarness, left: int
) -> None:
    await harness.start()
    await write_many(harness, 6)
    await harness.poll()
    posted = await announced(harness)
    whole = list(harness.blog.entries)
    harness.blog.entries = whole[:left]
    await harness.poll()
    harness.blog.entries = whole
    await harness.poll()
    assert await announced(harness) == posted
    assert all("~~" not in title for title in posted)


async def test_case_63_chat_gets_the_oldest_first_whatever_the_feeds_order(harness: BridgeHarness) -> None:
    await harness.start()
    await write_many(harness, 4, "New")
    harness.blog.entries[1], harness.blog.entries[3] = harness.blog.entries[3], harness.blog.entries[1]
    await harness.poll()
    assert await announced(harness) == ["New 0", "New 1", "New 2", "New 3"]


async def test_case_65_more_than_the_feed_shows_is_paged_back(harness: BridgeHarness) -> None:
    harness.blog.window, harness.blog.paged = 4, True
    await write_many(harness, 4)
    await harness.start()
    await write_many(harness, 9, "New")
    await harness.poll()
    assert await announced(harness) == [f"New {number}" for number in range(9)]
    assert await notices(harness) == []


async def test_case_65_where_there_are_no_pages_it_is_said_once(harness: BridgeHarness) -> None:
    harness.blog.window = 4
    await write_many(harness, 4)
    await harness.start()
    await write_many(harness, 9, "New")
    for _ in range(3):
        await harness.poll()
    assert await announced(harness) == [f"New {number}" for number in range(5, 9)]
    assert await notices(harness) == [NoticeKind.GAP]


async def test_case_66_many_entries_of_one_second_are_all_posted_in_order(harness: BridgeHarness) -> None:
    await harness.start()
    await write_many(harness, 5, "Same")
    await harness.poll()
    harness.blog.write("Same later")
    for number in range(6):
        harness.blog.edit(number, published_at=harness.blog.entries[0].published_at)
    await harness.poll()
    assert await announced(harness) == [*(f"Same {number}" for number in range(5)), "Same later"]


async def test_case_67_a_flood_is_summed_up_and_its_newest_are_posted(harness: BridgeHarness) -> None:
    await harness.start()
    await write_many(harness, MAX_ENTRIES_AT_ONCE + 37, "New")
    await harness.poll()
    summary, *posted = await announced(harness)
    assert summary.startswith("37 more entries")
    assert posted == [f"New {number}" for number in range(37, 47)]
    body = harness.chat.said[0].post.body
    assert body.startswith(f"- [New 0](<{HOME}1/>)")
    assert body.count("\n") == 36
    harness.blog.remark(harness.blog.entries[3], "Ann", "I have read it")
    await harness.poll()
    assert (await announced(harness))[-2:] == ["New 3", "I have read it"]


async def test_case_68_a_draft_with_an_old_date_is_posted(harness: BridgeHarness) -> None:
    await write_many(harness, 4)
    await harness.start()
    harness.blog.write("Draft")
    harness.blog.edit(4, published_at=harness.clock.now() - timedelta(days=900))
    harness.blog.entries.insert(0, harness.blog.entries.pop())
    await harness.poll()
    assert await announced(harness) == ["Draft"]


async def test_case_69_an_entry_without_a_date_is_posted_once(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Undated")
    harness.blog.edit(0, published_at=None)
    await harness.poll()
    await harness.poll()
    assert await announced(harness) == ["Undated"]


async def test_case_70_an_entry_of_the_future_is_posted_now(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Scheduled")
    harness.blog.edit(0, published_at=harness.clock.now() + timedelta(days=30))
    await harness.poll()
    assert await announced(harness) == ["Scheduled"]


async def test_decisions_are_kept_of_what_is_posted_and_of_what_is_not(harness: BridgeHarness) -> None:
    await write_many(harness, 3)
    subscribed = await harness.start()
    harness.blog.write("Told")
    await harness.poll()
    await harness.deliver()
    told, *_, known = await harness.store.entries.newest(subscribed.blog.id, 4)
    decided = await harness.store.decisions.of_entry(told.id, subscribed.subscription.id)
    assert [each.stage for each in decided] == list(Stage)
    assert all(each.passed for each in decided)
    assert "blog.example" in decided[0].text
    routed = [
        each
        for each in await harness.store.decisions.of_entry(known.id, subscribed.subscription.id)
        if each.stage is Stage.ROUTED
    ]
    assert routed == []


@pytest.mark.parametrize("place", range(5))
async def test_an_entry_of_one_second_with_the_others_is_missed_wherever_it_stood(
    harness: BridgeHarness, place: int
) -> None:
    await harness.start()
    for number in range(5):
        harness.blog.write(f"Entry {number}")
    moment = harness.blog.entries[0].published_at
    for number in range(5):
        harness.blog.edit(number, published_at=moment)
    await harness.poll()
    await harness.deliver()
    gone = harness.blog.entries.pop(place)
    await harness.poll()
    for _ in range(3):
        await harness.deliver(after=timedelta(hours=1))
    struck = [each.post.title for each in harness.chat.said if "~~" in each.post.title]
    assert [gone.title in title for title in struck] == [True]
