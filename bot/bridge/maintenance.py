"""Housekeeping: what is kept for how long, and its deletion, some rows at a time. Never touches what waits.

``docs/privacy.md`` tells the same in a table.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.bridge.admin.guilds import GuildLifecycle
from bot.bridge.clock_repair import ClockRepair
from bot.bridge.ports import Clock
from bot.model.ids import BlogId
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_DRAFTS_FOR = timedelta(hours=1)
_PROPOSALS_FOR = timedelta(days=1)
#: Longer than the longest list takes.
_IMPORTS_FOR = timedelta(days=30)
#: Longer than any feed shows an item whose link could have been lost.
_DONE_FOR = timedelta(days=14)
_DEAD_FOR = timedelta(days=90)
#: Bound for a channel that is lost.
_POSTS_FOR = timedelta(days=30)
_TOO_LATE = "The channel could not be written to for 30 days, so what waited for it is not posted any more."
#: Of older entries nobody asks why they were posted.
_REASONS_FOR = timedelta(days=90)
_NOTICES_FOR = timedelta(days=90)
#: Without any subscription.
_BLOGS_FOR = timedelta(days=30)
#: Out of the feed's sight, and without a comment.
_ENTRIES_FOR = timedelta(days=365)
#: That were not published.
_REPLIES_FOR = timedelta(days=365)
#: A text by which a comment may still be recognised is kept so long at least.
_UNSETTLED_FOR = timedelta(days=31)
#: How long the text of a reply is kept where nothing else is set.
TEXTS_FOR = timedelta(days=30)

#: Who was off for longer cannot tell that from a clock that is ahead.
_OFF_FOR = timedelta(days=2)
#: A clock that is believed again has held for so long.
_HOLDS_FOR = timedelta(days=1)
#: Rows a statement, statements a tick, and blogs a tick.
_ROWS, _STATEMENTS, _BLOGS = 500, 20, 200


class Maintenance:
    """Deletes what nobody needs any more.

    :param texts_for: how long the text of a reply is kept.
    """

    def __init__(
        self,
        store: Store,
        presence: GuildLifecycle,
        repair: ClockRepair,
        clock: Clock,
        *,
        texts_for: timedelta = TEXTS_FOR,
    ) -> None:
        self._store = store
        self._presence = presence
        self._repair = repair
        self._clock = clock
        self._texts_for = texts_for
        #: nothing is deleted before this: the clock jumped ahead, and what is old is judged by it
        self._doubted_until: datetime | None = None
        #: entries of the blogs up to this one have been looked at in this round
        self._blog_id = BlogId(0)

    async def tick(self) -> None:
        """Clean up once; what is too much for once is left to the next time."""
        # First: what is old is judged by the clock.
        await self._repair.pull_in()
        now, old = self._clock.now(), self._store.retention
        if self._doubts(now):
            return
        drafts = await self._store.replies.drop_drafts(now - _DRAFTS_FOR)
        await self._store.subscriptions.drop_proposals(now - _PROPOSALS_FOR)
        await self._store.imports.prune(unbegun=now - _PROPOSALS_FOR, begun=now - _IMPORTS_FOR)
        await self._store.connections.drop_requests(now)
        await self._presence.end_left()
        unsettled = now - max(self._texts_for, _UNSETTLED_FOR)
        texts = await _repeat(lambda: old.erase_texts(now - self._texts_for, _ROWS, unsettled=unsettled))
        await _repeat(lambda: old.drop_replies(now - _REPLIES_FOR, _ROWS))
        await _repeat(lambda: old.drop_decisions(now - _REASONS_FOR, _ROWS))
        await _repeat(lambda: old.drop_notices(now - _NOTICES_FOR, _ROWS))
        await self._store.comment_batches.prune(now - _DONE_FOR)
        done = await _repeat(lambda: old.drop_done(now - _DONE_FOR, _ROWS))
        await _repeat(lambda: old.give_up_posts(now - _POSTS_FOR, _ROWS, reason=_TOO_LATE, at=now))
        await _repeat(lambda: old.drop_dead(now - _DEAD_FOR, _ROWS))
        await _repeat(lambda: old.drop_blogs(now - _BLOGS_FOR, _ROWS))
        entries = await self._drop_entries()
        if drafts or done or texts or entries:
            _log.info(
                "Cleaned up.",
                extra={
                    "action": "maintenance_done",
                    "drafts": drafts,
                    "deliveries": done,
                    "texts": texts,
                    "entries": entries,
                },
            )

    async def check_clock(self) -> None:
        """Look, at a start, whether the clock may be ahead: then nothing is deleted until it has held for a day."""
        newest = await self._store.polls.newest_poll()
        if newest is not None and self._clock.now() - newest > _OFF_FOR:
            self.doubt_clock()

    def doubt_clock(self) -> None:
        """Delete nothing for a day: the clock went ahead, or nobody can tell whether it did."""
        self._doubted_until = self._clock.now() + _HOLDS_FOR
        _log.warning("The clock may be ahead, so nothing is deleted for a day.", extra={"action": "clock_ahead"})

    def _doubts(self, now: datetime) -> bool:
        until = self._doubted_until
        # A clock that was put right since then is a day and more before that moment.
        if until is not None and not timedelta(0) < until - now <= _HOLDS_FOR:
            self._doubted_until = None
        return self._doubted_until is not None

    async def recover(self) -> None:
        """Take over from a process that is no more; only where it is certain that it is."""
        await self._store.polls.free_leases()
        await self._store.outbox.free_leases()

    async def pull_in_times(self) -> int:
        """Let nothing wait for a time that was written while the clock was ahead; returns how much did."""
        return await self._repair.pull_in()

    async def _drop_entries(self) -> int:
        """Look at the next blogs, and begin again after the last."""
        blogs = await self._store.retention.blogs_after(self._blog_id, _BLOGS)
        self._blog_id = blogs[-1] if len(blogs) == _BLOGS else BlogId(0)
        before = self._clock.now() - _ENTRIES_FOR
        return sum([await self._store.retention.drop_entries(blog_id, before, _ROWS) for blog_id in blogs])


async def _repeat(drop: Callable[[], Awaitable[int]]) -> int:
    """Delete until there is no more, or it is enough for now; returns how many rows."""
    total = 0
    for _ in range(_STATEMENTS):
        dropped = await drop()
        total += dropped
        if dropped < _ROWS:
            break
    return total
