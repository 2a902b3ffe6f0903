"""Threads, forum posts, replies, reactions, permissions and direct messages."""

import io
from datetime import timedelta

import discord
import pytest

from sandbox.discord import NotAllowed
from tests.sandbox.discord_stage import Stage, a_stage


@pytest.fixture
async def stage():
    async with a_stage() as stage:
        yield stage


async def test_thread_from_a_message_once(stage: Stage) -> None:
    async with stage.bot() as client:
        message = await client.get_channel(stage.channel.id).send("An entry")
        thread = await message.create_thread(name="Comments")
        assert thread.id == message.id
        await thread.send("first")
        assert [post.content for post in stage.channel.threads[0].messages] == ["first"]
        with pytest.raises(discord.HTTPException) as refusal:
            await message.create_thread(name="Again")
        assert refusal.value.code == 160004


async def test_archived_thread_reopens_for_a_message_but_not_for_an_edit(stage: Stage) -> None:
    async with stage.bot() as client:
        thread = await (await client.get_channel(stage.channel.id).send("x")).create_thread(name="Comments")
        sent = await thread.send("first")
        here = stage.channel.threads[0]
        await stage.ada.archive(here)
        await stage.discord.until(lambda: client.events("raw_thread_update"), what="the client to hear of it")
        with pytest.raises(discord.HTTPException) as refusal:
            await sent.edit(content="changed")
        assert refusal.value.code == 50083
        await thread.send("second")
        assert not here.archived
        await stage.ada.lock(here)
        with pytest.raises(discord.Forbidden) as locked:
            await thread.send("third")
        assert locked.value.code == 160005
        with pytest.raises(NotAllowed):
            await stage.mia.post(here, "me too")


async def test_active_and_archived_threads_are_listed(stage: Stage) -> None:
    async with stage.bot() as client:
        channel = client.get_channel(stage.channel.id)
        first = await channel.create_thread(name="one", type=discord.ChannelType.public_thread)
        await channel.create_thread(name="two", type=discord.ChannelType.public_thread)
        await first.edit(archived=True)
        assert [thread.name for thread in await client.guilds[0].active_threads()] == ["two"]
        assert [thread.name async for thread in channel.archived_threads()] == ["one"]


async def test_forum_post_with_tags(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", kind="forum", tags=["news", "art"], require_tag=True)
    async with stage.bot() as client:
        channel = client.get_channel(forum.id)
        made = await channel.create_thread(name="A title", content="the body", applied_tags=[channel.available_tags[1]])
        post = forum.threads[0]
        assert (post.name, post.tag_names, post.messages[0].id) == ("A title", ["art"], post.id)
        assert made.message.id == post.id
        with pytest.raises(discord.HTTPException) as refusal:
            await channel.create_thread(name="No tag", content="x")
        assert refusal.value.code == 40067
        with pytest.raises(discord.HTTPException) as unknown:
            await channel.create_thread(name="Wrong tag", content="x", applied_tags=[discord.Object(5)])
        assert unknown.value.code == 10087
        mine = await stage.mia.create_post(forum, "Mia's", "hi", tags=("news",))
        assert mine.messages[0].id == mine.id


async def test_replies_refer_and_ping_as_told(stage: Stage) -> None:
    async with stage.bot() as client:
        question = await stage.mia.post(stage.channel, "why?")
        channel = client.get_channel(stage.channel.id)
        target = await channel.fetch_message(question.id)
        quiet = discord.AllowedMentions.none()
        await target.reply(f"because {stage.ada.mention} @everyone", allowed_mentions=quiet)
        loud = await target.reply(f"because {stage.ada.mention} @everyone")
        silent, pinging = stage.channel.messages[1:]
        assert (silent.reference, silent.pings) == (question, [])
        assert pinging.pings == [stage.ada, stage.mia, "everyone"]
        answer = await stage.mia.reply(pinging, "thanks")
        await stage.discord.until(lambda: len(client.events("message")) == 4)
        heard = client.events("message")[3]
        assert (heard.reference.message_id, heard.content) == (loud.id, "thanks")
        assert answer.pings == [stage.discord.bot_user]
        await stage.mia.delete(question)
        with pytest.raises(discord.HTTPException) as refusal:
            await target.reply("too late")
        assert refusal.value.code == 50035


async def test_reactions_go_both_ways(stage: Stage) -> None:
    async with stage.bot() as client:
        message = await stage.mia.post(stage.channel, "nice")
        await (await client.get_channel(stage.channel.id).fetch_message(message.id)).add_reaction("👍")
        await stage.mia.react(message, "👍")
        assert message.reactions == {"👍": [stage.discord.bot_user, stage.mia]}
        await stage.discord.until(lambda: len(client.events("raw_reaction_add")) == 2)
        event = client.events("raw_reaction_add")[1]
        assert (event.user_id, str(event.emoji), event.message_id) == (stage.mia.id, "👍", message.id)
        await stage.mia.unreact(message, "👍")
        await stage.discord.until(lambda: client.events("raw_reaction_remove"))


async def test_edits_and_deletes_are_heard(stage: Stage) -> None:
    async with stage.bot() as client:
        message = await stage.mia.post(stage.channel, "typo")
        await stage.mia.edit(message, "no typo")
        await stage.mia.delete(message)
        await stage.discord.until(lambda: client.events("raw_message_delete"))
        assert client.events("raw_message_edit")[0].message_id == message.id
        with pytest.raises(NotAllowed):
            await stage.ada.edit(message, "hers")


@pytest.mark.parametrize(
    ("denied", "code"), [("SEND_MESSAGES", 50013), ("VIEW_CHANNEL", 50001), ("READ_MESSAGE_HISTORY", 160002)]
)
async def test_denied_permissions_refuse(stage: Stage, denied: str, code: int) -> None:
    async with stage.bot() as client:
        channel = client.get_channel(stage.channel.id)
        question = await stage.mia.post(stage.channel, "why?")
        stage.guild.deny_bot(stage.channel, denied)
        with pytest.raises(discord.HTTPException) as refusal:
            await channel.send("x", reference=discord.MessageReference(message_id=question.id, channel_id=channel.id))
        assert refusal.value.code == code
        stage.guild.allow_bot(stage.channel, denied)
        await channel.send("x")
        assert [message.text for message in stage.channel.messages] == ["why?", "x"]


async def test_embeds_vanish_without_the_permission(stage: Stage) -> None:
    stage.guild.deny_bot(stage.channel, "EMBED_LINKS")
    async with stage.bot() as client:
        await client.get_channel(stage.channel.id).send("bare", embed=discord.Embed(title="gone"))
        assert stage.channel.messages[0].text == "bare"


async def test_hidden_channel_is_obfuscated_and_not_listed(stage: Stage) -> None:
    hidden = stage.guild.add_channel("staff", hidden_from_everyone=True)
    async with stage.bot() as client:
        assert client.get_channel(hidden.id).name == "___hidden___"
        assert [channel.name for channel in await client.guilds[0].fetch_channels()] == ["blog"]
        with pytest.raises(NotAllowed):
            await stage.mia.post(hidden, "x")


async def test_direct_messages_and_a_person_who_takes_none(stage: Stage) -> None:
    async with stage.bot() as client:
        user = await client.fetch_user(stage.mia.id)
        await user.send("psst")
        assert [message.content for message in stage.mia.dms] == ["psst"]
        stage.mia.close_dms()
        with pytest.raises(discord.Forbidden) as refusal:
            await user.send("again")
        assert refusal.value.code == 50007
        assert len(stage.mia.dms) == 1


async def test_files_are_stored_and_kept_by_an_edit(stage: Stage) -> None:
    async with stage.bot() as client:
        file = discord.File(io.BytesIO(b"hello"), "note.txt")
        sent = await client.get_channel(stage.channel.id).send("with a file", file=file)
        message = stage.channel.messages[0]
        assert [(part["filename"], part["size"]) for part in message.attachments] == [("note.txt", 5)]
        edited = await sent.edit(content="changed", attachments=sent.attachments)
        assert [part.filename for part in edited.attachments] == ["note.txt"]
        await sent.edit(attachments=[])
        assert message.attachments == []


async def test_automod_blocks_words_and_titles(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", kind="forum")
    stage.guild.blocked_words = {"spam"}
    async with stage.bot() as client:
        with pytest.raises(discord.HTTPException) as blocked:
            await client.get_channel(stage.channel.id).send("x", embed=discord.Embed(description="SPAM!"))
        assert blocked.value.code == 200000
        with pytest.raises(discord.HTTPException) as title:
            await client.get_channel(forum.id).create_thread(name="spam", content="x")
        assert title.value.code == 200001
        assert (stage.channel.messages, forum.threads) == ([], [])


async def test_old_messages_take_few_edits(stage: Stage) -> None:
    async with stage.bot() as client:
        sent = await client.get_channel(stage.channel.id).send("0 comments")
        message = stage.channel.messages[0]
        message.created_at -= timedelta(hours=2)
        for number in range(1, 6):
            await sent.edit(content=f"{number} comments")
        with pytest.raises(discord.HTTPException) as refusal:
            await sent.edit(content="6 comments")
        assert (refusal.value.code, message.content) == (30046, "5 comments")
