"""The faults a sandbox blog can be told to have, and its log."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import Post
from tests.wordpress.client import Visitor, member

ANN = {"author_name": "Ann", "author_email": "ann@example.org"}
COMMENTS = "/wp-json/wp/v2/comments"


@pytest.fixture
async def sandbox_blog() -> AsyncIterator[SandboxBlog]:
    async with SandboxBlog.running() as blog:
        yield blog


async def an_entry(blog: SandboxBlog) -> Post:
    await blog.configure(comment_previously_approved=False, flood_seconds=0)
    return await blog.publish(title="Tea", html="x")


async def test_refusing_some_times(sandbox_blog: SandboxBlog) -> None:
    sandbox_blog.faults.status("/feed/*", 503, times=2, headers={"Retry-After": "7"})
    visitor = Visitor(sandbox_blog)
    first = await visitor.get("feed/")
    assert (first.status, first.headers["Retry-After"]) == (503, "7")
    assert [(await visitor.get(where)).status for where in ("", "feed/atom/", "feed/")] == [200, 503, 200]


async def test_refused_requests_take_no_effect(sandbox_blog: SandboxBlog) -> None:
    post = await an_entry(sandbox_blog)
    relay = await member(sandbox_blog)
    sandbox_blog.faults.status(COMMENTS, 500, method="POST")
    assert (await relay.rest("GET", "comments")).status == 200
    assert (await relay.write(post.id, "Hello", **ANN)).status == 500
    assert await sandbox_blog.comments() == []
    sandbox_blog.faults.drop(COMMENTS)
    with pytest.raises(aiohttp.ClientError):
        await relay.write(post.id, "Hello", **ANN)
    assert await sandbox_blog.comments() == []


async def test_an_error_after_storing(sandbox_blog: SandboxBlog) -> None:
    post = await an_entry(sandbox_blog)
    relay = await member(sandbox_blog)
    sandbox_blog.faults.status_after(COMMENTS)
    assert (await relay.write(post.id, "Hello", **ANN)).status == 500
    assert (await relay.write(post.id, "Hello", **ANN)).refusal == (409, "comment_duplicate")
    assert len(await sandbox_blog.comments()) == 1


async def test_hanging_up_after_storing(sandbox_blog: SandboxBlog) -> None:
    post = await an_entry(sandbox_blog)
    relay = await member(sandbox_blog)
    sandbox_blog.faults.drop_after(COMMENTS)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await relay.write(post.id, "Hello", **ANN)
    assert [row.content for row in await sandbox_blog.comments()] == ["Hello"]


async def test_slow_answers(sandbox_blog: SandboxBlog) -> None:
    sandbox_blog.faults.slow("/feed/", 0.05)
    began = time.monotonic()
    assert (await Visitor(sandbox_blog).get("feed/")).status == 200
    assert time.monotonic() - began >= 0.05


async def test_a_client_may_give_up_on_a_slow_blog(sandbox_blog: SandboxBlog) -> None:
    sandbox_blog.faults.slow("*", 30)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await Visitor(sandbox_blog).get("feed/")
    assert (await Visitor(sandbox_blog).get("feed/")).status == 200


async def test_garbage_and_web_pages(sandbox_blog: SandboxBlog) -> None:
    address = f"{sandbox_blog.url}feed/"
    sandbox_blog.faults.garbage("/feed/")
    sandbox_blog.faults.html("/feed/")
    async with aiohttp.request("GET", address) as response:
        body = await response.read()
    assert (response.status, response.content_type) == (200, "application/rss+xml")
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    page = await Visitor(sandbox_blog).get("feed/")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (await Visitor(sandbox_blog).get("feed/")).feed.version == "rss20"


async def test_for_ever_until_cleared(sandbox_blog: SandboxBlog) -> None:
    sandbox_blog.faults.status("*", 502, times=None)
    visitor = Visitor(sandbox_blog)
    assert [(await visitor.get("feed/")).status for _ in range(3)] == [502, 502, 502]
    sandbox_blog.faults.clear()
    assert (await visitor.get("feed/")).status == 200


async def test_the_log(sandbox_blog: SandboxBlog) -> None:
    # For ever: aiohttp's client asks a second time by itself when it is hung up on.
    sandbox_blog.faults.drop("/comments/*", times=None)
    await Visitor(sandbox_blog).get("feed/?x=1", {"If-None-Match": '"tag"'})
    with pytest.raises(aiohttp.ClientError):
        await Visitor(sandbox_blog).get("comments/feed/")
    kept, dropped, *_ = sandbox_blog.requests
    assert (kept.method, kept.path, kept.status, kept.headers["If-None-Match"]) == ("GET", "/feed/?x=1", 200, '"tag"')
    assert (dropped.path, dropped.status) == ("/comments/feed/", 0)
    await sandbox_blog.reset()
    assert sandbox_blog.requests == []
