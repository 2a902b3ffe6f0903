"""Comments read with a connected account: for its own server's sake, beside the feed, and told to no other server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.cogs._blog_cards import blog_card
from bot.model.connection import Credential, Secret
from bot.model.errors import ConnectionRefused
from bot.model.feed import Discovered, Failed, FailureReason, Feed, FeedFormat, FeedKind, FetchOutcome, FoundFeed
from bot.model.ids import ChannelId, GuildId
from bot.model.subscription import SubscribedBlog
from bot.storage.database import Store
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness, build_harness
from tests.fakes.blog import HOME, PASSWORD, FakeBlog

OTHER, OTHERS_CHANNEL = GuildId(11), ChannelId(21)
LIST = FoundFeed(
    url=f"{HOME}wp-json/wp/v2/comments?order=desc", kind=FeedKind.COMMENTS, format=FeedFormat.WORDPRESS_REST
)
SITE_FEED = FoundFeed(url=f"{HOME}comments/feed/", kind=FeedKind.COMMENTS)


@dataclass
class MembersOnly(FakeBlog):
    """A blog whose interface refuses strangers; its feed of comments may be gone, or never have been."""

    is_open: bool = False
    feed_gone: bool = False
    has_feed: bool = True

    async def discover(self, url: str, *, guild_id: GuildId | None = None) -> Discovered:
        discovered = await super().discover(url, guild_id=guild_id)
        closed = SITE_FEED if self.has_feed else None
        found = replace(discovered.found, comments=LIST if self.is_open else closed, api_closed=not self.is_open)
        return replace(discovered, found=found)

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        if feed.format is FeedFormat.WORDPRESS_REST and not self.is_open:
            return Failed(text="For members (401).", reason=FailureReason.LOGIN, status=401)
        if feed.url == SITE_FEED.url and self.feed_gone:
            return Failed(text="Gone (404).", reason=FailureReason.MISSING, status=404)
        return await super().fetch(feed, conditional=conditional)


@pytest.fixture
def site() -> MembersOnly:
    return MembersOnly()


@pytest.fixture
async def harness(store: Store, site: MembersOnly) -> BridgeHarness:
    return build_harness(store, site, discoverer=site)


async def connect(harness: BridgeHarness, subscribed: SubscribedBlog) -> None:
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await harness.bridge.connector.connect(subscribed.blog, subscribed.subscription.guild_id, USER, credential)


async def kinds(harness: BridgeHarness, subscribed: SubscribedBlog) -> list[FeedKind]:
    feeds = await harness.store.feeds.of_blog(subscribed.blog.id)
    return [feed.kind for feed in feeds if feed.kind is not FeedKind.ENTRIES]


async def told(harness: BridgeHarness) -> list[str]:
    await harness.deliver()
    return [each.post.body for each in harness.chat.said if each.post.body.startswith("Remark")]


async def test_the_list_is_read_as_long_as_some_server_is_connected(harness: BridgeHarness) -> None:
    here, there = await harness.start(), await harness.start(OTHERS_CHANNEL, guild_id=OTHER)
    assert await kinds(harness, here) == [FeedKind.COMMENTS]
    for each in (here, there):
        await connect(harness, each)
        assert await kinds(harness, here) == [FeedKind.COMMENTS, FeedKind.ACCOUNT_COMMENTS]
    await harness.bridge.disconnector.disconnect(here.blog, GUILD)
    assert await kinds(harness, here) == [FeedKind.COMMENTS, FeedKind.ACCOUNT_COMMENTS]
    await harness.bridge.admin.remove(there.subscription)
    assert await kinds(harness, here) == [FeedKind.COMMENTS]


async def pause(harness: BridgeHarness, here: SubscribedBlog) -> None:
    await harness.bridge.admin.pause(here.subscription)


async def leave(harness: BridgeHarness, here: SubscribedBlog) -> None:
    await harness.bridge.guilds.leave(GUILD)


async def be_refused(harness: BridgeHarness, here: SubscribedBlog) -> None:
    await harness.store.connections.save_trouble(GUILD, here.blog.id, "Revoked.", harness.clock.now())


async def move_api(harness: BridgeHarness, here: SubscribedBlog) -> None:
    await harness.store.feeds.update_blog(replace(here.blog, api_root=f"{HOME}other/wp-json/"))


@pytest.mark.parametrize("change", [pause, leave, be_refused, move_api])
async def test_an_account_serves_only_while_its_own_server_wants_it(
    harness: BridgeHarness, site: MembersOnly, change: Callable[[BridgeHarness, SubscribedBlog], Awaitable[None]]
) -> None:
    here = await harness.start()
    await harness.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(harness, here)
    await harness.poll()
    assert set(site.listed_for) == {GUILD}
    site.listed_for.clear()
    await change(harness, here)
    for _ in range(3):
        await harness.poll()
    assert site.listed_for == []


async def test_where_comments_are_off_the_account_reads_for_nobody_else(
    harness: BridgeHarness, site: MembersOnly
) -> None:
    here = await harness.start(comments=False)
    await harness.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(harness, here)
    await harness.poll()
    assert site.listed_for == []


async def test_the_list_goes_on_where_the_feed_stops_and_nothing_is_doubled(
    harness: BridgeHarness, site: MembersOnly
) -> None:
    entry = harness.blog.write("Old")
    harness.blog.remark(entry, "Bob", "Remark of old")
    here = await harness.start()
    harness.blog.remark(entry, "Ann", "Remark 1")
    await harness.poll()
    site.feed_gone = True
    harness.blog.remark(entry, "Ann", "Remark 2")
    await connect(harness, here)
    await harness.poll()
    harness.blog.remark(entry, "Ann", "Remark 3")
    await harness.poll()
    site.feed_gone = False
    harness.blog.remark(entry, "Ann", "Remark 4")
    await harness.poll()
    await harness.bridge.disconnector.disconnect(here.blog, GUILD)
    harness.blog.remark(entry, "Ann", "Remark 5")
    await harness.poll()
    assert await told(harness) == [f"Remark {number}" for number in range(1, 6)]


@pytest.mark.parametrize("has_feed", [True, False])
async def test_an_interface_that_is_shut_is_read_on_with_the_account(
    harness: BridgeHarness, site: MembersOnly, has_feed: bool
) -> None:
    site.is_open, site.has_feed = True, has_feed
    entry = harness.blog.write("Old")
    harness.blog.remark(entry, "Bob", "Remark of old")
    here = await harness.start()
    await connect(harness, here)
    assert await kinds(harness, here) == [FeedKind.COMMENTS], "strangers are shown the list"
    harness.blog.remark(entry, "Ann", "Remark 1")
    await harness.poll()
    site.is_open = False
    harness.blog.remark(entry, "Ann", "Remark 2")
    await harness.poll()
    await harness.deliver()
    assert FeedKind.ACCOUNT_COMMENTS in await kinds(harness, here)
    await harness.poll(after=timedelta(minutes=1))
    site.is_open = True
    harness.blog.remark(entry, "Ann", "Remark 3")
    await harness.poll(after=timedelta(minutes=20))
    await harness.deliver()
    await harness.poll()
    await harness.bridge.reviewer.tick()
    await harness.deliver()
    assert await kinds(harness, here) == [FeedKind.COMMENTS]
    assert await told(harness) == ["Remark 1", "Remark 2", "Remark 3"]


async def test_a_list_that_is_refused_is_no_matter_of_the_blog(harness: BridgeHarness, site: MembersOnly) -> None:
    here, there = await harness.start(), await harness.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(harness, here)
    site.unlisted = ConnectionRefused("The blog does not accept the bot's password any more.")
    for _ in range(40):
        await harness.poll()
    await harness.deliver()
    assert (await harness.bridge.admin.show(there)).notices == ()
    for guild in (GUILD, OTHER):
        assert await harness.store.feeds.failing(guild) == []
    entry = harness.blog.write("News")
    harness.blog.remark(entry, "Ann", "Remark 1")
    await harness.poll()
    assert await told(harness) == ["Remark 1", "Remark 1"]


async def test_another_servers_account_keeps_nobody_from_resuming(harness: BridgeHarness, site: MembersOnly) -> None:
    here, there = await harness.start(), await harness.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(harness, here)
    entry = harness.blog.write("News")
    await harness.poll()
    await harness.bridge.admin.pause(there.subscription)
    harness.blog.remark(entry, "Ann", "Remark while paused")
    site.unlisted = ConnectionRefused("Revoked.")
    [there] = await harness.bridge.admin.blogs(OTHER)
    await harness.bridge.admin.resume(there)
    site.unlisted = None
    await harness.poll()
    assert await told(harness) == ["Remark while paused"], "for the server that was not paused"


async def test_the_next_account_is_tried_where_one_is_refused(harness: BridgeHarness, site: MembersOnly) -> None:
    here, there = await harness.start(), await harness.start(OTHERS_CHANNEL, guild_id=OTHER)
    for each in (here, there):
        await connect(harness, each)
    site.unlisted = ConnectionRefused("Revoked.")
    await harness.poll()
    assert site.listed_for == [GUILD, OTHER]


async def test_that_a_server_is_connected_is_not_shown_to_others(harness: BridgeHarness) -> None:
    here, there = await harness.start(CHANNEL), await harness.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(harness, here)
    [here], [there] = await harness.bridge.admin.blogs(GUILD), await harness.bridge.admin.blogs(OTHER)
    shown = [blog_card(await harness.bridge.admin.show(each)).to_dict() for each in (here, there)]
    assert ["connected account" in str(card) for card in shown] == [True, False]
