"""Two feeds of one blog in one channel (case 59): what both bring stands there once, and nothing else is left out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.database import Store
from tests.bridge.harness import BridgeHarness, build_harness
from tests.fakes.documents import HOME, Documents

OTHER = f"{HOME}category/news/feed.xml"
MARKET = f"{HOME}market"
DATE = datetime(2026, 3, 9, 8, tzinfo=UTC)


def item(title: str, guid: str, link: str, hour: int = 12) -> str:
    date = f"{DATE.replace(hour=hour):%d %b %Y %H:%M:%S} +0000"
    guid = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    link = f"<link>{link}</link>" if link else ""
    return f"<item><title>{title}</title>{guid}{link}<pubDate>{date}</pubDate><description>{title}</description></item>"


def feed(*items: str) -> bytes:
    head = f"<rss version='2.0'><channel><title>Garden diary</title><link>{HOME}</link>"
    return f"{head}{''.join(items)}</channel></rss>".encode()


@pytest.fixture
def documents() -> Documents:
    return Documents()


@pytest.fixture
def harness(store: Store, documents: Documents) -> BridgeHarness:
    return build_harness(store, documents, discoverer=documents)


async def posted(
    harness: BridgeHarness, documents: Documents, one: Sequence[bytes], other: Sequence[bytes]
) -> list[str]:
    """Poll two feeds, a document of each at a time; return what stands in the channel."""
    documents.entries, documents.others = one[0], {OTHER: other[0]}
    await harness.start()
    await harness.start(url=OTHER)
    for documents.entries, body in zip(one[1:], other[1:], strict=True):
        documents.others = {OTHER: body}
        await harness.poll()
        for _ in range(3):
            await harness.deliver(after=timedelta(seconds=10))
    return sorted(harness.titles)


OLD = item("Leek", "tag:leek", f"{HOME}leek", 5), item("Kale", "tag:kale", f"{HOME}kale", 6)
LEEK_AT_MARKET, KALE_AT_MARKET = item("Leek", "", MARKET, 5), item("Kale", "", MARKET, 6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (item("New", "tag:new", f"{HOME}new"), item("New", "tag:new", f"{HOME}new")),
        # guids of their own, links that differ by scheme, host and visitors' counters only
        (item("New", "", f"{HOME}new"), item("New", "tag:new", "https://www.garden.example/new/?utm_source=rss")),
        (item("New", "tag:new", "https://www.garden.example/new"), item("New", "12", f"{HOME}new")),
        # one guid and no link, the site's link, a counting address of one of the two
        (item("New", "tag:new", ""), item("New", "tag:new", "")),
        (item("New", "tag:new", HOME), item("New", "tag:new", HOME)),
        (item("New", "tag:new", "http://counter.example/1"), item("New", "tag:new", f"{HOME}new")),
        # the guid of one is the other's link
        (item("New", f"{HOME}new", "http://counter.example/1"), item("New", "tag:new", f"{HOME}new")),
        # edited in between
        (item("New", "tag:new", ""), item("Quite new", "tag:new", "")),
        (item("New", "tag:new", ""), item("New", "tag:new", "", 13)),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("later", [False, True])
async def test_case_59_what_two_feeds_bring_is_posted_once(
    harness: BridgeHarness, documents: Documents, one: str, other: str, turned: bool, later: bool
) -> None:
    first, second = (other, one) if turned else (one, other)
    between = [] if later else [second]
    firsts = [feed(*OLD), feed(first, *OLD), feed(first, *OLD)]
    assert len(await posted(harness, documents, firsts, [feed(*OLD), feed(*between, *OLD), feed(second, *OLD)])) == 1


async def test_case_59_items_of_one_link_are_known_in_the_other_feed(
    harness: BridgeHarness, documents: Documents
) -> None:
    old = [KALE_AT_MARKET, LEEK_AT_MARKET]
    both = [feed(*old), feed(item("Mint", "", MARKET), item("Peas", "", MARKET, 11), *old)]
    assert await posted(harness, documents, both, both) == ["Mint", "Peas"]


@pytest.mark.parametrize(
    ("ones", "others"),
    [
        # numbers that both count
        ([item("New", "12", f"{HOME}new")], [item("Rain", "12", f"{HOME}rain", 13)]),
        # a page of many items, and one item about that page
        (
            [item("Mint", "tag:mint", MARKET), item("Peas", "tag:peas", MARKET, 11)],
            [item("Go to the market", "tag:market", MARKET, 10)],
        ),
        # the site's page
        ([item("New", "tag:new", HOME)], [item("Rain", "tag:rain", HOME, 13)]),
    ],
)
async def test_case_59_what_only_looks_alike_is_posted_beside_it(
    harness: BridgeHarness, documents: Documents, ones: list[str], others: list[str]
) -> None:
    said = await posted(harness, documents, [feed(*OLD), feed(*ones, *OLD)], [feed(*OLD), feed(*others, *OLD)])
    assert len(said) == len(ones) + len(others)
