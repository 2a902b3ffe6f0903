"""The baseline: a start or resume posts nothing old, and floods no channel."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import TemporaryError
from bot.model.feed import Failed
from bot.model.ids import ChannelId
from tests.bridge.harness import CHANNEL, GUILD, BridgeHarness


def _failed() -> Failed:
    return Failed(text="The blog does not answer.")


async def _entries(entries, ids):
    return [entry for entry in entries if entry.native_id in ids]


async def test_a_comment_feed_that_could_not_be_read_at_the_start_does_not_flood(harness: BridgeHarness) -> None:
    old = [harness.blog.write(f"Old {number}") for number in range(12)]
    for entry in old[:5]:
        harness.blog.remark(entry, "Bob", "From before")
    shown, harness.blog.entries = harness.blog.entries, harness.blog.entries[-5:]
    fetch, down = harness.blog.fetch, True

    async def fetch_while_down(feed, *, conditional):
        return await fetch(feed, conditional=conditional) if feed.kind == "entries" or not down else _failed()

    harness.blog.fetch = fetch_while_down
    await harness.start()
    down = False
    harness.blog.look_up = lambda api_root, ids: _entries(shown, ids)
    await harness.poll()
    await harness.deliver()
    assert harness.titles == []


async def test_resume_says_no_while_the_comments_cannot_be_read(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    harness.blog.write("Entry")
    await harness.poll()
    await harness.bridge.admin.pause(subscribed.subscription)
    (paused,) = await harness.bridge.admin.blogs(GUILD)
    fetch = harness.blog.fetch

    async def without_comments(feed, *, conditional):
        return await fetch(feed, conditional=conditional) if feed.kind == "entries" else _failed()

    harness.blog.fetch = without_comments
    with pytest.raises(TemporaryError, match="try again"):
        await harness.bridge.admin.resume(paused)
    (still,) = await harness.bridge.admin.blogs(GUILD)
    assert still.subscription.paused_at is not None


async def test_another_channels_start_takes_nothing_from_the_first_and_floods_nobody(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("For the first")
    await harness.start(ChannelId(21))
    await harness.deliver()
    assert [each.ref.channel_id for each in harness.chat.said] == [CHANNEL]
    found = harness.blog.found
    category = replace(found, entries=replace(found.entries, url="https://blog.example/category/feed/"))
    kept = await harness.store.feeds.save_blog(category)
    assert kept.id != (await harness.bridge.admin.blogs(GUILD))[0].blog.id


async def test_a_new_entry_hurries_the_comments_polled_with_it(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Lively")
    await harness.poll()
    blog_id = (await harness.bridge.admin.blogs(GUILD))[0].blog.id
    for feed in await harness.store.feeds.of_blog(blog_id):
        assert feed.next_poll_at - harness.clock.now() <= timedelta(minutes=3), feed.kind
