"""The end of a connection: the credential is deleted here, and revoked on the blog where the blog allows it."""

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

#: So many of a channel's newest cards get or lose the button when replies are switched on or off.
_CARDS = 25
#: Seconds that an address which is given up has to answer.
_SOON = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnected:
    """A blog that takes no replies from a guild any more."""

    blog: Blog
    #: the blog does not accept the password any more either
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
        """Delete a guild's credential for a blog; what was published stays, what waits is refused.

        :raises Refused: there is none.
        """
        async with self._store.transaction():
            ended = await end_connections(self._store, self._clock, blog.id, guild_id)
        if not ended:
            raise Refused(f"{in_bold(blog.title)} is not connected, so there is nothing to end.")
        self._wake_outbox()
        return Disconnected(blog=blog, revoked=await self.revoke(ended))

    async def revoke(self, ended: list[Connection]) -> bool:
        """Revoke deleted credentials on their blogs, at the address that each was given for; True if all were."""
        return all([await self._revoke(each) for each in ended])

    async def revoke_all(self, blog_id: BlogId) -> frozenset[ConnectionId]:
        """Revoke every server's credential for a blog, each at the address that it was given for; none is deleted yet.

        :return: those that their blogs do not accept any more.
        """
        kept = await self._store.connections.all_of_blog(blog_id)
        revoked = await asyncio.gather(*map(self._revoke_soon, kept))
        return frozenset(each.id for each, done in zip(kept, revoked, strict=True) if done)

    async def _revoke_soon(self, connection: Connection) -> bool:
        try:
            async with asyncio.timeout(_SOON):
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
    """Delete the credentials of a blog inside the caller's transaction, and let cards lose the button.

    :param guild_id: whose; None: every guild's.
    :return: what was deleted, so that it can be revoked.
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
    """Delete a subscription inside the caller's transaction, with a guild's last one of a blog alerts and connection.

    :return: deleted credentials, so that they can be revoked.
    """
    await store.subscriptions.remove(subscription.id)
    await update_mentions_feed(store, subscription.blog_id, clock.now())
    others = await store.subscriptions.of_blog(subscription.blog_id)
    if any(each.guild_id == subscription.guild_id for each in others):
        return []
    await store.members.remove_guild_alerts(subscription.guild_id, subscription.blog_id)
    return await end_connections(store, clock, subscription.blog_id, subscription.guild_id)


async def update_cards(store: Store, clock: Clock, subscription: Subscription) -> None:
    """Let the cards that stand there already show or lose the button, and have their posts found where they get it."""
    now = clock.now()
    links = await store.messages.newest(subscription.id, _CARDS)
    await store.outbox.add([update_card(link, edit_at(now, number)) for number, link in enumerate(links)])
    if await store.connections.is_connected(subscription.guild_id, subscription.blog_id):
        entry_ids = dict.fromkeys(link.entry_id for link in links)
        await store.outbox.add([look_up_post(subscription.guild_id, each, now) for each in entry_ids])
