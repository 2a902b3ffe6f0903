"""Other names of entries: given and found. What makes a name is decided elsewhere."""

from collections import defaultdict
from collections.abc import Sequence

from bot.model.ids import BlogId, EntryId
from bot.storage.statements import insert_new
from bot.storage.tables_feeds import Alias
from bot.storage.values import fingerprint

_NAMES_A_QUERY = 500


class AliasRows:
    """Names by which an entry may be known again."""

    async def find(self, blog_id: BlogId, names: Sequence[str]) -> dict[str, list[EntryId]]:
        """Which entries have these names; a name that nobody has is left out."""
        found: defaultdict[str, list[EntryId]] = defaultdict(list)
        for start in range(0, len(names), _NAMES_A_QUERY):
            by_hash = {fingerprint(name): name for name in names[start : start + _NAMES_A_QUERY]}
            rows = Alias.filter(blog_id=blog_id, key_hash__in=list(by_hash)).order_by("entry_id")
            for entry_id, key_hash in await rows.values_list("entry_id", "key_hash"):
                found[by_hash[str(key_hash)]].append(EntryId(int(str(entry_id))))
        return dict(found)

    async def move(self, entry_id: EntryId, to: EntryId) -> None:
        """Give all names of an entry to another."""
        await Alias.filter(entry_id=entry_id).update(entry_id=to)

    async def add(self, blog_id: BlogId, names: Sequence[tuple[EntryId, str]]) -> None:
        """Give entries further names; one may have many, and many may share one."""
        rows: list[dict[str, object]] = [
            {"blog_id": blog_id, "entry_id": entry_id, "key_hash": fingerprint(name)} for entry_id, name in names
        ]
        await insert_new("aliases", rows, unique="blog_id, key_hash, entry_id")
