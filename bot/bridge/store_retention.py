"""What the bridge asks of its memory about age: what feeds still show, and what is deleted because it is old."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model.ids import BlogId, CommentId, EntryId


class Retention(Protocol):
    """Deletes what is old; each method returns how many rows it deleted, the limit at most."""

    async def note_entries(self, ids: Sequence[EntryId], now: datetime) -> None:
        """Note that a feed shows these entries."""

    async def note_comments(self, ids: Sequence[CommentId], now: datetime) -> None:
        """Note that a feed shows these comments."""

    async def blogs_after(self, blog_id: BlogId, limit: int) -> list[BlogId]:
        """The next blogs by number, so that all of them are looked at in turn."""

    async def drop_entries(self, blog_id: BlogId, before: datetime, limit: int) -> int:
        """Delete a blog's entries that its feed has not shown and nobody has commented on since then."""

    async def drop_blogs(self, before: datetime, limit: int) -> int:
        """Delete blogs that nobody has been subscribed to since then: first their entries, then they themselves."""

    async def erase_texts(self, before: datetime, limit: int, *, unsettled: datetime) -> int:
        """Erase the texts of replies published (else written) before then; their ids and addresses stay.

        :param unsettled: the same for those of which nobody knows yet whether they are published.
        """

    async def drop_replies(self, before: datetime, limit: int) -> int:
        """Delete replies that were not published, written before then."""

    async def give_up_posts(self, before: datetime, limit: int, *, reason: str, at: datetime) -> int:
        """Give up posts that have waited for their channel since before then.

        :param reason: for whoever asks why they do not stand there.
        """

    async def drop_done(self, before: datetime, limit: int) -> int:
        """Delete deliveries done before then."""

    async def drop_dead(self, before: datetime, limit: int) -> int:
        """Delete deliveries given up before then."""

    async def drop_decisions(self, before: datetime, limit: int) -> int:
        """Delete decisions made before then."""

    async def drop_notices(self, before: datetime, limit: int) -> int:
        """Delete what admins were told before then."""
