"""What this Discord can be told to do wrong: fail, drop the answer after storing, be slow, send garbage.

Only keeps the orders; `rest` carries them out.
"""

import re
from dataclasses import dataclass


@dataclass
class Fault:
    """One order. `times` None means until `clear`; `status` 429 also gets the headers that clients want."""

    method: str
    path: re.Pattern[str]
    times: int | None
    status: int = 500
    after_storing: bool = False
    drop: bool = False
    seconds: float = 0.0
    garbage: bool = False
    #: The web page that stands before a Discord which has banned the bot's address.
    page: bool = False
    #: How often it was carried out.
    met: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Tell whether the order is for this request; the path has no /api/v10."""
        left = self.times is None or self.met < self.times
        return left and self.method in (method, "*") and self.path.search(path) is not None


class Faults:
    """The orders in force, oldest first; a request meets the first that fits."""

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
        """Answer `status` instead of acting, or act first; `drop` closes the connection instead of answering."""
        return self._add(Fault(method, re.compile(path), times, status=status, after_storing=after_storing, drop=drop))

    def slow(self, seconds: float, method: str = "*", path: str = "", *, times: int | None = 1) -> Fault:
        """Act only after `seconds`."""
        return self._add(Fault(method, re.compile(path), times, seconds=seconds))

    def garbage(
        self, method: str = "*", path: str = "", *, times: int | None = 1, after_storing: bool = False
    ) -> Fault:
        """Answer 200 with text that is no JSON though it says so."""
        return self._add(Fault(method, re.compile(path), times, status=200, garbage=True, after_storing=after_storing))

    def ban(self, seconds: float, path: str = "") -> Fault:
        """Answer as what stands before Discord does to an address it has banned; it says for how long."""
        return self._add(Fault("*", re.compile(path), None, status=429, seconds=seconds, page=True))

    def clear(self) -> None:
        """Take all orders back."""
        self._orders.clear()

    def meet(self, method: str, path: str) -> Fault | None:
        """Return the order that this request meets and count it."""
        for order in self._orders:
            if order.fits(method, path):
                order.met += 1
                return order
        return None

    def _add(self, order: Fault) -> Fault:
        self._orders.append(order)
        return order
