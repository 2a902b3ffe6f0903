"""What left a window, what slid back into it, what was missed, and in which order new items go."""

import random
from datetime import datetime, timedelta

import pytest

from bot.model.entry import ItemSummary, ParsedEntry
from bot.model.ids import Uid
from bot.rules.window import has_gap, older_than, oldest_first, removed_from_middle, resurfaced_items
from tests.rules.examples import HOUR, NOW, parsed_entry

DATED = {Uid(name): NOW - at * HOUR for at, name in enumerate("abcdefghij")}


def uids(names: str) -> tuple[Uid, ...]:
    return tuple(map(Uid, names))


def briefs(names: str, *, dated: bool = True) -> dict[Uid, ItemSummary]:
    return {
        uid: ItemSummary(id=at, published_at=DATED[uid] if dated else None, hash="h")
        for at, uid in enumerate(uids(names))
    }


def items(names: str, *, dated: bool = True) -> list[ParsedEntry]:
    return [parsed_entry(uid=uid, published_at=DATED[uid] if dated else None) for uid in uids(names)]


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize(
    ("before", "window", "missing"),
    [
        ("bcde", "bde", "c"),
        ("bcde", "abde", "c"),
        ("bcde", "abcd", ""),
        ("edcb", "dcba", ""),
        ("edcb", "edb", "c"),
        ("bcde", "b", ""),
        ("bcde", "", ""),
        ("", "abc", ""),
    ],
)
def test_what_left_from_between_others_was_not_pushed_out(
    before: str, window: str, missing: str, *, dated: bool
) -> None:
    known = briefs(before, dated=dated)
    assert removed_from_middle(uids(before), uids(window), known) == list(uids(missing))


def test_of_items_of_one_second_only_what_stood_between_others_was_not_pushed_out() -> None:
    known = {uid: ItemSummary(id=1, published_at=NOW, hash="h") for uid in uids("abc")}
    assert removed_from_middle(uids("abc"), uids("ac"), known) == list(uids("b"))
    assert removed_from_middle(uids("abc"), uids("dab"), known) == [], "pushed out"
    assert removed_from_middle(uids("abc"), uids("ab"), known) == list(uids("c")), "nothing pushed it out"
    assert removed_from_middle(uids("abc"), uids("bc"), known) == list(uids("a"))
    assert removed_from_middle(uids("abc"), uids("abd"), known) == list(uids("c")), "an older one took its place"


def test_the_newest_may_be_deleted_too_where_dates_tell_it_from_the_oldest() -> None:
    assert removed_from_middle(uids("abcd"), uids("bcd"), briefs("abcd")) == list(uids("a"))
    assert removed_from_middle(uids("dcba"), uids("dcb"), briefs("abcd")) == list(uids("a"))
    assert removed_from_middle(uids("abcd"), uids("bcd"), briefs("abcd", dated=False)) == list(uids("a"))


@pytest.mark.parametrize("order", ["newest first", "oldest first"])
@pytest.mark.parametrize("dates", ["apart", "one second", "none"])
def test_what_leaves_is_missed_unless_it_was_pushed_out(order: str, dates: str) -> None:
    """Over many feeds: what newer items push out is not missed, and what left a window with room is."""
    chance = random.Random(f"{order} {dates}")
    for _ in range(500):
        room, written = chance.randint(4, 12), chance.randint(4, 20)
        posts = [Uid(f"{number:03}") for number in range(written)]
        stood = posts[-room:]
        news = [Uid(f"{written + number:03}") for number in range(chance.randint(0, len(stood) // 2))]
        moments = {"apart": lambda uid: NOW + int(uid) * HOUR, "one second": lambda _: NOW, "none": lambda _: None}
        known = {uid: ItemSummary(id=int(uid), published_at=moments[dates](uid), hash="h") for uid in posts}

        def shown(some: list[Uid], room: int = room) -> list[Uid]:
            return some[-room:][::-1] if order == "newest first" else some[-room:]

        assert removed_from_middle(shown(stood), shown([*posts, *news]), known) == []
        deleted = set(chance.sample(stood, chance.randint(1, len(stood) // 2)))
        rest = [uid for uid in posts if uid not in deleted]
        missed = removed_from_middle(shown(stood), shown(rest), known)
        assert set(missed) <= deleted, (shown(stood), shown(rest))
        # Without dates, what older ones took the place of looks as if newer ones had pushed it out.
        if dates == "apart" or written <= room:
            assert set(missed) == deleted, (shown(stood), shown(rest))


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize(
    ("before", "window", "unknown", "behind"),
    [
        # one was deleted, an older one takes its place
        ("abcd", "abde", "e", "e"),
        # nothing left: it was written just now with an old date
        ("abcd", "abcde", "e", ""),
        # the window grew
        ("abcd", "abcdefg", "efg", "efg"),
        # news among what is known
        ("bcd", "abcd", "a", ""),
        # the last window is not known
        ("", "abcdefghij", "j", "j"),
        ("", "abcd", "d", ""),
        # it stood first and left, while the others kept their order: without dates the oldest stands first
        ("abcd", "acbd", "", ""),
        ("abcd", "bdce", "e", "e"),
    ],
)
def test_what_slid_back_is_no_news(before: str, window: str, unknown: str, behind: str, *, dated: bool) -> None:
    known = briefs("".join(name for name in window if name not in unknown), dated=dated)
    found = resurfaced_items(
        items(unknown, dated=dated), before=uids(before), window=uids(window), briefs=known, full=len("abcdefghij")
    )
    assert found == set(uids(behind))


def test_without_dates_news_stands_last_where_what_stood_first_leaves() -> None:
    for before, window, new in (("abc", "bcd", "d"), ("abc", "cde", "de"), ("abcd", "bcdefg", "efg")):
        known = briefs("".join(name for name in window if name not in new), dated=False)
        unknown = items(new, dated=False)
        assert resurfaced_items(unknown, before=uids(before), window=uids(window), briefs=known, full=10) == set()


def test_one_date_for_all_makes_nothing_older() -> None:
    same = [parsed_entry(uid=uid, published_at=NOW) for uid in uids("xyz")]
    assert older_than(same, [NOW, NOW], NOW) == set()
    assert older_than(same, [NOW + HOUR, NOW - HOUR], NOW + HOUR) == set(uids("xyz"))


def test_of_a_day_that_several_share_nothing_is_older() -> None:
    same = [parsed_entry(uid=uid, published_at=NOW) for uid in uids("xyz")]
    assert older_than(same, [NOW, NOW - HOUR], NOW) == set()
    assert older_than(same[:1], [NOW, NOW, NOW - HOUR], NOW) == set()
    assert older_than(same[:1], [NOW, NOW - HOUR], NOW) == {"x"}


def test_a_late_approval_stands_among_the_others_and_is_news() -> None:
    known = briefs("abde")
    assert resurfaced_items(items("c"), before=uids("abde"), window=uids("abcde"), briefs=known, full=10) == set()


def test_what_was_dated_back_stands_where_news_stands() -> None:
    known = briefs("abcd")
    old = [parsed_entry(uid=Uid("x"), published_at=NOW - timedelta(days=900))]
    for before, window in (("abcde", "xabcd"), ("edcba", "dcbax")):
        assert resurfaced_items(old, before=uids(before), window=uids(window), briefs=known, full=10) == set()
    assert resurfaced_items(old, before=uids("abcde"), window=uids("abcdx"), briefs=known, full=10) == set(uids("x"))


def test_of_a_part_of_a_window_nobody_can_say_what_left() -> None:
    known = briefs("ab")
    found = resurfaced_items(
        items("j"), before=uids("abcde"), window=uids("abj"), briefs=known, full=10, complete=False
    )
    assert found == set()


def test_a_window_of_strangers_is_a_gap_unless_it_is_tiny() -> None:
    assert has_gap(uids("abc"), [])
    assert not has_gap(uids("ab"), [])
    assert not has_gap(uids("abc"), uids("c"))
    assert not has_gap((), [])


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([1, 2, 3], [3, 2, 1]),
        ([3, 2, 1], [3, 2, 1]),
        ([2, 3, 1], [3, 2, 1]),
        # no date on one: the document's order
        ([1, None, 3], [3, None, 1]),
        ([3, None, 1], [3, None, 1]),
        ([None, None], [None, None]),
        # in the future counts as now, which is after all others
        ([-5, 1, -9], [1, -5, -9]),
    ],
)
def test_chat_wants_the_oldest_first(told: list[int | None], said: list[int | None]) -> None:
    def when(hours: int | None) -> datetime | None:
        return None if hours is None else NOW - timedelta(hours=hours)

    entries = [parsed_entry(uid=Uid(str(at)), published_at=when(hours)) for at, hours in enumerate(told)]
    if told == [-5, 1, -9]:
        assert oldest_first(entries, NOW)[0].uid == "1"
        return
    assert [entry.published_at for entry in oldest_first(entries, NOW)] == [when(hours) for hours in said]


def test_many_in_one_second_keep_the_documents_order() -> None:
    entries = [parsed_entry(uid=Uid(name)) for name in "cba"]
    assert [entry.uid for entry in oldest_first(entries, NOW)] == ["a", "b", "c"]
