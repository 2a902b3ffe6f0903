"""How many blogs one server may have, whichever way they are added."""

import pytest

from bot.model.errors import Refused
from bot.model.ids import ChannelId, GuildId
from bot.model.opml import FailureCause
from bot.storage.database import Store
from tests.bridge.harness import GUILD, USER, BridgeHarness, build_harness

FULL = r"^This server has 2 blogs in its channels, which is as many as this bot allows"
OPML = b"<opml version='2.0'><body><outline type='rss' xmlUrl='https://blog.example/feed/'/></body></opml>"


@pytest.fixture
def harness(store: Store) -> BridgeHarness:
    return build_harness(store, most_subscriptions=2)


async def fill(harness: BridgeHarness) -> None:
    for number in range(2):
        await harness.start(ChannelId(100 + number))


async def test_one_too_many_is_refused_before_anything_is_asked(harness: BridgeHarness) -> None:
    await fill(harness)
    with pytest.raises(Refused, match=FULL):
        await harness.bridge.proposals.propose(
            "nothing.example", harness.channel_view(), USER, placement=None, comments=True
        )


async def test_what_was_proposed_while_there_was_room_is_refused_at_start(harness: BridgeHarness) -> None:
    view = harness.channel_view()
    proposed = await harness.bridge.proposals.propose("blog.example", view, USER, placement=None, comments=True)
    await fill(harness)
    with pytest.raises(Refused, match=FULL):
        await harness.bridge.proposals.start(proposed.proposal_id, GUILD)
    assert len(await harness.bridge.admin.blogs(GUILD)) == 2


async def test_a_list_tells_which_of_its_feeds_found_no_room(harness: BridgeHarness) -> None:
    await fill(harness)
    handed_in = await harness.bridge.opml.hand_in(OPML, harness.channel_view(), USER, placement=None)
    await harness.bridge.opml.begin(handed_in.id, GUILD)
    await harness.deliver()
    wanted = await harness.store.imports.get(handed_in.id)
    assert wanted is not None
    assert [(each.reason or "").split(",")[0] for each in wanted.feeds] == ["This server has 2 blogs in its channels"]
    assert [each.cause for each in wanted.feeds] == [FailureCause.LIMIT]
    assert "SUBSCRIPTIONS_PER_SERVER" in harness.chat.said[-1].post.body


async def test_another_server_has_room_of_its_own_and_removal_makes_room(harness: BridgeHarness) -> None:
    await fill(harness)
    await harness.start(ChannelId(300), guild_id=GuildId(11))
    subscribed, _ = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.admin.remove(subscribed.subscription)
    await harness.start(ChannelId(400))
    assert len(await harness.bridge.admin.blogs(GUILD)) == 2
