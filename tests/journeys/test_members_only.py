"""A REST API for logged-in users only: comments come from the feed, and with an account from the list as well."""

from pathlib import Path

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import Blog, Comment
from sandbox.discord import Answer, Channel
from sandbox.discord.person import Person
from tests.journeys.stage import PATIENCE, Stage, bot_running, staged

FIELD = "Comments, read with the connected account"


async def add_to_another_server(stage: Stage) -> tuple[Person, Channel]:
    """A second server gets the same blog, and connects nothing."""
    guild = stage.discord.add_guild("Others")
    otto, channel = stage.discord.add_person("Otto", guild, admin=True), guild.add_channel("elsewhere")
    found = await otto.command("blog add", url=stage.blog.url, channel=channel, where=channel, timeout=PATIENCE)
    started = await otto.press(found, "Start", timeout=PATIENCE)
    assert isinstance(started, Answer)
    await started.wait_until(lambda shown: "Start" not in shown.buttons, timeout=PATIENCE)
    return otto, channel


async def shown_to(person: Person, channel: Channel) -> str:
    [choice] = await person.autocomplete("blog show", option="blog", value="", where=channel)
    return (await person.command("blog show", blog=str(choice[1]), where=channel, timeout=PATIENCE)).text


def said_in(*channels: Channel) -> list[str]:
    """All messages in channels and their threads."""
    places = [each for channel in channels for each in (channel, *channel.threads)]
    return [str(message.embeds) for place in places for message in place.messages]


def times_told(said: list[str], comment: Comment) -> int:
    return sum(f"#comment-{comment.id}'" in each for each in said)


async def test_an_account_reads_comments_where_strangers_may_not_and_only_what_they_see(
    any_blog: Blog, tmp_path: Path
) -> None:
    blog = any_blog
    await blog.configure(flood_seconds=0, comment_previously_approved=False, rest="members")
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        otto, others = await add_to_another_server(stage)
        post = await blog.publish(title="Tea", html="<p>x</p>")
        here = await stage.thread_of(post)
        there = await stage.discord.until(lambda: next(iter(others.threads), None), PATIENCE, "the other's thread")

        # before an account: from the feed
        first = await blog.comment(post, author="Ann", text="Before")
        parents = [await stage.mirrored(first, each) for each in (here, there)]
        assert FIELD not in await shown_to(stage.olga, stage.channel)

        # with one, an editor's at that: from the list too, under the right parents, and only what strangers see
        await stage.connect(role="editor")
        if isinstance(blog, SandboxBlog):
            # The site's feed of comments is gone, so that only the list can bring them.
            blog.faults.status("*comments*feed*", 404, times=None)
        await blog.comment(post, author="Eve", text="Held", status="hold")
        secret = await blog.publish(title="Secret", html="<p>x</p>")
        await blog.set_post_status(secret, "private")
        await blog.comment(secret, author="Eve", text="Hush")
        answer = await blog.comment(post, author="Bob", text="After", parent=first.id)
        mirrored = [await stage.mirrored(answer, each) for each in (here, there)]
        assert [each.reference for each in mirrored] == parents
        assert FIELD in await shown_to(stage.olga, stage.channel)
        assert FIELD not in await shown_to(otto, others)

        # a reply of ours is not mirrored a second time
        told = await stage.reply_by_button(mirrored[0], "From chat.", first=True)
        await stage.told(told, "Published")
        [ours] = [each for each in await blog.comments(post) if each.content == "From chat."]
        await stage.mirrored(ours, there)

        # without one: from the feed again, from where the list had come to
        await stage.olga.command("relay disconnect", blog=await stage.blog_option("relay disconnect"), timeout=PATIENCE)
        if isinstance(blog, SandboxBlog):
            blog.faults.clear()
        last = await blog.comment(post, author="Ann", text="Afterwards")
        for each in (here, there):
            await stage.mirrored(last, each)
        assert FIELD not in await shown_to(stage.olga, stage.channel)

        said = said_in(stage.channel, others)
        assert not [each for each in said if "Held" in each or "Hush" in each]
        assert [times_told(said, comment) for comment in (first, answer, last)] == [2, 2, 2]
        assert times_told(said, ours) == 1


async def test_the_api_is_shut_for_strangers_and_opened_again(any_blog: Blog, tmp_path: Path) -> None:
    blog = any_blog
    await blog.configure(flood_seconds=0, comment_previously_approved=False)
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        post = await blog.publish(title="Tea", html="<p>x</p>")
        thread = await stage.thread_of(post)
        written = [await blog.comment(post, author="Ann", text="Open")]
        await stage.mirrored(written[0], thread)
        for connected in (False, True):
            if connected:
                await stage.connect()
            await blog.configure(rest="members")
            for text in ("Shut", "Still shut"):
                written.append(await blog.comment(post, author="Ann", text=text, parent=written[0].id))
                await stage.mirrored(written[-1], thread)
            await blog.configure(rest="open")
            written.append(await blog.comment(post, author="Ann", text="Open again"))
            await stage.mirrored(written[-1], thread)
        said = said_in(stage.channel)
        assert [times_told(said, each) for each in written] == [1] * len(written)
