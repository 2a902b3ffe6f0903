"""What is done with messages that stand: found, changed, marked; and interactions answered later."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.adapters.discord.sender import DiscordSender
from bot.adapters.net.discord_responses import discord_trace
from bot.model.connection import Secret
from bot.model.errors import NotFound, OutcomeUnknown, Refused, TemporaryError
from bot.model.ids import ChannelId, EntryId, MessageId, SubscriptionId, UserId
from bot.model.message import ChatPost, MessageRef, ReactionMark, ReplyTarget
from sandbox.discord import Answer, Message
from tests.adapters.discord.conftest import Stage, ref
from tests.adapters.discord.posts import FULL, PLAIN
from tests.logged import line


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


@pytest.mark.parametrize(("before", "behind"), [(0, 0), (250, 0), (0, 450), (250, 250), (99, 100), (350, 150)])
async def test_a_message_is_found_wherever_it_stands_in_a_busy_channel(stage: Stage, before: int, behind: int) -> None:
    channel_id = ChannelId(stage.channel.id)
    await stage.sender.post(channel_id, PLAIN, nonce="1")
    since = datetime.now(UTC)
    for number in range(before):
        await stage.mia.post(stage.channel, f"before {number}")
    sent = await stage.sender.post(channel_id, FULL, nonce="2")
    for number in range(behind):
        await stage.mia.post(stage.channel, f"behind {number}")
    assert await stage.sender.find(channel_id, FULL, since=since) == sent
    assert (
        await stage.sender.find(channel_id, replace(FULL, url="https://x.example/", reply_target=None), since=since)
        is None
    )


async def test_a_clock_that_was_ahead_hides_no_message(stage: Stage) -> None:
    sent = await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="2")
    ahead = datetime.now(UTC) + timedelta(days=1)
    assert await stage.sender.find(ChannelId(stage.channel.id), FULL, since=ahead) == sent


async def test_where_there_is_more_than_can_be_read_nobody_says_that_it_is_not_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.discord.message_search._MOST", 400)
    channel_id, since = ChannelId(stage.channel.id), datetime.now(UTC)
    for number in range(450):
        await stage.mia.post(stage.channel, f"words {number}")
    with pytest.raises(OutcomeUnknown, match="not posted again"):
        await stage.sender.find(channel_id, FULL, since=since)
    sent = await stage.sender.post(channel_id, FULL, nonce="2")
    assert await stage.sender.find(channel_id, FULL, since=since) == sent


async def test_white_space_and_spelling_of_the_address_do_not_count(stage: Stage) -> None:
    since = datetime.now(UTC)
    sent = await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    said = replace(FULL, body=f" {FULL.body}\n", url=(FULL.url or "").replace("#", "%23"))
    assert await stage.sender.find(ChannelId(stage.channel.id), said, since=since) == sent


async def test_a_link_that_discord_unfolded_hides_no_message(stage: Stage) -> None:
    since = datetime.now(UTC)
    for number, post in enumerate((FULL, ENTRY)):
        sent = await stage.sender.post(
            ChannelId(stage.channel.id), replace(post, text="https://x.example"), nonce=f"{number}"
        )
        stage.channel.messages[-1].embeds.append({"type": "link", "url": "https://x.example/", "title": "X"})
        assert await stage.sender.find(ChannelId(stage.channel.id), post, since=since) == sent


EDITED = {"title": "On *bridges*", "body": "They carry both ways, mostly.", "author": "Ann B."}
BARE = replace(FULL, reply_target=None)
ENTRY = replace(BARE, url="https://blog.example/on-bridges/")
#: A comment whose feed gives the entry's address only.
REMARK = replace(ENTRY, title="")
NO_ADDRESS = replace(BARE, url=None)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (FULL, replace(FULL, **EDITED)),
        (FULL, replace(FULL, url="https://blog.example/moved/")),
        (FULL, BARE),
        (BARE, replace(FULL, **EDITED)),
        (ENTRY, replace(ENTRY, **EDITED)),
        (replace(ENTRY, timestamp=None), replace(ENTRY, **EDITED, timestamp=None)),
        (REMARK, replace(REMARK, body="Edited.")),
        (replace(BARE, title=""), replace(BARE, title="", body="Edited.", timestamp=None)),
        (NO_ADDRESS, NO_ADDRESS),
    ],
)
async def test_edits_and_buttons_do_not_hide_what_was_sent(stage: Stage, sent: ChatPost, meant: ChatPost) -> None:
    since = datetime.now(UTC)
    first = await stage.sender.post(ChannelId(stage.channel.id), sent, nonce="1")
    assert await stage.sender.find(ChannelId(stage.channel.id), meant, since=since) == first


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (FULL, replace(FULL, reply_target=ReplyTarget(subscription_id=SubscriptionId(4), entry_id=EntryId(5)))),
        (BARE, replace(BARE, url="https://blog.example/on-bridges/#comment-9")),
        (ENTRY, replace(ENTRY, url="https://blog.example/other/")),
        (ENTRY, REMARK),
        (REMARK, replace(REMARK, body="Other.", timestamp=datetime(2026, 5, 1, 13, tzinfo=UTC))),
        (replace(REMARK, timestamp=None), replace(REMARK, body="Other.", timestamp=None)),
        (NO_ADDRESS, replace(NO_ADDRESS, body="Other.")),
        (NO_ADDRESS, replace(NO_ADDRESS, author="Bob")),
    ],
)
async def test_another_post_is_not_taken_for_it(stage: Stage, sent: ChatPost, meant: ChatPost) -> None:
    since = datetime.now(UTC)
    await stage.sender.post(ChannelId(stage.channel.id), sent, nonce="1")
    assert await stage.sender.find(ChannelId(stage.channel.id), meant, since=since) is None


async def test_what_stood_before_is_not_taken_for_it(stage: Stage) -> None:
    await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    since = datetime.now(UTC) + timedelta(minutes=2)
    assert await stage.sender.find(ChannelId(stage.channel.id), FULL, since=since) is None


async def test_many_edits_of_one_channel_provoke_no_refusal_and_hold_up_no_other(stage: Stage) -> None:
    stage.discord.limits.set("PATCH", "/channels/{channel_id}/messages/{message_id}", 5, 1.0)
    other = stage.guild.add_channel("other")
    here = [await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce=f"{number}") for number in range(10)]
    there = await stage.sender.post(ChannelId(other.id), FULL, nonce="there")
    done: list[str] = []

    async def revise(name: str, ref: MessageRef) -> None:
        await stage.sender.revise(ref, replace(FULL, body=f"Now {name}."))
        done.append(name)

    await asyncio.gather(*(revise(f"here {number}", each) for number, each in enumerate(here)), revise("there", there))
    assert [request for request in stage.discord.requests if request.status == 429] == []
    assert all("Now here" in message.text for message in stage.channel.messages)
    assert done.index("there") < 5


async def test_one_edit_at_a_time_is_under_way_in_a_channel(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    refs = [await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce=f"{number}") for number in range(4)]
    edit, under_way, most = discord.http.HTTPClient.edit_message, 0, 0

    async def watched(self: discord.http.HTTPClient, *args: Any, **options: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return await edit(self, *args, **options)
        finally:
            under_way -= 1

    monkeypatch.setattr(discord.http.HTTPClient, "edit_message", watched)
    await asyncio.gather(*(stage.sender.revise(each, PLAIN) for each in refs))
    assert most == 1


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
    for mark in (ReactionMark.UNDER_WAY, ReactionMark.WAITING, ReactionMark.PUBLISHED):
        await stage.sender.mark(ref(hello), mark)
        await stage.sender.mark(ref(hello), mark)
    bot = stage.discord.bot_user
    assert hello.reactions == {"✅": [stage.mia, bot], "🎉": [stage.mia]}
    assert stage.asked("PUT", "/reactions/") == 3


async def test_a_mark_on_a_message_that_is_gone(stage: Stage) -> None:
    gone = MessageRef(channel_id=ChannelId(stage.channel.id), message_id=MessageId(1))
    with pytest.raises(NotFound):
        await stage.sender.mark(gone, ReactionMark.PUBLISHED)


@pytest.mark.parametrize("permission", ["ADD_REACTIONS", "READ_MESSAGE_HISTORY", "VIEW_CHANNEL"])
async def test_a_mark_that_cannot_be_set_parks_no_channel(stage: Stage, permission: str) -> None:
    hello = await stage.mia.post(stage.channel, "Hello")
    stage.guild.deny_bot(stage.channel, permission)
    with pytest.raises(Refused):
        await stage.sender.mark(ref(hello), ReactionMark.PUBLISHED)


async def archived_reply(stage: Stage) -> Message:
    """A reply of ours in a thread which has gone to sleep since."""
    card = await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    thread_id = await stage.sender.open_thread(card, "On bridges")
    await stage.sender.post(thread_id, PLAIN, nonce="2")
    [thread] = stage.channel.threads
    thread.archived = True
    return thread.messages[-1]


async def test_a_late_approval_opens_the_archived_thread(stage: Stage) -> None:
    reply = await archived_reply(stage)
    await stage.sender.mark(ref(reply), ReactionMark.PUBLISHED)
    stage.channel.threads[0].archived = True
    await stage.sender.revise(ref(reply), replace(PLAIN, footer="Published on the blog"))
    assert reply.embeds[0]["footer"]["text"] == "Published on the blog"
    assert ReactionMark.PUBLISHED in reply.reactions
    assert not stage.channel.threads[0].archived


async def test_a_locked_thread_stays_closed(stage: Stage) -> None:
    reply = await archived_reply(stage)
    stage.channel.threads[0].locked = True
    for act in (stage.sender.mark(ref(reply), ReactionMark.PUBLISHED), stage.sender.revise(ref(reply), FULL)):
        with pytest.raises(Refused, match="locked"):
            await act
    assert stage.channel.threads[0].archived


async def test_nothing_can_be_done_before_login() -> None:
    sender = DiscordSender(discord.Client(intents=discord.Intents.none(), http_trace=discord_trace()))
    channel, since = ChannelId(1), datetime.now(UTC)
    message = MessageRef(channel_id=channel, message_id=MessageId(2))
    for act in (
        sender.post(channel, PLAIN, nonce="1"),
        sender.post(channel, PLAIN, nonce="1", reply_to=MessageId(2)),
        sender.open_thread(message, "Name"),
        sender.look_at_forum(channel),
        sender.post_in_forum(channel, "Name", PLAIN, tags=()),
        sender.find(channel, PLAIN, since=since),
        sender.find_in_forum(channel, PLAIN, since=since),
        sender.revise(message, PLAIN),
        sender.mark(message, ReactionMark.PUBLISHED),
        sender.answer(Secret("t"), "Words", None),
        sender.direct(UserId(3), PLAIN, nonce="1"),
        sender.find_direct(UserId(3), PLAIN, since=since),
    ):
        with pytest.raises(TemporaryError, match="logged in"):
            await act


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
        told = [line(record) for record in caplog.records if record.levelname != "DEBUG"]
        assert told
        assert not [line for line in told if str(token) in line]
