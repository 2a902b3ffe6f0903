"""Adding a blog asks for its feed once (case 10 of feeds in the wild)."""

from datetime import timedelta

import pytest

from bot.model.feed import Feed, FeedKind, FetchOutcome
from bot.model.ids import ChannelId, ProposalId
from bot.model.message import ChannelKind, ChannelView
from tests.bridge.harness import CHANNEL, GUILD, USER, House
from tests.storage.given import make_due

MINUTE = timedelta(minutes=1)


@pytest.fixture
def asked(house: House) -> list[FeedKind]:
    """Of which feeds the blog is asked, beside what discovery asks."""
    kinds: list[FeedKind] = []
    fetch = house.blog.fetch

    async def counting(feed: Feed, *, conditional: bool) -> FetchOutcome:
        kinds.append(feed.kind)
        return await fetch(feed, conditional=conditional)

    house.blog.fetch = counting
    return kinds


async def propose(house: House, channel_id: ChannelId = CHANNEL) -> ProposalId:
    view = ChannelView(id=channel_id, guild_id=GUILD, name="blog", kind=ChannelKind.TEXT)
    proposed = await house.bridge.admin.propose("blog.example", view, USER, placement=None, comments=True)
    return proposed.proposal.id


async def test_case_10_the_feed_of_entries_is_not_asked_for_again(house: House, asked: list[FeedKind]) -> None:
    house.blog.write("Known")
    proposal_id = await propose(house)
    house.clock.move(9 * MINUTE)
    started = await house.bridge.admin.start(proposal_id, GUILD)
    assert asked == [FeedKind.COMMENTS]
    assert started.known == 1
    await house.deliver()
    assert house.titles == []


async def test_case_10_what_is_written_after_the_preview_is_news(house: House) -> None:
    proposal_id = await propose(house)
    house.blog.write("Meanwhile")
    await house.bridge.admin.start(proposal_id, GUILD)
    await house.poll()
    await house.deliver()
    assert house.titles == ["Meanwhile"]


async def test_case_10_what_was_read_long_ago_is_read_again(house: House, asked: list[FeedKind]) -> None:
    proposal_id = await propose(house)
    house.clock.move(11 * MINUTE)
    house.blog.write("Old by now")
    await house.bridge.admin.start(proposal_id, GUILD)
    assert asked == [FeedKind.ENTRIES, FeedKind.COMMENTS]
    await house.poll()
    await house.deliver()
    assert house.titles == []


async def test_case_10_what_a_poll_knows_better_is_read_again(house: House, asked: list[FeedKind]) -> None:
    await house.start()
    house.blog.write("First words")
    proposal_id = await propose(house, ChannelId(21))
    house.blog.edit(0, html="<p>Last words.</p>")
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    await make_due(house.store, subscribed.blog.id, house.clock.now())
    await house.poll(MINUTE)
    asked.clear()
    await house.bridge.admin.start(proposal_id, GUILD)
    assert asked == [FeedKind.ENTRIES, FeedKind.COMMENTS]


async def test_a_second_start_reads_for_itself(house: House, asked: list[FeedKind]) -> None:
    await house.start()
    asked.clear()
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    await house.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    assert asked == [FeedKind.ENTRIES, FeedKind.COMMENTS]
