"""Compare two windows of a feed: which items were removed, which old ones resurfaced, and whether some were missed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import pairwise

from bot.model.address import scheme_variants
from bot.model.entry import ItemSummary, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import EntryId, Uid

#: So many items that appear at the old end at once are old: the window grew, or others were removed.
_MIN_RESURFACED = 3
#: All items of a smaller window may be new although none was missed.
_SMALLEST_FOR_GAPS = 3


class _Order(Enum):
    """The order of a feed's items."""

    #: the oldest first
    RISING = auto()
    #: the newest first
    FALLING = auto()


#: The ``seen_at`` of an item that its feed shows is updated so often.
SEEN_UPDATE_EVERY = timedelta(days=30)


def known_uids(uids: Iterable[Uid], briefs: Mapping[Uid, ItemSummary]) -> list[Uid]:
    """Return the uids that are known, also with the other scheme (http, https)."""
    return [uid for uid in uids if any(spelling in briefs for spelling in scheme_variants(uid))]


def needing_seen_update(window: Iterable[Uid], briefs: Mapping[Uid, ItemSummary], now: datetime) -> list[int]:
    """Return the items of a window whose ``seen_at`` is to be updated."""
    shown = {brief.id: brief.seen_at for uid in window if (brief := briefs.get(uid)) is not None}
    return [item for item, seen_at in shown.items() if seen_at is None or now - seen_at >= SEEN_UPDATE_EVERY]


def removed_from_middle(before: Sequence[Uid], window: Sequence[Uid], briefs: Mapping[Uid, ItemSummary]) -> list[Uid]:
    """Return the items that were removed from a feed, and not pushed out by newer ones.

    Items at an end were pushed out only if at least as many were added elsewhere; items added at the same end replaced
    them.

    :param before: the window of the last poll, in its order.
    """
    there = set(window)
    gone = [uid for uid in before if uid not in there]
    # A feed without half of its items was rebuilt; its author has deleted nothing.
    if len(gone) > max(1, len(before) // 2):
        return []
    stay = [(at, uid) for at, uid in enumerate(before) if uid in there]
    first, last = (stay[0][0], stay[-1][0]) if stay else (len(before), -1)
    heads, tails = _count_added(before, window)
    came = len(there - set(before))
    dates = [briefs[uid].published_at for _, uid in stay if uid in briefs]
    dated = [date for date in dates if date is not None]
    # Without dates, or with one date for all, the old end is not known; only items between others count.
    oldest = min(dated, default=None) if len(dated) == len(stay) else None
    missing, at_head, at_tail = set[Uid](), list[Uid](), list[Uid]()
    for at, uid in enumerate(before):
        if uid in there or uid not in briefs:
            continue
        if _was_in_the_middle(briefs[uid].published_at, oldest, between=first < at < last):
            missing.add(uid)
        else:
            (at_head if at < first else at_tail).append(uid)
    if len(at_head) > came - heads:
        missing.update(at_head)
    if len(at_tail) > came - tails:
        missing.update(at_tail)
    return [uid for uid in before if uid in missing]


def removed_entries(
    parsed: ParsedFeed, window: Sequence[Uid], briefs: Mapping[Uid, ItemSummary], matched: Collection[EntryId]
) -> list[EntryId]:
    """Return entries that were removed from the middle of a feed.

    :param matched: entries that are there under other names.
    """
    if not parsed.complete:
        return []
    removed = [EntryId(briefs[uid].id) for uid in removed_from_middle(parsed.before, window, briefs)]
    return [entry_id for entry_id in removed if entry_id not in matched]


def with_new_uids(
    before: Sequence[Uid], briefs: Mapping[Uid, ItemSummary], new_uids: Mapping[EntryId, Uid]
) -> tuple[Uid, ...]:
    """Return the last window with the present uids of entries, so that none counts as removed for a new uid."""
    return tuple(new_uids.get(EntryId(briefs[uid].id), uid) if uid in briefs else uid for uid in before)


def _was_in_the_middle(published_at: datetime | None, oldest: datetime | None, *, between: bool) -> bool:
    if published_at is None or oldest is None:
        return between
    return oldest < published_at or (oldest == published_at and between)


def _count_added(before: Sequence[Uid], window: Sequence[Uid]) -> tuple[int, int]:
    """Count the new items of a window before the first and after the last known one."""
    known = set(before)
    places = [at for at, uid in enumerate(window) if uid in known]
    return (places[0], len(window) - 1 - places[-1]) if places else (0, 0)


def resurfaced_items(
    unknown: Sequence[ParsedEntry] | Sequence[ParsedComment],
    *,
    before: Sequence[Uid],
    window: Sequence[Uid],
    briefs: Mapping[Uid, ItemSummary],
    full: int,
    complete: bool = True,
) -> set[Uid]:
    """Return unknown items that are older than all known ones, which are saved and not announced.

    They resurface when the blog deletes others, or when the window grows. A single item that appears while none leaves
    was published with an old date, and is new.

    :param complete: the document is the whole window; otherwise no item is known to have left.
    :param full: a window of so many items may hide older ones, where the last window is not known.
    """
    known = [at for at, uid in enumerate(window) if uid in briefs and not briefs[uid].is_stub]
    if not known:
        return set()
    dates = _dates(window, briefs)
    first_known, last_known = known[0], known[-1]
    places = {uid: at for at, uid in enumerate(window)}
    order = _order(dates) or _order(_dates(before, briefs))
    either_end = order is None and _may_append(before, places)

    def is_old(item: ParsedEntry | ParsedComment) -> bool:
        at = places.get(item.uid)
        # At the new end, an item is new even with an old date: a draft that was published, a date that was misread. In
        # an ordered feed, an item between others is no older than they are, whatever its date says.
        at_old_end = at is not None and (at < first_known if order is _Order.RISING else at > last_known)
        if at is not None and not at_old_end and (order is not None or at < first_known):
            return False
        if at_old_end and either_end:
            return False
        if item.published_at is None:
            return at_old_end
        return bool(dates) and item.published_at < min(dates)

    behind = {item.uid for item in unknown if is_old(item)}
    if not before:
        return behind if len(window) >= full else set()
    left = sum(uid not in places for uid in before) if complete else 0
    return behind if len(behind) <= left or len(behind) >= _MIN_RESURFACED else set()


def _dates(uids: Iterable[Uid], briefs: Mapping[Uid, ItemSummary]) -> list[datetime]:
    known = (briefs[uid] for uid in uids if uid in briefs and not briefs[uid].is_stub)
    return [brief.published_at for brief in known if brief.published_at is not None]


def _order(dates: Sequence[datetime]) -> _Order | None:
    """Return the order of most dates; None where there is none.

    Some dates may be wrong, or belong to a sticky post.
    """
    pairs = list(pairwise(dates))
    rises, falls = sum(one < other for one, other in pairs), sum(one > other for one, other in pairs)
    if rises == falls or 2 * min(rises, falls) > max(rises, falls):
        return None
    return _Order.RISING if rises > falls else _Order.FALLING


def _may_append(before: Sequence[Uid], places: Mapping[Uid, int]) -> bool:
    """Return whether a feed without useful dates may have its newest item last, judged by its changes."""
    left = [at for at, uid in enumerate(before) if uid not in places]
    stay = [places[uid] for uid in before if uid in places]
    if len(stay) > 1 and stay == sorted(stay, reverse=True):
        # Its order was reversed.
        return True
    # Only the first items left, and the others kept their order, as in a feed with the oldest first.
    return bool(left and stay) and left[-1] == len(left) - 1 and stay == sorted(stay)


def older_than(items: Sequence[ParsedEntry], dates: Sequence[datetime | None], now: datetime) -> set[Uid]:
    """Return items that are not newer than the newest of these dates, future dates apart.

    One date for all items means nothing. A date that several items have is a day without a time, so that other items
    of that day may be newer.
    """
    if len({*dates, *(item.published_at for item in items)}) == 1:
        return set()
    newest = max((date for date in dates if date is not None and date <= now), default=None)
    if newest is None:
        return set()
    is_day = dates.count(newest) > 1 or sum(item.published_at == newest for item in items) > 1
    return {
        item.uid
        for item in items
        if (at := item.published_at) is not None and (at < newest or (at == newest and not is_day))
    }


def has_gap(window: Sequence[Uid], known: Collection[Uid]) -> bool:
    """Return whether items may have been missed between two polls, as no item of the window is known."""
    return len(window) >= _SMALLEST_FOR_GAPS and not any(uid in known for uid in window)


def oldest_first(entries: Sequence[ParsedEntry], now: datetime) -> list[ParsedEntry]:
    """Sort a feed's entries for posting, the oldest first.

    By date where all have one, future dates counting as now; else in the document's order, reversed unless its dates
    rise.
    """
    dates = [entry.published_at for entry in entries if entry.published_at is not None]
    rising = len(dates) > 1 and dates == sorted(dates) and dates[0] < dates[-1]
    ordered = list(entries) if rising else list(reversed(entries))
    if len(dates) < len(entries):
        return ordered
    return sorted(ordered, key=lambda entry: min(entry.published_at or now, now))
