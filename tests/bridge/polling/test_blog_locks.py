"""Turns of blogs: one at a time, outdated reads noticed, and forgotten when nobody can ask any more."""

import asyncio

from bot.bridge.polling.blog_locks import BlogLocks
from bot.model.ids import BlogId

ONE = BlogId(1)


async def use(blog_locks: BlogLocks, count: int) -> None:
    for number in range(2, count + 2):
        async with blog_locks.of(BlogId(number)):
            pass


async def test_locks_that_nobody_needs_are_forgotten() -> None:
    blog_locks = BlogLocks()
    await use(blog_locks, 10_000)
    assert len(blog_locks) <= 101


async def test_a_lock_in_use_or_waited_for_stays_the_same() -> None:
    blog_locks = BlogLocks()
    order = []

    async def second() -> None:
        async with blog_locks.of(ONE):
            order.append("second")

    async with blog_locks.of(ONE):
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0)
        await use(blog_locks, 1000)
        order.append("first")
    await use(blog_locks, 1000)
    await waiting
    assert order == ["first", "second"]


async def test_a_release_since_a_mark_is_known_as_long_as_somebody_has_the_mark() -> None:
    blog_locks = BlogLocks()
    async with blog_locks.of(ONE):
        pass
    snapshot = blog_locks.snapshot()
    async with blog_locks.of(ONE):
        pass
    await use(blog_locks, 1000)
    assert blog_locks.of(ONE).released_since(snapshot)
    later = blog_locks.snapshot()
    assert not blog_locks.of(ONE).released_since(later)
    del snapshot
    await use(blog_locks, 5000)
    assert len(blog_locks) <= 5001
    del later
    await use(blog_locks, 20_000)
    assert len(blog_locks) < 12_000


async def test_who_gives_up_waiting_leaves_no_trace() -> None:
    blog_locks = BlogLocks()

    async def wait() -> None:
        async with blog_locks.of(ONE):
            pass

    async with blog_locks.of(ONE):
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
    assert blog_locks.of(ONE).users == 0
