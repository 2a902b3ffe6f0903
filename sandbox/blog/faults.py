"""Injected faults of the blog: by path, a number of times.

`server` applies them. Those named "after" let the request take effect and spoil only the answer, which makes a
retry dangerous.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    """The kinds of faults."""

    STATUS = "status"  # refuse with a status, nothing takes effect
    STATUS_AFTER = "status_after"  # take effect, then answer with a status
    DROP = "drop"  # close the connection, nothing takes effect
    DROP_AFTER = "drop_after"  # take effect, then close the connection
    SLOW = "slow"  # wait, then answer normally
    GARBAGE = "garbage"  # bytes that are neither JSON nor XML, under the right content type
    HTML = "html"  # a web page in place of data, with status 200


@dataclass(slots=True)
class Fault:
    """One fault; `left` counts down, None means for ever. `path` is a shell pattern without the query."""

    kind: FaultKind
    path: str
    method: str | None
    left: int | None
    status: int = 503
    seconds: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


class Faults:
    """The active faults; a request uses up the first that matches."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def status(
        self,
        path: str = "*",
        status: int = 503,
        *,
        times: int | None = 1,
        method: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answer with an error status and a page of HTML; nothing takes effect."""
        self._add(Fault(FaultKind.STATUS, path, method, times, status=status, headers=headers or {}))

    def status_after(
        self, path: str = "*", status: int = 500, *, times: int | None = 1, method: str | None = None
    ) -> None:
        """Take effect, then answer with an error status, as a plugin that breaks late does."""
        self._add(Fault(FaultKind.STATUS_AFTER, path, method, times, status=status))

    def drop(self, path: str = "*", *, times: int | None = 1, method: str | None = None) -> None:
        """Close the connection before anything takes effect. Many clients repeat a GET at once."""
        self._add(Fault(FaultKind.DROP, path, method, times))

    def drop_after(self, path: str = "*", *, times: int | None = 1, method: str | None = None) -> None:
        """Take effect, then close the connection without an answer."""
        self._add(Fault(FaultKind.DROP_AFTER, path, method, times))

    def slow(self, path: str = "*", seconds: float = 1.0, *, times: int | None = 1, method: str | None = None) -> None:
        """Wait, take effect, and answer normally."""
        self._add(Fault(FaultKind.SLOW, path, method, times, seconds=seconds))

    def garbage(self, path: str = "*", *, times: int | None = 1, method: str | None = None) -> None:
        """Answer 200 with bytes that cannot be parsed."""
        self._add(Fault(FaultKind.GARBAGE, path, method, times))

    def html(self, path: str = "*", *, times: int | None = 1, method: str | None = None) -> None:
        """Answer 200 with a web page."""
        self._add(Fault(FaultKind.HTML, path, method, times))

    def clear(self) -> None:
        """Remove all faults."""
        self._waiting.clear()

    def waits(self, kind: FaultKind) -> bool:
        """Return True if a fault of a kind is active."""
        return any(fault.kind is kind for fault in self._waiting)

    def forget(self, kind: FaultKind) -> None:
        """Remove the faults of one kind."""
        self._waiting = [fault for fault in self._waiting if fault.kind is not kind]

    def take(self, method: str, path: str) -> Fault | None:
        """Find the fault for a request and count it."""
        for fault in self._waiting:
            if fault.method not in {None, method} or not fnmatchcase(path, fault.path):
                continue
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    self._waiting.remove(fault)
            return fault
        return None

    def _add(self, fault: Fault) -> None:
        self._waiting.append(fault)
