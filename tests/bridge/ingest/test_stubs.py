"""Stubs: entries that only comments have named become the entries that a feed shows."""

from dataclasses import replace
from datetime import timedelta

from bot.model.entry import EntryRef
from bot.model.ids import Uid
from bot.storage.statements import fetch
from tests.bridge.harness import BridgeHarness


async def _entries(entries, ids):
    return [entry for entry in entries if entry.native_id in ids]


async def test_an_entry_that_comments_told_of_is_known_again_by_its_date(harness: BridgeHarness) -> None:
    await harness.start()
    early, harness.blog.entries = harness.blog.write("Early"), []
    harness.blog.remark(early, "Bob", "First")
    harness.blog.look_up = lambda api_root, ids: _entries([early], ids)
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Early", "First"]
    renamed = replace(early, uid=Uid("tag:other"), link="https://blog.example/renamed/", native_id=None)
    harness.blog.entries = [renamed]
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Early", "First"]


async def test_two_entries_never_become_the_one_that_a_comment_told_of(harness: BridgeHarness) -> None:
    await harness.start()
    page, harness.blog.entries = replace(harness.blog.write("Page"), link="https://blog.example/shared/"), []
    harness.blog.remark(page, "Bob", "First")
    (comment,) = harness.blog.comments
    told = EntryRef(native_id=None, link=page.link, uid=None, title=comment.entry.title)
    harness.blog.comments = [replace(comment, entry=told)]
    await harness.poll()
    one, two = (
        replace(page, uid=Uid(f"tag:{name}"), title=name, link=f"{page.link}?utm_content={name}", native_id=None)
        for name in ("Alpha", "Other")
    )
    assert page.published_at is not None
    harness.blog.entries = [replace(two, published_at=page.published_at + timedelta(hours=1)), one]
    for _ in range(3):
        await harness.poll()
        await harness.deliver()
    assert {"Alpha", "Other"} <= set(harness.titles)


async def test_of_several_entries_with_one_link_that_comments_told_of_the_newest_comes_first(
    harness: BridgeHarness,
) -> None:
    await harness.start()
    first, last = (
        replace(harness.blog.write(title), link="https://blog.example/stream/", uid=Uid(f"api:{title}"))
        for title in ("First", "Last")
    )
    harness.blog.entries = []
    harness.blog.look_up = lambda api_root, ids: _entries([first, last], ids)
    for entry in (first, last):
        harness.blog.remark(entry, "Bob", f"On {entry.title}")
    await harness.poll()
    assert last.published_at is not None
    shown = replace(last, uid=Uid("feed:Last"), native_id=None, published_at=last.published_at + timedelta(minutes=1))
    harness.blog.entries = [shown]
    await harness.poll()
    rows = await fetch("SELECT uid FROM entries ORDER BY id")
    assert [row["uid"] for row in rows] == ["api:First", "feed:Last"]
