"""What changes on the blog after it was posted: edits, removals that let old items slide back, hearsay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.blog.blog import SandboxBlog
from tests.journeys.stage import PATIENCE, bot_running, staged


async def test_an_edited_comment_changes_its_message(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        post = await blog.publish(title="Edited", html="<p>x</p>")
        thread = await stage.thread_of(post)
        remark = await blog.comment(post, text="First thought")
        message = await stage.mirrored(remark, thread)
        await blog.edit_comment(remark.id, text="Second thought")
        await stage.discord.until(lambda: "Second thought" in message.text, PATIENCE, "the new text")
        assert "First thought" not in message.text
        assert len([each for each in thread.messages if "thought" in each.text]) == 1


async def test_old_entries_that_slide_back_into_the_feed_are_not_posted(
    sandbox_blog: SandboxBlog, tmp_path: Path
) -> None:
    blog = sandbox_blog
    began = datetime.now(UTC) - timedelta(days=30)
    posts = [
        await blog.publish(title=f"Old {number}", html="<p>x</p>", date=began + timedelta(days=number))
        for number in range(13)
    ]
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        await blog.trash_post(posts[12])
        await blog.trash_post(posts[11])
        news = await blog.publish(title="News", html="<p>x</p>")
        await stage.announced(news)
        more = await blog.publish(title="More news", html="<p>x</p>")
        await stage.announced(more)
        titles = [message.embeds[0]["title"] for message in stage.channel.messages if message.embeds]
        assert titles == ["News", "More news"]


async def test_an_entry_is_posted_although_a_comment_told_of_it_first(
    sandbox_blog: SandboxBlog, tmp_path: Path
) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        quiet = stage.guild.add_channel("without-comments")
        await stage.add()
        found = await stage.olga.command("blog add", url=blog.url, channel=quiet, comments=False, timeout=PATIENCE)
        await stage.olga.press(found, "Start", timeout=PATIENCE)
        # The posts feed is slow to show it; the comment list is not.
        blog.faults.status("/feed*", 503, times=8)
        post = await blog.publish(title="Heard of", html="<p>x</p>")
        remark = await blog.comment(post, text="Already here")
        await stage.mirrored(remark, await stage.thread_of(post))
        blog.faults.clear()
        await stage.discord.until(lambda: quiet.messages, PATIENCE, "the entry where no comments are wanted")
        after = await blog.publish(title="After", html="<p>x</p>")
        await stage.announced(after)
        for channel in (stage.channel, quiet):
            await stage.discord.until(lambda channel=channel: len(channel.messages) >= 2, PATIENCE, "both entries")
            assert [each.embeds[0]["title"] for each in channel.messages if each.embeds] == ["Heard of", "After"]
