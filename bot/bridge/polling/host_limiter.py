"""Limit the requests to one host at a time, so that a thousand feeds of it neither flood it nor block the others.

Within this process only. The HTTP client obeys a host's own ``Retry-After``.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from bot.bridge.ports import Clock
from bot.model.feed import Feed
from bot.model.ids import FeedId
from bot.rules.poll_schedule import PollSchedule

#: The HTTP client opens no more connections to a host, and waiting for one counts towards its timeout.
_CONNECTIONS = 2
#: Feeds of a host that are admitted and wait for each other; the others stay in the database.
_MAX_ADMITTED = 8
#: The time a poll takes, until it is known for a host.
_FIRST_DURATION = timedelta(seconds=0.5)
#: A clock that is set back by more was wrong before.
_CLOCK_TOLERANCE = timedelta(minutes=1)
_MIN_BACKOFF, _MAX_BACKOFF = timedelta(minutes=1), timedelta(minutes=16)

#: Hosts that need not be remembered are forgotten when there are so many.
_FORGET_AT = 1024
#: Longer than a feed of an unreachable host is delayed.
_REMEMBERED_FOR = timedelta(days=1)


@dataclass(slots=True)
class _Host:
    connections: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_CONNECTIONS))
    admitted: int = 0
    #: a moving average of how long a poll takes
    duration: timedelta = _FIRST_DURATION
    #: when the last of the delayed feeds is due
    delayed_until: datetime | None = None
    #: backoffs in a row, as the host did not answer
    backoffs: int = 0
    unreachable_until: datetime | None = None


class HostLimiter:
    """Admits feeds to be polled, host by host."""

    def __init__(self, clock: Clock, schedule: PollSchedule) -> None:
        self._clock = clock
        self._min_backoff = min(_MIN_BACKOFF, schedule.shortest)
        self._max_backoff = min(_MAX_BACKOFF, schedule.longest)
        self._hosts: dict[str, _Host] = {}
        self._forget_at = _FORGET_AT
        self._last_now = clock.now()

    def admit(self, feeds: Sequence[Feed]) -> tuple[list[Feed], list[tuple[FeedId, datetime]]]:
        """Choose which feeds to poll now, and until when to delay the others, at the rate that their host manages.

        Call :meth:`release` for each chosen feed when its poll ends.
        """
        now = self._clock.now()
        if len(self._hosts) >= self._forget_at:
            self._forget_idle(now)
        if now < self._last_now - _CLOCK_TOLERANCE:
            # Delays planned while the clock was ahead would last as long as it was ahead.
            for host in self._hosts.values():
                host.delayed_until = host.unreachable_until = None
        self._last_now = now
        chosen: list[Feed] = []
        delayed: list[tuple[FeedId, datetime]] = []
        for feed in feeds:
            host = self._hosts.setdefault(_host_of(feed.url), _Host())
            unreachable = host.unreachable_until is not None and host.unreachable_until > now
            if host.admitted < _MAX_ADMITTED and not unreachable:
                host.admitted += 1
                chosen.append(feed)
                continue
            step = host.duration / _CONNECTIONS
            earliest = host.unreachable_until if unreachable and host.unreachable_until else now + host.admitted * step
            host.delayed_until = max(host.delayed_until or earliest, earliest) + step
            delayed.append((feed.id, host.delayed_until))
        return chosen, delayed

    def __len__(self) -> int:
        """Return how many hosts are remembered."""
        return len(self._hosts)

    def _forget_idle(self, now: datetime) -> None:
        """Forget hosts without feeds: a feed may be deleted while its host is unreachable."""
        self._hosts = {name: host for name, host in self._hosts.items() if not _is_idle(host, now)}
        self._forget_at = max(_FORGET_AT, 2 * len(self._hosts))

    def connection(self, feed: Feed) -> "_Connection":
        """Wait for a free connection to the host; gives None, or the end of a backoff that began meanwhile."""
        return _Connection(self._hosts[_host_of(feed.url)], self._clock)

    def note_answer(self, feed: Feed, *, answered: bool) -> None:
        """Note whether a host answered at all; while it does not, its feeds are delayed with exponential backoff."""
        host = self._hosts[_host_of(feed.url)]
        if answered:
            host.backoffs, host.unreachable_until = 0, None
            return
        now = self._clock.now()
        if host.unreachable_until is None or host.unreachable_until <= now:
            host.unreachable_until = now + min(self._min_backoff * (1 << min(host.backoffs, 8)), self._max_backoff)
            host.backoffs += 1

    def release(self, feed: Feed) -> None:
        """Count a poll as ended, and forget a host without others."""
        name = _host_of(feed.url)
        host = self._hosts[name]
        host.admitted -= 1
        if host.admitted or host.unreachable_until is not None:
            return
        if host.delayed_until is None or host.delayed_until <= self._clock.now():
            del self._hosts[name]


def _is_idle(host: _Host, now: datetime) -> bool:
    ends = [at for at in (host.delayed_until, host.unreachable_until) if at is not None]
    return host.admitted == 0 and all(at + _REMEMBERED_FOR <= now for at in ends)


class _Connection:
    """One poll's connection to a host; a class, as a generator takes three times as long to enter and leave."""

    def __init__(self, host: _Host, clock: Clock) -> None:
        self._host = host
        self._clock = clock
        self._started_at: datetime | None = None

    async def __aenter__(self) -> datetime | None:
        host = self._host
        await host.connections.acquire()
        now = self._clock.now()
        if host.unreachable_until is not None and host.unreachable_until > now:
            return host.unreachable_until
        self._started_at = now
        return None

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        host = self._host
        host.connections.release()
        if self._started_at is not None and kind is None:
            host.duration = (3 * host.duration + max(self._clock.now() - self._started_at, timedelta(0))) / 4


@lru_cache(maxsize=16_384)
def _host_of(url: str) -> str:
    return urlsplit(url).netloc.casefold()
