"""Documents of the wild, poll after poll, from their bytes to what stands in chat. Numbers as in ``docs/feeds.md``."""

from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.bridge.house import House, build_house
from tests.bridge.told import announced
from tests.fakes.documents import Documents

WILD = Path(__file__).parents[1] / "data/wild"


@pytest.fixture
def documents() -> Documents:
    return Documents()


@pytest.fixture
def house(store: Database, documents: Documents) -> House:
    return build_house(store, documents, discoverer=documents)


async def announced_by(house: House, documents: Documents, folder: str) -> list[list[str]]:
    """Start with the first document of a folder; return what each further one had announced."""
    polls = sorted((WILD / folder).glob("poll-*.xml"), key=lambda path: int(path.stem.removeprefix("poll-")))
    documents.entries = polls[0].read_bytes()
    await house.start()
    news: list[list[str]] = []
    told: list[str] = []
    for poll in polls[1:]:
        documents.entries = poll.read_bytes()
        await house.poll()
        now = await announced(house)
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
    house: House, documents: Documents, folder: str, news: list[list[str]]
) -> None:
    told = await announced_by(house, documents, folder)
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
    house: House, documents: Documents, date: str, dates: str, rising: bool
) -> None:
    known = [_item(number, each) for number, each in enumerate(dates.split(","), 1)]
    new, order = _item(9, date), -1 if rising else 1
    documents.entries = _document(known[::order])
    await house.start()
    documents.entries = _document([new, *known[:-1]][::order])
    await house.poll()
    assert await announced(house) == ["Post 9"]


def _item(number: int, date: str) -> str:
    return (
        f"<item><title>Post {number}</title><link>http://garden.example/{number}</link>"
        f"<pubDate>{date}</pubDate><description>Words.</description></item>"
    )


def _document(items: list[str]) -> bytes:
    head = "<rss version='2.0'><channel><title>Garden diary</title><link>http://garden.example/</link>"
    return f"{head}{''.join(items)}</channel></rss>".encode()
