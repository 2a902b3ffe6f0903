"""A database of before: comments under the entry that a foreign guid's number named, and what the first poll mends."""

import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model.entry import Comment, Entry
from bot.model.errors import TemporaryError
from bot.model.ids import BlogId, ChannelId, CommentId, EntryId, MessageId, NativeId, ReplyId, Uid
from bot.model.message import ChatPost, MessageRef
from bot.model.notice import NoticeKind
from bot.model.reply import ReplyState
from bot.storage import location
from bot.storage.column_values import fingerprint
from bot.storage.database import Store
from bot.storage.migrate import migrate
from bot.storage.statements import fetch
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness, build_harness
from tests.databases import BOTH, KEYS, MakeDatabase
from tests.fakes.blog import HOME
from tests.fakes.chat import Said

MIGRATIONS = Path(__file__).parents[3] / "migrations"
OLD_SCHEMA = "0007_age_of_decisions"
THREAD = ChannelId(900)


@pytest.fixture(params=BOTH)
async def old_harness(
    request: pytest.FixtureRequest, make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[BridgeHarness]:
    """A database with the tables of before proofs, filled as that program filled it, then migrated."""
    url = make_database(request.param, False)
    package = tmp_path / f"history_{tmp_path.name.replace('-', '_')}"
    package.mkdir()
    for path in MIGRATIONS.glob("*.py"):
        if path.stem <= OLD_SCHEMA or path.stem == "__init__":
            shutil.copy(path, package / path.name)
    monkeypatch.syspath_prepend(str(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(location, "_MIGRATIONS", package.name)
        assert (await migrate(url))[-1] == OLD_SCHEMA
        store = Store(url, keys=KEYS)
        await store.open()
        await fill(store)
        await store.close()
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]
    await migrate(url)
    store = Store(url, keys=KEYS)
    await store.open()
    try:
        yield build_harness(store)
    finally:
        await store.close()


async def insert(table: str, **row: object) -> int:
    names, places = ", ".join(row), ", ".join(f"${number}" for number in range(1, len(row) + 1))
    [made] = await fetch(f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *row.values())
    return int(made["id"])


async def fill(store: Store) -> None:
    """Entry 2 came with the guid of post 1 of an old site; comments on post 1 were kept and posted under it."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    blog = await insert(
        "blogs", title="A blog", home_url=HOME, feed_hash="f", system="wordpress", api_root=f"{HOME}wp-json/"
    )
    feed = {"format": "syndication", "conditional_polls": 0, "failures": 0, "next_poll_at": at, "last_ok_at": at}
    for kind, url in (("entries", f"{HOME}feed/"), ("comments", f"{HOME}comments/feed/")):
        await insert("feeds", blog_id=blog, kind=kind, url=url, url_hash=fingerprint(url), **feed)
    subscription = await insert(
        "subscriptions",
        guild_id=GUILD,
        channel_id=CHANNEL,
        blog_id=blog,
        placement="thread",
        comments=True,
        relay_mode="menu",
        started_at=at,
        added_by=USER,
    )
    entries = []
    for number, uid in ((1, f"{HOME}?p=1"), (2, "http://old.example/?p=1"), (3, f"{HOME}?p=3")):
        link = f"{HOME}{number}/"
        row = {"author": "Ann", "html": "", "categories": "[]", "hash": "h", "first_seen_at": at}
        entry = await insert(
            "entries",
            blog_id=blog,
            uid=uid,
            uid_hash=fingerprint(uid),
            native_id="1" if number == 2 else str(number),
            link=link,
            link_hash=fingerprint(link),
            title=f"Post {number}",
            published_at=datetime(2026, 3, 1, 12 + number, tzinfo=UTC),
            **row,
        )
        entries.append(entry)
        await insert(
            "links",
            subscription_id=subscription,
            entry_id=entry,
            comment_id=0,
            channel_id=CHANNEL,
            message_id=500 + number,
            thread_id=THREAD + number - 1,
        )
    texts = {"parent_author": "", "author": "Ben", "html": "<p>Words</p>", "hash": "h", "first_seen_at": at}
    #: number, link, entry it was kept under
    kept = [
        (101, f"{HOME}1/#comment-101", entries[1]),
        (102, f"{HOME}1/comment-page-2/#comment-102", entries[1]),
        (103, f"{HOME}2/#comment-103", entries[1]),
        (104, f"{HOME}renamed/#comment-104", entries[2]),
        (105, f"{HOME}never-seen/#comment-105", entries[1]),
    ]
    for number, link, entry in kept:
        comment = await insert(
            "comments",
            blog_id=blog,
            entry_id=entry,
            uid=f"comment-{number}",
            uid_hash=fingerprint(f"comment-{number}"),
            native_id=str(number),
            link=link,
            **texts,
        )
        await insert(
            "links",
            subscription_id=subscription,
            entry_id=entry,
            comment_id=comment,
            channel_id=THREAD + 1,
            message_id=600 + number,
        )
    await insert(
        "replies",
        guild_id=GUILD,
        subscription_id=subscription,
        blog_id=blog,
        entry_id=entries[1],
        user_id=77,
        public_name="Mia",
        origin="button",
        content="Words",
        html="<p>Words</p>",
        state="published",
        channel_id=THREAD + 1,
        message_id=702,
        native_id="102",
        url=f"{HOME}1/comment-page-2/#comment-102",
        created_at=at,
    )


def tell_the_truth(harness: BridgeHarness) -> None:
    """The blog itself, as it is: the third post was renamed, and its feed shows neither that nor the oldest."""
    posts = [
        ("Never seen", f"{HOME}never-seen/", f"{HOME}?p=4", 0),
        ("Post 3", f"{HOME}renamed/", f"{HOME}?p=3", 3),
        ("Post 1", f"{HOME}1/", f"{HOME}?p=1", 1),
        ("Post 2", f"{HOME}2/", "http://old.example/?p=1", 2),
    ]
    harness.blog.window = 2
    for number, (title, link, uid, hour) in enumerate(posts):
        harness.blog.write(title)
        harness.blog.edit(number, link=link, uid=Uid(uid), published_at=datetime(2026, 3, 1, 12 + hour, tzinfo=UTC))
    for number, index in ((101, 2), (102, 2), (103, 3), (104, 1), (105, 0)):
        entry = harness.blog.entries[index]
        made = harness.blog.remark(entry, "Ben", "<p>Words</p>")
        harness.blog.comments[-1] = replace(
            made, uid=Uid(f"comment-{number}"), native_id=NativeId(str(number)), link=f"{entry.link}#comment-{number}"
        )


async def comments(harness: BridgeHarness) -> dict[str, Comment]:
    rows = await fetch("SELECT id FROM comments ORDER BY id")
    found = [await harness.store.comments.get(CommentId(row["id"])) for row in rows]
    return {str(each.native_id): each for each in found if each is not None}


async def titles(harness: BridgeHarness) -> dict[str, str]:
    """The title of the entry that each comment is kept under."""
    found = {}
    for number, comment in (await comments(harness)).items():
        entry = await harness.store.entries.get(comment.entry_id)
        assert isinstance(entry, Entry)
        found[number] = entry.title
    return found


async def test_the_first_poll_moves_comments_to_the_entries_they_belong_to(old_harness: BridgeHarness) -> None:
    harness = old_harness
    assert (await titles(harness))["101"] == "Post 2"
    tell_the_truth(harness)
    await harness.poll()
    assert await titles(harness) == {
        "101": "Post 1",
        "102": "Post 1",
        "103": "Post 2",
        "104": "Post 3",
        "105": "Never seen",
    }
    # Only those were asked for whose addresses name no entry.
    assert harness.blog.asked_for == ["104", "105"]
    assert await harness.store.comments.unchecked_blogs() == set()


async def test_messages_in_wrong_threads_are_struck_through_and_lose_the_button(old_harness: BridgeHarness) -> None:
    harness = old_harness
    tell_the_truth(harness)
    stood = ChatPost(author="Ben", body="Words")
    for message_id in range(701, 706):
        ref = MessageRef(channel_id=ChannelId(THREAD + 1), message_id=MessageId(message_id))
        harness.chat.said.append(Said(ref, stood, nonce=f"n{message_id}", at=harness.clock.now()))
    await harness.poll()
    await harness.deliver()
    shown = {each.ref.message_id: each.post for each in harness.chat.said}
    for moved in (MessageId(701), MessageId(705)):
        assert "~~Words~~" in shown[moved].body
        assert "another post" in (shown[moved].footer or "")
        assert shown[moved].reply_target is None
    assert shown[MessageId(703)] == shown[MessageId(704)] == stood


async def test_a_reply_under_the_wrong_post_gets_the_truth_and_its_writer_and_the_admin_are_told(
    old_harness: BridgeHarness,
) -> None:
    harness = old_harness
    tell_the_truth(harness)
    await harness.poll()
    await harness.deliver()
    reply = await harness.store.replies.get(ReplyId(1))
    assert reply is not None
    entry = await harness.store.entries.get(EntryId(reply.entry_id))
    assert entry is not None
    assert (entry.title, reply.state) == ("Post 1", ReplyState.PUBLISHED)
    assert "another post" in (reply.reason or "")
    notices = await harness.store.notices.of_blog(BlogId(1), 9)
    assert {each.kind for each in notices} >= {NoticeKind.MOVED_COMMENTS, NoticeKind.MISPLACED_REPLY}
    told = {each.ref.channel_id for each in harness.chat.said if "was published under another post" in each.post.body}
    assert told == {USER, 77}
    await harness.poll()
    await harness.deliver()
    assert len(await harness.store.notices.of_blog(BlogId(1), 9)) == len(notices)


async def test_a_blog_that_gives_no_answer_is_asked_at_its_next_poll(
    old_harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness = old_harness
    tell_the_truth(harness)

    async def fail(*_: object) -> list[object]:
        raise TemporaryError("The blog has a fault at present.")

    with monkeypatch.context() as patched:
        patched.setattr(harness.blog, "look_up_comments", fail)
        await harness.poll()
        assert (await titles(harness))["101"] == "Post 2"
    await harness.poll()
    assert (await titles(harness))["101"] == "Post 1"
