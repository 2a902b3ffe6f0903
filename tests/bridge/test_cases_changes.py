"""Edits, removals, and the cases of comments, from the feed to what stands in chat. Numbers as in ``docs/feeds.md``."""

from dataclasses import replace
from datetime import timedelta

from tests.bridge.harness import BridgeHarness
from tests.bridge.journey_steps import announced, write_many

HOUR = timedelta(hours=1)


async def test_case_77_a_counter_in_the_text_touches_no_message(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Counted", html="<p>Words. 10 views</p>")
    await harness.poll()
    await harness.deliver()
    before = harness.chat.said[0].post
    harness.blog.edit(0, html="<p>Words. 11 views</p>", comment_count=3)
    await harness.poll()
    await harness.deliver()
    assert harness.chat.said[0].post is before


async def test_an_edit_shows_quietly_and_a_large_one_says_so(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Draught", html="<p>One two three four five six seven eight.</p>")
    await harness.poll()
    await harness.deliver()
    harness.blog.edit(0, html="<p>One two three four five six seven nine.</p>")
    await harness.poll()
    await harness.deliver()
    assert harness.chat.said[0].post.body.endswith("nine.")
    assert "(edited)" not in harness.chat.said[0].post.footer
    harness.blog.edit(0, html="<p>Everything is different now.</p>")
    await harness.poll()
    await harness.deliver()
    assert "(edited)" in harness.chat.said[0].post.footer
    assert len(harness.chat.said) == 1


async def test_an_entry_that_moves_all_the_time_is_left_alone_after_a_while(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Ticker")
    await harness.poll()
    await harness.deliver()
    for number in range(40):
        harness.blog.edit(0, html=f"<p>Number {number * 'I'}.</p>")
        await harness.poll(HOUR)
        await harness.deliver()
    last = harness.chat.said[0].post.body
    assert len(last) < len("Number .") + 39


async def test_a_deleted_entry_is_struck_through_when_its_page_was_gone_twice(harness: BridgeHarness) -> None:
    await write_many(harness, 3)
    await harness.start()
    gone = harness.blog.write("Regretted", html="<p>Words</p>")
    await harness.poll()
    harness.blog.write("Newer")
    await harness.poll()
    await harness.deliver()
    harness.blog.entries.remove(gone)
    await harness.poll()
    await harness.deliver()
    assert harness.chat.said[0].post.title == "Regretted"
    await harness.deliver(after=2 * HOUR)
    assert (harness.chat.said[0].post.title, harness.chat.said[0].post.body) == ("~~Regretted~~", "~~Words~~")
    harness.blog.entries.insert(3, gone)
    await harness.poll()
    await harness.deliver()
    assert harness.chat.said[0].post.title == "Regretted"


async def test_an_entry_that_only_left_the_feed_stays_as_it_is(harness: BridgeHarness) -> None:
    await write_many(harness, 3)
    await harness.start()
    kept = harness.blog.write("Unlisted")
    await harness.poll()
    harness.blog.write("Newer")
    await harness.poll()
    await harness.deliver()
    # Its page is still there: another entry with the same address stands for it.
    harness.blog.entries.remove(kept)
    harness.blog.entries[0] = replace(harness.blog.entries[0], link=kept.link)
    await harness.poll()
    await harness.deliver(after=2 * HOUR)
    assert harness.chat.said[0].post.title == "Unlisted"


async def test_a_feeds_own_word_on_a_deletion_counts_at_once(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Withdrawn")
    await harness.poll()
    await harness.deliver()
    harness.blog.entries.remove(entry)
    harness.blog.deleted.append(entry.uid)
    await harness.poll()
    await harness.deliver()
    assert harness.chat.said[0].post.title == "~~Withdrawn~~"


async def test_case_96_a_comment_approved_late_is_posted_though_its_date_is_old(harness: BridgeHarness) -> None:
    entry = harness.blog.write("Discussed")
    await harness.start()
    for number in range(5):
        harness.blog.remark(entry, "Ann", f"Remark {number}")
    late = harness.blog.comments.pop(1)
    await harness.poll()
    await harness.deliver()
    harness.blog.comments.insert(1, late)
    await harness.poll()
    assert (await announced(harness))[-1] == "Remark 1"


async def test_case_97_a_comment_is_edited_and_one_is_taken_back(harness: BridgeHarness) -> None:
    entry = harness.blog.write("Discussed")
    await harness.start()
    for number in range(3):
        harness.blog.remark(entry, "Ann", f"Remark number {number} of several that say about the same")
    await harness.poll()
    await harness.deliver()
    first = harness.blog.comments[0]
    harness.blog.comments[0] = replace(first, html=first.html.replace("several", "many"))
    unapproved = harness.blog.comments.pop(1)
    await harness.poll()
    await harness.deliver()
    await harness.deliver(after=2 * HOUR)
    bodies = [each.post.body for each in harness.chat.said[1:]]
    assert bodies[0] == "Remark number 0 of many that say about the same"
    assert bodies[1] == "~~Remark number 1 of several that say about the same~~"
    harness.blog.comments.insert(1, unapproved)
    await harness.poll()
    await harness.deliver()
    assert harness.chat.said[2].post.body == unapproved.html


async def test_case_99_a_comment_on_an_entry_from_before_opens_its_thread(harness: BridgeHarness) -> None:
    entry = harness.blog.write("From before")
    await harness.start()
    harness.blog.remark(entry, "Ann", "Late but here")
    await harness.poll()
    assert await announced(harness) == ["From before", "Late but here"]


async def test_case_100_more_comments_than_the_feed_shows_are_paged_back(harness: BridgeHarness) -> None:
    harness.blog.window, harness.blog.paged = 4, True
    entry = harness.blog.write("Lively")
    for number in range(4):
        harness.blog.remark(entry, "Ann", f"Old {number}")
    await harness.start()
    for number in range(9):
        harness.blog.remark(entry, "Ann", f"New {number}")
    await harness.poll()
    assert await announced(harness) == ["Lively", *(f"New {number}" for number in range(9))]


async def test_an_item_that_its_feed_shows_again_is_not_looked_for_any_further(harness: BridgeHarness) -> None:
    await write_many(harness, 3)
    await harness.start()
    gone = harness.blog.write("Flickering")
    await harness.poll()
    harness.blog.write("Newer")
    await harness.poll()
    await harness.deliver()
    harness.blog.entries.remove(gone)
    harness.blog.hidden.append(gone.link or "")
    await harness.poll(HOUR)
    await harness.deliver()
    harness.blog.entries.insert(3, gone)
    await harness.poll(timedelta(minutes=5))
    await harness.deliver(after=2 * HOUR)
    assert harness.chat.said[0].post.title == "Flickering"
