"""Uids, and how the uids of items with a shared guid or link are disambiguated.

Such a uid has parts separated by blanks: the shared guid, the link, a hash of date and title, and a hash of the text,
as many as are needed. Each shorter uid that it begins with is a name that several items share.
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
_CONTENT_UID = re.compile(rf"{_HASH}(?: {_HASH})*")


def content_uid(published_at: datetime | None, title: str, text: str) -> Uid:
    """Return a uid made of an item's content, for items without a guid or link of their own."""
    when = published_at.isoformat() if published_at else ""
    digest = hashlib.sha256("\x00".join((when, title, text)).encode("utf-8", "replace")).hexdigest()
    return Uid(f"sha256:{digest[:40]}")


def entry_uids(entry: ParsedEntry, *, home_url: str) -> tuple[Uid, ...]:
    """Return the uids that an entry may get, the shortest first; it gets the first that no other item has.

    :param entry: its uid is its guid or link, or empty.
    """
    parts = _guid_and_link(entry.uid, entry.link, home_url) if entry.uid else []
    if entry.title:
        parts.append(content_uid(entry.published_at, entry.title, ""))
    parts.append(content_uid(entry.published_at, entry.title, entry.html))
    return _grow(parts)


def comment_uids(comment: ParsedComment) -> tuple[Uid, ...]:
    """Return the uids that a comment may get, as :func:`entry_uids`; a number or a content uid is unique already."""
    if comment.native_id is not None or _CONTENT_UID.fullmatch(comment.uid):
        return (comment.uid,)
    parts = _guid_and_link(comment.uid, comment.link, "")
    if comment.published_at is not None:
        parts.append(content_uid(comment.published_at, comment.author, ""))
    parts.append(content_uid(comment.published_at, comment.author, comment.html))
    return _grow(parts)


def shared_names(uid: Uid) -> Iterator[Uid]:
    """Yield the names that an item with this uid shares with others, the longest first."""
    # Hardly any uid has a blank.
    found = _PARTS.fullmatch(uid) if " " in uid else None
    while found:
        yield Uid(found["shorter"])
        found = _PARTS.fullmatch(found["shorter"])


def shared_base_name(uid: Uid) -> Uid | None:
    """Return the shared guid or link with which a uid begins; None: it is not shared."""
    *_, shortest = (None, *shared_names(uid))
    return None if is_content_uid(uid) else shortest


def former_uids(entry: ParsedEntry) -> tuple[Uid, ...]:
    """Return the uids that an entry may have had before it was disambiguated, or when only its text counted."""
    names = () if is_content_uid(entry.uid) else tuple(shared_names(entry.uid))
    content = content_uid(entry.published_at, entry.title, entry.html)
    link = canonical_link(entry.link or "")
    longer = (f"{names[-1]} {content}", f"{names[-1]} {link}") if names else (content,)
    return (*names, *map(Uid, longer))


def is_disambiguated(uid: Uid) -> bool:
    """Return whether an item has no guid or link of its own."""
    return _CONTENT_UID.fullmatch(uid) is not None or _PARTS.fullmatch(uid) is not None


def is_content_uid(uid: Uid) -> bool:
    """Return whether a uid is made of the item's content alone."""
    return _CONTENT_UID.fullmatch(uid) is not None


def same_page(one: str, other: str) -> bool:
    """Return whether two links differ only in their scheme or a slash at the end."""
    return without_scheme(one).rstrip("/") == without_scheme(other).rstrip("/")


def _guid_and_link(uid: Uid, link: str | None, home_url: str) -> list[str]:
    page = canonical_link(link) if link else ""
    is_own = page and without_scheme(page) != without_scheme(uid) and not same_page(page, home_url)
    return [uid, page] if is_own else [uid]


def _grow(parts: list[str]) -> tuple[Uid, ...]:
    return tuple(Uid(" ".join(parts[: count + 1])) for count in range(len(parts)))
