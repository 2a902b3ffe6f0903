"""Counts nothing."""

from datetime import datetime

from bot.bridge.ports import Side


class NoMeter:
    def polled(self, outcome: str) -> None: ...

    def delivered(self, kind: str, outcome: str) -> None: ...

    def failed(self, side: Side, error: str) -> None: ...

    def announced(self, since: datetime) -> None: ...

    def published(self, since: datetime, *, moderated: bool) -> None: ...
