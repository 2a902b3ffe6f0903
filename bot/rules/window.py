"""What a feed's window tells beside its items: what left it, what slid back, what it cannot show any more. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import pairwise

from bot.model.address import scheme_variants
from bot.model.entry import ItemSummary, ParsedComment, ParsedEntry
from bot.model.ids import Uid

#: So many that appear behind all others at once were not written just now: the window grew, or old ones came back.
_MANY_BEHIND = 3
#: A window of fewer items may be all new without any having been missed.
_SMALLEST_FOR_GAPS = 3


class _Order(Enum):
    """Where a feed's oldest and newest items stand."""

    #: the newest last
    RISING = auto()
    #: the newest first
    FALLING = auto()


#: Items that a feed shows are noted again when that was so long ago.
SEEN_UPDATE_EVERY = timedelta(days=30)


def known_uids(uids: Iterable[Uid], briefs: Mapping[Uid, ItemSummary]) -> list[Uid]:
    """Choose the uids under which items are kept, which may stand among them in the other spelling."""
    return [uid for uid in uids if any(spelling in briefs for spelling in scheme_variants(uid))]


def needing_seen_update(window: Iterable[Uid], briefs: Mapping[Uid, ItemSummary], now: datetime) -> list[int]:
    """Choose the items of a feed's window that have not been noted for a while."""
    shown = {brief.id: brief.seen_at for uid in window if (brief := briefs.get(uid)) is not None}
    return [item for item, seen_at in shown.items() if seen_at is None or now - seen_at >= SEEN_UPDATE_EVERY]


def removed_from_middle(before: Sequence[Uid], window: Sequence[Uid], briefs: Mapping[Uid, ItemSummary]) -> list[Uid]:
    """Return what stood in a feed, stands there no more, and was not pushed out by newer items.

    What stood at an end was pushed out only if at least as many came in elsewhere as left there; what came in at the
    same end took its place.

    :param before: the window of the last poll, in its order.
    """
    there = set(window)
    gone = [uid for uid in before if uid not in there]
    # A feed that lost half of its items was rebuilt; its author deleted nothing.
    if len(gone) > max(1, len(before) // 2):
        return []
    stay = [(at, uid) for at, uid in enumerate(before) if uid in there]
    first, last = (stay[0][0], stay[-1][0]) if stay else (len(before), -1)
    heads, tails = _came_in(before, window)
    came = len(there - set(before))
    dates = [briefs[uid].published_at for _, uid in stay if uid in briefs]
    dated = [date for date in dates if date is not None]
    # Without dates, or with one date for all, the old end is not known: only what stood between others counts.
    oldest = min(dated, default=None) if len(dated) == len(stay) else None
    missing, at_head, at_tail = set[Uid](), list[Uid](), list[Uid]()
    for at, uid in enumerate(before):
        if uid in there or uid not in briefs:
            continue
        if _stood_in_the_middle(briefs[uid].published_at, oldest, between=first < at < last):
            missing.add(uid)
        else:
            (at_head if at < first else at_tail).append(uid)
    if len(at_head) > came - heads:
        missing.update(at_head)
    if len(at_tail) > came - tails:
        missing.update(at_tail)
    return [uid for uid in before if uid in missing]


def _stood_in_the_middle(published_at: datetime | None, oldest: datetime | None, *, between: bool) -> bool:
    if published_at is None or oldest is None:
        return between
    return oldest < published_at or (oldest == published_at and between)


def _came_in(before: Sequence[Uid], window: Sequence[Uid]) -> tuple[int, int]:
    """Count what is new in a window before and behind everything that stood in the last one."""
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
    """Choose what is only seen now although it is older than everything that was: to be known, not to be told.

    It slid back into the window because the blog deleted others, or the window grew. A single one that came without
    another leaving was written with an old date, and is news.

    :param complete: the document is the whole window; of a part of it nobody can say that anything left.
    :param full: a window of so many items may hide older ones, where the last window is not known.
    """
    known = [at for at, uid in enumerate(window) if uid in briefs and not briefs[uid].is_stub]
    if not known:
        return set()
    dates = _dates(window, briefs)
    first_known, last_known = known[0], known[-1]
    places = {uid: at for at, uid in enumerate(window)}
    order = _order(dates) or _order(_dates(before, briefs))
    either_end = order is None and _may_grow_down(before, places)

    def is_old(item: ParsedEntry | ParsedComment) -> bool:
        at = places.get(item.uid)
        # Where news stands, even an old date is news: a draft that was published, a date that was misread. What stands
        # between others of a feed that has an order is no older than they are, whatever its date says.
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
    return behind if len(behind) <= left or len(behind) >= _MANY_BEHIND else set()


def _dates(uids: Iterable[Uid], briefs: Mapping[Uid, ItemSummary]) -> list[datetime]:
    known = (briefs[uid] for uid in uids if uid in briefs and not briefs[uid].is_stub)
    return [brief.published_at for brief in known if brief.published_at is not None]


def _order(dates: Sequence[datetime]) -> _Order | None:
    """Return the order that most of a feed's dates have; None where they have none.

    Single ones may be wrong, or of a post that the blog keeps on top.
    """
    pairs = list(pairwise(dates))
    rises, falls = sum(one < other for one, other in pairs), sum(one > other for one, other in pairs)
    if rises == falls or 2 * min(rises, falls) > max(rises, falls):
        return None
    return _Order.RISING if rises > falls else _Order.FALLING


def _may_grow_down(before: Sequence[Uid], places: Mapping[Uid, int]) -> bool:
    """Whether the newest may stand last, by how a feed without telling dates changed."""
    left = [at for at, uid in enumerate(before) if uid not in places]
    stay = [places[uid] for uid in before if uid in places]
    if len(stay) > 1 and stay == sorted(stay, reverse=True):
        # It was turned round.
        return True
    # Only what stood first left, and the rest kept its order: so it is where the oldest stands first.
    return bool(left and stay) and left[-1] == len(left) - 1 and stay == sorted(stay)


def older_than(items: Sequence[ParsedEntry], dates: Sequence[datetime | None], now: datetime) -> set[Uid]:
    """Choose what was not written after the newest of these dates; one in the future is no moment of writing.

    Where a feed has one date for all its items, it tells nothing. A date that several have is that of a day: what else
    is of that day may have been written later.
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
    """Whether items may have come and gone between two polls: nothing that was there is there any more."""
    return len(window) >= _SMALLEST_FOR_GAPS and not any(uid in known for uid in window)


def oldest_first(entries: Sequence[ParsedEntry], now: datetime) -> list[ParsedEntry]:
    """Bring a feed's entries into the order in which chat wants them.

    By date where all have one, those in the future counting as now; else by the document's order, turned round
    unless the dates it has say that the oldest stands first.
    """
    dates = [entry.published_at for entry in entries if entry.published_at is not None]
    rising = len(dates) > 1 and dates == sorted(dates) and dates[0] < dates[-1]
    ordered = list(entries) if rising else list(reversed(entries))
    if len(dates) < len(entries):
        return ordered
    return sorted(ordered, key=lambda entry: min(entry.published_at or now, now))
