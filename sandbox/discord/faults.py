"""Injected faults: error statuses, answers lost after storing, delays, garbage. `rest` applies them."""

import re
from dataclasses import dataclass


@dataclass
class Fault:
    """One fault. `times` None means until `clear`; `status` 429 also gets the headers that clients need."""

    method: str
    path: re.Pattern[str]
    times: int | None
    status: int = 500
    after_storing: bool = False
    drop: bool = False
    seconds: float = 0.0
    garbage: bool = False
    #: Answer with the web page that Cloudflare shows to a banned address.
    page: bool = False
    #: How often it was applied.
    met: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Return True if the fault is for this request; the path has no /api/v10."""
        left = self.times is None or self.met < self.times
        return left and self.method in (method, "*") and self.path.search(path) is not None


class Faults:
    """The active faults, oldest first; the first that matches a request applies."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def fail(
        self,
        method: str = "*",
        path: str = "",
        *,
        status: int = 500,
        times: int | None = 1,
        after_storing: bool = False,
        drop: bool = False,
    ) -> Fault:
        """Answer with `status`, instead of or after acting; `drop` closes the connection instead of answering."""
        return self._add(Fault(method, re.compile(path), times, status=status, after_storing=after_storing, drop=drop))

    def slow(self, seconds: float, method: str = "*", path: str = "", *, times: int | None = 1) -> Fault:
        """Act only after `seconds`."""
        return self._add(Fault(method, re.compile(path), times, seconds=seconds))

    def garbage(
        self, method: str = "*", path: str = "", *, times: int | None = 1, after_storing: bool = False
    ) -> Fault:
        """Answer 200 with text that is not JSON, under the content type of JSON."""
        return self._add(Fault(method, re.compile(path), times, status=200, garbage=True, after_storing=after_storing))

    def ban(self, seconds: float, path: str = "") -> Fault:
        """Answer as Cloudflare does to a banned address, with the length of the ban."""
        return self._add(Fault("*", re.compile(path), None, status=429, seconds=seconds, page=True))

    def clear(self) -> None:
        """Remove all faults."""
        self._orders.clear()

    def meet(self, method: str, path: str) -> Fault | None:
        """Return the fault for this request and count it."""
        for order in self._orders:
            if order.fits(method, path):
                order.met += 1
                return order
        return None

    def _add(self, order: Fault) -> Fault:
        self._orders.append(order)
        return order
