"""A connection ends with what it was for."""

import pytest

from bot.model.errors import Refused, TemporaryError
from bot.model.ids import ChannelId, GuildId
from bot.model.reply import Credential, Secret
from bot.model.subscription import RelayMode, SubscribedBlog
from tests.bridge.harness import CHANNEL, GUILD, USER, House
from tests.fakes.blog import HOME, PASSWORD

ROOT = f"{HOME}wp-json/"
OTHER = GuildId(11)


async def connected(house: House, guild_id: GuildId = GUILD, channel_id: ChannelId = CHANNEL) -> SubscribedBlog:
    started = await house.start(channel_id, guild_id=guild_id)
    await house.bridge.connector.connect(
        started.blog, guild_id, USER, Credential(username="bridge", password=Secret(PASSWORD))
    )
    (subscribed,) = await house.bridge.admin.blogs(guild_id)
    await house.bridge.connector.set_mode(subscribed, RelayMode.BUTTON)
    return subscribed


async def test_disconnecting_deletes_revokes_and_takes_the_button_away(house: House) -> None:
    subscribed = await connected(house)
    house.blog.write("News")
    await house.poll()
    await house.deliver()
    assert house.chat.said[-1].post.reply_target is not None
    ended = await house.bridge.disconnector.disconnect(subscribed.blog, GUILD)
    assert ended.revoked
    assert house.blog.revoked == [(ROOT, PASSWORD)]
    assert not await house.store.endpoints.connected(GUILD, subscribed.blog.id)
    await house.deliver()
    assert house.chat.said[-1].post.reply_target is None
    with pytest.raises(Refused, match="not connected"):
        await house.bridge.disconnector.disconnect(subscribed.blog, GUILD)


async def test_a_blog_that_cannot_revoke_is_disconnected_all_the_same(house: House) -> None:
    subscribed = await connected(house)
    house.blog.trouble = TemporaryError("The blog is away.")
    ended = await house.bridge.disconnector.disconnect(subscribed.blog, GUILD)
    assert not ended.revoked
    assert not await house.store.endpoints.connected(GUILD, subscribed.blog.id)


async def test_a_guild_that_disconnects_leaves_another_connected(house: House) -> None:
    await connected(house)
    other = await connected(house, OTHER, ChannelId(21))
    await house.bridge.disconnector.disconnect(other.blog, OTHER)
    assert await house.store.endpoints.connected(GUILD, other.blog.id)


async def test_the_last_subscription_of_a_guild_takes_the_credential_along(house: House) -> None:
    subscribed = await connected(house)
    second = await house.start(ChannelId(22))
    await connected(house, OTHER, ChannelId(21))
    await house.bridge.admin.remove(second.subscription)
    assert await house.store.endpoints.connected(GUILD, subscribed.blog.id)
    await house.bridge.admin.remove(subscribed.subscription)
    assert not await house.store.endpoints.connected(GUILD, subscribed.blog.id)
    assert house.blog.revoked == [(ROOT, PASSWORD)]
    assert await house.store.endpoints.connected(OTHER, subscribed.blog.id)
