"""What is asked of one host at a time, so that a thousand feeds of one host neither flood it nor hold up all others.

In this process only. What a host itself asks for (``Retry-After``) is heeded where it is asked.
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

#: The HTTP client opens no more connections to a host; who waits for one there has its time run out.
_AT_ONCE = 2
#: So many of a host's feeds are in hand, waiting for each other; the rest waits in the table.
_IN_HAND = 8
#: How long a poll takes, as long as nothing is known of a host.
_USUAL = timedelta(seconds=0.5)
#: A clock that goes back by more was wrong.
_SET_BACK = timedelta(minutes=1)
_FIRST_SILENCE, _LONGEST_SILENCE = timedelta(minutes=1), timedelta(minutes=16)

_MANY = 1024
#: A host that was silent is asked again long before that, if any feed of it is left.
_REMEMBERED = timedelta(days=1)


@dataclass(slots=True)
class _Host:
    blog_locks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    in_hand: int = 0
    #: how long a poll took, of late
    takes: timedelta = _USUAL
    #: when everything is done that was put off
    busy_until: datetime | None = None
    #: polls in a row that had no answer
    silences: int = 0
    silent_until: datetime | None = None


class HostLimiter:
    """Takes feeds in hand, host by host."""

    def __init__(self, clock: Clock, pace: PollSchedule) -> None:
        self._clock = clock
        self._first_silence = min(_FIRST_SILENCE, pace.shortest)
        self._longest_silence = min(_LONGEST_SILENCE, pace.longest)
        self._hosts: dict[str, _Host] = {}
        #: so many hosts are looked through for those of which nothing is worth remembering
        self._swept_at = _MANY
        self._seen = clock.now()

    def admit(self, feeds: Sequence[Feed]) -> tuple[list[Feed], list[tuple[FeedId, datetime]]]:
        """Choose which feeds to poll now, and until when to put off the others: one after the other, at its pace.

        Whatever is chosen must be given back by :meth:`leave`.
        """
        now = self._clock.now()
        if len(self._hosts) >= self._swept_at:
            self._sweep(now)
        if now < self._seen - _SET_BACK:
            # What was planned by a clock that was ahead would take as long as it was.
            for host in self._hosts.values():
                host.busy_until = host.silent_until = None
        self._seen = now
        chosen: list[Feed] = []
        delayed: list[tuple[FeedId, datetime]] = []
        for feed in feeds:
            host = self._hosts.setdefault(_name(feed), _Host())
            silent = host.silent_until is not None and host.silent_until > now
            if host.in_hand < _IN_HAND and not silent:
                host.in_hand += 1
                chosen.append(feed)
                continue
            step = host.takes / _AT_ONCE
            earliest = host.silent_until if silent and host.silent_until else now + host.in_hand * step
            host.busy_until = max(host.busy_until or earliest, earliest) + step
            delayed.append((feed.id, host.busy_until))
        return chosen, delayed

    def _sweep(self, now: datetime) -> None:
        """Forget hosts that nobody waits for: a feed that is deleted while its host is silent never comes back."""
        self._hosts = {name: host for name, host in self._hosts.items() if not _is_over(host, now)}
        self._swept_at = max(_MANY, 2 * len(self._hosts))

    def visit(self, feed: Feed) -> "_Visit":
        """Wait until the host of a feed may be asked once more; gives None, or until when it is silent meanwhile."""
        return _Visit(self._hosts[_name(feed)], self._clock)

    def heard(self, feed: Feed, *, answered: bool) -> None:
        """Note whether a host gave any answer. While it gives none its feeds are put off, for longer each time."""
        host = self._hosts[_name(feed)]
        if answered:
            host.silences, host.silent_until = 0, None
            return
        now = self._clock.now()
        if host.silent_until is None or host.silent_until <= now:
            host.silent_until = now + min(self._first_silence * (1 << min(host.silences, 8)), self._longest_silence)
            host.silences += 1

    def leave(self, feed: Feed) -> None:
        """Give a feed back."""
        name = _name(feed)
        host = self._hosts[name]
        host.in_hand -= 1
        if host.in_hand or host.silent_until is not None:
            return
        if host.busy_until is None or host.busy_until <= self._clock.now():
            del self._hosts[name]


def _is_over(host: _Host, now: datetime) -> bool:
    ends = [at for at in (host.busy_until, host.silent_until) if at is not None]
    return host.in_hand == 0 and all(at + _REMEMBERED <= now for at in ends)


class _Visit:
    """One poll's turn at a host; a class, as a generator takes three times as long to begin and end."""

    def __init__(self, host: _Host, clock: Clock) -> None:
        self._host = host
        self._clock = clock
        self._begun: datetime | None = None

    async def __aenter__(self) -> datetime | None:
        host = self._host
        await host.blog_locks.acquire()
        now = self._clock.now()
        if host.silent_until is not None and host.silent_until > now:
            return host.silent_until
        self._begun = now
        return None

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        host = self._host
        host.blog_locks.release()
        if self._begun is not None and kind is None:
            host.takes = (3 * host.takes + max(self._clock.now() - self._begun, timedelta(0))) / 4


def _name(feed: Feed) -> str:
    return _host_of(feed.url)


@lru_cache(maxsize=16_384)
def _host_of(url: str) -> str:
    return urlsplit(url).netloc.casefold()
