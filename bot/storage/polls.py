"""Feeds as they are polled: claimed when due, settled, put off. When to poll next is decided elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from tortoise.transactions import in_transaction

from bot.model.feed import Feed, FeedKind, PollResult
from bot.model.ids import BlogId, EntryId, FeedId
from bot.storage import tables
from bot.storage.feed_columns import (
    COLUMNS,
    CONTENT,
    SELDOM,
    TIMES,
    assign,
    content,
    feed_from,
    seldom,
    seldom_of,
    times,
)
from bot.storage.statements import fetch, fetch_among, fetch_columns, has_row_locks, update_all
from bot.storage.values import fingerprint, scrub, utc

#: That a blog ``b`` may be read with a connection ``c``: it is for the blog's present API and is not refused, and its
#: guild wants comments of that blog itself.
MAY_READ = """(b.api_root = c.api_root AND c.trouble IS NULL AND EXISTS (SELECT 1 FROM subscriptions s
    WHERE s.guild_id = c.guild_id AND s.blog_id = c.blog_id AND s.paused_at IS NULL AND s.left_at IS NULL
        AND (s.comments OR EXISTS (SELECT 1 FROM alerts a
            WHERE a.guild_id = s.guild_id AND a.blog_id = s.blog_id AND a.off_reason IS NULL))))"""
#: That somebody wants a feed ``f``. A paused subscription wants nothing; a parked one still does, so that nothing is
#: lost while its channel is. ``$3``: now less WATCHED.
WANTED = f"""(
    (f.kind <> 'account_comments' OR EXISTS (SELECT 1 FROM connections c JOIN blogs b ON b.id = c.blog_id
        WHERE c.blog_id = f.blog_id AND {MAY_READ}))
    AND (EXISTS (SELECT 1 FROM subscriptions s WHERE s.blog_id = f.blog_id AND s.paused_at IS NULL
        AND (f.kind = 'entries' OR s.comments))
    OR (f.kind <> 'entries' AND (
        EXISTS (SELECT 1 FROM alerts a WHERE a.blog_id = f.blog_id AND a.off_reason IS NULL
            AND NOT EXISTS (SELECT 1 FROM subscriptions l
                WHERE l.blog_id = a.blog_id AND l.guild_id = a.guild_id AND l.left_at IS NOT NULL))
        OR EXISTS (SELECT 1 FROM replies r WHERE r.blog_id = f.blog_id
            AND r.state IN ('accepted', 'held', 'uncertain') AND r.created_at > $3
            AND NOT EXISTS (SELECT 1 FROM subscriptions l
                WHERE l.id = r.subscription_id AND l.left_at IS NOT NULL))))))"""  # noqa: S608
#: After so long nobody waits any more for what became of a reply.
WATCHED = timedelta(days=30)

#: What nobody wants is taken too, so that it can be put to sleep.
_DUE = """
FROM feeds f WHERE f.next_poll_at <= $1 AND (f.leased_until IS NULL OR f.leased_until <= $1)
ORDER BY f.next_poll_at, f.id LIMIT $2 {skip_locked}
"""
_SUBSCRIBERS = "(SELECT COUNT(*) FROM subscriptions s WHERE s.blog_id = f.blog_id AND s.paused_at IS NULL)"

#: A few of those that get a feed tell well enough whose turn it is.
_GUILDS = """(SELECT {join} FROM (SELECT DISTINCT s.guild_id FROM subscriptions s
    WHERE s.blog_id = f.blog_id AND s.paused_at IS NULL LIMIT 8) g)"""
#: Feeds of comments only need it.
_API_ROOT = "CASE WHEN f.kind <> 'entries' THEN (SELECT b.api_root FROM blogs b WHERE b.id = f.blog_id) END"


def _claim_columns(join: str) -> tuple[str, ...]:
    guilds = _GUILDS.format(join=join)
    others = f"{_SUBSCRIBERS} AS subscribers", f"{guilds} AS guilds", f"{_API_ROOT} AS api_root"
    return (*COLUMNS, f"{WANTED} AS wanted", *others)


_CLAIMED_IN_SQLITE = _claim_columns("group_concat(g.guild_id)")
_CLAIMED_IN_POSTGRES = _claim_columns("string_agg(g.guild_id::text, ',')")
_LEASE = {"id": "bigint", "leased_until": "timestamptz"}
_CLAIMED_AT = {"claimed_polled_at": "timestamptz"}
_AS_CLAIMED = """(feeds.last_polled_at = v.claimed_polled_at
    OR (feeds.last_polled_at IS NULL AND v.claimed_polled_at IS NULL))"""

#: One that is being polled now gets the new moment in any case, so that what the poll decides does not count.
_WARM = """
UPDATE feeds SET newest_at = $1::timestamptz, next_poll_at = CASE
    WHEN next_poll_at < $2 AND leased_until IS NULL THEN next_poll_at
    WHEN not_before > $2 THEN not_before
    ELSE $2::timestamptz END
WHERE blog_id = $3 AND failures = 0 AND stopped_at IS NULL
    AND (kind IN ('comments', 'account_comments') OR (kind = 'entry_comments' AND entry_id = $4::bigint))
"""

_COUNT = "SELECT entry_id, COUNT(*) AS kept FROM comments WHERE entry_id IN ({among}) GROUP BY entry_id"

_ROUSE = """
UPDATE feeds SET newest_at = $1::timestamptz, next_poll_at = CASE
    WHEN not_before > $1 THEN not_before
    WHEN leased_until IS NULL THEN $1::timestamptz
    ELSE $2::timestamptz END
WHERE blog_id = $3 AND failures = 0 AND stopped_at IS NULL
    AND (kind IN ('comments', 'account_comments') OR (kind = 'entry_comments' AND entry_id IN ({among})))
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
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class PollRepository:
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
                columns = _CLAIMED_IN_POSTGRES if has_row_locks() else _CLAIMED_IN_SQLITE
                rows = await fetch_columns(columns, _DUE, now, room, now - WATCHED)
                leases: list[dict[str, object]] = [{"id": row["id"], "leased_until": lease_until} for row in rows]
                await update_all("feeds", leases, types=_LEASE, assign="leased_until = v.leased_until")
            claimed += [feed_from(row) for row in rows if row["wanted"]]
            # A look for due feeds must never wade through what nobody wants.
            unwanted = [row["id"] for row in rows if not row["wanted"]]
            await fetch_among(_SLEEP, now, now + _ASLEEP, among=unwanted)
            if len(rows) < room:
                break
        return sorted(claimed, key=lambda feed: (feed.next_poll_at, feed.id))

    async def save_result(self, feed: Feed, *, since: datetime | None = None) -> None:
        """Save everything about a feed and give it back.

        :param since: whoever hurried it after that is heeded; None: nobody is.
        """
        since = since or _NEVER
        columns = TIMES | SELDOM | CONTENT
        row = times(feed, since) | seldom(feed) | content(feed)
        await update_all("feeds", [row], types=columns, assign=assign(columns))

    async def save_results(self, polled: Sequence[PollResult]) -> None:
        """Save how many feeds fare that brought nothing, in a statement or two, and give them back.

        These are written late, so one that was polled by somebody else since it was claimed is left as that poll left
        it: a failure that came first must not undo a reading that came after it.
        """
        calm = [each for each in polled if seldom_of(each.claimed) == seldom_of(each.feed)]
        rows = [times(each.feed, each.since) | _claimed(each) for each in calm]
        await update_all("feeds", rows, types=TIMES | _CLAIMED_AT, assign=assign(TIMES), where=_AS_CLAIMED)
        if len(calm) < len(polled):
            others = [each for each in polled if seldom_of(each.claimed) != seldom_of(each.feed)]
            rows = [times(each.feed, each.since) | seldom(each.feed) | _claimed(each) for each in others]
            columns = TIMES | SELDOM
            await update_all("feeds", rows, types=columns | _CLAIMED_AT, assign=assign(columns), where=_AS_CLAIMED)

    async def release_until(self, later: Sequence[tuple[FeedId, datetime]]) -> None:
        """Give feeds back unpolled until these moments."""
        rows: list[dict[str, object]] = [{"id": feed_id, "next_poll_at": at} for feed_id, at in later]
        types = {"id": "bigint", "next_poll_at": "timestamptz"}
        await update_all("feeds", rows, types=types, assign="next_poll_at = v.next_poll_at, leased_until = NULL")

    async def raise_activity(
        self, blog_id: BlogId, entry_id: EntryId | None, *, now: datetime, due_at: datetime
    ) -> None:
        """Count a blog's comments as lively from now, and an entry's own feed; they are due by then if they may be.

        Feeds that fail keep their distance.
        """
        await fetch(_WARM, now, due_at, blog_id, entry_id)

    async def save_comment_counts(self, counts: Mapping[EntryId, int]) -> list[EntryId]:
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

    async def poll_now(
        self, blog_id: BlogId, entry_ids: Sequence[EntryId], *, now: datetime, again_at: datetime
    ) -> None:
        """Have a blog's comments polled at once, as far as they may be, and those on these entries.

        :param again_at: for those that are being polled already.
        """
        await fetch_among(_ROUSE, now, again_at, blog_id, among=entry_ids)

    async def poll_no_later_than(self, feed_id: FeedId, at: datetime) -> None:
        """Let a feed that is well be polled no later than this, or as soon after it as it may be."""
        await fetch(_HASTEN, at, feed_id)

    async def poll_no_earlier_than(
        self,
        feed_id: FeedId,
        at: datetime,
        *,
        newest_at: datetime | None,
        conditional_polls: int,
        last_full_poll_at: datetime | None,
    ) -> None:
        """Let a feed that is well be polled not before this, as what was new has come by another way."""
        await tables.Feed.filter(id=feed_id, failures=0).update(
            next_poll_at=utc(at),
            newest_at=utc(newest_at),
            conditional_polls=conditional_polls,
            last_full_poll_at=utc(last_full_poll_at),
        )

    async def change_url(self, feed_id: FeedId, url: str, *, same_page: bool) -> bool:
        """Give a feed another address; False where that is another feed's of the blog, or another blog's.

        :param same_page: only the address's spelling changed; else its blog is found by the earlier one as before.
        """
        moved = await fetch(_MOVE, scrub(url), fingerprint(url), feed_id)
        for row in moved:
            if row["kind"] == FeedKind.ENTRIES and same_page:
                await tables.Blog.filter(id=row["blog_id"]).update(feed_hash=fingerprint(url))
        return bool(moved)

    async def delete(self, feed_id: FeedId) -> None:
        """Delete a feed; what it brought stays."""
        await tables.Feed.filter(id=feed_id).delete()

    async def last_poll_at(self) -> datetime | None:
        """When any feed was polled last."""
        row = await tables.Feed.filter(last_polled_at__isnull=False).order_by("-last_polled_at").first()
        return None if row is None else row.last_polled_at

    async def release_leases(self) -> None:
        """Give back what a process that is no more had claimed."""
        await tables.Feed.filter(leased_until__isnull=False).update(leased_until=None)


def _claimed(polled: PollResult) -> dict[str, object]:
    return {"claimed_polled_at": polled.claimed.last_polled_at}
