"""Find copies of one item in a document, of which the feed has edited one.

A feed may list an item twice, under the same guid and link. Equal copies are one item. If one was edited, what they
still have in common distinguishes them from two items that share a name.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.model.address import canonical_link, without_scheme
from bot.model.entry import Entry, ParsedEntry
from bot.model.ids import Uid
from bot.model.uid import is_content_uid, shared_base_name
from bot.rules.entry_matching import is_extended_title, normalise_title


def may_be_copies(
    items: Sequence[ParsedEntry], window: Sequence[Uid], before: Sequence[Uid]
) -> dict[Uid, list[ParsedEntry]]:
    """Return items with unknown uids that may be copies, by the guid or link that they share.

    A name that all items of the feed share means nothing, nor does one that a known, disambiguated item shares.

    :param items: those of the document whose uids are not known.
    """
    groups: dict[Uid, list[ParsedEntry]] = {}
    for item in items:
        name = shared_base_name(item.uid)
        if name is not None:
            groups.setdefault(name, []).append(item)
    if not groups:
        return {}
    names: dict[Uid, set[Uid]] = {}
    for uid in (*window, *before):
        if not is_content_uid(uid):
            names.setdefault(shared_base_name(uid) or uid, set()).add(uid)
    ours = {item.uid for item in items}
    return {name: group for name, group in groups.items() if len(names) > 1 and names.get(name, set()) <= {name, *ours}}


def are_copies(items: Sequence[ParsedEntry], name: Uid, entry: Entry | None, other_dates: Collection[datetime]) -> bool:
    """Return whether items with one name are copies of one item.

    :param entry: the known entry with this name, if the document shows it.
    :param other_dates: dates of the document's other items.
    """
    first = items[0] if entry is None else entry
    rest = items if entry is not None else items[1:]
    return bool(rest) and all(_is_copy(item, first, name, other_dates) for item in rest)


def _is_copy(
    item: ParsedEntry | Entry, other: ParsedEntry | Entry, name: Uid, other_dates: Collection[datetime]
) -> bool:
    link = _page(item)
    if link != _page(other) or item.published_at != other.published_at:
        return False
    has_guid = link != without_scheme(name)
    own_date = item.published_at is not None and item.published_at not in other_dates
    if normalise_title(item.title) == normalise_title(other.title):
        return own_date or (has_guid and bool(item.title))
    return (
        own_date
        and has_guid
        and bool(item.html)
        and item.html == other.html
        and is_extended_title(item.title, other.title)
    )


def _page(item: ParsedEntry | Entry) -> str:
    return without_scheme(canonical_link(item.link or ""))


def choose_copy(copies: Sequence[ParsedEntry], hashes: Mapping[Uid, str], known_hash: str | None) -> ParsedEntry:
    """Choose the copy to keep: the one that is known, else the first.

    :param hashes: the copies' fingerprints by their uids.
    """
    return next((item for item in copies if hashes[item.uid] == known_hash), copies[0])
