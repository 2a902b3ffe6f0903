"""`/blog why` over the whole way: what the pipeline recorded of a real post, and of one that no feed showed."""

from pathlib import Path

from sandbox.blog.blog import SandboxBlog
from tests.journeys.stage import bot_running, staged


async def test_a_post_its_comment_and_a_draft(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        post = await sandbox_blog.publish(title="Ink", html="<p>Words</p>")
        card = await stage.announced(post)
        remark = await sandbox_blog.comment(post, author="Ben", text="Yes")
        mirrored = await stage.mirrored(remark, await stage.thread_of(post))
        blog = await stage.blog_option("blog why")
        ((name, value),) = await stage.olga.autocomplete("blog why", option="entry", value="in", blog=blog)
        assert name == "Ink"
        for asked in (value, post.link, "ink"):
            told = await stage.olga.command("blog why", blog=blog, entry=asked)
            assert told.text.count("✅") == 9
            assert told.text.endswith(
                f"Posted: https://discord.com/channels/{stage.guild.id}/{stage.channel.id}/{card.id}"
            )
        told = await stage.olga.command("blog why", blog=blog, entry=f"{post.link}#comment-{remark.id}")
        assert told.text.endswith(f"/{mirrored.channel.id}/{mirrored.id}")
        told = await stage.olga.command("blog why", blog=blog, entry=f"{stage.blog.url}a-draft/")
        assert "never seen: the feed did not hold it" in told.text
        assert "“Ink”" in told.text
