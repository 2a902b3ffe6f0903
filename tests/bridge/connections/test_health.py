"""A connection that does not work is told to that server's admins once, and stands where they look."""

from datetime import timedelta

import pytest

from bot.model.connection import Credential, Secret
from bot.model.errors import ConnectionRefused, TemporaryError
from bot.model.ids import ChannelId, GuildId, UserId
from bot.model.notice import NoticeKind
from bot.model.reply import ReplyState
from tests.bridge.harness import GUILD, USER, BridgeHarness
from tests.bridge.replies.test_post_lookup import opened, press, publish
from tests.fakes.blog import PASSWORD

OTHER, ELSEWHERE, ZOE = GuildId(11), ChannelId(21), UserId(31)
REVOKED = ConnectionRefused("The blog does not accept the bot's password any more.")


def told(harness: BridgeHarness, user_id: UserId = USER) -> list[str]:
    return [each.post.body for each in harness.chat.said if each.ref.channel_id == user_id]


async def connect(harness: BridgeHarness, guild_id: GuildId) -> None:
    for each in await harness.bridge.admin.blogs(guild_id):
        credential = Credential(username="bridge", password=Secret(PASSWORD))
        await harness.bridge.connector.connect(each.blog, guild_id, USER, credential)


async def test_a_revoked_password_is_told_once_and_stands_in_status_and_on_the_card(harness: BridgeHarness) -> None:
    _, target = await opened(harness)
    assert (await harness.bridge.views.status(GUILD)).connections == ()
    harness.blog.refusing = REVOKED
    for _ in range(2):
        await press(harness, target)
        reply = await publish(harness, target)
        assert (reply.state, reply.reason) == (ReplyState.REFUSED, REVOKED.text)
    await harness.deliver()
    [text] = told(harness)
    assert "does not accept the bot" in text
    [line] = (await harness.bridge.views.status(GUILD)).connections
    assert "does not accept the bot" in line
    [found] = await harness.bridge.admin.blogs(GUILD)
    shown = await harness.bridge.admin.show(found)
    assert shown.trouble is not None
    assert [each.kind for each in shown.notices] == [NoticeKind.CONNECTION]


async def test_no_other_server_hears_of_it(harness: BridgeHarness) -> None:
    _, target = await opened(harness)
    await harness.start(ELSEWHERE, guild_id=OTHER)
    await connect(harness, OTHER)
    harness.blog.refusing = REVOKED
    await publish(harness, target)
    await harness.deliver()
    [there] = await harness.bridge.admin.blogs(OTHER)
    shown = await harness.bridge.admin.show(there)
    assert (shown.notices, shown.trouble, shown.replies) == ((), None, ())
    status = await harness.bridge.views.status(OTHER)
    assert (status.connections, status.replies) == ((), ())
    assert len(told(harness)) == 1


async def test_it_is_noticed_once_a_day_without_any_reply(harness: BridgeHarness) -> None:
    await opened(harness)
    harness.blog.refusing = REVOKED
    await harness.bridge.connections.tick()
    assert (await harness.bridge.views.status(GUILD)).connections == (), "it was tried when it was connected"
    for _ in range(3):
        harness.clock.move(timedelta(days=1, minutes=1))
        await harness.bridge.connections.tick()
        await harness.bridge.connections.tick()
    await harness.deliver()
    assert len(told(harness)) == 1
    assert len(harness.blog.tried) == 1 + 3
    harness.blog.refusing = None
    harness.clock.move(timedelta(days=1, minutes=1))
    await harness.bridge.connections.tick()
    assert (await harness.bridge.views.status(GUILD)).connections == ()


async def test_a_blog_that_does_not_answer_says_nothing_of_the_connection(harness: BridgeHarness) -> None:
    await opened(harness)
    harness.blog.refusing = TemporaryError("The blog has a fault at present.")
    harness.clock.move(timedelta(days=2))
    await harness.bridge.connections.tick()
    assert (await harness.bridge.views.status(GUILD)).connections == ()


async def test_connecting_again_mends_it(harness: BridgeHarness) -> None:
    _, target = await opened(harness)
    harness.blog.refusing = REVOKED
    await publish(harness, target)
    harness.blog.refusing = None
    await connect(harness, GUILD)
    assert (await harness.bridge.views.status(GUILD)).connections == ()


@pytest.mark.parametrize("ends_well", [True, False])
async def test_a_reply_that_waits_is_counted_shown_and_told_once(harness: BridgeHarness, *, ends_well: bool) -> None:
    _, target = await opened(harness)
    harness.blog.refusing = TemporaryError("The blog has a fault at present.")
    reply = await publish(harness, target)
    status = await harness.bridge.views.status(GUILD)
    [waiting] = status.replies
    assert (waiting.reply_id, waiting.error) == (reply.id, "The blog has a fault at present.")
    await harness.bridge.connections.tick()
    await harness.deliver()
    assert told(harness) == [], "a moment is nothing to tell"
    for _ in range(4):
        await harness.deliver(after=timedelta(minutes=11))
        await harness.bridge.connections.tick()
    await harness.deliver()
    assert len(told(harness)) == 1
    assert len((await harness.bridge.views.status(GUILD)).connections) == 1
    if ends_well:
        harness.blog.refusing = None
    for _ in range(30):
        await harness.deliver(after=timedelta(minutes=11))
    status = await harness.bridge.views.status(GUILD)
    assert len(told(harness)) == 1
    if ends_well:
        assert (status.connections, status.replies) == ((), ())
    else:
        [dead] = status.replies
        assert (dead.state, len(status.connections)) == ("dead", 1)
