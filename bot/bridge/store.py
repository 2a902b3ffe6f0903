"""What the bridge asks of its memory: one Protocol a repository, met by shape in ``storage/``.

Nothing here commits by itself when called inside ``transaction()``; outside of one each call is its own.
Inside a transaction nothing but the store is awaited and no task is started.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.model.chat import MessageRef
from bot.model.delivery import Delivery, NewDelivery
from bot.model.entry import Comment, Entry, EntryRef, ParsedComment, ParsedEntry
from bot.model.feed import Blog, Discovery, Feed, FoundFeed
from bot.model.ids import (
    AlertId,
    BlogId,
    ChannelId,
    CommentId,
    DeliveryId,
    EntryId,
    FeedId,
    GuildId,
    MessageId,
    NativeId,
    ProposalId,
    ReplyId,
    SubscriptionId,
    Uid,
    UserId,
)
from bot.model.relay import (
    AuthorAlert,
    ConnectRequest,
    Credential,
    Endpoint,
    EndpointKind,
    NewReply,
    Profile,
    Reply,
    ReplyState,
    Secret,
)
from bot.model.status import OutboxView
from bot.model.subscription import Link, Placement, Proposal, RelayMode, SubscribedBlog, Subscription


class Feeds(Protocol):
    """Blogs and the addresses polled for them."""

    async def save_blog(self, found: Discovery) -> Blog:
        """Add a blog, or bring the one with this feed of entries up to date; an API that was there once stays.

        One site may be several blogs: its feed of everything, the feed of one category.
        """

    async def get_blog(self, blog_id: BlogId) -> Blog | None:
        """Look a blog up."""

    async def add_feed(
        self, blog_id: BlogId, found: FoundFeed, *, next_poll_at: datetime, entry_id: EntryId | None = None
    ) -> Feed:
        """Add a feed, or return the one with this address."""

    async def of_blog(self, blog_id: BlogId) -> list[Feed]:
        """All feeds of a blog."""

    async def failing(self, guild_id: GuildId) -> list[Feed]:
        """Feeds of a guild's blogs whose last poll failed, longest first."""

    async def claim_due(self, now: datetime, *, lease_until: datetime, limit: int) -> list[Feed]:
        """Take feeds that are due and that somebody wants: an active subscription, or an alert for comments."""

    async def get(self, feed_id: FeedId) -> Feed | None:
        """Look a feed up."""

    async def settle(self, feed: Feed) -> None:
        """Save how a claimed feed fares now and give it back."""

    async def hurry(self, blog_id: BlogId, now: datetime) -> None:
        """Make a blog's own feeds that are well due, and count them as lively from now: ``newest_at`` is ``now``.

        The comment feeds of single entries are left alone: there may be hundreds.
        """

    async def free_leases(self) -> None:
        """Give back what a process that is no more had claimed."""


class Items(Protocol):
    """Entries and comments, each kept once."""

    async def known_entries(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Entry]:
        """Those of the uids that are kept already."""

    async def known_comments(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Comment]:
        """Those of the uids that are kept already."""

    async def add_entries(
        self, blog_id: BlogId, entries: Sequence[tuple[ParsedEntry, str]], *, now: datetime
    ) -> list[Entry]:
        """Insert entries with their hashes; returns, in the order given, only those that were not there."""

    async def add_comments(
        self, blog_id: BlogId, comments: Sequence[tuple[EntryId, ParsedComment, str]], *, now: datetime
    ) -> list[Comment]:
        """Insert comments with their hashes; returns, in the order given, only those that were not there."""

    async def update_entry(self, entry_id: EntryId, parsed: ParsedEntry, hash_: str) -> None:
        """Keep an edited entry's new text."""

    async def adopt_entry(self, entry_id: EntryId, parsed: ParsedEntry, hash_: str) -> None:
        """Give an entry that was known from hearsay its identity and its text."""

    async def update_comment(self, comment_id: CommentId, parsed: ParsedComment, hash_: str) -> None:
        """Keep an edited comment's new text."""

    async def find_entry(self, blog_id: BlogId, ref: EntryRef) -> Entry | None:
        """Find the entry that a comment names: by number, uid or link."""

    async def get_entry(self, entry_id: EntryId) -> Entry | None:
        """Look an entry up."""

    async def get_comment(self, comment_id: CommentId) -> Comment | None:
        """Look a comment up."""

    async def newest_entries(self, blog_id: BlogId, limit: int) -> list[Entry]:
        """The entries published last (or first seen last, where no date is known), newest first."""

    async def authors(self, blog_id: BlogId) -> list[str]:
        """Names of the authors of a blog's entries, without repeats, sorted."""


class Subscriptions(Protocol):
    """Which blog goes where, and proposals not yet started."""

    async def add(
        self,
        *,
        guild_id: GuildId,
        channel_id: ChannelId,
        blog_id: BlogId,
        placement: Placement,
        comments: bool,
        started_at: datetime,
    ) -> Subscription | None:
        """Add a subscription; None if this blog goes to this channel already."""

    async def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Look a subscription up."""

    async def of_blog(self, blog_id: BlogId) -> list[Subscription]:
        """All subscriptions of a blog, in every guild."""

    async def of_guild(self, guild_id: GuildId) -> list[SubscribedBlog]:
        """A guild's subscriptions with their blogs, by title."""

    async def pause(self, subscription_id: SubscriptionId, at: datetime) -> None:
        """Stop a subscription, and forget what waits for its channel."""

    async def resume(self, subscription_id: SubscriptionId, at: datetime) -> None:
        """Start a paused subscription anew, or free a parked one, whose start stays."""

    async def park(self, subscription_id: SubscriptionId, reason: str | None) -> None:
        """Say why a channel is lost, or (None) that it is back."""

    async def set_mode(self, subscription_id: SubscriptionId, mode: RelayMode) -> None:
        """Choose how replies are published."""

    async def remove(self, subscription_id: SubscriptionId) -> None:
        """Delete a subscription with its links and waiting announcements."""

    async def propose(self, proposal: Proposal, *, now: datetime) -> ProposalId:
        """Keep a proposal; the id given in it is ignored."""

    async def get_proposal(self, proposal_id: ProposalId) -> Proposal | None:
        """Look a proposal up."""

    async def drop_proposals(self, before: datetime) -> int:
        """Forget proposals made before this; returns how many."""

    async def drop_proposal(self, proposal_id: ProposalId) -> None:
        """Forget a proposal."""


class Links(Protocol):
    """Which message stands for which item."""

    async def add(self, link: Link) -> None:
        """Keep a link; the first one of an item in a subscription stays."""

    async def of_entry(self, subscription_id: SubscriptionId, entry_id: EntryId) -> Link | None:
        """The message that stands for an entry."""

    async def of_comment(self, subscription_id: SubscriptionId, comment_id: CommentId) -> Link | None:
        """The message that stands for a comment."""

    async def of_message(self, message_id: MessageId) -> Link | None:
        """What a message stands for."""

    async def of_thread(self, thread_id: ChannelId) -> Link | None:
        """The entry whose thread this is."""

    async def newest(self, subscription_id: SubscriptionId, limit: int) -> list[Link]:
        """The links made last in a subscription."""


class Replies(Protocol):
    """Members' words on their way to blogs."""

    async def add(self, reply: NewReply, *, now: datetime) -> Reply:
        """Keep a draft."""

    async def get(self, reply_id: ReplyId) -> Reply | None:
        """Look a reply up."""

    async def accept(self, reply_id: ReplyId, *, answer_token: Secret) -> bool:
        """Turn a draft into an accepted reply; False if it is no draft any more."""

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
    ) -> None:
        """Keep what came of a reply; a number or address that is known already is never erased."""

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
    ) -> Endpoint:
        """Keep the endpoint of a guild's blog, in place of an earlier one."""

    async def of_blog(self, guild_id: GuildId, blog_id: BlogId) -> Endpoint | None:
        """The endpoint of a guild's blog.

        :raises PermanentError: its password cannot be decrypted any more.
        """

    async def connected(self, guild_id: GuildId, blog_id: BlogId) -> bool:
        """Whether there is an endpoint, be its password readable or not."""

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
        """Alerts on a blog that are on."""

    async def remove_alerts(self, guild_id: GuildId, user_id: UserId, blog_id: BlogId | None) -> int:
        """Delete a person's alerts on one blog or on all; returns how many."""

    async def remove_guild_alerts(self, guild_id: GuildId, blog_id: BlogId) -> int:
        """Delete everybody's alerts of a guild on a blog; returns how many."""

    async def switch_off(self, alert_id: AlertId, reason: str) -> bool:
        """Switch an alert off; False if it was off already."""


class Outbox(Protocol):
    """Deliveries not yet settled."""

    async def add(self, deliveries: Sequence[NewDelivery]) -> None:
        """Add deliveries in order; one whose key is known is left alone, unless it is dead: it gets a new life."""

    async def claim(self, now: datetime, *, lease_until: datetime, limit: int) -> list[Delivery]:
        """Take the first delivery of each lane that is due and not taken."""

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

    async def next_due(self) -> datetime | None:
        """When the next delivery that can be claimed is due."""

    async def view(self, now: datetime, lanes: Sequence[str] | None = None) -> OutboxView:
        """How much waits in these lanes (None: in all), and the newest dead."""

    async def prune(self, before: datetime) -> int:
        """Delete what was done before this; the dead and every key younger than that stay."""

    async def free_leases(self) -> None:
        """Give back what a process that is no more had claimed."""


class Store(Protocol):
    """Everything that is kept."""

    @property
    def feeds(self) -> Feeds:
        """Blogs and feeds."""

    @property
    def items(self) -> Items:
        """Entries and comments."""

    @property
    def subscriptions(self) -> Subscriptions:
        """Subscriptions and proposals."""

    @property
    def links(self) -> Links:
        """Items and messages."""

    @property
    def replies(self) -> Replies:
        """Replies."""

    @property
    def endpoints(self) -> EndpointRows:
        """Endpoints and click-throughs."""

    @property
    def people(self) -> People:
        """Profiles, consents, alerts."""

    @property
    def outbox(self) -> Outbox:
        """Deliveries."""

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """All or nothing; nesting is a savepoint."""
