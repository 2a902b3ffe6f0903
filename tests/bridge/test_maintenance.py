"""Three years of a lively and a slow blog: what is kept stays bounded, and nothing goes that is still needed."""

from datetime import timedelta

import pytest

from bot.model.errors import Lost
from bot.model.ids import BlogId, ChannelId, GuildId, UserId
from bot.model.reply import ReplyState
from bot.storage.database import Database
from bot.storage.statements import fetch
from tests.bridge.harness import CHANNEL, DAY, GUILD, House, build_house
from tests.storage.given import new_reply

_TABLES = ("blogs", "entries", "comments", "aliases", "links", "decisions", "deliveries", "notices", "replies")


async def sizes() -> dict[str, int]:
    return {table: (await fetch(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"] for table in _TABLES}


async def month(house: House, *, posts: int) -> None:
    """Thirty days: posts, a comment on each, a poll after each, and upkeep."""
    for number in range(posts):
        entry = house.blog.write(f"Post {len(house.blog.entries)}")
        house.blog.remark(entry, "Bob", f"<p>Words {number}</p>")
        for _ in range(2):
            await house.poll(30 * DAY / posts / 2)
            await house.deliver()
        await house.bridge.upkeep.tick()


@pytest.fixture
def blog_house(store: Database) -> House:
    house = build_house(store)
    house.blog.window, house.blog.own_window = 10, 10
    return house


async def test_three_lively_years_stay_bounded(blog_house: House) -> None:
    house = blog_house
    await house.start()
    for _ in range(13):
        await month(house, posts=4)
    after_one = await sizes()
    said = len(house.titles)
    for _ in range(23):
        await month(house, posts=4)
    after_three = await sizes()
    for table, rows in after_three.items():
        assert rows <= after_one[table] * 1.5 + 20, (table, after_one, after_three)
    assert after_three["entries"] < 80
    # each post and each comment once, and nothing again because it was forgotten
    assert len(house.titles) == said / (13 * 4) * (36 * 4)
    assert len(set(house.titles)) > 36 * 4


async def test_a_slow_blog_keeps_what_its_feed_shows(blog_house: House) -> None:
    house = blog_house
    old = [house.blog.write(f"Old {number}") for number in range(5)]
    house.blog.remark(old[0], "Bob", "<p>Early words.</p>")
    await house.start()
    for _ in range(2):
        house.blog.write(f"Rarely {len(house.blog.entries)}")
        for _ in range(20):
            await house.poll(30 * DAY)
            await house.deliver()
            await house.bridge.upkeep.tick()
    assert (await sizes())["entries"] == 7
    assert (await sizes())["comments"] == 1
    assert [title for title in house.titles if title.startswith(("Old", "Early"))] == []
    # the thread of a post from years ago still gets its comment
    house.blog.remark(house.blog.entries[5], "Eve", "<p>Late words.</p>")
    await house.poll()
    await house.deliver()
    assert house.titles.count("Rarely 5") == 1
    assert house.chat.said[-1].ref.channel_id != CHANNEL


async def test_a_blog_that_nobody_subscribes_to_goes(blog_house: House) -> None:
    house = blog_house
    house.blog.write("Old")
    started = await house.start()
    await house.bridge.admin.remove(started.subscription)
    house.clock.move(29 * DAY)
    await house.bridge.upkeep.tick()
    assert (await sizes())["blogs"] == 1
    # whoever asks for it now finds it
    again = await house.start(ChannelId(21), guild_id=GuildId(11))
    house.clock.move(40 * DAY)
    await house.bridge.upkeep.tick()
    assert (await sizes())["entries"] == 1
    await house.bridge.admin.remove(again.subscription)
    house.clock.move(31 * DAY)
    await house.bridge.upkeep.tick()
    assert {table: rows for table, rows in (await sizes()).items() if rows and table != "deliveries"} == {}


async def test_texts_of_replies_go_and_their_pages_say_so(blog_house: House) -> None:
    house = blog_house
    started = await house.start()
    store, now = house.store, house.clock.now()
    kept = {}
    for state in ReplyState:
        kept[state] = await store.replies.add(
            new_reply(started.blog.id, user_id=UserId(30), html="<p>My words.</p>"), now=now
        )
        if state is not ReplyState.DRAFT:
            await store.replies.settle(kept[state].id, state)
    house.clock.move(30 * DAY + timedelta(hours=1))
    await house.bridge.upkeep.tick()
    texts = {state: reply.html for state, one in kept.items() if (reply := await store.replies.get(one.id))}
    assert texts == {
        ReplyState.ACCEPTED: "<p>My words.</p>",
        ReplyState.HELD: "<p>My words.</p>",
        ReplyState.UNCERTAIN: "<p>My words.</p>",
        ReplyState.PUBLISHED: "",
        ReplyState.REFUSED: "",
    }
    assert (await house.bridge.views.permalink(kept[ReplyState.PUBLISHED].token or "")) is not None
    house.clock.move(365 * DAY)
    await house.bridge.upkeep.tick()
    left = {state for state, one in kept.items() if await store.replies.get(one.id)}
    assert left == {ReplyState.ACCEPTED, ReplyState.PUBLISHED}


async def test_a_text_is_kept_from_when_it_was_published(blog_house: House) -> None:
    house, store = blog_house, blog_house.store
    started = await house.start()
    reply = await store.replies.add(new_reply(started.blog.id, html="<p>My words.</p>"), now=house.clock.now())
    await store.replies.settle(reply.id, ReplyState.HELD)
    house.clock.move(29 * DAY)
    await store.replies.settle(reply.id, ReplyState.PUBLISHED, published_at=house.clock.now())
    for days, html in ((29, "<p>My words.</p>"), (2, "")):
        house.clock.move(days * DAY)
        await house.bridge.upkeep.tick()
        kept = await store.replies.get(reply.id)
        assert kept is not None
        assert kept.html == html


async def test_what_waits_for_a_lost_channel_is_given_up_after_a_month(blog_house: House) -> None:
    house = blog_house
    await house.start()
    house.chat.trouble = Lost("The bot may not write here.")
    first = house.blog.write("First")
    await house.poll()
    await house.deliver()
    house.blog.remark(first, "Bob", "<p>Words.</p>")
    await house.poll(10 * DAY)
    # Looked at every hour, and hurried by changes there.
    for _ in range(19):
        await house.deliver(DAY)
        await house.bridge.parking.recheck(GUILD)
        await house.bridge.upkeep.tick()
    waiting = (await house.bridge.views.status(GUILD)).outbox.waiting
    assert waiting == 2
    house.clock.move(2 * DAY)
    await house.bridge.upkeep.tick()
    outbox = (await house.bridge.views.status(GUILD)).outbox
    assert (outbox.waiting, len(outbox.dead)) == (1, 1), "the comment is younger"
    assert "30 days" in outbox.dead[0].error
    house.clock.move(12 * DAY)
    await house.bridge.upkeep.tick()
    assert (await house.bridge.views.status(GUILD)).outbox.waiting == 0
    # What comes later, into a channel that is open again, is posted.
    house.chat.trouble = None
    house.blog.write("Later")
    await house.poll()
    await house.deliver()
    assert house.titles == ["Later"]


async def test_upkeep_works_in_batches(blog_house: House) -> None:
    """What is too much for one statement is deleted by several, what is too much for a tick by the next."""
    store, now = blog_house.store, blog_house.clock.now()
    started = await blog_house.start()
    for _ in range(3):
        await store.replies.settle(
            (await store.replies.add(new_reply(started.blog.id), now=now)).id, ReplyState.REFUSED
        )
    await fetch("INSERT INTO message_claims (message_id, reply_id) SELECT id, id FROM replies")
    late = now + 400 * DAY
    assert [await store.retention.drop_replies(late, 2) for _ in range(3)] == [2, 1, 0]
    assert await fetch("SELECT id FROM message_claims") == []
    assert await store.retention.blogs_after(BlogId(0), 1) == [started.blog.id]
    assert await store.retention.blogs_after(started.blog.id, 1) == []
