"""Which entries have which names, asked of the store once; touches nothing else."""

from collections.abc import Iterable

from bot.model.ids import BlogId, EntryId
from bot.storage.database import Store


class Names:
    """The names of one blog's entries. Good for one document, as long as nothing of it is kept."""

    def __init__(self, store: Store, blog_id: BlogId) -> None:
        self._store = store
        self._blog_id = blog_id
        self._found: dict[str, list[EntryId]] = {}

    async def find(self, names: Iterable[str]) -> dict[str, list[EntryId]]:
        """Which entries have these names, in one statement for those not asked for yet; what nobody has is left out."""
        wanted = list(dict.fromkeys(names))
        new = [name for name in wanted if name not in self._found]
        if new:
            found = await self._store.aliases.find(self._blog_id, new)
            self._found |= {name: found.get(name, []) for name in new}
        return {name: self._found[name] for name in wanted if self._found[name]}
