"""Edits, removals, and the cases of comments, from the feed to what stands in chat. Numbers as in ``docs/feeds.md``."""

from dataclasses import replace
from datetime import timedelta

from tests.bridge.harness import House
from tests.bridge.told import announced, write_many

HOUR = timedelta(hours=1)


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
