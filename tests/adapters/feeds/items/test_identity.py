"""What names an item, and what names nobody."""

import json

import pytest

from bot.adapters.feeds.fetch_state import FetchState, dump_items, dump_state, load_items, load_state, rename_items
from bot.adapters.feeds.items.identity import assign_uids, choose_name, site_addresses
from bot.adapters.feeds.parsing.read_document import read_entries
from bot.model.ids import Uid

HOME = "http://garden.example/blog/"
FEED = "http://garden.example/blog/feed.xml"
LINK = "http://garden.example/blog/leek"


@pytest.mark.parametrize(
    "guid",
    [
        *(
            "",
            " ",
            "N/A",
            "n/a",
            "(none)",
            "None",
            "null",
            "[NULL]",
            "nil",
            "undefined",
            "unknown",
            "NaN",
            "-",
            "--",
            "#",
        ),
        *("?", "...", "http://", "https://", HOME, "http://garden.example/blog", "https://garden.example/blog/"),
        *("http://garden.example/", "http://garden.example", FEED),
    ],
)
def test_a_guid_that_names_nobody_gives_way_to_the_link(guid: str) -> None:
    assert choose_name(guid, LINK, site_urls=site_addresses(HOME, FEED)) == LINK
    assert choose_name("", guid or None, site_urls=site_addresses(HOME, FEED)) == ""


@pytest.mark.parametrize("guid", ["0", "1", "a", "non", "http://garden.example/blog/#1", "http://other.example/", "名"])
def test_a_short_guid_is_a_guid(guid: str) -> None:
    assert choose_name(guid, LINK, site_urls=site_addresses(HOME, FEED)) == guid


def apart(*items: str, known_uids: str = "", before: str = "") -> list[str]:
    """Each item is a guid and, behind a hyphen, what it says."""
    chains = [(Uid(each.partition("-")[0]), Uid(each.replace("-", " sha256:" + "0" * 39))) for each in items]
    return [
        uid.replace(" sha256:" + "0" * 39, "-")
        for uid in assign_uids(chains, known_uids=_uids(known_uids), before=_uids(before))
    ]


def _uids(written: str) -> list[Uid]:
    return [Uid(each.replace("-", " sha256:" + "0" * 39)) for each in written.split()]


def test_a_name_is_its_holders_as_long_as_nobody_shares_it() -> None:
    assert apart("x-1", "y-2") == ["x", "y"]
    assert apart("x-3", before="x y") == ["x"], "an edit"


def test_a_name_of_two_is_neithers() -> None:
    assert apart("x-1", "x-2", "y-3") == ["x-1", "x-2", "y"]
    assert apart("x-2", known_uids="x") == ["x-2"], "who is known keeps it"
    assert apart("x-3", before="x-1 x-2") == ["x-3"], "also when all others have left"
    assert apart("x-3", before="x x-2") == ["x-3"]


def test_what_stands_there_twice_is_one_item() -> None:
    assert apart("x-1", "x-1") == ["x", "x"]
    assert apart("x-1", "x-1", "x-2") == ["x-1", "x-1", "x-2"]


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_json_feeds_tell_apart_by_what_they_had(count: int) -> None:
    def feed(first: int) -> bytes:
        items = [
            {"id": "N/A", "url": LINK, "title": f"Notice {n}", "content_text": "x"} for n in range(first, first + count)
        ]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items}).encode()

    known: str = ""
    seen: set[Uid] = set()
    for first in range(0, 5 * count, count):
        window = read_entries(feed(first), content_type="", url=FEED, known=known).feed.window
        assert len(set(window)) == count
        if count > 1:
            assert not seen & set(window)
        seen |= set(window)
        known = dump_items([("", uid) for uid in window])


def test_a_memory_of_another_version_still_knows_the_names() -> None:
    text = dump_state(FetchState(items=dump_items([("hash", Uid("x")), ("other", Uid("x y"))])))
    old = text.replace('"version":3', '"version":2', 1)
    assert load_items(load_state(old).items) == (("", "x"), ("", "x y"))
    renamed = rename_items(text, {Uid("x"): Uid("x z")})
    assert load_items(load_state(renamed).items) == (("hash", "x z"), ("other", "x y"))
