"""Limit how many polls of one server (guild) run at a time, so that its slow blogs do not hold up others'.

Within this process only. A feed that several servers get counts for the one with the fewest polls running.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.bridge.ports import Clock
from bot.model.feed import Feed
from bot.model.ids import FeedId, GuildId

#: Polls that every server may run at a time, however busy the others are.
_MIN_POLLS = 4
#: Feeds beyond the limit are due again after this delay, and so many of them each second.
_DELAY, _FEEDS_A_SECOND = timedelta(seconds=5), 8
#: A server counts as active for so long after a feed of it was due; every blog has a feed that is polled more often.
_ACTIVE_FOR = timedelta(days=1)
_NO_GUILD = GuildId(0)


class GuildLimiter:
    """Gives each server at most half of the capacity that the others leave; a single active server has all of it.

    :param capacity: polls at a time.
    """

    def __init__(self, clock: Clock, capacity: int) -> None:
        self._clock = clock
        self._capacity = capacity
        self._running: Counter[GuildId] = Counter()
        self._charged: dict[FeedId, GuildId] = {}
        self._active_at: dict[GuildId, datetime] = {}

    def admit(self, feeds: Sequence[Feed]) -> tuple[list[Feed], list[tuple[FeedId, datetime]]]:
        """Choose which feeds to poll now, and until when to delay the others.

        Call :meth:`release` for each chosen feed when its poll ends.
        """
        now = self._clock.now()
        for feed in feeds:
            self._active_at.update(dict.fromkeys(feed.guilds or (_NO_GUILD,), now))
        self._active_at = {guild: at for guild, at in self._active_at.items() if now - at < _ACTIVE_FOR}
        chosen: list[Feed] = []
        delayed: list[tuple[FeedId, datetime]] = []
        for feed in feeds:
            charged = min(feed.guilds or (_NO_GUILD,), key=lambda guild: self._running[guild])
            if len(self._active_at) > 1 and self._running[charged] >= self._limit_of(charged):
                delayed.append((feed.id, now + _DELAY + timedelta(seconds=len(delayed) // _FEEDS_A_SECOND)))
                continue
            self._running[charged] += 1
            self._charged[feed.id] = charged
            chosen.append(feed)
        return chosen, delayed

    def release(self, feed: Feed) -> None:
        """Count a poll as ended."""
        charged = self._charged.pop(feed.id, None)
        if charged is not None:
            self._running[charged] -= 1
            self._running += Counter()

    def _limit_of(self, guild: GuildId) -> int:
        others = self._running.total() - self._running[guild]
        return max((self._capacity - others) // 2, _MIN_POLLS)
