"""How many polls of one server (guild) are under way at a time, so that its slow blogs leave room for the others'.

In this process only. Each feed counts for one of the servers that get it: the one with the fewest polls under way.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.bridge.ports import Clock
from bot.model.feed import Feed
from bot.model.ids import FeedId, GuildId

#: So many polls at a time every server may have, however busy the others are.
_LEAST = 4
#: What finds no room is tried again after so long, a few feeds at a time.
_AGAIN, _STEP, _A_STEP = timedelta(seconds=5), timedelta(seconds=1), 8
#: A server whose feeds were due within so long is there; no feed of a blog is polled less often than that.
_PRESENT = timedelta(days=1)
_NOBODY = GuildId(0)


class GuildLimiter:
    """Gives each server at most half of the room that the others leave.

    Where only one server is there, it has all the room.

    :param room: polls at a time.
    """

    def __init__(self, clock: Clock, room: int) -> None:
        self._clock = clock
        self._room = room
        self._under_way: Counter[GuildId] = Counter()
        self._payers: dict[FeedId, GuildId] = {}
        self._seen: dict[GuildId, datetime] = {}

    def admit(self, feeds: Sequence[Feed]) -> tuple[list[Feed], list[tuple[FeedId, datetime]]]:
        """Choose which feeds to poll now, and until when to put off the others.

        Whatever is chosen must be given back by :meth:`leave`.
        """
        now = self._clock.now()
        for feed in feeds:
            self._seen.update(dict.fromkeys(feed.guilds or (_NOBODY,), now))
        self._seen = {guild: at for guild, at in self._seen.items() if now - at < _PRESENT}
        chosen: list[Feed] = []
        delayed: list[tuple[FeedId, datetime]] = []
        for feed in feeds:
            payer = min(feed.guilds or (_NOBODY,), key=lambda guild: self._under_way[guild])
            if len(self._seen) > 1 and self._under_way[payer] >= self._share_of(payer):
                delayed.append((feed.id, now + _AGAIN + len(delayed) // _A_STEP * _STEP))
                continue
            self._under_way[payer] += 1
            self._payers[feed.id] = payer
            chosen.append(feed)
        return chosen, delayed

    def leave(self, feed: Feed) -> None:
        """Give a feed back."""
        payer = self._payers.pop(feed.id, None)
        if payer is not None:
            self._under_way[payer] -= 1
            self._under_way += Counter()

    def _share_of(self, guild: GuildId) -> int:
        others = self._under_way.total() - self._under_way[guild]
        return max((self._room - others) // 2, _LEAST)
