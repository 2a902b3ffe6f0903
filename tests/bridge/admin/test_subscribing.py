"""How many blogs one server may have, whichever way they are added."""

import pytest

from bot.model.errors import Refused
from bot.model.ids import ChannelId, GuildId
from bot.model.opml import FailureCause
from bot.storage.database import Database
from tests.bridge.harness import GUILD, USER, House, build_house

FULL = r"^This server has 2 blogs in its channels, which is as many as this bot allows"
OPML = b"<opml version='2.0'><body><outline type='rss' xmlUrl='https://blog.example/feed/'/></body></opml>"


@pytest.fixture
def house(store: Database) -> House:
    return build_house(store, most_subscriptions=2)


async def fill(house: House) -> None:
    for number in range(2):
        await house.start(ChannelId(100 + number))


async def test_one_too_many_is_refused_before_anything_is_asked(house: House) -> None:
    await fill(house)
    with pytest.raises(Refused, match=FULL):
        await house.bridge.admin.propose("nothing.example", house.channel_view(), USER, placement=None, comments=True)


async def test_what_was_proposed_while_there_was_room_is_refused_at_start(house: House) -> None:
    view = house.channel_view()
    proposed = await house.bridge.admin.propose("blog.example", view, USER, placement=None, comments=True)
    await fill(house)
    with pytest.raises(Refused, match=FULL):
        await house.bridge.admin.start(proposed.proposal_id, GUILD)
    assert len(await house.bridge.admin.blogs(GUILD)) == 2


async def test_a_list_tells_which_of_its_feeds_found_no_room(house: House) -> None:
    await fill(house)
    handed_in = await house.bridge.lists.hand_in(OPML, house.channel_view(), USER, placement=None)
    await house.bridge.lists.begin(handed_in.id, GUILD)
    await house.deliver()
    wanted = await house.store.imports.get(handed_in.id)
    assert wanted is not None
    assert [(each.reason or "").split(",")[0] for each in wanted.feeds] == ["This server has 2 blogs in its channels"]
    assert [each.cause for each in wanted.feeds] == [FailureCause.LIMIT]
    assert "SUBSCRIPTIONS_PER_SERVER" in house.chat.said[-1].post.body


async def test_another_server_has_room_of_its_own_and_removal_makes_room(house: House) -> None:
    await fill(house)
    await house.start(ChannelId(300), guild_id=GuildId(11))
    subscribed, _ = await house.bridge.admin.blogs(GUILD)
    await house.bridge.admin.remove(subscribed.subscription)
    await house.start(ChannelId(400))
    assert len(await house.bridge.admin.blogs(GUILD)) == 2
