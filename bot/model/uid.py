"""Uids of items that share a name with others: the name, and behind it what tells them apart.

Such a uid grows part by part, each behind a blank: the shared guid, the link, a hash of date and title, a hash of the
text too. A shorter uid that it begins with is a name that several items share.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime

from bot.model.address import canonical_link, without_scheme
from bot.model.entry import ParsedComment, ParsedEntry
from bot.model.ids import Uid

_HASH = "sha256:[0-9a-f]{40}"
_PARTS = re.compile(rf"(?P<shorter>.*\S) (?:{_HASH}|https?://\S+)", re.S)
_NAMELESS = re.compile(rf"{_HASH}(?: {_HASH})*")


def content_uid(published_at: datetime | None, title: str, text: str) -> Uid:
    """Return an identity made of what an item says, for items that have no name of their own."""
    when = published_at.isoformat() if published_at else ""
    digest = hashlib.sha256("\x00".join((when, title, text)).encode("utf-8", "replace")).hexdigest()
    return Uid(f"sha256:{digest[:40]}")


def entry_uids(entry: ParsedEntry, *, home_url: str) -> tuple[Uid, ...]:
    """Return the uids that an entry may have, the shortest first: the first that it shares with no other is its own.

    :param entry: its uid is its guid or link, or empty where it has no name.
    """
    parts = _named(entry.uid, entry.link, home_url) if entry.uid else []
    if entry.title:
        parts.append(content_uid(entry.published_at, entry.title, ""))
    parts.append(content_uid(entry.published_at, entry.title, entry.html))
    return _grow(parts)


def comment_uids(comment: ParsedComment) -> tuple[Uid, ...]:
    """As :func:`entry_uids`; a number, and what was made of a comment's words, are its own already."""
    if comment.native_id is not None or _NAMELESS.fullmatch(comment.uid):
        return (comment.uid,)
    parts = _named(comment.uid, comment.link, "")
    if comment.published_at is not None:
        parts.append(content_uid(comment.published_at, comment.author, ""))
    parts.append(content_uid(comment.published_at, comment.author, comment.html))
    return _grow(parts)


def shared_names(uid: Uid) -> Iterator[Uid]:
    """Yield the names that an item of this uid shares with others, the longest first."""
    # Hardly any uid has a blank.
    found = _PARTS.fullmatch(uid) if " " in uid else None
    while found:
        yield Uid(found["shorter"])
        found = _PARTS.fullmatch(found["shorter"])


def shared_base_name(uid: Uid) -> Uid | None:
    """Return the guid or link with which the uid of an item begins that shares it with others; None: it is its own."""
    *_, shortest = (None, *shared_names(uid))
    return None if is_content_uid(uid) else shortest


def former_uids(entry: ParsedEntry) -> tuple[Uid, ...]:
    """Return the uids under which an entry may be kept that is told apart only now, or was by its text alone."""
    names = () if is_content_uid(entry.uid) else tuple(shared_names(entry.uid))
    content = content_uid(entry.published_at, entry.title, entry.html)
    link = canonical_link(entry.link or "")
    longer = (f"{names[-1]} {content}", f"{names[-1]} {link}") if names else (content,)
    return (*names, *map(Uid, longer))


def is_disambiguated(uid: Uid) -> bool:
    """Whether the item has no name that is its own alone."""
    return _NAMELESS.fullmatch(uid) is not None or _PARTS.fullmatch(uid) is not None


def is_content_uid(uid: Uid) -> bool:
    """Whether the uid is made of what the item says and of nothing else."""
    return _NAMELESS.fullmatch(uid) is not None


def same_page(one: str, other: str) -> bool:
    """Whether two links differ in their scheme or a slash at the end only."""
    return without_scheme(one).rstrip("/") == without_scheme(other).rstrip("/")


def _named(uid: Uid, link: str | None, home_url: str) -> list[str]:
    page = canonical_link(link) if link else ""
    tells = page and without_scheme(page) != without_scheme(uid) and not same_page(page, home_url)
    return [uid, page] if tells else [uid]


def _grow(parts: list[str]) -> tuple[Uid, ...]:
    return tuple(Uid(" ".join(parts[: count + 1])) for count in range(len(parts)))
