"""A connection that does not work is told to that server's admins once, and stands where they look."""

from datetime import timedelta

import pytest

from bot.model.errors import EndpointRefused, TemporaryError
from bot.model.ids import ChannelId, GuildId, UserId
from bot.model.notice import NoticeKind
from bot.model.reply import Credential, ReplyState, Secret
from tests.bridge.harness import GUILD, USER, House
from tests.bridge.replies.test_post_lookup import opened, press, publish
from tests.fakes.blog import PASSWORD

OTHER, ELSEWHERE, ZOE = GuildId(11), ChannelId(21), UserId(31)
REVOKED = EndpointRefused("The blog does not accept the bot's password any more.")


def told(house: House, user_id: UserId = USER) -> list[str]:
    return [each.post.body for each in house.chat.said if each.ref.channel_id == user_id]


async def connect(house: House, guild_id: GuildId) -> None:
    for each in await house.bridge.admin.blogs(guild_id):
        credential = Credential(username="bridge", password=Secret(PASSWORD))
        await house.bridge.connector.connect(each.blog, guild_id, USER, credential)


async def test_a_revoked_password_is_told_once_and_stands_in_status_and_on_the_card(house: House) -> None:
    _, target = await opened(house)
    assert (await house.bridge.views.status(GUILD)).connections == ()
    house.blog.refusing = REVOKED
    for _ in range(2):
        await press(house, target)
        reply = await publish(house, target)
        assert (reply.state, reply.reason) == (ReplyState.REFUSED, REVOKED.text)
    await house.deliver()
    [text] = told(house)
    assert "does not accept the bot" in text
    [line] = (await house.bridge.views.status(GUILD)).connections
    assert "does not accept the bot" in line
    [found] = await house.bridge.admin.blogs(GUILD)
    shown = await house.bridge.admin.show(found)
    assert shown.trouble is not None
    assert [each.kind for each in shown.notices] == [NoticeKind.CONNECTION]


async def test_no_other_server_hears_of_it(house: House) -> None:
    _, target = await opened(house)
    await house.start(ELSEWHERE, guild_id=OTHER)
    await connect(house, OTHER)
    house.blog.refusing = REVOKED
    await publish(house, target)
    await house.deliver()
    [there] = await house.bridge.admin.blogs(OTHER)
    shown = await house.bridge.admin.show(there)
    assert (shown.notices, shown.trouble, shown.replies) == ((), None, ())
    status = await house.bridge.views.status(OTHER)
    assert (status.connections, status.replies) == ((), ())
    assert len(told(house)) == 1


async def test_it_is_noticed_once_a_day_without_any_reply(house: House) -> None:
    await opened(house)
    house.blog.refusing = REVOKED
    await house.bridge.connections.tick()
    assert (await house.bridge.views.status(GUILD)).connections == (), "it was tried when it was connected"
    for _ in range(3):
        house.clock.move(timedelta(days=1, minutes=1))
        await house.bridge.connections.tick()
        await house.bridge.connections.tick()
    await house.deliver()
    assert len(told(house)) == 1
    assert len(house.blog.tried) == 1 + 3
    house.blog.refusing = None
    house.clock.move(timedelta(days=1, minutes=1))
    await house.bridge.connections.tick()
    assert (await house.bridge.views.status(GUILD)).connections == ()


async def test_a_blog_that_does_not_answer_says_nothing_of_the_connection(house: House) -> None:
    await opened(house)
    house.blog.refusing = TemporaryError("The blog has a fault at present.")
    house.clock.move(timedelta(days=2))
    await house.bridge.connections.tick()
    assert (await house.bridge.views.status(GUILD)).connections == ()


async def test_connecting_again_mends_it(house: House) -> None:
    _, target = await opened(house)
    house.blog.refusing = REVOKED
    await publish(house, target)
    house.blog.refusing = None
    await connect(house, GUILD)
    assert (await house.bridge.views.status(GUILD)).connections == ()


@pytest.mark.parametrize("ends_well", [True, False])
async def test_a_reply_that_waits_is_counted_shown_and_told_once(house: House, *, ends_well: bool) -> None:
    _, target = await opened(house)
    house.blog.refusing = TemporaryError("The blog has a fault at present.")
    reply = await publish(house, target)
    status = await house.bridge.views.status(GUILD)
    [waiting] = status.replies
    assert (waiting.reply_id, waiting.error) == (reply.id, "The blog has a fault at present.")
    await house.bridge.connections.tick()
    await house.deliver()
    assert told(house) == [], "a moment is nothing to tell"
    for _ in range(4):
        await house.deliver(after=timedelta(minutes=11))
        await house.bridge.connections.tick()
    await house.deliver()
    assert len(told(house)) == 1
    assert len((await house.bridge.views.status(GUILD)).connections) == 1
    if ends_well:
        house.blog.refusing = None
    for _ in range(30):
        await house.deliver(after=timedelta(minutes=11))
    status = await house.bridge.views.status(GUILD)
    assert len(told(house)) == 1
    if ends_well:
        assert (status.connections, status.replies) == ((), ())
    else:
        [dead] = status.replies
        assert (dead.state, len(status.connections)) == ("dead", 1)
