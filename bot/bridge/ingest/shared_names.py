"""Give entries that share a guid or a link uids of their own, and merge copies of one entry that a feed lists twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.model.address import without_scheme
from bot.model.entry import Entry, ItemSummary, ParsedEntry, ParsedFeed
from bot.model.feed import Blog
from bot.model.ids import BlogId, EntryId, Uid
from bot.model.uid import entry_uids, is_content_uid, is_disambiguated, shared_names
from bot.rules.copies import are_copies, choose_copy, may_be_copies
from bot.rules.entry_matching import (
    STUB_NAME,
    MatchedBy,
    date_and_title,
    is_extended_title,
    is_shared,
    link_that_names,
    name_of_uid,
    names_of,
    same_date_or_similar_title,
)
from bot.rules.item_diff import fingerprint
from bot.rules.window import known_uids
from bot.storage.database import Store

#: A name that more entries have says nothing.
MAX_SHARED = 20


class NameCache:
    """Looks up which entries of a blog have certain names, each name once; valid until the document is saved."""

    def __init__(self, store: Store, blog_id: BlogId) -> None:
        self._store = store
        self._blog_id = blog_id
        self._found: dict[str, list[EntryId]] = {}

    async def find(self, names: Iterable[str]) -> dict[str, list[EntryId]]:
        """Return the entries that have these names; a name without any is left out."""
        wanted = list(dict.fromkeys(names))
        new = [name for name in wanted if name not in self._found]
        if new:
            found = await self._store.aliases.find(self._blog_id, new)
            self._found |= {name: found.get(name, []) for name in new}
        return {name: self._found[name] for name in wanted if self._found[name]}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentItems:
    """The items of a document under the uids that are to be used."""

    entries: Sequence[ParsedEntry]
    #: uids of all its items, also of known ones that were left out
    window: tuple[Uid, ...]
    #: earlier uids of items, and those that replace them
    renamed_uids: dict[Uid, Uid] = field(default_factory=dict)

    def relevant_uids(self, parsed: ParsedFeed) -> tuple[Uid, ...]:
        """Return the uids that a document shows, shows no longer, or calls deleted."""
        left = set(parsed.before) - set(self.window)
        return (*self.window, *left, *parsed.deleted) if self.entries or left or parsed.deleted else ()

    def with_uids(self, uids: dict[Uid, Uid], *, without: Sequence[ParsedEntry] = ()) -> "DocumentItems":
        """Give items other uids, and leave some out."""
        if not uids:
            return self
        left_out = set(map(id, without))
        return DocumentItems(
            entries=[
                replace(each, uid=uids.get(each.uid, each.uid)) for each in self.entries if id(each) not in left_out
            ],
            window=tuple(dict.fromkeys(uids.get(uid, uid) for uid in self.window)),
            renamed_uids={old: uids.get(new, new) for old, new in self.renamed_uids.items()} | uids,
        )


async def merge_copies(
    store: Store, shown: DocumentItems, before: Sequence[Uid], briefs: Mapping[Uid, ItemSummary], name_cache: NameCache
) -> DocumentItems:
    """Keep one of several copies of an entry, under the name that they share.

    :param before: the window of the last poll.
    :param briefs: known items by the uids of the document.
    """
    groups = may_be_copies([item for item in shown.entries if item.uid not in briefs], shown.window, before)
    if not groups:
        return shown
    holders = await name_cache.find(map(name_of_uid, groups))
    ids = {name: holders.get(name_of_uid(name), ()) for name in groups}
    kept = {
        each.id: each for each in await store.entries.get_many(sorted({id_ for each in ids.values() for id_ in each}))
    }
    in_window = {uid: briefs[uid] for uid in shown.window if uid in briefs}
    uids: dict[Uid, Uid] = {}
    without: list[ParsedEntry] = []
    for name, copies in groups.items():
        # Several entries had this name, so it identifies none of them.
        if len(ids[name]) > 1:
            continue
        entry: Entry | None = next((kept[id_] for id_ in ids[name] if id_ in kept), None)
        there = name in shown.window
        ours = {name, *(item.uid for item in copies)}
        dates = {brief.published_at for uid, brief in in_window.items() if uid not in ours and brief.published_at}
        dates |= {item.published_at for item in shown.entries if item.uid not in ours and item.published_at}
        if not are_copies(copies, name, entry if there else None, dates):
            continue
        uids |= {item.uid: name for item in copies}
        hashes = {item.uid: fingerprint(item) for item in copies}
        chosen = None if there else choose_copy(copies, hashes, entry.hash if entry else None)
        without += [item for item in copies if item is not chosen]
    return shown.with_uids(uids, without=without)


async def disambiguate(
    store: Store,
    blog: Blog,
    shown: DocumentItems,
    before: Sequence[Uid],
    briefs: Mapping[Uid, ItemSummary],
    name_cache: NameCache,
    *,
    read_before: bool,
) -> DocumentItems:
    """Merge copies of entries, and give items whose name several entries have shared longer uids.

    :param before: the window of the last poll; empty where it is not known.
    :param briefs: known items by the uids of the document.
    :param name_cache: also gets the names that :meth:`EntryMatcher.look_up_names` will need.
    :param read_before: this is not the first poll of the feed.
    """
    merged = await merge_copies(store, shown, before, briefs, name_cache)
    if merged.renamed_uids:
        briefs = await store.entries.summaries(blog.id, merged.window)
    gone = {
        item.uid: item
        for item in merged.entries
        if read_before and (item.uid not in before or is_disambiguated(item.uid))
    }
    return merged.with_uids(await _choose_longer_uids(store, blog, merged.entries, gone, briefs, name_cache))


async def _choose_longer_uids(
    store: Store,
    blog: Blog,
    items: Sequence[ParsedEntry],
    gone: Mapping[Uid, ParsedEntry],
    briefs: Mapping[Uid, ItemSummary],
    name_cache: NameCache,
) -> dict[Uid, Uid]:
    """Choose longer uids for items whose uid is a name that several entries have had at any time.

    The parser only knows the names that were shared in the last window.

    :param gone: items with the name of an entry that had left the feed, or with a shared guid and link. They are other
        entries if they have nothing else in common.
    """
    renamed_uids = {item.uid: _longer_uids(item, blog.home_url) for item in items}
    names = {name_of_uid(uid): uid for uids in renamed_uids.values() for uid in uids}
    links = {item.uid: link for item in items if (link := link_that_names(item))}
    dates = [name for item in items for how, name in names_of(item, home_url=blog.home_url) if how is MatchedBy.DATE]
    wanted = (*names, *links.values(), *dates)
    await name_cache.find((*wanted, *names_of_unknown(blog, items, briefs)))
    named = await name_cache.find(wanted)
    sharing = {name: each[-MAX_SHARED:] for name, each in named.items() if len(each) > 1}
    kept_gone = await store.entries.known(blog.id, known_uids(gone, briefs))
    reused = {
        uid for uid, entry in kept_gone.items() if not entry.is_stub and not _may_be_same(gone[uid], entry, named)
    }
    if not sharing and not reused:
        return {}
    ids = sorted({entry_id for each in sharing.values() for entry_id in each})
    entries = {entry.id: entry for entry in await store.entries.get_many(ids)}
    shared = {uid for name, uid in names.items() if _is_shared_name(uid, sharing.get(name, ()), entries)}
    shared |= {uid for uid, link in links.items() if link in sharing} | reused
    kept = {without_scheme(entry.uid): entry for entry in entries.values()}
    chosen = {}
    for item in items:
        holder = kept.get(without_scheme(item.uid))
        if item.uid in shared and not (holder and date_and_title(item) == date_and_title(holder)):
            uids = renamed_uids[item.uid]
            chosen[item.uid] = next((uid for uid in uids[1:] if uid not in shared), uids[-1])
    return chosen


def _longer_uids(item: ParsedEntry, home_url: str) -> tuple[Uid, ...]:
    """Return an item's uid and longer ones that may replace it, the shortest first."""
    bare = [item.uid, *shared_names(item.uid)][-1]
    uids = entry_uids(replace(item, uid=Uid("") if is_content_uid(item.uid) else bare), home_url=home_url)
    return uids[uids.index(item.uid) :] if item.uid in uids else (item.uid, *uids[1:])


def _may_be_same(item: ParsedEntry, entry: Entry, named: Mapping[str, Sequence[EntryId]]) -> bool:
    """Return whether an item may be the entry with its name that had left the feed.

    :param named: the entries that have a name or date.
    """
    if is_disambiguated(item.uid):
        return is_extended_title(item.title, entry.title) or item.html == entry.html
    same_link = link_that_names(item) is None and bool(item.link) and item.link == entry.link
    own_date = item.published_at is not None and not is_shared(item.published_at, named)
    return same_link or item.html == entry.html or same_date_or_similar_title(item, entry, own_date=own_date)


def _is_shared_name(uid: Uid, entry_ids: Iterable[EntryId], entries: Mapping[EntryId, Entry]) -> bool:
    names = (name for id_ in entry_ids if id_ in entries for name in shared_names(entries[id_].uid))
    return any(without_scheme(name) == without_scheme(uid) for name in names)


def names_of_unknown(blog: Blog, items: Iterable[ParsedEntry], briefs: Mapping[Uid, ItemSummary]) -> Iterator[str]:
    """Yield all names of the items whose uids are not known."""
    for item in items:
        if item.uid not in briefs:
            yield from (*all_names(blog, item), STUB_NAME)


def all_names(blog: Blog, item: ParsedEntry | Entry) -> list[str]:
    """Return all names of an item."""
    return [name for _, name in names_of(item, home_url=blog.home_url)]
