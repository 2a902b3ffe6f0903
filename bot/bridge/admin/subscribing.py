"""Subscribe a channel to a blog: propose what is at an address, take the silent first look, start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.bridge.connections.blog_updates import BlogUpdates
from bot.bridge.guild_membership import GuildMembership
from bot.bridge.polling.baseline import Baseline
from bot.bridge.polling.wanted_feeds import poll_feeds_by
from bot.bridge.ports import Clock, Discoverer
from bot.model.entry import ParsedEntry
from bot.model.errors import LimitReached, NotFound, Refused
from bot.model.feed import Blog, Discovered
from bot.model.ids import GuildId, ProposalId, UserId
from bot.model.message import ChannelKind, ChannelView, ChatPost
from bot.model.subscription import Placement, Proposal, Subscription
from bot.rules.comment_systems import describe_comment_systems
from bot.rules.forum_tags import accepts_posts
from bot.rules.links import masked
from bot.rules.messages.cards import entry_title, in_bold, present_entry
from bot.storage.database import Store

_TITLE = 256
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NO_PROPOSAL = "This was already started or cancelled. Use `/blog add` to begin again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedBlog:
    """A discovered blog that waits for Start, and its newest entry as it would be posted."""

    proposal: Proposal
    newest: ChatPost | None
    #: its title with its address, as Markdown
    newest_link: str
    #: what takes the blog's comments and what shows it, each a line of plain text
    systems: tuple[str, ...]
    #: the blog tells a hub when there is something new
    push: bool
    #: the account on the blog through which this server's replies are published already; None: it is not connected
    connected_as: str | None

    @property
    def proposal_id(self) -> ProposalId:
        """Return the id that Start and Cancel carry."""
        return self.proposal.id


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedBlog:
    """A subscription that has just begun."""

    subscription: Subscription
    blog: Blog
    #: entries known before, none of which is posted
    known: int
    #: replies can be written to it already, for another of the guild's channels
    connected: bool


class SubscriptionStarter:
    """Begins subscriptions. Every refusal is a sentence for the admin.

    :param rest: time from the baseline to the first poll.
    :param most: subscriptions that one server may have.
    """

    def __init__(
        self,
        store: Store,
        baseline: Baseline,
        updates: BlogUpdates,
        clock: Clock,
        *,
        membership: GuildMembership,
        rest: timedelta,
        most: int,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._updates = updates
        self._baseline = baseline
        self._clock = clock
        self._membership = membership
        self._rest = rest
        self._most = most
        self._wake_outbox = wake_outbox

    async def same(self, wanted: Proposal) -> Subscription | None:
        """Return the subscription that posts this very feed in this channel already; None: there is none."""
        url = wanted.found.entries.url
        return await self._store.subscriptions.of_feed(wanted.guild_id, wanted.channel_id, url)

    async def check_limit(self, guild_id: GuildId) -> None:
        """See whether a server may have one more subscription.

        :raises LimitReached: it has as many as the settings allow.
        """
        if await self._store.subscriptions.count_of_guild(guild_id) >= self._most:
            raise LimitReached(
                f"This server has {self._most:,} blogs in its channels, which is as many as this bot allows for each "
                "server. Use `/blog remove` for one that nobody reads any more, or ask whoever runs the bot for more."
            )

    async def start(self, wanted: Proposal, *, folder: Sequence[str] = ()) -> StartedBlog:
        """Begin a subscription: what stands on the blog now is known and will not be posted.

        A proposal that was kept is forgotten in the same moment.

        :raises BridgeError: the blog cannot be read now, goes there already, or is one too many; or the proposal was
            cancelled meanwhile.
        """
        await self.check_limit(wanted.guild_id)
        blog = await self._updates.save(wanted.found)
        await self._baseline.take(blog, guild_id=wanted.guild_id)
        async with self._store.transaction():
            # Others may have been started since.
            await self.check_limit(wanted.guild_id)
            subscription = await self._store.subscriptions.add(
                guild_id=wanted.guild_id,
                channel_id=wanted.channel_id,
                blog_id=blog.id,
                placement=wanted.placement,
                comments=wanted.comments,
                started_at=self._clock.now(),
                added_by=wanted.user_id,
                folder=folder,
            )
            kept = await self._store.proposals.delete(wanted.id)
            if wanted.id and not kept:
                raise NotFound(_NO_PROPOSAL)
            await poll_feeds_by(self._store, blog.id, self._clock.now() + self._rest)
        if subscription is None:
            raise Refused(already_subscribed_text(wanted))
        await self._membership.pause_if_out(wanted.guild_id)
        self._wake_outbox()
        known = await self._store.entries.newest(blog.id, 100)
        connected = await self._store.connections.is_connected(wanted.guild_id, blog.id)
        return StartedBlog(subscription=subscription, blog=blog, known=len(known), connected=connected)


class BlogProposals:
    """Finds out what is at an address, and starts a subscription of it when an admin agrees."""

    def __init__(self, store: Store, discoverer: Discoverer, starter: SubscriptionStarter, clock: Clock) -> None:
        self._store = store
        self._discoverer = discoverer
        self._starter = starter
        self._clock = clock

    async def propose(
        self, url: str, channel: ChannelView, user_id: UserId, *, placement: Placement | None, comments: bool
    ) -> ProposedBlog:
        """Find out what is at an address and whether it can go to a channel; nothing starts yet.

        :raises BridgeError: why not.
        """
        placement = choose_placement(channel, placement)
        await self._starter.check_limit(channel.guild_id)
        discovered = await self._discoverer.discover(url, guild_id=channel.guild_id)
        proposal = Proposal(
            id=ProposalId(0),
            guild_id=channel.guild_id,
            channel_id=channel.id,
            user_id=user_id,
            placement=placement,
            comments=comments,
            found=discovered.found,
            candidates=discovered.candidates,
        )
        return await self._propose(proposal, discovered)

    async def propose_other(self, proposal_id: ProposalId, number: int, guild_id: GuildId) -> ProposedBlog:
        """Propose another of the feeds that were found, in place of the one proposed.

        :param number: which of the candidates.
        :raises BridgeError: the proposal is gone, or that feed cannot be had.
        """
        proposal = await self._proposal(proposal_id, guild_id)
        if number >= len(proposal.candidates):
            raise NotFound(_NO_PROPOSAL)
        discovered = await self._discoverer.discover(proposal.candidates[number].url, guild_id=guild_id)
        return await self._propose(replace(proposal, found=discovered.found), discovered)

    async def _propose(self, proposal: Proposal, discovered: Discovered) -> ProposedBlog:
        found = discovered.found
        if await self._starter.same(proposal) is not None:
            raise Refused(already_subscribed_text(proposal))
        async with self._store.transaction():
            await self._store.proposals.delete(proposal.id)
            proposal_id = await self._store.proposals.add(proposal, now=self._clock.now())
        connected_as = await self._connected_as(proposal)
        first = max(discovered.newest.entries, key=_when, default=None)
        return ProposedBlog(
            proposal=replace(proposal, id=proposal_id),
            newest=present_entry(first, home_url=found.home_url) if first else None,
            newest_link=masked(entry_title(first), first.link, limit=_TITLE) if first else "",
            systems=describe_comment_systems(found, discovered.systems, connected=connected_as is not None),
            push=discovered.push is not None,
            connected_as=connected_as,
        )

    async def _connected_as(self, proposal: Proposal) -> str | None:
        blog = await self._store.feeds.find_blog(proposal.found.entries.url)
        return await self._store.connections.username(proposal.guild_id, blog.id) if blog is not None else None

    async def _proposal(self, proposal_id: ProposalId, guild_id: GuildId) -> Proposal:
        proposal = await self._store.proposals.get(proposal_id)
        if proposal is None or proposal.guild_id != guild_id:
            raise NotFound(_NO_PROPOSAL)
        return proposal

    async def start(self, proposal_id: ProposalId, guild_id: GuildId) -> StartedBlog:
        """Begin a proposed subscription: what stands on the blog now is known and will not be posted.

        :raises BridgeError: the proposal is gone, the blog cannot be read now, or it is there already.
        """
        proposal = await self._proposal(proposal_id, guild_id)
        return await self._starter.start(proposal)

    async def cancel(self, proposal_id: ProposalId, guild_id: GuildId) -> None:
        """Forget a proposal of a guild.

        :raises NotFound: it is gone.
        """
        proposal = await self._proposal(proposal_id, guild_id)
        await self._store.proposals.delete(proposal.id)


def choose_placement(channel: ChannelView, placement: Placement | None) -> Placement:
    """Choose the placement that a channel can have.

    :raises Refused: it can have none, or we may not write there.
    """
    chosen = _placement(channel, placement)
    if channel.missing:
        raise Refused(
            f"I lack permissions in #{channel.name}: {', '.join(channel.missing)}. "
            "Please grant them in the channel's settings and try again."
        )
    if channel.forum is not None and not accepts_posts(channel.forum):
        raise Refused(
            f"#{channel.name} asks for a tag on every post and has none that I may use. "
            "Please make one that everybody may use, or ask for none, and try again."
        )
    return chosen


def already_subscribed_text(wanted: Proposal) -> str:
    """Say that a feed goes to a channel already."""
    return (
        f"{in_bold(wanted.found.title)} goes to <#{wanted.channel_id}> already. "
        "To have it stand there in another way, use `/blog remove` first; what was posted stays."
    )


def _placement(channel: ChannelView, placement: Placement | None) -> Placement:
    if channel.kind is ChannelKind.OTHER:
        raise Refused(f"#{channel.name} is neither a text channel nor a forum; please pick one of those.")
    if channel.kind is ChannelKind.FORUM:
        if placement not in (None, Placement.FORUM):
            raise Refused(f"#{channel.name} is a forum, where every post is a thread: use placement `forum`.")
        return Placement.FORUM
    if placement is Placement.FORUM:
        raise Refused(f"#{channel.name} is not a forum. Use placement `thread` or `channel`, or pick a forum.")
    return placement or Placement.THREAD


def _when(entry: ParsedEntry) -> datetime:
    return entry.published_at or _LONG_AGO
