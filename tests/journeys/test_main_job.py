"""The main job from end to end: a real client, the sandbox's Discord, and both blogs in turn, one of them real."""

from pathlib import Path

from sandbox.blog.interface import Blog
from sandbox.discord import Answer
from tests.journeys.stage import PATIENCE, bot_running, staged


async def test_a_blogs_discussion_goes_both_ways(any_blog: Blog, tmp_path: Path) -> None:
    blog = any_blog
    await blog.configure(flood_seconds=0, comment_previously_approved=False)
    old = await blog.publish(title="From before", html="<p>Old.</p>")
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        # add, start: what stands there is not posted
        found = await stage.add(start=False)
        assert found.ephemeral
        assert {"Start", "Cancel"} <= set(found.buttons)
        assert "From before" in found.text
        assert "WordPress" in found.text
        started = await stage.olga.press(found, "Start", timeout=PATIENCE)
        assert isinstance(started, Answer)
        await started.wait_until(lambda shown: "Start" not in shown.buttons, timeout=PATIENCE)
        await stage.connect()
        await stage.ada.command("alerts on", blog=await stage.blog_option("blog show"))

        # new post
        post = await blog.publish(
            title="Tom & Jerry: 1 < 2", html="<p>With <em>words</em> and @everyone.</p>", categories=["News"]
        )
        card = await stage.announced(post)
        thread = await stage.thread_of(post)
        assert thread.name == "Tom & Jerry: 1 < 2"
        assert "@everyone" not in card.embeds[0]["description"]
        assert card.pings == []
        assert "Reply on the blog" in card.buttons

        # comment, nested comment
        first = await blog.comment(post, author="Ann", text="Is it *so*?")
        first_message = await stage.mirrored(first, thread)
        second = await blog.comment(post, author="Ben", text="It is, Ann.", parent=first.id)
        second_message = await stage.mirrored(second, thread)
        assert first_message.reference is None
        assert second_message.reference is first_message
        assert "In reply to" not in second_message.text
        await stage.discord.until(lambda: len(stage.ada.dms) == 2, PATIENCE, "two alerts for Ada")
        assert "Ann" in stage.ada.dms[0].text
        assert thread.messages[0].id > card.id

        # reply by button
        told = await stage.reply_by_button(first_message, "So **it** is < that & <@1> > this.", first=True)
        await stage.told(told, "Published")
        (row,) = [row for row in await blog.comments(post) if row.author == "Mia"]
        assert (row.parent, row.status, row.user_id) == (first.id, "approved", 0)
        assert row.author_email.endswith(".invalid")
        assert "<strong>it</strong>" in row.content
        assert "@member" in row.content
        assert row.link in str(told.components)
        spoken = await stage.discord.until(
            lambda: next((message for message in thread.messages if "✅" in message.reactions), None),
            PATIENCE,
            "a mark",
        )
        assert row.author_url == spoken.jump_url
        assert spoken.embeds[0]["author"]["name"] == "Mia"

        # reply by menu, to what another member's published reply became
        written = await stage.mia.reply(spoken, "And this is *mine*.")
        preview = await stage.mia.message_command(written, "Publish to blog")
        assert isinstance(preview, Answer)
        told = await stage.publish(preview)
        await stage.told(told, "Published")
        await stage.discord.until(lambda: set(written.reactions) == {"✅"}, PATIENCE, "one mark")
        menu_row = next(row for row in await blog.comments(post) if row.author_url == written.jump_url)
        assert (menu_row.parent, menu_row.status) == (row.id, "approved")
        assert menu_row.author_email == row.author_email

        # held comment, approval noticed
        await blog.configure(comment_moderation=True)
        told = await stage.reply_by_button(card, "Hold this, please.")
        await stage.told(told, "moderator")
        (held,) = [row for row in await blog.comments(post) if "Hold this" in row.content]
        assert (held.status, held.parent) == ("hold", 0)
        held_message = next(message for message in thread.messages if "Hold this" in message.text)
        await stage.discord.until(lambda: "🕓" in held_message.reactions, PATIENCE, "the mark of waiting")
        await blog.moderate(held.id, "approve")
        await stage.discord.until(lambda: set(held_message.reactions) == {"✅"}, PATIENCE, "the approval")
        anchor = held.link.rsplit("#")[-1]
        await stage.discord.until(lambda: anchor in str(held_message.components), PATIENCE, "a link to the comment")
        await blog.configure(comment_moderation=False)

        # closed comments, trashed post: told before anything is typed
        await blog.close_comments(post)
        closed = await stage.press_reply(card)
        assert isinstance(closed, Answer)
        assert "closed" in closed.text
        other = await blog.publish(title="Short-lived", html="<p>x</p>")
        other_card = await stage.announced(other)
        await blog.trash_post(other)
        gone = await stage.press_reply(other_card)
        assert isinstance(gone, Answer)
        assert "removed from the blog" in gone.text

        # nothing of ours came back, and nothing twice
        echoes = [message for message in thread.messages if "this" in message.text and not message.reactions]
        assert echoes == []
        assert len([message for message in stage.channel.messages if old.link in message.text]) == 0
