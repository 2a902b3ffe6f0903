"""A feed that is put to sleep because nobody wants it wakes when somebody does, however close both moments are."""

from datetime import timedelta

import pytest

from bot.model.feed import Blog
from tests.bridge.harness import GUILD, USER, House


async def test_a_poll_between_the_first_look_and_the_start_does_not_put_a_blog_to_sleep(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = house.store.subscriptions.add

    async def late(**fields: object) -> object:
        house.clock.move(timedelta(hours=7))
        claimed = await house.store.polls.claim_due(house.clock.now(), lease_until=house.clock.now(), limit=9)
        assert claimed == []
        return await add(**fields)  # type: ignore[arg-type]

    monkeypatch.setattr(house.store.subscriptions, "add", late)
    await house.start()
    house.blog.write("Awake")
    await house.poll(timedelta(minutes=3))
    await house.deliver()
    assert house.titles == ["Awake"]


async def test_a_blog_that_nobody_wanted_for_long_is_read_soon_after_it_is_resumed(house: House) -> None:
    subscribed = await house.start()
    await house.bridge.admin.pause(subscribed.subscription)
    await house.poll()
    (paused,) = await house.bridge.admin.blogs(GUILD)
    await house.bridge.admin.resume(paused)
    house.blog.write("Awake")
    await house.poll(timedelta(minutes=3))
    await house.deliver()
    assert house.titles == ["Awake"]


async def test_comments_that_nobody_wanted_are_read_soon_after_an_alert_is_switched_on(house: House) -> None:
    subscribed = await house.start(comments=False)
    entry = house.blog.write("Quiet")
    await house.poll()
    await switch_on(house, subscribed.blog)
    house.blog.remark(entry, "Bob", "Heard")
    await house.poll(timedelta(minutes=3))
    await house.deliver()
    assert "New comment on Quiet" in [each.post.title for each in house.chat.said]


async def switch_on(house: House, blog: Blog) -> None:
    await house.bridge.alerts.switch_on(GUILD, USER, blog, None)
