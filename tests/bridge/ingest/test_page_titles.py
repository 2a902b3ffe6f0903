"""Entries that only comments tell of are named by the blog's API, else by WordPress's own title, else by their page."""

from dataclasses import replace

from bot.bridge.ingest.entry_lookup import _MOST_PAGES
from bot.model.entry import EntryRef
from bot.model.feed import CommentSystem
from bot.model.ids import NativeId, Uid
from tests.bridge.harness import House
from tests.fakes.blog import HOME


async def started(house: House) -> None:
    """Start a blog whose REST interface is not to be had."""
    house.blog.system = CommentSystem.UNKNOWN
    await house.start()
    house.chat.said.clear()


def remark(house: House, page: str, number: int, *, title: str | None = None) -> None:
    entry = house.blog.write("Never shown")
    house.blog.entries.remove(entry)
    comment = house.blog.remark(entry, "Mia", f"<p>Words {number}</p>")
    link = f"{HOME}{page}/"
    house.blog.comments[-1] = replace(
        comment,
        uid=Uid(f"comment-{number}"),
        native_id=NativeId(str(number)),
        entry=EntryRef(link=link, uid=Uid(link), title=title),
        link=f"{link}#comment-{number}",
    )


async def titles(house: House) -> list[str]:
    await house.poll()
    await house.deliver()
    return [each.post.title for each in house.chat.said if each.post.title]


async def test_a_page_names_itself(house: House) -> None:
    await started(house)
    house.blog.page_titles[f"{HOME}uber-uns/"] = "Über uns"
    remark(house, "uber-uns", 7)
    assert await titles(house) == ["Über uns"]


async def test_wordpress_own_words_spare_the_question(house: House) -> None:
    await started(house)
    house.blog.page_titles[f"{HOME}about/"] = "Slogan"
    remark(house, "about", 7, title="About us")
    assert await titles(house) == ["About us"]


async def test_a_page_that_cannot_be_read_is_called_by_its_address(house: House) -> None:
    await started(house)
    remark(house, "uber-uns", 7)
    [title] = await titles(house)
    assert "uber-uns" in title


async def test_many_pages_are_asked_in_bounds(house: House) -> None:
    await started(house)
    for number in range(_MOST_PAGES + 3):
        house.blog.page_titles[f"{HOME}{number}-seite/"] = f"Seite {number}"
        remark(house, f"{number}-seite", number + 500)
    named = [title for title in await titles(house) if title.startswith("Seite")]
    assert len(named) == _MOST_PAGES
