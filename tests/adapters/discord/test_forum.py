"""Forum posts: created once, found again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.errors import ChannelLost, TemporaryError
from bot.model.ids import ChannelId
from bot.model.message import ForumTag
from sandbox.discord import Channel
from tests.adapters.discord.conftest import Stage
from tests.adapters.discord.posts import FULL, PLAIN, mentioning


@pytest.fixture
def forum(stage: Stage) -> Channel:
    return stage.guild.add_channel("posts", "forum", tags=("News", "Essays"))


async def test_what_a_forum_asks(stage: Stage, forum: Channel) -> None:
    view = await stage.sender.look_at_forum(ChannelId(forum.id))
    assert view.tags == tuple(ForumTag(id=tag.id, name=tag.name) for tag in forum.tags)
    assert not view.tag_required
    strict = stage.guild.add_channel("strict", "forum", require_tag=True)
    assert (await stage.sender.look_at_forum(ChannelId(strict.id))).tag_required


async def test_a_channel_that_is_no_forum(stage: Stage) -> None:
    with pytest.raises(ChannelLost):
        await stage.sender.look_at_forum(ChannelId(stage.channel.id))


async def test_a_forum_post_with_its_tags(stage: Stage, forum: Channel) -> None:
    made = await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[forum.tags[1].id])
    [thread] = forum.threads
    assert (made.channel_id, made.message_id) == (thread.id, thread.id)
    assert (thread.name, thread.tag_names) == ("On bridges", ["Essays"])
    assert thread.messages[0].buttons == ["Reply on the blog", "Open"]
    assert thread.messages[0].pings == []


async def test_only_the_mention_pings(stage: Stage, forum: Channel) -> None:
    await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", mentioning(stage.mia.id), tags=[])
    assert forum.threads[0].messages[0].pings == [stage.mia]


async def test_a_tag_that_is_gone_is_left_out(stage: Stage, forum: Channel) -> None:
    await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[1, forum.tags[0].id])
    assert forum.threads[0].tag_names == ["News"]


async def test_case_85_a_forum_that_asks_for_a_tag_and_has_none_is_closed_to_us(stage: Stage) -> None:
    strict = stage.guild.add_channel("strict", "forum", require_tag=True)
    with pytest.raises(ChannelLost, match="tag"):
        await stage.sender.post_in_forum(ChannelId(strict.id), "On bridges", FULL, tags=[])


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_creation_is_never_repeated_by_itself(stage: Stage, forum: Channel, status: int) -> None:
    stage.discord.faults.fail("POST", "/threads$", status=status, times=None, after_storing=True)
    with pytest.raises(TemporaryError):
        await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[])
    assert len(forum.threads) == 1
    assert stage.asked("POST", "/threads") == 1


async def test_a_lost_answer_is_found_again(stage: Stage, forum: Channel) -> None:
    since = datetime.now(UTC)
    stage.discord.faults.fail("POST", "/threads$", after_storing=True, drop=True)
    with pytest.raises(TemporaryError):
        await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[])
    found = await stage.sender.find_in_forum(ChannelId(forum.id), FULL, since=since)
    assert found is not None
    assert found.channel_id == forum.threads[0].id
    assert await stage.sender.find_in_forum(ChannelId(forum.id), PLAIN, since=since) is None


async def test_an_archived_forum_post_is_found(stage: Stage, forum: Channel) -> None:
    since = datetime.now(UTC)
    made = await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[])
    admin = stage.discord.add_person("Root", stage.guild, admin=True)
    await admin.archive(forum.threads[0])
    assert await stage.sender.find_in_forum(ChannelId(forum.id), FULL, since=since) == made


async def test_others_and_older_posts_are_passed_over(stage: Stage, forum: Channel) -> None:
    await stage.mia.create_post(forum, "On bridges", "Hello")
    await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[])
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert await stage.sender.find_in_forum(ChannelId(forum.id), FULL, since=later) is None


async def test_a_post_without_its_starter_is_passed_over(stage: Stage, forum: Channel) -> None:
    since = datetime.now(UTC)
    await stage.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[])
    admin = stage.discord.add_person("Root", stage.guild, admin=True)
    await admin.delete(forum.threads[0].messages[0])
    assert await stage.sender.find_in_forum(ChannelId(forum.id), FULL, since=since) is None


async def test_the_same_with_the_gateway_connected(connected: Stage) -> None:
    forum = connected.guild.add_channel("posts", "forum", tags=("News",))
    since = datetime.now(UTC)
    sent = await connected.sender.post(ChannelId(connected.channel.id), FULL, nonce="1")
    assert await connected.sender.open_thread(sent, "On bridges") == sent.message_id
    made = await connected.sender.post_in_forum(ChannelId(forum.id), "On bridges", FULL, tags=[forum.tags[0].id])
    assert await connected.sender.find_in_forum(ChannelId(forum.id), FULL, since=since) == made
    assert await connected.sender.find(ChannelId(connected.channel.id), FULL, since=since) == sent
    assert not connected.client.persistent_views


async def test_a_post_is_found_behind_a_hundred_that_were_archived_since(stage: Stage, forum: Channel) -> None:
    forum_id, since = ChannelId(forum.id), datetime.now(UTC)
    sent = await stage.sender.post_in_forum(forum_id, "On bridges", FULL, tags=[])
    for number in range(130):
        await stage.sender.post_in_forum(forum_id, f"Plain {number}", PLAIN, tags=[])
    for thread in forum.threads:
        thread.archived = True
    assert await stage.sender.find_in_forum(forum_id, FULL, since=since) == sent
