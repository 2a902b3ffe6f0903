"""The start of a subscription, whoever asks for it: what may go where, the silent first look, and the row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.bridge.connections.blog_updates import BlogUpdates
from bot.bridge.guild_membership import GuildMembership
from bot.bridge.polling.baseline import Baseline
from bot.bridge.polling.wanted_feeds import poll_feeds_by
from bot.bridge.ports import Clock
from bot.model.errors import LimitReached, NotFound, Refused
from bot.model.feed import Blog
from bot.model.ids import GuildId
from bot.model.message import ChannelKind, ChannelView
from bot.model.subscription import Placement, Proposal, Subscription
from bot.rules.forum_tags import accepts_posts
from bot.rules.messages.cards import in_bold
from bot.storage.database import Store

NO_PROPOSAL = "This was already started or cancelled. Use `/blog add` to begin again."


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

    :param rest: from the first look to the first poll: nobody is asked twice in a row.
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
        """The subscription that has this feed go to this channel already; another feed of the same blog is none."""
        url = wanted.found.entries.url
        return await self._store.subscriptions.of_feed(wanted.guild_id, wanted.channel_id, url)

    async def check_limit(self, guild_id: GuildId) -> None:
        """See whether a server may have one more subscription.

        :raises Refused: it has as many as whoever runs the bot allows.
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
            kept = await self._store.subscriptions.delete_proposal(wanted.id)
            if wanted.id and not kept:
                raise NotFound(NO_PROPOSAL)
            await poll_feeds_by(self._store, blog.id, self._clock.now() + self._rest)
        if subscription is None:
            raise Refused(already_subscribed_text(wanted))
        await self._membership.pause_if_out(wanted.guild_id)
        self._wake_outbox()
        known = await self._store.items.newest_entries(blog.id, 100)
        connected = await self._store.connections.is_connected(wanted.guild_id, blog.id)
        return StartedBlog(subscription=subscription, blog=blog, known=len(known), connected=connected)


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
