"""What makes an item the same item tomorrow: guids, links and the numbers WordPress hides in both; pure.

It compares nothing with what is stored.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.adapters.net.numbers import MOST_NUMBERED, read_number
from bot.model.address import canonical_link, entry_link
from bot.model.entry import EntryRef, ParsedEntry
from bot.model.ids import NativeId, Uid

_COMMENT_NUMBER = re.compile(r"#comment-([0-9]{1,20})$")
#: ``/?p=7``, ``/index.php?p=7``, ``/?post_type=note&p=7``, ``/?page_id=2``: not a forum's ``viewtopic.php?p=7``.
_ENTRY_NUMBER = re.compile(r"^https?://[^?#]*/(?:index\.php)?\?(?:[^#]*&)?(?:p|page_id)=([0-9]{1,20})(?:[&#]|$)", re.I)
_TITLE_OF_COMMENT = re.compile(r"Comment on (.+)", re.S)
#: A longer guid is told by its hash.
_LONGEST_GUID = 1000


def choose_uid(guid: str, link: str | None, *, published_at: datetime | None, title: str, text: str) -> Uid:
    """Choose what identifies an item: its guid, else its link, else what it says.

    :param guid: as the document has it; white space around it does not count.
    """
    named = guid.strip()
    if len(named) > _LONGEST_GUID:
        return content_uid(None, named, "")
    if named:
        return Uid(canonical_link(named))
    if link:
        return Uid(canonical_link(link))
    return content_uid(published_at, title, text)


def content_uid(published_at: datetime | None, title: str, text: str) -> Uid:
    """Return an identity made of what an item says, for items that have no name of their own."""
    when = published_at.isoformat() if published_at else ""
    digest = hashlib.sha256("\x00".join((when, title, text)).encode("utf-8", "replace")).hexdigest()
    return Uid(f"sha256:{digest[:40]}")


def comment_number(*addresses: str | None) -> str | None:
    """Return N of the first address that ends in ``#comment-N``."""
    for address in addresses:
        found = _COMMENT_NUMBER.search(address or "")
        number = read_number(found[1], most=MOST_NUMBERED) if found else None
        if number is not None:
            return str(number)
    return None


def comment_uid(number: str) -> Uid:
    """Return the uid of a WordPress comment: its guid is stable, but feeds and REST share only the number."""
    return Uid(f"comment-{number}")


def entry_number(guid: str) -> NativeId | None:
    """Return WordPress's number of the entry whose guid this is."""
    found = _ENTRY_NUMBER.match(guid)
    return NativeId(found[1]) if found and read_number(found[1], most=MOST_NUMBERED) else None


def refer_to_entry(guid: str, link: str | None, title: str | None) -> EntryRef:
    """Say which entry a WordPress comment belongs to.

    :param guid: the comment's: the entry's guid and ``#comment-N``; empty where there is none.
    """
    of_entry = guid.partition("#")[0]
    return EntryRef(
        hint=entry_number(of_entry),
        link=entry_link(link) if link else None,
        uid=Uid(canonical_link(of_entry)) if of_entry else None,
        title=title,
    )


def tell_apart(entries: Iterable[ParsedEntry], *, taken: Iterable[Uid] = ()) -> Iterator[ParsedEntry | None]:
    """Yield entries with distinct uids: the first of a guid keeps it, the others add their link, then their text.

    None stands for an entry that says nothing another has not said.

    :param taken: uids of the same document's items that are known; they keep theirs, wherever they stand.
    """
    seen = set(taken)
    for entry in entries:
        content = content_uid(entry.published_at, entry.title, entry.html)
        uids = [
            entry.uid,
            Uid(f"{entry.uid} {canonical_link(entry.link or '')}".strip()),
            Uid(f"{entry.uid} {content}"),
        ]
        free = next((uid for uid in uids if uid not in seen), None)
        if free is None:
            yield None
            continue
        seen.add(free)
        yield replace(entry, uid=free)


def entry_title(comment_title: str, author: str) -> str | None:
    """Return X of "Comment on X by Y"; titles in other languages are not guessed at."""
    found = _TITLE_OF_COMMENT.fullmatch(comment_title)
    if not found:
        return None
    by_author = f" by {author}"
    rest = found[1].removesuffix(by_author) if found[1].endswith(by_author) else found[1].rpartition(" by ")[0]
    return rest or None
