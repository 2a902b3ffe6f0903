"""Servers that the bot leaves, and joins again."""

from datetime import timedelta

from bot.model.ids import ChannelId, GuildId
from bot.model.reply import Credential, Secret
from tests.bridge.harness import CHANNEL, DAY, GUILD, USER, House
from tests.fakes.blog import PASSWORD

OTHER = GuildId(11)
ELSEWHERE = ChannelId(21)


async def connected(house: House) -> None:
    started = await house.start()
    await house.bridge.connector.connect(
        started.blog, GUILD, USER, Credential(username="bridge", password=Secret(PASSWORD))
    )
    await house.bridge.alerts.switch_on(GUILD, USER, started.blog, None)


async def polls(house: House) -> int:
    """How often feeds were asked for in a day."""
    asked = len(house.blog.asked)
    for _ in range(6):
        await house.poll(timedelta(hours=4))
    return len(house.blog.asked) - asked


async def test_a_server_that_was_left_is_polled_for_no_longer(house: House) -> None:
    await connected(house)
    assert await polls(house) > 0
    await house.bridge.presence.leave(GUILD)
    # what nobody wants is looked at once more, to be put to sleep
    await polls(house)
    assert await polls(house) == 0
    house.blog.write("While it was away")
    await house.deliver()
    assert house.titles == []


async def test_a_server_that_comes_back_goes_on_without_a_flood(house: House) -> None:
    await connected(house)
    await house.bridge.presence.leave(GUILD)
    for number in range(5):
        house.blog.write(f"Missed {number}")
    await house.poll(7 * DAY)
    await house.bridge.presence.join(GUILD)
    await house.deliver()
    await house.poll()
    await house.deliver()
    assert house.titles == []
    house.blog.write("News")
    await house.poll()
    await house.deliver()
    assert house.titles == ["News"]
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    assert subscribed.connected
    assert subscribed.subscription.active


async def test_what_was_paused_stays_paused(house: House) -> None:
    subscribed = await house.start()
    await house.bridge.admin.pause(subscribed.subscription)
    house.clock.move(DAY)
    await house.bridge.presence.leave(GUILD)
    await house.bridge.presence.join(GUILD)
    await house.deliver()
    (now,) = await house.bridge.admin.blogs(GUILD)
    assert now.subscription.paused_at is not None
    assert now.subscription.left_at is None


async def test_another_server_goes_on_alone(house: House) -> None:
    await connected(house)
    await house.start(ELSEWHERE, guild_id=OTHER)
    await house.bridge.presence.leave(GUILD)
    entry = house.blog.write("News")
    house.blog.remark(entry, "Bob", "<p>Nice.</p>")
    await house.poll()
    await house.poll()
    await house.deliver()
    assert {each.ref.channel_id for each in house.chat.said} & {CHANNEL, ChannelId(USER)} == set()
    assert "News" in house.titles


async def test_after_the_grace_everything_ends(house: House) -> None:
    await connected(house)
    await house.start(ELSEWHERE, guild_id=OTHER)
    await house.bridge.presence.leave(GUILD)
    house.clock.move(29 * DAY)
    await house.bridge.upkeep.tick()
    assert await house.bridge.admin.blogs(GUILD)
    house.clock.move(2 * DAY)
    await house.bridge.upkeep.tick()
    assert await house.bridge.admin.blogs(GUILD) == []
    (theirs,) = await house.bridge.admin.blogs(OTHER)
    assert not await house.store.endpoints.connected(GUILD, theirs.blog.id)
    assert len(house.blog.revoked) == 1
    assert await house.store.people.alerts_of_user(GUILD, USER) == []


async def test_the_list_at_ready_tells_what_was_missed(house: House) -> None:
    await house.start()
    await house.start(ELSEWHERE, guild_id=OTHER)
    await house.bridge.presence.reconcile([OTHER, GuildId(99)])
    assert await house.store.subscriptions.guilds(left=True) == {GUILD}
    since = (await house.store.subscriptions.left(GUILD))[0].left_at
    house.clock.move(DAY)
    await house.bridge.presence.reconcile([OTHER])
    assert (await house.store.subscriptions.left(GUILD))[0].left_at == since
    await house.bridge.presence.reconcile([OTHER, GUILD])
    await house.deliver()
    assert await house.store.subscriptions.guilds(left=False) == {GUILD, OTHER}


async def test_a_server_that_leaves_again_while_it_comes_back_stays_left(house: House) -> None:
    await house.start()
    await house.bridge.presence.leave(GUILD)
    (before,) = await house.store.subscriptions.left(GUILD)
    await house.bridge.presence.join(GUILD)
    house.clock.move(DAY)
    await house.bridge.presence.leave(GUILD)
    await house.store.subscriptions.come_back(before, house.clock.now())
    await house.deliver()
    (now,) = await house.store.subscriptions.left(GUILD)
    assert now.paused_at == now.left_at == house.clock.now()
