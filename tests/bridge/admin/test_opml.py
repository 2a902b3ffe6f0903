"""Lists of feeds: handed in, started one after the other over restarts, told at the end, and given out again."""

from datetime import timedelta

import pytest

from bot.bridge.admin.opml import HandedIn
from bot.bridge.admin.opml_import import FeedImporter
from bot.model.errors import BridgeError, DirectClosed, NotFound, Refused, TemporaryError
from bot.model.feed import FeedKind, FoundFeed
from bot.model.ids import ChannelId, GuildId, ImportedFeedId, ImportId
from bot.model.message import ChannelKind, ChannelView
from bot.model.opml import ImportState, ListedFeed
from bot.rules.opml import parse_opml, write_opml
from tests.bridge.harness import CHANNEL, GUILD, USER, House
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


async def hand_in(house: House, *feeds: ListedFeed, guild_id: GuildId = GUILD) -> HandedIn:
    data = write_opml(feeds, title="", at=house.clock.now())
    return await house.bridge.lists.hand_in(data, channel(guild_id), USER, placement=None)


async def states(house: House, import_id: ImportId) -> list[ImportState]:
    kept = await house.store.imports.get(import_id)
    assert kept is not None
    return [each.state for each in kept.feeds]


@pytest.fixture
def house(house: House) -> House:
    house.blog.others = [INK, WET]
    house.blog.broken = {GONE.url: Refused("gone.example has no feed: it asked for *a token*.")}
    return house


async def test_nothing_starts_before_the_button(house: House) -> None:
    handed_in = await hand_in(house, PAPER, DAMP, GONE)
    assert handed_in.post.title == "3 feeds in 2 folders"
    assert r"Ann's \*wet\* notes (Paper)" in handed_in.post.body
    assert "hush" not in handed_in.post.body
    await house.deliver()
    assert await house.bridge.admin.blogs(GUILD) == []


async def test_each_is_started_and_the_admin_is_told_at_the_end(house: House) -> None:
    there = await house.bridge.admin.propose(INK.url, channel(), USER, placement=None, comments=True)
    await house.bridge.admin.start(there.proposal_id, GUILD)
    handed_in = await hand_in(house, PAPER, DAMP, GONE)
    begun = await house.bridge.lists.begin(handed_in.id, GUILD)
    assert "3 still to come" in begun.post.body
    await house.deliver()
    assert await states(house, handed_in.id) == [ImportState.THERE, ImportState.STARTED, ImportState.FAILED]
    (report,) = house.chat.said
    assert "1 started, 1 there already, 1 failed" in report.post.body
    assert "has no feed: it asked for *a token*." in report.post.body
    assert "hush" not in report.post.body
    assert "import the same list once more" in report.post.body
    assert (await house.bridge.lists.progress(handed_in.id, GUILD)).post.body == report.post.body
    blogs = await house.bridge.admin.blogs(GUILD)
    assert {each.blog.title: each.subscription.folder for each in blogs} == {
        INK.title: (),
        house.blog.title: ("Paper",),
    }
    assert {each.subscription.added_by for each in blogs} == {USER}


async def test_the_list_names_no_blog_that_others_see_too(house: House) -> None:
    house.blog.title = ""
    handed_in = await hand_in(house, DAMP)
    await house.bridge.lists.begin(handed_in.id, GUILD)
    await house.deliver()
    (there,) = await house.bridge.admin.blogs(GUILD)
    assert there.blog.title == house.blog.found.title != DAMP.title


async def test_old_entries_are_not_posted(house: House) -> None:
    house.blog.write("Old")
    handed_in = await hand_in(house, PAPER)
    await house.bridge.lists.begin(handed_in.id, GUILD)
    await house.deliver()
    house.blog.write("New")
    await house.poll()
    await house.deliver()
    assert "New" in house.titles
    assert "Old" not in house.titles


async def test_a_process_that_is_killed_in_the_middle_goes_on_where_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in = await hand_in(house, PAPER, DAMP)
    await house.bridge.lists.begin(handed_in.id, GUILD)

    async def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    soon = house.clock.now() + timedelta(seconds=30)
    (first,) = await house.store.outbox.claim(house.clock.now(), lease_until=soon, limit=9)
    with monkeypatch.context() as patch:
        patch.setattr(FeedImporter, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            await house.bridge.dispatcher._deliver(first)
    assert len(await house.bridge.admin.blogs(GUILD)) == 1
    await house.bridge.upkeep.recover()
    await house.deliver(timedelta(minutes=1))
    assert await states(house, handed_in.id) == [ImportState.STARTED, ImportState.STARTED]
    assert len(await house.bridge.admin.blogs(GUILD)) == 2
    assert [each.post.title for each in house.chat.said] == ["2 of 2 feeds of your list", "2 feeds of your list"]


async def test_a_blog_that_does_not_answer_does_not_hold_the_others_up(house: House) -> None:
    house.blog.broken[INK.url] = TemporaryError("ink.example did not answer.")
    handed_in = await hand_in(house, PAPER, DAMP)
    await house.bridge.lists.begin(handed_in.id, GUILD)
    await house.deliver()
    assert await states(house, handed_in.id) == [ImportState.FAILED, ImportState.STARTED]
    del house.blog.broken[INK.url]
    again = await hand_in(house, PAPER, DAMP)
    await house.bridge.lists.begin(again.id, GUILD)
    await house.deliver()
    assert await states(house, again.id) == [ImportState.STARTED, ImportState.THERE]


async def test_a_bug_with_one_feed_is_told_and_the_others_go_on(house: House) -> None:
    house.blog.broken[INK.url] = ZeroDivisionError()
    handed_in = await hand_in(house, PAPER, DAMP)
    await house.bridge.lists.begin(handed_in.id, GUILD)
    for _ in range(6):
        await house.deliver(timedelta(hours=1))
    assert await states(house, handed_in.id) == [ImportState.FAILED, ImportState.STARTED]
    assert "inside the bot" in house.chat.said[-1].post.body


async def test_closed_direct_messages_are_no_trouble(house: House) -> None:
    house.chat.trouble = DirectClosed("No messages, please.")
    handed_in = await hand_in(house, PAPER)
    await house.bridge.lists.begin(handed_in.id, GUILD)
    await house.deliver()
    assert house.chat.said == []
    assert (await house.store.outbox.view(house.clock.now())).dead == ()
    assert "1 started" in (await house.bridge.lists.progress(handed_in.id, GUILD)).post.body


async def test_a_list_is_begun_or_cancelled_once_and_by_its_own_guild(house: House) -> None:
    lists = house.bridge.lists
    begun, cancelled = await hand_in(house, PAPER), await hand_in(house, PAPER)
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
async def test_the_channel_is_looked_at_first(house: House, view: ChannelView, words: str) -> None:
    data = write_opml([PAPER], title="", at=house.clock.now())
    if words:
        with pytest.raises(Refused, match=words):
            await house.bridge.lists.hand_in(data, view, USER, placement=None)
    else:
        await house.bridge.lists.hand_in(data, view, USER, placement=None)


async def test_what_is_exported_makes_the_same_set_elsewhere(house: House) -> None:
    handed_in = await hand_in(house, PAPER, DAMP)
    await house.bridge.lists.begin(handed_in.id, GUILD)
    await house.start(ChannelId(21))
    await house.deliver()
    exported = await house.bridge.lists.export(GUILD, "Ann & Ben")
    assert (exported.feeds, exported.stripped) == (3, 1)
    for secret in (b"pw", b"key=k"):
        assert secret not in exported.data
    listed = {each.url: each for each in parse_opml(exported.data)}
    assert listed[INK.url] == ListedFeed(url=INK.url, title=INK.title, home_url=HOME, folder=PAPER.folder)
    assert listed["https://wet.example/feed?page=1"].folder == ("Paper",)

    house.blog.others.append(FoundFeed(url="https://wet.example/feed?page=1", kind=FeedKind.ENTRIES))
    again = await house.bridge.lists.hand_in(exported.data, channel(ELSEWHERE), USER, placement=None)
    await house.bridge.lists.begin(again.id, ELSEWHERE)
    await house.deliver()
    second = await house.bridge.lists.export(ELSEWHERE, "Ann & Ben")
    assert set(parse_opml(second.data)) == set(parse_opml(exported.data))


async def test_nothing_is_refused_in_a_sentence(house: House) -> None:
    with pytest.raises(Refused, match="nothing to export"):
        await house.bridge.lists.export(GUILD, "")


async def test_lists_nobody_begins_are_forgotten(house: House) -> None:
    handed_in = await hand_in(house, PAPER)
    house.clock.move(timedelta(days=2))
    await house.bridge.upkeep.tick()
    with pytest.raises(BridgeError):
        await house.bridge.lists.begin(handed_in.id, GUILD)
    assert await house.store.imports.feed(ImportedFeedId(1)) is None
