"""Other sites' links to a post: on a card where `/blog mentions` is on, else nowhere; from the REST list and RSS."""

from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import Post
from sandbox.discord import Message, Thread
from tests.journeys.stage import PATIENCE, Stage, bot_running, staged

THERE = "https://other.example/on-ink/"
WRITTEN = {
    "pingback": "[&#8230;] as Ada wrote there, ink [&#8230;]",
    "trackback": "<strong>On ink</strong>\n\nas Ada wrote there&#8230;",
    "review": "Five stars",
}


async def ping(blog: SandboxBlog, post: Post, kind: str, name: str) -> None:
    await blog.ping(post, kind=kind, author=name, text=WRITTEN[kind], url=THERE)


async def switch(stage: Stage, mentions: str) -> str:
    answer = await stage.olga.command(
        "blog mentions", blog=await stage.blog_option("blog mentions"), mentions=mentions, timeout=PATIENCE
    )
    return answer.text


async def card_of(stage: Stage, thread: Thread, author: str) -> Message:
    found = await stage.discord.until(
        lambda: next((each for each in thread.messages if author in str(each.embeds)), None), PATIENCE, author
    )
    assert isinstance(found, Message)
    return found


@pytest.mark.parametrize("source", ["the REST list", "Atom", "RSS"])
async def test_mentions_stand_where_an_admin_wants_them(sandbox_blog: SandboxBlog, tmp_path: Path, source: str) -> None:
    blog = sandbox_blog
    if source != "the REST list":
        await blog.configure(rest="forbidden")
    if source == "RSS":
        blog.faults.status("/comments/feed/atom/", 404, times=None)
    await blog.publish(title="First", html="<p>x</p>")
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        post = await blog.publish(title="Ink", html="<p>x</p>")
        thread = await stage.thread_of(post)
        for kind in WRITTEN:
            await ping(blog, post, kind, f"Early {kind}")
        await stage.mirrored(await blog.comment(post, author="Ann", text="Before"), thread)
        assert "Mentioned by" in await switch(stage, "on")
        if source == "the REST list":
            # The feed that is read for mentions alone is silent about what it shows the first time.
            await stage.discord.until(
                lambda: any("/comments/feed/atom/" in each.path for each in blog.requests),
                PATIENCE,
                "its first reading",
            )
        for kind in WRITTEN:
            await ping(blog, post, kind, f"Wanted {kind}")
        for kind in ("pingback", "trackback"):
            card = await card_of(stage, thread, f"Mentioned by Wanted {kind}")
            assert "as Ada wrote there" in card.embeds[0]["description"]
            # RSS does not tell the other site's address.
            assert card.buttons == ([] if source == "RSS" else ["Open the page"])
        await stage.mirrored(await blog.comment(post, author="Ann", text="Between"), thread)
        await switch(stage, "off")
        await ping(blog, post, "pingback", "Late pingback")
        await stage.mirrored(await blog.comment(post, author="Ann", text="After"), thread)
        if source == "RSS":
            assert any(each.path == "/comments/feed/" for each in blog.requests)
        cards = "\n".join(str(each.embeds) for each in thread.messages)
        assert cards.count("Mentioned by") == 2
        for word in ("Early", "review", "Late", "Five stars"):
            assert word not in cards
