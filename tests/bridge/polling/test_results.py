"""The poller over the real store: what is kept of a poll, and when the next one is."""

from dataclasses import replace

import pytest

from bot.model.feed import Feed, FeedKind, Fetched, FetchOutcome, NotModified, Validators
from tests.bridge.harness import GUILD, BridgeHarness


async def feed_of(harness: BridgeHarness, kind: FeedKind = FeedKind.ENTRIES) -> Feed:
    """The first blog's feed of a kind, as it is kept."""
    subscribed, *_ = await harness.bridge.admin.blogs(GUILD)
    (feed,) = [each for each in await harness.store.feeds.of_blog(subscribed.blog.id) if each.kind is kind]
    return feed


async def test_what_a_poll_remembers_is_kept_with_the_items_and_stays_where_nothing_changed(
    harness: BridgeHarness,
) -> None:
    await harness.start()
    fetch = harness.blog.fetch

    async def with_memory(feed: Feed, *, conditional: bool) -> FetchOutcome:
        outcome = await fetch(feed, conditional=conditional)
        return replace(outcome, fetch_state="of two") if isinstance(outcome, Fetched) else outcome

    async def unchanged(feed: Feed, *, conditional: bool) -> FetchOutcome:
        return NotModified(validators=Validators())

    async def unchanged_but_in_doubt(feed: Feed, *, conditional: bool) -> FetchOutcome:
        return NotModified(validators=Validators(), fetch_state="in doubt")

    harness.blog.write("Two")
    harness.blog.fetch = with_memory
    await harness.poll()
    assert (await feed_of(harness)).fetch_state == "of two"
    harness.blog.fetch = unchanged
    await harness.poll()
    assert (await feed_of(harness)).fetch_state == "of two"
    harness.blog.fetch = unchanged_but_in_doubt
    await harness.poll()
    assert (await feed_of(harness)).fetch_state == "in doubt"


async def test_nothing_is_remembered_of_items_that_could_not_be_kept(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.start()
    fetch = harness.blog.fetch

    async def with_memory(feed: Feed, *, conditional: bool) -> FetchOutcome:
        outcome = await fetch(feed, conditional=conditional)
        return replace(outcome, fetch_state="remembered") if isinstance(outcome, Fetched) else outcome

    async def full(*_: object) -> None:
        raise OSError("disk full")

    harness.blog.write("Lost?")
    harness.blog.fetch = with_memory
    with monkeypatch.context() as broken:
        broken.setattr(harness.store.outbox, "add", full)
        await harness.poll()
    assert (await feed_of(harness)).fetch_state != "remembered"
    await harness.poll()
    await harness.deliver()
    assert (await feed_of(harness)).fetch_state == "remembered"
    assert harness.titles == ["Lost?"]
