"""The machine's clock and random numbers, behind the ports that the bridge uses.

Also tunes the garbage collector.
"""

import gc
import random
from datetime import UTC, datetime

#: Objects made and kept since the last look, before there is another; one takes some milliseconds.
_THRESHOLD = 10_000


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class SystemRandomness:
    """The machine's random numbers."""

    def fraction(self) -> float:
        """Return a number in [0, 1)."""
        return random.random()  # noqa: S311 -- spreads polls, protects nothing


def tune_garbage_collector() -> None:
    """Let the garbage collector look no more at what is there now and stays, and less often at the rest.

    A look at all of it holds the event loop up for some 60 ms, again and again; and with the usual threshold of 700
    objects the same polls are looked at many times while they are under way.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_THRESHOLD, *gc.get_threshold()[1:])
