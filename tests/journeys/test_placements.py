"""Where entries and comments stand: forums, plain channels, threads opened late, blogs without an API."""

from pathlib import Path

from sandbox.blog.blog import SandboxBlog
from sandbox.discord.nouns import Message
from tests.journeys.stage import PATIENCE, bot_running, staged
from tests.webserver import serving

_ITEM = """<item><title>{title}</title><link>{url}/{slug}</link><guid isPermaLink="false">{slug}</guid>
<description>Words</description>
<wfw:commentRss xmlns:wfw="http://wellformedweb.org/CommentAPI/">{url}/{slug}/comments.rss</wfw:commentRss></item>"""
_RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>{url}/</link>{items}</channel></rss>'
)
_REMARK = """<item><title>By: {author}</title>
<link>{url}/{slug}#c{number}</link><guid isPermaLink="false">c{number}</guid>
<author>{author}</author><description>{text}</description></item>"""


async def test_a_forum_gets_posts_with_tags(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage:
        names = [f"Tag {number}" for number in range(7)]
        stage.channel = stage.guild.add_channel("posts", kind="forum", tags=["Other", *names], require_tag=True)
        async with bot_running(stage, tmp_path):
            await stage.add()
            tagged = await blog.publish(title="x" * 150, html="<p>x</p>", categories=names)
            plain = await blog.publish(title="Untagged", html="<p>x</p>", categories=["Nowhere"])
            threads = [await stage.thread_of(post) for post in (tagged, plain)]
            assert [thread.name for thread in threads] == ["x" * 99 + "…", "Untagged"]
            assert set(threads[0].tag_names) <= set(names)
            assert len(threads[0].tag_names) == 5
            assert threads[1].tag_names == ["Other"]
            remark = await blog.comment(tagged, text="First!")
            assert (await stage.mirrored(remark, threads[0])).channel is threads[0]


async def test_a_plain_channel_gets_messages_and_comments_answer_them(
    sandbox_blog: SandboxBlog, tmp_path: Path
) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add(placement="channel")
        post = await blog.publish(title="Short", html="<p>x</p>")
        card = await stage.announced(post)
        remark = await blog.comment(post, text="First!")
        message = await stage.mirrored(remark, stage.channel)
        assert message.reference is card
        assert stage.channel.threads == []


async def test_a_comment_on_an_old_entry_opens_its_thread(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    oldest = await blog.publish(title="Outside the window", html="<p>Old words</p>")
    await blog.comment(oldest, text="An old remark")
    old = await blog.publish(title="In the window", html="<p>x</p>")
    for number in range(9):
        await blog.publish(title=f"Filler {number}", html="<p>x</p>")
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        remark = await blog.comment(old, text="Late remark")
        await stage.mirrored(remark, await stage.thread_of(old))
        # an entry that no feed shows any more is looked up
        remark = await blog.comment(oldest, text="Later remark")
        await stage.mirrored(remark, await stage.thread_of(oldest))
        titles = [message.embeds[0]["title"] for message in stage.channel.messages if message.embeds]
        assert titles == ["In the window", "Outside the window"]
        assert "An old remark" not in str(
            [message.embeds for each in stage.channel.threads for message in each.messages]
        )


async def test_without_an_api_the_sites_comment_feed_is_read(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    blog.faults.status("/wp-json/*", 403, times=None)
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        found = await stage.add(start=False)
        assert "comments/feed" in found.text
        await stage.olga.press(found, "Start", timeout=PATIENCE)
        post = await blog.publish(title="Feeds only", html="<p>x</p>")
        thread = await stage.thread_of(post)
        first = await blog.comment(post, author="Ann", text="One")
        parent = await stage.mirrored(first, thread)
        second = await blog.comment(post, author="Ben", text="Two", parent=first.id)
        child = await stage.mirrored(second, thread)
        assert child.reference is parent
        assert "In reply to" not in child.text


async def test_entries_with_comment_feeds_of_their_own(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    xml = {"Content-Type": "application/rss+xml"}
    async with staged(sandbox_blog) as stage, bot_running(stage, tmp_path), serving() as web:

        def remarks(slug: str, *texts: str) -> None:
            items = "".join(
                _REMARK.format(author="Ann", url=web.url, slug=slug, number=f"{slug}{number}", text=text)
                for number, text in enumerate(texts)
            )
            web.serve(f"/{slug}/comments.rss", _RSS.format(title="Comments", url=web.url, items=items), headers=xml)

        def entries(*slugs: str) -> None:
            items = "".join(_ITEM.format(title=slug.title(), url=web.url, slug=slug) for slug in slugs)
            web.serve("/rss.xml", _RSS.format(title="Plain", url=web.url, items=items), headers=xml)

        remarks("old", "from before")
        entries("old")
        answer = await stage.olga.command("blog add", url=f"{web.url}/rss.xml", channel=stage.channel, timeout=PATIENCE)
        await stage.olga.press(answer, "Start", timeout=PATIENCE)
        remarks("new", "at once")
        entries("new", "old")

        def said(text: str) -> Message | None:
            everything = [message for thread in stage.channel.threads for message in thread.messages]
            return next((each for each in everything if text in each.text), None)

        await stage.discord.until(lambda: said("at once"), PATIENCE, "the comment on the new entry")
        remarks("old", "from before", "a new one")
        message = await stage.discord.until(lambda: said("a new one"), PATIENCE, "the comment on the old entry")
        assert message.channel.name == "Old"
        assert said("from before") is None
