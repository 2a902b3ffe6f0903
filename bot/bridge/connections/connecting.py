"""Connects blogs for replies: tries a credential, stores it, and warns of its risks. Sets the mode."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.bridge.connections.account_lists import update_account_list
from bot.bridge.connections.disconnecting import update_cards
from bot.bridge.ports import Clock, CommentSystems
from bot.model.connection import Account, Connection, ConnectRequest, Credential
from bot.model.errors import BridgeError, NotFound, Refused
from bot.model.feed import Blog, CommentSystem
from bot.model.ids import ConnectionId, GuildId, UserId
from bot.model.subscription import RelayMode, SubscribedBlog
from bot.rules.comment_systems import is_writable, why_not_writable
from bot.rules.messages.cards import in_bold
from bot.storage.database import Store

#: The time that an admin has on the blog's own page.
_CLICK_THROUGH = timedelta(minutes=30)
_USED = "This link was used already or is too old. Use /relay connect again."
#: The path under PUBLIC_URL to which a blog sends the admin back; the state follows.
RETURN_PATH = "/connect/wordpress/"
_OTHER_API = (
    "The address of this blog's REST API changed while I tried the password, so I did not save it. "
    "Use `/relay connect` again, and check the address that it shows."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A blog that was connected."""

    blog: Blog
    account: Account
    #: risks of this account, whole sentences
    warnings: tuple[str, ...]


class Connector:
    """The use cases behind ``/relay connect`` and ``/relay mode``."""

    def __init__(
        self,
        store: Store,
        comment_systems: CommentSystems,
        clock: Clock,
        *,
        public_url: str | None,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._comment_systems = comment_systems
        self._clock = clock
        self._public_url = public_url
        self._wake_outbox = wake_outbox

    async def account(self, blog: Blog, guild_id: GuildId) -> str | None:
        """Return the user name of a guild's connection to a blog; None if it is not connected."""
        return await self._store.connections.username(guild_id, blog.id)

    async def start_click_through(self, blog: Blog, guild_id: GuildId, user_id: UserId) -> str | None:
        """Return a link to the blog's own page "Authorize Application"; None if there is none.

        :raises Refused: the bot cannot publish on this blog.
        """
        api_root = require_api_root(blog)
        if self._public_url is None:
            return None
        state = secrets.token_urlsafe(32)
        back = f"{self._public_url.rstrip('/')}{RETURN_PATH}{state}"
        try:
            url = await self._comment_systems.authorize_url(api_root, success_url=back, reject_url=f"{back}/rejected")
        except BridgeError:
            # The form for a password needs no such page, and shows what is wrong with the blog.
            return None
        if url is not None:
            request = ConnectRequest(guild_id=guild_id, blog_id=blog.id, user_id=user_id)
            await self._store.connections.add_request(state, request, expires_at=self._clock.now() + _CLICK_THROUGH)
        return url

    async def finish_click_through(self, state: str, credential: Credential) -> Connected:
        """Connect with the credential that the blog's page sent back with the admin's browser.

        Only that page knows the state, and the credential is tried on the blog. The site address that the page sends is
        ignored: it may differ from the blog's (with or without www, or an address for administration).

        :raises BridgeError: the state is unknown or old, or the credential fails.
        """
        request = await self._store.connections.get_request(state, now=self._clock.now())
        blog = await self._store.feeds.get_blog(request.blog_id) if request else None
        if request is None or blog is None:
            raise NotFound(_USED)
        connected = await self.connect(blog, request.guild_id, request.user_id, credential, state=state)
        await self._store.connections.delete_request(state)
        return connected

    async def reject_click_through(self, state: str) -> None:
        """Forget a state, because the admin refused on the blog's page."""
        await self._store.connections.delete_request(state)

    async def connect(
        self, blog: Blog, guild_id: GuildId, user_id: UserId, credential: Credential, *, state: str | None = None
    ) -> Connected:
        """Try a credential, and save it if its account may comment.

        :param state: the state of the click-through; if that was ended meanwhile, nothing is saved.
        :raises BridgeError: the credential was not saved; the text says why.
        """
        api_root = require_api_root(blog)
        trial = Connection(
            id=ConnectionId(0),
            guild_id=guild_id,
            blog_id=blog.id,
            system=CommentSystem.WORDPRESS,
            api_root=api_root,
            username=credential.username,
            password=credential.password,
            connected_by=user_id,
        )
        account = await self._comment_systems.open(trial).check()
        async with self._store.transaction():
            await self._check_unchanged(blog, guild_id, state)
            await self._store.connections.save(
                guild_id=guild_id,
                blog_id=blog.id,
                system=trial.system,
                api_root=api_root,
                credential=credential,
                connected_by=user_id,
                checked_at=self._clock.now(),
            )
            await self._update_all_cards(blog, guild_id)
            await update_account_list(self._store, blog.id, self._clock.now())
        self._wake_outbox()
        return Connected(blog=blog, account=account, warnings=account_warnings(account))

    async def set_mode(self, subscribed: SubscribedBlog, mode: RelayMode) -> None:
        """Choose how members' replies are published from a channel.

        :raises Refused: the blog is not connected, or the mode is not there yet.
        """
        if mode is RelayMode.AUTO:
            raise Refused("Mode `auto` does not exist yet. `menu` lets members publish their own messages.")
        if mode is not RelayMode.OFF and not subscribed.connected:
            # Do not tell an admin to connect a blog that cannot be connected.
            require_api_root(subscribed.blog)
            raise Refused(f"{in_bold(subscribed.blog.title)} is not connected yet. Use `/relay connect` first.")
        async with self._store.transaction():
            if await self._store.subscriptions.get(subscribed.subscription.id) is None:
                raise NotFound("This blog was removed from this server meanwhile.")
            await self._store.subscriptions.set_mode(subscribed.subscription.id, mode)
            await update_cards(self._store, self._clock, subscribed.subscription)
        self._wake_outbox()

    async def _update_all_cards(self, blog: Blog, guild_id: GuildId) -> None:
        for subscription in await self._store.subscriptions.of_blog(blog.id):
            if subscription.guild_id == guild_id and subscription.relay_mode is not RelayMode.OFF:
                await update_cards(self._store, self._clock, subscription)

    async def _check_unchanged(self, blog: Blog, guild_id: GuildId, state: str | None) -> None:
        """Check, in a transaction, that the guild still has the blog, and the blog the API root that was tried."""
        has_blog = await self._store.subscriptions.lock_any(guild_id, blog.id)
        # A click-through ends with the blog, or with its first use.
        if state is not None and await self._store.connections.get_request(state, now=self._clock.now()) is None:
            raise NotFound(_USED)
        if state is None and not has_blog:
            raise NotFound("This blog was removed from this server meanwhile, so I did not save the password.")
        now = await self._store.feeds.get_blog(blog.id)
        if now is None or now.api_root != blog.api_root:
            raise Refused(_OTHER_API)


def account_warnings(account: Account) -> tuple[str, ...]:
    """Return the risks of an account as sentences of plain text, for Discord and for a web page."""
    if account.may_publish_raw_html:
        warning = (
            "This account may publish raw HTML on this blog. I escape everything, but somebody who stole the "
            "password could put scripts on your site. Use an account with the role Subscriber instead."
        )
        return (warning,)
    if account.may_moderate:
        warning = (
            "This account may moderate comments, so the blog does not check its comments. "
            "An account with the role Subscriber is enough for replies."
        )
        return (warning,)
    return ()


def api_fingerprint(blog: Blog) -> int:
    """Return a number that identifies the address to which a blog's credential is sent, for use in a custom_id.

    :raises Refused: the bot cannot publish on this blog.
    """
    digest = hashlib.sha256(require_api_root(blog).encode()).digest()
    return int.from_bytes(digest[:8], "big") % (2**63 - 1) + 1


def require_same_api(blog: Blog, number: int) -> None:
    """Check that a blog's credential will be sent to the address that the admin saw.

    :param number: the :func:`api_fingerprint` of that address.
    :raises Refused: the blog has another API root now, or none.
    """
    if api_fingerprint(blog) != number:
        raise Refused(
            "The address of this blog's REST API has changed, so I did not send the password. "
            "Use `/relay connect` again, and check the address that it shows."
        )


def require_api_root(blog: Blog) -> str:
    """Return the API root of a blog on which the bot can publish.

    :raises Refused: it cannot; the text says why.
    """
    if not is_writable(blog) or blog.api_root is None:
        raise Refused(why_not_writable(blog))
    return blog.api_root
