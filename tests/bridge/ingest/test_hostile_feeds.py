"""Feeds at their worst: nothing floods a channel, nothing stands there twice, nothing new is taken for known."""

from dataclasses import replace
from datetime import timedelta

from bot.model.entry import EntryRef
from bot.model.feed import Availability
from bot.model.ids import Uid
from bot.model.notice import NoticeKind
from tests.bridge.harness import DAY, GUILD, USER, BridgeHarness
from tests.bridge.journey_steps import announced, notices, write_many
from tests.fakes.blog import HOME


async def test_after_a_change_of_software_a_new_post_stands_alone(harness: BridgeHarness) -> None:
    harness.blog.window, harness.blog.paged = 10, True
    await write_many(harness, 40)
    await harness.start()
    for number in range(40):
        harness.blog.edit(number, uid=Uid(f"tag:{number}"), link=f"https://new.example/posts/{number}")
    await harness.poll()
    harness.blog.write("New")
    await harness.poll()
    assert await announced(harness) == ["New"]
    assert await notices(harness) == [NoticeKind.IDENTITY]


async def test_after_two_changes_of_software_a_new_post_stands_alone(harness: BridgeHarness) -> None:
    harness.blog.window, harness.blog.paged = 10, True
    await write_many(harness, 40)
    await harness.start()
    for build in "ab":
        harness.blog.rename(range(40), author=build, **({} if build == "a" else {"title": "T"}))
        await harness.poll()
    harness.blog.write("New")
    await harness.poll()
    assert await announced(harness) == ["New"]


async def test_more_new_posts_than_the_window_after_a_change_of_software(harness: BridgeHarness) -> None:
    harness.blog.window, harness.blog.paged = 10, True
    await write_many(harness, 40)
    await harness.start()
    harness.blog.rename(range(40))
    await write_many(harness, 12, "New")
    await harness.poll()
    told = await announced(harness)
    assert told[0].startswith("2 more entries")
    assert told[1:] == [f"New {number}" for number in range(2, 12)]


async def test_what_leaves_a_renamed_window_is_seen_to_leave_and_what_slides_back_is_old(
    harness: BridgeHarness,
) -> None:
    harness.blog.window = 5
    await write_many(harness, 12)
    await harness.start()
    harness.blog.rename(range(12))
    await harness.poll()
    harness.blog.entries.pop(9)
    await harness.poll()
    assert await announced(harness) == []


async def test_a_new_item_with_the_link_that_all_items_have_is_new(harness: BridgeHarness) -> None:
    harness.blog.window = 5
    await harness.start()
    told = []
    for number in range(9):
        harness.blog.write(f"Episode {number}")
        harness.blog.edit(number, link=f"{HOME}show/")
        told.append(f"Episode {number}")
        await harness.poll()
    assert await announced(harness) == told


async def test_a_link_told_of_again_much_later_is_new(harness: BridgeHarness) -> None:
    harness.blog.window = 5
    await harness.start()
    harness.blog.write("An article")
    link = harness.blog.entries[0].link
    await harness.poll()
    for number in range(6):
        harness.blog.write(f"Other {number}")
        await harness.poll()
    harness.blog.write("The same article read with other eyes")
    harness.blog.edit(7, link=link)
    await harness.poll()
    assert len(await announced(harness)) == 8


async def test_numbers_tell_titles_of_one_moment_apart(harness: BridgeHarness) -> None:
    harness.blog.window = 1
    await harness.start()
    harness.blog.write("Release 1.2.3")
    await harness.poll()
    harness.blog.write("Release 1.2.4")
    harness.blog.edit(1, published_at=harness.blog.entries[0].published_at)
    await harness.poll()
    assert await announced(harness) == ["Release 1.2.3", "Release 1.2.4"]


async def test_a_draft_with_an_old_date_on_top_of_a_full_window_is_posted(harness: BridgeHarness) -> None:
    harness.blog.window = 10
    await write_many(harness, 12)
    await harness.start()
    harness.blog.write("Draft")
    harness.blog.edit(12, published_at=harness.clock.now() - 900 * DAY)
    await harness.poll()
    assert await announced(harness) == ["Draft"]


async def test_an_entry_of_the_future_hides_nothing_in_a_feed_made_anew(harness: BridgeHarness) -> None:
    await write_many(harness, 5)
    harness.blog.edit(0, published_at=harness.clock.now() + 99 * DAY)
    await harness.start()
    harness.blog.rename(range(5))
    await harness.poll()
    for number in range(5, 7):
        harness.blog.rename(range(number), author=str(number))
        harness.blog.write(f"New {number}")
        await harness.poll()
    assert await announced(harness) == ["New 5", "New 6"]


async def test_names_and_links_made_anew_each_time_are_told_of_once(harness: BridgeHarness) -> None:
    await write_many(harness, 5)
    await harness.start()
    for build in range(4):
        for number in range(5):
            harness.blog.edit(number, uid=Uid(f"{build}-{number}"), link=f"{HOME}?sid={build}&x={number}")
        await harness.poll()
    assert await announced(harness) == []
    assert await notices(harness) == [NoticeKind.IDENTITY]
    harness.blog.write("New")
    await harness.poll()
    assert await announced(harness) == ["New"]


async def test_a_feed_in_another_language_posts_nothing_old(harness: BridgeHarness) -> None:
    harness.blog.window = 10
    await write_many(harness, 12)
    await harness.start()
    ours = list(harness.blog.entries)
    theirs = [
        replace(each, uid=Uid(f"de-{n}"), link=f"{HOME}de/{n}", title=f"Ganz {'anderer ' * n} Titel")
        for n, each in enumerate(ours)
    ]
    for turn in range(4):
        harness.blog.entries = [theirs, ours][turn % 2]
        await harness.poll()
    assert await announced(harness) == []
    assert await notices(harness) == [NoticeKind.IDENTITY]


async def test_what_a_replaced_feed_hid_can_be_posted_after_all_the_oldest_first_and_not_as_a_flood(
    harness: BridgeHarness,
) -> None:
    await write_many(harness, 25)
    subscribed = await harness.start()
    harness.blog.rename(range(25))
    await harness.poll()
    (notice,) = (await harness.bridge.admin.show(subscribed)).notices
    await harness.bridge.undo_notice.undo(notice.id, USER, GUILD)
    told = await announced(harness)
    assert told[0].startswith("15 more entries")
    assert told[1:] == [f"Old {number}" for number in range(15, 25)]


async def test_everything_new_each_time_is_complained_of_once(harness: BridgeHarness) -> None:
    harness.blog.window = 5
    await harness.start()
    for build in range(4):
        harness.blog.entries.clear()
        for number in range(5):
            harness.blog.write(f"{build * 'a'}{number * 'b'} words")
            harness.blog.edit(
                number,
                uid=Uid(f"{build}-{number}"),
                link=f"{HOME}?sid={build}&x={number}",
                published_at=harness.clock.now(),
            )
        await harness.poll()
    assert await notices(harness) == [NoticeKind.GAP]


async def test_comments_under_other_names_are_not_said_again(harness: BridgeHarness) -> None:
    entry = harness.blog.write("Discussed")
    await harness.start()
    for number in range(8):
        harness.blog.remark(entry, "Ann", f"Remark {number}")
    await harness.poll()
    said = await announced(harness)
    harness.blog.comments = [
        replace(each, uid=Uid(f"disqus-{number}"), native_id=None) for number, each in enumerate(harness.blog.comments)
    ]
    await harness.poll()
    assert await announced(harness) == said
    harness.blog.remark(entry, "Ann", "New")
    await harness.poll()
    assert await announced(harness) == [*said, "New"]


async def test_a_tombstone_of_what_still_stands_in_the_feed_strikes_nothing(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Restored")
    await harness.poll()
    await harness.deliver()
    harness.blog.deleted.append(entry.uid)
    harness.blog.write("Other")
    await harness.poll()
    assert await announced(harness) == ["Restored", "Other"]


async def test_a_comment_finds_its_entry_after_a_change_of_software(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Discussed")
    await harness.poll()
    entry = harness.blog.entries[0]
    harness.blog.edit(0, uid=Uid("tag:1"), native_id=None, title="Discussed much", link=f"{HOME}moved/")
    await harness.poll()
    harness.blog.remark(entry, "Ann", "Words")
    await harness.poll()
    assert await announced(harness) == ["Discussed much", "Words"]


async def test_an_item_that_comes_and_goes_is_looked_at_once_a_day(harness: BridgeHarness) -> None:
    await harness.start()
    await write_many(harness, 6)
    await harness.poll()
    await harness.deliver()
    whole = list(harness.blog.entries)
    looked = []
    check = harness.blog.check_availability

    async def count(link: str, **rest: object):  # type: ignore[no-untyped-def]
        looked.append(link)
        return await check(whole[0].link, **rest)  # type: ignore[arg-type]

    harness.blog.check_availability = count  # type: ignore[method-assign,assignment]
    for turn in range(6):
        harness.blog.entries = whole[:3] + whole[4:] if turn % 2 else whole
        harness.blog.entries[0] = replace(whole[0], html=f"<p>{turn * 'x'}</p>")
        await harness.poll(timedelta(hours=1))
        await harness.deliver()
    assert len(looked) == 1


async def test_a_comment_finds_its_entry_though_its_link_is_spelled_otherwise(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Discussed")
    harness.blog.edit(0, uid=Uid("tag:1"), native_id=None, link=f"{HOME}1/?utm_source=rss")
    await harness.poll()
    for link in (f"{HOME}1/", "http://blog.example/1/"):
        said = harness.blog.remark(harness.blog.entries[0], "Ann", f"By {link[:5]}")
        harness.blog.comments[-1] = replace(said, entry=EntryRef(link=link))
    await harness.poll()
    assert await announced(harness) == ["Discussed", "By https", "By http:"]


async def test_a_comment_finds_its_entry_under_its_newest_name(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Discussed")
    await harness.poll()
    harness.blog.edit(0, uid=Uid("tag:2"), link=f"{HOME}moved/", native_id=None)
    await harness.poll()
    said = harness.blog.remark(harness.blog.entries[0], "Ann", "Words")
    harness.blog.comments[0] = replace(said, entry=EntryRef(uid=Uid("tag:2")))
    await harness.poll()
    assert await announced(harness) == ["Discussed", "Words"]


async def test_an_entry_that_a_comment_told_of_first_is_not_posted_again_when_its_feed_spells_its_link_otherwise(
    harness: BridgeHarness,
) -> None:
    await harness.start()
    entry = harness.blog.write("Discussed")
    harness.blog.entries.clear()
    said = harness.blog.remark(entry, "Ann", "Words")
    harness.blog.comments[0] = replace(said, entry=EntryRef(link=entry.link, title="Discussed"))
    await harness.poll()
    await harness.deliver()
    harness.blog.entries.append(replace(entry, uid=Uid("tag:1"), native_id=None, link=f"{entry.link}?utm_source=rss"))
    await harness.poll()
    assert await announced(harness) == ["Discussed", "Words"]


async def test_a_blog_that_lets_nobody_look_is_asked_a_few_times_and_nobody_is_bothered(harness: BridgeHarness) -> None:
    await harness.start()
    await write_many(harness, 6)
    await harness.poll()
    await harness.deliver()
    looked = []

    async def unclear(link: str, **_: object) -> Availability:
        looked.append(link)
        return Availability.UNKNOWN

    harness.blog.check_availability = unclear  # type: ignore[method-assign,assignment]
    harness.blog.entries.pop(3)
    await harness.poll()
    for _ in range(36):
        await harness.deliver(after=timedelta(hours=1))
    assert 3 <= len(looked) <= 10
    outbox = (await harness.bridge.views.status(GUILD)).outbox
    assert (outbox.waiting, outbox.dead) == (0, ())
    assert "Old 3" in await announced(harness)
