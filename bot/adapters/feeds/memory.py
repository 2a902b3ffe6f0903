"""What is remembered of a feed from one poll to the next, as one opaque text; pure.

Hashes of the items that are known, with their uids; how often the feed says that it changes; how far the server's
validators can be trusted. It is written with the items it tells of, in one transaction: else an item could be known
here and nowhere else.
"""

import json
from dataclasses import asdict, dataclass
from typing import TypedDict

from bot.model.entry import ParsedFeed, Rhythm
from bot.model.ids import Uid

#: Another number than a kept text has makes it void: items are parsed again when what is made of them changes.
_VERSION = 1

KnownItem = tuple[str, Uid]
"""The hash of an item's bytes, and the uid it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """One feed's."""

    #: of the last window, in its order
    items: tuple[KnownItem, ...] = ()
    rhythm: Rhythm | None = None
    #: above 0 no validators are sent
    doubt: int = 0
    #: the server never finds its own ETag again (``-gzip``, ``W/`` of something in front of it): dates alone are sent
    dates_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading a document."""

    #: without the items that were known, but for its ``window``
    feed: ParsedFeed
    #: the whole window; None: its items cannot be told apart as bytes, so none is remembered
    items: tuple[KnownItem, ...] | None = None


class _Kept(TypedDict):
    version: int
    items: list[tuple[str, str]]
    rhythm: "_Rhythm | None"
    doubt: int
    dates_only: bool


class _Rhythm(TypedDict):
    ttl: int | None
    update_every: int | None
    skip_hours: list[int]
    skip_days: list[int]


def load_memory(text: str | None) -> Memory:
    """Read a memory; nothing, damage and an older version are all an empty one."""
    if not text:
        return Memory()
    try:
        kept: _Kept = json.loads(text)
        if kept["version"] != _VERSION:
            return Memory()
        return Memory(
            items=tuple((hash_, Uid(uid)) for hash_, uid in kept["items"]),
            rhythm=_load_rhythm(kept["rhythm"]),
            doubt=kept["doubt"],
            dates_only=kept["dates_only"],
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return Memory()


def dump_memory(memory: Memory) -> str:
    """Write a memory."""
    return json.dumps({"version": _VERSION, **asdict(memory)}, separators=(",", ":"), ensure_ascii=False)


def _load_rhythm(kept: _Rhythm | None) -> Rhythm | None:
    if kept is None:
        return None
    return Rhythm(
        ttl=kept["ttl"],
        update_every=kept["update_every"],
        skip_hours=tuple(kept["skip_hours"]),
        skip_days=tuple(kept["skip_days"]),
    )
