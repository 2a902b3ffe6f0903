"""Comments read with a connected account: for its own server's sake, beside the feed, and told to no other server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.cogs._blog_cards import blog_card
from bot.model.errors import EndpointRefused
from bot.model.feed import Discovered, Failed, Fault, Feed, FeedFormat, FeedKind, FetchOutcome, FoundFeed
from bot.model.ids import ChannelId, GuildId
from bot.model.reply import Credential, Secret
from bot.model.subscription import SubscribedBlog
from bot.storage.database import Database
from tests.bridge.harness import CHANNEL, GUILD, USER, House, build_house
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
            return Failed(text="For members (401).", fault=Fault.LOGIN, status=401)
        if feed.url == SITE_FEED.url and self.feed_gone:
            return Failed(text="Gone (404).", fault=Fault.MISSING, status=404)
        return await super().fetch(feed, conditional=conditional)


@pytest.fixture
def site() -> MembersOnly:
    return MembersOnly()


@pytest.fixture
async def house(store: Database, site: MembersOnly) -> House:
    return build_house(store, site, discoverer=site)


async def connect(house: House, subscribed: SubscribedBlog) -> None:
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await house.bridge.connector.connect(subscribed.blog, subscribed.subscription.guild_id, USER, credential)


async def kinds(house: House, subscribed: SubscribedBlog) -> list[FeedKind]:
    feeds = await house.store.feeds.of_blog(subscribed.blog.id)
    return [feed.kind for feed in feeds if feed.kind is not FeedKind.ENTRIES]


async def told(house: House) -> list[str]:
    await house.deliver()
    return [each.post.body for each in house.chat.said if each.post.body.startswith("Remark")]


async def test_the_list_is_read_as_long_as_some_server_is_connected(house: House) -> None:
    here, there = await house.start(), await house.start(OTHERS_CHANNEL, guild_id=OTHER)
    assert await kinds(house, here) == [FeedKind.COMMENTS]
    for each in (here, there):
        await connect(house, each)
        assert await kinds(house, here) == [FeedKind.COMMENTS, FeedKind.ACCOUNT_COMMENTS]
    await house.bridge.disconnector.disconnect(here.blog, GUILD)
    assert await kinds(house, here) == [FeedKind.COMMENTS, FeedKind.ACCOUNT_COMMENTS]
    await house.bridge.admin.remove(there.subscription)
    assert await kinds(house, here) == [FeedKind.COMMENTS]


async def pause(house: House, here: SubscribedBlog) -> None:
    await house.bridge.admin.pause(here.subscription)


async def leave(house: House, here: SubscribedBlog) -> None:
    await house.bridge.presence.leave(GUILD)


async def be_refused(house: House, here: SubscribedBlog) -> None:
    await house.store.endpoints.note_trouble(GUILD, here.blog.id, "Revoked.", house.clock.now())


async def move_api(house: House, here: SubscribedBlog) -> None:
    await house.store.feeds.update_blog(replace(here.blog, api_root=f"{HOME}other/wp-json/"))


@pytest.mark.parametrize("change", [pause, leave, be_refused, move_api])
async def test_an_account_serves_only_while_its_own_server_wants_it(
    house: House, site: MembersOnly, change: Callable[[House, SubscribedBlog], Awaitable[None]]
) -> None:
    here = await house.start()
    await house.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(house, here)
    await house.poll()
    assert set(site.listed_for) == {GUILD}
    site.listed_for.clear()
    await change(house, here)
    for _ in range(3):
        await house.poll()
    assert site.listed_for == []


async def test_where_comments_are_off_the_account_reads_for_nobody_else(house: House, site: MembersOnly) -> None:
    here = await house.start(comments=False)
    await house.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(house, here)
    await house.poll()
    assert site.listed_for == []


async def test_the_list_goes_on_where_the_feed_stops_and_nothing_is_doubled(house: House, site: MembersOnly) -> None:
    entry = house.blog.write("Old")
    house.blog.remark(entry, "Bob", "Remark of old")
    here = await house.start()
    house.blog.remark(entry, "Ann", "Remark 1")
    await house.poll()
    site.feed_gone = True
    house.blog.remark(entry, "Ann", "Remark 2")
    await connect(house, here)
    await house.poll()
    house.blog.remark(entry, "Ann", "Remark 3")
    await house.poll()
    site.feed_gone = False
    house.blog.remark(entry, "Ann", "Remark 4")
    await house.poll()
    await house.bridge.disconnector.disconnect(here.blog, GUILD)
    house.blog.remark(entry, "Ann", "Remark 5")
    await house.poll()
    assert await told(house) == [f"Remark {number}" for number in range(1, 6)]


@pytest.mark.parametrize("has_feed", [True, False])
async def test_an_interface_that_is_shut_is_read_on_with_the_account(
    house: House, site: MembersOnly, has_feed: bool
) -> None:
    site.is_open, site.has_feed = True, has_feed
    entry = house.blog.write("Old")
    house.blog.remark(entry, "Bob", "Remark of old")
    here = await house.start()
    await connect(house, here)
    assert await kinds(house, here) == [FeedKind.COMMENTS], "strangers are shown the list"
    house.blog.remark(entry, "Ann", "Remark 1")
    await house.poll()
    site.is_open = False
    house.blog.remark(entry, "Ann", "Remark 2")
    await house.poll()
    await house.deliver()
    assert FeedKind.ACCOUNT_COMMENTS in await kinds(house, here)
    await house.poll(after=timedelta(minutes=1))
    site.is_open = True
    house.blog.remark(entry, "Ann", "Remark 3")
    await house.poll(after=timedelta(minutes=20))
    await house.deliver()
    await house.poll()
    await house.bridge.reviewer.tick()
    await house.deliver()
    assert await kinds(house, here) == [FeedKind.COMMENTS]
    assert await told(house) == ["Remark 1", "Remark 2", "Remark 3"]


async def test_a_list_that_is_refused_is_no_matter_of_the_blog(house: House, site: MembersOnly) -> None:
    here, there = await house.start(), await house.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(house, here)
    site.unlisted = EndpointRefused("The blog does not accept the bot's password any more.")
    for _ in range(40):
        await house.poll()
    await house.deliver()
    assert (await house.bridge.admin.show(there)).notices == ()
    for guild in (GUILD, OTHER):
        assert await house.store.feeds.failing(guild) == []
    entry = house.blog.write("News")
    house.blog.remark(entry, "Ann", "Remark 1")
    await house.poll()
    assert await told(house) == ["Remark 1", "Remark 1"]


async def test_another_servers_account_keeps_nobody_from_resuming(house: House, site: MembersOnly) -> None:
    here, there = await house.start(), await house.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(house, here)
    entry = house.blog.write("News")
    await house.poll()
    await house.bridge.admin.pause(there.subscription)
    house.blog.remark(entry, "Ann", "Remark while paused")
    site.unlisted = EndpointRefused("Revoked.")
    [there] = await house.bridge.admin.blogs(OTHER)
    await house.bridge.admin.resume(there)
    site.unlisted = None
    await house.poll()
    assert await told(house) == ["Remark while paused"], "for the server that was not paused"


async def test_the_next_account_is_tried_where_one_is_refused(house: House, site: MembersOnly) -> None:
    here, there = await house.start(), await house.start(OTHERS_CHANNEL, guild_id=OTHER)
    for each in (here, there):
        await connect(house, each)
    site.unlisted = EndpointRefused("Revoked.")
    await house.poll()
    assert site.listed_for == [GUILD, OTHER]


async def test_that_a_server_is_connected_is_not_shown_to_others(house: House) -> None:
    here, there = await house.start(CHANNEL), await house.start(OTHERS_CHANNEL, guild_id=OTHER)
    await connect(house, here)
    [here], [there] = await house.bridge.admin.blogs(GUILD), await house.bridge.admin.blogs(OTHER)
    shown = [blog_card(await house.bridge.admin.show(each)).to_dict() for each in (here, there)]
    assert ["connected account" in str(card) for card in shown] == [True, False]
