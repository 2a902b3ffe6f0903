"""What tests of the journeys do and look at again and again."""

from bot.model.ids import ChannelId
from bot.model.notice import NoticeKind
from tests.bridge.harness import GUILD, USER, House


async def notices(house: House) -> list[NoticeKind]:
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    return [each.kind for each in (await house.bridge.admin.show(subscribed)).notices]


async def announced(house: House) -> list[str]:
    """What stands in channels, direct messages left out."""
    await house.deliver()
    return [each.post.title or each.post.body for each in house.chat.said if each.ref.channel_id != ChannelId(USER)]


async def write_many(house: House, count: int, name: str = "Old") -> None:
    for number in range(count):
        house.blog.write(f"{name} {number}")
