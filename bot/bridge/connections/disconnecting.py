"""Ends connections: deletes the credential, and revokes it on the blog where the blog allows that."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.bridge.connections.account_lists import update_account_list
from bot.bridge.outbox.deliveries import look_up_post, update_card
from bot.bridge.polling.wanted_feeds import update_mentions_feed
from bot.bridge.ports import Clock, CommentSystems, Revoking
from bot.model.connection import Connection
from bot.model.errors import BridgeError, Refused
from bot.model.feed import Blog
from bot.model.ids import BlogId, ConnectionId, GuildId
from bot.model.subscription import RelayMode, Subscription
from bot.rules.messages.cards import in_bold
from bot.rules.retry_policy import edit_at
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: The newest cards of a channel that are updated when replies are switched on or off.
_CARDS = 25
#: Seconds to wait for a blog when all its connections end.
_REVOKE_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnected:
    """A blog that was disconnected from a guild."""

    blog: Blog
    #: the blog does not accept the password any more
    revoked: bool


class Disconnector:
    """The use case behind ``/relay disconnect``."""

    def __init__(
        self, store: Store, comment_systems: CommentSystems, clock: Clock, *, wake_outbox: Callable[[], None]
    ) -> None:
        self._store = store
        self._comment_systems = comment_systems
        self._clock = clock
        self._wake_outbox = wake_outbox

    async def disconnect(self, blog: Blog, guild_id: GuildId) -> Disconnected:
        """Delete a guild's credential for a blog, and revoke it. Published replies stay; waiting ones are refused.

        :raises Refused: the blog is not connected.
        """
        async with self._store.transaction():
            ended = await end_connections(self._store, self._clock, blog.id, guild_id)
        if not ended:
            raise Refused(f"{in_bold(blog.title)} is not connected, so there is nothing to end.")
        self._wake_outbox()
        return Disconnected(blog=blog, revoked=await self.revoke(ended))

    async def revoke(self, ended: list[Connection]) -> bool:
        """Revoke deleted credentials on their blogs; True if all were revoked."""
        return all([await self._revoke(each) for each in ended])

    async def revoke_all(self, blog_id: BlogId) -> frozenset[ConnectionId]:
        """Revoke every guild's credential for a blog, each at the API root it was made for, before they are deleted.

        :return: the connections that were revoked.
        """
        kept = await self._store.connections.all_of_blog(blog_id)
        revoked = await asyncio.gather(*map(self._revoke_in_time, kept))
        return frozenset(each.id for each, done in zip(kept, revoked, strict=True) if done)

    async def _revoke_in_time(self, connection: Connection) -> bool:
        try:
            async with asyncio.timeout(_REVOKE_TIMEOUT):
                return await self._revoke(connection)
        except TimeoutError:
            return False

    async def _revoke(self, connection: Connection) -> bool:
        client = self._comment_systems.open(connection)
        if not connection.password or not isinstance(client, Revoking):
            return False
        try:
            return await client.revoke()
        except BridgeError as error:
            _log.info(
                "%s",
                error.text,
                extra={"action": "credential_revoke_failed", "guild": connection.guild_id, "blog": connection.blog_id},
            )
            return False


async def end_connections(
    store: Store, clock: Clock, blog_id: BlogId, guild_id: GuildId | None = None
) -> list[Connection]:
    """Delete the connections of a blog in the caller's transaction, and remove the button from its cards.

    :param guild_id: None: every guild's connections.
    :return: the deleted connections, which the caller revokes.
    """
    ended = await store.connections.remove(blog_id, guild_id)
    guilds = {each.guild_id for each in ended}
    for subscription in await store.subscriptions.of_blog(blog_id) if guilds else ():
        if subscription.guild_id in guilds and subscription.relay_mode is not RelayMode.OFF:
            await update_cards(store, clock, subscription)
    await update_account_list(store, blog_id, clock.now())
    for each in ended:
        _log.info(
            "A connection has ended.", extra={"action": "connection_ended", "guild": each.guild_id, "blog": blog_id}
        )
    return ended


async def end_subscription(store: Store, clock: Clock, subscription: Subscription) -> list[Connection]:
    """Delete a subscription in the caller's transaction; with a guild's last one of a blog, alerts and connection too.

    :return: the deleted connections, which the caller revokes.
    """
    await store.subscriptions.remove(subscription.id)
    await update_mentions_feed(store, subscription.blog_id, clock.now())
    others = await store.subscriptions.of_blog(subscription.blog_id)
    if any(each.guild_id == subscription.guild_id for each in others):
        return []
    await store.members.remove_guild_alerts(subscription.guild_id, subscription.blog_id)
    return await end_connections(store, clock, subscription.blog_id, subscription.guild_id)


async def update_cards(store: Store, clock: Clock, subscription: Subscription) -> None:
    """Add or remove the button on the newest cards, and look up their posts if the blog is connected."""
    now = clock.now()
    links = await store.messages.newest(subscription.id, _CARDS)
    await store.outbox.add([update_card(link, edit_at(now, number)) for number, link in enumerate(links)])
    if await store.connections.is_connected(subscription.guild_id, subscription.blog_id):
        entry_ids = dict.fromkeys(link.entry_id for link in links)
        await store.outbox.add([look_up_post(subscription.guild_id, each, now) for each in entry_ids])
