"""What changes on the blog changes in chat: edits, removals, returns."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.discord import Message
from tests.journeys.stage import PATIENCE, Stage, bot_running, staged

#: As on a machine that is quick enough to publish everything in one.
_SECOND = datetime(2026, 3, 1, 12, tzinfo=UTC)
_ALIKE = 5


async def shows(stage: Stage, message: Message, *words: str) -> None:
    await stage.discord.until(lambda: all(word in message.text for word in words), PATIENCE, f"{words} in a message")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", [0, _ALIKE // 2, _ALIKE - 1], ids=["first", "middle", "last"])
async def test_a_post_is_struck_through_wherever_it_stood_among_others_of_its_second(
    sandbox_blog: SandboxBlog, tmp_path: Path, place: int
) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        posts = [
            await blog.publish(title=f"Post {number}", html="<p>Words.</p>", date=_SECOND) for number in range(_ALIKE)
        ]
        cards = [await stage.announced(post) for post in posts]
        # Of one second the feed shows the one first that was made last.
        gone = _ALIKE - 1 - place
        await blog.trash_post(posts[gone])
        await shows(stage, cards[gone], f"~~Post {gone}~~", "removed from the blog")
        assert ["~~" in card.text for card in cards].count(True) == 1


@pytest.mark.timeout(300)
async def test_edits_and_removals_reach_the_messages(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    await blog.configure(flood_seconds=0, comment_previously_approved=False)
    for number in range(3):
        await blog.publish(title=f"From before {number}", html="<p>Old.</p>", date=_SECOND)
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        post = await blog.publish(title="First title", html="<p>First words.</p>", date=_SECOND)
        later = await blog.publish(title="Later", html="<p>More.</p>", date=_SECOND)
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
