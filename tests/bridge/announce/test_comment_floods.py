"""Floods of comments: a channel gets the newest few and one summary, a person one alert, whichever way they came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bridge.announce.edits import Edits
from bot.bridge.ingest.misfiled_comments import MisfiledComments
from bot.bridge.ingest.own_replies import OwnReplies
from bot.bridge.outbox.deliveries import notify_admin
from bot.model.entry import ParsedEntry
from bot.model.errors import ChannelLost, TemporaryError
from bot.model.feed import FeedKind
from bot.model.ids import ChannelId, NoticeId, UserId
from bot.rules.comment_flood import MOST_ALERTS, MOST_COMMENTS
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness, build_harness
from tests.bridge.websub.hubs import PUSH
from tests.fakes.blog import HOME

MINUTE = timedelta(minutes=1)
#: Of more comments than there is room for, so many are posted.
NEWEST = 10


def said_to(harness: BridgeHarness, user_id: int = USER) -> list[str]:
    return [each.post.title for each in harness.chat.said if each.ref.channel_id == ChannelId(user_id)]


def comments_in(harness: BridgeHarness) -> list[str]:
    return [each.post.body for each in harness.chat.said if not each.post.title and each.ref.channel_id != USER]


def summaries_in(harness: BridgeHarness) -> list[str]:
    return [each.post.title for each in harness.chat.said if "more comment" in each.post.title and not each.post.author]


def remark(harness: BridgeHarness, entries: Sequence[ParsedEntry], count: int, name: str = "Said") -> None:
    """Write so many comments, over the entries in turn."""
    for number in range(count):
        harness.blog.remark(entries[number % len(entries)], "Bob", f"{name} {number}")


async def with_entries(harness: BridgeHarness, count: int = 1, *, alert: bool = True) -> list[ParsedEntry]:
    """Start a blog with entries that stand in the channel, and an alert on all of them."""
    subscribed = await harness.start()
    if alert:
        await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    entries: list[ParsedEntry] = []
    while len(entries) < count:
        entries += [harness.blog.write(f"Post {len(entries) + more}") for more in range(min(10, count - len(entries)))]
        await harness.poll()
        await harness.deliver()
    harness.chat.said.clear()
    return entries


async def settle(harness: BridgeHarness, minutes: int = 30) -> None:
    """Let time pass in which everything that waits is delivered, without looking at the blog."""
    for _ in range(minutes * 2):
        await harness.deliver(MINUTE / 2)


async def test_a_thousand_comments_in_one_poll(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    entries = await with_entries(harness)
    remark(harness, entries, 1000)
    await harness.poll(MINUTE * 3)
    await settle(harness)
    assert comments_in(harness) == [f"Said {number}" for number in range(990, 1000)]
    assert summaries_in(harness) == ["990 more comments on Post 0"]
    [summary] = [each for each in harness.chat.said if each.post.title in summaries_in(harness)]
    assert summary.ref.channel_id in harness.chat.threads
    assert f"[Post 0](<{entries[0].link}>)" in summary.post.body
    assert said_to(harness) == ["1,000 new comments on Post 0"]
    [alert] = [each for each in harness.chat.said if each.ref.channel_id == USER]
    assert "and 997 more before these" in alert.post.body
    assert all(f"Said {number}" in alert.post.body for number in (997, 998, 999))


async def test_as_many_as_people_write_are_posted_one_by_one(harness: BridgeHarness) -> None:
    entries = await with_entries(harness)
    remark(harness, entries, MOST_COMMENTS)
    await harness.poll(MINUTE * 3)
    await settle(harness)
    assert len(comments_in(harness)) == MOST_COMMENTS
    assert summaries_in(harness) == []


async def test_many_entries_with_a_few_comments_each(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    entries = await with_entries(harness, 40)
    remark(harness, entries, 120)
    await harness.poll(MINUTE * 3)
    await settle(harness)
    assert len(comments_in(harness)) == NEWEST
    [summary] = [each for each in harness.chat.said if "more comment" in each.post.title]
    assert summary.post.title == r"110 more comments on 40 entries of Ann's \*blog\*"
    assert summary.ref.channel_id == CHANNEL
    assert summary.post.body.count("\n") == 15
    assert "25 more entries" in summary.post.body
    assert len(said_to(harness)) == MOST_ALERTS + 1, "the last says that there are more"


async def test_older_pages_that_are_read_back(harness: BridgeHarness) -> None:
    harness.blog.window, harness.blog.paged = 50, True
    entries = await with_entries(harness)
    remark(harness, entries, 5, "Before")
    await harness.poll(MINUTE * 3)
    await settle(harness)
    harness.chat.said.clear()
    remark(harness, entries, 170)
    await harness.poll(MINUTE * 3)
    await settle(harness)
    assert comments_in(harness) == [f"Said {number}" for number in range(160, 170)]
    assert summaries_in(harness) == ["160 more comments on Post 0"]
    assert said_to(harness) == ["170 new comments on Post 0"]


async def test_feeds_of_single_entries(harness: BridgeHarness) -> None:
    harness.blog.no_comments_feed = True
    await harness.start()
    entries = [harness.blog.write(f"Post {number}") for number in range(10)]
    for number in range(10):
        harness.blog.edit(number, comments_feed_url=f"{HOME}{number}/feed/")
    entries = harness.blog.entries
    await harness.poll()
    await harness.poll()
    await harness.deliver()
    harness.chat.said.clear()
    remark(harness, entries, 200)
    await harness.poll(timedelta(hours=7))
    await settle(harness, 60)
    assert len(comments_in(harness)) <= MOST_COMMENTS
    assert len(summaries_in(harness)) == 1
    assert len(comments_in(harness)) + 170 <= 200


async def test_a_hub_that_sends_one_comment_at_a_time(store: Store) -> None:
    harness = build_harness(store, public_url="https://bot.example")
    harness.blog.hubs[FeedKind.COMMENTS] = push = replace(PUSH, topic_url=f"{HOME}comments/feed/")
    entries = await with_entries(harness)
    await harness.ask_hubs()
    assert await harness.hub.verify() == [True]
    for number in range(80):
        comment = harness.blog.remark(entries[0], "Bob", f"Said {number}")
        assert await harness.hub.publish(push.topic_url, comment.uid) == [202]
        await harness.take_in()
        await harness.deliver(timedelta(seconds=2))
    await settle(harness)
    assert comments_in(harness) == [f"Said {number}" for number in range(MOST_COMMENTS)]
    assert summaries_in(harness)[0] == "1 more comment on Post 0"
    counted = [int(title.split()[0]) for title in summaries_in(harness)]
    assert sum(counted) == 80 - MOST_COMMENTS
    assert len(counted) == 2, "one in ten minutes"
    assert [title.split()[0] for title in said_to(harness)] == ["New", "New", "New", "77"]


async def test_a_flood_that_goes_on_is_summed_up_every_ten_minutes(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    entries = await with_entries(harness)
    for _ in range(10):
        remark(harness, entries, 100)
        await harness.poll(MINUTE * 2)
        await harness.deliver()
    await settle(harness)
    assert 2 <= len(summaries_in(harness)) <= 4
    assert len(comments_in(harness)) <= 2 * MOST_COMMENTS
    counted = sum(int(title.split()[0].replace(",", "")) for title in summaries_in(harness))
    assert counted + len(comments_in(harness)) == 1000
    assert len(said_to(harness)) <= 3


async def test_why_tells_that_a_comment_was_summed_up(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    entries = await with_entries(harness)
    remark(harness, entries, 100)
    await harness.poll(MINUTE * 3)
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    link = harness.blog.comments[0].link or ""
    before = await harness.bridge.explainer.explain(subscribed, link)
    assert "a summary, which is still to be posted" in before.conclusion
    await settle(harness)
    after = await harness.bridge.explainer.explain(subscribed, link)
    assert after.conclusion == (
        "Not posted, because too many comments came at once, so it was only counted in a summary."
    )
    newest = await harness.bridge.explainer.explain(subscribed, harness.blog.comments[-1].link or "")
    assert newest.conclusion.startswith("Posted")


async def test_what_is_paused_gets_no_summary(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    entries = await with_entries(harness, alert=False)
    remark(harness, entries, 100)
    await harness.poll(MINUTE * 3)
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.admin.pause(subscribed.subscription)
    await settle(harness)
    assert harness.chat.said == []
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.admin.resume(subscribed)
    remark(harness, entries, 3, "New")
    await harness.poll(MINUTE * 3)
    await settle(harness)
    assert comments_in(harness) == ["New 0", "New 1", "New 2"]
    assert summaries_in(harness) == []


async def test_a_lost_channel_gets_its_summary_when_it_is_back(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    entries = await with_entries(harness, alert=False)
    harness.chat.trouble = ChannelLost("I may not write there.")
    remark(harness, entries, 100)
    await harness.poll(MINUTE * 3)
    await harness.deliver()
    harness.chat.trouble = None
    await harness.deliver(timedelta(hours=2))
    await settle(harness)
    assert summaries_in(harness) == ["90 more comments on Post 0"]
    assert len(comments_in(harness)) == NEWEST


async def test_alerts_wait_for_each_other_by_entry(harness: BridgeHarness) -> None:
    one, other = await with_entries(harness, 2)
    for minute in range(10):
        harness.blog.remark(one, "Bob", f"Said {minute}")
        await harness.poll(MINUTE * 2)
        await harness.deliver()
    harness.blog.remark(other, "Eve", "Elsewhere")
    await harness.poll(MINUTE * 2)
    await settle(harness)
    # The last two are due at the same time, in two lanes.
    said = said_to(harness)
    assert said[:3] == ["New comment on Post 0"] * 3
    assert sorted(said[3:]) == ["7 new comments on Post 0", "New comment on Post 1"]


async def test_a_person_gets_so_many_alerts_a_day_and_is_told_once(harness: BridgeHarness) -> None:
    entries = await with_entries(harness, MOST_ALERTS + 15)
    for entry in entries:
        harness.blog.remark(entry, "Bob", "Said")
    await harness.poll(MINUTE * 3)
    await settle(harness)
    assert len(said_to(harness)) == MOST_ALERTS + 1
    last = [each.post for each in harness.chat.said if each.ref.channel_id == USER][-1]
    assert last.title == "More new comments"
    assert "See [the thread](<https://discord.com/channels/" in last.body
    harness.blog.remark(entries[0], "Bob", "More")
    await harness.poll(MINUTE * 3)
    await settle(harness)
    assert len(said_to(harness)) == MOST_ALERTS + 1, "it is said once a day"
    harness.blog.remark(entries[0], "Bob", "The next day")
    await harness.poll()
    await settle(harness)
    assert said_to(harness)[MOST_ALERTS + 1 :] == ["New comment on Post 0"]


async def test_direct_messages_are_sent_at_a_pace_of_the_whole_bot(store: Store) -> None:
    harness = build_harness(store)
    subscribed = await harness.start()
    people = [UserId(500 + number) for number in range(40)]
    for person in people:
        await harness.bridge.alerts.switch_on(GUILD, person, subscribed.blog, None)
    entry = harness.blog.write("Post")
    await harness.poll()
    harness.blog.remark(entry, "Bob", "Said")
    await harness.poll(MINUTE * 3)
    await harness.deliver()

    def told() -> int:
        return sum(each.ref.channel_id in people for each in harness.chat.said)

    assert told() == 10
    await harness.deliver(timedelta(seconds=3))
    assert told() == 11
    await harness.deliver(timedelta(seconds=9))
    assert told() == 14
    # Notices go at the same pace.
    await store.outbox.add([notify_admin(USER, NoticeId(1), harness.clock.now())])
    again = build_harness(store)
    again.clock.move(harness.clock.now() - again.clock.now())
    again.bridge.dispatcher._handlers = harness.bridge.dispatcher._handlers
    await again.deliver()
    assert told() == 14, "a restart is no reason to send faster"
    for _ in range(30):
        harness.clock.move(timedelta(seconds=3))
        await again.deliver(timedelta(seconds=3))
    assert told() == 40
    failed = await store.outbox.view(harness.clock.now())
    assert (failed.waiting, failed.dead) == (0, ())


@pytest.mark.parametrize("heard", [True, False])
async def test_an_alert_that_is_tried_again_is_sent_once(harness: BridgeHarness, heard: bool) -> None:
    entries = await with_entries(harness)
    remark(harness, entries, 3)
    await harness.poll(MINUTE * 3)
    harness.chat.trouble, harness.chat.heard = TemporaryError("Discord is away."), heard
    await harness.deliver()
    harness.chat.trouble = None
    remark(harness, entries, 2, "Later")
    await harness.poll(MINUTE * 3)
    await settle(harness)
    assert said_to(harness) == ["3 new comments on Post 0", "2 new comments on Post 0"]


async def test_an_alert_that_waits_follows_comments_that_move_to_another_entry(harness: BridgeHarness) -> None:
    one, two = harness.blog.write("One"), harness.blog.write("Two")
    subscribed = await harness.start()
    await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    harness.blog.remark(one, "Ben", "<p>First words.</p>")
    harness.blog.remark(two, "Mia", "<p>Other words.</p>")
    await harness.poll()
    # As versions left it that filed comments by the number in a foreign guid, before anybody was told.
    entries = {each.title: each.id for each in await harness.store.entries.newest(subscribed.blog.id, 2)}
    for table in ("comments", "alerted_comments"):
        await fetch(f"UPDATE {table} SET entry_id = $1", entries["Two"])
    await fetch("DELETE FROM deliveries WHERE kind <> 'alert_author'")
    await fetch("UPDATE blogs SET comments_checked_at = NULL")
    edits, notices = Edits(harness.store, harness.clock), harness.notices
    misplaced = OwnReplies(harness.store, notices, harness.clock)
    await MisfiledComments(harness.store, harness.blog, edits, notices, misplaced, harness.clock).check(
        subscribed.blog.id
    )
    await harness.deliver(timedelta(hours=1))
    told = sorted(each.post.title for each in harness.chat.said if each.ref.channel_id == USER)
    assert told == ["New comment on One", "New comment on Two"]
