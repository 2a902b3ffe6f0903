"""Stored times that a wrong clock wrote, as the bridge asks for them; met by shape in ``storage/``. No code here."""

from datetime import datetime
from typing import Protocol


class FutureTimes(Protocol):
    """Brings times back from the future; every argument but ``now`` is a moment behind which nothing can lie."""

    async def pull_in_feeds(
        self,
        now: datetime,
        *,
        impossible: datetime,
        well: datetime,
        failing: datetime,
        stopped: datetime,
        quiet: datetime,
        leased: datetime,
    ) -> int:
        """Make feeds due that wait for longer than any of their kind; returns how many."""

    async def pull_in_deliveries(
        self, now: datetime, *, impossible: datetime, untried: datetime, tried: datetime, leased: datetime
    ) -> int:
        """Make deliveries due that wait for longer than any; returns how many."""

    async def pull_in_pushes(self, now: datetime, *, impossible: datetime, due: datetime) -> int:
        """Ask hubs anew whose leases were written by a wrong clock; returns how many."""

    async def pull_in_done(self, now: datetime, *, impossible: datetime) -> int:
        """Let what was done while the clock was ahead count as done now; returns how much was."""
