"""Recognises entries that come under another name; touches nothing but the store."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.bridge.store import Store
from bot.model.entry import Brief, Entry, EntryRef, ParsedEntry
from bot.model.feed import Blog
from bot.model.ids import EntryId, Uid
from bot.rules.identity import (
    HEARD,
    Match,
    is_mass_change,
    match_names,
    match_titles,
    name_of_uid,
    names_of,
    names_of_ref,
)

#: Further back no feed shows anything.
_RECENT = 200
#: A name that more entries have tells nothing.
_SHARED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of the items of a feed."""

    briefs: dict[Uid, Brief]
    #: entries that have a name which the items have
    named: Mapping[str, Sequence[EntryId]]


class Recogniser:
    """Finds out which known entries items are whose uids nobody knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def look(self, blog: Blog, uids: Sequence[Uid], items: Iterable[ParsedEntry] = ()) -> Known:
        """What is known under these uids, also where an entry is kept under another.

        :param items: those of them that would have to be recognised by their other names, were they not known.
        """
        briefs = await self._store.items.entry_briefs(blog.id, uids)
        names = {name_of_uid(uid): uid for uid in uids if uid not in briefs}
        strange = [item for item in items if item.uid not in briefs]
        others = [name for item in strange for name in (*_names(blog, item), HEARD)]
        if not names and not others:
            return Known(briefs=briefs, named={})
        named = await self._store.aliases.find(blog.id, list(dict.fromkeys((*names, *others))))
        by_name = {name: each[0] for name, each in named.items() if name in names and len(each) == 1}
        entries = {entry.id: entry for entry in await self._store.items.get_entries(list(by_name.values()))}
        for name, entry_id in by_name.items():
            if entry_id in entries:
                briefs[names[name]] = brief_of(entries[entry_id])
        return Known(briefs=briefs, named=named)

    async def recognise(
        self,
        blog: Blog,
        unknown: Sequence[ParsedEntry],
        window: Sequence[Uid],
        known: Known,
        *,
        lately: Collection[EntryId] | None,
    ) -> dict[Uid, Match]:
        """Match items with entries by their other names.

        :param known: of all items that the feed shows; :meth:`look` was told of those that are unknown.
        :param lately: as :func:`match_names` wants it.
        """
        if not unknown:
            return {}
        strange, briefs = {item.uid for item in unknown}, known.briefs
        claimed = {EntryId(briefs[uid].id) for uid in window if uid in briefs and uid not in strange}
        found = {name: each for name, each in known.named.items() if name != HEARD and len(each) <= _SHARED}
        ids = {entry_id for each in found.values() for entry_id in each}
        entries = {entry.id: entry for entry in await self._store.items.get_entries(sorted(ids))}
        named = {name: [entries[id_] for id_ in each if id_ in entries] for name, each in found.items()}
        matches = match_names(unknown, named, claimed=claimed, home_url=blog.home_url, lately=lately)
        if not claimed:
            # Nothing in the feed is known by its uid: a new feed by the same authors, or all names changed.
            rest = [item for item in unknown if item.uid not in matches]
            recent = await self._store.items.newest_entries(blog.id, _RECENT)
            titled = match_titles(rest, recent, taken={match.entry.id for match in matches.values()})
            together = matches | titled
            matches = together if is_mass_change(together, len(window)) else matches
        return matches

    async def find(self, blog: Blog, ref: EntryRef) -> Entry | None:
        """Find the entry that a comment names, also by another of its names."""
        found = await self._store.items.find_entry(blog.id, ref)
        if found is not None:
            return found
        names = list(names_of_ref(ref, home_url=blog.home_url))
        named = await self._store.aliases.find(blog.id, names)
        for name in names:
            match named.get(name, ()):
                case (entry_id,):
                    return await self._store.items.get_entry(entry_id)
        return None

    async def heard_of(self, blog: Blog, item: ParsedEntry, known: Known) -> Entry | None:
        """Find the entry that an unknown item is, if only comments have told of it until now."""
        if HEARD not in known.named:
            return None
        ref = EntryRef(uid=item.uid, link=item.link)
        found = await self._store.items.find_entry(blog.id, ref)
        return None if found is None or found.hash else found

    async def name_heard(self, blog: Blog, entries: Iterable[Entry]) -> None:
        """As :meth:`name`, of entries that only comments have told of."""
        names = [(entry.id, name) for entry in entries for name in (*_names(blog, entry), HEARD)]
        await self._store.aliases.add(blog.id, names)

    async def name(self, blog: Blog, items: Iterable[tuple[EntryId, ParsedEntry | Entry]]) -> None:
        """Keep under which names entries may come back (inside a transaction)."""
        names = [(entry_id, name) for entry_id, item in items for name in _names(blog, item)]
        await self._store.aliases.add(blog.id, names)


def _names(blog: Blog, item: ParsedEntry | Entry) -> list[str]:
    return [name for _, name in names_of(item, home_url=blog.home_url)]


def brief_of(entry: Entry) -> Brief:
    """Return as much of an entry as its feed's window needs."""
    return Brief(id=entry.id, published_at=entry.published_at, hash=entry.hash)
