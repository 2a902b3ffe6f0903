"""Feeds at their worst: nothing floods a channel, nothing stands there twice, nothing new is taken for known."""

from dataclasses import replace
from datetime import timedelta

from bot.model.entry import EntryRef
from bot.model.feed import Standing
from bot.model.ids import Uid
from bot.model.notice import NoticeKind
from tests.bridge.harness import DAY, GUILD, USER, House
from tests.bridge.told import announced, notices, write_many
from tests.fakes.blog import HOME


async def test_after_a_change_of_software_a_new_post_stands_alone(house: House) -> None:
    house.blog.window, house.blog.paged = 10, True
    await write_many(house, 40)
    await house.start()
    for number in range(40):
        house.blog.edit(number, uid=Uid(f"tag:{number}"), link=f"https://new.example/posts/{number}")
    await house.poll()
    house.blog.write("New")
    await house.poll()
    assert await announced(house) == ["New"]
    assert await notices(house) == [NoticeKind.IDENTITY]


async def test_after_two_changes_of_software_a_new_post_stands_alone(house: House) -> None:
    house.blog.window, house.blog.paged = 10, True
    await write_many(house, 40)
    await house.start()
    for build in "ab":
        house.blog.rename(range(40), author=build, **({} if build == "a" else {"title": "T"}))
        await house.poll()
    house.blog.write("New")
    await house.poll()
    assert await announced(house) == ["New"]


async def test_more_new_posts_than_the_window_after_a_change_of_software(house: House) -> None:
    house.blog.window, house.blog.paged = 10, True
    await write_many(house, 40)
    await house.start()
    house.blog.rename(range(40))
    await write_many(house, 12, "New")
    await house.poll()
    told = await announced(house)
    assert told[0].startswith("2 more entries")
    assert told[1:] == [f"New {number}" for number in range(2, 12)]


async def test_what_leaves_a_renamed_window_is_seen_to_leave_and_what_slides_back_is_old(house: House) -> None:
    house.blog.window = 5
    await write_many(house, 12)
    await house.start()
    house.blog.rename(range(12))
    await house.poll()
    house.blog.entries.pop(9)
    await house.poll()
    assert await announced(house) == []


async def test_a_new_item_with_the_link_that_all_items_have_is_new(house: House) -> None:
    house.blog.window = 5
    await house.start()
    told = []
    for number in range(9):
        house.blog.write(f"Episode {number}")
        house.blog.edit(number, link=f"{HOME}show/")
        told.append(f"Episode {number}")
        await house.poll()
    assert await announced(house) == told


async def test_a_link_told_of_again_much_later_is_new(house: House) -> None:
    house.blog.window = 5
    await house.start()
    house.blog.write("An article")
    link = house.blog.entries[0].link
    await house.poll()
    for number in range(6):
        house.blog.write(f"Other {number}")
        await house.poll()
    house.blog.write("The same article read with other eyes")
    house.blog.edit(7, link=link)
    await house.poll()
    assert len(await announced(house)) == 8


async def test_numbers_tell_titles_of_one_moment_apart(house: House) -> None:
    house.blog.window = 1
    await house.start()
    house.blog.write("Release 1.2.3")
    await house.poll()
    house.blog.write("Release 1.2.4")
    house.blog.edit(1, published_at=house.blog.entries[0].published_at)
    await house.poll()
    assert await announced(house) == ["Release 1.2.3", "Release 1.2.4"]


async def test_a_draft_with_an_old_date_on_top_of_a_full_window_is_posted(house: House) -> None:
    house.blog.window = 10
    await write_many(house, 12)
    await house.start()
    house.blog.write("Draft")
    house.blog.edit(12, published_at=house.clock.now() - 900 * DAY)
    await house.poll()
    assert await announced(house) == ["Draft"]


async def test_an_entry_of_the_future_hides_nothing_in_a_feed_made_anew(house: House) -> None:
    await write_many(house, 5)
    house.blog.edit(0, published_at=house.clock.now() + 99 * DAY)
    await house.start()
    house.blog.rename(range(5))
    await house.poll()
    for number in range(5, 7):
        house.blog.rename(range(number), author=str(number))
        house.blog.write(f"New {number}")
        await house.poll()
    assert await announced(house) == ["New 5", "New 6"]


async def test_names_and_links_made_anew_each_time_are_told_of_once(house: House) -> None:
    await write_many(house, 5)
    await house.start()
    for build in range(4):
        for number in range(5):
            house.blog.edit(number, uid=Uid(f"{build}-{number}"), link=f"{HOME}?sid={build}&x={number}")
        await house.poll()
    assert await announced(house) == []
    assert await notices(house) == [NoticeKind.IDENTITY]
    house.blog.write("New")
    await house.poll()
    assert await announced(house) == ["New"]


async def test_a_feed_in_another_language_posts_nothing_old(house: House) -> None:
    house.blog.window = 10
    await write_many(house, 12)
    await house.start()
    ours = list(house.blog.entries)
    theirs = [
        replace(each, uid=Uid(f"de-{n}"), link=f"{HOME}de/{n}", title=f"Ganz {'anderer ' * n} Titel")
        for n, each in enumerate(ours)
    ]
    for turn in range(4):
        house.blog.entries = [theirs, ours][turn % 2]
        await house.poll()
    assert await announced(house) == []
    assert await notices(house) == [NoticeKind.IDENTITY]


async def test_what_a_replaced_feed_hid_can_be_posted_after_all_the_oldest_first_and_not_as_a_flood(
    house: House,
) -> None:
    await write_many(house, 25)
    subscribed = await house.start()
    house.blog.rename(range(25))
    await house.poll()
    (notice,) = (await house.bridge.admin.show(subscribed)).notices
    await house.bridge.amends.undo(notice.id, USER, GUILD)
    told = await announced(house)
    assert told[0].startswith("15 more entries")
    assert told[1:] == [f"Old {number}" for number in range(15, 25)]


async def test_everything_new_each_time_is_complained_of_once(house: House) -> None:
    house.blog.window = 5
    await house.start()
    for build in range(4):
        house.blog.entries.clear()
        for number in range(5):
            house.blog.write(f"{build * 'a'}{number * 'b'} words")
            house.blog.edit(
                number,
                uid=Uid(f"{build}-{number}"),
                link=f"{HOME}?sid={build}&x={number}",
                published_at=house.clock.now(),
            )
        await house.poll()
    assert await notices(house) == [NoticeKind.GAP]


async def test_comments_under_other_names_are_not_said_again(house: House) -> None:
    entry = house.blog.write("Discussed")
    await house.start()
    for number in range(8):
        house.blog.remark(entry, "Ann", f"Remark {number}")
    await house.poll()
    said = await announced(house)
    house.blog.comments = [
        replace(each, uid=Uid(f"disqus-{number}"), native_id=None) for number, each in enumerate(house.blog.comments)
    ]
    await house.poll()
    assert await announced(house) == said
    house.blog.remark(entry, "Ann", "New")
    await house.poll()
    assert await announced(house) == [*said, "New"]


async def test_a_tombstone_of_what_still_stands_in_the_feed_strikes_nothing(house: House) -> None:
    await house.start()
    entry = house.blog.write("Restored")
    await house.poll()
    await house.deliver()
    house.blog.deleted.append(entry.uid)
    house.blog.write("Other")
    await house.poll()
    assert await announced(house) == ["Restored", "Other"]


async def test_a_comment_finds_its_entry_after_a_change_of_software(house: House) -> None:
    await house.start()
    house.blog.write("Discussed")
    await house.poll()
    entry = house.blog.entries[0]
    house.blog.edit(0, uid=Uid("tag:1"), native_id=None, title="Discussed much", link=f"{HOME}moved/")
    await house.poll()
    house.blog.remark(entry, "Ann", "Words")
    await house.poll()
    assert await announced(house) == ["Discussed much", "Words"]


async def test_an_item_that_comes_and_goes_is_looked_at_once_a_day(house: House) -> None:
    await house.start()
    await write_many(house, 6)
    await house.poll()
    await house.deliver()
    whole = list(house.blog.entries)
    looked = []
    standing = house.blog.standing

    async def count(link: str, **rest: object):  # type: ignore[no-untyped-def]
        looked.append(link)
        return await standing(whole[0].link, **rest)  # type: ignore[arg-type]

    house.blog.standing = count  # type: ignore[method-assign,assignment]
    for turn in range(6):
        house.blog.entries = whole[:3] + whole[4:] if turn % 2 else whole
        house.blog.entries[0] = replace(whole[0], html=f"<p>{turn * 'x'}</p>")
        await house.poll(timedelta(hours=1))
        await house.deliver()
    assert len(looked) == 1


async def test_a_comment_finds_its_entry_though_its_link_is_spelled_otherwise(house: House) -> None:
    await house.start()
    house.blog.write("Discussed")
    house.blog.edit(0, uid=Uid("tag:1"), native_id=None, link=f"{HOME}1/?utm_source=rss")
    await house.poll()
    for link in (f"{HOME}1/", "http://blog.example/1/"):
        said = house.blog.remark(house.blog.entries[0], "Ann", f"By {link[:5]}")
        house.blog.comments[-1] = replace(said, entry=EntryRef(link=link))
    await house.poll()
    assert await announced(house) == ["Discussed", "By https", "By http:"]


async def test_a_comment_finds_its_entry_under_its_newest_name(house: House) -> None:
    await house.start()
    house.blog.write("Discussed")
    await house.poll()
    house.blog.edit(0, uid=Uid("tag:2"), link=f"{HOME}moved/", native_id=None)
    await house.poll()
    said = house.blog.remark(house.blog.entries[0], "Ann", "Words")
    house.blog.comments[0] = replace(said, entry=EntryRef(uid=Uid("tag:2")))
    await house.poll()
    assert await announced(house) == ["Discussed", "Words"]


async def test_an_entry_that_a_comment_told_of_first_is_not_posted_again_when_its_feed_spells_its_link_otherwise(
    house: House,
) -> None:
    await house.start()
    entry = house.blog.write("Discussed")
    house.blog.entries.clear()
    said = house.blog.remark(entry, "Ann", "Words")
    house.blog.comments[0] = replace(said, entry=EntryRef(link=entry.link, title="Discussed"))
    await house.poll()
    await house.deliver()
    house.blog.entries.append(replace(entry, uid=Uid("tag:1"), native_id=None, link=f"{entry.link}?utm_source=rss"))
    await house.poll()
    assert await announced(house) == ["Discussed", "Words"]


async def test_a_blog_that_lets_nobody_look_is_asked_a_few_times_and_nobody_is_bothered(house: House) -> None:
    await house.start()
    await write_many(house, 6)
    await house.poll()
    await house.deliver()
    looked = []

    async def unclear(link: str, **_: object) -> Standing:
        looked.append(link)
        return Standing.UNKNOWN

    house.blog.standing = unclear  # type: ignore[method-assign,assignment]
    house.blog.entries.pop(3)
    await house.poll()
    for _ in range(36):
        await house.deliver(after=timedelta(hours=1))
    assert 3 <= len(looked) <= 10
    outbox = (await house.bridge.views.status(GUILD)).outbox
    assert (outbox.waiting, outbox.dead) == (0, ())
    assert "Old 3" in await announced(house)
