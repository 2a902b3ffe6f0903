"""An item that its feed lists twice, of which the feed changes one copy: it is announced once."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.storage.database import Store
from tests.bridge.harness import BridgeHarness, build_harness
from tests.bridge.journey_steps import announced
from tests.fakes.documents import HOME, Documents

DATE = datetime(2026, 3, 9, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    title: str
    guid: str
    text: str = "Fresh from the garden."
    link: str = ""
    date: datetime | None = DATE


def item(title: str, text: str = "Fresh from the garden.", *, hour: int = 8) -> Item:
    return Item(title, f"tag:{title}", text, f"{HOME}{title}", DATE.replace(hour=hour))


LEEK = item("Leek", hour=12)
OTHERS = [item("Kale", hour=6), item("Chard", hour=5)]
WASHED = replace(LEEK, text="Washed.")


def rss(items: Sequence[Item], *, well_formed: bool = True) -> bytes:
    def written(each: Item) -> str:
        guid = f"<guid isPermaLink='false'>{each.guid}</guid>" if each.guid else ""
        date = f"<pubDate>{each.date:%d %b %Y %H:%M:%S} +0000</pubDate>" if each.date else ""
        link = f"<link>{each.link}</link>"
        return f"<item><title>{each.title}</title>{guid}{link}{date}<description>{each.text}</description></item>"

    # A bare "&" makes a document that cannot be cut into items.
    title = "Garden diary" if well_formed else "Garden & diary"
    head = f"<rss version='2.0'><channel><title>{title}</title><link>{HOME}</link>"
    return f"{head}{''.join(map(written, items))}</channel></rss>".encode()


def ill_formed_rss(items: Sequence[Item]) -> bytes:
    return rss(items, well_formed=False)


def json_feed(items: Sequence[Item]) -> bytes:
    written = [
        {"title": each.title, "id": each.guid or each.link, "url": each.link, "content_html": each.text}
        | ({"date_published": each.date.isoformat()} if each.date else {})
        for each in items
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "Garden diary", "home_page_url": HOME}
    return json.dumps(head | {"items": written}).encode()


@pytest.fixture(params=[rss, ill_formed_rss, json_feed])
def form(request: pytest.FixtureRequest) -> Callable[[Sequence[Item]], bytes]:
    chosen: Callable[[Sequence[Item]], bytes] = request.param
    return chosen


@pytest.fixture
def documents() -> Documents:
    return Documents()


@pytest.fixture
def harness(store: Store, documents: Documents) -> BridgeHarness:
    return build_harness(store, documents, discoverer=documents)


async def told(harness: BridgeHarness, documents: Documents, *polls: bytes) -> list[str]:
    """Start with the first document, and return what each poll of the others had announced."""
    documents.entries = polls[0]
    await harness.start()
    for each in polls[1:]:
        documents.entries = each
        await harness.poll()
    return await announced(harness)


UNDATED = replace(LEEK, date=None)
UNNAMED = replace(LEEK, guid="")


@pytest.mark.parametrize(
    "polls",
    [
        # one of two that were alike
        [[LEEK, LEEK], [WASHED, LEEK]],
        [[LEEK, LEEK], [LEEK, WASHED], [WASHED, WASHED]],
        # the other comes later
        [[LEEK], [LEEK, WASHED], [LEEK, WASHED], [LEEK]],
        [[LEEK], [WASHED, LEEK], [WASHED]],
        # both are new, or both were changed
        [[LEEK, WASHED], [LEEK, WASHED]],
        [[LEEK], [WASHED, replace(WASHED, text="Sold out.")]],
        # one has another title, too near to be another item's
        [[LEEK, LEEK], [replace(LEEK, title="Leek again"), LEEK]],
        # without a date, or without a guid
        [[UNDATED], [UNDATED, replace(UNDATED, text="Washed.")]],
        [[UNNAMED], [UNNAMED, replace(UNNAMED, text="Washed.")]],
    ],
)
async def test_an_item_that_is_listed_twice_is_announced_once(
    harness: BridgeHarness, documents: Documents, form: Callable[[Sequence[Item]], bytes], polls: list[list[Item]]
) -> None:
    said = await told(harness, documents, form(OTHERS), *(form([*each, *OTHERS]) for each in polls))
    assert len(said) == 1
    assert said[0].startswith("Leek")


async def test_a_copy_that_stays_alone_is_an_edit(
    harness: BridgeHarness, documents: Documents, form: Callable[[Sequence[Item]], bytes]
) -> None:
    polls = [OTHERS, [LEEK, *OTHERS], [LEEK, WASHED, *OTHERS], [WASHED, *OTHERS]]
    assert await told(harness, documents, *map(form, polls)) == ["Leek"]
    assert "Washed." in harness.chat.said[0].post.body


@pytest.mark.parametrize(
    "other",
    [
        replace(LEEK, link=f"{HOME}other", text="Other words."),
        replace(LEEK, title="Mint", text="Other words."),
        replace(LEEK, title="Mint"),
        replace(LEEK, date=DATE.replace(hour=13), text="Other words."),
        # without a guid nothing but the date would tell that it is one
        replace(UNNAMED, date=None, text="Other words."),
    ],
)
async def test_what_shares_a_name_and_says_otherwise_is_another_item(
    harness: BridgeHarness, documents: Documents, form: Callable[[Sequence[Item]], bytes], other: Item
) -> None:
    first = replace(UNNAMED, date=None) if other.date is None else LEEK
    polls = [OTHERS, [first, *OTHERS], [other, first, *OTHERS]]
    assert len(await told(harness, documents, *map(form, polls))) == 2


async def test_where_all_items_have_one_name_no_two_are_copies(
    harness: BridgeHarness, documents: Documents, form: Callable[[Sequence[Item]], bytes]
) -> None:
    kale, leek, washed = (replace(each, guid="market", link=f"{HOME}market") for each in (OTHERS[0], LEEK, WASHED))
    assert await told(harness, documents, *map(form, ([kale], [washed, leek, kale]))) == ["Leek", "Leek"]


async def test_a_third_item_of_that_name_tells_that_the_name_is_shared(
    harness: BridgeHarness, documents: Documents, form: Callable[[Sequence[Item]], bytes]
) -> None:
    third = replace(LEEK, title="Mint", date=DATE.replace(hour=13))
    polls = [OTHERS, [third, *OTHERS], [WASHED, LEEK, third, *OTHERS]]
    assert sorted(await told(harness, documents, *map(form, polls))) == ["Leek", "Leek", "Mint"]
