"""Which entry an item is that shares its name with others, and has changed."""

from datetime import datetime

import pytest

from bot.model.entry import Entry, ParsedEntry
from bot.model.ids import EntryId, Uid
from bot.model.uid import content_uid, entry_uids, is_disambiguated, shared_names
from bot.rules.shared_names import Windows, match_disambiguated
from tests.rules.examples import HOUR, NOW, entry, parsed_entry

PAGE = "https://blog.example/market"


def kept(number: int, title: str, *, date: datetime | None = None, html: str = "") -> Entry:
    uid = Uid(f"{PAGE} {content_uid(date, title, '')}")
    html = html or f"{title}, fresh"
    return entry(id=EntryId(number), uid=uid, link=PAGE, title=title, html=html, published_at=date)


def told(title: str, *, date: datetime | None = None, html: str = "") -> ParsedEntry:
    uid = Uid(f"{PAGE} {content_uid(date, title, '')}")
    return parsed_entry(uid=uid, link=PAGE, title=title, html=html or f"{title}, fresh", published_at=date)


def matched(
    item: ParsedEntry, before: list[Entry], now: list[Entry | ParsedEntry], *, ordered: bool = True
) -> int | None:
    matches = match_disambiguated([item], Windows(before=before, now=now, ordered=ordered))
    return matches[item.uid].entry.id if matches else None


LEEK, KALE, CHARD = kept(1, "Leek"), kept(2, "Kale"), kept(3, "Chard")
DATED = [kept(number, title, date=NOW - number * HOUR) for number, title in enumerate(("Leek", "Kale", "Chard"), 1)]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("dated", [True, False])
def test_an_edit_keeps_its_title_and_its_text_in_turn(place: int, dated: bool) -> None:
    before = DATED if dated else [LEEK, KALE, CHARD]
    old = before[place]
    date = old.published_at
    for item in (
        told(old.title, date=date and date + HOUR / 2, html="Sold out"),
        told(f"{old.title} again", date=date, html=old.html),
        told(old.title, date=NOW),
    ):
        now: list[Entry | ParsedEntry] = [*before]
        now[place] = item
        assert matched(item, before, now) == old.id, item


@pytest.mark.parametrize("dated", [True, False])
def test_what_is_new_takes_nobodys_place(dated: bool) -> None:
    before = DATED if dated else [LEEK, KALE, CHARD]
    item = told("Peas", date=NOW if dated else None)
    assert matched(item, before, [item, *before[:2]]) is None
    assert matched(item, before[::-1], [*before[1::-1], item]) is None
    assert matched(item, before, [item]) is None


def test_titles_that_come_again_are_new_when_the_old_one_was_pushed_out() -> None:
    item = told("Chard", date=NOW, html="Chard of today")
    assert matched(item, DATED, [item, *DATED[:2]]) is None
    assert matched(item, DATED, [item, DATED[0], DATED[2]][:1] + DATED[:2]) is None


def test_what_several_have_in_common_tells_nothing() -> None:
    before = [kept(1, "Notice", html="One"), kept(2, "Notice", html="Two")]
    item = told("Notice", html="Three")
    assert matched(item, before, [item, before[0]]) is None
    text = [kept(1, "Leek", html="Read more"), kept(2, "Kale", html="Read more")]
    item = told("Leek again", html="Read more")
    assert matched(item, text, [item, text[0]]) is None


def test_near_titles_are_an_edit_only_on_one_date_of_their_own() -> None:
    before = [kept(1, "Tomatoes from the south", date=NOW), kept(2, "Leek", date=NOW - HOUR)]
    item = told("Tomatoes from the north", date=NOW, html="Corrected")
    assert matched(item, before, [item, before[1]]) == 1
    one_date = [kept(1, "Tomatoes from the south", date=NOW), kept(2, "Leek", date=NOW)]
    assert matched(item, one_date, [item, one_date[1]]) is None


def test_an_entry_of_another_name_is_nobody_here() -> None:
    other = entry(
        id=EntryId(9), uid=Uid("https://blog.example/other"), title="Leek", html="Leek, fresh", published_at=None
    )
    item = told("Leek")
    assert matched(item, [other], [item]) is None


def test_a_uid_tells_which_names_are_shared() -> None:
    item = parsed_entry(uid=Uid("market"), link=PAGE, title="Leek", html="Leek", published_at=None)
    bare, with_link, with_title, with_text = entry_uids(item, home_url="https://blog.example/")
    assert (bare, with_link) == ("market", f"market {PAGE}")
    assert list(shared_names(with_text)) == [with_title, with_link, bare]
    assert [is_disambiguated(uid) for uid in (bare, with_link, with_title, with_text)] == [False, True, True, True]
    assert list(shared_names(Uid("A guid of words"))) == []


def test_the_sites_own_link_is_no_part_of_a_name() -> None:
    item = parsed_entry(uid=Uid("market"), link="http://blog.example", title="Leek", html="Leek", published_at=None)
    assert all("blog.example" not in uid for uid in entry_uids(item, home_url="https://blog.example/"))
