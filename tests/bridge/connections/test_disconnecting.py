"""A connection ends with what it was for."""

import pytest

from bot.model.connection import Credential, Secret
from bot.model.errors import Refused, TemporaryError
from bot.model.ids import ChannelId, GuildId
from bot.model.subscription import RelayMode, SubscribedBlog
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness
from tests.fakes.blog import HOME, PASSWORD

ROOT = f"{HOME}wp-json/"
OTHER = GuildId(11)


async def connected(
    harness: BridgeHarness, guild_id: GuildId = GUILD, channel_id: ChannelId = CHANNEL
) -> SubscribedBlog:
    started = await harness.start(channel_id, guild_id=guild_id)
    await harness.bridge.connector.connect(
        started.blog, guild_id, USER, Credential(username="bridge", password=Secret(PASSWORD))
    )
    (subscribed,) = await harness.bridge.admin.blogs(guild_id)
    await harness.bridge.connector.set_mode(subscribed, RelayMode.BUTTON)
    return subscribed


async def test_disconnecting_deletes_revokes_and_takes_the_button_away(harness: BridgeHarness) -> None:
    subscribed = await connected(harness)
    harness.blog.write("News")
    await harness.poll()
    await harness.deliver()
    assert harness.chat.said[-1].post.reply_target is not None
    ended = await harness.bridge.disconnector.disconnect(subscribed.blog, GUILD)
    assert ended.revoked
    assert harness.blog.revoked == [(ROOT, PASSWORD)]
    assert not await harness.store.connections.is_connected(GUILD, subscribed.blog.id)
    await harness.deliver()
    assert harness.chat.said[-1].post.reply_target is None
    with pytest.raises(Refused, match="not connected"):
        await harness.bridge.disconnector.disconnect(subscribed.blog, GUILD)


async def test_a_blog_that_cannot_revoke_is_disconnected_all_the_same(harness: BridgeHarness) -> None:
    subscribed = await connected(harness)
    harness.blog.trouble = TemporaryError("The blog is away.")
    ended = await harness.bridge.disconnector.disconnect(subscribed.blog, GUILD)
    assert not ended.revoked
    assert not await harness.store.connections.is_connected(GUILD, subscribed.blog.id)


async def test_a_guild_that_disconnects_leaves_another_connected(harness: BridgeHarness) -> None:
    await connected(harness)
    other = await connected(harness, OTHER, ChannelId(21))
    await harness.bridge.disconnector.disconnect(other.blog, OTHER)
    assert await harness.store.connections.is_connected(GUILD, other.blog.id)


async def test_the_last_subscription_of_a_guild_takes_the_credential_along(harness: BridgeHarness) -> None:
    subscribed = await connected(harness)
    second = await harness.start(ChannelId(22))
    await connected(harness, OTHER, ChannelId(21))
    await harness.bridge.admin.remove(second.subscription)
    assert await harness.store.connections.is_connected(GUILD, subscribed.blog.id)
    await harness.bridge.admin.remove(subscribed.subscription)
    assert not await harness.store.connections.is_connected(GUILD, subscribed.blog.id)
    assert harness.blog.revoked == [(ROOT, PASSWORD)]
    assert await harness.store.connections.is_connected(OTHER, subscribed.blog.id)
