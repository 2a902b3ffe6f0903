"""What the bridge asks of its memory for what goes out: replies, endpoints, people, the outbox; see ``store``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model.delivery import Delivery, NewDelivery
from bot.model.ids import (
    AlertId,
    BlogId,
    DeliveryId,
    EntryId,
    GuildId,
    MessageId,
    NativeId,
    ReplyId,
    UserId,
)
from bot.model.message import MessageRef
from bot.model.reply import (
    AuthorAlert,
    ConnectionTrouble,
    ConnectRequest,
    Credential,
    Endpoint,
    EndpointKind,
    NewReply,
    Profile,
    Reply,
    ReplyLimit,
    ReplyState,
    Secret,
)
from bot.model.status import DeliveryView, OutboxView, ReplyOnItsWay


class Replies(Protocol):
    """Members' words on their way to blogs."""

    async def add(self, reply: NewReply, *, now: datetime) -> Reply:
        """Keep a draft."""

    async def get(self, reply_id: ReplyId) -> Reply | None:
        """Look a reply up."""

    async def accept(self, reply_id: ReplyId, *, answer_token: Secret, at: datetime) -> bool:
        """Turn a draft into an accepted reply; False if it is no draft any more."""

    async def claim_message(self, reply_id: ReplyId, message_id: MessageId) -> bool:
        """Let no other reply be made of a message until this one is refused; False if another has it."""

    async def accepted_since(self, user_id: UserId, guild_id: GuildId, since: datetime) -> list[datetime]:
        """When a member's replies in a guild were accepted; those that were refused later do not count."""

    async def limit(self, guild_id: GuildId) -> ReplyLimit:
        """How many replies a member of a guild may publish."""

    async def set_limit(self, guild_id: GuildId, limit: ReplyLimit) -> None:
        """Choose how many replies a member of a guild may publish."""

    async def drop_draft(self, reply_id: ReplyId) -> bool:
        """Delete a draft; False if it is none any more."""

    async def spoken(self, reply_id: ReplyId, message: MessageRef) -> None:
        """Keep where the text stands in chat."""

    async def settle(
        self,
        reply_id: ReplyId,
        state: ReplyState,
        *,
        native_id: NativeId | None = None,
        url: str | None = None,
        reason: str | None = None,
        published_at: datetime | None = None,
    ) -> None:
        """Keep what came of a reply; a number or address that is known already is never erased.

        The message of one that was refused may be published again.
        """

    async def forget_answer(self, reply_id: ReplyId) -> None:
        """Erase the interaction's token."""

    async def unsettled(self, entry_ids: Sequence[EntryId], *, since: datetime) -> list[Reply]:
        """Accepted, held and uncertain replies to these entries, none created before ``since``."""

    async def of_comment(self, blog_id: BlogId, native_ids: Sequence[NativeId]) -> list[Reply]:
        """Replies of any state that became these comments."""

    async def of_user(self, user_id: UserId, guild_id: GuildId, limit: int) -> list[Reply]:
        """A member's replies in a guild, newest first, without drafts."""

    async def of_message(self, message_id: MessageId) -> Reply | None:
        """The latest reply, draft excepted, that a chat message became."""

    async def of_token(self, token: str) -> Reply | None:
        """The reply whose permalink ends in this."""

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Erase the texts of a guild's replies, and delete its drafts."""

    async def drop_drafts(self, before: datetime) -> int:
        """Delete drafts older than this."""


class EndpointRows(Protocol):
    """Where a guild may write comments; passwords are encrypted at rest."""

    async def save(
        self,
        *,
        guild_id: GuildId,
        blog_id: BlogId,
        kind: EndpointKind,
        api_root: str,
        credential: Credential,
        connected_by: UserId,
        checked_at: datetime | None = None,
    ) -> Endpoint:
        """Keep the endpoint of a guild's blog, in place of an earlier one.

        :param checked_at: when it was tried.
        """

    async def of_blog(self, guild_id: GuildId, blog_id: BlogId) -> Endpoint | None:
        """The endpoint of a guild's blog; one that was made for another API root than the blog's present one is none.

        :raises PermanentError: its password cannot be decrypted any more.
        """

    async def of_readers(self, blog_id: BlogId) -> list[Endpoint]:
        """The endpoints that a blog's comments may be read with now: their guilds want those comments themselves.

        One that the blog refuses, or whose password cannot be decrypted any more, is left out.
        """

    async def connected(self, guild_id: GuildId, blog_id: BlogId) -> bool:
        """Whether there is an endpoint for the blog's API root, be its password readable or not."""

    async def note_trouble(self, guild_id: GuildId, blog_id: BlogId, text: str, at: datetime) -> bool:
        """Keep what is wrong with a guild's endpoint; True if nothing was known to be wrong with it before."""

    async def clear_trouble(self, guild_id: GuildId, blog_id: BlogId) -> None:
        """Note that a guild's endpoint works."""

    async def troubles(self, guild_id: GuildId) -> list[ConnectionTrouble]:
        """What is wrong with a guild's endpoints."""

    async def next_check(self, before: datetime, now: datetime) -> tuple[GuildId, BlogId] | None:
        """Choose the endpoint that was not tried for longest, and note that it is tried now; None: all were lately."""

    async def all_of_blog(self, blog_id: BlogId) -> list[Endpoint]:
        """Every guild's endpoints of a blog, whatever API root they were made for; for each to be asked there.

        A password that cannot be decrypted any more is returned empty.
        """

    async def remove(self, blog_id: BlogId, guild_id: GuildId | None = None) -> list[Endpoint]:
        """Delete a blog's endpoints with what leads to them: one guild's, or (None) every guild's; returns them.

        A password that cannot be decrypted any more is returned empty.
        """

    async def username(self, guild_id: GuildId, blog_id: BlogId) -> str | None:
        """The account of a guild's endpoint for the blog's API root; None where there is no such endpoint."""

    async def add_request(self, state: str, request: ConnectRequest, *, expires_at: datetime) -> None:
        """Keep who is on the way through a blog's click-through; only a hash of ``state`` is kept."""

    async def get_request(self, state: str, *, now: datetime) -> ConnectRequest | None:
        """Who comes back with this state, if it has not expired."""

    async def drop_request(self, state: str) -> None:
        """A state is good once."""

    async def drop_requests(self, before: datetime) -> int:
        """Forget click-throughs that expired before this; returns how many."""


class People(Protocol):
    """Members' profiles, what they agreed to, and authors' alerts."""

    async def profile(self, user_id: UserId) -> Profile | None:
        """Under what name a member publishes."""

    async def lock(self, user_id: UserId) -> None:
        """Let no other transaction act for this member until the present one ends."""

    async def save_profile(self, user_id: UserId, public_name: str) -> Profile:
        """Keep a public name; the first time makes the member's token."""

    async def consent(self, user_id: UserId, *, wording: str, at: datetime) -> None:
        """Enter into the ledger what a member agreed to, in the words that were shown."""

    async def public_names(self, user_ids: Sequence[UserId]) -> dict[UserId, str]:
        """Names of those who agreed to be published."""

    async def add_alert(
        self, *, guild_id: GuildId, blog_id: BlogId, user_id: UserId, author: str | None
    ) -> AuthorAlert:
        """Add an alert, or switch the same one on again."""

    async def get_alert(self, alert_id: AlertId) -> AuthorAlert | None:
        """Look an alert up."""

    async def alerts_of_user(self, guild_id: GuildId, user_id: UserId) -> list[AuthorAlert]:
        """A person's alerts in a guild, those switched off by us among them."""

    async def alerts_of_blog(self, blog_id: BlogId) -> list[AuthorAlert]:
        """Alerts on a blog that are on, but for those of guilds that the bot has left."""

    async def remove_alerts(self, guild_id: GuildId, user_id: UserId, blog_id: BlogId | None) -> int:
        """Delete a person's alerts on one blog or on all; returns how many."""

    async def remove_guild_alerts(self, guild_id: GuildId, blog_id: BlogId) -> int:
        """Delete everybody's alerts of a guild on a blog; returns how many."""

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Delete the profiles of members who published from this guild alone."""

    async def switch_off(self, alert_id: AlertId, reason: str) -> bool:
        """Switch an alert off; False if it was off already."""


class Outbox(Protocol):
    """Deliveries not yet settled."""

    async def add(self, deliveries: Sequence[NewDelivery]) -> None:
        """Add deliveries in order; one whose key is known is left alone, unless it is dead: it gets a new life."""

    async def claim(self, now: datetime, *, lease_until: datetime, limit: int) -> list[Delivery]:
        """Take the first delivery of each lane that is due and not taken."""

    async def cancel(self, lane: str) -> None:
        """Forget what waits in a lane."""

    async def count_comments(self, lane: str, since: datetime) -> int:
        """How many comments a lane has announced since then, or has still to announce."""

    async def settled_since(self, kinds: Sequence[str], since: datetime) -> list[datetime]:
        """When deliveries of these kinds were done, since then."""

    async def waits(self, key: str, *, before: DeliveryId) -> bool:
        """Whether the delivery of this key waits, and was added before another."""

    async def hold(self, delivery_id: DeliveryId) -> bool:
        """Lock a delivery until the transaction ends; False if it was cancelled since it was claimed."""

    async def renew(self, ids: Sequence[DeliveryId], *, lease_until: datetime) -> None:
        """Keep deliveries that are still being performed."""

    async def settle(self, delivery_id: DeliveryId, *, at: datetime, error: str | None = None) -> None:
        """End a delivery: done, or with an error dead. Either frees its lane."""

    async def retry(self, delivery_id: DeliveryId, *, due_at: datetime, error: str | None, attempted: bool) -> None:
        """Give a delivery back for later.

        :param attempted: False where nothing was tried, so that the attempt does not count.
        """

    async def be_patient(self, delivery_id: DeliveryId, since: datetime) -> None:
        """Measure a delivery's patience anew; what was tried stays known."""

    async def hurry(self, lane: str, now: datetime) -> None:
        """Make what waits in a lane due, with new patience."""

    async def find(self, key: str) -> DeliveryView | None:
        """The delivery of a key; None if there never was one, or it was pruned."""

    async def replies(self, guild_id: GuildId, *, dead_since: datetime) -> list[ReplyOnItsWay]:
        """A guild's replies that wait to be published, or were given up lately, oldest first."""

    async def stuck_replies(self, tried_before: datetime) -> list[ReplyOnItsWay]:
        """Every guild's replies that wait although they were first tried before this, oldest first."""

    async def view(self, now: datetime, lanes: Sequence[str] | None = None) -> OutboxView:
        """How much waits in these lanes (None: in all), and the newest dead."""

    async def free_leases(self) -> None:
        """Give back what a process that is no more had claimed."""
