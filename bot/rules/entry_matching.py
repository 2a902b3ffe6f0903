"""Match items with unknown uids to known entries.

An entry keeps its first uid. Later guids and links of it are further names.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from bot.model.address import canonical_link, without_scheme
from bot.model.entry import Entry, EntryRef, ParsedEntry
from bot.model.ids import EntryId, Uid
from bot.model.uid import is_disambiguated, shared_base_name

#: Fewer renamed items are no bulk change.
_MIN_BULK = 3
#: The similarity of two titles, of 1, from which they count as one title before and after an edit.
_SIMILAR = 0.6
_COMPARED = 200

_NUMBER = re.compile(r"\d+")


class MatchedBy(StrEnum):
    """The ways to identify an item, the most reliable first."""

    UID = "uid"
    LINK = "link"
    DATE = "date"
    TITLE = "title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An item with the entry that it is."""

    item: ParsedEntry
    entry: Entry
    how: MatchedBy


#: A name that all stubs of a blog share.
STUB_NAME = "heard"


def name_of_uid(uid: Uid) -> str:
    """Return the name made of a uid."""
    return f"uid:{without_scheme(uid)}"


def names_of(item: ParsedEntry | Entry, *, home_url: str) -> Iterator[tuple[MatchedBy, str]]:
    """Yield the names that may identify an item later: its uid, its link, its date of publication."""
    yield MatchedBy.UID, name_of_uid(item.uid)
    link = _link_name(item.link)
    # Some feeds link every item to the front page.
    if link and link != _link_name(home_url):
        yield MatchedBy.LINK, f"link:{link}"
    if item.published_at is not None:
        yield MatchedBy.DATE, _date_name(item)


def link_that_names(item: ParsedEntry) -> str | None:
    """Return the name made of an item's link, if the link is its uid, as it has no guid."""
    same = item.link and without_scheme(canonical_link(item.link)) == without_scheme(item.uid)
    return f"link:{_link_name(item.link)}" if same else None


def date_and_title(item: ParsedEntry | Entry) -> tuple[datetime | None, str]:
    """Return the date and the title of an item, which together tell items with a shared name apart."""
    return item.published_at, normalise_title(item.title)


def same_date_or_similar_title(item: ParsedEntry, entry: Entry, *, own_date: bool = True) -> bool:
    """Return whether an item may be an entry by its date or its title.

    :param own_date: no other item has its date.
    """
    same_date = own_date and item.published_at is not None and item.published_at == entry.published_at
    return same_date or is_similar_title(entry.title, item.title) or is_extended_title(entry.title, item.title)


def is_shared(date: datetime, named: Mapping[str, Sequence[EntryId]]) -> bool:
    """Return whether several entries have a date.

    :param named: entries by name.
    """
    return len(named.get(f"date:{date.isoformat()}", ())) > 1


def names_of_address(address: str) -> tuple[str, ...]:
    """Return the names made of an address that is the link or uid of an item."""
    return (f"uid:{without_scheme(canonical_link(address))}", f"link:{_link_name(address)}")


def names_in_other_feeds(entry: Entry, *, home_url: str) -> tuple[list[str], list[str]]:
    """Return the names that an entry may have in another feed of the same blog: links, and guids.

    One feed's guid may be the other's link, and one may write ``www.`` where the other does not.
    """
    links, guids = [], [name_of_uid(entry.uid)]
    guid = entry.uid if without_scheme(entry.uid).startswith("//") and not is_disambiguated(entry.uid) else None
    for address in filter(None, (entry.link, guid)):
        page = _without_www(address)
        # Some feeds link every item to the front page.
        if page != _without_www(home_url):
            links += [f"link://{page}", f"link://www.{page}"]
        guids.append(name_of_uid(Uid(canonical_link(address))))
    return links, guids


def is_in_other_feed(entry: Entry, other: Entry, *, own_name: bool) -> bool:
    """Return whether an entry of another feed with the same guid, or with a shared link, is the same.

    :param own_name: no other entry of the blog has that name. Even then, guids such as "12" are used by many blogs.
    """
    same_date = entry.published_at is not None and entry.published_at == other.published_at
    same_title = bool(entry.title) and is_same_title(entry.title, other.title)
    return (same_date or same_title) if own_name else (same_date and same_title)


def names_of_ref(ref: EntryRef, *, home_url: str) -> Iterator[str]:
    """Yield the names by which a comment refers to its entry."""
    if ref.uid:
        yield name_of_uid(ref.uid)
    link = _link_name(ref.link)
    if link and link != _link_name(home_url):
        yield f"link:{link}"


def match_by_names(
    unknown: Sequence[ParsedEntry],
    found: Mapping[str, Sequence[Entry]],
    *,
    claimed: Collection[EntryId],
    home_url: str,
    recently_shown: Collection[EntryId] | None = None,
) -> dict[Uid, Match]:
    """Match items to entries by their names.

    :param found: all entries that have these names.
    :param claimed: entries that the document shows under known uids, so that they match nothing else.
    :param recently_shown: entries in the last window. An item that shares only its link with one of them is another
        item about the same page. None: the last window is not known, or links identify the feed's entries.
    """
    taken = set(claimed)
    matches: dict[Uid, Match] = {}
    shared = Counter(name for item in unknown for _, name in names_of(item, home_url=home_url))
    # A date that several items share identifies none of them.
    own_dates = {item.uid for item in unknown if shared[date := _date_name(item)] == 1 == len(found.get(date, (None,)))}

    def fitting(item: ParsedEntry, how: MatchedBy, name: str) -> Sequence[Entry]:
        known, own_date = found.get(name, ()), item.uid in own_dates
        if how is MatchedBy.DATE:
            fits = is_similar_title if own_date else is_same_title if is_disambiguated(item.uid) else is_extended_title
            return [each for each in known if each.id not in taken and fits(each.title, item.title)]
        if how is MatchedBy.LINK and not shared[name] == len(known) == 1:
            return ()
        return [each for each in known if how is MatchedBy.UID or _same(item, each, recently_shown, own_date=own_date)]

    for wanted in (MatchedBy.UID, MatchedBy.LINK, MatchedBy.DATE):
        for item in unknown:
            names = (name for how, name in names_of(item, home_url=home_url) if how is wanted)
            for name in names if item.uid not in matches else ():
                entries = fitting(item, wanted, name)
                if len(entries) == 1 and entries[0].id not in taken:
                    taken.add(entries[0].id)
                    matches[item.uid] = Match(item=item, entry=entries[0], how=wanted)
    return matches


def match_by_titles(
    unknown: Sequence[ParsedEntry], recent: Sequence[Entry], *, taken: Collection[EntryId]
) -> dict[Uid, Match]:
    """Match items to entries by unique titles, where all names have changed."""
    # Items with a shared name repeat their titles.
    unknown = [item for item in unknown if not is_disambiguated(item.uid)]
    in_feed = Counter(normalise_title(item.title) for item in unknown)
    kept = Counter(normalise_title(entry.title) for entry in recent)
    by_title = {normalise_title(entry.title): entry for entry in recent if entry.id not in taken}
    return {
        item.uid: Match(item=item, entry=by_title[title], how=MatchedBy.TITLE)
        for item in unknown
        if (title := normalise_title(item.title)) and title in by_title and in_feed[title] == kept[title] == 1
    }


def is_bulk_rename(matches: Mapping[Uid, Match], window: int) -> bool:
    """Return whether a feed renamed half of its items at once, as after a migration."""
    # A stub has no name from a feed yet, and an item with a shared name never has its own.
    named = [match for uid, match in matches.items() if not match.entry.is_stub and not is_disambiguated(uid)]
    return is_bulk_change(sum(match.how is not MatchedBy.UID for match in named), window)


def is_bulk_change(items: int, window: int) -> bool:
    """Return whether so many changed items are more than an author changes by hand."""
    return items >= _MIN_BULK and items * 2 >= window


def normalise_title(title: str) -> str:
    """Return a title in lower case with single spaces, for comparisons."""
    return " ".join(title.casefold().split())


def is_similar_title(one: str, other: str) -> bool:
    """Return whether two titles may be the same before and after an edit."""
    first, second = normalise_title(one)[:_COMPARED], normalise_title(other)[:_COMPARED]
    # Episodes and releases differ by their numbers alone.
    if _NUMBER.findall(first) != _NUMBER.findall(second):
        return False
    if first == second:
        return True
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # The first ratio is faster, and an upper bound of the other.
    return matcher.quick_ratio() >= _SIMILAR and matcher.ratio() >= _SIMILAR


def is_same_title(one: str, other: str) -> bool:
    """Return whether two titles are equal but for case and spaces."""
    return normalise_title(one) == normalise_title(other)


def is_extended_title(one: str, other: str) -> bool:
    """Return whether two titles are the same, or one only has words added at its end."""
    first, second = sorted((normalise_title(one), normalise_title(other)), key=len)
    return first == second or (bool(first) and second.startswith(f"{first} "))


def _date_name(item: ParsedEntry | Entry) -> str:
    return f"date:{item.published_at.isoformat()}" if item.published_at else ""


def _link_name(link: str | None) -> str:
    return without_scheme(canonical_link(link)).rstrip("/") if link else ""


def _without_www(address: str) -> str:
    return _link_name(address).removeprefix("//").removeprefix("www.")


def _same(item: ParsedEntry, entry: Entry, recently_shown: Collection[EntryId] | None, *, own_date: bool) -> bool:
    """Return whether an item with the link of an entry is that entry."""
    if recently_shown is None or entry.is_stub:
        return True
    if entry.id in recently_shown and ((item.html and item.html == entry.html) or _share_guid(item, entry)):
        return True
    return same_date_or_similar_title(item, entry, own_date=own_date)


def _share_guid(item: ParsedEntry, entry: Entry) -> bool:
    """Return whether both have the same shared guid, beside the link."""
    guid = shared_base_name(item.uid)
    return (
        guid is not None
        and _link_name(guid) != _link_name(item.link)
        and guid == (shared_base_name(entry.uid) or entry.uid)
    )
