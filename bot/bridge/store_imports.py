"""What the bridge asks of its memory for lists of feeds that are being imported; see ``store``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model.ids import GuildId, ImportedFeedId, ImportId
from bot.model.message import MessageRef
from bot.model.opml import FailureCause, Import, ImportedFeed, ImportState, ListedFeed


class Imports(Protocol):
    """Lists of feeds on their way into a guild."""

    async def add(self, wanted: Import, feeds: Sequence[ListedFeed]) -> Import:
        """Keep a list that is not begun yet; the id and the feeds in ``wanted`` are ignored."""

    async def get(self, import_id: ImportId) -> Import | None:
        """Look a list up."""

    async def newest(self, guild_id: GuildId) -> Import | None:
        """The list that was begun last in a guild."""

    async def begin(self, import_id: ImportId, at: datetime) -> bool:
        """Note that the button was pressed; False if it was already, or there is no such list."""

    async def feed(self, feed_id: ImportedFeedId) -> ImportedFeed | None:
        """Look one of its feeds up."""

    async def settle(
        self,
        feed_id: ImportedFeedId,
        state: ImportState,
        *,
        reason: str | None = None,
        cause: FailureCause | None = None,
    ) -> None:
        """Keep what came of a feed."""

    async def stop(self, import_id: ImportId) -> int:
        """Start none of the feeds that wait; returns how many there were."""

    async def wait_again(self, feed_id: ImportedFeedId) -> bool:
        """Have a feed that failed wait for its turn again; False if it did not fail."""

    async def show_progress_in(self, import_id: ImportId, message: MessageRef) -> None:
        """Keep which message shows how far a list is."""

    async def drop(self, import_id: ImportId) -> None:
        """Forget a list."""

    async def prune(self, *, unbegun: datetime, begun: datetime) -> None:
        """Forget lists handed in before ``unbegun`` that nobody began, and those begun before ``begun``."""
