"""The bridge over the real store, with a blog and a chat in memory and a clock that the test moves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.bridge.announce.notices import Notices
from bot.bridge.assembly import Bridge, Dependencies, assemble
from bot.bridge.ports import Discoverer, FeedSource
from bot.model.ids import ChannelId, GuildId, UserId
from bot.model.message import ChannelKind, ChannelView
from bot.model.subscription import SubscribedBlog
from bot.rules.poll_schedule import PollSchedule
from bot.storage.database import Store
from tests.fakes.blog import FakeBlog
from tests.fakes.chat import FakeChat
from tests.fakes.hub import FakeHub
from tests.fakes.meter import NoMeter
from tests.fakes.time import FairDice, SetClock

GUILD = GuildId(10)
CHANNEL = ChannelId(20)
USER = UserId(30)
DAY = timedelta(days=1)


@dataclass
class BridgeHarness:
    """The bridge between a blog and a chat in memory."""

    store: Store
    blog: FakeBlog
    chat: FakeChat
    hub: FakeHub
    clock: SetClock
    bridge: Bridge

    async def start(
        self,
        channel_id: ChannelId = CHANNEL,
        *,
        comments: bool = True,
        guild_id: GuildId = GUILD,
        url: str = "blog.example",
    ) -> SubscribedBlog:
        view = self.channel_view(channel_id, guild_id)
        proposed = await self.bridge.proposals.propose(url, view, USER, placement=None, comments=comments)
        started = await self.bridge.proposals.start(proposed.proposal_id, guild_id)
        (found,) = [
            each for each in await self.bridge.admin.blogs(guild_id) if each.subscription.id == started.subscription.id
        ]
        return found

    def channel_view(self, channel_id: ChannelId = CHANNEL, guild_id: GuildId = GUILD) -> ChannelView:
        """A text channel where the bot may do everything."""
        return ChannelView(id=channel_id, guild_id=guild_id, name="blog", kind=ChannelKind.TEXT)

    async def poll(self, after: timedelta = DAY) -> None:
        """Let time pass and poll everything that is due."""
        self.clock.move(after)
        await self.bridge.poller.tick()
        await self.bridge.poller.drain(5)

    async def ask_hubs(self, after: timedelta = timedelta(0)) -> None:
        """Let time pass and ask every hub that is due."""
        self.clock.move(after)
        await self.bridge.hub_subscriber.tick()
        await self.bridge.hub_subscriber.end_unwanted()
        await self.bridge.hub_subscriber.drain(5)

    async def take_in(self) -> None:
        """Let everything that hubs sent be taken in."""
        await self.bridge.websub_receiver.tasks.drain(5)

    async def deliver(self, after: timedelta = timedelta(0)) -> None:
        """Let time pass and deliver everything that is due."""
        self.clock.move(after)
        while await self.bridge.dispatcher._claim():
            await self.bridge.dispatcher.drain(5)

    @property
    def notices(self) -> Notices:
        return Notices(self.store, self.clock)

    @property
    def titles(self) -> list[str]:
        """What was said in channels and threads."""
        return [each.post.title or each.post.body for each in self.chat.said if each.ref.channel_id != USER]


def build_harness(
    store: Store,
    source: FeedSource | None = None,
    *,
    discoverer: Discoverer | None = None,
    public_url: str | None = None,
    most_subscriptions: int = 500,
) -> BridgeHarness:
    """Put the parts together.

    :param source: in place of the one blog, for tests of many feeds and of documents; so is ``discoverer``.
    """
    clock = SetClock(datetime(2026, 3, 10, tzinfo=UTC))
    blog = source if isinstance(source, FakeBlog) else FakeBlog()
    chat, hub = FakeChat(clock), FakeHub(clock)
    world = Dependencies(
        store=store,
        chat=chat,
        source=source or blog,
        discoverer=discoverer or blog,
        comment_systems=blog,
        hubs=hub,
        clock=clock,
        randomness=FairDice(),
        meter=NoMeter(),
    )
    pace = PollSchedule(shortest=timedelta(minutes=2), longest=timedelta(hours=6))
    bridge = assemble(world, pace=pace, public_url=public_url, most_subscriptions=most_subscriptions)
    hub.websub_receiver = bridge.websub_receiver
    return BridgeHarness(store, blog, chat, hub, clock, bridge)
