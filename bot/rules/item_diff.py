"""Compare the items of a feed with the known ones: which are new, which have changed."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.model.entry import Comment, Entry, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import Uid

P = TypeVar("P", ParsedEntry, ParsedComment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff(Generic[P]):
    """Items with their fingerprints, in document order."""

    new: tuple[tuple[P, str], ...]
    changed: tuple[tuple[P, str], ...]
    #: unknown, but older than all known items: saved and not announced
    old: tuple[tuple[P, str], ...] = ()


def fingerprint(item: ParsedEntry | ParsedComment) -> str:
    """Hash the visible content of an item, without dates and counters."""
    match item:
        case ParsedEntry():
            shown = (item.title, item.link or "", item.author, item.html, *item.categories)
        case ParsedComment():
            shown = (item.author, item.html)
    return hashlib.sha256("\0".join(shown).encode("utf-8", "replace")).hexdigest()


def diff_items(items: Sequence[P], kept: Mapping[Uid, Entry | Comment], resurfaced: Collection[Uid]) -> Diff[P]:
    """Sort a feed's items into new, changed and old; the first item of each uid counts.

    :param kept: known items by uid.
    :param resurfaced: uids of old items, which are saved and not announced.
    """
    first = {item.uid: item for item in reversed(items)}
    new: list[tuple[P, str]] = []
    changed: list[tuple[P, str]] = []
    old: list[tuple[P, str]] = []
    for item in reversed(first.values()):
        hash_ = fingerprint(item)
        known = kept.get(item.uid)
        # A stub is new: its own feed shows it for the first time.
        if known is None or (isinstance(known, Entry) and known.is_stub):
            (old if item.uid in resurfaced else new).append((item, hash_))
        elif known.hash != hash_ or known.gone_at is not None:
            changed.append((item, hash_))
    return Diff(new=tuple(new), changed=tuple(changed), old=tuple(old))


def newest_date(feed: ParsedFeed, now: datetime) -> datetime | None:
    """Return when the newest item was published; future dates count as now."""
    items: list[ParsedEntry | ParsedComment] = [*feed.entries, *feed.comments]
    dates = [item.published_at for item in items if item.published_at]
    return min(max(dates), now) if dates else None
