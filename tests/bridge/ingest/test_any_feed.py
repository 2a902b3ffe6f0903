"""Random feeds, poll after poll, against what a reader expects: each item once, and an edit is an edit.

What nobody can decide is named here, and only here the model asks for less:

- *A name that was never seen twice at once.* While one item after the other comes under the same guid or link, and no
  document showed two of them, it looks like one page that is written anew each day. Its items may count as edits.
  So may items with guids of their own that share the link and the date.
- *An edit of everything.* What an item without a name of its own says is all that tells it from its siblings. So its
  edits keep its title or its text here; items with a guid or a link of their own change from top to bottom.
- *Order without dates.* Undated items that come behind all others, while none leaves in front, look like old ones that
  slid into view. So an undated feed with the oldest first gets less than three items at a time, and keeps its order;
  and of undated feeds the last window is not lost, since only that tells what slid.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.storage import tables
from bot.storage.database import Store
from tests.bridge.harness import build_harness
from tests.bridge.journey_steps import announced
from tests.databases import KEYS, migrated_sqlite
from tests.fakes.documents import HOME, Documents

#: Titles without numbers, some of them near to each other: numbers would tell them apart.
TITLES = [
    f"{kind}{name}"
    for kind in ("", "Wild ")
    for name in (
        *("Leek", "Kale", "Chard", "Peas", "Beans", "Corn", "Apples", "Pears", "Plums", "Quinces", "Medlars", "Sloes"),
        *("Tomatoes", "Potatoes", "Cress", "Rocket", "Radish", "Carrots", "Parsnips", "Garlic", "Onions", "Shallots"),
        *("Sage", "Thyme", "Mint", "Basil", "Dill", "Chives", "Fennel", "Celery", "Squash", "Pumpkins", "Turnips"),
    )
]
#: How the items of a feed are named: guid, link; ``{}`` is the item's title.
NAMES = {
    "own guid and link": ("tag:{}", f"{HOME}{{}}"),
    "own guid, one link": ("tag:{}", f"{HOME}market"),
    "own guid, the site's link": ("tag:{}", HOME),
    "own guid": ("tag:{}", ""),
    "own link": ("", f"{HOME}{{}}"),
    "one guid, own links": ("market", f"{HOME}{{}}"),
    "no guid, own links": ("N/A", f"{HOME}{{}}"),
    "one guid": ("market", ""),
    "one link": ("", f"{HOME}market"),
    "one guid, one link": ("market", f"{HOME}market"),
    "N/A, one link": ("N/A", f"{HOME}market"),
    "the site's link": ("", HOME),
    "the site's address as guid": (HOME, HOME),
    "nothing": ("", ""),
}
#: Each item is named like one of these.
MIXED = ("own guid and link", "one guid, own links", "one link", "one guid, one link")
#: Names that many items have, and that a machine may take for one page's while only one of them is seen.
SHARED = ("market", f"{HOME}market")
MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    number: int
    guid: str
    link: str
    title: str
    text: str
    date: datetime | None

    @property
    def named_alone(self) -> bool:
        """Whether it has a guid or link that is its own."""
        return (self.guid or self.link) not in (*SHARED, "N/A", HOME, "") or (
            self.guid in ("", "N/A") and self.link not in (*SHARED, HOME, "")
        )

    @property
    def has_own_link(self) -> bool:
        """Whether nothing else has its link."""
        return self.link not in (*SHARED, HOME, "")

    @property
    def name(self) -> str:
        """What it is called by for want of a better name."""
        return self.guid if self.guid not in ("", "N/A", HOME) else self.link

    def __str__(self) -> str:
        date = f"<pubDate>{self.date:%d %b %Y %H:%M:%S} +0000</pubDate>" if self.date else ""
        guid = f"<guid isPermaLink='false'>{escape(self.guid)}</guid>" if self.guid else ""
        link = f"<link>{escape(self.link)}</link>" if self.link else ""
        return f"<item><title>{self.title}</title>{guid}{link}{date}<description>{self.text}</description></item>"


@dataclass(frozen=True)
class Step:
    """What happens between two polls."""

    new: int = 1
    #: places in the window, and what of the item there changes
    edits: tuple[tuple[int, str], ...] = ()
    #: how far the known items are turned round
    turned: int = 0
    #: an item that left comes back behind the others
    back: bool = False
    #: the place of an item with a guid of its own that the feed lists twice from now on, one copy with another text
    copied: int | None = None
    #: what was kept of the last window is lost
    forgotten: bool = False


@dataclass(frozen=True)
class Plan:
    names: str = "one link"
    dates: str = "own"
    newest_first: bool = True
    window: int = 4
    first: int = 4
    well_formed: bool = True
    steps: tuple[Step, ...] = field(default=(Step(), Step(), Step()))


STEPS = st.builds(
    Step,
    new=st.integers(0, 3),
    edits=st.lists(st.tuples(st.integers(0, 19), st.sampled_from(("title", "text", "all"))), max_size=2).map(tuple),
    turned=st.sampled_from((0, 0, 0, 1, 2, 5)),
    back=st.sampled_from((False, False, True)),
    copied=st.one_of(st.none(), st.none(), st.integers(0, 19)),
    forgotten=st.sampled_from((False, False, False, True)),
)
PLANS = st.builds(
    Plan,
    names=st.sampled_from((*NAMES, "mixed")),
    dates=st.sampled_from(("own", "one for all", "none")),
    newest_first=st.booleans(),
    window=st.integers(1, 20),
    first=st.integers(1, 8),
    well_formed=st.booleans(),
    steps=st.lists(STEPS, min_size=1, max_size=8).map(tuple),
)


class Market:
    """A feed as a plan has it, and what a reader expects of it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.written = 0
        #: newest first
        self.shown = [self._write() for _ in range(min(plan.first, plan.window))][::-1]
        self.left: list[Item] = []
        self.copied: set[int] = set()
        self.shared: set[str] = set()
        self.before = {item.number for item in self.shown}
        self.must: set[int] = set()
        self.may: set[int] = set()
        self._note_shared()

    @property
    def document(self) -> bytes:
        shown = self.shown if self.plan.newest_first else self.shown[::-1]
        items = [each for item in shown for each in self._copies(item)]
        # A bare "&" makes a document that cannot be cut into items.
        title = "Garden diary" if self.plan.well_formed else "Garden & diary"
        head = f"<rss version='2.0'><channel><title>{title}</title><link>{HOME}</link>"
        return f"{head}{''.join(map(str, items))}</channel></rss>".encode()

    def go_on(self, step: Step) -> None:
        """Let happen what happens between two polls."""
        ordered = self.plan.dates == "none" and not self.plan.newest_first
        showed = list(self.shown)
        if self.shown and not ordered:
            turn = step.turned % len(self.shown)
            self.shown = self.shown[turn:] + self.shown[:turn]
        new = [self._write() for _ in range(min(step.new, 2 if ordered else 3, self.plan.window))]
        self.shown = [*new[::-1], *self.shown][: self.plan.window]
        for at, what in dict(step.edits).items():
            if at < len(self.shown):
                self.shown[at] = self._edit(self.shown[at], what)
        if step.back and self.left and not ordered and len(new) < self.plan.window:
            self.shown = [*self.shown[: self.plan.window - 1], self.left.pop(0)]
        if (
            step.copied is not None
            and step.copied < len(self.shown)
            and self.shown[step.copied].guid.startswith("tag:")
        ):
            self.copied.add(self.shown[step.copied].number)
        numbers = {item.number for item in self.shown}
        self.left += [item for item in showed if item.number not in numbers]
        self._note_shared()
        self.must |= {item.number for item in new}
        for item in new:
            for before in showed:
                if self._may_be_an_edit(item, before):
                    # Then its message has the title of the newer one.
                    self.may |= {item.number, before.number}
        self.must -= self.may

    def _copies(self, item: Item) -> Iterator[Item]:
        yield item
        # Alone in its feed, an item does not tell whether guids are names there.
        if item.number in self.copied and len(self.shown) > 1:
            yield replace(item, text=f"{item.title}, listed twice")

    def _may_be_an_edit(self, item: Item, before: Item) -> bool:
        """Whether nobody can tell that two items are not one, as they were never seen at once."""
        one_name = item.name == before.name in SHARED and not item.named_alone
        # A guid that others have, beside a link that no other item of that guid was seen with.
        one_pair = (item.guid, item.link) == (before.guid, before.link) and item.link in SHARED
        # Another guid, but the same link and date: so it looks where guids are made of titles.
        one_page = item.link == before.link in SHARED and item.date == before.date is not None
        return (one_name and item.name not in self.shared) or ((one_page or one_pair) and item.link not in self.shared)

    def _note_shared(self) -> None:
        for names in ([item.name for item in self.shown], [item.link for item in self.shown]):
            self.shared |= {name for name in names if names.count(name) > 1}

    def _write(self) -> Item:
        title = TITLES[self.written]
        named = MIXED[self.written % len(MIXED)] if self.plan.names == "mixed" else self.plan.names
        guid, link = NAMES[named]
        dates = {"own": MONDAY + timedelta(hours=self.written), "one for all": MONDAY, "none": None}
        self.written += 1
        slug = title.replace(" ", "-")
        text = f"{title}, fresh from the garden"
        return Item(self.written, guid.format(slug), link.format(slug), title, text, dates[self.plan.dates])

    def _edit(self, item: Item, what: str) -> Item:
        whole = what == "all" and (item.named_alone or item.has_own_link)
        if whole and item.title in TITLES:
            item = replace(item, title=item.title[::-1])
        elif what == "title" or whole:
            # Words of its own: a word that edits of several items shared would make their titles alike.
            item = replace(item, title=f"{item.title} {item.title.split()[-1]}")
        if what == "text" or whole:
            item = replace(item, text=f"{item.text}, and washed")
        return item


def told(titles: list[str]) -> Iterator[int]:
    """Which items stand in chat, by what their titles begin with, which may be turned round."""
    for title in titles:
        words = title.strip("~").removesuffix(" (deleted)").split()
        while len(words) > 1 and words[-1] == words[-2]:
            words.pop()
        bare = " ".join(words)
        yield TITLES.index(bare if bare in TITLES else bare[::-1]) + 1


async def play(plan: Plan, path: Path) -> tuple[Market, list[int]]:
    path.write_bytes(migrated_sqlite())  # noqa: ASYNC240 - nothing else runs
    store = Store(f"sqlite://{path}", keys=KEYS)
    await store.open()
    try:
        documents, market = Documents(), Market(plan)
        harness = build_harness(store, documents, discoverer=documents)
        documents.entries = market.document
        await harness.start()
        for step in plan.steps:
            market.go_on(step)
            if step.forgotten and plan.dates != "none":
                await tables.Feed.all().update(fetch_state=None, body_hash=None)
            documents.entries = market.document
            await harness.poll()
        return market, list(told(await announced(harness)))
    finally:
        await store.close()


# A failure is made small before it is shown, which takes a while.
@pytest.mark.timeout(900)
@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(PLANS)
@example(Plan(names="one guid", window=1, first=1))
@example(Plan(names="one link", dates="none", newest_first=False))
@example(Plan(names="one link", dates="one for all", window=3, first=3, steps=(Step(new=3), Step(new=3))))
@example(Plan(names="one guid, one link", well_formed=False, steps=(Step(edits=((1, "text"),)), Step())))
def test_each_item_is_announced_once_and_an_edit_is_an_edit(plan: Plan) -> None:
    with TemporaryDirectory() as folder:
        market, numbers = asyncio.run(play(plan, Path(folder) / "store.sqlite3"))
    assert len(numbers) == len(set(numbers)), "nothing twice"
    assert market.must <= set(numbers), "nothing is missed"
    assert set(numbers) <= market.must | market.may, "nothing that is known"
