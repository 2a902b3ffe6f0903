"""Connecting a blog for replies: credentials tried at once, kept encrypted, judged in words; and the mode."""

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

#: How long an admin may take on the blog's own page.
_CLICK_THROUGH = timedelta(minutes=30)
_USED = "This link was used already or is too old. Use /relay connect again."
#: The path under PUBLIC_URL to which a blog sends the admin back; the state follows.
RETURN_PATH = "/connect/wordpress/"
_OTHER_API = (
    "The address of this blog's interface changed while I tried the password, so I did not keep it. "
    "Use `/relay connect` again, and look at the address that it shows."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A blog that takes replies now."""

    blog: Blog
    account: Account
    #: what an admin should know of this credential, whole sentences
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
        """Return the account through which a guild's replies go to a blog; None where it is not connected."""
        return await self._store.connections.username(guild_id, blog.id)

    async def start_click_through(self, blog: Blog, guild_id: GuildId, user_id: UserId) -> str | None:
        """Begin the way over the blog's own page; None where that is not possible.

        :raises Refused: this blog takes no comments that we could write.
        """
        api_root = require_api_root(blog)
        if self._public_url is None:
            return None
        state = secrets.token_urlsafe(32)
        back = f"{self._public_url.rstrip('/')}{RETURN_PATH}{state}"
        try:
            url = await self._comment_systems.authorize_url(api_root, success_url=back, reject_url=f"{back}/rejected")
        except BridgeError:
            # The other button needs no such page, and tells what is wrong with the blog.
            return None
        if url is not None:
            request = ConnectRequest(guild_id=guild_id, blog_id=blog.id, user_id=user_id)
            await self._store.connections.add_request(state, request, expires_at=self._clock.now() + _CLICK_THROUGH)
        return url

    async def finish_click_through(self, state: str, credential: Credential) -> Connected:
        """Take the credential that the blog's page sent back with the admin.

        Only that page was told the state, and the credential is tried on the blog itself. The address that the page
        names proves nothing more: it may differ from the blog's (www or not, an address for administration).

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
        """The admin said no on the blog's page."""
        await self._store.connections.delete_request(state)

    async def connect(
        self, blog: Blog, guild_id: GuildId, user_id: UserId, credential: Credential, *, state: str | None = None
    ) -> Connected:
        """Try a credential, and keep it if it can comment.

        :param state: of the click-through that brought it; what ended that meanwhile ends this as well.
        :raises BridgeError: it cannot; nothing is kept.
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
            await self._refuse_ended(blog, guild_id, state)
            await self._store.connections.save(
                guild_id=guild_id,
                blog_id=blog.id,
                system=trial.system,
                api_root=api_root,
                credential=credential,
                connected_by=user_id,
                checked_at=self._clock.now(),
            )
            await self._revise_all_cards(blog, guild_id)
            await update_account_list(self._store, blog.id, self._clock.now())
        self._wake_outbox()
        return Connected(blog=blog, account=account, warnings=account_warnings(account))

    async def set_mode(self, subscribed: SubscribedBlog, mode: RelayMode) -> None:
        """Choose how members' replies are published from a channel.

        :raises Refused: the blog is not connected, or the mode is not there yet.
        """
        if mode is RelayMode.AUTO:
            raise Refused("Mode `auto` is not there yet. `menu` lets members publish their own messages.")
        if mode is not RelayMode.OFF and not subscribed.connected:
            # Where nothing can be connected, "connect it first" would lead in a circle.
            require_api_root(subscribed.blog)
            raise Refused(f"{in_bold(subscribed.blog.title)} is not connected yet. Use `/relay connect` first.")
        async with self._store.transaction():
            if await self._store.subscriptions.get(subscribed.subscription.id) is None:
                raise NotFound("This blog was removed here meanwhile.")
            await self._store.subscriptions.set_mode(subscribed.subscription.id, mode)
            await update_cards(self._store, self._clock, subscribed.subscription)
        self._wake_outbox()

    async def _revise_all_cards(self, blog: Blog, guild_id: GuildId) -> None:
        for subscription in await self._store.subscriptions.of_blog(blog.id):
            if subscription.guild_id == guild_id and subscription.relay_mode is not RelayMode.OFF:
                await update_cards(self._store, self._clock, subscription)

    async def _refuse_ended(self, blog: Blog, guild_id: GuildId, state: str | None) -> None:
        """See, inside a transaction, whether a guild still has a blog, and the blog the API that was tried."""
        has_blog = await self._store.subscriptions.lock_any(guild_id, blog.id)
        # A click-through ends with the blog, or with its first use.
        if state is not None and await self._store.connections.get_request(state, now=self._clock.now()) is None:
            raise NotFound(_USED)
        if state is None and not has_blog:
            raise NotFound("This blog was removed here meanwhile, so I did not keep the password.")
        now = await self._store.feeds.get_blog(blog.id)
        if now is None or now.api_root != blog.api_root:
            raise Refused(_OTHER_API)


def account_warnings(account: Account) -> tuple[str, ...]:
    """Say in words what is risky about a credential's account; plain ones, as they stand on a web page too."""
    if account.may_publish_raw_html:
        warning = (
            "This account may publish raw HTML on this blog. I escape everything, but if my credential "
            "ever leaked, it could be used to put scripts on your site: use a Subscriber account instead."
        )
        return (warning,)
    if account.may_moderate:
        warning = (
            "This account may moderate comments, so its comments skip the blog's own checks. "
            "A Subscriber account is enough for replies."
        )
        return (warning,)
    return ()


def api_fingerprint(blog: Blog) -> int:
    """Return a number that stands for the address to which a blog's credential would be sent; fits an id.

    :raises Refused: the blog takes no comments from us.
    """
    digest = hashlib.sha256(require_api_root(blog).encode()).digest()
    return int.from_bytes(digest[:8], "big") % (2**63 - 1) + 1


def require_same_api(blog: Blog, number: int) -> None:
    """Make sure that a blog's credential would be sent where it was said.

    :param number: of :func:`api_fingerprint` at that time.
    :raises Refused: the blog has another address for that by now, or none.
    """
    if api_fingerprint(blog) != number:
        raise Refused(
            "The address of this blog's interface has changed since, so I sent nothing there. "
            "Use `/relay connect` again, and look at the address that it shows."
        )


def require_api_root(blog: Blog) -> str:
    """Return the API root of a blog that takes comments from us.

    :raises Refused: it has none.
    """
    if not is_writable(blog) or blog.api_root is None:
        raise Refused(why_not_writable(blog))
    return blog.api_root
