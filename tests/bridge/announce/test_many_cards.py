"""Many messages of a channel that change at once: they take turns, and leave room for everything else."""

from datetime import timedelta

from bot.model.connection import Credential, Secret
from bot.model.subscription import RelayMode
from tests.bridge.harness import GUILD, USER, BridgeHarness
from tests.fakes.blog import PASSWORD

_CARDS = 12


async def test_cards_get_their_button_five_in_five_seconds(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    for number in range(_CARDS):
        harness.blog.write(f"Entry {number}")
        await harness.poll()
        await harness.deliver()
    await harness.bridge.connector.connect(
        subscribed.blog, GUILD, USER, Credential(username="bridge", password=Secret(PASSWORD))
    )
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.connector.set_mode(subscribed, RelayMode.MENU)
    dressed = []
    for seconds in (0, 5, 5):
        await harness.deliver(after=timedelta(seconds=seconds))
        dressed.append(sum(1 for each in harness.chat.said if each.post.reply_target is not None))
    assert dressed == [5, 10, _CARDS]
    newest = [each.post.reply_target is not None for each in harness.chat.said]
    assert all(newest)
