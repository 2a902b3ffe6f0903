"""One message becomes one comment, whoever presses what at the same time, on both databases."""

import asyncio

import pytest

from bot.model.errors import PermanentError, Refused
from bot.model.reply import Reply, ReplyState
from tests.bridge.harness import BridgeHarness
from tests.bridge.replies.replying import talking


@pytest.mark.parametrize("number", range(3))
async def test_many_previews_of_one_message_published_at_once(harness: BridgeHarness, number: int) -> None:
    talk = await talking(harness)
    drafts = [await talk.preview(f"Words {each}") for each in range(6)]
    came = await asyncio.gather(*(talk.publish(draft) for draft in drafts), return_exceptions=True)
    assert sum(isinstance(each, Reply) for each in came) == 1
    assert all("already" in each.text for each in came if isinstance(each, PermanentError))
    await harness.deliver()
    assert len(harness.blog.received) == 1


async def test_one_preview_published_at_once_twice(harness: BridgeHarness) -> None:
    talk = await talking(harness)
    draft = await talk.preview()
    came = await asyncio.gather(*(talk.publish(draft) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, Reply) for each in came) == 1
    await harness.deliver()
    assert len(harness.blog.received) == 1


async def test_a_refused_message_may_be_published_again(harness: BridgeHarness) -> None:
    talk = await talking(harness)
    first, second = await talk.preview(), await talk.preview()
    await talk.publish(first)
    with pytest.raises(Refused, match="already"):
        await talk.publish(second)
    async with harness.store.transaction():
        await harness.store.replies.save_state(first, ReplyState.REFUSED, reason="No.")
    await talk.publish(second)
    await harness.deliver()
    assert len(harness.blog.received) == 1
