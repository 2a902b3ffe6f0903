"""Entries that only comments tell of are named by the blog's API, else by WordPress's own title, else by their page."""

from dataclasses import replace

from bot.bridge.ingest.comment_threading import _MAX_PAGES
from bot.model.entry import EntryRef
from bot.model.feed import CommentSystem
from bot.model.ids import NativeId, Uid
from tests.bridge.harness import BridgeHarness
from tests.fakes.blog import HOME


async def started(harness: BridgeHarness) -> None:
    """Start a blog whose REST interface is not to be had."""
    harness.blog.system = CommentSystem.UNKNOWN
    await harness.start()
    harness.chat.said.clear()


def remark(harness: BridgeHarness, page: str, number: int, *, title: str | None = None) -> None:
    entry = harness.blog.write("Never shown")
    harness.blog.entries.remove(entry)
    comment = harness.blog.remark(entry, "Mia", f"<p>Words {number}</p>")
    link = f"{HOME}{page}/"
    harness.blog.comments[-1] = replace(
        comment,
        uid=Uid(f"comment-{number}"),
        native_id=NativeId(str(number)),
        entry=EntryRef(link=link, uid=Uid(link), title=title),
        link=f"{link}#comment-{number}",
    )


async def titles(harness: BridgeHarness) -> list[str]:
    await harness.poll()
    await harness.deliver()
    return [each.post.title for each in harness.chat.said if each.post.title]


async def test_a_page_names_itself(harness: BridgeHarness) -> None:
    await started(harness)
    harness.blog.page_titles[f"{HOME}uber-uns/"] = "Über uns"
    remark(harness, "uber-uns", 7)
    assert await titles(harness) == ["Über uns"]


async def test_wordpress_own_words_spare_the_question(harness: BridgeHarness) -> None:
    await started(harness)
    harness.blog.page_titles[f"{HOME}about/"] = "Slogan"
    remark(harness, "about", 7, title="About us")
    assert await titles(harness) == ["About us"]


async def test_a_page_that_cannot_be_read_is_called_by_its_address(harness: BridgeHarness) -> None:
    await started(harness)
    remark(harness, "uber-uns", 7)
    [title] = await titles(harness)
    assert "uber-uns" in title


async def test_many_pages_are_asked_in_bounds(harness: BridgeHarness) -> None:
    await started(harness)
    for number in range(_MAX_PAGES + 3):
        harness.blog.page_titles[f"{HOME}{number}-seite/"] = f"Seite {number}"
        remark(harness, f"{number}-seite", number + 500)
    named = [title for title in await titles(harness) if title.startswith("Seite")]
    assert len(named) == _MAX_PAGES
