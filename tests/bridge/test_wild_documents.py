"""Documents of the wild, poll after poll, from their bytes to what stands in chat. Numbers as in ``docs/feeds.md``."""

from pathlib import Path

import pytest

from bot.storage.database import Store
from tests.bridge.harness import BridgeHarness, build_harness
from tests.bridge.journey_steps import announced
from tests.fakes.documents import Documents

WILD = Path(__file__).parents[1] / "data/wild"


@pytest.fixture
def documents() -> Documents:
    return Documents()


@pytest.fixture
def harness(store: Store, documents: Documents) -> BridgeHarness:
    return build_harness(store, documents, discoverer=documents)


async def announced_by(harness: BridgeHarness, documents: Documents, folder: str) -> list[list[str]]:
    """Start with the first document of a folder; return what each further one had announced."""
    polls = sorted((WILD / folder).glob("poll-*.xml"), key=lambda path: int(path.stem.removeprefix("poll-")))
    documents.entries = polls[0].read_bytes()
    await harness.start()
    news: list[list[str]] = []
    told: list[str] = []
    for poll in polls[1:]:
        documents.entries = poll.read_bytes()
        await harness.poll()
        now = await announced(harness)
        news.append(now[len(told) :])
        told = now
    return news


@pytest.mark.parametrize(
    ("folder", "news"),
    [
        ("14-dates-never-announced/day-first", [["Post of 03-06-2024"]]),
        ("14-dates-never-announced/new-year", [["Post of 2023/12/31"]]),
        ("32-items-sharing-a-link/notices", [[f"Notice {number}"] for number in range(5, 11)]),
        ("32-items-sharing-a-link/market", [["Chard", "Kale", "Leek"], ["Beans", "Corn", "Peas"]]),
    ],
)
async def test_wild_14_32_each_new_item_is_announced_once(
    harness: BridgeHarness, documents: Documents, folder: str, news: list[list[str]]
) -> None:
    told = await announced_by(harness, documents, folder)
    assert [sorted(each) for each in told] == news


@pytest.mark.parametrize("date", ["1 Jan 1999", "03/04/2024", "sometime", "", "2 Jan 2030"])
@pytest.mark.parametrize(
    ("dates", "rising"),
    [
        ("12 Mar 2024,11 Mar 2024,10 Mar 2024", False),
        ("12 Mar 2024,11 Mar 2024,10 Mar 2024", True),
        ("11 Mar 2024,11 Mar 2024,11 Mar 2024", False),
        ("12 Mar 2024,1 Jan 2020,10 Mar 2024", False),
        (",,", False),
    ],
)
async def test_wild_14_where_news_stands_no_date_makes_it_old(
    harness: BridgeHarness, documents: Documents, date: str, dates: str, rising: bool
) -> None:
    known = [_item(number, each) for number, each in enumerate(dates.split(","), 1)]
    new, order = _item(9, date), -1 if rising else 1
    documents.entries = _document(known[::order])
    await harness.start()
    documents.entries = _document([new, *known[:-1]][::order])
    await harness.poll()
    assert await announced(harness) == ["Post 9"]


#: What a feed shows first and then: numbers and dates of items; the new ones are those that the first does not show.
_ORDERS = {
    "two, the newest last": ("1:10 2:11", "2:11 3:?"),
    "one day for all, the newest last": ("1:10 2:10 3:10", "2:10 3:10 4:?"),
    "three of one day, the newest last": ("1:10 2:10 3:10 4:10", "4:10 5:? 6:? 7:?"),
    "a wrong date among them, the newest last": ("1:10 2:11 3:12 4:old", "2:11 3:12 4:old 5:?"),
    "a post kept on top": ("1:old 4:12 3:11 2:10", "1:old 5:? 4:12 3:11"),
    "a post kept on top without a date": ("1: 4:12 3:11 2:10", "1: 5:? 4:12 3:11"),
    "two kept on top": ("1:old 2:older 5:12 4:11 3:10", "1:old 2:older 6:? 5:12 4:11"),
    "several behind one kept on top": ("1:old 7:12 6:11 5:10 4:9", "1:old 10:? 9:? 8:? 7:12"),
    "turned round": ("4:13 3:12 2:11 1:10", "2:11 3:12 4:13 5:?"),
    "turned round, without dates": ("4: 3: 2: 1:", "2: 3: 4: 5:?"),
    "turned round to the newest first": ("1:10 2:11 3:12 4:13", "5:? 4:13 3:12 2:11"),
    "nothing left of what was known": ("3:12 2:11 1:10", "6:? 5:? 4:?"),
}


@pytest.mark.parametrize("date", ["1 Jan 1999", "03/04/2024", "2 Jan 2030"])
@pytest.mark.parametrize("order", list(_ORDERS))
async def test_wild_14_in_whatever_order_a_feed_stands(
    harness: BridgeHarness, documents: Documents, order: str, date: str
) -> None:
    before, after = (_items(shown, date) for shown in _ORDERS[order])
    documents.entries = _document(list(before.values()))
    await harness.start()
    documents.entries = _document(list(after.values()))
    await harness.poll()
    assert sorted(await announced(harness)) == sorted(f"Post {number}" for number in after.keys() - before.keys())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("3:12 2:11 1:10", "3:12 1:10 9:9"),
        ("3:12 2:11 1:10", "3:12 2:11 1:10 9:9 8:8 7:7"),
        ("1:10 2:11 3:12", "9:9 1:10 3:12"),
        ("3: 2: 1:", "3: 1: 9:"),
        ("4:20 3:12 2:11 1:10", "4:20 3:12 1:10 9:9"),
    ],
)
async def test_wild_14_what_slid_back_behind_all_others_is_no_news(
    harness: BridgeHarness, documents: Documents, before: str, after: str
) -> None:
    documents.entries = _document(list(_items(before).values()))
    await harness.start()
    documents.entries = _document(list(_items(after).values()))
    await harness.poll()
    assert await announced(harness) == []


async def test_wild_14_a_day_for_a_date_makes_nothing_of_that_day_old(
    harness: BridgeHarness, documents: Documents
) -> None:
    documents.entries = _document(list(_items("3:9 2:9 1:9").values()))
    await harness.start()
    for shown in ("6:10 5:10 4:10", "9:10 8:10 7:10"):
        documents.entries = _document(list(_items(shown).values()))
        await harness.poll()
    assert sorted(await announced(harness)) == [f"Post {number}" for number in range(4, 10)]


def _items(shown: str, unsure: str = "") -> dict[int, str]:
    dates = {"": "", "?": unsure, "old": "1 Jan 2020", "older": "1 Jan 2019"}
    parts = (each.partition(":") for each in shown.split(" "))
    return {int(number): _item(int(number), dates.get(day, f"{day} Mar 2024")) for number, _, day in parts}


def _item(number: int, date: str) -> str:
    return (
        f"<item><title>Post {number}</title><link>http://garden.example/{number}</link>"
        f"<pubDate>{date}</pubDate><description>Words.</description></item>"
    )


def _document(items: list[str]) -> bytes:
    head = "<rss version='2.0'><channel><title>Garden diary</title><link>http://garden.example/</link>"
    return f"{head}{''.join(items)}</channel></rss>".encode()
