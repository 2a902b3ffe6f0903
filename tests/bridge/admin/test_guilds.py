"""Servers that the bot leaves, and joins again."""

from datetime import timedelta

from bot.model.connection import Credential, Secret
from bot.model.ids import ChannelId, GuildId
from tests.bridge.harness import CHANNEL, DAY, GUILD, USER, BridgeHarness
from tests.fakes.blog import PASSWORD

OTHER = GuildId(11)
ELSEWHERE = ChannelId(21)


async def connected(harness: BridgeHarness) -> None:
    started = await harness.start()
    await harness.bridge.connector.connect(
        started.blog, GUILD, USER, Credential(username="bridge", password=Secret(PASSWORD))
    )
    await harness.bridge.alerts.switch_on(GUILD, USER, started.blog, None)


async def polls(harness: BridgeHarness) -> int:
    """How often feeds were asked for in a day."""
    asked = len(harness.blog.asked)
    for _ in range(6):
        await harness.poll(timedelta(hours=4))
    return len(harness.blog.asked) - asked


async def test_a_server_that_was_left_is_polled_for_no_longer(harness: BridgeHarness) -> None:
    await connected(harness)
    assert await polls(harness) > 0
    await harness.bridge.guilds.leave(GUILD)
    # what nobody wants is looked at once more, to be put to sleep
    await polls(harness)
    assert await polls(harness) == 0
    harness.blog.write("While it was away")
    await harness.deliver()
    assert harness.titles == []


async def test_a_server_that_comes_back_goes_on_without_a_flood(harness: BridgeHarness) -> None:
    await connected(harness)
    await harness.bridge.guilds.leave(GUILD)
    for number in range(5):
        harness.blog.write(f"Missed {number}")
    await harness.poll(7 * DAY)
    await harness.bridge.guilds.join(GUILD)
    await harness.deliver()
    await harness.poll()
    await harness.deliver()
    assert harness.titles == []
    harness.blog.write("News")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["News"]
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    assert subscribed.connected
    assert subscribed.subscription.active


async def test_what_was_paused_stays_paused(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    await harness.bridge.admin.pause(subscribed.subscription)
    harness.clock.move(DAY)
    await harness.bridge.guilds.leave(GUILD)
    await harness.bridge.guilds.join(GUILD)
    await harness.deliver()
    (now,) = await harness.bridge.admin.blogs(GUILD)
    assert now.subscription.paused_at is not None
    assert now.subscription.left_at is None


async def test_another_server_goes_on_alone(harness: BridgeHarness) -> None:
    await connected(harness)
    await harness.start(ELSEWHERE, guild_id=OTHER)
    await harness.bridge.guilds.leave(GUILD)
    entry = harness.blog.write("News")
    harness.blog.remark(entry, "Bob", "<p>Nice.</p>")
    await harness.poll()
    await harness.poll()
    await harness.deliver()
    assert {each.ref.channel_id for each in harness.chat.said} & {CHANNEL, ChannelId(USER)} == set()
    assert "News" in harness.titles


async def test_after_the_grace_everything_ends(harness: BridgeHarness) -> None:
    await connected(harness)
    await harness.start(ELSEWHERE, guild_id=OTHER)
    await harness.bridge.guilds.leave(GUILD)
    harness.clock.move(29 * DAY)
    await harness.bridge.maintenance.tick()
    assert await harness.bridge.admin.blogs(GUILD)
    harness.clock.move(2 * DAY)
    await harness.bridge.maintenance.tick()
    assert await harness.bridge.admin.blogs(GUILD) == []
    (theirs,) = await harness.bridge.admin.blogs(OTHER)
    assert not await harness.store.connections.is_connected(GUILD, theirs.blog.id)
    assert len(harness.blog.revoked) == 1
    assert await harness.store.members.alerts_of_user(GUILD, USER) == []


async def test_the_list_at_ready_tells_what_was_missed(harness: BridgeHarness) -> None:
    await harness.start()
    await harness.start(ELSEWHERE, guild_id=OTHER)
    await harness.bridge.guilds.reconcile([OTHER, GuildId(99)])
    assert await harness.store.subscriptions.guilds(left=True) == {GUILD}
    since = (await harness.store.subscriptions.of_left_guild(GUILD))[0].left_at
    harness.clock.move(DAY)
    await harness.bridge.guilds.reconcile([OTHER])
    assert (await harness.store.subscriptions.of_left_guild(GUILD))[0].left_at == since
    await harness.bridge.guilds.reconcile([OTHER, GUILD])
    await harness.deliver()
    assert await harness.store.subscriptions.guilds(left=False) == {GUILD, OTHER}


async def test_a_server_that_leaves_again_while_it_comes_back_stays_left(harness: BridgeHarness) -> None:
    await harness.start()
    await harness.bridge.guilds.leave(GUILD)
    (before,) = await harness.store.subscriptions.of_left_guild(GUILD)
    await harness.bridge.guilds.join(GUILD)
    harness.clock.move(DAY)
    await harness.bridge.guilds.leave(GUILD)
    await harness.store.subscriptions.resume_after_return(before, harness.clock.now())
    await harness.deliver()
    (now,) = await harness.store.subscriptions.of_left_guild(GUILD)
    assert now.paused_at == now.left_at == harness.clock.now()
