"""A feed that is put to sleep because nobody wants it wakes when somebody does, however close both moments are."""

from datetime import timedelta

import pytest

from bot.model.feed import Blog
from tests.bridge.harness import GUILD, USER, BridgeHarness


async def test_a_poll_between_the_first_look_and_the_start_does_not_put_a_blog_to_sleep(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = harness.store.subscriptions.add

    async def late(**fields: object) -> object:
        harness.clock.move(timedelta(hours=7))
        claimed = await harness.store.polls.claim_due(harness.clock.now(), lease_until=harness.clock.now(), limit=9)
        assert claimed == []
        return await add(**fields)  # type: ignore[arg-type]

    monkeypatch.setattr(harness.store.subscriptions, "add", late)
    await harness.start()
    harness.blog.write("Awake")
    await harness.poll(timedelta(minutes=3))
    await harness.deliver()
    assert harness.titles == ["Awake"]


async def test_a_blog_that_nobody_wanted_for_long_is_read_soon_after_it_is_resumed(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    await harness.bridge.admin.pause(subscribed.subscription)
    await harness.poll()
    (paused,) = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.admin.resume(paused)
    harness.blog.write("Awake")
    await harness.poll(timedelta(minutes=3))
    await harness.deliver()
    assert harness.titles == ["Awake"]


async def test_comments_that_nobody_wanted_are_read_soon_after_an_alert_is_switched_on(harness: BridgeHarness) -> None:
    subscribed = await harness.start(comments=False)
    entry = harness.blog.write("Quiet")
    await harness.poll()
    await switch_on(harness, subscribed.blog)
    harness.blog.remark(entry, "Bob", "Heard")
    await harness.poll(timedelta(minutes=3))
    await harness.deliver()
    assert "New comment on Quiet" in [each.post.title for each in harness.chat.said]


async def switch_on(harness: BridgeHarness, blog: Blog) -> None:
    await harness.bridge.alerts.switch_on(GUILD, USER, blog, None)
