"""What the machine gives the journeys: its time and its chance. The only place that asks for either."""

import random
from datetime import UTC, datetime


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class SystemDice:
    """The machine's chance."""

    def fraction(self) -> float:
        """Return a number in [0, 1)."""
        return random.random()  # noqa: S311 -- spreads polls, protects nothing
