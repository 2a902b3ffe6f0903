"""New entries with comments that were read before them."""

from datetime import timedelta

from bot.model.ids import ChannelId
from tests.bridge.harness import GUILD, USER, BridgeHarness


async def test_an_author_is_alerted_of_a_comment_that_was_faster_than_the_entrys_feed(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, "Ann")
    entry = harness.blog.write("Overtaken")
    harness.blog.entries.remove(entry)
    harness.blog.remark(entry, "Bob", "First!")
    await harness.poll()
    await harness.deliver()
    harness.blog.entries.append(entry)
    for _ in range(2):
        await harness.poll(timedelta(hours=1))
        await harness.deliver()
    alerts = [each.post.title for each in harness.chat.said if each.ref.channel_id == ChannelId(USER)]
    assert alerts == ["New comment on Overtaken"]
