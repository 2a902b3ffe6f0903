"""Whether an item under a name that nobody knows is an entry that we know."""

from collections import defaultdict

from bot.model.entry import Entry, ParsedEntry
from bot.model.ids import EntryId, Uid
from bot.rules.entry_matching import MatchedBy, is_bulk_rename, match_by_names, match_by_titles, names_of
from tests.rules.examples import HOUR, NOW, entry, parsed_entry

HOME = "https://blog.example/"


def kept(number: int, **changes: object) -> Entry:
    given = {
        "id": EntryId(number),
        "uid": Uid(f"https://blog.example/?p={number}"),
        "link": f"https://blog.example/{number}/",
        "title": f"Number {number}",
        "published_at": NOW - number * HOUR,
    }
    return entry(**{**given, **changes})


def told(number: int, **changes: object) -> ParsedEntry:
    one = kept(number)
    given = {"uid": one.uid, "link": one.link, "title": one.title, "published_at": one.published_at}
    return parsed_entry(**{**given, **changes})


def matched(
    unknown: list[ParsedEntry], known: list[Entry], claimed: tuple[int, ...] = ()
) -> dict[str, tuple[int, str]]:
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for one in known:
        for _, name in names_of(one, home_url=HOME):
            found[name].append(one)
    matches = match_by_names(unknown, found, claimed=[EntryId(id_) for id_ in claimed], home_url=HOME)
    return {uid: (match.entry.id, match.how) for uid, match in matches.items()}


def test_case_52_a_guid_is_compared_without_its_scheme() -> None:
    other = told(1, uid=Uid("http://blog.example/?p=1"), link=None, published_at=None)
    assert matched([other], [kept(1), kept(2)]) == {other.uid: (1, MatchedBy.UID)}


def test_case_53_a_guid_that_changes_with_the_title_is_an_edit_of_the_same_link_or_moment() -> None:
    same_link = told(1, uid=Uid("new-title"), title="New title", published_at=NOW)
    same_moment = told(2, uid=Uid("number-2b"), link="https://blog.example/number-2b/", title="Number 2b")
    assert matched([same_link, same_moment], [kept(1), kept(2)]) == {
        "new-title": (1, MatchedBy.LINK),
        "number-2b": (2, MatchedBy.DATE),
    }


def test_the_same_moment_and_another_title_are_two_entries() -> None:
    other = told(1, uid=Uid("x"), link="https://blog.example/x/", title="Wholly different words")
    assert matched([other], [kept(1)]) == {}


def test_case_54_tracking_in_a_link_names_nobody() -> None:
    other = told(1, uid=Uid("x"), link="http://blog.example/1/?utm_source=rss#xtor=RSS-1", published_at=None)
    assert matched([other], [kept(1)]) == {"x": (1, MatchedBy.LINK)}


def test_case_56_a_guid_that_comes_later_joins_the_entry_known_by_its_link() -> None:
    by_link = kept(1, uid=Uid("https://blog.example/1/"))
    assert matched([told(1, uid=Uid("tag:blog.example,2026:1"))], [by_link]) == {
        "tag:blog.example,2026:1": (1, MatchedBy.LINK)
    }


def test_a_link_that_all_items_share_names_nobody() -> None:
    page = "https://blog.example/show/"
    duplicates = [
        told(1, uid=Uid("x"), link=page, published_at=None),
        told(2, uid=Uid("y"), link=page, published_at=None),
    ]
    assert matched(duplicates, [kept(3, link=page)]) == {}
    assert matched([told(1, uid=Uid("x"), link=HOME, published_at=None)], [kept(3, link=HOME)]) == {}
    assert matched(duplicates[:1], [kept(3, link=page), kept(4, link=page)]) == {}


def test_an_entry_that_stands_in_the_document_itself_is_nobody_else() -> None:
    again = told(1, uid=Uid("x"))
    assert matched([again], [kept(1)], claimed=(1,)) == {}


def test_two_items_are_never_one_entry() -> None:
    one, other = told(1, uid=Uid("x")), told(1, uid=Uid("y"), link=None)
    assert matched([one, other], [kept(1)]) == {"x": (1, MatchedBy.LINK)}


def test_titles_tell_only_where_each_stands_once() -> None:
    unknown = [told(1, uid=Uid("x")), told(2, uid=Uid("y"), title="Notes"), told(3, uid=Uid("z"), title="Notes")]
    matches = match_by_titles(unknown, [kept(1), kept(2, title="Notes"), kept(4)], taken=[])
    assert {uid: match.entry.id for uid, match in matches.items()} == {"x": 1}
    assert match_by_titles(unknown, [kept(1)], taken=[EntryId(1)]) == {}


def test_case_55_half_a_feed_under_other_names_is_a_mass_change() -> None:
    unknown = [told(number, uid=Uid(f"build-2/{number}")) for number in range(4)]
    found = {
        name: [one]
        for one in map(kept, range(4))
        for how, name in names_of(one, home_url=HOME)
        if how is MatchedBy.LINK
    }
    matches = match_by_names(unknown, found, claimed=(), home_url=HOME)
    assert is_bulk_rename(matches, 8)
    assert not is_bulk_rename(matches, 9)
    assert not is_bulk_rename(dict(list(matches.items())[:2]), 2)
