"""A renamed post renames its thread, told by a real client to a Discord on loopback."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.storage.database import Store
from tests.bridge.discord_stage import Stage, staged

SOON = timedelta(minutes=3)


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    async with staged(store) as set_:
        yield set_


async def announced(stage: Stage, title: str = "Talk") -> None:
    stage.blog.write(title)
    await stage.poll()
    await stage.deliver()


async def retitled(stage: Stage, title: str, after: timedelta = SOON) -> None:
    stage.blog.edit(0, title=title)
    await stage.poll(after)
    await stage.deliver()


def changes(stage: Stage) -> int:
    """How often a thread was changed; messages have paths of their own."""
    return sum(
        1 for method, path, _ in stage.discord.requests if method == "PATCH" and path.split("/")[-2] == "channels"
    )


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_renamed_post_renames_its_thread(stage: Stage, kind: str) -> None:
    channel = stage.guild.add_channel("posts", kind)
    await stage.start(channel)
    await announced(stage)
    thread = stage.thread("Talk")
    await retitled(stage, "Better talk")
    assert thread.name == "Better talk"
    assert changes(stage) == 1
    # other words under the same title are no other name
    stage.blog.edit(0, html="<p>Entirely other words, and many of them.</p>")
    await stage.poll(SOON)
    await stage.deliver()
    assert changes(stage) == 1


async def test_renames_keep_to_two_in_ten_minutes_and_only_the_newest_counts(stage: Stage) -> None:
    stage.discord.limits.set("PATCH", "/channels/{channel_id}", 2, 600)
    await stage.start()
    await announced(stage)
    thread = stage.thread("Talk")
    for title in ("One", "Two", "Three"):
        await retitled(stage, title, timedelta(minutes=2))
    assert (thread.name, changes(stage)) == ("One", 1)
    await stage.deliver(after=timedelta(minutes=2))
    assert (thread.name, changes(stage)) == ("Three", 2)
    await stage.deliver(after=timedelta(minutes=10))
    assert changes(stage) == 2
    assert await stage.waiting() == 0


async def test_a_name_that_a_moderator_gave_stays(stage: Stage) -> None:
    await stage.start()
    await announced(stage)
    thread = stage.thread("Talk")
    thread.name = "Pinned: talk"
    await retitled(stage, "Better talk")
    assert thread.name == "Pinned: talk"
    assert changes(stage) == 0


async def test_an_archived_thread_is_renamed_and_stays_archived(stage: Stage) -> None:
    await stage.start()
    await announced(stage)
    thread = stage.thread("Talk")
    thread.archived = True
    await retitled(stage, "Better talk")
    assert thread.name == "Better talk"
    assert thread.archived


async def test_a_thread_that_cannot_be_renamed_closes_no_channel(stage: Stage) -> None:
    await stage.start()
    await announced(stage)
    thread = stage.thread("Talk")
    thread.locked = thread.archived = True
    await retitled(stage, "Better talk")
    # The bot may not change a thread that a moderator closed; the card says the new title all the same.
    assert thread.name == "Talk"
    assert await stage.dead() == []
    assert (await stage.subscribed()).subscription.active
