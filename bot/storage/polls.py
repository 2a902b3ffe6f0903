"""Feeds as they are polled: claimed when due, settled, put off. When to poll next is decided elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from tortoise.transactions import in_transaction

from bot.model.feed import Fault, Feed, FeedFormat, FeedKind, Polled, Validators
from bot.model.ids import BlogId, EntryId, FeedId
from bot.storage import tables
from bot.storage.statements import fetch, fetch_among, fetch_columns, has_row_locks, update_all
from bot.storage.values import fingerprint, moment, scrub, utc

#: That somebody wants a feed ``f``. A paused subscription wants nothing; a parked one still does, so that nothing is
#: lost while its channel is. ``$3``: now less WATCHED.
WANTED = """(
    EXISTS (SELECT 1 FROM subscriptions s WHERE s.blog_id = f.blog_id AND s.paused_at IS NULL
        AND (f.kind = 'entries' OR s.comments))
    OR (f.kind <> 'entries' AND (
        EXISTS (SELECT 1 FROM alerts a WHERE a.blog_id = f.blog_id AND a.off_reason IS NULL)
        OR EXISTS (SELECT 1 FROM replies r WHERE r.blog_id = f.blog_id
            AND r.state IN ('accepted', 'held', 'uncertain') AND r.created_at > $3))))"""
#: After so long nobody waits any more for what became of a reply.
WATCHED = timedelta(days=30)

#: What nobody wants is taken too, so that it can be put to sleep.
_DUE = """
FROM feeds f WHERE f.next_poll_at <= $1 AND (f.leased_until IS NULL OR f.leased_until <= $1)
ORDER BY f.next_poll_at, f.id LIMIT $2 {skip_locked}
"""
_SUBSCRIBERS = "(SELECT COUNT(*) FROM subscriptions s WHERE s.blog_id = f.blog_id AND s.paused_at IS NULL)"

#: What every poll writes, and PostgreSQL's names of the types.
_TIMES = {
    "id": "bigint",
    "conditional_polls": "int",
    "last_polled_at": "timestamptz",
    "last_ok_at": "timestamptz",
    "not_before": "timestamptz",
    "next_poll_at": "timestamptz",
    "since": "timestamptz",
}
#: What most polls leave as it was, in two: how the feed was asked for, and what was wrong.
_ASKED = {"etag": "text", "last_modified": "text", "whole_at": "timestamptz", "newest_at": "timestamptz"}
_TROUBLE = {
    "failures": "int",
    "last_error": "text",
    "fault": "text",
    "failing_since": "timestamptz",
    "told_at": "timestamptz",
    "stopped_at": "timestamptz",
    "moved_to": "text",
    "moved_seen": "int",
    "moved_since": "timestamptz",
}
_SELDOM = _ASKED | _TROUBLE
_seldom_of = attrgetter("validators", "whole_at", "newest_at", *_TROUBLE)
#: What only a poll with other content than before writes: the memory may be long.
_CONTENT = {"body_hash": "text", "memory": "text", "identity": "text", "usual_gap": "int"}

_FIXED = ("blog_id", "entry_id", "kind", "format", "url", "pushed_until")
_SAVED = (name for name in _TIMES | _SELDOM | _CONTENT if name != "since")
_CLAIMED = (*_FIXED, *_SAVED, f"{WANTED} AS wanted", f"{_SUBSCRIBERS} AS subscribers")
_LEASE = {"id": "bigint", "leased_until": "timestamptz"}

#: Somebody hurried the feed after it was claimed: then that counts, not what the poll had decided.
_NEXT = """next_poll_at = CASE
    WHEN feeds.next_poll_at <= v.since THEN v.next_poll_at
    WHEN v.not_before > feeds.next_poll_at THEN v.not_before
    ELSE feeds.next_poll_at END"""
_NEWEST = (
    "newest_at = CASE WHEN v.newest_at IS NULL OR feeds.newest_at > v.newest_at "
    "THEN feeds.newest_at ELSE v.newest_at END"
)

#: One that is being polled now gets the new moment in any case, so that what the poll decides does not count.
_WARM = """
UPDATE feeds SET newest_at = $1::timestamptz, next_poll_at = CASE
    WHEN next_poll_at < $2 AND leased_until IS NULL THEN next_poll_at
    WHEN not_before > $2 THEN not_before
    ELSE $2::timestamptz END
WHERE blog_id = $3 AND failures = 0 AND stopped_at IS NULL
    AND (kind = 'comments' OR (kind = 'entry_comments' AND entry_id = $4::bigint))
"""

_COUNT = "SELECT entry_id, COUNT(*) AS kept FROM comments WHERE entry_id IN ({among}) GROUP BY entry_id"

_ROUSE = """
UPDATE feeds SET newest_at = $1::timestamptz, next_poll_at = CASE
    WHEN not_before > $1 THEN not_before
    WHEN leased_until IS NULL THEN $1::timestamptz
    ELSE $2::timestamptz END
WHERE blog_id = $3 AND failures = 0 AND stopped_at IS NULL
    AND (kind = 'comments' OR (kind = 'entry_comments' AND entry_id IN ({among})))
"""

#: One that is being polled now is polled again, as it may have been asked too early.
_HASTEN = """
UPDATE feeds SET next_poll_at = CASE WHEN not_before > $1 THEN not_before ELSE $1::timestamptz END
WHERE id = $2 AND failures = 0 AND stopped_at IS NULL AND (next_poll_at > $1 OR leased_until IS NOT NULL)
"""

#: A blog is known by its feed of entries.
_MOVE = """
UPDATE feeds SET url = $1, url_hash = $2
WHERE id = $3 AND NOT EXISTS (SELECT 1 FROM feeds o WHERE o.blog_id = feeds.blog_id AND o.url_hash = $2)
    AND (kind <> 'entries' OR NOT EXISTS (SELECT 1 FROM blogs b WHERE b.feed_hash = $2))
RETURNING blog_id, kind
"""

#: Whatever makes somebody want a feed again reads it at once or hurries it; this is for what nobody thought of.
_ASLEEP = timedelta(hours=1)
#: One that was woken after it was claimed stays awake.
_SLEEP = """
UPDATE feeds SET leased_until = NULL,
    next_poll_at = CASE WHEN next_poll_at <= $1 THEN $2::timestamptz ELSE next_poll_at END
WHERE id IN ({among})
"""
#: As :class:`enum.Enum` finds them, in a third of the time.
_KINDS, _FORMATS = {kind.value: kind for kind in FeedKind}, {each.value: each for each in FeedFormat}
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class PollRows:
    """Feeds as the poller takes and returns them."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def _claiming(self) -> AsyncIterator[None]:
        """Let nobody else select what is selected inside; SQLite's file is this process's alone."""
        async with in_transaction() if has_row_locks() else self._turn:
            yield

    async def claim_due(self, now: datetime, *, lease_until: datetime, limit: int) -> list[Feed]:
        """Take feeds that are due and that somebody wants; fewer than the limit: there are no more.

        Entries are wanted by a subscription; comments by one that carries them, by an alert, or by a reply whose
        fate they may tell.
        """
        claimed: list[Feed] = []
        while len(claimed) < limit:
            room = limit - len(claimed)
            async with self._claiming():
                rows = await fetch_columns(_CLAIMED, _DUE, now, room, now - WATCHED)
                leases: list[dict[str, object]] = [{"id": row["id"], "leased_until": lease_until} for row in rows]
                await update_all("feeds", leases, types=_LEASE, assign="leased_until = v.leased_until")
            claimed += [feed_from(row) for row in rows if row["wanted"]]
            # A look for due feeds must never wade through what nobody wants.
            unwanted = [row["id"] for row in rows if not row["wanted"]]
            await fetch_among(_SLEEP, now, now + _ASLEEP, among=unwanted)
            if len(rows) < room:
                break
        return sorted(claimed, key=lambda feed: (feed.next_poll_at, feed.id))

    async def settle(self, feed: Feed, *, since: datetime | None = None) -> None:
        """Save everything about a feed and give it back.

        :param since: whoever hurried it after that is heeded; None: nobody is.
        """
        since = since or _NEVER
        columns = _TIMES | _SELDOM | _CONTENT
        row = _times(feed, since) | _seldom(feed) | _content(feed)
        await update_all("feeds", [row], types=columns, assign=_assign(columns))

    async def settle_all(self, polled: Sequence[Polled]) -> None:
        """Save how many feeds fare that brought nothing, in a statement or two, and give them back."""
        calm = [each for each in polled if _seldom_of(each.claimed) == _seldom_of(each.feed)]
        rows = [_times(each.feed, each.since) for each in calm]
        await update_all("feeds", rows, types=_TIMES, assign=_assign(_TIMES))
        if len(calm) < len(polled):
            others = [each for each in polled if _seldom_of(each.claimed) != _seldom_of(each.feed)]
            rows = [_times(each.feed, each.since) | _seldom(each.feed) for each in others]
            await update_all("feeds", rows, types=_TIMES | _SELDOM, assign=_assign(_TIMES | _SELDOM))

    async def put_off(self, later: Sequence[tuple[FeedId, datetime]]) -> None:
        """Give feeds back unpolled until these moments."""
        rows: list[dict[str, object]] = [{"id": feed_id, "next_poll_at": at} for feed_id, at in later]
        types = {"id": "bigint", "next_poll_at": "timestamptz"}
        await update_all("feeds", rows, types=types, assign="next_poll_at = v.next_poll_at, leased_until = NULL")

    async def warm(self, blog_id: BlogId, entry_id: EntryId | None, *, now: datetime, due_at: datetime) -> None:
        """Count a blog's comments as lively from now, and an entry's own feed; they are due by then if they may be.

        Feeds that fail keep their distance.
        """
        await fetch(_WARM, now, due_at, blog_id, entry_id)

    async def note_counts(self, counts: Mapping[EntryId, int]) -> list[EntryId]:
        """Keep how many comments entries are said to have; returns those of which another number was known."""
        rows = await fetch_among("SELECT id, comment_count FROM entries WHERE id IN ({among})", among=list(counts))
        known = {EntryId(row["id"]): row["comment_count"] for row in rows}
        other: list[dict[str, object]] = [
            {"id": entry_id, "count": count} for entry_id, count in counts.items() if known.get(entry_id) != count
        ]
        types = {"id": "bigint", "count": "int"}
        await update_all("entries", other, types=types, assign="comment_count = v.count")
        return [entry_id for entry_id, count in counts.items() if known.get(entry_id) not in {None, count}]

    async def count_comments(self, entry_ids: Sequence[EntryId]) -> dict[EntryId, int]:
        """How many comments on entries are kept; one without any is left out."""
        counted = await fetch_among(_COUNT, among=entry_ids)
        return {EntryId(row["entry_id"]): row["kept"] for row in counted}

    async def rouse(self, blog_id: BlogId, entry_ids: Sequence[EntryId], *, now: datetime, again_at: datetime) -> None:
        """Have a blog's comments polled at once, as far as they may be, and those on these entries.

        :param again_at: for those that are being polled already.
        """
        await fetch_among(_ROUSE, now, again_at, blog_id, among=entry_ids)

    async def hasten(self, feed_id: FeedId, at: datetime) -> None:
        """Let a feed that is well be polled no later than this, or as soon after it as it may be."""
        await fetch(_HASTEN, at, feed_id)

    async def postpone(
        self,
        feed_id: FeedId,
        at: datetime,
        *,
        newest_at: datetime | None,
        conditional_polls: int,
        whole_at: datetime | None,
    ) -> None:
        """Let a feed that is well be polled not before this, as what was new has come by another way."""
        await tables.Feed.filter(id=feed_id, failures=0).update(
            next_poll_at=utc(at),
            newest_at=utc(newest_at),
            conditional_polls=conditional_polls,
            whole_at=utc(whole_at),
        )

    async def move(self, feed_id: FeedId, url: str) -> bool:
        """Give a feed another address; False where that is another feed's of the blog, or another blog's."""
        moved = await fetch(_MOVE, scrub(url), fingerprint(url), feed_id)
        for row in moved:
            if row["kind"] == FeedKind.ENTRIES:
                await tables.Blog.filter(id=row["blog_id"]).update(feed_hash=fingerprint(url))
        return bool(moved)

    async def forget(self, feed_id: FeedId) -> None:
        """Delete a feed; what it brought stays."""
        await tables.Feed.filter(id=feed_id).delete()

    async def free_leases(self) -> None:
        """Give back what a process that is no more had claimed."""
        await tables.Feed.filter(leased_until__isnull=False).update(leased_until=None)


def _assign(columns: dict[str, str]) -> str:
    plain = [f"{name} = v.{name}" for name in columns if name not in {"id", "since", "next_poll_at", "newest_at"}]
    newest = [_NEWEST] if "newest_at" in columns else []
    return ", ".join([*plain, _NEXT, *newest, "leased_until = NULL"])


def _times(feed: Feed, since: datetime) -> dict[str, object]:
    return {
        "id": feed.id,
        "conditional_polls": feed.conditional_polls,
        "last_polled_at": feed.last_polled_at,
        "last_ok_at": feed.last_ok_at,
        "not_before": feed.not_before,
        "next_poll_at": feed.next_poll_at,
        "since": since,
    }


def _seldom(feed: Feed) -> dict[str, object]:
    return {
        "etag": scrub(feed.validators.etag),
        "last_modified": scrub(feed.validators.last_modified),
        "whole_at": feed.whole_at,
        "newest_at": feed.newest_at,
        "failures": feed.failures,
        "last_error": scrub(feed.last_error),
        "fault": feed.fault,
        "failing_since": feed.failing_since,
        "told_at": feed.told_at,
        "stopped_at": feed.stopped_at,
        "moved_to": scrub(feed.moved_to),
        "moved_seen": feed.moved_seen,
        "moved_since": feed.moved_since,
    }


def _content(feed: Feed) -> dict[str, object]:
    return {
        "body_hash": feed.body_hash,
        "memory": scrub(feed.memory),
        "identity": feed.identity,
        "usual_gap": None if feed.usual_gap is None else int(feed.usual_gap.total_seconds()),
    }


def feed_from(row: Mapping[str, Any]) -> Feed:
    """Read a row as it comes from the database: thousands are read a minute, so no model is made of it on the way."""
    return Feed(
        id=FeedId(row["id"]),
        blog_id=BlogId(row["blog_id"]),
        entry_id=None if row["entry_id"] is None else EntryId(row["entry_id"]),
        kind=_KINDS[row["kind"]],
        format=_FORMATS[row["format"]],
        url=row["url"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        body_hash=row["body_hash"],
        conditional_polls=row["conditional_polls"],
        failures=row["failures"],
        last_error=row["last_error"],
        last_polled_at=moment(row["last_polled_at"]),
        last_ok_at=moment(row["last_ok_at"]),
        next_poll_at=moment(row["next_poll_at"]),
        newest_at=moment(row["newest_at"]),
        memory=row["memory"],
        identity=row["identity"],
        fault=None if row["fault"] is None else Fault(row["fault"]),
        failing_since=moment(row["failing_since"]),
        stopped_at=moment(row["stopped_at"]),
        told_at=moment(row["told_at"]),
        moved_to=row["moved_to"],
        moved_seen=row["moved_seen"] or 0,
        moved_since=moment(row["moved_since"]),
        whole_at=moment(row["whole_at"]),
        not_before=moment(row["not_before"]),
        usual_gap=None if row["usual_gap"] is None else timedelta(seconds=row["usual_gap"]),
        subscribers=row.get("subscribers", 0),
        pushed_until=moment(row["pushed_until"]),
    )
