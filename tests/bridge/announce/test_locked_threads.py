"""New comments on an entry whose thread a moderator locked, told by a real client to a Discord on loopback."""

from collections.abc import AsyncIterator

import pytest

from bot.storage.database import Store
from tests.bridge.discord_stage import Stage, staged


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    async with staged(store) as set_:
        yield set_


async def locked(stage: Stage) -> None:
    await stage.start()
    stage.blog.write("Talk")
    await stage.poll()
    await stage.deliver()
    thread = stage.thread("Talk")
    thread.locked = thread.archived = True


async def remarks(stage: Stage, *words: str) -> None:
    for each in words:
        stage.blog.remark(stage.blog.entries[0], "Bob", each)
        await stage.poll()
        await stage.deliver()


async def test_a_locked_thread_is_quiet(stage: Stage) -> None:
    await locked(stage)
    await remarks(stage, "One", "Two")
    assert stage.titles() == ["Talk"]
    assert stage.cards(stage.thread("Talk")) == []
    assert await stage.dead() == []


async def test_by_a_setting_the_first_comment_is_posted_in_the_channel(stage: Stage) -> None:
    await locked(stage)
    await stage.bridge.admin.set_locked((await stage.subscribed()).subscription, to_channel=True)
    await remarks(stage, "One", "Two", "Three")
    assert stage.titles() == ["Talk", "One"]
    assert stage.cards()[-1].buttons == ["Open the thread"]
    stage.thread("Talk").locked = False
    await remarks(stage, "Four")
    assert stage.titles(stage.thread("Talk")) == ["Four"]
