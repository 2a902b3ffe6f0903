"""The poller over the real store: what is kept of a poll, and when the next one is."""

from dataclasses import replace

import pytest

from bot.model.feed import Feed, FeedKind, Fetched, FetchOutcome, NotModified, Validators
from tests.bridge.harness import GUILD, House


async def feed_of(house: House, kind: FeedKind = FeedKind.ENTRIES) -> Feed:
    """The first blog's feed of a kind, as it is kept."""
    subscribed, *_ = await house.bridge.admin.blogs(GUILD)
    (feed,) = [each for each in await house.store.feeds.of_blog(subscribed.blog.id) if each.kind is kind]
    return feed


async def test_what_a_poll_remembers_is_kept_with_the_items_and_stays_where_nothing_changed(house: House) -> None:
    await house.start()
    fetch = house.blog.fetch

    async def with_memory(feed: Feed, *, conditional: bool) -> FetchOutcome:
        outcome = await fetch(feed, conditional=conditional)
        return replace(outcome, memory="of two") if isinstance(outcome, Fetched) else outcome

    async def unchanged(feed: Feed, *, conditional: bool) -> FetchOutcome:
        return NotModified(validators=Validators())

    async def unchanged_but_in_doubt(feed: Feed, *, conditional: bool) -> FetchOutcome:
        return NotModified(validators=Validators(), memory="in doubt")

    house.blog.write("Two")
    house.blog.fetch = with_memory
    await house.poll()
    assert (await feed_of(house)).memory == "of two"
    house.blog.fetch = unchanged
    await house.poll()
    assert (await feed_of(house)).memory == "of two"
    house.blog.fetch = unchanged_but_in_doubt
    await house.poll()
    assert (await feed_of(house)).memory == "in doubt"


async def test_nothing_is_remembered_of_items_that_could_not_be_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.start()
    fetch = house.blog.fetch

    async def with_memory(feed: Feed, *, conditional: bool) -> FetchOutcome:
        outcome = await fetch(feed, conditional=conditional)
        return replace(outcome, memory="remembered") if isinstance(outcome, Fetched) else outcome

    async def full(*_: object) -> None:
        raise OSError("disk full")

    house.blog.write("Lost?")
    house.blog.fetch = with_memory
    with monkeypatch.context() as broken:
        broken.setattr(house.store.outbox, "add", full)
        await house.poll()
    assert (await feed_of(house)).memory != "remembered"
    await house.poll()
    await house.deliver()
    assert (await feed_of(house)).memory == "remembered"
    assert house.titles == ["Lost?"]
