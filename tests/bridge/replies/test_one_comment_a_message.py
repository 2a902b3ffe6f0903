"""One message becomes one comment, whoever presses what at the same time, on both databases."""

import asyncio

import pytest

from bot.model.errors import PermanentError, Refused
from bot.model.reply import Reply, ReplyState
from tests.bridge.harness import House
from tests.bridge.replies.replying import talking


@pytest.mark.parametrize("number", range(3))
async def test_many_previews_of_one_message_published_at_once(house: House, number: int) -> None:
    talk = await talking(house)
    drafts = [await talk.preview(f"Words {each}") for each in range(6)]
    came = await asyncio.gather(*(talk.publish(draft) for draft in drafts), return_exceptions=True)
    assert sum(isinstance(each, Reply) for each in came) == 1
    assert all("already" in each.text for each in came if isinstance(each, PermanentError))
    await house.deliver()
    assert len(house.blog.received) == 1


async def test_one_preview_published_at_once_twice(house: House) -> None:
    talk = await talking(house)
    draft = await talk.preview()
    came = await asyncio.gather(*(talk.publish(draft) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, Reply) for each in came) == 1
    await house.deliver()
    assert len(house.blog.received) == 1


async def test_a_refused_message_may_be_published_again(house: House) -> None:
    talk = await talking(house)
    first, second = await talk.preview(), await talk.preview()
    await talk.publish(first)
    with pytest.raises(Refused, match="already"):
        await talk.publish(second)
    async with house.store.transaction():
        await house.store.replies.settle(first, ReplyState.REFUSED, reason="No.")
    await talk.publish(second)
    await house.deliver()
    assert len(house.blog.received) == 1
