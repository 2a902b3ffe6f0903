"""A reply reaches the post whose card was pressed, or nobody: all styles of guid, on both blogs, one of them real."""

from pathlib import Path

from sandbox.blog.interface import Blog
from sandbox.discord import Answer
from tests.journeys.stage import bot_running, staged


async def test_whatever_the_guids_say_replies_and_comments_go_where_they_belong(any_blog: Blog, tmp_path: Path) -> None:
    blog = any_blog
    await blog.configure(flood_seconds=0, comment_previously_approved=False)
    seventh = await blog.publish(title="The post that foreign guids name", html="<p>x</p>")
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        await stage.connect()
        await stage.olga.command("relay limit", per_10_minutes=30)
        guids = [None, "permalink", f"http://old.example/?p={seventh.id}", "https://old.example/?p=987654"]
        for number, guid in enumerate(guids):
            post = await blog.publish(title=f"Style {number}", html="<p>x</p>", guid=guid)
            card = await stage.announced(post)
            thread = await stage.thread_of(post)
            told = await stage.reply_by_button(card, f"To style {number}.", first=number == 0)
            await stage.told(told, "Published")
            assert [row.content for row in await blog.comments(post)] == [f"To style {number}."]
            answered = await blog.comment(post, author="Ann", text=f"From style {number}.")
            remark = await stage.mirrored(answered, thread)
            told = await stage.reply_by_button(remark, f"Back to style {number}.")
            await stage.told(told, "Published")
            assert [row.parent for row in await blog.comments(post)] == [0, 0, answered.id]
        assert await blog.comments(seventh) == []

        # a comment on the post that was named falsely goes to a thread of its own
        theirs = await blog.comment(seventh, author="Ben", text="On the seventh.")
        await stage.mirrored(theirs, await stage.thread_of(seventh))

        # pages and what plugins add are told of by their comments
        for kind in ("page", "note"):
            post = await blog.publish(title=f"A {kind}", html="<p>x</p>", kind=kind)  # type: ignore[arg-type]
            theirs = await blog.comment(post, author="Ann", text=f"On the {kind}.")
            thread = await stage.thread_of(post)
            await stage.mirrored(theirs, thread)
            told = await stage.reply_by_button(await stage.announced(post), f"To the {kind}.")
            await stage.told(told, "Published")
            assert [row.content for row in await blog.comments(post)] == [f"On the {kind}.", f"To the {kind}."]

        # its address leads to another post: said before anything is typed
        lost = await blog.publish(title="Tea", html="<p>x</p>")
        lost_card = await stage.announced(lost)
        await blog.publish(title="Tea and cake", html="<p>x</p>")
        await blog.trash_post(lost)
        refused = await stage.press_reply(lost_card)
        assert isinstance(refused, Answer)
        assert "I cannot tell which of the blog's posts this is" in refused.text
        assert f"{lost.link}#respond" in refused.text
