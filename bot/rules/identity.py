"""Which entry that we know is an item whose uid nobody knows? Pure; knows no store.

A uid is pinned: an entry keeps the first that it had. What a feed calls it later is one more of its names.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from bot.model.address import canonical_link, scheme_blind
from bot.model.entry import Entry, EntryRef, ParsedEntry
from bot.model.ids import EntryId, Uid
from bot.model.uid import is_told_apart

#: Fewer items that come back under other names are nothing to tell anybody of.
_MANY = 3
_NEAR = 0.6
_COMPARED = 200

_NUMBER = re.compile(r"\d+")


class How(StrEnum):
    """What tells that it is the same, the surest first."""

    UID = "uid"
    LINK = "link"
    DATE = "date"
    TITLE = "title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An item, and the entry that it is."""

    item: ParsedEntry
    entry: Entry
    how: How


#: A name that all entries of a blog share which only comments had told of.
HEARD = "heard"


def name_of_uid(uid: Uid) -> str:
    """Return the name that a uid is."""
    return f"uid:{scheme_blind(uid)}"


def names_of(item: ParsedEntry | Entry, *, home_url: str) -> Iterator[tuple[How, str]]:
    """Yield the names by which an item may be known again: address without scheme, link, moment of publication."""
    yield How.UID, name_of_uid(item.uid)
    link = _link_name(item.link)
    # Some feeds link every item to the front page.
    if link and link != _link_name(home_url):
        yield How.LINK, f"link:{link}"
    if item.published_at is not None:
        yield How.DATE, f"date:{item.published_at.isoformat()}"


def link_that_names(item: ParsedEntry) -> str | None:
    """Return the name that an item's link is, where the link is its uid for want of a guid."""
    same = item.link and scheme_blind(canonical_link(item.link)) == scheme_blind(item.uid)
    return f"link:{_link_name(item.link)}" if same else None


def says_when_and_what(item: ParsedEntry | Entry) -> tuple[datetime | None, str]:
    """Return what of an item hardly changes: who has the same is the same, even where they share a name."""
    return item.published_at, words(item.title)


def names_of_address(address: str) -> tuple[str, ...]:
    """Return the names that an item has whose link or uid this address is."""
    return (f"uid:{scheme_blind(canonical_link(address))}", f"link:{_link_name(address)}")


def names_of_ref(ref: EntryRef, *, home_url: str) -> Iterator[str]:
    """Yield the names by which a comment calls its entry."""
    if ref.uid:
        yield name_of_uid(ref.uid)
    link = _link_name(ref.link)
    if link and link != _link_name(home_url):
        yield f"link:{link}"


def match_names(
    unknown: Sequence[ParsedEntry],
    found: Mapping[str, Sequence[Entry]],
    *,
    claimed: Collection[EntryId],
    home_url: str,
    lately: Collection[EntryId] | None = None,
) -> dict[Uid, Match]:
    """Recognise items by their names.

    :param found: all entries that have these names.
    :param claimed: entries that the same document shows under uids that are known: they are nobody else.
    :param lately: entries that the feed showed the last time it was read: any other may share nothing but its link
        with an item that tells of the same page again. None: that is not known, or links are all that tells.
    """
    taken = set(claimed)
    matches: dict[Uid, Match] = {}
    shared = Counter(name for item in unknown for _, name in names_of(item, home_url=home_url))
    for wanted in (How.UID, How.LINK, How.DATE):
        for item in unknown:
            if item.uid in matches:
                continue
            for how, name in names_of(item, home_url=home_url):
                fitting = found.get(name, ()) if how is wanted else ()
                if how is How.DATE and is_told_apart(item.uid) and not shared[name] == len(fitting) == 1:
                    # It has but this date, and the date is not its own.
                    fitting = ()
                elif how is How.DATE:
                    fitting = [each for each in fitting if each.id not in taken and is_near(each.title, item.title)]
                elif how is How.LINK and not (shared[name] == len(fitting) == 1 and _same(item, fitting[0], lately)):
                    fitting = ()
                if len(fitting) == 1 and fitting[0].id not in taken:
                    taken.add(fitting[0].id)
                    matches[item.uid] = Match(item=item, entry=fitting[0], how=how)
                    break
    return matches


def match_titles(
    unknown: Sequence[ParsedEntry], recent: Sequence[Entry], *, taken: Collection[EntryId]
) -> dict[Uid, Match]:
    """Recognise items by titles that only one item and one entry have: the last resort, where all names are others."""
    # Titles of items that share their name come again, as "Apples" with each market.
    unknown = [item for item in unknown if not is_told_apart(item.uid)]
    told = Counter(words(item.title) for item in unknown)
    kept = Counter(words(entry.title) for entry in recent)
    by_title = {words(entry.title): entry for entry in recent if entry.id not in taken}
    return {
        item.uid: Match(item=item, entry=by_title[title], how=How.TITLE)
        for item in unknown
        if (title := words(item.title)) and title in by_title and told[title] == kept[title] == 1
    }


def is_mass_change(matches: Mapping[Uid, Match], window: int) -> bool:
    """Whether a feed gave half of its items other names at once: a move or a mistake, not the author's doing."""
    # Known from hearsay only, an entry has no name of the feed's yet; an item that shares its name never had one.
    named = [match for uid, match in matches.items() if match.entry.hash and not is_told_apart(uid)]
    return is_mass(sum(match.how is not How.UID for match in named), window)


def is_mass(items: int, window: int) -> bool:
    """Whether so many items of a feed are too many to be its author's doing."""
    return items >= _MANY and items * 2 >= window


def words(title: str) -> str:
    """Return a title as it is compared: without its case and its breaks."""
    return " ".join(title.casefold().split())


def is_near(one: str, other: str) -> bool:
    """Whether two titles may be one before and after an edit."""
    first, second = words(one)[:_COMPARED], words(other)[:_COMPARED]
    # Numbers tell episodes and releases apart, however near their titles are.
    if _NUMBER.findall(first) != _NUMBER.findall(second):
        return False
    if first == second:
        return True
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # The first is quick, and never less than the other.
    return matcher.quick_ratio() >= _NEAR and matcher.ratio() >= _NEAR


def _link_name(link: str | None) -> str:
    return scheme_blind(canonical_link(link)).rstrip("/") if link else ""


def _same(item: ParsedEntry, entry: Entry, lately: Collection[EntryId] | None) -> bool:
    """Whether an item that shares an entry's link is that entry."""
    if lately is None or entry.id in lately or not entry.hash:
        return True
    same_date = item.published_at is not None and item.published_at == entry.published_at
    return same_date or is_near(entry.title, item.title)
