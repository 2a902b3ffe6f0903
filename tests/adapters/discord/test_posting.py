"""Posting, threads and direct messages, by a real client against a Discord on loopback."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model.errors import ChannelLost, DirectMessagesClosed, NotFound, PermanentError, Refused, TemporaryError
from bot.model.ids import ChannelId, GuildId, MessageId, RoleId, UserId
from sandbox.discord import Thread
from tests.adapters.discord.conftest import Stage, ref
from tests.adapters.discord.posts import FULL, PLAIN, mentioning


async def test_a_post_shows_all_of_itself(stage: Stage) -> None:
    sent = await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    [message] = stage.channel.messages
    assert sent == ref(message)
    [embed] = message.embeds
    assert (embed["title"], embed["url"], embed["author"]["name"]) == (FULL.title, FULL.url, FULL.author)
    assert message.buttons == ["Reply on the blog", "Open"]
    assert message.pings == []


async def test_only_the_mention_pings(stage: Stage) -> None:
    ada = stage.discord.add_person("Ada", stage.guild)
    await stage.sender.post(ChannelId(stage.channel.id), mentioning(ada.id), nonce="1")
    assert stage.channel.messages[0].pings == [ada]


async def test_roles_ping_from_the_text_above_a_message_and_a_forum_post(stage: Stage) -> None:
    news, other = stage.guild.add_role("News", mentionable=True), stage.guild.add_role("Other", mentionable=True)
    stage.guild.set_bot_permissions(8)
    post = replace(PLAIN, roles=(RoleId(news.id),), text=f"Look, {other.mention} @everyone")
    await stage.sender.post(ChannelId(stage.channel.id), post, nonce="1")
    forum = stage.guild.add_channel("posts", "forum")
    await stage.sender.post_in_forum(ChannelId(forum.id), "Name", post, tags=[])
    for message in (stage.channel.messages[0], forum.threads[0].messages[0]):
        assert message.content == f"{news.mention}\nLook, {other.mention} @everyone"
        assert message.pings == [news]
    edited = replace(post, text="Look again")
    await stage.sender.revise(ref(stage.channel.messages[0]), edited)
    assert stage.channel.messages[0].content == f"{news.mention}\nLook again"


async def test_the_roles_of_a_guild_are_looked_up(stage: Stage) -> None:
    news = stage.guild.add_role("News")
    roles = await stage.sender.look_at_roles(GuildId(stage.guild.id))
    assert {news.id, stage.guild.id} <= roles
    assert RoleId(1) not in roles
    with pytest.raises(PermanentError):
        await stage.sender.look_at_roles(GuildId(1))


async def test_a_reply_refers_and_does_not_ping(stage: Stage) -> None:
    first = await stage.mia.post(stage.channel, "Hello")
    await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1", reply_to=MessageId(first.id))
    reply = stage.channel.messages[-1]
    assert reply.reference is first
    assert reply.pings == []


async def test_a_reply_to_a_deleted_message_stands_by_itself(stage: Stage) -> None:
    first = await stage.mia.post(stage.channel, "Hello")
    await stage.mia.delete(first)
    await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1", reply_to=MessageId(first.id))
    assert stage.channel.messages[-1].reference is None


async def test_a_reply_that_discord_refuses_stands_by_itself_and_quotes_what_it_answers(stage: Stage) -> None:
    first = await stage.mia.post(stage.channel, "Hello")
    first.type, since = 18, datetime.now(UTC)
    for post in (replace(FULL, answers="In reply to Ann: Hello"), replace(PLAIN, text="Above")):
        sent = await stage.sender.post(
            ChannelId(stage.channel.id), post, nonce=post.title, reply_to=MessageId(first.id)
        )
        assert await stage.sender.find(sent.channel_id, post, since=since) == sent
    quoting, plain = stage.channel.messages[-2:]
    assert (quoting.reference, plain.reference) == (None, None)
    assert quoting.content == "> In reply to Ann: Hello"
    assert quoting.embeds[0]["description"] == FULL.body, "in its full form"
    assert plain.content == "> In reply to an earlier message\nAbove"


async def test_the_same_nonce_gives_the_first_message(stage: Stage) -> None:
    channel_id = ChannelId(stage.channel.id)
    first = await stage.sender.post(channel_id, PLAIN, nonce="7")
    assert await stage.sender.post(channel_id, PLAIN, nonce="7") == first
    assert len(stage.channel.messages) == 1


@pytest.mark.usefixtures("no_waiting")
async def test_a_lost_answer_does_not_post_twice(stage: Stage) -> None:
    stage.discord.faults.fail("POST", "/messages$", status=502, after_storing=True)
    await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="7")
    assert len(stage.channel.messages) == 1


@pytest.mark.parametrize("drop", [True, False])
@pytest.mark.usefixtures("no_waiting")
async def test_no_answer_is_temporary(stage: Stage, drop: bool) -> None:
    stage.discord.faults.fail("POST", "/messages$", status=503, times=None, drop=drop)
    with pytest.raises(TemporaryError):
        await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="7")


async def test_garbage_is_temporary(stage: Stage) -> None:
    stage.discord.faults.garbage("POST", "/messages$")
    with pytest.raises(TemporaryError):
        await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="7")


async def test_a_channel_that_is_gone(stage: Stage) -> None:
    stage.guild.remove_channel(stage.channel)
    with pytest.raises(NotFound):
        await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1")


@pytest.mark.parametrize("permission", ["VIEW_CHANNEL", "SEND_MESSAGES", "EMBED_LINKS"])
async def test_a_closed_channel_is_lost_and_says_what_to_grant(stage: Stage, permission: str) -> None:
    stage.guild.deny_bot(stage.channel, permission)
    with pytest.raises(ChannelLost) as told:
        await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1")
    assert permission.replace("_", " ").title() in told.value.text


async def test_what_discord_does_not_take_is_permanent(stage: Stage) -> None:
    with stage.discord.excused("nonce"), pytest.raises(PermanentError):
        await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1" * 30)


async def test_views_are_not_kept(stage: Stage) -> None:
    sent = await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    await stage.sender.revise(sent, FULL)
    assert not stage.client.persistent_views
    assert not stage.client._connection._view_store._synced_message_views


async def test_a_thread_from_a_message_is_opened_once(stage: Stage) -> None:
    sent = await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1")
    thread_id = await stage.sender.open_thread(sent, "On bridges")
    assert await stage.sender.open_thread(sent, "On bridges") == thread_id == sent.message_id
    [thread] = stage.channel.threads
    assert thread.name == "On bridges"


async def test_posting_and_replying_in_a_thread(stage: Stage) -> None:
    sent = await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1")
    thread_id = await stage.sender.open_thread(sent, "On bridges")
    first = await stage.sender.post(thread_id, FULL, nonce="2")
    await stage.sender.post(thread_id, PLAIN, nonce="3", reply_to=first.message_id)
    thread = stage.channel.threads[0]
    assert [message.reference_id for message in thread.messages] == [None, first.message_id]


async def test_an_archived_thread_opens_again(stage: Stage) -> None:
    thread = await _thread(stage)
    await stage.mia.archive(thread)
    await stage.sender.post(ChannelId(thread.id), PLAIN, nonce="2")
    assert not thread.archived


async def test_a_locked_thread_refuses(stage: Stage) -> None:
    thread = await _thread(stage)
    admin = stage.discord.add_person("Root", stage.guild, admin=True)
    await admin.lock(thread)
    with pytest.raises(Refused, match="locked"):
        await stage.sender.post(ChannelId(thread.id), PLAIN, nonce="2")


async def test_a_thread_of_a_deleted_message(stage: Stage) -> None:
    hello = await stage.mia.post(stage.channel, "Hello")
    await stage.mia.delete(hello)
    with pytest.raises(NotFound):
        await stage.sender.open_thread(ref(hello), "On bridges")


async def test_no_permission_for_threads(stage: Stage) -> None:
    hello = await stage.mia.post(stage.channel, "Hello")
    stage.guild.deny_bot(stage.channel, "CREATE_PUBLIC_THREADS")
    with pytest.raises(ChannelLost, match="Create Public Threads"):
        await stage.sender.open_thread(ref(hello), "On bridges")


async def test_no_thread_from_a_forum_post(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", "forum")
    thread = await stage.mia.create_post(forum, "On bridges", "Hello")
    with pytest.raises(Refused):
        await stage.sender.open_thread(ref(thread.messages[0]), "On bridges")


async def test_a_direct_message_once(stage: Stage) -> None:
    mia = UserId(stage.mia.id)
    first = await stage.sender.direct(mia, FULL, nonce="1")
    assert await stage.sender.direct(mia, FULL, nonce="1") == first
    [message] = stage.mia.dms
    assert ref(message) == first
    since = datetime.now(UTC)
    assert await stage.sender.find_direct(mia, FULL, since=since) == first
    assert await stage.sender.find_direct(mia, PLAIN, since=since) is None


async def test_closed_direct_messages(stage: Stage) -> None:
    stage.mia.close_dms()
    with pytest.raises(DirectMessagesClosed):
        await stage.sender.direct(UserId(stage.mia.id), FULL, nonce="1")


async def test_a_person_who_is_gone(stage: Stage) -> None:
    with pytest.raises(DirectMessagesClosed):
        await stage.sender.direct(UserId(4242), FULL, nonce="1")


async def _thread(stage: Stage) -> Thread:
    hello = await stage.mia.post(stage.channel, "Hello")
    return await stage.mia.start_thread(hello, "On bridges")
