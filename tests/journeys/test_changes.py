"""What changes on the blog changes in chat: edits, removals, returns."""

from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.discord import Message
from tests.journeys.stage import PATIENCE, Stage, bot_running, staged


async def shows(stage: Stage, message: Message, *words: str) -> None:
    # What is struck through was looked for twice, ten seconds apart and more.
    patience = 2 * PATIENCE
    await stage.discord.until(lambda: all(word in message.text for word in words), patience, f"{words} in a message")


@pytest.mark.timeout(300)
async def test_edits_and_removals_reach_the_messages(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    await blog.configure(flood_seconds=0, comment_previously_approved=False)
    for number in range(3):
        await blog.publish(title=f"From before {number}", html="<p>Old.</p>")
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        post = await blog.publish(title="First title", html="<p>First words.</p>")
        later = await blog.publish(title="Later", html="<p>More.</p>")
        card, other = await stage.announced(post), await stage.announced(later)
        thread = await stage.thread_of(post)
        remarks = [await blog.comment(post, author="Ann", text=f"Remark {number} of three") for number in range(3)]
        messages = [await stage.mirrored(remark, thread) for remark in remarks]

        await blog.edit_post(post, title="Second title", html="<p>Wholly other words stand here now.</p>")
        await shows(stage, card, "Second title", "(edited)")
        await blog.edit_comment(remarks[0].id, text="Remark number zero of three")
        await shows(stage, messages[0], "number zero")

        await blog.trash_post(later)
        await blog.moderate(remarks[1].id, "spam")
        await shows(stage, messages[1], "~~Remark 1 of three~~")
        await shows(stage, other, "~~Later~~", "removed from the blog")
        await blog.set_post_status(later, "publish")
        await stage.discord.until(lambda: "~~" not in other.text, PATIENCE, "the entry to be back")
        assert "~~" in messages[1].text
