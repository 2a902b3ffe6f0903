"""What a poll with news asks of the database, statement by statement: each more is paid with every news."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.model.entry import EntryRef, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.feed import Feed, Fetched, Validators
from bot.model.ids import Uid
from bot.storage.statements import fetch
from tests.bridge.harness import DAY, BridgeHarness
from tests.bridge.many import add, add_comments, current, feeds, harness
from tests.fakes.feeds import FakeFeeds
from tests.storage.given import parsed_comment

__all__ = ["feeds", "harness"]

_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE) (?!\()(\w+)")


def fetched(items: Sequence[ParsedEntry | ParsedComment], before: Sequence[Uid] = (), *, new: int = 1) -> Fetched:
    """What a reader of feeds returns of a document: the new items, and the names of all."""
    entries = tuple(item for item in items[:new] if isinstance(item, ParsedEntry))
    comments = tuple(item for item in items[:new] if isinstance(item, ParsedComment))
    window = tuple(item.uid for item in items)
    feed = ParsedFeed(title="", entries=entries, comments=comments, window=window, before=tuple(before))
    return Fetched(feed=feed, validators=Validators(), body_hash=window[0])


def entries_of(harness: BridgeHarness, number: int) -> list[ParsedEntry]:
    """The newest first."""
    while len(harness.blog.entries) < number:
        harness.blog.write(f"Post {len(harness.blog.entries)}")
    return harness.blog.entries[::-1]


def kinds(statements: Sequence[str]) -> Counter[str]:
    """Count statements by their verb and table."""
    found: Counter[str] = Counter()
    for statement in statements:
        table = _TABLE.search(statement)
        kind = "claim" if "AS wanted" in statement else f"{statement.split()[0]} {table[1] if table else ''}"
        found[kind] += 1
    return found


async def read_ten(harness: BridgeHarness, feeds: FakeFeeds) -> tuple[Feed, list[ParsedEntry]]:
    """A feed of ten entries that was read, and an eleventh that is there now."""
    feed = await add(harness, "https://blog.example/feed")
    ten = entries_of(harness, 10)
    feeds.answers[feed.url] = fetched(ten, new=10)
    await harness.poll(timedelta(0))
    harness.clock.move(timedelta(hours=6))
    eleven = entries_of(harness, 11)
    feeds.answers[feed.url] = fetched(eleven[:10], [entry.uid for entry in ten])
    return feed, eleven


async def test_a_new_entry_takes_eleven_statements(
    harness: BridgeHarness, feeds: FakeFeeds, statements: list[str]
) -> None:
    feed, _ = await read_ten(harness, feeds)
    statements.clear()
    await harness.poll(timedelta(0))
    asked = kinds(statements)
    assert (await current(harness, feed)).newest_at == harness.clock.now()
    assert asked == {
        "claim": 1,
        # the lease, its comments are looked for sooner, and how it fared
        "UPDATE feeds": 3,
        "SELECT blogs": 1,
        "SELECT entries": 1,
        "SELECT aliases": 1,
        "SELECT subscriptions": 1,
        "INSERT entries": 1,
        "INSERT aliases": 1,
        "INSERT deliveries": 1,
        "INSERT decisions": 1,
    }


async def test_a_new_comment_takes_eighteen_statements(
    harness: BridgeHarness, feeds: FakeFeeds, statements: list[str]
) -> None:
    entries, _ = await read_ten(harness, feeds)
    feed = await add_comments(harness, entries, "https://blog.example/c")
    await harness.poll(timedelta(0))
    entry = harness.blog.entries[-1]
    said = [
        parsed_comment(number, entry=EntryRef(uid=entry.uid, link=entry.link), published_at=harness.clock.now())
        for number in range(5, 0, -1)
    ]
    feeds.answers = {feed.url: fetched(said[1:], new=4)}
    await harness.poll(timedelta(hours=6))
    feeds.answers = {feed.url: fetched(said, [comment.uid for comment in said[1:]])}
    await harness.store.polls.release_until([(entries.id, harness.clock.now() + DAY)])
    harness.clock.move(timedelta(hours=6))
    statements.clear()
    await harness.poll(timedelta(0))
    asked = kinds(statements)
    assert (await current(harness, feed)).newest_at == harness.clock.now()
    assert asked.total() == 18
    assert (asked["SELECT comments"], asked["INSERT comments"], asked["UPDATE comments"]) == (1, 1, 0)


async def test_what_a_feed_shows_is_noted_with_it_and_once_a_month(
    harness: BridgeHarness, feeds: FakeFeeds, statements: list[str]
) -> None:
    feed, entries = await read_ten(harness, feeds)
    began = harness.clock.now()
    await harness.poll(timedelta(0))

    async def noted() -> list[bool]:
        rows = await fetch("SELECT seen_at FROM entries ORDER BY id")
        return [row["seen_at"] is not None for row in rows]

    assert await noted() == [True] * 11
    entries = entries_of(harness, 12)
    feeds.answers[feed.url] = fetched(entries[:10], [entry.uid for entry in entries[1:11]])
    statements.clear()
    await harness.poll(began + 29 * DAY - harness.clock.now())
    assert not [each for each in statements if "SET seen_at" in each]
    entries = entries_of(harness, 13)
    feeds.answers[feed.url] = fetched(entries[:10], [entry.uid for entry in entries[1:11]])
    await harness.poll(began + 31 * DAY - harness.clock.now())
    assert len([each for each in statements if "SET seen_at" in each]) == 1


async def test_part_of_a_feed_notes_nothing(harness: BridgeHarness, feeds: FakeFeeds) -> None:
    """What is not the whole document tells nothing of what has left it."""
    feed, eleven = await read_ten(harness, feeds)
    answer = fetched(eleven[:1])
    feeds.answers[feed.url] = replace(answer, feed=replace(answer.feed, complete=False))
    await harness.poll(timedelta(0))
    [row] = await fetch("SELECT seen_at FROM entries ORDER BY id DESC LIMIT 1")
    assert row["seen_at"] is None
