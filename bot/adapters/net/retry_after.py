"""Which hosts asked to be left alone, and for how long still; shared by everything that reads feeds.

It waits for nobody: whoever is about to ask a host looks here first. It lives as long as the process does.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from bot.adapters.net.ssrf_guard import host_of

#: More hosts than a large installation has on its worst day.
_MOST = 10_000


class HostPauses:
    """Hosts and the moments at which they may be asked again.

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
