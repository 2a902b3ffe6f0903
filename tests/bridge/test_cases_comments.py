"""More comments than a feed shows (case 100 of feeds in the wild), from the feeds to what stands in chat."""

from bot.model.notice import NoticeKind
from tests.bridge.harness import BridgeHarness
from tests.bridge.journey_steps import announced, notices


async def own_feeds(harness: BridgeHarness, **counts: int) -> None:
    """Let entries have feeds of their own, and the blog's feed tell how many comments they have."""
    for number, entry in enumerate(harness.blog.entries):
        url, count = f"{entry.link}feed/", counts.get(entry.title)
        harness.blog.edit(number, comments_feed_url=url, comment_count=count)


async def test_case_100_without_pages_the_feeds_of_single_entries_are_read(harness: BridgeHarness) -> None:
    harness.blog.window = 4
    quiet, lively, full = (harness.blog.write(title) for title in ("Quiet", "Lively", "Full"))
    harness.blog.remark(full, "Ann", "All there is")
    for number in range(3):
        harness.blog.remark(lively, "Ann", f"Old {number}")
    await harness.start()
    for number in range(3):
        harness.blog.remark(quiet, "Ann", f"Lost {number}")
    for number in range(4):
        harness.blog.remark(lively, "Ann", f"New {number}")
    await own_feeds(harness, Quiet=3, Lively=7, Full=1)
    await harness.poll()
    told = await announced(harness)
    assert sorted(told) == ["Lively", "Lost 0", "Lost 1", "Lost 2", "New 0", "New 1", "New 2", "New 3", "Quiet"]
    assert harness.blog.own_asked == ["Lively", "Quiet"], "who has no more than we know is not asked"
    assert await notices(harness) == []


async def test_case_100_reviews_are_counted_and_lack_nowhere(harness: BridgeHarness) -> None:
    harness.blog.window = 4
    entry, other = harness.blog.write("Pens"), harness.blog.write("Other")
    harness.blog.remark(other, "Ann", "Known")
    await harness.start()
    for number in range(3):
        harness.blog.remark(entry, "Ann", f"Lost {number}")
        harness.blog.reviews.add(harness.blog.remark(entry, "Cy", "Five stars").uid)
    for number in range(4):
        harness.blog.remark(other, "Ann", f"New {number}")
    await own_feeds(harness, Pens=6, Other=5)
    await harness.poll()
    assert [title for title in await announced(harness) if title.startswith("Lost")] == [f"Lost {n}" for n in range(3)]
    assert await notices(harness) == []


async def test_case_100_what_is_older_than_the_gap_is_not_told(harness: BridgeHarness) -> None:
    harness.blog.window = 4
    entry = harness.blog.write("Lively")
    for number in range(6):
        harness.blog.remark(entry, "Ann", f"Old {number}")
    await harness.start()
    other = harness.blog.write("Other")
    for number in range(4):
        harness.blog.remark(other, "Ann", f"New {number}")
    await own_feeds(harness, Lively=6, Other=4)
    await harness.poll()
    assert [title for title in await announced(harness) if title.startswith("Old")] == []


async def test_case_100_where_even_that_is_not_enough_it_is_said(harness: BridgeHarness) -> None:
    harness.blog.window = harness.blog.own_window = 4
    entry = harness.blog.write("Lively")
    harness.blog.remark(entry, "Ann", "Old")
    harness.blog.remark(entry, "Ann", "Old too")
    harness.blog.remark(entry, "Ann", "Old as well")
    await harness.start()
    for number in range(9):
        harness.blog.remark(entry, "Ann", f"New {number}")
    await own_feeds(harness, Lively=12)
    await harness.poll()
    assert [title for title in await announced(harness) if title.startswith("New")] == [f"New {n}" for n in range(5, 9)]
    assert await notices(harness) == [NoticeKind.GAP]


async def test_case_100_no_more_than_ten_feeds_of_single_entries_are_asked(harness: BridgeHarness) -> None:
    harness.blog.window = 4
    entries = [harness.blog.write(f"Entry {number}") for number in range(12)]
    for number in range(3):
        harness.blog.remark(entries[0], "Ann", f"Old {number}")
    await harness.start()
    for entry in entries:
        harness.blog.remark(entry, "Ann", f"New on {entry.title}")
    harness.blog.window = 12
    counts = {entry.title: 1 for entry in entries} | {"Entry 0": 4}
    harness.blog.comments = [each for each in harness.blog.comments if "Old" not in each.html][-4:]
    await own_feeds(harness, **counts)
    await harness.poll()
    assert len(harness.blog.own_asked) == 10
    assert await notices(harness) == [NoticeKind.GAP]
