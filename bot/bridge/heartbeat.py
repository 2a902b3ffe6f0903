"""The heartbeat of a loop, which health checks read."""

from datetime import datetime, timedelta

from bot.bridge.ports import Clock


class Heartbeat:
    """Remembers the last beat of one loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: datetime | None = None

    def beat(self) -> None:
        """Record that the loop has completed a round."""
        self._last = self._clock.now()

    def age(self) -> timedelta | None:
        """Return how long ago the last beat was; None: there was none yet."""
        return None if self._last is None else self._clock.now() - self._last
