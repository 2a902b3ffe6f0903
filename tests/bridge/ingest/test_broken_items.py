"""An item that cannot be recorded costs itself; everything else of its feed is told, and an admin hears of it."""

from typing import Any

import pytest

from bot.bridge.ingest import broken_items
from bot.model.entry import ParsedEntry, ParsedFeed
from bot.model.ids import ChannelId
from tests.bridge.harness import GUILD, USER, House
from tests.storage.given import parsed_entry

TOO_LARGE = 10**20


def notices(house: House) -> list[str]:
    direct = [each.post for each in house.chat.said if each.ref.channel_id == ChannelId(USER)]
    return [post.body for post in direct if "could not record" in post.body]


async def test_an_entry_that_cannot_be_recorded_costs_itself(house: House) -> None:
    await house.start()
    house.blog.write("Before")
    house.blog.write("Poison")
    house.blog.write("After")
    house.blog.edit(1, comment_count=TOO_LARGE)
    await house.poll()
    await house.deliver()
    assert house.titles == ["Before", "After"]
    [notice] = notices(house)
    assert "1 of what the feed shows" in notice
    assert "blog.example/2/" in notice
    house.blog.write("Later")
    await house.poll()
    await house.deliver()
    assert house.titles == ["Before", "After", "Later"]
    assert len(notices(house)) == 1, "once a week"
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    entries, _ = await house.store.feeds.of_blog(subscribed.blog.id)
    assert (entries.failures, entries.last_ok_at) == (0, house.clock.now())


async def test_what_could_not_be_recorded_is_posted_when_it_can_be(house: House) -> None:
    await house.start()
    house.blog.write("Mended later")
    house.blog.edit(0, comment_count=TOO_LARGE)
    await house.poll()
    house.blog.edit(0, comment_count=1)
    await house.poll()
    await house.deliver()
    assert house.titles == ["Mended later"]


async def test_a_known_entry_with_a_count_that_cannot_be_kept_costs_only_that(house: House) -> None:
    await house.start()
    entry = house.blog.write("Known")
    await house.poll()
    house.blog.edit(0, comment_count=TOO_LARGE)
    house.blog.write("New")
    house.blog.remark(entry, "Bob", "Hello")
    await house.poll()
    await house.deliver()
    assert house.titles == ["Known", "Hello", "New"] or house.titles == ["Known", "New", "Hello"]


async def test_a_comment_that_cannot_be_recorded_costs_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.start()
    entry = house.blog.write("Entry")
    await house.poll()
    add_comments = house.store.items.add_comments

    async def broken(blog_id: Any, comments: Any, **options: Any) -> Any:
        if any(parsed.author == "Poison" for _, parsed, _ in comments):
            raise ZeroDivisionError
        return await add_comments(blog_id, comments, **options)

    monkeypatch.setattr(house.store.items, "add_comments", broken)
    for author in ("Bob", "Poison", "Cy"):
        house.blog.remark(entry, author, f"By {author}")
    await house.poll()
    await house.deliver()
    assert house.titles == ["Entry", "By Bob", "By Cy"]
    assert len(notices(house)) == 1


async def test_what_breaks_apart_from_items_is_no_items_fault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.start()
    house.blog.write("Fine")

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as once:
        once.setattr(house.store.polls, "settle", broken)
        await house.poll()
    await house.poll()
    await house.deliver()
    assert house.titles == ["Fine"]
    assert notices(house) == []


@pytest.mark.parametrize("broken", [{3}, {0, 999}, {1, 2, 3}, set(range(1000))])
async def test_the_broken_of_a_thousand_are_found_in_few_attempts(broken: set[int]) -> None:
    entries = tuple(parsed_entry(number, title=str(number)) for number in range(1000))
    parsed = ParsedFeed(title="", entries=entries)
    attempts = 0

    async def attempt(some: ParsedFeed) -> None:
        nonlocal attempts
        attempts += 1
        if any(int(entry.title) in broken for entry in some.entries):
            raise ZeroDivisionError
        raise broken_items.Undone

    found = await broken_items.find_broken(parsed, attempt)
    assert {int(entry.title) for entry in found if isinstance(entry, ParsedEntry)} == broken
    assert attempts <= 80
    rest = broken_items.without(parsed, found)
    assert len(rest.entries) == 1000 - len(broken)
