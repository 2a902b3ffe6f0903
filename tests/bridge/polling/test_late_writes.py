"""Outcomes of polls that wait to be written, and what reads or settles the same feed meanwhile."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.model.feed import Failed, Feed, FeedKind, FetchOutcome, PollResult
from bot.model.ids import ChannelId
from tests.bridge.harness import GUILD, USER, BridgeHarness
from tests.bridge.many import current

#: Its subscription began after the entry was seen: a first poll of comments tells it nothing of that entry.
_LATER = ChannelId(21)


async def _comments_never_read(harness: BridgeHarness) -> Feed:
    """A blog with one entry in two channels, whose comments could not be read when they started, nor since."""
    fetch = harness.blog.fetch

    async def without_comments(feed: Feed, *, conditional: bool) -> FetchOutcome:
        return await fetch(feed, conditional=conditional) if feed.kind is FeedKind.ENTRIES else _failed()

    harness.blog.fetch = without_comments  # type: ignore[method-assign]
    entry = harness.blog.write("Entry")
    subscribed = await harness.start()
    harness.clock.move(timedelta(hours=1))
    await harness.start(_LATER)
    harness.blog.remark(entry, "Bob", "From before")
    # The poll fails; its outcome waits.
    harness.clock.move(timedelta(days=1))
    await harness.bridge.poller.tick()
    await harness.bridge.poller.tasks.drain(5)
    harness.blog.fetch = fetch  # type: ignore[method-assign]
    feeds = await harness.store.feeds.of_blog(subscribed.blog.id)
    return next(feed for feed in feeds if feed.kind is FeedKind.COMMENTS)


def _failed() -> Failed:
    return Failed(text="The blog does not answer.")


async def _take_baseline(harness: BridgeHarness) -> None:
    subscribed, _ = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)


async def _tell_one_more(harness: BridgeHarness) -> None:
    harness.blog.remark(harness.blog.entries[0], "Cy", "News")
    await harness.poll()
    await harness.deliver()


async def test_a_failure_that_waits_does_not_undo_a_good_reading(harness: BridgeHarness) -> None:
    feed = await _comments_never_read(harness)
    await _take_baseline(harness)
    read = await current(harness, feed)
    assert read.last_ok_at is not None
    await harness.bridge.poller.drain(5)
    kept = await current(harness, feed)
    assert (kept.last_ok_at, kept.failures) == (read.last_ok_at, 0)
    await _tell_one_more(harness)
    assert harness.titles.count("News") == 2, "the next poll is not the first, which is silent"


async def test_a_failure_that_is_just_being_written_does_not_undo_a_good_reading(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = await _comments_never_read(harness)
    settle_all = harness.store.polls.save_results
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(polled: Sequence[PollResult]) -> None:
        begun.set()
        await go_on.wait()
        await settle_all(polled)

    monkeypatch.setattr(harness.store.polls, "save_results", slow)
    writing = asyncio.create_task(harness.bridge.poller.drain(5))
    await begun.wait()
    reading = asyncio.create_task(_take_baseline(harness))
    # It waits for the write; where it does not, it is over soon.
    await asyncio.wait({reading}, timeout=0.5)
    go_on.set()
    await asyncio.gather(writing, reading)
    kept = await current(harness, feed)
    assert kept.last_ok_at is not None
    assert kept.failures == 0
    await _tell_one_more(harness)
    assert harness.titles.count("News") == 2


async def test_a_feed_that_was_read_between_its_claim_and_its_turn_is_not_polled_as_it_was(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = await _comments_never_read(harness)
    await harness.bridge.poller.drain(5)
    claim_due = harness.store.polls.claim_due

    async def claim_and_be_overtaken(*args: Any, **options: Any) -> list[Feed]:
        claimed = await claim_due(*args, **options)
        if len(harness.blog.comments) == 1:
            await _take_baseline(harness)
            harness.blog.remark(harness.blog.entries[0], "Cy", "News")
        return claimed

    monkeypatch.setattr(harness.store.polls, "claim_due", claim_and_be_overtaken)
    await harness.poll()
    monkeypatch.undo()
    assert (await current(harness, feed)).last_ok_at is not None
    await harness.poll()
    await harness.deliver()
    assert harness.titles.count("News") == 2
