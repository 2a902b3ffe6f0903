"""Recognises entries that come under another name; touches nothing but the store."""

from collections.abc import Collection, Mapping, Sequence

from bot.bridge.store import Store
from bot.model.entry import Brief, Entry, EntryRef, ParsedEntry
from bot.model.feed import Blog
from bot.model.ids import BlogId, EntryId, Uid
from bot.rules.identity import Match, is_mass_change, match_names, match_titles, name_of_uid, names_of, names_of_ref

#: Further back no feed shows anything.
_RECENT = 200
#: A name that more entries have tells nothing.
_SHARED = 20


class Recogniser:
    """Finds out which known entries items are whose uids nobody knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def briefs(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Brief]:
        """What is known under these uids, also where an entry is kept under another."""
        found = await self._store.items.entry_briefs(blog_id, uids)
        names = {name_of_uid(uid): uid for uid in uids if uid not in found}
        if not names:
            return found
        named = await self._store.aliases.find(blog_id, list(names))
        ids = [entry_id for each in named.values() for entry_id in each]
        entries = {entry.id: entry for entry in await self._store.items.get_entries(ids)}
        for name, each in named.items():
            if len(each) == 1 and each[0] in entries:
                found[names[name]] = brief_of(entries[each[0]])
        return found

    async def recognise(
        self,
        blog: Blog,
        unknown: Sequence[ParsedEntry],
        window: Sequence[Uid],
        briefs: Mapping[Uid, Brief],
        *,
        lately: Collection[EntryId] | None,
    ) -> dict[Uid, Match]:
        """Match items with entries by their other names.

        :param briefs: of all known items that the feed shows.
        :param lately: as :func:`match_names` wants it.
        """
        if not unknown:
            return {}
        strange = {item.uid for item in unknown}
        claimed = {EntryId(briefs[uid].id) for uid in window if uid in briefs and uid not in strange}
        names = [name for item in unknown for _, name in names_of(item, home_url=blog.home_url)]
        found = await self._store.aliases.find(blog.id, list(dict.fromkeys(names)))
        found = {name: each for name, each in found.items() if len(each) <= _SHARED}
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

    async def name(self, blog: Blog, entry: Entry, item: ParsedEntry | Entry) -> None:
        """Keep under which names an entry may come back (inside a transaction)."""
        names = [(entry.id, name) for _, name in names_of(item, home_url=blog.home_url)]
        await self._store.aliases.add(blog.id, names)


def brief_of(entry: Entry) -> Brief:
    """Return as much of an entry as its feed's window needs."""
    return Brief(id=entry.id, published_at=entry.published_at, hash=entry.hash)
