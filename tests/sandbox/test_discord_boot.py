"""A real discord.py client comes up, and the simplest things go both ways."""

import asyncio

import discord
import pytest
from discord import app_commands

from sandbox.discord import SandboxDiscord
from tests.sandbox.discord_stage import Bot, Stage, a_stage


@pytest.fixture
async def stage():
    async with a_stage() as stage:
        yield stage


async def test_client_becomes_ready_and_sees_the_guild(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", kind="forum", tags=["news"])
    async with stage.bot() as client:
        await stage.discord.wait_ready()
        guild = client.guilds[0]
        assert (guild.name, client.user.id) == ("Example", stage.discord.application_id)
        assert {channel.name for channel in guild.channels} == {"blog", "posts"}
        assert [tag.name for tag in guild.get_channel(forum.id).available_tags] == ["news"]
        assert guild.me.guild_permissions.value & 309237730368 == 309237730368


async def test_bot_posts_and_hears_what_people_post(stage: Stage) -> None:
    async with stage.bot() as client:
        sent = await client.get_channel(stage.channel.id).send("hello", embed=discord.Embed(title="A title"))
        assert stage.channel.messages[0].text == "hello\nA title"
        assert sent.jump_url == stage.channel.messages[0].jump_url
        await stage.mia.post(stage.channel, "hi there")
        await stage.discord.until(lambda: len(client.events("message")) == 2)
        assert client.events("message")[1].author.name == "mia"


async def test_slash_command_with_group_options_and_autocomplete(stage: Stage) -> None:
    def setup(bot: Bot) -> None:
        blog = app_commands.Group(name="blog", description="Blogs")

        @blog.command(description="Add a blog")
        async def add(interaction: discord.Interaction, url: str, channel: discord.TextChannel, limit: int = 3) -> None:
            await interaction.response.defer(ephemeral=True)
            await interaction.edit_original_response(content=f"{url} goes to {channel.mention}, {limit}")

        @add.autocomplete("url")
        async def urls(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=f"{current}!", value=current)]

        bot.tree.add_command(blog)

    async with stage.bot(setup):
        answer = await stage.mia.command("blog add", url="https://a.example", channel=stage.channel)
        assert answer.content == f"https://a.example goes to <#{stage.channel.id}>, 3"
        assert answer.ephemeral
        assert stage.channel.messages == []
        assert await stage.mia.autocomplete("blog add", option="url", value="my") == [("my!", "my")]
        with pytest.raises(ValueError, match="required"):
            await stage.mia.command("blog add", url="https://a.example")
        with pytest.raises(LookupError, match="add"):
            await stage.mia.command("blog remove")


async def test_guilds_and_channels_come_and_go_while_the_bot_runs(stage: Stage) -> None:
    async with stage.bot() as client:
        second = stage.discord.add_guild("Second")
        channel = second.add_channel("notes")
        await stage.discord.until(lambda: client.get_channel(channel.id), what="the new channel")
        assert client.events("guild_join")[0].name == "Second"
        second.remove_channel(channel)
        await stage.discord.until(lambda: client.events("guild_channel_delete"))
        second.kick_bot()
        await stage.discord.until(lambda: client.events("guild_remove"))
        with pytest.raises(discord.NotFound):
            await client.fetch_guild(second.id)


async def test_a_person_writes_what_the_client_takes(stage: Stage) -> None:
    with pytest.raises(ValueError, match="2001 characters"):
        await stage.mia.post(stage.channel, "x" * 2001)
    with pytest.raises(ValueError, match="empty"):
        await stage.mia.post(stage.channel, " ")
    assert stage.channel.messages == []


async def test_members_tell_when_they_joined(stage: Stage) -> None:
    newcomer = stage.discord.add_person("New", stage.guild, joined_days_ago=2)
    async with stage.bot() as client:
        member = await client.guilds[0].fetch_member(newcomer.id)
        assert (discord.utils.utcnow() - member.joined_at).days == 2
        with pytest.raises(discord.NotFound):
            await client.guilds[0].fetch_member(12345)


async def test_waiting_ends_when_it_is_cancelled_while_something_changes() -> None:
    async with SandboxDiscord.running() as discord:
        waiting = asyncio.create_task(discord.until(lambda: False, 60))
        await asyncio.sleep(0)
        discord.world.changed()
        waiting.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([waiting])
        assert waiting.cancelled()
