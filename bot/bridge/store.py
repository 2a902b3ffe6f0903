"""What the bridge asks of its memory: one Protocol a repository, met by shape in ``storage/``.

Nothing here commits by itself when called inside ``transaction()``; outside of one each call is its own.
Inside a transaction nothing but the store is awaited and no task is started.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.bridge.store_batches import Batches
from bot.bridge.store_feeds import Aliases, Decisions, Filings, Notices, Polls, PostProofs
from bot.bridge.store_imports import Imports
from bot.bridge.store_push import Pushes
from bot.bridge.store_relay import EndpointRows, Outbox, People, Replies
from bot.bridge.store_retention import Retention
from bot.bridge.store_times import FutureTimes
from bot.model.entry import Brief, Comment, Entry, EntryRef, ParsedComment, ParsedEntry
from bot.model.feed import Blog, Discovery, Feed, FoundFeed
from bot.model.filter import Filter
from bot.model.ids import (
    BlogId,
    ChannelId,
    CommentId,
    EntryId,
    FeedId,
    GuildId,
    MessageId,
    ProposalId,
    RoleId,
    SubscriptionId,
    Uid,
    UserId,
)
from bot.model.subscription import Link, Placement, Proposal, RelayMode, SubscribedBlog, Subscription


class Feeds(Protocol):
    """Blogs and the addresses polled for them."""

    async def save_blog(self, found: Discovery, at: datetime | None = None) -> Blog:
        """Add a blog, or return the one with this feed of entries as it is, locked until the transaction ends.

        One site may be several blogs: its feed of everything, the feed of one category.
        """

    async def note_review(self, blog_id: BlogId, at: datetime) -> None:
        """Note when a blog was last asked what it offers beside its feed."""

    async def reviewed_since(self, blog_id: BlogId, since: datetime) -> bool:
        """Whether a blog was asked that lately."""

    async def unreviewed(self, before: datetime, limit: int) -> list[BlogId]:
        """WordPress blogs that somebody gets and that were not asked that lately, longest first."""

    async def hold_blog(self, blog_id: BlogId) -> Blog | None:
        """Look a blog up, and keep others from changing it until the transaction ends."""

    async def update_blog(self, blog: Blog) -> None:
        """Keep what has become known of a blog."""

    async def find_blog(self, feed_url: str) -> Blog | None:
        """The blog whose feed of entries has this address."""

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

    async def get(self, feed_id: FeedId) -> Feed | None:
        """Look a feed up."""


class Items(Protocol):
    """Entries and comments, each kept once."""

    async def known_entries(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Entry]:
        """Those of the uids that are kept already."""

    async def known_comments(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Comment]:
        """Those of the uids that are kept already."""

    async def entry_briefs(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Brief]:
        """As :meth:`known_entries`, without what they say."""

    async def comment_briefs(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Brief]:
        """As :meth:`known_comments`, without what they say."""

    async def get_entries(self, entry_ids: Sequence[EntryId]) -> list[Entry]:
        """Look entries up; those that are gone are left out. Ordered by id."""

    async def add_entries(
        self, blog_id: BlogId, entries: Sequence[tuple[ParsedEntry, str]], *, now: datetime, shown: Collection[Uid] = ()
    ) -> list[Entry]:
        """Insert entries with their hashes; returns, in the order given, only those that were not there."""

    async def add_comments(
        self,
        blog_id: BlogId,
        comments: Sequence[tuple[EntryId, ParsedComment, str]],
        *,
        now: datetime,
        shown: Collection[Uid] = (),
    ) -> list[Comment]:
        """As :meth:`add_entries`."""

    async def update_entry(self, entry_id: EntryId, parsed: ParsedEntry, hash_: str) -> None:
        """Keep an edited entry's new text; it is there again if it was gone."""

    async def count_entry_edit(self, entry_id: EntryId, *, edited_at: datetime | None) -> None:
        """Count an edit that was shown; with ``edited_at`` it was a large one."""

    async def count_comment_edit(self, comment_id: CommentId, *, edited_at: datetime | None) -> None:
        """As :meth:`count_entry_edit`."""

    async def set_entry_gone(self, entry_id: EntryId, at: datetime | None) -> bool:
        """Note that an entry was removed from its blog, or is back; False if that was known."""

    async def set_entry_closed(self, entry_id: EntryId, at: datetime | None) -> bool:
        """Note that a blog takes no more comments on an entry, or does again; False if that was known."""

    async def set_comment_gone(self, comment_id: CommentId, at: datetime | None) -> bool:
        """As :meth:`set_entry_gone`."""

    async def split_entry(self, entry_id: EntryId, uid: Uid, *, now: datetime) -> Entry | None:
        """Keep a copy of an entry under another uid, first seen now; None if either is not to be had."""

    async def adopt_entry(self, entry_id: EntryId, parsed: ParsedEntry, hash_: str) -> None:
        """Give an entry that was known from hearsay its identity and its text."""

    async def update_comment(self, comment_id: CommentId, parsed: ParsedComment, hash_: str) -> None:
        """Keep an edited comment's new text; it is there again if it was gone."""

    async def find_entry(self, blog_id: BlogId, ref: EntryRef) -> Entry | None:
        """Find the entry that a comment names: by number, uid or link."""

    async def get_entry(self, entry_id: EntryId) -> Entry | None:
        """Look an entry up."""

    async def get_comment(self, comment_id: CommentId) -> Comment | None:
        """Look a comment up."""

    async def comments_of(self, entry_ids: Sequence[EntryId]) -> list[Comment]:
        """Comments on entries that are not gone, in the order in which they came."""

    async def comments_saying(self, blog_id: BlogId, hashes: Sequence[str]) -> set[str]:
        """Which of these fingerprints comments of a blog have."""

    async def newest_entries(self, blog_id: BlogId, limit: int) -> list[Entry]:
        """The entries published last (or first seen last, where no date is known), newest first."""

    async def authors(self, blog_id: BlogId) -> list[str]:
        """Names of the authors of a blog's entries, without repeats, sorted."""

    async def commenters(self, blog_id: BlogId, *, other_than: UserId) -> list[str]:
        """Names of who commented on a blog, without those under which a member of ours did so."""

    async def categories(self, blog_id: BlogId) -> list[str]:
        """Names of the categories of a blog's entries, without repeats, sorted."""


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
        added_by: UserId | None = None,
        folder: Sequence[str] = (),
    ) -> Subscription | None:
        """Add a subscription; None if this blog goes to this channel already."""

    async def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Look a subscription up."""

    async def lock(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Look a subscription up, and let nobody else change it until the transaction ends."""

    async def hold_of_blog(self, blog_id: BlogId) -> list[Subscription]:
        """All subscriptions of a blog, kept as they are until the transaction ends."""

    async def of_blog(self, blog_id: BlogId) -> list[Subscription]:
        """All subscriptions of a blog, in every guild."""

    async def count_of_guild(self, guild_id: GuildId) -> int:
        """How many subscriptions a guild has."""

    async def guilds_of_blog(self, blog_id: BlogId) -> tuple[GuildId, ...]:
        """Some of the guilds that are subscribed to a blog and have not paused it."""

    async def of_channel(self, guild_id: GuildId, channel_id: ChannelId) -> list[Subscription]:
        """All subscriptions that go to a channel."""

    async def of_feed(self, guild_id: GuildId, channel_id: ChannelId, url: str) -> Subscription | None:
        """The subscription that brings the entries of the feed at an address to a channel."""

    async def parked(self, guild_id: GuildId) -> list[Subscription]:
        """A guild's subscriptions whose channels are lost, but for those that are paused too."""

    async def of_guild(self, guild_id: GuildId) -> list[SubscribedBlog]:
        """A guild's subscriptions with their blogs, by title."""

    async def pause(self, subscription_id: SubscriptionId, at: datetime) -> None:
        """Stop a subscription, and forget what waits for its channel."""

    async def resume(self, subscription_id: SubscriptionId, at: datetime) -> bool:
        """Start a paused subscription anew, or free a parked one, whose start stays; False if it is gone."""

    async def leave(self, guild_id: GuildId, at: datetime) -> None:
        """Pause a guild's subscriptions because the bot is no member any more, and forget what waits for them."""

    async def come_back(self, subscription: Subscription, at: datetime) -> None:
        """Go on with a subscription whose guild the bot has joined again, unless it has left once more since."""

    async def hold(self, guild_id: GuildId, blog_id: BlogId) -> bool:
        """Keep a guild's subscriptions of a blog from being removed until the transaction ends; False: it has none."""

    async def left(self, guild_id: GuildId) -> list[Subscription]:
        """Subscriptions of a guild that the bot has left."""

    async def left_before(self, before: datetime, limit: int) -> list[Subscription]:
        """Lock subscriptions whose guilds the bot left before this, but for those that are about to go on."""

    async def guilds(self, *, left: bool) -> set[GuildId]:
        """Guilds with subscriptions: those that the bot has left, or the others."""

    async def park(self, subscription_id: SubscriptionId, reason: str | None) -> None:
        """Say why a channel is lost, or (None) that it is back."""

    async def set_locked(self, subscription_id: SubscriptionId, *, to_channel: bool) -> None:
        """Choose whether the first comment for a locked thread is posted in the channel."""

    async def set_pingbacks(self, subscription_id: SubscriptionId, since: datetime | None) -> None:
        """Choose since when pingbacks and trackbacks are posted; None: they are not."""

    async def set_mode(self, subscription_id: SubscriptionId, mode: RelayMode) -> None:
        """Choose how replies are published."""

    async def set_filter(self, subscription_id: SubscriptionId, wanted: Filter) -> None:
        """Choose which entries are posted from now on."""

    async def set_template(self, subscription_id: SubscriptionId, template: str | None) -> None:
        """Choose what stands above an entry's card."""

    async def set_mentions(self, subscription_id: SubscriptionId, roles: Sequence[RoleId]) -> None:
        """Choose whom an entry pings."""

    async def remove(self, subscription_id: SubscriptionId) -> None:
        """Delete a subscription with its links and waiting announcements."""

    async def propose(self, proposal: Proposal, *, now: datetime) -> ProposalId:
        """Keep a proposal; the id given in it is ignored."""

    async def get_proposal(self, proposal_id: ProposalId) -> Proposal | None:
        """Look a proposal up."""

    async def drop_proposals(self, before: datetime) -> int:
        """Forget proposals made before this; returns how many."""

    async def drop_proposal(self, proposal_id: ProposalId) -> bool:
        """Forget a proposal; False if it was forgotten before."""


class Links(Protocol):
    """Which message stands for which item."""

    async def add(self, link: Link) -> bool:
        """Keep a link; the first one of an item in a subscription stays.

        :return: False where the subscription or the entry was deleted meanwhile, so that nothing is kept.
        """

    async def forget_thread(self, subscription_id: SubscriptionId, entry_id: EntryId) -> None:
        """Note that an entry's thread is gone, so that its comments go nowhere."""

    async def rename_thread(self, subscription_id: SubscriptionId, entry_id: EntryId, name: str, at: datetime) -> None:
        """Keep the name that an entry's thread was given."""

    async def tell_locked(self, subscription_id: SubscriptionId, entry_id: EntryId, at: datetime) -> None:
        """Note that a comment was posted beside an entry's thread because that is locked."""

    async def of_entry(self, subscription_id: SubscriptionId, entry_id: EntryId) -> Link | None:
        """The message that stands for an entry."""

    async def of_comment(self, subscription_id: SubscriptionId, comment_id: CommentId) -> Link | None:
        """The message that stands for a comment."""

    async def of_message(self, message_id: MessageId) -> Link | None:
        """What a message stands for."""

    async def of_thread(self, thread_id: ChannelId) -> Link | None:
        """The entry whose thread this is."""

    async def under(self, subscription_id: SubscriptionId, entry_id: EntryId, limit: int) -> list[Link]:
        """The links of an entry and of comments on it, those made last first."""

    async def newest(self, subscription_id: SubscriptionId, limit: int) -> list[Link]:
        """The links made last in a subscription."""


class Store(Protocol):
    """Everything that is kept."""

    @property
    def feeds(self) -> Feeds:
        """Blogs and feeds."""

    @property
    def polls(self) -> Polls:
        """Feeds as they are polled."""

    @property
    def items(self) -> Items:
        """Entries and comments."""

    @property
    def posts(self) -> PostProofs:
        """Which posts entries are."""

    @property
    def filings(self) -> Filings:
        """Under which entries comments are kept."""

    @property
    def aliases(self) -> Aliases:
        """Other names of entries."""

    @property
    def decisions(self) -> Decisions:
        """Why entries were posted, or not."""

    @property
    def notices(self) -> Notices:
        """What admins were told."""

    @property
    def subscriptions(self) -> Subscriptions:
        """Subscriptions and proposals."""

    @property
    def links(self) -> Links:
        """Items and messages."""

    @property
    def pushes(self) -> Pushes:
        """Registrations at hubs."""

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
    def imports(self) -> Imports:
        """Lists of feeds on their way in."""

    @property
    def retention(self) -> Retention:
        """What is deleted by age."""

    @property
    def batches(self) -> Batches:
        """Comments that are told of together."""

    @property
    def outbox(self) -> Outbox:
        """Deliveries."""

    @property
    def future_times(self) -> FutureTimes:
        """Times that a wrong clock wrote."""

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """All or nothing; nesting is a savepoint."""
