"""Floods of comments: a channel gets the newest few and one summary, a person one alert, whichever way they came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bridge.announce.edits import Edits
from bot.bridge.ingest.misfiled_comments import Refiler
from bot.bridge.ingest.misplaced_replies import Misplaced
from bot.bridge.outbox.deliveries import tell_admin
from bot.model.entry import ParsedEntry
from bot.model.errors import Lost, TemporaryError
from bot.model.feed import FeedKind
from bot.model.ids import ChannelId, NoticeId, UserId
from bot.rules.comment_flood import MOST_ALERTS, MOST_COMMENTS
from bot.storage.database import Database
from bot.storage.statements import fetch
from tests.bridge.harness import CHANNEL, GUILD, USER, House, build_house
from tests.bridge.websub.hubs import PUSH
from tests.fakes.blog import HOME

MINUTE = timedelta(minutes=1)
#: Of more comments than there is room for, so many are posted.
NEWEST = 10


def said_to(house: House, user_id: int = USER) -> list[str]:
    return [each.post.title for each in house.chat.said if each.ref.channel_id == ChannelId(user_id)]


def comments_in(house: House) -> list[str]:
    return [each.post.body for each in house.chat.said if not each.post.title and each.ref.channel_id != USER]


def summaries_in(house: House) -> list[str]:
    return [each.post.title for each in house.chat.said if "more comment" in each.post.title and not each.post.author]


def remark(house: House, entries: Sequence[ParsedEntry], count: int, name: str = "Said") -> None:
    """Write so many comments, over the entries in turn."""
    for number in range(count):
        house.blog.remark(entries[number % len(entries)], "Bob", f"{name} {number}")


async def with_entries(house: House, count: int = 1, *, alert: bool = True) -> list[ParsedEntry]:
    """Start a blog with entries that stand in the channel, and an alert on all of them."""
    subscribed = await house.start()
    if alert:
        await house.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    entries: list[ParsedEntry] = []
    while len(entries) < count:
        entries += [house.blog.write(f"Post {len(entries) + more}") for more in range(min(10, count - len(entries)))]
        await house.poll()
        await house.deliver()
    house.chat.said.clear()
    return entries


async def settle(house: House, minutes: int = 30) -> None:
    """Let time pass in which everything that waits is delivered, without looking at the blog."""
    for _ in range(minutes * 2):
        await house.deliver(MINUTE / 2)


async def test_a_thousand_comments_in_one_poll(house: House) -> None:
    house.blog.window = 1000
    entries = await with_entries(house)
    remark(house, entries, 1000)
    await house.poll(MINUTE * 3)
    await settle(house)
    assert comments_in(house) == [f"Said {number}" for number in range(990, 1000)]
    assert summaries_in(house) == ["990 more comments on Post 0"]
    [summary] = [each for each in house.chat.said if each.post.title in summaries_in(house)]
    assert summary.ref.channel_id in house.chat.threads
    assert f"[Post 0](<{entries[0].link}>)" in summary.post.body
    assert said_to(house) == ["1,000 new comments on Post 0"]
    [alert] = [each for each in house.chat.said if each.ref.channel_id == USER]
    assert "and 997 more before these" in alert.post.body
    assert all(f"Said {number}" in alert.post.body for number in (997, 998, 999))


async def test_as_many_as_people_write_are_posted_one_by_one(house: House) -> None:
    entries = await with_entries(house)
    remark(house, entries, MOST_COMMENTS)
    await house.poll(MINUTE * 3)
    await settle(house)
    assert len(comments_in(house)) == MOST_COMMENTS
    assert summaries_in(house) == []


async def test_many_entries_with_a_few_comments_each(house: House) -> None:
    house.blog.window = 1000
    entries = await with_entries(house, 40)
    remark(house, entries, 120)
    await house.poll(MINUTE * 3)
    await settle(house)
    assert len(comments_in(house)) == NEWEST
    [summary] = [each for each in house.chat.said if "more comment" in each.post.title]
    assert summary.post.title == r"110 more comments on 40 entries of Ann's \*blog\*"
    assert summary.ref.channel_id == CHANNEL
    assert summary.post.body.count("\n") == 15
    assert "25 more entries" in summary.post.body
    assert len(said_to(house)) == MOST_ALERTS + 1, "the last says that there are more"


async def test_older_pages_that_are_read_back(house: House) -> None:
    house.blog.window, house.blog.paged = 50, True
    entries = await with_entries(house)
    remark(house, entries, 5, "Before")
    await house.poll(MINUTE * 3)
    await settle(house)
    house.chat.said.clear()
    remark(house, entries, 170)
    await house.poll(MINUTE * 3)
    await settle(house)
    assert comments_in(house) == [f"Said {number}" for number in range(160, 170)]
    assert summaries_in(house) == ["160 more comments on Post 0"]
    assert said_to(house) == ["170 new comments on Post 0"]


async def test_feeds_of_single_entries(house: House) -> None:
    house.blog.no_comments_feed = True
    await house.start()
    entries = [house.blog.write(f"Post {number}") for number in range(10)]
    for number in range(10):
        house.blog.edit(number, comments_feed_url=f"{HOME}{number}/feed/")
    entries = house.blog.entries
    await house.poll()
    await house.poll()
    await house.deliver()
    house.chat.said.clear()
    remark(house, entries, 200)
    await house.poll(timedelta(hours=7))
    await settle(house, 60)
    assert len(comments_in(house)) <= MOST_COMMENTS
    assert len(summaries_in(house)) == 1
    assert len(comments_in(house)) + 170 <= 200


async def test_a_hub_that_sends_one_comment_at_a_time(store: Database) -> None:
    house = build_house(store, public_url="https://bot.example")
    house.blog.hubs[FeedKind.COMMENTS] = push = replace(PUSH, topic_url=f"{HOME}comments/feed/")
    entries = await with_entries(house)
    await house.ask_hubs()
    assert await house.hub.verify() == [True]
    for number in range(80):
        comment = house.blog.remark(entries[0], "Bob", f"Said {number}")
        assert await house.hub.publish(push.topic_url, comment.uid) == [202]
        await house.take_in()
        await house.deliver(timedelta(seconds=2))
    await settle(house)
    assert comments_in(house) == [f"Said {number}" for number in range(MOST_COMMENTS)]
    assert summaries_in(house)[0] == "1 more comment on Post 0"
    counted = [int(title.split()[0]) for title in summaries_in(house)]
    assert sum(counted) == 80 - MOST_COMMENTS
    assert len(counted) == 2, "one in ten minutes"
    assert [title.split()[0] for title in said_to(house)] == ["New", "New", "New", "77"]


async def test_a_flood_that_goes_on_is_summed_up_every_ten_minutes(house: House) -> None:
    house.blog.window = 1000
    entries = await with_entries(house)
    for _ in range(10):
        remark(house, entries, 100)
        await house.poll(MINUTE * 2)
        await house.deliver()
    await settle(house)
    assert 2 <= len(summaries_in(house)) <= 4
    assert len(comments_in(house)) <= 2 * MOST_COMMENTS
    counted = sum(int(title.split()[0].replace(",", "")) for title in summaries_in(house))
    assert counted + len(comments_in(house)) == 1000
    assert len(said_to(house)) <= 3


async def test_why_tells_that_a_comment_was_summed_up(house: House) -> None:
    house.blog.window = 1000
    entries = await with_entries(house)
    remark(house, entries, 100)
    await house.poll(MINUTE * 3)
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    link = house.blog.comments[0].link or ""
    before = await house.bridge.why.explain(subscribed, link)
    assert "a summary, which is still to be posted" in before.conclusion
    await settle(house)
    after = await house.bridge.why.explain(subscribed, link)
    assert after.conclusion == (
        "Not posted, because too many comments came at once, so it was only counted in a summary."
    )
    newest = await house.bridge.why.explain(subscribed, house.blog.comments[-1].link or "")
    assert newest.conclusion.startswith("Posted")


async def test_what_is_paused_gets_no_summary(house: House) -> None:
    house.blog.window = 1000
    entries = await with_entries(house, alert=False)
    remark(house, entries, 100)
    await house.poll(MINUTE * 3)
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    await house.bridge.admin.pause(subscribed.subscription)
    await settle(house)
    assert house.chat.said == []
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    await house.bridge.admin.resume(subscribed)
    remark(house, entries, 3, "New")
    await house.poll(MINUTE * 3)
    await settle(house)
    assert comments_in(house) == ["New 0", "New 1", "New 2"]
    assert summaries_in(house) == []


async def test_a_lost_channel_gets_its_summary_when_it_is_back(house: House) -> None:
    house.blog.window = 1000
    entries = await with_entries(house, alert=False)
    house.chat.trouble = Lost("I may not write there.")
    remark(house, entries, 100)
    await house.poll(MINUTE * 3)
    await house.deliver()
    house.chat.trouble = None
    await house.deliver(timedelta(hours=2))
    await settle(house)
    assert summaries_in(house) == ["90 more comments on Post 0"]
    assert len(comments_in(house)) == NEWEST


async def test_alerts_wait_for_each_other_by_entry(house: House) -> None:
    one, other = await with_entries(house, 2)
    for minute in range(10):
        house.blog.remark(one, "Bob", f"Said {minute}")
        await house.poll(MINUTE * 2)
        await house.deliver()
    house.blog.remark(other, "Eve", "Elsewhere")
    await house.poll(MINUTE * 2)
    await settle(house)
    assert said_to(house) == [
        "New comment on Post 0",
        "New comment on Post 0",
        "New comment on Post 0",
        "New comment on Post 1",
        "7 new comments on Post 0",
    ]


async def test_a_person_gets_so_many_alerts_a_day_and_is_told_once(house: House) -> None:
    entries = await with_entries(house, MOST_ALERTS + 15)
    for entry in entries:
        house.blog.remark(entry, "Bob", "Said")
    await house.poll(MINUTE * 3)
    await settle(house)
    assert len(said_to(house)) == MOST_ALERTS + 1
    last = [each.post for each in house.chat.said if each.ref.channel_id == USER][-1]
    assert last.title == "More comments came"
    assert "See [the thread](<https://discord.com/channels/" in last.body
    house.blog.remark(entries[0], "Bob", "More")
    await house.poll(MINUTE * 3)
    await settle(house)
    assert len(said_to(house)) == MOST_ALERTS + 1, "it is said once a day"
    house.blog.remark(entries[0], "Bob", "The next day")
    await house.poll()
    await settle(house)
    assert said_to(house)[MOST_ALERTS + 1 :] == ["New comment on Post 0"]


async def test_direct_messages_are_sent_at_a_pace_of_the_whole_bot(store: Database) -> None:
    house = build_house(store)
    subscribed = await house.start()
    people = [UserId(500 + number) for number in range(40)]
    for person in people:
        await house.bridge.alerts.switch_on(GUILD, person, subscribed.blog, None)
    entry = house.blog.write("Post")
    await house.poll()
    house.blog.remark(entry, "Bob", "Said")
    await house.poll(MINUTE * 3)
    await house.deliver()

    def told() -> int:
        return sum(each.ref.channel_id in people for each in house.chat.said)

    assert told() == 10
    await house.deliver(timedelta(seconds=3))
    assert told() == 11
    await house.deliver(timedelta(seconds=9))
    assert told() == 14
    # Notices go at the same pace.
    await store.outbox.add([tell_admin(USER, NoticeId(1), house.clock.now())])
    again = build_house(store)
    again.clock.move(house.clock.now() - again.clock.now())
    again.bridge.dispatcher._handlers = house.bridge.dispatcher._handlers
    await again.deliver()
    assert told() == 14, "a restart is no reason to send faster"
    for _ in range(30):
        house.clock.move(timedelta(seconds=3))
        await again.deliver(timedelta(seconds=3))
    assert told() == 40
    failed = await store.outbox.view(house.clock.now())
    assert (failed.waiting, failed.dead) == (0, ())


@pytest.mark.parametrize("heard", [True, False])
async def test_an_alert_that_is_tried_again_is_sent_once(house: House, heard: bool) -> None:
    entries = await with_entries(house)
    remark(house, entries, 3)
    await house.poll(MINUTE * 3)
    house.chat.trouble, house.chat.heard = TemporaryError("Discord is away."), heard
    await house.deliver()
    house.chat.trouble = None
    remark(house, entries, 2, "Later")
    await house.poll(MINUTE * 3)
    await settle(house)
    assert said_to(house) == ["3 new comments on Post 0", "2 new comments on Post 0"]


async def test_an_alert_that_waits_follows_comments_that_move_to_another_entry(house: House) -> None:
    one, two = house.blog.write("One"), house.blog.write("Two")
    subscribed = await house.start()
    await house.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    house.blog.remark(one, "Ben", "<p>First words.</p>")
    house.blog.remark(two, "Mia", "<p>Other words.</p>")
    await house.poll()
    # As versions left it that filed comments by the number in a foreign guid, before anybody was told.
    entries = {each.title: each.id for each in await house.store.items.newest_entries(subscribed.blog.id, 2)}
    for table in ("comments", "alerted_comments"):
        await fetch(f"UPDATE {table} SET entry_id = $1", entries["Two"])
    await fetch("DELETE FROM deliveries WHERE kind <> 'alert_author'")
    await fetch("UPDATE blogs SET comments_checked_at = NULL")
    edits, notices = Edits(house.store, house.clock), house.notices
    misplaced = Misplaced(house.store, notices, house.clock)
    await Refiler(house.store, house.blog, edits, notices, misplaced, house.clock).mend(subscribed.blog.id)
    await house.deliver(timedelta(hours=1))
    told = sorted(each.post.title for each in house.chat.said if each.ref.channel_id == USER)
    assert told == ["New comment on One", "New comment on Two"]
