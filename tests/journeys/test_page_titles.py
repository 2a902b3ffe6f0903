"""A comment on a page, or on what a plugin adds, from a site whose REST API is shut, in German."""

from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import PostKind
from tests.journeys.stage import bot_running, staged


@pytest.mark.parametrize("kind", ["page", "note"])
async def test_the_card_has_the_pages_title(sandbox_blog: SandboxBlog, tmp_path: Path, kind: PostKind) -> None:
    blog = sandbox_blog
    await blog.configure(rest="forbidden", language="de")
    await blog.publish(title="Erster", html="<p>x</p>")
    page = await blog.publish(title="Über uns & andere", html="<p>x</p>", kind=kind)
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        comment = await blog.comment(page, author="Mia", text="Hallo")
        thread = await stage.thread_of(page)
        await stage.mirrored(comment, thread)
        card = await stage.announced(page)
        assert card.embeds[0]["title"] == "Über uns & andere"
        assert thread.name == "Über uns & andere"
