"""What is fetched of a message and its thread before its words go out."""

import pytest

from bot.model.errors import ChannelLost, NotFound
from bot.model.ids import ChannelId, GuildId, MessageId, UserId
from bot.model.message import MessageRef
from bot.model.subscription import Placement
from tests.adapters.discord.conftest import Stage, ref


async def test_of_anothers_message_only_its_edits_are_told(stage: Stage) -> None:
    written = await stage.mia.post(stage.channel, "Words")
    seen = await stage.sender.look_at_message(ref(written))
    assert (seen.content, seen.edited_at) == ("", None)
    await stage.mia.edit(written, "Other words")
    again = await stage.sender.look_at_message(ref(written))
    assert again.content == ""
    assert again.edited_at is not None
    await stage.mia.delete(written)
    with pytest.raises(NotFound):
        await stage.sender.look_at_message(ref(written))


async def test_what_the_bot_may_not_see_is_no_deletion(stage: Stage) -> None:
    written = await stage.mia.post(stage.channel, "Words")
    stage.guild.deny_bot(stage.channel, "VIEW_CHANNEL")
    with pytest.raises(ChannelLost):
        await stage.sender.look_at_message(ref(written))
    with pytest.raises(ChannelLost):
        await stage.sender.is_locked(ChannelId(stage.channel.id))


async def test_a_thread_is_locked_or_not_and_a_channel_never_is(stage: Stage) -> None:
    olga = stage.discord.add_person("Olga", stage.guild, admin=True)
    thread = await olga.start_thread(await olga.post(stage.channel, "Start"), "A thread")
    assert not await stage.sender.is_locked(ChannelId(thread.id))
    await olga.lock(thread)
    assert await stage.sender.is_locked(ChannelId(thread.id))
    assert not await stage.sender.is_locked(ChannelId(stage.channel.id))
    with pytest.raises(NotFound):
        await stage.sender.is_locked(ChannelId(12345))
    with pytest.raises(NotFound):
        await stage.sender.look_at_message(
            MessageRef(channel_id=ChannelId(stage.channel.id), message_id=MessageId(12345))
        )


async def test_who_may_manage_a_guild_is_asked_of_discord_at_that_moment(stage: Stage) -> None:
    olga = stage.discord.add_person("Olga", stage.guild, admin=True)
    stranger = stage.discord.add_person("Sam")
    here = GuildId(stage.guild.id)
    assert await stage.sender.may_manage(here, UserId(olga.id))
    assert not await stage.sender.may_manage(here, UserId(stage.mia.id))
    assert not await stage.sender.may_manage(here, UserId(stranger.id))
    assert not await stage.sender.may_manage(GuildId(12345), UserId(olga.id))
    stage.guild.members[olga.id].roles.clear()
    assert not await stage.sender.may_manage(here, UserId(olga.id))


async def test_what_the_bot_lacks_in_a_channel_is_asked_of_discord_at_that_moment(stage: Stage) -> None:
    guild, channel = GuildId(stage.guild.id), ChannelId(stage.channel.id)
    assert await stage.sender.missing_permissions(guild, channel, Placement.THREAD) == ()
    stage.guild.deny_bot(stage.channel, "EMBED_LINKS", "CREATE_PUBLIC_THREADS")
    lacks = await stage.sender.missing_permissions(guild, channel, Placement.THREAD)
    assert lacks == ("Embed Links", "Create Public Threads")
    assert await stage.sender.missing_permissions(guild, channel, Placement.CHANNEL) == ("Embed Links",)
    stage.guild.deny_bot(stage.channel, "VIEW_CHANNEL")
    assert await stage.sender.missing_permissions(guild, channel, Placement.CHANNEL) == ("View Channel",)
    with pytest.raises(NotFound):
        await stage.sender.missing_permissions(guild, ChannelId(12345), Placement.CHANNEL)
