"""How far a list of feeds is while it is imported; how it is stopped and tried again; what its report says to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.bridge.admin.opml_import import ImportProgress
from bot.model.errors import BridgeError, ChannelLost, NotFound, NotPublic, PermanentError, Refused, TemporaryError
from bot.model.feed import Discovered, FeedKind, FoundFeed
from bot.model.ids import GuildId, ImportId
from bot.model.message import ChatPost, MessageRef
from bot.model.opml import FailureCause, ImportState, ListedFeed
from bot.rules.messages.opml_import import progress_pause
from tests.bridge.admin.test_opml import ELSEWHERE, hand_in, states
from tests.bridge.harness import CHANNEL, GUILD, BridgeHarness
from tests.fakes.blog import HOME

FEEDS = tuple(ListedFeed(url=f"{HOME}{number}/feed/", title=f"Blog {number}") for number in range(12))


@pytest.fixture
def harness(harness: BridgeHarness) -> BridgeHarness:
    harness.blog.others = [FoundFeed(url=each.url, kind=FeedKind.ENTRIES, title=each.title) for each in FEEDS]
    return harness


class Slow:
    """A blog that takes four seconds for each feed, and does something at some of them."""

    def __init__(self, harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.at: dict[int, Callable[[], object]] = {}
        self.edits: list[str] = []
        discover, revise = harness.blog.discover, harness.chat.revise

        async def slowly(url: str, *, guild_id: GuildId | None = None) -> Discovered:
            self.asked += 1
            harness.clock.move(timedelta(seconds=4))
            if self.asked in self.at:
                await self.at[self.asked]()  # type: ignore[misc]
            return await discover(url)

        async def counted(message: MessageRef, post: ChatPost) -> None:
            self.edits.append(post.title)
            await revise(message, post)

        monkeypatch.setattr(harness.blog, "discover", slowly)
        monkeypatch.setattr(harness.chat, "revise", counted)


@pytest.fixture
def slow(harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch) -> Slow:
    return Slow(harness, monkeypatch)


async def begin(harness: BridgeHarness, *feeds: ListedFeed) -> ImportId:
    handed_in = await hand_in(harness, *feeds)
    await harness.bridge.opml.begin(handed_in.id, GUILD)
    return handed_in.id


async def test_one_message_is_edited_at_a_bounded_pace_and_a_report_ends_it(harness: BridgeHarness, slow: Slow) -> None:
    harness.blog.broken[FEEDS[0].url] = TemporaryError("It did not answer.")
    await begin(harness, *FEEDS)
    seen: list[ChatPost] = []

    async def look() -> None:
        seen.extend(each.post for each in harness.chat.said)

    slow.at[8] = look
    await harness.deliver()
    assert "of 12 feeds" in seen[0].title
    assert "1 failed" in seen[0].body
    assert "did not answer" in seen[0].body
    assert "**Stop**" in seen[0].body
    progress, report = harness.chat.said
    assert progress.post.title == "12 of 12 feeds of your list"
    assert "**Stop**" not in progress.post.body
    assert "11 started, 1 failed" in report.post.body
    # 48 seconds, an edit in ten at most, and the last one
    assert 2 <= len(slow.edits) <= 6
    assert len(slow.edits) == len(set(slow.edits))


async def test_a_short_list_has_its_report_alone(harness: BridgeHarness) -> None:
    await begin(harness, *FEEDS)
    await harness.deliver()
    await harness.deliver(timedelta(hours=1))
    assert [each.post.title for each in harness.chat.said] == ["12 feeds of your list"]


async def test_the_message_is_not_doubled_by_a_kill(
    harness: BridgeHarness, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = await begin(harness, *FEEDS)

    async def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    harness.clock.move(timedelta(seconds=11))
    now = harness.clock.now()
    claimed = await harness.store.outbox.claim(now, lease_until=now + timedelta(seconds=30), limit=9)
    (progress,) = [each for each in claimed if each.lane.startswith("import-progress")]
    with monkeypatch.context() as patch:
        patch.setattr(ImportProgress, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            await harness.bridge.dispatcher._deliver(progress)
    await harness.bridge.maintenance.recover()
    await harness.deliver(timedelta(seconds=31))
    assert set(await states(harness, import_id)) == {ImportState.STARTED}
    assert len(harness.chat.said) == 2
    assert harness.chat.said[0].post.title == "12 of 12 feeds of your list"


async def test_a_list_is_stopped_by_its_own_guild_and_what_was_started_stays(
    harness: BridgeHarness, slow: Slow
) -> None:
    import_id = await begin(harness, *FEEDS)
    lists = harness.bridge.opml

    async def stop() -> None:
        with pytest.raises(NotFound):
            await lists.stop(import_id, ELSEWHERE)
        assert (await lists.stop(import_id, GUILD)).running is False

    slow.at[3] = stop
    await harness.deliver()
    assert slow.asked == 3
    assert await states(harness, import_id) == [ImportState.STARTED] * 2 + [ImportState.STOPPED] * 10
    assert len(await harness.bridge.admin.blogs(GUILD)) == 2
    assert "2 started, 10 left out, as it was stopped" in harness.chat.said[-1].post.body
    with pytest.raises(NotFound, match="nothing to stop"):
        await lists.stop(import_id, GUILD)


async def test_a_list_that_was_not_begun_cannot_be_stopped(harness: BridgeHarness) -> None:
    handed_in = await hand_in(harness, *FEEDS)
    with pytest.raises(NotFound):
        await harness.bridge.opml.stop(handed_in.id, GUILD)
    assert set(await states(harness, handed_in.id)) == {ImportState.WAITING}


async def test_whether_a_list_is_being_imported_is_known(harness: BridgeHarness) -> None:
    lists = harness.bridge.opml
    assert await lists.running(GUILD) is None
    import_id = await begin(harness, *FEEDS)
    running = await lists.running(GUILD)
    assert running is not None
    assert running.id == import_id
    assert await lists.running(ELSEWHERE) is None
    await harness.deliver()
    assert await lists.running(GUILD) is None


async def test_what_may_work_now_is_tried_again_once_a_press(harness: BridgeHarness) -> None:
    harness.blog.broken = {FEEDS[0].url: TemporaryError("Too slow."), FEEDS[1].url: Refused("Never.")}
    import_id = await begin(harness, *FEEDS[:3])
    await harness.deliver()
    harness.blog.broken = {}
    lists = harness.bridge.opml
    assert (await lists.progress(import_id, GUILD)).retryable
    with pytest.raises(NotFound):
        await lists.retry(import_id, ELSEWHERE)
    assert (await lists.retry(import_id, GUILD)).running
    with pytest.raises(NotFound, match="tried again"):
        await lists.retry(import_id, GUILD)
    await harness.deliver()
    assert await states(harness, import_id) == [ImportState.STARTED, ImportState.FAILED, ImportState.STARTED]
    assert "2 started, 1 failed" in harness.chat.said[-1].post.body


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (TemporaryError("It did not answer within 30 seconds."), "press **Try again**"),
        (NotPublic("nas.lan is not on the public internet.", host="nas.lan"), "whoever runs this bot"),
        (PermanentError("I found a web page without a feed."), "look for the feed's own address"),
        (NotFound("Nothing is there any more."), "look for where the blog is now"),
        (ChannelLost("I may not write there."), "allow it in the channel's settings"),
        (Refused("There are too many blogs here; remove some with `/blog remove`."), "These were refused"),
    ],
)
async def test_the_report_says_what_to_do_with_what_failed(
    harness: BridgeHarness, error: BridgeError, remedy: str
) -> None:
    harness.blog.broken = {FEEDS[0].url: error, FEEDS[1].url: error}
    await begin(harness, *FEEDS[:3])
    await harness.deliver()
    (report,) = harness.chat.said
    assert report.post.body.count(remedy) == 1
    assert report.post.body.count(error.text) == 2
    assert "OUTBOUND_ALLOW" not in report.post.body


async def test_a_report_of_many_failures_fits_and_says_how_many_more(harness: BridgeHarness) -> None:
    feeds = [ListedFeed(url=f"https://{number}.example/", title="x" * 90) for number in range(60)]
    harness.blog.broken = {each.url: TemporaryError("y" * 200) for each in feeds}
    await begin(harness, *feeds)
    await harness.deliver()
    body = harness.chat.said[-1].post.body
    assert len(body) <= 4000
    shown = body.count("xxx: y")
    assert f"- and {60 - shown} more" in body


def test_a_list_that_takes_a_day_is_edited_less_and_less() -> None:
    at, edits = timedelta(0), 0
    while at < timedelta(days=1):
        at += progress_pause(at)
        edits += 1
    assert edits < 100


@pytest.mark.parametrize("lost", ["permission", "channel"])
async def test_the_channel_is_looked_at_before_each_feed_is_started(harness: BridgeHarness, lost: str) -> None:
    listed = await hand_in(harness, *FEEDS[:2])
    await harness.bridge.opml.begin(listed.id, GUILD)
    if lost == "permission":
        harness.chat.missing = ("Embed Links",)
    else:
        harness.chat.gone.add(CHANNEL)
    await harness.deliver()
    wanted = await harness.store.imports.get(listed.id)
    assert wanted is not None
    assert [each.cause for each in wanted.feeds] == [FailureCause.CHANNEL, FailureCause.CHANNEL]
    assert await harness.bridge.admin.blogs(GUILD) == []
