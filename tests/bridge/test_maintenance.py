"""Three years of a lively and a slow blog: what is kept stays bounded, and nothing goes that is still needed."""

from datetime import timedelta

import pytest

from bot.model.errors import ChannelLost
from bot.model.ids import BlogId, ChannelId, GuildId, UserId
from bot.model.reply import ReplyState
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.bridge.harness import CHANNEL, DAY, GUILD, BridgeHarness, build_harness
from tests.storage.given import new_reply

_TABLES = (
    "blogs",
    "entries",
    "comments",
    "aliases",
    "posted_messages",
    "decisions",
    "deliveries",
    "notices",
    "replies",
)


async def sizes() -> dict[str, int]:
    return {table: (await fetch(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"] for table in _TABLES}


async def month(harness: BridgeHarness, *, posts: int) -> None:
    """Thirty days: posts, a comment on each, a poll after each, and upkeep."""
    for number in range(posts):
        entry = harness.blog.write(f"Post {len(harness.blog.entries)}")
        harness.blog.remark(entry, "Bob", f"<p>Words {number}</p>")
        for _ in range(2):
            await harness.poll(30 * DAY / posts / 2)
            await harness.deliver()
        await harness.bridge.maintenance.tick()


@pytest.fixture
def blog_harness(store: Store) -> BridgeHarness:
    harness = build_harness(store)
    harness.blog.window, harness.blog.own_window = 10, 10
    return harness


async def test_three_lively_years_stay_bounded(blog_harness: BridgeHarness) -> None:
    harness = blog_harness
    await harness.start()
    for _ in range(13):
        await month(harness, posts=4)
    after_one = await sizes()
    said = len(harness.titles)
    for _ in range(23):
        await month(harness, posts=4)
    after_three = await sizes()
    for table, rows in after_three.items():
        assert rows <= after_one[table] * 1.5 + 20, (table, after_one, after_three)
    assert after_three["entries"] < 80
    # each post and each comment once, and nothing again because it was forgotten
    assert len(harness.titles) == said / (13 * 4) * (36 * 4)
    assert len(set(harness.titles)) > 36 * 4


async def test_a_slow_blog_keeps_what_its_feed_shows(blog_harness: BridgeHarness) -> None:
    harness = blog_harness
    old = [harness.blog.write(f"Old {number}") for number in range(5)]
    harness.blog.remark(old[0], "Bob", "<p>Early words.</p>")
    await harness.start()
    for _ in range(2):
        harness.blog.write(f"Rarely {len(harness.blog.entries)}")
        for _ in range(20):
            await harness.poll(30 * DAY)
            await harness.deliver()
            await harness.bridge.maintenance.tick()
    assert (await sizes())["entries"] == 7
    assert (await sizes())["comments"] == 1
    assert [title for title in harness.titles if title.startswith(("Old", "Early"))] == []
    # the thread of a post from years ago still gets its comment
    harness.blog.remark(harness.blog.entries[5], "Eve", "<p>Late words.</p>")
    await harness.poll()
    await harness.deliver()
    assert harness.titles.count("Rarely 5") == 1
    assert harness.chat.said[-1].ref.channel_id != CHANNEL


async def test_a_blog_that_nobody_subscribes_to_goes(blog_harness: BridgeHarness) -> None:
    harness = blog_harness
    harness.blog.write("Old")
    started = await harness.start()
    await harness.bridge.admin.remove(started.subscription)
    harness.clock.move(29 * DAY)
    await harness.bridge.maintenance.tick()
    assert (await sizes())["blogs"] == 1
    # whoever asks for it now finds it
    again = await harness.start(ChannelId(21), guild_id=GuildId(11))
    harness.clock.move(40 * DAY)
    await harness.bridge.maintenance.tick()
    assert (await sizes())["entries"] == 1
    await harness.bridge.admin.remove(again.subscription)
    harness.clock.move(31 * DAY)
    await harness.bridge.maintenance.tick()
    assert {table: rows for table, rows in (await sizes()).items() if rows and table != "deliveries"} == {}


async def test_texts_of_replies_go_and_their_pages_say_so(blog_harness: BridgeHarness) -> None:
    harness = blog_harness
    started = await harness.start()
    store, now = harness.store, harness.clock.now()
    kept = {}
    for state in ReplyState:
        kept[state] = await store.replies.add(
            new_reply(started.blog.id, user_id=UserId(30), html="<p>My words.</p>"), now=now
        )
        if state is not ReplyState.DRAFT:
            await store.replies.save_state(kept[state].id, state)
    harness.clock.move(30 * DAY + timedelta(hours=1))
    await harness.bridge.maintenance.tick()
    texts = {state: reply.html for state, one in kept.items() if (reply := await store.replies.get(one.id))}
    assert texts == {
        ReplyState.ACCEPTED: "<p>My words.</p>",
        ReplyState.HELD: "<p>My words.</p>",
        ReplyState.UNCERTAIN: "<p>My words.</p>",
        ReplyState.PUBLISHED: "",
        ReplyState.REFUSED: "",
    }
    assert (await harness.bridge.views.permalink(kept[ReplyState.PUBLISHED].token or "")) is not None
    harness.clock.move(365 * DAY)
    await harness.bridge.maintenance.tick()
    left = {state for state, one in kept.items() if await store.replies.get(one.id)}
    assert left == {ReplyState.ACCEPTED, ReplyState.PUBLISHED}


async def test_a_text_is_kept_from_when_it_was_published(blog_harness: BridgeHarness) -> None:
    harness, store = blog_harness, blog_harness.store
    started = await harness.start()
    reply = await store.replies.add(new_reply(started.blog.id, html="<p>My words.</p>"), now=harness.clock.now())
    await store.replies.save_state(reply.id, ReplyState.HELD)
    harness.clock.move(29 * DAY)
    await store.replies.save_state(reply.id, ReplyState.PUBLISHED, published_at=harness.clock.now())
    for days, html in ((29, "<p>My words.</p>"), (2, "")):
        harness.clock.move(days * DAY)
        await harness.bridge.maintenance.tick()
        kept = await store.replies.get(reply.id)
        assert kept is not None
        assert kept.html == html


async def test_what_waits_for_a_lost_channel_is_given_up_after_a_month(blog_harness: BridgeHarness) -> None:
    harness = blog_harness
    await harness.start()
    harness.chat.trouble = ChannelLost("The bot may not write here.")
    first = harness.blog.write("First")
    await harness.poll()
    await harness.deliver()
    harness.blog.remark(first, "Bob", "<p>Words.</p>")
    await harness.poll(10 * DAY)
    # Looked at every hour, and hurried by changes there.
    for _ in range(19):
        await harness.deliver(DAY)
        await harness.bridge.parking.recheck(GUILD)
        await harness.bridge.maintenance.tick()
    waiting = (await harness.bridge.views.status(GUILD)).outbox.waiting
    assert waiting == 2
    harness.clock.move(2 * DAY)
    await harness.bridge.maintenance.tick()
    outbox = (await harness.bridge.views.status(GUILD)).outbox
    assert (outbox.waiting, len(outbox.dead)) == (1, 1), "the comment is younger"
    assert "30 days" in outbox.dead[0].error
    harness.clock.move(12 * DAY)
    await harness.bridge.maintenance.tick()
    assert (await harness.bridge.views.status(GUILD)).outbox.waiting == 0
    # What comes later, into a channel that is open again, is posted.
    harness.chat.trouble = None
    harness.blog.write("Later")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Later"]


async def test_upkeep_works_in_batches(blog_harness: BridgeHarness) -> None:
    """What is too much for one statement is deleted by several, what is too much for a tick by the next."""
    store, now = blog_harness.store, blog_harness.clock.now()
    started = await blog_harness.start()
    for _ in range(3):
        await store.replies.save_state(
            (await store.replies.add(new_reply(started.blog.id), now=now)).id, ReplyState.REFUSED
        )
    await fetch("INSERT INTO message_claims (message_id, reply_id) SELECT id, id FROM replies")
    late = now + 400 * DAY
    assert [await store.retention.delete_replies(late, 2) for _ in range(3)] == [2, 1, 0]
    assert await fetch("SELECT id FROM message_claims") == []
    assert await store.retention.blogs_after(BlogId(0), 1) == [started.blog.id]
    assert await store.retention.blogs_after(started.blog.id, 1) == []
