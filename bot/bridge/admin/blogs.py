"""The use cases behind ``/blog``: propose, start, list, show, pause, resume, remove."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.bridge.admin.subscribing import (
    NO_PROPOSAL,
    StartedBlog,
    SubscriptionStarter,
    already_subscribed_text,
    choose_placement,
)
from bot.bridge.connections.disconnecting import Disconnector, end_subscription
from bot.bridge.connections.reviews import BlogReviewer
from bot.bridge.guild_membership import GuildMembership
from bot.bridge.outbox.parking import Parking
from bot.bridge.polling.baseline import Baseline
from bot.bridge.polling.wanted_feeds import poll_feeds_by
from bot.bridge.ports import Clock, Discoverer
from bot.model.connection import ConnectionTrouble
from bot.model.entry import ParsedEntry
from bot.model.errors import NotFound, Refused
from bot.model.feed import Discovered, Feed
from bot.model.ids import ChannelId, GuildId, ProposalId, SubscriptionId, UserId, read_id
from bot.model.message import ChannelView, ChatPost
from bot.model.notice import Notice
from bot.model.status import PendingReply
from bot.model.subscription import Placement, Proposal, SubscribedBlog, Subscription
from bot.model.websub import HubSubscription
from bot.rules.comment_systems import tell_systems
from bot.rules.links import masked
from bot.rules.messages.cards import entry_title, in_bold, present_entry
from bot.rules.messages.connections import DEAD_SHOWN_FOR
from bot.storage.database import Store

#: So many of the newest notices are shown.
_NOTICES = 3
_TITLE = 256
_NO_SUBSCRIPTION = (
    "This blog is not here any more, or not in that channel: it was removed. `/blog list` shows which there are."
)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedBlog:
    """What ``/blog add`` answers: what was found, and the newest entry as it would be posted."""

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
        """What Start and Cancel name."""
        return self.proposal.id


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogView:
    """Settings and health of one subscription."""

    subscribed: SubscribedBlog
    feeds: tuple[Feed, ...]
    #: what was told of it lately, newest first
    notices: tuple[Notice, ...] = ()
    #: how its feeds fare at their hubs
    registrations: tuple[HubSubscription, ...] = ()
    #: what is wrong with this server's connection
    trouble: ConnectionTrouble | None = None
    #: this server's replies that wait or were given up lately
    replies: tuple[PendingReply, ...] = ()


class BlogAdmin:
    """Sets blogs up for a guild. Every refusal is a sentence for the admin."""

    def __init__(
        self,
        store: Store,
        discoverer: Discoverer,
        baseline: Baseline,
        starter: SubscriptionStarter,
        disconnector: Disconnector,
        reviewer: BlogReviewer,
        parking: Parking,
        membership: GuildMembership,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._discoverer = discoverer
        self._baseline = baseline
        self._starter = starter
        self._disconnector = disconnector
        self._reviewer = reviewer
        self._parking = parking
        self._membership = membership
        self._clock = clock
        self._wake_outbox = wake_outbox

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
            raise NotFound(NO_PROPOSAL)
        discovered = await self._discoverer.discover(proposal.candidates[number].url, guild_id=guild_id)
        return await self._propose(replace(proposal, found=discovered.found), discovered)

    async def _propose(self, proposal: Proposal, discovered: Discovered) -> ProposedBlog:
        found = discovered.found
        if await self._starter.same(proposal) is not None:
            raise Refused(already_subscribed_text(proposal))
        async with self._store.transaction():
            await self._store.subscriptions.delete_proposal(proposal.id)
            proposal_id = await self._store.subscriptions.add_proposal(proposal, now=self._clock.now())
        connected_as = await self._connected_as(proposal)
        first = max(discovered.newest.entries, key=_when, default=None)
        return ProposedBlog(
            proposal=replace(proposal, id=proposal_id),
            newest=present_entry(first, home_url=found.home_url) if first else None,
            newest_link=masked(entry_title(first), first.link, limit=_TITLE) if first else "",
            systems=tell_systems(found, discovered.systems, connected=connected_as is not None),
            push=discovered.push is not None,
            connected_as=connected_as,
        )

    async def _connected_as(self, proposal: Proposal) -> str | None:
        blog = await self._store.feeds.find_blog(proposal.found.entries.url)
        return await self._store.connections.username(proposal.guild_id, blog.id) if blog is not None else None

    async def _proposal(self, proposal_id: ProposalId, guild_id: GuildId) -> Proposal:
        proposal = await self._store.subscriptions.get_proposal(proposal_id)
        if proposal is None or proposal.guild_id != guild_id:
            raise NotFound(NO_PROPOSAL)
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
        await self._store.subscriptions.delete_proposal(proposal.id)

    async def blogs(self, guild_id: GuildId) -> list[SubscribedBlog]:
        """A guild's subscriptions."""
        return await self._store.subscriptions.of_guild(guild_id)

    async def suggest(
        self, guild_id: GuildId, typed: str, *, within: Collection[ChannelId] | None = None
    ) -> list[SubscribedBlog]:
        """Subscriptions whose title or address contains what was typed, 25 at most.

        :param within: the channels that the person may see; None: all.
        """
        wanted = typed.strip().casefold()
        return [each for each in await self._seen(guild_id, within) if _matches(each, wanted)][:25]

    async def get(self, guild_id: GuildId, subscription_id: SubscriptionId) -> SubscribedBlog:
        """Return the subscription of this number, if it is this guild's.

        :raises NotFound: it is gone, or another guild's.
        """
        subscription = await self._store.subscriptions.get(subscription_id)
        blog = await self._store.feeds.get_blog(subscription.blog_id) if subscription is not None else None
        if subscription is None or blog is None or subscription.guild_id != guild_id:
            raise NotFound(_NO_SUBSCRIPTION)
        connected = await self._store.connections.is_connected(guild_id, blog.id)
        return SubscribedBlog(subscription=subscription, blog=blog, connected=connected)

    async def choose(
        self, guild_id: GuildId, text: str, *, within: Collection[ChannelId] | None = None
    ) -> SubscribedBlog:
        """Find the one subscription that an option names.

        A number is what a suggestion stands for, so it is that subscription or none; other text is a title, an
        address, or part of one.

        :param within: as for :meth:`suggest`.
        :raises NotFound: none or several fit.
        """
        wanted = text.strip().casefold()
        if wanted.isascii() and wanted.isdecimal():
            number = read_id(wanted)
            if number is None:
                raise NotFound(_NO_SUBSCRIPTION)
            named = await self.get(guild_id, SubscriptionId(number))
            if within is not None and named.subscription.channel_id not in within:
                raise NotFound(_NO_SUBSCRIPTION)
            return named
        blogs = await self._seen(guild_id, within)
        if not blogs:
            raise NotFound("No blog has been added here yet. An admin can add one with `/blog add`.")
        fitting = [each for each in blogs if wanted in (each.blog.title.casefold(), each.blog.home_url.casefold())]
        fitting = fitting or [each for each in blogs if wanted and _matches(each, wanted)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise NotFound(f"Several blogs fit {in_bold(text)}. Please pick one from the list while typing.")
        names = ", ".join(sorted({in_bold(each.blog.title) for each in blogs})[:10])
        raise NotFound(f"I know no blog called {in_bold(text)} here. I know: {names}.")

    async def find(
        self, guild_id: GuildId, text: str, *, within: Collection[ChannelId] | None = None
    ) -> SubscribedBlog | None:
        """As :meth:`choose`, for an option that may not be filled in yet."""
        try:
            return await self.choose(guild_id, text, within=within)
        except NotFound:
            return None

    async def look_again(self, subscribed: SubscribedBlog) -> SubscribedBlog:
        """Ask the blog anew what it offers beside its feed, before an admin is told of it."""
        blog = await self._reviewer.look_again(subscribed.blog)
        if blog == subscribed.blog:
            return subscribed
        return await self.get(subscribed.subscription.guild_id, subscribed.subscription.id)

    async def _seen(self, guild_id: GuildId, within: Collection[ChannelId] | None) -> list[SubscribedBlog]:
        blogs = await self.blogs(guild_id)
        return [each for each in blogs if within is None or each.subscription.channel_id in within]

    async def show(self, subscribed: SubscribedBlog) -> BlogView:
        """Settings and health."""
        feeds = await self._store.feeds.of_blog(subscribed.blog.id)
        undone = await self._store.notices.undone_in(subscribed.subscription.id)
        notices = [
            replace(each, undone_at=undone.get(each.id, each.undone_at))
            for each in await self._store.notices.of_blog(
                subscribed.blog.id, _NOTICES, guild_id=subscribed.subscription.guild_id
            )
        ]
        registrations = await self._store.hub_subscriptions.of_blog(subscribed.blog.id)
        guild_id, blog_id = subscribed.subscription.guild_id, subscribed.blog.id
        troubles = await self._store.connections.troubles(guild_id)
        replies = await self._store.outbox.replies(guild_id, dead_since=self._clock.now() - DEAD_SHOWN_FOR)
        return BlogView(
            subscribed=subscribed,
            feeds=tuple(feeds),
            notices=tuple(notices),
            registrations=tuple(registrations),
            trouble=next((each for each in troubles if each.blog_id == blog_id), None),
            replies=tuple(each for each in replies if each.blog_id == blog_id),
        )

    async def pause(self, subscription: Subscription) -> None:
        """Stop posting; what appears meanwhile is not posted later.

        :raises Refused: it is paused already.
        """
        if subscription.paused_at is not None:
            raise Refused("This blog is paused already. `/blog resume` goes on.")
        await self._store.subscriptions.pause(subscription.id, self._clock.now())

    async def resume(self, subscribed: SubscribedBlog) -> None:
        """Carry on from now; a parked subscription gets everything that waited for its channel.

        :raises TemporaryError: the blog cannot be read now.
        :raises Refused: nothing stopped it.
        :raises NotFound: it was removed meanwhile.
        """
        subscription = subscribed.subscription
        if subscription.active:
            raise Refused(f"{in_bold(subscribed.blog.title)} is neither paused nor parked.")
        if subscription.paused_at is not None:
            await self._baseline.take(subscribed.blog)
        now = self._clock.now()
        self._parking.add_change(subscription.guild_id)
        async with self._store.transaction():
            if not await self._store.subscriptions.resume(subscription.id, now):
                raise NotFound(_NO_SUBSCRIPTION)
            await self._parking.retry_channel(subscription.id, now)
            await poll_feeds_by(self._store, subscribed.blog.id, now)
        await self._membership.pause_if_out(subscription.guild_id)
        self._wake_outbox()

    async def set_locked(self, subscription: Subscription, *, to_channel: bool) -> None:
        """Choose whether the first comment for a locked thread is posted in the channel, or none is."""
        await self._store.subscriptions.set_locked_thread_fallback(subscription.id, to_channel=to_channel)

    async def remove(self, subscription: Subscription) -> None:
        """End a subscription, and with a guild's last one of a blog its alerts and its connection.

        What was posted stays where it is.
        """
        async with self._store.transaction():
            ended = await end_subscription(self._store, self._clock, subscription)
        await self._disconnector.revoke(ended)


def _matches(subscribed: SubscribedBlog, wanted: str) -> bool:
    return wanted in subscribed.blog.title.casefold() or wanted in subscribed.blog.home_url.casefold()


def _when(entry: ParsedEntry) -> datetime:
    return entry.published_at or _LONG_AGO
