"""Lists of feeds: handed in, started one after the other over restarts, told at the end, and given out again."""

from datetime import timedelta

import pytest

from bot.bridge.admin.opml import OpmlUpload
from bot.bridge.admin.opml_import import FeedImporter
from bot.model.errors import BridgeError, DirectMessagesClosed, NotFound, Refused, TemporaryError
from bot.model.feed import FeedKind, FoundFeed
from bot.model.ids import ChannelId, GuildId, ImportedFeedId, ImportId
from bot.model.message import ChannelKind, ChannelView
from bot.model.opml import ImportState, ListedFeed
from bot.rules.opml import parse_opml, write_opml
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness
from tests.fakes.blog import HOME

ELSEWHERE = GuildId(11)
INK = FoundFeed(url=f"{HOME}ink/feed/", kind=FeedKind.ENTRIES, title="Notes on ink")
WET = FoundFeed(url="https://ann:pw@wet.example/feed?key=k&page=1", kind=FeedKind.ENTRIES)
PAPER = ListedFeed(url=INK.url, title="Ink", folder=("Paper", "Ink"))
DAMP = ListedFeed(url=WET.url, title="Ann's *wet* notes", folder=("Paper",))
GONE = ListedFeed(url="https://gone.example/feed?token=hush")


def channel(guild_id: GuildId = GUILD, **fields: object) -> ChannelView:
    given: dict[str, object] = {"id": CHANNEL, "guild_id": guild_id, "name": "blog", "kind": ChannelKind.TEXT}
    return ChannelView(**{**given, **fields})  # type: ignore[arg-type]


async def hand_in(harness: BridgeHarness, *feeds: ListedFeed, guild_id: GuildId = GUILD) -> OpmlUpload:
    data = write_opml(feeds, title="", at=harness.clock.now())
    return await harness.bridge.opml.hand_in(data, channel(guild_id), USER, placement=None)


async def states(harness: BridgeHarness, import_id: ImportId) -> list[ImportState]:
    kept = await harness.store.imports.get(import_id)
    assert kept is not None
    return [each.state for each in kept.feeds]


@pytest.fixture
def harness(harness: BridgeHarness) -> BridgeHarness:
    harness.blog.others = [INK, WET]
    harness.blog.broken = {GONE.url: Refused("gone.example has no feed: it asked for *a token*.")}
    return harness


async def test_nothing_starts_before_the_button(harness: BridgeHarness) -> None:
    handed_in = await hand_in(harness, PAPER, DAMP, GONE)
    assert handed_in.post.title == "3 feeds in 2 folders"
    assert r"Ann's \*wet\* notes (Paper)" in handed_in.post.body
    assert "hush" not in handed_in.post.body
    await harness.deliver()
    assert await harness.bridge.admin.blogs(GUILD) == []


async def test_each_is_started_and_the_admin_is_told_at_the_end(harness: BridgeHarness) -> None:
    there = await harness.bridge.proposals.propose(INK.url, channel(), USER, placement=None, comments=True)
    await harness.bridge.proposals.start(there.proposal_id, GUILD)
    handed_in = await hand_in(harness, PAPER, DAMP, GONE)
    begun = await harness.bridge.opml.begin(handed_in.id, GUILD)
    assert "3 still to come" in begun.post.body
    await harness.deliver()
    assert await states(harness, handed_in.id) == [ImportState.THERE, ImportState.STARTED, ImportState.FAILED]
    (report,) = harness.chat.said
    assert "1 started, 1 there already, 1 failed" in report.post.body
    assert "has no feed: it asked for *a token*." in report.post.body
    assert "hush" not in report.post.body
    assert "import the same list once more" in report.post.body
    assert (await harness.bridge.opml.progress(handed_in.id, GUILD)).post.body == report.post.body
    blogs = await harness.bridge.admin.blogs(GUILD)
    assert {each.blog.title: each.subscription.folder for each in blogs} == {
        INK.title: (),
        harness.blog.title: ("Paper",),
    }
    assert {each.subscription.added_by for each in blogs} == {USER}


async def test_the_list_names_no_blog_that_others_see_too(harness: BridgeHarness) -> None:
    harness.blog.title = ""
    handed_in = await hand_in(harness, DAMP)
    await harness.bridge.opml.begin(handed_in.id, GUILD)
    await harness.deliver()
    (there,) = await harness.bridge.admin.blogs(GUILD)
    assert there.blog.title == harness.blog.found.title != DAMP.title


async def test_old_entries_are_not_posted(harness: BridgeHarness) -> None:
    harness.blog.write("Old")
    handed_in = await hand_in(harness, PAPER)
    await harness.bridge.opml.begin(handed_in.id, GUILD)
    await harness.deliver()
    harness.blog.write("New")
    await harness.poll()
    await harness.deliver()
    assert "New" in harness.titles
    assert "Old" not in harness.titles


async def test_a_process_that_is_killed_in_the_middle_goes_on_where_it_was(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in = await hand_in(harness, PAPER, DAMP)
    await harness.bridge.opml.begin(handed_in.id, GUILD)

    async def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    soon = harness.clock.now() + timedelta(seconds=30)
    (first,) = await harness.store.outbox.claim(harness.clock.now(), lease_until=soon, limit=9)
    with monkeypatch.context() as patch:
        patch.setattr(FeedImporter, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            await harness.bridge.dispatcher._deliver(first)
    assert len(await harness.bridge.admin.blogs(GUILD)) == 1
    await harness.bridge.maintenance.recover()
    await harness.deliver(timedelta(minutes=1))
    assert await states(harness, handed_in.id) == [ImportState.STARTED, ImportState.STARTED]
    assert len(await harness.bridge.admin.blogs(GUILD)) == 2
    assert [each.post.title for each in harness.chat.said] == ["2 of 2 feeds of your list", "2 feeds of your list"]


async def test_a_blog_that_does_not_answer_does_not_hold_the_others_up(harness: BridgeHarness) -> None:
    harness.blog.broken[INK.url] = TemporaryError("ink.example did not answer.")
    handed_in = await hand_in(harness, PAPER, DAMP)
    await harness.bridge.opml.begin(handed_in.id, GUILD)
    await harness.deliver()
    assert await states(harness, handed_in.id) == [ImportState.FAILED, ImportState.STARTED]
    del harness.blog.broken[INK.url]
    again = await hand_in(harness, PAPER, DAMP)
    await harness.bridge.opml.begin(again.id, GUILD)
    await harness.deliver()
    assert await states(harness, again.id) == [ImportState.STARTED, ImportState.THERE]


async def test_a_bug_with_one_feed_is_told_and_the_others_go_on(harness: BridgeHarness) -> None:
    harness.blog.broken[INK.url] = ZeroDivisionError()
    handed_in = await hand_in(harness, PAPER, DAMP)
    await harness.bridge.opml.begin(handed_in.id, GUILD)
    for _ in range(6):
        await harness.deliver(timedelta(hours=1))
    assert await states(harness, handed_in.id) == [ImportState.FAILED, ImportState.STARTED]
    assert "inside the bot" in harness.chat.said[-1].post.body


async def test_closed_direct_messages_are_no_trouble(harness: BridgeHarness) -> None:
    harness.chat.trouble = DirectMessagesClosed("No messages, please.")
    handed_in = await hand_in(harness, PAPER)
    await harness.bridge.opml.begin(handed_in.id, GUILD)
    await harness.deliver()
    assert harness.chat.said == []
    assert (await harness.store.outbox.view(harness.clock.now())).dead == ()
    assert "1 started" in (await harness.bridge.opml.progress(handed_in.id, GUILD)).post.body


async def test_a_list_is_begun_or_cancelled_once_and_by_its_own_guild(harness: BridgeHarness) -> None:
    lists = harness.bridge.opml
    begun, cancelled = await hand_in(harness, PAPER), await hand_in(harness, PAPER)
    for act in (lists.begin, lists.cancel, lists.progress):
        with pytest.raises(NotFound):
            await act(begun.id, ELSEWHERE)
    await lists.begin(begun.id, GUILD)
    await lists.cancel(cancelled.id, GUILD)
    for act in (lists.begin, lists.cancel):
        for import_id in (begun.id, cancelled.id):
            with pytest.raises(NotFound):
                await act(import_id, GUILD)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (channel(kind=ChannelKind.OTHER), "neither"),
        (channel(missing=("Send Messages",)), "Send Messages"),
        (channel(kind=ChannelKind.FORUM), ""),
    ],
)
async def test_the_channel_is_looked_at_first(harness: BridgeHarness, view: ChannelView, words: str) -> None:
    data = write_opml([PAPER], title="", at=harness.clock.now())
    if words:
        with pytest.raises(Refused, match=words):
            await harness.bridge.opml.hand_in(data, view, USER, placement=None)
    else:
        await harness.bridge.opml.hand_in(data, view, USER, placement=None)


async def test_what_is_exported_makes_the_same_set_elsewhere(harness: BridgeHarness) -> None:
    handed_in = await hand_in(harness, PAPER, DAMP)
    await harness.bridge.opml.begin(handed_in.id, GUILD)
    await harness.start(ChannelId(21))
    await harness.deliver()
    exported = await harness.bridge.opml.export(GUILD, "Ann & Ben")
    assert (exported.feeds, exported.stripped) == (3, 1)
    for secret in (b"pw", b"key=k"):
        assert secret not in exported.data
    listed = {each.url: each for each in parse_opml(exported.data)}
    assert listed[INK.url] == ListedFeed(url=INK.url, title=INK.title, home_url=HOME, folder=PAPER.folder)
    assert listed["https://wet.example/feed?page=1"].folder == ("Paper",)

    harness.blog.others.append(FoundFeed(url="https://wet.example/feed?page=1", kind=FeedKind.ENTRIES))
    again = await harness.bridge.opml.hand_in(exported.data, channel(ELSEWHERE), USER, placement=None)
    await harness.bridge.opml.begin(again.id, ELSEWHERE)
    await harness.deliver()
    second = await harness.bridge.opml.export(ELSEWHERE, "Ann & Ben")
    assert set(parse_opml(second.data)) == set(parse_opml(exported.data))


async def test_nothing_is_refused_in_a_sentence(harness: BridgeHarness) -> None:
    with pytest.raises(Refused, match="nothing to export"):
        await harness.bridge.opml.export(GUILD, "")


async def test_lists_nobody_begins_are_forgotten(harness: BridgeHarness) -> None:
    handed_in = await hand_in(harness, PAPER)
    harness.clock.move(timedelta(days=2))
    await harness.bridge.maintenance.tick()
    with pytest.raises(BridgeError):
        await harness.bridge.opml.begin(handed_in.id, GUILD)
    assert await harness.store.imports.get_feed(ImportedFeedId(1)) is None
