"""Match changed items that share their guid or link with others.

Such an item is identified by its content, so an edit looks like a new item while an old one leaves. The two are matched
only if no other item in either window has what they have in common.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.address import canonical_link, without_scheme
from bot.model.entry import Entry, ParsedEntry
from bot.model.ids import Uid
from bot.model.uid import is_content_uid, is_disambiguated, shared_names
from bot.rules.entry_matching import Match, MatchedBy, is_extended_title, is_similar_title, normalise_title

_Item = Entry | ParsedEntry
_Trait = Callable[[_Item], Hashable]
_Place = tuple[int | None, int | None]
#: Similar titles are searched among so many edits and in windows of so many items, as comparing is slow.
_MAX_EDITS = 5
_MAX_COMPARED = 200
_NOWHERE: _Place = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The last window and the present one, each in the document's order."""

    before: Sequence[Entry]
    #: known items as entries, the others as parsed
    now: Sequence[_Item]
    #: False: ``before`` holds the newest known entries, so their positions mean nothing
    ordered: bool = True
    #: dates that several entries of the blog have
    shared_dates: Collection[datetime] = ()


def match_disambiguated(unknown: Sequence[ParsedEntry], windows: Windows) -> dict[Uid, Match]:
    """Match items that have no name of their own."""
    items = [item for item in unknown if is_disambiguated(item.uid)]
    there = {each.id for each in windows.now if isinstance(each, Entry)}
    left = [entry for entry in windows.before if entry.id not in there]
    places = _places(windows) if windows.ordered else {}
    matches: dict[Uid, Match] = {}
    for how, pairs in (
        (MatchedBy.TITLE, _by_trait(items, left, windows, _title_and_date)),
        (MatchedBy.TITLE, _by_trait(items, left, windows, _title_and_text)),
        (MatchedBy.DATE, _by_trait(items, left, windows, _date_and_text)),
        (MatchedBy.TITLE, _by_text(items, left, windows)),
        (MatchedBy.DATE, _by_similar_title(items, left, windows)),
        (MatchedBy.TITLE, _by_title(items, left, windows, places)),
        (MatchedBy.DATE, _by_place(items, left, windows, places)),
    ):
        taken = {match.entry.id for match in matches.values()}
        for item, entry in pairs:
            if item.uid not in matches and entry.id not in taken and _share_name(item, entry):
                matches[item.uid] = Match(item=item, entry=entry, how=how)
                taken.add(entry.id)
    return matches


def _title_and_date(item: _Item) -> Hashable:
    return (normalise_title(item.title), item.published_at) if item.title else None


def _title_and_text(item: _Item) -> Hashable:
    return (normalise_title(item.title), item.html) if item.title and item.html else None


def _date_and_text(item: _Item) -> Hashable:
    return (item.published_at, item.html) if item.published_at and item.html else None


def _title(item: _Item) -> Hashable:
    return normalise_title(item.title) or None


def _date(item: _Item) -> Hashable:
    return item.published_at


def _text(item: _Item) -> Hashable:
    return item.html or None


def _by_trait(
    items: Sequence[ParsedEntry], left: Sequence[Entry], windows: Windows, trait: _Trait
) -> Iterator[tuple[ParsedEntry, Entry]]:
    """Yield pairs that share a trait which no other item in either window has."""
    entries = {trait(entry): entry for entry in left}
    shown = Counter(map(trait, windows.now))
    showed = Counter(map(trait, windows.before))
    for item in items:
        value = trait(item)
        if value is not None and value in entries and shown[value] == showed[value] == 1:
            yield item, entries[value]


def _by_text(
    items: Sequence[ParsedEntry], left: Sequence[Entry], windows: Windows
) -> Iterator[tuple[ParsedEntry, Entry]]:
    """Yield pairs with one text, and words added to the title."""
    pairs = _by_trait(items, left, windows, _text)
    return ((item, entry) for item, entry in pairs if is_extended_title(entry.title, item.title))


def _by_similar_title(
    items: Sequence[ParsedEntry], left: Sequence[Entry], windows: Windows
) -> Iterator[tuple[ParsedEntry, Entry]]:
    """Yield pairs with one date whose titles are similar to each other and to no other title."""
    if max(len(items), len(left)) > _MAX_EDITS or max(len(windows.before), len(windows.now)) > _MAX_COMPARED:
        return
    dates = [Counter(map(_date, window)) for window in (windows.before, windows.now)]
    for item in items:
        for entry in left:
            if item.published_at is None or item.published_at != entry.published_at:
                continue
            own = all(each[item.published_at] == 1 for each in dates) and item.published_at not in windows.shared_dates
            matches = is_similar_title if own else is_extended_title
            if matches(entry.title, item.title) and not _has_similar(item, entry, windows):
                yield item, entry


def _has_similar(item: ParsedEntry, entry: Entry, windows: Windows) -> bool:
    """Return whether another item has a similar title, too, so that the similarity means nothing."""
    others = [each for each in windows.before if each.id != entry.id]
    others_now = [each for each in windows.now if each is not item]
    return any(is_similar_title(each.title, item.title) for each in others) or any(
        is_similar_title(each.title, entry.title) for each in others_now
    )


def _by_title(
    items: Sequence[ParsedEntry], left: Sequence[Entry], windows: Windows, places: Mapping[int, _Place]
) -> Iterator[tuple[ParsedEntry, Entry]]:
    """Yield pairs with one title and another date, unless newer items pushed the entry out, as titles are repeated."""
    for item, entry in _by_trait(items, left, windows, _title):
        place = places.get(id(entry), _NOWHERE)
        if None not in place or (place != _NOWHERE and place == places.get(id(item))):
            yield item, entry


def _by_place(
    items: Sequence[ParsedEntry], left: Sequence[Entry], windows: Windows, places: Mapping[int, _Place]
) -> Iterator[tuple[ParsedEntry, Entry]]:
    """Yield pairs between the same neighbours that share a unique date or text."""
    for trait in (_date, _text):
        for item, entry in _by_trait(items, left, windows, trait):
            place = places.get(id(entry), _NOWHERE)
            if place != _NOWHERE and place == places.get(id(item)):
                yield item, entry


def _places(windows: Windows) -> dict[int, _Place]:
    """Return, by the ``id()`` of each item, the nearest items before and after it that are in both windows."""
    there = {each.id for each in windows.now if isinstance(each, Entry)}
    stay = there & {each.id for each in windows.before}
    places: dict[int, _Place] = {}
    for window in (windows.before, windows.now):
        ids = [each.id if isinstance(each, Entry) and each.id in stay else None for each in window]
        above, below = _last_known(ids), _last_known(ids[::-1])[::-1]
        places.update(zip(map(id, window), zip(above, below, strict=True), strict=True))
    return places


def _last_known(ids: Sequence[int | None]) -> list[int | None]:
    """Return the last known id before each position."""
    known: list[int | None] = []
    last = None
    for id_ in ids:
        known.append(last)
        last = last if id_ is None else id_
    return known


def _share_name(item: ParsedEntry, entry: Entry) -> bool:
    """Return whether both have a name in common, or neither has one and their links are equal."""
    names: Mapping[str, None] = dict.fromkeys(map(without_scheme, (entry.uid, *shared_names(entry.uid))))
    if any(without_scheme(name) in names for name in shared_names(item.uid)):
        return True
    return is_content_uid(item.uid) and canonical_link(item.link or "") == canonical_link(entry.link or "")
