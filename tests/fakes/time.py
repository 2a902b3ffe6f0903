"""Time as it is and chance without surprise."""

from datetime import UTC, datetime


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FairDice:
    def fraction(self) -> float:
        return 0.5
