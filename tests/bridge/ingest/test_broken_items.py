"""An item that cannot be recorded costs itself; everything else of its feed is told, and an admin hears of it."""

from typing import Any

import pytest

from bot.bridge.ingest import broken_items
from bot.model.entry import ParsedEntry, ParsedFeed
from bot.model.ids import ChannelId
from tests.bridge.harness import GUILD, USER, BridgeHarness
from tests.storage.given import parsed_entry

TOO_LARGE = 10**20


def notices(harness: BridgeHarness) -> list[str]:
    direct = [each.post for each in harness.chat.said if each.ref.channel_id == ChannelId(USER)]
    return [post.body for post in direct if "could not record" in post.body]


async def test_an_entry_that_cannot_be_recorded_costs_itself(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Before")
    harness.blog.write("Poison")
    harness.blog.write("After")
    harness.blog.edit(1, comment_count=TOO_LARGE)
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Before", "After"]
    [notice] = notices(harness)
    assert "1 of what the feed shows" in notice
    assert "blog.example/2/" in notice
    harness.blog.write("Later")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Before", "After", "Later"]
    assert len(notices(harness)) == 1, "once a week"
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    entries, _ = await harness.store.feeds.of_blog(subscribed.blog.id)
    assert (entries.failures, entries.last_ok_at) == (0, harness.clock.now())


async def test_what_could_not_be_recorded_is_posted_when_it_can_be(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Mended later")
    harness.blog.edit(0, comment_count=TOO_LARGE)
    await harness.poll()
    harness.blog.edit(0, comment_count=1)
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Mended later"]


async def test_a_known_entry_with_a_count_that_cannot_be_kept_costs_only_that(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Known")
    await harness.poll()
    harness.blog.edit(0, comment_count=TOO_LARGE)
    harness.blog.write("New")
    harness.blog.remark(entry, "Bob", "Hello")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Known", "Hello", "New"] or harness.titles == ["Known", "New", "Hello"]


async def test_a_comment_that_cannot_be_recorded_costs_itself(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.start()
    entry = harness.blog.write("Entry")
    await harness.poll()
    add_comments = harness.store.comments.add

    async def broken(blog_id: Any, comments: Any, **options: Any) -> Any:
        if any(parsed.author == "Poison" for _, parsed, _ in comments):
            raise ZeroDivisionError
        return await add_comments(blog_id, comments, **options)

    monkeypatch.setattr(harness.store.comments, "add", broken)
    for author in ("Bob", "Poison", "Cy"):
        harness.blog.remark(entry, author, f"By {author}")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Entry", "By Bob", "By Cy"]
    assert len(notices(harness)) == 1


async def test_what_breaks_apart_from_items_is_no_items_fault(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.start()
    harness.blog.write("Fine")

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as once:
        once.setattr(harness.store.polls, "save_result", broken)
        await harness.poll()
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Fine"]
    assert notices(harness) == []


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
        raise broken_items.RolledBack

    found = await broken_items.find_broken(parsed, attempt)
    assert {int(entry.title) for entry in found if isinstance(entry, ParsedEntry)} == broken
    assert attempts <= 80
    rest = broken_items.without(parsed, found)
    assert len(rest.entries) == 1000 - len(broken)
