"""Other names of entries: given and found. What makes a name is decided elsewhere."""

from collections import defaultdict
from collections.abc import Sequence

from bot.model.ids import BlogId, EntryId
from bot.storage.statements import fetch_among, insert_new
from bot.storage.tables_feeds import Alias
from bot.storage.values import fingerprint

_NAMED = "SELECT entry_id, name_hash FROM aliases WHERE blog_id = $1 AND name_hash IN ({among}) ORDER BY entry_id"


class AliasRepository:
    """Names by which an entry may be known again."""

    async def find(self, blog_id: BlogId, names: Sequence[str]) -> dict[str, list[EntryId]]:
        """Which entries have these names; a name that nobody has is left out."""
        found: defaultdict[str, list[EntryId]] = defaultdict(list)
        by_hash = {fingerprint(name): name for name in names}
        for row in await fetch_among(_NAMED, blog_id, among=list(by_hash)):
            found[by_hash[row["name_hash"]]].append(EntryId(row["entry_id"]))
        return dict(found)

    async def move(self, entry_id: EntryId, to: EntryId) -> None:
        """Give all names of an entry to another."""
        await Alias.filter(entry_id=entry_id).update(entry_id=to)

    async def add(self, blog_id: BlogId, names: Sequence[tuple[EntryId, str]]) -> None:
        """Give entries further names; one may have many, and many may share one."""
        rows: list[dict[str, object]] = [
            {"blog_id": blog_id, "entry_id": entry_id, "name_hash": fingerprint(name)} for entry_id, name in names
        ]
        await insert_new("aliases", rows, unique="blog_id, name_hash, entry_id")
