"""Cases 89 and 90 of feeds in the wild, by the whole bot: lost channels and servers come back by themselves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.discord.permission_bits import BOT_PERMISSIONS, EVERYONE, Permission
from tests.journeys.stage import PATIENCE, Stage, bot_running, staged

TALK = Permission.SEND_MESSAGES


def deny_by_channel(stage: Stage) -> Callable[[], None]:
    stage.guild.deny_bot(stage.channel, "VIEW_CHANNEL")
    return lambda: stage.guild.allow_bot(stage.channel, "VIEW_CHANNEL")


def deny_by_role(stage: Stage) -> Callable[[], None]:
    stage.guild.everyone.permissions = int(EVERYONE & ~TALK)
    stage.guild.set_bot_permissions(BOT_PERMISSIONS & ~TALK)
    return lambda: stage.guild.set_bot_permissions(BOT_PERMISSIONS)


def deny_until_given_a_role(stage: Stage) -> Callable[[], None]:
    deny_by_role(stage)
    return lambda: stage.guild.give_bot_role(stage.guild.add_role("Talkers", int(TALK)))


@pytest.mark.parametrize("lose", [deny_by_channel, deny_by_role, deny_until_given_a_role])
async def test_case_89_90_a_channel_that_is_open_again_gets_what_waited_without_being_asked_to(
    sandbox_blog: SandboxBlog, tmp_path: Path, lose: Callable[[Stage], Callable[[], None]]
) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        mend = lose(stage)
        posts = [await blog.publish(title=f"Waiting {number}", html="<p>x</p>") for number in range(2)]
        told = await stage.discord.until(lambda: stage.olga.dms, PATIENCE, "the notice")
        assert f"<#{stage.channel.id}>" in told[0].text
        refused = [each for each in stage.discord.requests if each[2] == 403]
        assert len(refused) <= 3, "a channel that said no must not be asked again and again"
        mend()
        for post in posts:
            await stage.thread_of(post)
        assert [each.embeds[0]["title"] for each in stage.channel.messages if each.embeds] == ["Waiting 0", "Waiting 1"]
        assert len(stage.olga.dms) == 1
        shown = await stage.olga.command("status", where=stage.channel)
        assert "Parked" not in shown.text


async def test_case_90_a_server_that_took_the_bot_out_goes_on_when_it_takes_it_in_again(
    sandbox_blog: SandboxBlog, tmp_path: Path
) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        stage.guild.kick_bot()
        await blog.publish(title="Missed", html="<p>x</p>")
        stage.guild.invite_bot()
        while "paused" in (await stage.olga.command("blog list", where=stage.channel)).text:
            pass
        post = await blog.publish(title="News", html="<p>x</p>")
        await stage.thread_of(post)
        assert [each.embeds[0]["title"] for each in stage.channel.messages if each.embeds] == ["News"]


async def test_case_90_an_outage_of_a_server_is_no_loss(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        stage.guild.go_away()
        post = await blog.publish(title="Meanwhile", html="<p>x</p>")
        await stage.discord.until(
            lambda: [each for each in stage.discord.requests if each[0] == "POST" and each[2] == 503],
            PATIENCE,
            "an attempt",
        )
        stage.guild.come_back()
        await stage.thread_of(post)
        assert stage.olga.dms == []
        assert len([each for each in stage.channel.messages if each.embeds]) == 1
