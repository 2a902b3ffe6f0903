"""A channel gets what its admin wants of a blog, said the admin's way, with a ping for those who asked for it."""

from pathlib import Path

from sandbox.blog.blog import SandboxBlog
from tests.journeys.stage import bot_running, staged


async def test_a_channel_gets_what_it_wants_with_a_template_and_one_ping(
    sandbox_blog: SandboxBlog, tmp_path: Path
) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        readers = stage.guild.add_role("Readers", mentionable=True)
        others = stage.guild.add_role("Others", mentionable=True)
        await stage.add()
        option = await stage.blog_option("blog filter")
        await stage.olga.command("blog filter", blog=option, field="category", include="News")
        await stage.olga.command("blog filter", blog=option, field="title", exclude="/^sponsored/")
        await stage.olga.command(
            "blog template", blog=option, template=f"{others.mention} @everyone {{author|us}} wrote {{title}}: {{link}}"
        )
        await stage.olga.command("blog mention", blog=option, add=readers)
        paid = await blog.publish(title="Sponsored: a chair", html="<p>Buy</p>")
        pets = await blog.publish(title="Cats", html="<p>Miaow</p>", categories=["Pets"])
        for post in (paid, pets):
            await blog.comment(post, text="Nobody shall see this in chat")
        storm = await blog.publish(title="Storm @here <@&1>", html="<p>Wind</p>")
        card = await stage.announced(storm)
        remark = await blog.comment(storm, text="Stay in")
        await stage.mirrored(remark, await stage.thread_of(storm))

        told = f"{readers.mention}\n{others.mention} @everyone {storm.author} wrote "
        assert card.content.startswith(told)
        assert card.content.endswith(f": <{storm.link}>")
        assert card.pings == [readers]
        assert [each for each in stage.channel.messages if each.embeds] == [card]
        assert [thread.id for thread in stage.channel.threads] == [card.id]
        assert "Nobody shall see" not in str([each.embeds for each in stage.channel.threads[0].messages])
