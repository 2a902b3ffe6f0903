"""The subscriptions of a guild: find, list, show, pause, resume, remove."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from bot.bridge.connections.disconnecting import Disconnector, end_subscription
from bot.bridge.connections.reviews import BlogReviewer
from bot.bridge.guild_membership import GuildMembership
from bot.bridge.outbox.parking import Parking
from bot.bridge.polling.baseline import Baseline
from bot.bridge.polling.wanted_feeds import poll_feeds_by
from bot.bridge.ports import Clock
from bot.model.connection import ConnectionTrouble
from bot.model.errors import NotFound, Refused
from bot.model.feed import Feed
from bot.model.ids import ChannelId, GuildId, SubscriptionId, read_id
from bot.model.notice import Notice
from bot.model.status import PendingReply
from bot.model.subscription import SubscribedBlog, Subscription
from bot.model.websub import HubSubscription
from bot.rules.messages.cards import in_bold
from bot.rules.messages.connections import DEAD_SHOWN_FOR
from bot.storage.database import Store

#: So many of the newest notices are shown.
_NOTICES = 3
_NO_SUBSCRIPTION = (
    "This blog is not here any more, or not in that channel: it was removed. `/blog list` shows which there are."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogView:
    """Settings and health of one subscription."""

    subscribed: SubscribedBlog
    feeds: tuple[Feed, ...]
    #: recent notices about it, newest first
    notices: tuple[Notice, ...] = ()
    #: how its feeds fare at their hubs
    hub_subscriptions: tuple[HubSubscription, ...] = ()
    #: what is wrong with this server's connection
    trouble: ConnectionTrouble | None = None
    #: this server's replies that wait or were given up lately
    replies: tuple[PendingReply, ...] = ()


class BlogAdmin:
    """Shows and changes the subscriptions of a guild. Every refusal is a sentence for the admin."""

    def __init__(
        self,
        store: Store,
        baseline: Baseline,
        disconnector: Disconnector,
        reviewer: BlogReviewer,
        parking: Parking,
        membership: GuildMembership,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._baseline = baseline
        self._disconnector = disconnector
        self._reviewer = reviewer
        self._parking = parking
        self._membership = membership
        self._clock = clock
        self._wake_outbox = wake_outbox

    async def blogs(self, guild_id: GuildId) -> list[SubscribedBlog]:
        """Return a guild's subscriptions."""
        return await self._store.subscriptions.of_guild(guild_id)

    async def suggest(
        self, guild_id: GuildId, typed: str, *, within: Collection[ChannelId] | None = None
    ) -> list[SubscribedBlog]:
        """Return subscriptions whose title or address contains the typed text, 25 at most.

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
        """Run discovery again before an admin is shown the blog."""
        blog = await self._reviewer.review_now(subscribed.blog)
        if blog == subscribed.blog:
            return subscribed
        return await self.get(subscribed.subscription.guild_id, subscribed.subscription.id)

    async def _seen(self, guild_id: GuildId, within: Collection[ChannelId] | None) -> list[SubscribedBlog]:
        blogs = await self.blogs(guild_id)
        return [each for each in blogs if within is None or each.subscription.channel_id in within]

    async def show(self, subscribed: SubscribedBlog) -> BlogView:
        """Return a subscription's settings and health."""
        feeds = await self._store.feeds.of_blog(subscribed.blog.id)
        undone = await self._store.notices.undone_in(subscribed.subscription.id)
        notices = [
            replace(each, undone_at=undone.get(each.id, each.undone_at))
            for each in await self._store.notices.of_blog(
                subscribed.blog.id, _NOTICES, guild_id=subscribed.subscription.guild_id
            )
        ]
        hub_subscriptions = await self._store.hub_subscriptions.of_blog(subscribed.blog.id)
        guild_id, blog_id = subscribed.subscription.guild_id, subscribed.blog.id
        troubles = await self._store.connections.troubles(guild_id)
        replies = await self._store.outbox.replies(guild_id, dead_since=self._clock.now() - DEAD_SHOWN_FOR)
        return BlogView(
            subscribed=subscribed,
            feeds=tuple(feeds),
            notices=tuple(notices),
            hub_subscriptions=tuple(hub_subscriptions),
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
