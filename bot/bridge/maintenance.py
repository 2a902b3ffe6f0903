"""Delete old data in batches. ``docs/privacy.md`` has a table of the same periods."""

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
#: Longer than the longest import takes.
_IMPORTS_FOR = timedelta(days=30)
#: Longer than any feed shows an item whose message could have been lost.
_DONE_FOR = timedelta(days=14)
_DEAD_FOR = timedelta(days=90)
#: Deliveries to a lost channel.
_POSTS_FOR = timedelta(days=30)
_TOO_LATE = "The channel could not be written to for 30 days, so what waited for it is not posted any more."
#: Decisions, which ``/blog why`` shows.
_REASONS_FOR = timedelta(days=90)
_NOTICES_FOR = timedelta(days=90)
#: Blogs without a subscription.
_BLOGS_FOR = timedelta(days=30)
#: Entries that left their feed and have no comments.
_ENTRIES_FOR = timedelta(days=365)
#: Replies that were not published.
_REPLIES_FOR = timedelta(days=365)
#: The least time for texts by which a comment may still be recognised.
_UNSETTLED_FOR = timedelta(days=31)
#: The default time for the texts of replies.
TEXTS_FOR = timedelta(days=30)

#: After so long, time off cannot be told from a clock that is ahead.
_OFF_FOR = timedelta(days=2)
#: How long a clock that may be ahead is not trusted.
_HOLDS_FOR = timedelta(days=1)
#: The limits of rows in a statement, and of statements and blogs in a tick.
_ROWS, _STATEMENTS, _BLOGS = 500, 20, 200


class Maintenance:
    """Deletes data that is not needed any more.

    :param texts_for: how long the texts of replies are kept.
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
        #: nothing is deleted before this, as the clock may be ahead
        self._doubted_until: datetime | None = None
        #: the last blog whose entries were checked in this round
        self._blog_id = BlogId(0)

    async def tick(self) -> None:
        """Delete old data up to the limits of one tick."""
        # This comes first, because the clock decides what is old.
        await self._repair.pull_in()
        now, old = self._clock.now(), self._store.retention
        if self._doubts(now):
            return
        drafts = await self._store.replies.delete_drafts(now - _DRAFTS_FOR)
        await self._store.proposals.delete_before(now - _PROPOSALS_FOR)
        await self._store.imports.delete_old(unbegun=now - _PROPOSALS_FOR, begun=now - _IMPORTS_FOR)
        await self._store.connections.delete_expired_requests(now)
        await self._presence.end_left()
        unsettled = now - max(self._texts_for, _UNSETTLED_FOR)
        texts = await _repeat(lambda: old.erase_texts(now - self._texts_for, _ROWS, unsettled=unsettled))
        await _repeat(lambda: old.delete_replies(now - _REPLIES_FOR, _ROWS))
        await _repeat(lambda: old.delete_decisions(now - _REASONS_FOR, _ROWS))
        await _repeat(lambda: old.delete_notices(now - _NOTICES_FOR, _ROWS))
        await self._store.comment_batches.delete_old(now - _DONE_FOR)
        done = await _repeat(lambda: old.delete_done(now - _DONE_FOR, _ROWS))
        await _repeat(lambda: old.give_up_posts(now - _POSTS_FOR, _ROWS, reason=_TOO_LATE, at=now))
        await _repeat(lambda: old.delete_dead(now - _DEAD_FOR, _ROWS))
        await _repeat(lambda: old.delete_blogs(now - _BLOGS_FOR, _ROWS))
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
        """Check at the start whether the clock may be ahead."""
        newest = await self._store.polls.last_poll_at()
        if newest is not None and self._clock.now() - newest > _OFF_FOR:
            self.doubt_clock()

    def doubt_clock(self) -> None:
        """Delete nothing for a day, as the clock is or may be ahead."""
        self._doubted_until = self._clock.now() + _HOLDS_FOR
        _log.warning("The clock may be ahead, so nothing is deleted for a day.", extra={"action": "clock_ahead"})

    def _doubts(self, now: datetime) -> bool:
        until = self._doubted_until
        # A clock that was put right since then is more than a day before that time.
        if until is not None and not timedelta(0) < until - now <= _HOLDS_FOR:
            self._doubted_until = None
        return self._doubted_until is not None

    async def recover(self) -> None:
        """Release the leases of an earlier process, which must have ended."""
        await self._store.polls.release_leases()
        await self._store.outbox.release_leases()

    async def pull_in_times(self) -> int:
        """Correct the times that were stored while the clock was ahead; return how many."""
        return await self._repair.pull_in()

    async def _drop_entries(self) -> int:
        """Delete old entries of the next blogs, and begin again after the last."""
        blogs = await self._store.retention.blogs_after(self._blog_id, _BLOGS)
        self._blog_id = blogs[-1] if len(blogs) == _BLOGS else BlogId(0)
        before = self._clock.now() - _ENTRIES_FOR
        return sum([await self._store.retention.delete_entries(blog_id, before, _ROWS) for blog_id in blogs])


async def _repeat(drop: Callable[[], Awaitable[int]]) -> int:
    """Delete in batches up to the limit of one tick; return how many rows."""
    total = 0
    for _ in range(_STATEMENTS):
        dropped = await drop()
        total += dropped
        if dropped < _ROWS:
            break
    return total
