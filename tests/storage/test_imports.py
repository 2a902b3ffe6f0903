"""Lists of feeds on their way into a guild."""

from dataclasses import replace

from bot.model.ids import ChannelId, GuildId, ImportedFeedId, ImportId, MessageId
from bot.model.message import MessageRef
from bot.model.opml import FailureCause, Import, ImportState, ListedFeed
from bot.model.subscription import Placement
from bot.storage.database import Store
from tests.storage.given import CHANNEL, GUILD, NOW, USER, later

LIST = Import(
    id=ImportId(0),
    guild_id=GUILD,
    channel_id=CHANNEL,
    user_id=USER,
    placement=Placement.CHANNEL,
    comments=False,
    created_at=NOW,
)
FEEDS = (
    ListedFeed(url="https://b.example/", title="B\x00", home_url="https://b.example/home", folder=("Paper", "Ink")),
    ListedFeed(url="https://a.example/"),
)


async def test_a_list_is_kept_in_its_order(store: Store) -> None:
    added = await store.imports.add(LIST, FEEDS)
    assert await store.imports.get(added.id) == added
    assert replace(added, id=LIST.id, feeds=()) == LIST
    assert [each.listed for each in added.feeds] == [replace(FEEDS[0], title="B\ufffd"), FEEDS[1]]
    assert {each.state for each in added.feeds} == {ImportState.WAITING}
    assert await store.imports.get_feed(added.feeds[1].id) == added.feeds[1]


async def test_it_is_begun_once_and_settled_feed_by_feed(store: Store) -> None:
    added = await store.imports.add(LIST, FEEDS)
    other = await store.imports.add(LIST, FEEDS)
    assert await store.imports.newest(GUILD) is None
    assert await store.imports.begin(added.id, later(minutes=1))
    assert not await store.imports.begin(added.id, later(minutes=2))
    assert not await store.imports.begin(ImportId(999), NOW)
    await store.imports.finish_feed(added.feeds[0].id, ImportState.FAILED, reason="It is \x00 gone.")
    await store.imports.finish_feed(added.feeds[1].id, ImportState.THERE)
    newest = await store.imports.newest(GUILD)
    assert newest is not None
    assert (newest.id, newest.begun_at) == (added.id, later(minutes=1))
    assert [(each.state, each.reason) for each in newest.feeds] == [
        (ImportState.FAILED, "It is \ufffd gone."),
        (ImportState.THERE, None),
    ]
    assert newest.count(ImportState.FAILED) == 1
    assert await store.imports.begin(other.id, later(minutes=3))
    assert (await store.imports.newest(GUILD) or added).id == other.id
    assert await store.imports.newest(GuildId(1)) is None


async def test_it_is_stopped_and_tried_again(store: Store) -> None:
    added = await store.imports.add(LIST, FEEDS)
    first, second = (each.id for each in added.feeds)
    assert await store.imports.stop(added.id) == 0, "it was not begun"
    await store.imports.begin(added.id, NOW)
    await store.imports.finish_feed(first, ImportState.FAILED, reason="Too slow.", cause=FailureCause.TEMPORARY)
    assert await store.imports.stop(added.id) == 1
    assert await store.imports.stop(added.id) == 0
    kept = await store.imports.get(added.id)
    assert kept is not None
    assert [(each.state, each.cause) for each in kept.feeds] == [
        (ImportState.FAILED, FailureCause.TEMPORARY),
        (ImportState.STOPPED, None),
    ]
    assert kept.retryable
    assert not kept.running
    assert await store.imports.retry_feed(first)
    assert not await store.imports.retry_feed(first)
    assert not await store.imports.retry_feed(second)
    message = MessageRef(channel_id=ChannelId(5), message_id=MessageId(6))
    await store.imports.show_progress_in(added.id, message)
    kept = await store.imports.get(added.id)
    assert kept is not None
    assert (kept.progress, kept.running, kept.feeds[0].reason) == (message, True, None)


async def test_lists_are_forgotten(store: Store) -> None:
    dropped, unbegun, begun = [await store.imports.add(LIST, FEEDS) for _ in range(3)]
    await store.imports.delete(dropped.id)
    assert await store.imports.get(dropped.id) is None
    assert await store.imports.get_feed(dropped.feeds[0].id) is None
    await store.imports.begin(begun.id, NOW)
    await store.imports.delete_old(unbegun=NOW, begun=NOW)
    assert await store.imports.get(unbegun.id) is not None
    await store.imports.delete_old(unbegun=later(seconds=1), begun=NOW)
    assert await store.imports.get(unbegun.id) is None
    assert await store.imports.get(begun.id) is not None
    await store.imports.delete_old(unbegun=NOW, begun=later(seconds=1))
    assert await store.imports.get(begun.id) is None
    assert await store.imports.get_feed(ImportedFeedId(999)) is None
