"""Turns of blogs: one at a time, outdated reads noticed, and forgotten when nobody can ask any more."""

import asyncio

from bot.bridge.polling.blog_locks import Turns
from bot.model.ids import BlogId

ONE = BlogId(1)


async def use(turns: Turns, count: int) -> None:
    for number in range(2, count + 2):
        async with turns.of(BlogId(number)):
            pass


async def test_locks_that_nobody_needs_are_forgotten() -> None:
    turns = Turns()
    await use(turns, 10_000)
    assert len(turns) <= 101


async def test_a_lock_in_use_or_waited_for_stays_the_same() -> None:
    turns = Turns()
    order = []

    async def second() -> None:
        async with turns.of(ONE):
            order.append("second")

    async with turns.of(ONE):
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0)
        await use(turns, 1000)
        order.append("first")
    await use(turns, 1000)
    await waiting
    assert order == ["first", "second"]


async def test_a_release_since_a_mark_is_known_as_long_as_somebody_has_the_mark() -> None:
    turns = Turns()
    async with turns.of(ONE):
        pass
    mark = turns.mark()
    async with turns.of(ONE):
        pass
    await use(turns, 1000)
    assert turns.of(ONE).released_since(mark)
    later = turns.mark()
    assert not turns.of(ONE).released_since(later)
    del mark
    await use(turns, 5000)
    assert len(turns) <= 5001
    del later
    await use(turns, 20_000)
    assert len(turns) < 12_000


async def test_who_gives_up_waiting_leaves_no_trace() -> None:
    turns = Turns()

    async def wait() -> None:
        async with turns.of(ONE):
            pass

    async with turns.of(ONE):
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
    assert turns.of(ONE).users == 0
