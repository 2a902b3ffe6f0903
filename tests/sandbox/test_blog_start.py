"""Starting, stopping and resetting a sandbox blog; its clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from sandbox.blog.blog import SandboxBlog
from tests.wordpress.client import Visitor, member


@pytest.fixture
async def sandbox_blog() -> AsyncIterator[SandboxBlog]:
    async with SandboxBlog.running() as blog:
        yield blog


async def test_a_closed_blog_answers_nobody() -> None:
    blog = await SandboxBlog.start(title="Short")
    await blog.close()
    await blog.close()
    with pytest.raises(aiohttp.ClientConnectionError):
        await Visitor(blog).get("")


async def test_two_at_once() -> None:
    async with SandboxBlog.running(title="One") as one, SandboxBlog.running(title="Two") as two:
        assert one.url != two.url
        assert (await Visitor(two).get("wp-json/")).json["name"] == "Two"


async def test_reset_forgets(sandbox_blog: SandboxBlog) -> None:
    post = await sandbox_blog.publish(title="Tea", html="x")
    await sandbox_blog.comment(post, text="Yes")
    await sandbox_blog.configure(permalinks="plain")
    await sandbox_blog.reset()
    assert await sandbox_blog.comments() == []
    assert (await Visitor(sandbox_blog).rest("GET", "posts")).json == []


async def test_unknown_settings_are_refused(sandbox_blog: SandboxBlog) -> None:
    with pytest.raises(ValueError, match="no setting"):
        await sandbox_blog.configure(nonsense=True)  # type: ignore[call-arg]


async def test_a_clock_of_one_s_own() -> None:
    now = [datetime(2030, 1, 2, 3, 4, 5, 999, tzinfo=UTC)]
    async with SandboxBlog.running(clock=lambda: now[0]) as blog:
        await blog.configure(comment_previously_approved=False)
        post = await blog.publish(title="Tea", html="x")
        assert post.link == f"{blog.url}2030/01/tea/"
        relay = await member(blog)
        assert (await relay.write(post.id, "One")).status == 201
        assert (await relay.write(post.id, "Two")).refusal == (400, "comment_flood")
        now[0] += timedelta(seconds=15)
        assert (await relay.write(post.id, "Two")).status == 201
