"""Read the Retry-After header, and remember in this process which hosts asked for a pause."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from bot.adapters.net.headers import parse_http_date
from bot.adapters.net.ssrf_guard import host_of

_LONGEST = timedelta(hours=24)
#: More hosts than a large installation has on its worst day.
_MOST = 10_000
#: Discord gives fractions of a second.
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]*)?")


def read_retry_after(
    headers: Mapping[str, str], *, longest: timedelta = _LONGEST, now: datetime | None = None
) -> timedelta | None:
    """Read ``Retry-After`` (RFC 9110, 10.2.3), in seconds or as a date; None without a usable value.

    :param longest: a longer wait is cut to this.
    :param now: used where the response has no ``Date`` to measure from; the server's clock may be wrong by hours.
    """
    value = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(value):
        # Not timedelta(seconds=…) first: it overflows.
        wait = timedelta(seconds=min(float(value), longest.total_seconds()))
    else:
        until = parse_http_date(value)
        if until is None:
            return None
        wait = until - (parse_http_date(headers.get("Date", "")) or now or datetime.now(UTC))
    return min(wait, longest) if wait > timedelta(0) else None


class HostPauses:
    """Hosts that asked for a pause, and until when.

    :param clock: seconds that never run backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def pause(self, url: str, wait: timedelta) -> None:
        """Leave the host of an address alone; a longer pause that runs already stays."""
        now = self._clock()
        if len(self._until) >= _MOST:
            self._until = {host: until for host, until in self._until.items() if until > now}
        host = host_of(url)
        self._until[host] = max(self._until.get(host, now), now + wait.total_seconds())

    def remaining(self, url: str) -> timedelta | None:
        """Return how long the host of an address is to be left alone still; None: it may be asked."""
        if not self._until:
            return None
        host = host_of(url)
        left = self._until.get(host, 0.0) - self._clock()
        if left <= 0:
            self._until.pop(host, None)
            return None
        return timedelta(seconds=left)
