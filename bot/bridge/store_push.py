"""What the bridge asks of its memory about hubs; met by shape in ``storage/``. No implementation here."""

from datetime import datetime
from typing import Protocol

from bot.model.feed import Push
from bot.model.ids import BlogId, FeedId
from bot.model.websub import Registration


class Pushes(Protocol):
    """Registrations at hubs, one a feed."""

    async def found(self, feed_id: FeedId, push: Push, *, now: datetime) -> None:
        """Keep which hub a feed names; where it is another than before, everything begins anew."""

    async def claim_due(self, now: datetime, *, until: datetime, public_url: str, limit: int) -> list[Registration]:
        """Take those to ask for (again) whose feeds somebody wants; each is due again ``until`` something comes of it.

        :param public_url: the address of ours that the hub is told.
        """

    async def end_unwanted(self, now: datetime, *, limit: int) -> list[Registration]:
        """Take those whose feeds nobody wants any more, as ended; due soon after somebody wants the feed again."""

    async def move(self, public_url: str, now: datetime) -> int:
        """Begin anew with those that hubs were told another address of ours for; returns how many."""

    async def of_token(self, token: str) -> Registration | None:
        """Look up whose callback this is."""

    async def of_blog(self, blog_id: BlogId) -> list[Registration]:
        """All registrations of a blog's feeds."""

    async def hold(self, feed_id: FeedId) -> Registration | None:
        """Look a feed's registration up, and keep others from changing it until the transaction ends."""

    async def save(self, registration: Registration) -> None:
        """Keep how far it has come, and until when its feed may rely on it.

        :raises PermanentError: there is no key to encrypt its secret with.
        """
