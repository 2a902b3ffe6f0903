"""What of a parsed feed is new, what changed, what is known. Pure: knows no store and no clock."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.model.entry import Comment, Entry, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import Uid

P = TypeVar("P", ParsedEntry, ParsedComment)


@dataclass(frozen=True, slots=True, kw_only=True)
class News(Generic[P]):
    """Items with their fingerprints, in document order."""

    new: tuple[tuple[P, str], ...]
    changed: tuple[tuple[P, str], ...]


def fingerprint(item: ParsedEntry | ParsedComment) -> str:
    """Hash what is shown of an item, and nothing that moves by itself (dates, counters)."""
    match item:
        case ParsedEntry():
            shown = (item.title, item.link or "", item.author, item.html, *item.categories)
        case ParsedComment():
            shown = (item.author, item.html)
    return hashlib.sha256("\0".join(shown).encode("utf-8", "replace")).hexdigest()


def decide_news(items: Iterable[P], known: Mapping[Uid, Entry | Comment]) -> News[P]:
    """Sort a feed's items into new and changed; of a uid that stands twice the first counts."""
    new: dict[Uid, tuple[P, str]] = {}
    changed: dict[Uid, tuple[P, str]] = {}
    for item in items:
        if item.uid in new or item.uid in changed:
            continue
        hash_ = fingerprint(item)
        kept = known.get(item.uid)
        if kept is None:
            new[item.uid] = (item, hash_)
        elif kept.hash != hash_:
            changed[item.uid] = (item, hash_)
    return News(new=tuple(new.values()), changed=tuple(changed.values()))


def newest_date(feed: ParsedFeed, now: datetime) -> datetime | None:
    """When a feed's newest item was published; dates in the future count as now."""
    items: list[ParsedEntry | ParsedComment] = [*feed.entries, *feed.comments]
    dates = [item.published_at for item in items if item.published_at]
    return min(max(dates), now) if dates else None
