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

from bot.model.address import canonical_link, without_scheme
from bot.model.entry import Entry, EntryRef, ParsedEntry
from bot.model.ids import EntryId, Uid
from bot.model.uid import is_disambiguated, shared_base_name

#: Fewer items that come back under other names are nothing to tell anybody of.
_MANY = 3
_NEAR = 0.6
_COMPARED = 200

_NUMBER = re.compile(r"\d+")


class MatchedBy(StrEnum):
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
    how: MatchedBy


#: A name that all entries of a blog share which only comments had told of.
STUB_NAME = "heard"


def name_of_uid(uid: Uid) -> str:
    """Return the name that a uid is."""
    return f"uid:{without_scheme(uid)}"


def names_of(item: ParsedEntry | Entry, *, home_url: str) -> Iterator[tuple[MatchedBy, str]]:
    """Yield the names by which an item may be known again: address without scheme, link, moment of publication."""
    yield MatchedBy.UID, name_of_uid(item.uid)
    link = _link_name(item.link)
    # Some feeds link every item to the front page.
    if link and link != _link_name(home_url):
        yield MatchedBy.LINK, f"link:{link}"
    if item.published_at is not None:
        yield MatchedBy.DATE, _date_name(item)


def link_that_names(item: ParsedEntry) -> str | None:
    """Return the name that an item's link is, where the link is its uid for want of a guid."""
    same = item.link and without_scheme(canonical_link(item.link)) == without_scheme(item.uid)
    return f"link:{_link_name(item.link)}" if same else None


def date_and_title(item: ParsedEntry | Entry) -> tuple[datetime | None, str]:
    """Return what of an item hardly changes: who has the same is the same, even where they share a name."""
    return item.published_at, normalise_title(item.title)


def same_date_or_similar_title(item: ParsedEntry, entry: Entry, *, own_date: bool = True) -> bool:
    """Whether an item may be an entry by its date or its title.

    :param own_date: no other has its date.
    """
    same_date = own_date and item.published_at is not None and item.published_at == entry.published_at
    return same_date or is_similar_title(entry.title, item.title) or is_extended_title(entry.title, item.title)


def is_shared(date: datetime, named: Mapping[str, Sequence[EntryId]]) -> bool:
    """Whether several entries have a date.

    :param named: the entries that have a name.
    """
    return len(named.get(f"date:{date.isoformat()}", ())) > 1


def names_of_address(address: str) -> tuple[str, ...]:
    """Return the names that an item has whose link or uid this address is."""
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
    """Whether an entry of another feed that has the same guid, or shares a link with others, is the same.

    :param own_name: no other entry has it. Guids such as "12" are still given in many blogs.
    """
    same_date = entry.published_at is not None and entry.published_at == other.published_at
    same_title = bool(entry.title) and is_same_title(entry.title, other.title)
    return (same_date or same_title) if own_name else (same_date and same_title)


def names_of_ref(ref: EntryRef, *, home_url: str) -> Iterator[str]:
    """Yield the names by which a comment calls its entry."""
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
    """Recognise items by their names.

    :param found: all entries that have these names.
    :param claimed: entries that the same document shows under uids that are known: they are nobody else.
    :param lately: entries that the feed showed the last time it was read. An item that shares nothing but its link
        with an entry tells of the same page again. None: that is not known, or links are all that tells.
    """
    taken = set(claimed)
    matches: dict[Uid, Match] = {}
    shared = Counter(name for item in unknown for _, name in names_of(item, home_url=home_url))
    # One date for all, or for a day, tells next to nothing.
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
    """Recognise items by titles that only one item and one entry have: the last resort, where all names are others."""
    # Titles of items that share their name come again, as "Apples" with each market.
    unknown = [item for item in unknown if not is_disambiguated(item.uid)]
    told = Counter(normalise_title(item.title) for item in unknown)
    kept = Counter(normalise_title(entry.title) for entry in recent)
    by_title = {normalise_title(entry.title): entry for entry in recent if entry.id not in taken}
    return {
        item.uid: Match(item=item, entry=by_title[title], how=MatchedBy.TITLE)
        for item in unknown
        if (title := normalise_title(item.title)) and title in by_title and told[title] == kept[title] == 1
    }


def is_bulk_rename(matches: Mapping[Uid, Match], window: int) -> bool:
    """Whether a feed gave half of its items other names at once: a move or a mistake, not the author's doing."""
    # Known from hearsay only, an entry has no name of the feed's yet; an item that shares its name never had one.
    named = [match for uid, match in matches.items() if not match.entry.is_stub and not is_disambiguated(uid)]
    return is_bulk_change(sum(match.how is not MatchedBy.UID for match in named), window)


def is_bulk_change(items: int, window: int) -> bool:
    """Whether so many items of a feed are too many to be its author's doing."""
    return items >= _MANY and items * 2 >= window


def normalise_title(title: str) -> str:
    """Return a title as it is compared: without its case and its breaks."""
    return " ".join(title.casefold().split())


def is_similar_title(one: str, other: str) -> bool:
    """Whether two titles may be one before and after an edit."""
    first, second = normalise_title(one)[:_COMPARED], normalise_title(other)[:_COMPARED]
    # Numbers tell episodes and releases apart, however near their titles are.
    if _NUMBER.findall(first) != _NUMBER.findall(second):
        return False
    if first == second:
        return True
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # The first is quick, and never less than the other.
    return matcher.quick_ratio() >= _NEAR and matcher.ratio() >= _NEAR


def is_same_title(one: str, other: str) -> bool:
    """Whether two titles differ in nothing but case and breaks."""
    return normalise_title(one) == normalise_title(other)


def is_extended_title(one: str, other: str) -> bool:
    """Whether two titles are the same, or one only has words added at its end."""
    first, second = sorted((normalise_title(one), normalise_title(other)), key=len)
    return first == second or (bool(first) and second.startswith(f"{first} "))


def _date_name(item: ParsedEntry | Entry) -> str:
    return f"date:{item.published_at.isoformat()}" if item.published_at else ""


def _link_name(link: str | None) -> str:
    return without_scheme(canonical_link(link)).rstrip("/") if link else ""


def _without_www(address: str) -> str:
    return _link_name(address).removeprefix("//").removeprefix("www.")


def _same(item: ParsedEntry, entry: Entry, recently_shown: Collection[EntryId] | None, *, own_date: bool) -> bool:
    """Whether an item that shares an entry's link is that entry."""
    if recently_shown is None or entry.is_stub:
        return True
    if entry.id in recently_shown and ((item.html and item.html == entry.html) or _share_guid(item, entry)):
        return True
    return same_date_or_similar_title(item, entry, own_date=own_date)


def _share_guid(item: ParsedEntry, entry: Entry) -> bool:
    """Whether both have a guid that others have too, beside the link."""
    guid = shared_base_name(item.uid)
    return (
        guid is not None
        and _link_name(guid) != _link_name(item.link)
        and guid == (shared_base_name(entry.uid) or entry.uid)
    )
