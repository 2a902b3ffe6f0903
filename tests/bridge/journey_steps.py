"""Steps and observations that many tests of the journeys share."""

from bot.model.ids import ChannelId
from bot.model.notice import NoticeKind
from tests.bridge.harness import GUILD, USER, BridgeHarness


async def notices(harness: BridgeHarness) -> list[NoticeKind]:
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    return [each.kind for each in (await harness.bridge.admin.show(subscribed)).notices]


async def announced(harness: BridgeHarness) -> list[str]:
    """Return what was posted in channels, without direct messages."""
    await harness.deliver()
    return [each.post.title or each.post.body for each in harness.chat.said if each.ref.channel_id != ChannelId(USER)]


async def write_many(harness: BridgeHarness, count: int, name: str = "Old") -> None:
    for number in range(count):
        harness.blog.write(f"{name} {number}")
