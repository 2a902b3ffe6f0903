"""What is done with messages that stand: found, changed, marked; and interactions answered later."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord import app_commands

from bot.adapters.chat.sender import DiscordSender
from bot.adapters.net.trace import discord_trace
from bot.model.chat import Mark, MessageRef, ReplyTarget
from bot.model.errors import NotFound, Refused, TemporaryError
from bot.model.ids import ChannelId, EntryId, MessageId, SubscriptionId
from bot.model.relay import Secret
from sandbox.discord import Answer
from tests.adapters.chat.conftest import Stage, ref
from tests.adapters.chat.posts import FULL, PLAIN


async def test_our_message_is_found_among_others(stage: Stage) -> None:
    channel_id = ChannelId(stage.channel.id)
    since = datetime.now(UTC)
    await stage.mia.post(stage.channel, "", embeds=[{"title": FULL.title, "description": FULL.body}])
    await stage.sender.post(channel_id, PLAIN, nonce="1")
    sent = await stage.sender.post(channel_id, FULL, nonce="2")
    for number in range(120):
        await stage.mia.post(stage.channel, f"words {number}")
    assert await stage.sender.find(channel_id, FULL, since=since) == sent


async def test_a_message_far_behind_is_still_found(stage: Stage) -> None:
    since = datetime.now(UTC)
    for number in range(150):
        await stage.mia.post(stage.channel, f"words {number}")
    sent = await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="2")
    assert await stage.sender.find(ChannelId(stage.channel.id), FULL, since=since) == sent


async def test_white_space_and_spelling_of_the_address_do_not_count(stage: Stage) -> None:
    since = datetime.now(UTC)
    sent = await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    said = replace(FULL, body=f" {FULL.body}\n", url=(FULL.url or "").replace("#", "%23"))
    assert await stage.sender.find(ChannelId(stage.channel.id), said, since=since) == sent


@pytest.mark.parametrize(
    "other",
    [
        replace(FULL, title="Other"),
        replace(FULL, body="Other."),
        replace(FULL, author="Bob"),
        replace(FULL, url="https://blog.example/other/"),
        replace(FULL, reply_target=ReplyTarget(subscription_id=SubscriptionId(4), entry_id=EntryId(5))),
    ],
)
async def test_another_post_is_not_taken_for_it(stage: Stage, other: object) -> None:
    since = datetime.now(UTC)
    await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    assert await stage.sender.find(ChannelId(stage.channel.id), other, since=since) is None


async def test_what_stood_before_is_not_taken_for_it(stage: Stage) -> None:
    await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    since = datetime.now(UTC) + timedelta(minutes=2)
    assert await stage.sender.find(ChannelId(stage.channel.id), FULL, since=since) is None


async def test_revising(stage: Stage) -> None:
    sent = await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    await stage.sender.revise(sent, PLAIN)
    [message] = stage.channel.messages
    assert (message.embeds[0]["title"], message.buttons) == ("Plain", [])


async def test_revising_what_is_gone_or_not_ours(stage: Stage) -> None:
    hello = await stage.mia.post(stage.channel, "Hello")
    with pytest.raises(Refused):
        await stage.sender.revise(ref(hello), PLAIN)
    await stage.mia.delete(hello)
    with pytest.raises(NotFound):
        await stage.sender.revise(ref(hello), PLAIN)


async def test_one_mark_at_a_time(stage: Stage) -> None:
    hello = await stage.mia.post(stage.channel, "Hello")
    await stage.mia.react(hello, "✅")
    await stage.mia.react(hello, "🎉")
    for mark in (Mark.UNDER_WAY, Mark.WAITING, Mark.PUBLISHED):
        await stage.sender.mark(ref(hello), mark)
        await stage.sender.mark(ref(hello), mark)
    bot = stage.discord.bot_user
    assert hello.reactions == {"✅": [stage.mia, bot], "🎉": [stage.mia]}
    assert stage.asked("PUT", "/reactions/") == 3


async def test_a_mark_on_a_message_that_is_gone(stage: Stage) -> None:
    gone = MessageRef(channel_id=ChannelId(stage.channel.id), message_id=MessageId(1))
    with pytest.raises(NotFound):
        await stage.sender.mark(gone, Mark.PUBLISHED)


@pytest.mark.parametrize("permission", ["ADD_REACTIONS", "READ_MESSAGE_HISTORY", "VIEW_CHANNEL"])
async def test_a_mark_that_cannot_be_set_parks_no_channel(stage: Stage, permission: str) -> None:
    hello = await stage.mia.post(stage.channel, "Hello")
    stage.guild.deny_bot(stage.channel, permission)
    with pytest.raises(Refused):
        await stage.sender.mark(ref(hello), Mark.PUBLISHED)


async def test_a_client_that_has_not_logged_in() -> None:
    sender = DiscordSender(discord.Client(intents=discord.Intents.none(), http_trace=discord_trace()))
    with pytest.raises(TemporaryError):
        await sender.answer(Secret("t"), "Words", None)


class TestAnswers:
    """A member's ephemeral answer, replaced by a process that holds the token only."""

    @pytest.fixture
    async def shown(self, stage: Stage) -> AsyncIterator[tuple[Answer, Secret]]:
        tokens: list[Secret] = []
        client = discord.Client(intents=discord.Intents(guilds=True), guild_ready_timeout=0)
        tree = app_commands.CommandTree(client)

        @tree.command(name="try", description="Try")
        async def attempt(interaction: discord.Interaction) -> None:
            tokens.append(Secret(interaction.token))
            await interaction.response.send_message("Under way", ephemeral=True)

        async with client:
            await client.login(stage.discord.token)
            await tree.sync()
            running = asyncio.create_task(client.connect())
            await stage.discord.wait_ready()
            yield await stage.mia.command("try", where=stage.channel), tokens[0]
        await running

    async def test_replaced_with_a_link(self, stage: Stage, shown: tuple[Answer, Secret]) -> None:
        answer, token = shown
        await stage.sender.answer(token, "✅ Published", "https://blog.example/#comment-9")
        assert "✅ Published" in answer.text
        assert "See it on the blog" in answer.text

    async def test_replaced_again_without(self, stage: Stage, shown: tuple[Answer, Secret]) -> None:
        answer, token = shown
        await stage.sender.answer(token, "✅ Published", "https://blog.example/#comment-9")
        await stage.sender.answer(token, "@everyone " + "x" * 3000, None)
        assert "See it" not in answer.text

    async def test_an_expired_one_is_no_error(self, stage: Stage, shown: tuple[Answer, Secret]) -> None:
        _, token = shown
        stage.discord.world.interactions[token].created -= 16 * 60
        await stage.sender.answer(token, "✅ Published", None)

    async def test_an_unknown_one_is_no_error(self, stage: Stage) -> None:
        await stage.sender.answer(Secret("no-such-token"), "✅ Published", None)

    async def test_the_token_is_in_no_log(
        self, stage: Stage, shown: tuple[Answer, Secret], caplog: pytest.LogCaptureFixture
    ) -> None:
        _, token = shown
        stage.discord.faults.fail("PATCH", "@original", status=429)
        await stage.sender.answer(token, "✅ Published", None)
        told = [record.getMessage() for record in caplog.records if record.levelname != "DEBUG"]
        assert told
        assert not [line for line in told if str(token) in line]
