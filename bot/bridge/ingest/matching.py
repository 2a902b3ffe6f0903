"""Recognises entries that come under another name; touches nothing but the store."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.bridge.ingest.copies import Shown, join_copies
from bot.bridge.ingest.entry_names import Names
from bot.model.address import without_scheme
from bot.model.entry import Entry, EntryRef, ItemSummary, ParsedEntry
from bot.model.feed import Blog
from bot.model.ids import EntryId, Uid
from bot.model.uid import entry_uids, former_uids, is_content_uid, is_disambiguated, shared_names
from bot.rules.entry_matching import (
    HEARD,
    How,
    Match,
    date_and_title,
    is_bulk_rename,
    is_extended_title,
    is_shared,
    link_that_names,
    match_by_names,
    match_by_titles,
    name_of_uid,
    names_of,
    names_of_ref,
    same_date_or_similar_title,
)
from bot.rules.shared_names import Windows, match_disambiguated
from bot.rules.window import known_uids
from bot.storage.database import Store

#: Further back no feed shows anything.
_RECENT = 200
#: A name that more entries have tells nothing.
_SHARED = 20
#: No entry has this id.
_NOBODY = EntryId(-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of the items of a feed."""

    briefs: dict[Uid, ItemSummary]
    #: entries that have a name which the items have
    named: Mapping[str, Sequence[EntryId]]


class EntryMatcher:
    """Finds out which known entries items are whose uids nobody knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def look(self, blog: Blog, uids: Sequence[Uid], items: Sequence[ParsedEntry] = ()) -> Known:
        """What is known under these uids, also where an entry is kept under another.

        :param items: those of them that would have to be recognised by their other names, were they not known.
        """
        briefs = await self._store.items.entry_briefs(blog.id, uids)
        return await self.recall(blog, uids, briefs, items, Names(self._store, blog.id))

    async def recall(
        self,
        blog: Blog,
        uids: Sequence[Uid],
        kept: Mapping[Uid, ItemSummary],
        items: Sequence[ParsedEntry],
        asked: Names,
    ) -> Known:
        """As :meth:`look`, where it was asked already what is kept under these uids."""
        briefs = dict(kept)
        names = {name_of_uid(uid): uid for uid in uids if uid not in briefs}
        named = await asked.find((*names, *_names_of_strangers(blog, items, briefs)))
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
        before: Sequence[Uid] = (),
    ) -> dict[Uid, Match]:
        """Match items with entries by their other names.

        :param before: the window of the last poll, in its order; :meth:`look` was told of those that left, too.
        :param known: of all items that the feed shows; :meth:`look` was told of those that are unknown.
        :param lately: as :func:`match_by_names` wants it.
        """
        if not unknown:
            return {}
        strange, briefs = {item.uid for item in unknown}, known.briefs
        claimed = {EntryId(briefs[uid].id) for uid in window if uid in briefs and uid not in strange}
        found = {name: each for name, each in known.named.items() if name != HEARD and len(each) <= _SHARED}
        ids = {entry_id for each in found.values() for entry_id in each}
        entries = {entry.id: entry for entry in await self._store.items.get_entries(sorted(ids))}
        named = {name: [entries[id_] for id_ in each if id_ in entries] for name, each in found.items()}
        matches = match_by_names(unknown, named, claimed=claimed, home_url=blog.home_url, lately=lately)
        rest = [item for item in unknown if item.uid not in matches and is_disambiguated(item.uid)]
        if rest:
            matches |= await self._under_former_uids(blog, rest, claimed | {each.entry.id for each in matches.values()})
            rest = [item for item in rest if item.uid not in matches]
            taken = {uid: match.entry.id for uid, match in matches.items()}
            windows = await self._windows(blog, {item.uid: item for item in rest}, window, before, briefs, taken)
            dates = {date for item in rest if (date := item.published_at) and is_shared(date, known.named)}
            matches |= match_disambiguated(rest, replace(windows, shared_dates=dates))
        if not claimed:
            # Nothing in the feed is known by its uid: a new feed by the same authors, or all names changed.
            rest = [item for item in unknown if item.uid not in matches]
            recent = await self._store.items.newest_entries(blog.id, _RECENT)
            titled = match_by_titles(rest, recent, taken={match.entry.id for match in matches.values()})
            together = matches | titled
            matches = together if is_bulk_rename(together, len(window)) else matches
        return matches

    async def disambiguate(
        self,
        blog: Blog,
        shown: Shown,
        before: Sequence[Uid],
        briefs: Mapping[Uid, ItemSummary],
        asked: Names,
        *,
        read_before: bool,
    ) -> Shown:
        """Give copies of one item its name, and items whose name several entries have shared a longer one.

        :param before: the window of the last poll; empty also where that is not known any more.
        :param briefs: what is kept under the uids of the items.
        :param asked: is asked in one go for what :meth:`recall` will want to know of the items, too.
        :param read_before: this is not the first poll of the feed.
        """
        joined = await join_copies(self._store, shown, before, briefs, asked)
        if joined.longer:
            briefs = await self._store.items.entry_briefs(blog.id, joined.window)
        gone = {
            item.uid: item
            for item in joined.entries
            if read_before and (item.uid not in before or is_disambiguated(item.uid))
        }
        return joined.under(await self._longer_names(blog, joined.entries, gone, briefs, asked))

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
        return None if found is None or not found.is_stub else found

    async def name_heard(self, blog: Blog, entries: Iterable[Entry]) -> None:
        """As :meth:`name`, of entries that only comments have told of."""
        names = [(entry.id, name) for entry in entries for name in (*_names(blog, entry), HEARD)]
        await self._store.aliases.add(blog.id, names)

    async def name(self, blog: Blog, items: Iterable[tuple[EntryId, ParsedEntry | Entry]]) -> None:
        """Keep under which names entries may come back (inside a transaction)."""
        names = [(entry_id, name) for entry_id, item in items for name in (*_names(blog, item), *_shared(item))]
        await self._store.aliases.add(blog.id, names)

    async def _longer_names(
        self,
        blog: Blog,
        items: Sequence[ParsedEntry],
        gone: Mapping[Uid, ParsedEntry],
        briefs: Mapping[Uid, ItemSummary],
        asked: Names,
    ) -> dict[Uid, Uid]:
        """Choose longer uids for items whose uid is a name that several entries have shared, as long ago as it may be.

        The reader of a feed knows of the names that were shared in its last window only.

        :param gone: those that bear the name of an entry which had left the last window, or a shared guid and link.
            What has nothing else in common with the entry is another.
        """
        longer = {item.uid: _longer_uids(item, blog.home_url) for item in items}
        names = {name_of_uid(uid): uid for uids in longer.values() for uid in uids}
        links = {item.uid: link for item in items if (link := link_that_names(item))}
        dates = [name for item in items for how, name in names_of(item, home_url=blog.home_url) if how is How.DATE]
        wanted = (*names, *links.values(), *dates)
        await asked.find((*wanted, *_names_of_strangers(blog, items, briefs)))
        named = await asked.find(wanted)
        sharing = {name: each[-_SHARED:] for name, each in named.items() if len(each) > 1}
        kept_gone = await self._store.items.known_entries(blog.id, known_uids(gone, briefs))
        passed_on = {
            uid for uid, entry in kept_gone.items() if not entry.is_stub and not _may_be(gone[uid], entry, named)
        }
        if not sharing and not passed_on:
            return {}
        ids = sorted({entry_id for each in sharing.values() for entry_id in each})
        entries = {entry.id: entry for entry in await self._store.items.get_entries(ids)}
        shared = {uid for name, uid in names.items() if _share(uid, sharing.get(name, ()), entries)}
        shared |= {uid for uid, link in links.items() if link in sharing} | passed_on
        kept = {without_scheme(entry.uid): entry for entry in entries.values()}
        chosen = {}
        for item in items:
            holder = kept.get(without_scheme(item.uid))
            if item.uid in shared and not (holder and date_and_title(item) == date_and_title(holder)):
                uids = longer[item.uid]
                chosen[item.uid] = next((uid for uid in uids[1:] if uid not in shared), uids[-1])
        return chosen

    async def _under_former_uids(
        self, blog: Blog, items: Sequence[ParsedEntry], taken: Collection[EntryId]
    ) -> dict[Uid, Match]:
        """Match items with entries that were kept under a name before it turned out to be shared."""
        former = {item.uid: former_uids(item) for item in items if item.title}
        kept = await self._store.items.known_entries(blog.id, [uid for uids in former.values() for uid in uids])
        matches: dict[EntryId, Match] = {}
        for item in items:
            for uid in former.get(item.uid, ()):
                entry = kept.get(uid)
                if entry and entry.id not in taken and date_and_title(item) == date_and_title(entry):
                    matches.setdefault(entry.id, Match(item=item, entry=entry, how=How.UID))
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
        """Bring together what :func:`match_disambiguated` compares."""
        now = {uid: EntryId(briefs[uid].id) for uid in window if uid in briefs and uid not in items} | taken
        then = [EntryId(briefs[uid].id) for uid in before if uid in briefs]
        entries = {each.id: each for each in await self._store.items.get_entries(sorted({*now.values(), *then}))}
        showed = [entries[id_] for id_ in dict.fromkeys(then) if id_ in entries]
        shown = (items.get(uid) or entries.get(now.get(uid, _NOBODY)) for uid in window)
        if not before:
            showed = await self._store.items.newest_entries(blog.id, _RECENT)
        return Windows(before=showed, now=[each for each in shown if each], ordered=bool(before))


def _longer_uids(item: ParsedEntry, home_url: str) -> tuple[Uid, ...]:
    """Return an item's uid and those that it may have instead, the shortest first."""
    bare = [item.uid, *shared_names(item.uid)][-1]
    uids = entry_uids(replace(item, uid=Uid("") if is_content_uid(item.uid) else bare), home_url=home_url)
    return uids[uids.index(item.uid) :] if item.uid in uids else (item.uid, *uids[1:])


def _may_be(item: ParsedEntry, entry: Entry, named: Mapping[str, Sequence[EntryId]]) -> bool:
    """Whether an item may be the entry whose name it bears, which had left the feed.

    :param named: who else has the item's date.
    """
    if is_disambiguated(item.uid):
        return is_extended_title(item.title, entry.title) or item.html == entry.html
    same_link = link_that_names(item) is None and bool(item.link) and item.link == entry.link
    own_date = item.published_at is not None and not is_shared(item.published_at, named)
    return same_link or item.html == entry.html or same_date_or_similar_title(item, entry, own_date=own_date)


def _share(uid: Uid, entry_ids: Iterable[EntryId], entries: Mapping[EntryId, Entry]) -> bool:
    names = (name for id_ in entry_ids if id_ in entries for name in shared_names(entries[id_].uid))
    return any(without_scheme(name) == without_scheme(uid) for name in names)


def _names_of_strangers(blog: Blog, items: Iterable[ParsedEntry], briefs: Mapping[Uid, ItemSummary]) -> Iterator[str]:
    """Yield all names of the items that are not kept under their uid."""
    for item in items:
        if item.uid not in briefs:
            yield from (*_names(blog, item), HEARD)


def _names(blog: Blog, item: ParsedEntry | Entry) -> list[str]:
    return [name for _, name in names_of(item, home_url=blog.home_url)]


def _shared(item: ParsedEntry | Entry) -> Iterator[str]:
    """Yield names that are known to be shared: they must never again pass for one item's own."""
    return (name_of_uid(uid) for uid in shared_names(item.uid))


def brief_of(entry: Entry) -> ItemSummary:
    """Return as much of an entry as its feed's window needs."""
    return ItemSummary(id=entry.id, published_at=entry.published_at, hash=entry.hash)
