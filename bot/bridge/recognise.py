"""Recognises entries that come under another name; touches nothing but the store."""

from collections.abc import Mapping, Sequence

from bot.bridge.store import Store
from bot.model.entry import Brief, Entry, ParsedEntry
from bot.model.feed import Blog
from bot.model.ids import EntryId, Uid
from bot.rules.identity import Match, is_mass_change, match_names, match_titles, names_of

#: Further back no feed shows anything.
_RECENT = 200


class Recogniser:
    """Finds out which known entries items are whose uids nobody knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def recognise(
        self, blog: Blog, unknown: Sequence[ParsedEntry], window: Sequence[Uid], briefs: Mapping[Uid, Brief]
    ) -> dict[Uid, Match]:
        """Match items with entries by their other names.

        :param briefs: of all known items that the feed shows.
        """
        if not unknown:
            return {}
        claimed = {EntryId(briefs[uid].id) for uid in window if uid in briefs}
        names = [name for item in unknown for _, name in names_of(item, home_url=blog.home_url)]
        found = await self._store.aliases.find(blog.id, list(dict.fromkeys(names)))
        ids = {entry_id for each in found.values() for entry_id in each} - claimed
        entries = {entry.id: entry for entry in await self._store.items.get_entries(sorted(ids))}
        named = {name: [entries[id_] for id_ in each if id_ in entries] for name, each in found.items()}
        matches = match_names(unknown, named, claimed=claimed, home_url=blog.home_url)
        if not claimed:
            # Nothing in the feed is known by its uid: a new feed by the same authors, or all names changed.
            rest = [item for item in unknown if item.uid not in matches]
            recent = await self._store.items.newest_entries(blog.id, _RECENT)
            titled = match_titles(rest, recent, taken={match.entry.id for match in matches.values()})
            together = matches | titled
            matches = together if is_mass_change(together, len(window)) else matches
        return matches

    async def name(self, blog: Blog, entry: Entry, item: ParsedEntry) -> None:
        """Keep under which names an entry may come back (inside a transaction)."""
        names = [(entry.id, name) for _, name in names_of(item, home_url=blog.home_url)]
        await self._store.aliases.add(blog.id, names)
