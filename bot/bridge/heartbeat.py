"""When a loop last came round, for whoever asks whether it still does. Decides nothing about it."""

from datetime import datetime, timedelta

from bot.bridge.ports import Clock


class Heartbeat:
    """The last beat of one loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: datetime | None = None

    def beat(self) -> None:
        """Note that the loop came round and did its work."""
        self._last = self._clock.now()

    def age(self) -> timedelta | None:
        """How long ago that was; None: never."""
        return None if self._last is None else self._clock.now() - self._last
