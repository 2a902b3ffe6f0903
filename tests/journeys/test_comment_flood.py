"""A thousand comments at once, from a blog over its REST list to a Discord over sockets."""

from pathlib import Path

from sandbox.blog.blog import SandboxBlog
from tests.journeys.stage import PATIENCE, bot_running, staged


async def test_a_thousand_comments_are_a_few_messages_and_one_alert(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    await blog.add_user("ada", role="author", display_name="Ada")
    await blog.publish(title="First", html="<p>x</p>", author="ada")
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        await stage.ada.command("alerts on", blog=await stage.blog_option("blog show"), author="ada")
        post = await blog.publish(title="By Ada", html="<p>x</p>", author="ada")
        thread = await stage.thread_of(post)
        comments = [await blog.comment(post, author="Ann", text=f"Remark {number}") for number in range(1000)]
        await stage.mirrored(comments[-1], thread)
        summary = await stage.discord.until(
            lambda: next((each for each in thread.messages if "more comments on By Ada" in each.text), None),
            PATIENCE,
            "a summary",
        )
        assert post.link in summary.text
        await stage.discord.until(lambda: stage.ada.dms, PATIENCE, "an alert")
        (alert,) = stage.ada.dms
        assert "new comments on By Ada" in alert.text
        mirrored = [each for each in thread.messages if "#comment-" in str(each.embeds)]
        assert len(mirrored) <= 30
        assert len([each for each in thread.messages if "more comments on" in each.text]) == 1
