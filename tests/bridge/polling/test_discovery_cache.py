"""Adding a blog asks for its feed once (case 10 of feeds in the wild)."""

from datetime import timedelta

import pytest

from bot.model.feed import Feed, FeedKind, FetchOutcome
from bot.model.ids import ChannelId, ProposalId
from bot.model.message import ChannelKind, ChannelView
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness
from tests.storage.given import make_due

MINUTE = timedelta(minutes=1)


@pytest.fixture
def asked(harness: BridgeHarness) -> list[FeedKind]:
    """Of which feeds the blog is asked, beside what discovery asks."""
    kinds: list[FeedKind] = []
    fetch = harness.blog.fetch

    async def counting(feed: Feed, *, conditional: bool) -> FetchOutcome:
        kinds.append(feed.kind)
        return await fetch(feed, conditional=conditional)

    harness.blog.fetch = counting
    return kinds


async def propose(harness: BridgeHarness, channel_id: ChannelId = CHANNEL) -> ProposalId:
    view = ChannelView(id=channel_id, guild_id=GUILD, name="blog", kind=ChannelKind.TEXT)
    proposed = await harness.bridge.proposals.propose("blog.example", view, USER, placement=None, comments=True)
    return proposed.proposal.id


async def test_case_10_the_feed_of_entries_is_not_asked_for_again(
    harness: BridgeHarness, asked: list[FeedKind]
) -> None:
    harness.blog.write("Known")
    proposal_id = await propose(harness)
    harness.clock.move(9 * MINUTE)
    started = await harness.bridge.proposals.start(proposal_id, GUILD)
    assert asked == [FeedKind.COMMENTS]
    assert started.known == 1
    await harness.deliver()
    assert harness.titles == []


async def test_case_10_what_is_written_after_the_preview_is_news(harness: BridgeHarness) -> None:
    proposal_id = await propose(harness)
    harness.blog.write("Meanwhile")
    await harness.bridge.proposals.start(proposal_id, GUILD)
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Meanwhile"]


async def test_case_10_what_was_read_long_ago_is_read_again(harness: BridgeHarness, asked: list[FeedKind]) -> None:
    proposal_id = await propose(harness)
    harness.clock.move(11 * MINUTE)
    harness.blog.write("Old by now")
    await harness.bridge.proposals.start(proposal_id, GUILD)
    assert asked == [FeedKind.ENTRIES, FeedKind.COMMENTS]
    await harness.poll()
    await harness.deliver()
    assert harness.titles == []


async def test_case_10_what_a_poll_knows_better_is_read_again(harness: BridgeHarness, asked: list[FeedKind]) -> None:
    await harness.start()
    harness.blog.write("First words")
    proposal_id = await propose(harness, ChannelId(21))
    harness.blog.edit(0, html="<p>Last words.</p>")
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    await make_due(harness.store, subscribed.blog.id, harness.clock.now())
    await harness.poll(MINUTE)
    asked.clear()
    await harness.bridge.proposals.start(proposal_id, GUILD)
    assert asked == [FeedKind.ENTRIES, FeedKind.COMMENTS]


async def test_a_second_start_reads_for_itself(harness: BridgeHarness, asked: list[FeedKind]) -> None:
    await harness.start()
    asked.clear()
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    assert asked == [FeedKind.ENTRIES, FeedKind.COMMENTS]
