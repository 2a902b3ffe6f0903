"""What the preview promised is looked at again: at the press of Publish, and right before the write."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.bridge.connections.disconnecting import end_connections
from bot.model.errors import Refused, TemporaryError
from bot.model.ids import ChannelId
from bot.model.reply import ReplyState
from bot.model.subscription import RelayMode
from tests.bridge.harness import USER, BridgeHarness
from tests.bridge.replies.replying import TOKEN, Talk, talking

Change = Callable[[Talk], Awaitable[None]]


async def mode_off(talk: Talk) -> None:
    await talk.harness.store.subscriptions.set_mode(talk.subscribed.subscription.id, RelayMode.OFF)


async def mode_button(talk: Talk) -> None:
    await talk.harness.store.subscriptions.set_mode(talk.subscribed.subscription.id, RelayMode.BUTTON)


async def disconnected(talk: Talk) -> None:
    await end_connections(talk.harness.store, talk.harness.clock, talk.subscribed.blog.id)


async def removed(talk: Talk) -> None:
    await talk.harness.store.subscriptions.remove(talk.subscribed.subscription.id)


async def message_deleted(talk: Talk) -> None:
    talk.harness.chat.deleted.add(talk.message)


async def message_edited(talk: Talk) -> None:
    talk.harness.chat.edited[talk.message] = datetime(2026, 3, 11, tzinfo=UTC)


async def thread_locked(talk: Talk) -> None:
    talk.harness.chat.locked.add(talk.thread)


async def post_gone(talk: Talk) -> None:
    (entry,) = await talk.harness.store.entries.newest(talk.subscribed.blog.id, 1)
    await talk.harness.store.entries.set_gone(entry.id, talk.harness.clock.now())


async def name_of_an_author(talk: Talk) -> None:
    talk.harness.blog.write("By somebody new", author="mia")
    await talk.harness.poll()


CHANGES: list[tuple[Change, str]] = [
    (mode_off, "switched off"),
    (mode_button, "Only the button"),
    (disconnected, "not connected"),
    (removed, "switched off"),
    (message_deleted, "message was deleted"),
    (message_edited, "was changed"),
    (thread_locked, "locked"),
    (post_gone, "removed from the blog"),
    (name_of_an_author, "author of this blog"),
]


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
async def test_a_press_of_publish_is_refused_when_the_preview_holds_no_more(
    harness: BridgeHarness, change: Change, words: str
) -> None:
    talk = await talking(harness)
    draft = await talk.preview()
    await change(talk)
    with pytest.raises(Refused, match=words):
        await talk.publish(draft)
    await harness.deliver()
    assert harness.blog.received == []
    kept = await harness.store.replies.get(draft)
    assert kept is not None
    assert kept.state is ReplyState.DRAFT


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
async def test_what_waits_is_not_written_when_the_preview_holds_no_more(
    harness: BridgeHarness, change: Change, words: str
) -> None:
    talk = await talking(harness)
    draft = await talk.preview()
    await talk.publish(draft)
    await change(talk)
    await harness.deliver()
    assert harness.blog.received == []
    kept = await harness.store.replies.get(draft)
    assert kept is not None
    assert kept.state is ReplyState.REFUSED
    assert words in (kept.reason or "")


async def test_whether_it_holds_is_not_guessed_while_discord_says_nothing(harness: BridgeHarness) -> None:
    talk = await talking(harness)
    draft = await talk.preview()
    harness.chat.trouble = TemporaryError("Discord could not be reached.")
    with pytest.raises(TemporaryError):
        await talk.publish(draft)
    harness.chat.trouble = None
    await talk.publish(draft)
    await harness.deliver()
    assert [comment.html for comment in harness.blog.received] == ["Words"]


@pytest.mark.parametrize(
    ("may", "words"),
    [
        ({"may_write_in_threads": False}, "permission to write"),
        ({"public": False}, "Not everybody"),
        ({"channel_id": ChannelId(999)}, "where you made the preview"),
    ],
)
async def test_only_who_may_write_there_publishes(harness: BridgeHarness, may: dict[str, object], words: str) -> None:
    talk = await talking(harness)
    draft = await talk.preview()
    with pytest.raises(Refused, match=words):
        await harness.bridge.reply_drafts.publish(draft, replace(talk.member, **may), TOKEN)  # type: ignore[arg-type]
    await harness.deliver()
    assert harness.blog.received == []
    assert (await harness.store.members.profile(USER)) is not None
