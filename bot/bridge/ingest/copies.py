"""Brings copies of one item together that a document shows beside each other, of which the feed changed one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.bridge.ingest.entry_names import Names
from bot.model.entry import Entry, ItemSummary, ParsedEntry, ParsedFeed
from bot.model.ids import Uid
from bot.rules.copies import are_copies, choose_copy, may_be_copies
from bot.rules.diff import fingerprint
from bot.rules.entry_matching import name_of_uid
from bot.storage.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a document shows."""

    entries: Sequence[ParsedEntry]
    #: uids of all its items, also of those that are known and not told again
    window: tuple[Uid, ...]
    #: uids that items had, and those that they have instead
    longer: dict[Uid, Uid] = field(default_factory=dict)

    def concerned(self, parsed: ParsedFeed) -> tuple[Uid, ...]:
        """Return the uids of all that a document shows, does not show any more, or calls deleted."""
        left = set(parsed.before) - set(self.window)
        return (*self.window, *left, *parsed.deleted) if self.entries or left or parsed.deleted else ()

    def under(self, uids: dict[Uid, Uid], *, without: Sequence[ParsedEntry] = ()) -> "Shown":
        """Give items other uids, and leave some of them out."""
        if not uids:
            return self
        left_out = set(map(id, without))
        return Shown(
            entries=[
                replace(each, uid=uids.get(each.uid, each.uid)) for each in self.entries if id(each) not in left_out
            ],
            window=tuple(dict.fromkeys(uids.get(uid, uid) for uid in self.window)),
            longer={old: uids.get(new, new) for old, new in self.longer.items()} | uids,
        )


async def join_copies(
    store: Store, shown: Shown, before: Sequence[Uid], briefs: Mapping[Uid, ItemSummary], asked: Names
) -> Shown:
    """Let one of several copies count, under the name that they share.

    :param before: the window of the last poll.
    :param briefs: what is kept under the uids of the items.
    """
    groups = may_be_copies([item for item in shown.entries if item.uid not in briefs], shown.window, before)
    if not groups:
        return shown
    holders = await asked.find(map(name_of_uid, groups))
    ids = {name: holders.get(name_of_uid(name), ()) for name in groups}
    kept = {
        each.id: each for each in await store.items.get_entries(sorted({id_ for each in ids.values() for id_ in each}))
    }
    in_window = {uid: briefs[uid] for uid in shown.window if uid in briefs}
    uids: dict[Uid, Uid] = {}
    without: list[ParsedEntry] = []
    for name, copies in groups.items():
        # Whatever entries had this name once, none of them can be told by it.
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
    return shown.under(uids, without=without)
