"""Match items with known entries when their uids are not known, by other names, dates and titles."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.bridge.ingest.shared_names import MAX_SHARED, NameCache, all_names, names_of_unknown
from bot.model.entry import Entry, EntryRef, ItemSummary, ParsedEntry
from bot.model.feed import Blog
from bot.model.ids import EntryId, Uid
from bot.model.uid import former_uids, is_disambiguated, shared_names
from bot.rules.entry_matching import (
    STUB_NAME,
    Match,
    MatchedBy,
    date_and_title,
    is_bulk_rename,
    is_shared,
    match_by_names,
    match_by_titles,
    name_of_uid,
    names_of_ref,
)
from bot.rules.shared_names import Windows, match_disambiguated
from bot.storage.database import Store

#: Entries among which a renamed feed is compared by title.
_RECENT = 200
#: No entry has this id.
_NO_ENTRY = EntryId(-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntries:
    """The entries in the database that the items of a feed may be."""

    #: by the uids of the items
    briefs: dict[Uid, ItemSummary]
    #: entries by the names that items have
    named: Mapping[str, Sequence[EntryId]]


class EntryMatcher:
    """Matches items with known entries."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def look_up(self, blog: Blog, uids: Sequence[Uid], items: Sequence[ParsedEntry] = ()) -> KnownEntries:
        """Look up entries by uids, and by the names that these uids are.

        :param items: are looked up by their other names, too.
        """
        briefs = await self._store.entries.summaries(blog.id, uids)
        return await self.look_up_names(blog, uids, briefs, items, NameCache(self._store, blog.id))

    async def look_up_names(
        self,
        blog: Blog,
        uids: Sequence[Uid],
        kept: Mapping[Uid, ItemSummary],
        items: Sequence[ParsedEntry],
        name_cache: NameCache,
    ) -> KnownEntries:
        """As :meth:`look_up`, where the entries with these uids are known already."""
        briefs = dict(kept)
        names = {name_of_uid(uid): uid for uid in uids if uid not in briefs}
        named = await name_cache.find((*names, *names_of_unknown(blog, items, briefs)))
        by_name = {name: each[0] for name, each in named.items() if name in names and len(each) == 1}
        entries = {entry.id: entry for entry in await self._store.entries.get_many(list(by_name.values()))}
        for name, entry_id in by_name.items():
            if entry_id in entries:
                briefs[names[name]] = summary_of(entries[entry_id])
        return KnownEntries(briefs=briefs, named=named)

    async def match(
        self,
        blog: Blog,
        unknown: Sequence[ParsedEntry],
        window: Sequence[Uid],
        known: KnownEntries,
        *,
        recently_shown: Collection[EntryId] | None,
        before: Sequence[Uid] = (),
    ) -> dict[Uid, Match]:
        """Match items with entries by their other names.

        :param before: the window of the last poll, in its order.
        :param known: looked up with the uids of both windows, and with the unknown items.
        :param recently_shown: as in :func:`match_by_names`.
        """
        if not unknown:
            return {}
        strange, briefs = {item.uid for item in unknown}, known.briefs
        claimed = {EntryId(briefs[uid].id) for uid in window if uid in briefs and uid not in strange}
        found = {name: each for name, each in known.named.items() if name != STUB_NAME and len(each) <= MAX_SHARED}
        ids = {entry_id for each in found.values() for entry_id in each}
        entries = {entry.id: entry for entry in await self._store.entries.get_many(sorted(ids))}
        named = {name: [entries[id_] for id_ in each if id_ in entries] for name, each in found.items()}
        matches = match_by_names(unknown, named, claimed=claimed, home_url=blog.home_url, recently_shown=recently_shown)
        rest = [item for item in unknown if item.uid not in matches and is_disambiguated(item.uid)]
        if rest:
            matches |= await self._under_former_uids(blog, rest, claimed | {each.entry.id for each in matches.values()})
            rest = [item for item in rest if item.uid not in matches]
            taken = {uid: match.entry.id for uid, match in matches.items()}
            windows = await self._windows(blog, {item.uid: item for item in rest}, window, before, briefs, taken)
            dates = {date for item in rest if (date := item.published_at) and is_shared(date, known.named)}
            matches |= match_disambiguated(rest, replace(windows, shared_dates=dates))
        if not claimed:
            # No uid in the feed is known: it is a new feed with the same entries, or all names have changed.
            rest = [item for item in unknown if item.uid not in matches]
            recent = await self._store.entries.newest(blog.id, _RECENT)
            titled = match_by_titles(rest, recent, taken={match.entry.id for match in matches.values()})
            together = matches | titled
            matches = together if is_bulk_rename(together, len(window)) else matches
        return matches

    async def find(self, blog: Blog, ref: EntryRef) -> Entry | None:
        """Find the entry of a comment by any of its names."""
        found = await self._store.entries.find(blog.id, ref)
        if found is not None:
            return found
        names = list(names_of_ref(ref, home_url=blog.home_url))
        named = await self._store.aliases.find(blog.id, names)
        for name in names:
            match named.get(name, ()):
                case (entry_id,):
                    return await self._store.entries.get(entry_id)
        return None

    async def find_stub(self, blog: Blog, item: ParsedEntry, known: KnownEntries) -> Entry | None:
        """Find the entry of an unknown item, if only comments have named it until now."""
        if STUB_NAME not in known.named:
            return None
        ref = EntryRef(uid=item.uid, link=item.link)
        found = await self._store.entries.find(blog.id, ref)
        return None if found is None or not found.is_stub else found

    async def save_stub_names(self, blog: Blog, entries: Iterable[Entry]) -> None:
        """Save the names of entries that only comments have named, inside a transaction."""
        names = [(entry.id, name) for entry in entries for name in (*all_names(blog, entry), STUB_NAME)]
        await self._store.aliases.add(blog.id, names)

    async def save_names(self, blog: Blog, items: Iterable[tuple[EntryId, ParsedEntry | Entry]]) -> None:
        """Save the names by which entries can be matched later, inside a transaction."""
        names = [(entry_id, name) for entry_id, item in items for name in (*all_names(blog, item), *_shared(item))]
        await self._store.aliases.add(blog.id, names)

    async def _under_former_uids(
        self, blog: Blog, items: Sequence[ParsedEntry], taken: Collection[EntryId]
    ) -> dict[Uid, Match]:
        """Match items with entries that got their uid before it turned out to be shared."""
        former = {item.uid: former_uids(item) for item in items if item.title}
        kept = await self._store.entries.known(blog.id, [uid for uids in former.values() for uid in uids])
        matches: dict[EntryId, Match] = {}
        for item in items:
            for uid in former.get(item.uid, ()):
                entry = kept.get(uid)
                if entry and entry.id not in taken and date_and_title(item) == date_and_title(entry):
                    matches.setdefault(entry.id, Match(item=item, entry=entry, how=MatchedBy.UID))
        return {match.item.uid: match for match in matches.values()}

    async def _windows(
        self,
        blog: Blog,
        items: Mapping[Uid, ParsedEntry],
        window: Sequence[Uid],
        before: Sequence[Uid],
        briefs: Mapping[Uid, ItemSummary],
        taken: dict[Uid, EntryId],
    ) -> Windows:
        """Collect what :func:`match_disambiguated` compares."""
        now = {uid: EntryId(briefs[uid].id) for uid in window if uid in briefs and uid not in items} | taken
        then = [EntryId(briefs[uid].id) for uid in before if uid in briefs]
        entries = {each.id: each for each in await self._store.entries.get_many(sorted({*now.values(), *then}))}
        showed = [entries[id_] for id_ in dict.fromkeys(then) if id_ in entries]
        shown = (items.get(uid) or entries.get(now.get(uid, _NO_ENTRY)) for uid in window)
        if not before:
            showed = await self._store.entries.newest(blog.id, _RECENT)
        return Windows(before=showed, now=[each for each in shown if each], ordered=bool(before))


def _shared(item: ParsedEntry | Entry) -> Iterator[str]:
    """Yield the shared names of an item, so that none of them identifies a single entry any more."""
    return (name_of_uid(uid) for uid in shared_names(item.uid))


def summary_of(entry: Entry) -> ItemSummary:
    """Return a summary of an entry."""
    return ItemSummary(id=entry.id, published_at=entry.published_at, hash=entry.hash)
