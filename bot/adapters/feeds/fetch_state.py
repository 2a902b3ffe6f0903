"""Fetch state of a feed: what is kept from one poll to the next, as one opaque text.

It holds hashes and uids of the known items, the feed's update hints, how reliable the server's validators are, and the
cost of parsing. It is written in one transaction with the items, so that no item is known here and missing there.

The items stand on a line of their own, which only the worker reads: most polls end in a 304 and do not need them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TypedDict

from bot.model.entry import Freshness, ParsedFeed
from bot.model.ids import Uid

#: A new number makes kept states void, so that items are parsed again when parsing changes.
_VERSION = 3

KnownItem = tuple[str, Uid]
"""The hash of an item's bytes, and the uid it has."""
#: Seconds of computing time that are too few to count: a usual feed takes a hundredth of a second.
_LITTLE = 0.2
#: A feed rests so many times as long as its parsing takes: twenty minutes for each second.
_REST = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchState:
    """The fetch state of one feed."""

    #: of the last window, in its order, as ``dump_items`` writes them; the empty string: none
    items: str = ""
    freshness: Freshness | None = None
    #: above 0 no validators are sent
    validator_penalty: int = 0
    #: the server never finds its own ETag again (``-gzip``, ``W/`` of something in front of it): dates alone are sent
    ignore_etag: bool = False
    #: seconds of computing time that parsing it takes, of late; 0: too little to count
    cost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """The result of parsing a document."""

    #: without the items that were known, but for its ``window``
    feed: ParsedFeed
    #: the whole window, by ``dump_items``; None: the bytes of its items are uncertain, so no hashes are kept
    items: str | None = None
    #: of computing time that it took
    seconds: float = 0.0


class _StateData(TypedDict):
    """The first line as JSON; its names are those of stored rows."""

    version: int
    rhythm: "FreshnessData | None"
    doubt: int
    dates_only: bool
    cost: float


class FreshnessData(TypedDict):
    """``Freshness`` as JSON."""

    ttl: int | None
    update_every: int | None
    skip_hours: list[int]
    skip_days: list[int]


def load_state(text: str | None) -> FetchState:
    """Read a fetch state; a missing or damaged one is empty, and of an older version only the uids are kept."""
    if not text:
        return FetchState()
    head, _, items = text.partition("\n")
    found = _load_head(head)
    if found is None:
        # The items are parsed again, but keep their uids.
        return FetchState(items=dump_items([("", uid) for _, uid in load_items(items)]) if items else "")
    return FetchState(
        items=items,
        freshness=found.freshness,
        validator_penalty=found.validator_penalty,
        ignore_etag=found.ignore_etag,
        cost=found.cost,
    )


@lru_cache(maxsize=512)
def _load_head(head: str) -> FetchState | None:
    """Read all but the items; most feeds say the same here."""
    try:
        kept: _StateData = json.loads(head)
        if kept["version"] != _VERSION:
            return None
        return FetchState(
            freshness=load_freshness(kept["rhythm"]),
            validator_penalty=kept["doubt"],
            ignore_etag=kept["dates_only"],
            # Older memories have none.
            cost=kept.get("cost", 0.0),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def dump_state(state: FetchState) -> str:
    """Write a fetch state."""
    head: _StateData = {
        "version": _VERSION,
        "rhythm": None if state.freshness is None else _dump_freshness(state.freshness),
        "doubt": state.validator_penalty,
        "dates_only": state.ignore_etag,
        "cost": state.cost,
    }
    return f"{_as_json(head)}\n{state.items}"


def load_items(text: str) -> tuple[KnownItem, ...]:
    """Read the items of a fetch state; none where they are missing or damaged."""
    try:
        return tuple((str(hash_), Uid(str(uid))) for hash_, uid in json.loads(text)) if text else ()
    except (ValueError, TypeError, RecursionError):
        return ()


def dump_items(items: Sequence[KnownItem]) -> str:
    """Write items on one line."""
    return _as_json(items)


def rename_items(text: str, names: Mapping[Uid, Uid]) -> str:
    """Return a fetch state with some uids replaced.

    Of several items that have one uid then, only one is known by its hash: should it leave, the others are read again.
    """
    state = load_state(text)
    known = load_items(state.items)
    taken = {uid for _, uid in known if uid not in names}
    items = []
    for hash_, uid in known:
        name = names.get(uid, uid)
        items.append(("" if uid in names and name in taken else hash_, name))
        taken.add(name)
    return dump_state(replace(state, items=dump_items(items)))


def dump_window(reading: ParseResult) -> str:
    """Write the items of a document; without hashes they are known by uid only."""
    return dump_items([("", uid) for uid in reading.feed.window]) if reading.items is None else reading.items


def _as_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _dump_freshness(freshness: Freshness) -> FreshnessData:
    return {
        "ttl": freshness.ttl,
        "update_every": freshness.update_every,
        "skip_hours": list(freshness.skip_hours),
        "skip_days": list(freshness.skip_days),
    }


def load_freshness(kept: FreshnessData | None) -> Freshness | None:
    """Read update hints from JSON."""
    if kept is None:
        return None
    return Freshness(
        ttl=kept["ttl"],
        update_every=kept["update_every"],
        skip_hours=tuple(kept["skip_hours"]),
        skip_days=tuple(kept["skip_days"]),
    )


def blend_cost(before: float, seconds: float) -> float:
    """Return what a feed costs of late, after a parse that took so long; 0: too little to count.

    The first reading parses everything and later ones only what is new, so one reading alone counts half. It is
    coarse, as it is kept as text that is the same for most feeds.
    """
    cost = round((before + seconds) / 2, 1)
    return cost if cost >= _LITTLE else 0.0


def rest_after(seconds: float) -> timedelta | None:
    """Return how long not to ask for a feed of this cost; None: as soon as one likes."""
    return timedelta(seconds=seconds * _REST) if seconds >= _LITTLE else None
