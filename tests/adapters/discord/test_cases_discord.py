"""Cases 85 to 94 of feeds in the wild, as far as one act on Discord tells."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.discord.application import PERMISSIONS
from bot.adapters.discord.errors import bridge_error
from bot.model.connection import Secret
from bot.model.errors import Blocked, BridgeError, TemporaryError
from bot.model.ids import ChannelId, GuildId, UserId
from bot.model.message import ChatPost, LinkButton, ReactionMark
from sandbox.discord.permission_bits import Permission
from tests.adapters.discord.conftest import Stage
from tests.adapters.discord.posts import FULL, PLAIN, mentioning
from tests.adapters.discord.test_errors import refusal

BAD = "https://blog example/a b"
BAD_IMAGE = replace(FULL, image_url=BAD)
BAD_LINK = replace(FULL, url=BAD)
BAD_BUTTON = replace(FULL, links=(LinkButton(label="Open", url=BAD),))


@pytest.mark.parametrize("post", [BAD_IMAGE, BAD_LINK, BAD_BUTTON], ids=["image", "link", "button"])
async def test_case_91_what_discord_takes_offence_at_is_left_out(stage: Stage, post: ChatPost) -> None:
    since = datetime.now(UTC)
    with stage.discord.excused("well formed"):
        sent = await stage.sender.post(ChannelId(stage.channel.id), post, nonce="1")
    [message] = stage.channel.messages
    assert message.buttons[:1] == ["Reply on the blog"]
    if post is BAD_IMAGE:
        assert (message.embeds[0]["title"], message.embeds[0].get("image")) == (FULL.title, None)
    else:
        assert (message.embeds, message.content) == ([], f"**{FULL.title}**\n{post.url}")
    assert await stage.sender.find(ChannelId(stage.channel.id), post, since=since) == sent
    other = replace(post, reply_target=None, title="Other", url=None)
    assert await stage.sender.find(ChannelId(stage.channel.id), other, since=since) is None


async def test_case_91_plain_words_are_found_again_without_a_button(stage: Stage) -> None:
    since = datetime.now(UTC)
    comment = replace(FULL, title="", url=BAD, author="Ann_*", reply_target=None, links=())
    with stage.discord.excused("well formed"):
        sent = await stage.sender.post(ChannelId(stage.channel.id), comment, nonce="1")
    [message] = stage.channel.messages
    assert message.content == f"**Ann\\_\\***\n{comment.body}\n<{BAD}>"
    assert await stage.sender.find(ChannelId(stage.channel.id), comment, since=since) == sent
    assert await stage.sender.find(ChannelId(stage.channel.id), replace(comment, body="Other"), since=since) is None


async def test_case_91_plain_words_ping_nobody_but_whom_they_are_for_and_fit(stage: Stage) -> None:
    post = replace(mentioning(stage.mia.id), title="", url=BAD, body="@everyone " * 400)
    with stage.discord.excused("well formed"):
        await stage.sender.post(ChannelId(stage.channel.id), post, nonce="1")
    [message] = stage.channel.messages
    assert message.pings == [stage.mia]
    assert len(message.content) <= 2000
    assert message.content.endswith(f"\n<{BAD}>")


async def test_case_91_forum_posts_and_edits_too(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", "forum")
    with stage.discord.excused("well formed"):
        made = await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", BAD_IMAGE, tags=[])
        await stage.sender.revise(made, BAD_LINK)
    [thread] = forum.threads
    assert (thread.messages[0].embeds, thread.messages[0].content) == ([], f"**{FULL.title}**\n{BAD}")
    await stage.sender.revise(made, FULL)
    assert (thread.messages[0].embeds[0]["title"], thread.messages[0].content) == (FULL.title, "")


@pytest.mark.parametrize(("status", "posts"), [(400, 3), (500, 1), (403, 1)])
async def test_case_91_only_what_may_be_the_forms_fault_is_said_more_simply(
    stage: Stage, status: int, posts: int, no_waiting: None
) -> None:
    stage.discord.faults.fail("POST", "/messages$", status=status, times=None)
    with pytest.raises(BridgeError):
        await stage.sender.post(ChannelId(stage.channel.id), FULL, nonce="1")
    # discord.py itself asks five times where Discord has a fault of its own.
    assert stage.asked("POST", "/messages") == posts * (5 if status == 500 else 1)


async def test_case_86_93_no_webhook_is_ever_made_or_used(stage: Stage) -> None:
    forum, channel_id, mia = (
        stage.guild.add_channel("posts", "forum"),
        ChannelId(stage.channel.id),
        UserId(stage.mia.id),
    )
    since = datetime.now(UTC)
    sent = await stage.sender.post(channel_id, FULL, nonce="1")
    thread_id = await stage.sender.open_thread(sent, "On bridges")
    await stage.sender.post(thread_id, PLAIN, nonce="2", reply_to=sent.message_id)
    await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[])
    await stage.sender.find(channel_id, FULL, since=since)
    await stage.sender.find_in_forum(ChannelId(forum.id), FULL, since=since)
    await stage.sender.revise(sent, PLAIN)
    await stage.sender.mark(sent, ReactionMark.PUBLISHED)
    await stage.sender.direct(mia, FULL, nonce="3")
    await stage.sender.look_at_roles(GuildId(stage.guild.id))
    # The answer to an interaction has the form of a webhook's, and is the application's own.
    await stage.sender.answer(Secret("expired"), "Published", None)
    hooks = [path for _, path, _ in stage.discord.requests if "webhooks" in path]
    assert hooks == [f"/webhooks/{stage.discord.application_id}/expired/messages/@original"]
    assert not PERMISSIONS & Permission.MANAGE_WEBHOOKS


async def test_case_94_a_ban_of_our_address_is_told_from_a_limit_and_says_for_how_long(stage: Stage) -> None:
    stage.discord.faults.ban(1800)
    with pytest.raises(Blocked) as told:
        await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1")
    assert told.value.retry_after == timedelta(minutes=30)
    assert stage.asked("POST", "/messages") == 1, "asking on prolongs a ban"


@pytest.mark.parametrize("said", ["nonsense", "nan", "inf", "1e400", "-5", "99999999999"])
def test_case_94_a_wait_that_cannot_be_is_bounded(said: str) -> None:
    error = bridge_error(refusal(429, headers={"Retry-After": said}), "")
    assert isinstance(error, Blocked)
    assert error.retry_after is not None
    assert timedelta(0) <= error.retry_after <= timedelta(days=1)


def test_case_94_a_limit_of_one_route_concerns_that_route_only() -> None:
    shared = {"Via": "1.1 google", "X-RateLimit-Scope": "shared", "Retry-After": "3"}
    assert type(bridge_error(refusal(429, headers=shared), "")) is TemporaryError
    assert type(bridge_error(refusal(429, headers=shared | {"X-RateLimit-Scope": "global"}), "")) is Blocked
