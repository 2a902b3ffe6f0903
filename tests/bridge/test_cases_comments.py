"""More comments than a feed shows (case 100 of feeds in the wild), from the feeds to what stands in chat."""

from bot.model.notice import NoticeKind
from tests.bridge.harness import House
from tests.bridge.told import announced, notices


async def own_feeds(house: House, **counts: int) -> None:
    """Let entries have feeds of their own, and the blog's feed tell how many comments they have."""
    for number, entry in enumerate(house.blog.entries):
        url, count = f"{entry.link}feed/", counts.get(entry.title)
        house.blog.edit(number, comments_feed_url=url, comment_count=count)


async def test_case_100_without_pages_the_feeds_of_single_entries_are_read(house: House) -> None:
    house.blog.window = 4
    quiet, lively, full = (house.blog.write(title) for title in ("Quiet", "Lively", "Full"))
    house.blog.remark(full, "Ann", "All there is")
    for number in range(3):
        house.blog.remark(lively, "Ann", f"Old {number}")
    await house.start()
    for number in range(3):
        house.blog.remark(quiet, "Ann", f"Lost {number}")
    for number in range(4):
        house.blog.remark(lively, "Ann", f"New {number}")
    await own_feeds(house, Quiet=3, Lively=7, Full=1)
    await house.poll()
    told = await announced(house)
    assert sorted(told) == ["Lively", "Lost 0", "Lost 1", "Lost 2", "New 0", "New 1", "New 2", "New 3", "Quiet"]
    assert house.blog.own_asked == ["Lively", "Quiet"], "who has no more than we know is not asked"
    assert await notices(house) == []


async def test_case_100_reviews_are_counted_and_lack_nowhere(house: House) -> None:
    house.blog.window = 4
    entry, other = house.blog.write("Pens"), house.blog.write("Other")
    house.blog.remark(other, "Ann", "Known")
    await house.start()
    for number in range(3):
        house.blog.remark(entry, "Ann", f"Lost {number}")
        house.blog.reviews.add(house.blog.remark(entry, "Cy", "Five stars").uid)
    for number in range(4):
        house.blog.remark(other, "Ann", f"New {number}")
    await own_feeds(house, Pens=6, Other=5)
    await house.poll()
    assert [title for title in await announced(house) if title.startswith("Lost")] == [f"Lost {n}" for n in range(3)]
    assert await notices(house) == []


async def test_case_100_what_is_older_than_the_gap_is_not_told(house: House) -> None:
    house.blog.window = 4
    entry = house.blog.write("Lively")
    for number in range(6):
        house.blog.remark(entry, "Ann", f"Old {number}")
    await house.start()
    other = house.blog.write("Other")
    for number in range(4):
        house.blog.remark(other, "Ann", f"New {number}")
    await own_feeds(house, Lively=6, Other=4)
    await house.poll()
    assert [title for title in await announced(house) if title.startswith("Old")] == []


async def test_case_100_where_even_that_is_not_enough_it_is_said(house: House) -> None:
    house.blog.window = house.blog.own_window = 4
    entry = house.blog.write("Lively")
    house.blog.remark(entry, "Ann", "Old")
    house.blog.remark(entry, "Ann", "Old too")
    house.blog.remark(entry, "Ann", "Old as well")
    await house.start()
    for number in range(9):
        house.blog.remark(entry, "Ann", f"New {number}")
    await own_feeds(house, Lively=12)
    await house.poll()
    assert [title for title in await announced(house) if title.startswith("New")] == [f"New {n}" for n in range(5, 9)]
    assert await notices(house) == [NoticeKind.GAP]


async def test_case_100_no_more_than_ten_feeds_of_single_entries_are_asked(house: House) -> None:
    house.blog.window = 4
    entries = [house.blog.write(f"Entry {number}") for number in range(12)]
    for number in range(3):
        house.blog.remark(entries[0], "Ann", f"Old {number}")
    await house.start()
    for entry in entries:
        house.blog.remark(entry, "Ann", f"New on {entry.title}")
    house.blog.window = 12
    counts = {entry.title: 1 for entry in entries} | {"Entry 0": 4}
    house.blog.comments = [each for each in house.blog.comments if "Old" not in each.html][-4:]
    await own_feeds(house, **counts)
    await house.poll()
    assert len(house.blog.own_asked) == 10
    assert await notices(house) == [NoticeKind.GAP]
