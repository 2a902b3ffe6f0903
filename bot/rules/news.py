"""What of a parsed feed is new, what changed, what is known. Pure: knows no store and no clock."""

import hashlib
from collections.abc import Mapping, Sequence
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
    #: never seen, but from before everything that was: to be known, not to be told
    old: tuple[tuple[P, str], ...] = ()


def fingerprint(item: ParsedEntry | ParsedComment) -> str:
    """Hash what is shown of an item, and nothing that moves by itself (dates, counters)."""
    match item:
        case ParsedEntry():
            shown = (item.title, item.link or "", item.author, item.html, *item.categories)
        case ParsedComment():
            shown = (item.author, item.html)
    return hashlib.sha256("\0".join(shown).encode("utf-8", "replace")).hexdigest()


def decide_news(items: Sequence[P], known: Mapping[Uid, Entry | Comment], *, window: int) -> News[P]:
    """Sort a feed's items into new, changed and old; of a uid that stands twice the first counts.

    When the blog deletes an item, an older one slides back into the feed's window: it was never seen, and is no news.

    :param window: how many items such a feed shows at most; a shorter one cannot have hidden any.
    """
    first = {item.uid: item for item in reversed(items)}
    seen = [item.published_at for uid, item in first.items() if uid in known and known[uid].hash and item.published_at]
    horizon = min(seen) if seen and len(items) >= window else None
    new: list[tuple[P, str]] = []
    changed: list[tuple[P, str]] = []
    old: list[tuple[P, str]] = []
    for item in reversed(first.values()):
        hash_ = fingerprint(item)
        kept = known.get(item.uid)
        if kept is not None and kept.hash:
            if kept.hash != hash_:
                changed.append((item, hash_))
        else:
            # Known from hearsay only is not known: its own feed shows it for the first time.
            slid = horizon is not None and item.published_at is not None and item.published_at < horizon
            (old if slid else new).append((item, hash_))
    return News(new=tuple(new), changed=tuple(changed), old=tuple(old))


def newest_date(feed: ParsedFeed, now: datetime) -> datetime | None:
    """When a feed's newest item was published; dates in the future count as now."""
    items: list[ParsedEntry | ParsedComment] = [*feed.entries, *feed.comments]
    dates = [item.published_at for item in items if item.published_at]
    return min(max(dates), now) if dates else None
