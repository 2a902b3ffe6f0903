"""Storage of polls: feeds are claimed when due, settled and postponed."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from tortoise.transactions import in_transaction

from bot.model.feed import Feed, FeedKind, PollResult
from bot.model.ids import BlogId, EntryId, FeedId
from bot.storage import tables
from bot.storage.column_values import fingerprint, scrub, utc
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

#: Condition: a connection ``c`` may be used to read a blog ``b``. The connection is for the blog's present API and is
#: not refused, and its guild itself wants comments of the blog.
MAY_READ = """(b.api_root = c.api_root AND c.trouble IS NULL AND EXISTS (SELECT 1 FROM subscriptions s
    WHERE s.guild_id = c.guild_id AND s.blog_id = c.blog_id AND s.paused_at IS NULL AND s.left_at IS NULL
        AND (s.comments OR EXISTS (SELECT 1 FROM alerts a
            WHERE a.guild_id = s.guild_id AND a.blog_id = s.blog_id AND a.off_reason IS NULL))))"""
#: Condition: a feed ``f`` is wanted. A paused subscription wants no feed; a parked one still does, so that no entries
#: are lost while its channel is missing. ``$3``: now less WATCHED.
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
#: The time for which the state of a reply is watched.
WATCHED = timedelta(days=30)

#: Unwanted feeds are claimed too, so that their next poll can be postponed.
_DUE = """
FROM feeds f WHERE f.next_poll_at <= $1 AND (f.leased_until IS NULL OR f.leased_until <= $1)
ORDER BY f.next_poll_at, f.id LIMIT $2 {skip_locked}
"""
_SUBSCRIBERS = "(SELECT COUNT(*) FROM subscriptions s WHERE s.blog_id = f.blog_id AND s.paused_at IS NULL)"

#: A few subscribed guilds per feed are enough to share polls fairly among guilds.
_GUILDS = """(SELECT {join} FROM (SELECT DISTINCT s.guild_id FROM subscriptions s
    WHERE s.blog_id = f.blog_id AND s.paused_at IS NULL LIMIT 8) g)"""
#: Only feeds of comments need it.
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

#: A feed that is being polled gets the new time in any case, so that it replaces the one that the poll chooses.
_RAISE_ACTIVITY = """
UPDATE feeds SET newest_at = $1::timestamptz, next_poll_at = CASE
    WHEN next_poll_at < $2 AND leased_until IS NULL THEN next_poll_at
    WHEN not_before > $2 THEN not_before
    ELSE $2::timestamptz END
WHERE blog_id = $3 AND failures = 0 AND stopped_at IS NULL
    AND (kind IN ('comments', 'account_comments') OR (kind = 'entry_comments' AND entry_id = $4::bigint))
"""

_COUNT_COMMENTS = "SELECT entry_id, COUNT(*) AS kept FROM comments WHERE entry_id IN ({among}) GROUP BY entry_id"

_POLL_NOW = """
UPDATE feeds SET newest_at = $1::timestamptz, next_poll_at = CASE
    WHEN not_before > $1 THEN not_before
    WHEN leased_until IS NULL THEN $1::timestamptz
    ELSE $2::timestamptz END
WHERE blog_id = $3 AND failures = 0 AND stopped_at IS NULL
    AND (kind IN ('comments', 'account_comments') OR (kind = 'entry_comments' AND entry_id IN ({among})))
"""

#: A feed that is being polled is polled again, as this poll may be too early.
_POLL_NO_LATER_THAN = """
UPDATE feeds SET next_poll_at = CASE WHEN not_before > $1 THEN not_before ELSE $1::timestamptz END
WHERE id = $2 AND failures = 0 AND stopped_at IS NULL AND (next_poll_at > $1 OR leased_until IS NOT NULL)
"""

#: A blog is identified by its feed of entries.
_CHANGE_URL = """
UPDATE feeds SET url = $1, url_hash = $2
WHERE id = $3 AND NOT EXISTS (SELECT 1 FROM feeds o WHERE o.blog_id = feeds.blog_id AND o.url_hash = $2)
    AND (kind <> 'entries' OR NOT EXISTS (SELECT 1 FROM blogs b WHERE b.feed_hash = $2))
RETURNING blog_id, kind
"""

#: Acts that make a feed wanted again also make it due; this limit is for any act that does not.
_UNWANTED_FOR = timedelta(hours=1)
#: A feed that was made due after it was claimed stays due.
_SUSPEND_UNWANTED = """
UPDATE feeds SET leased_until = NULL,
    next_poll_at = CASE WHEN next_poll_at <= $1 THEN $2::timestamptz ELSE next_poll_at END
WHERE id IN ({among})
"""
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class PollRepository:
    """The feeds as the poller claims and releases them."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def _claiming(self) -> AsyncIterator[None]:
        """Block other processes' selections in the block; only one process uses an SQLite file."""
        async with in_transaction() if has_row_locks() else self._turn:
            yield

    async def claim_due(self, now: datetime, *, lease_until: datetime, limit: int) -> list[Feed]:
        """Claim feeds that are due and wanted; fewer than the limit mean that there are no more.

        A subscription wants entries. A subscription with comments, an alert or an unsettled reply wants comments.
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
            # Later look-ups of due feeds must not read the unwanted ones again.
            unwanted = [row["id"] for row in rows if not row["wanted"]]
            await fetch_among(_SUSPEND_UNWANTED, now, now + _UNWANTED_FOR, among=unwanted)
            if len(rows) < room:
                break
        return sorted(claimed, key=lambda feed: (feed.next_poll_at, feed.id))

    async def save_result(self, feed: Feed, *, since: datetime | None = None) -> None:
        """Save all columns of a feed and release it.

        :param since: a next poll that was set after this stays; None: it does not.
        """
        since = since or _NEVER
        columns = TIMES | SELDOM | CONTENT
        row = times(feed, since) | seldom(feed) | content(feed)
        await update_all("feeds", [row], types=columns, assign=assign(columns))

    async def save_results(self, polled: Sequence[PollResult]) -> None:
        """Save the outcomes of many feeds without news, in a statement or two, and release them.

        They are written late, so a feed that another process polled after the claim is left as that poll left it: an
        earlier failure must not undo a later reading.
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
        """Release feeds unpolled until these times."""
        rows: list[dict[str, object]] = [{"id": feed_id, "next_poll_at": at} for feed_id, at in later]
        types = {"id": "bigint", "next_poll_at": "timestamptz"}
        await update_all("feeds", rows, types=types, assign="next_poll_at = v.next_poll_at, leased_until = NULL")

    async def raise_activity(
        self, blog_id: BlogId, entry_id: EntryId | None, *, now: datetime, due_at: datetime
    ) -> None:
        """Mark a blog's feeds of comments, and an entry's own, as active from now, and make them due by a time.

        Failing feeds keep their intervals.
        """
        await fetch(_RAISE_ACTIVITY, now, due_at, blog_id, entry_id)

    async def save_comment_counts(self, counts: Mapping[EntryId, int]) -> list[EntryId]:
        """Save the comment counts that a feed states for entries; return the entries whose count changed."""
        rows = await fetch_among("SELECT id, comment_count FROM entries WHERE id IN ({among})", among=list(counts))
        known = {EntryId(row["id"]): row["comment_count"] for row in rows}
        other: list[dict[str, object]] = [
            {"id": entry_id, "count": count} for entry_id, count in counts.items() if known.get(entry_id) != count
        ]
        types = {"id": "bigint", "count": "int"}
        await update_all("entries", other, types=types, assign="comment_count = v.count")
        return [entry_id for entry_id, count in counts.items() if known.get(entry_id) not in {None, count}]

    async def count_comments(self, entry_ids: Sequence[EntryId]) -> dict[EntryId, int]:
        """Count the stored comments of entries; leave out entries without any."""
        counted = await fetch_among(_COUNT_COMMENTS, among=entry_ids)
        return {EntryId(row["entry_id"]): row["kept"] for row in counted}

    async def poll_now(
        self, blog_id: BlogId, entry_ids: Sequence[EntryId], *, now: datetime, again_at: datetime
    ) -> None:
        """Make a blog's feeds of comments due, and those of these entries, as soon as each may be polled.

        :param again_at: the next poll of feeds that are being polled already.
        """
        await fetch_among(_POLL_NOW, now, again_at, blog_id, among=entry_ids)

    async def poll_no_later_than(self, feed_id: FeedId, at: datetime) -> None:
        """Poll a working feed no later than this, or as soon after it as it may be polled."""
        await fetch(_POLL_NO_LATER_THAN, at, feed_id)

    async def poll_no_earlier_than(
        self,
        feed_id: FeedId,
        at: datetime,
        *,
        newest_at: datetime | None,
        conditional_polls: int,
        last_full_poll_at: datetime | None,
    ) -> None:
        """Poll a working feed not before this, as its new items came another way."""
        await tables.Feed.filter(id=feed_id, failures=0).update(
            next_poll_at=utc(at),
            newest_at=utc(newest_at),
            conditional_polls=conditional_polls,
            last_full_poll_at=utc(last_full_poll_at),
        )

    async def change_url(self, feed_id: FeedId, url: str, *, same_page: bool) -> bool:
        """Change a feed's address; False if another feed of the blog, or another blog, has it.

        :param same_page: only the spelling changed; else the blog is still found by the earlier address.
        """
        moved = await fetch(_CHANGE_URL, scrub(url), fingerprint(url), feed_id)
        for row in moved:
            if row["kind"] == FeedKind.ENTRIES and same_page:
                await tables.Blog.filter(id=row["blog_id"]).update(feed_hash=fingerprint(url))
        return bool(moved)

    async def delete(self, feed_id: FeedId) -> None:
        """Delete a feed; its items stay."""
        await tables.Feed.filter(id=feed_id).delete()

    async def last_poll_at(self) -> datetime | None:
        """Return the time of the latest poll of any feed."""
        row = await tables.Feed.filter(last_polled_at__isnull=False).order_by("-last_polled_at").first()
        return None if row is None else row.last_polled_at

    async def release_leases(self) -> None:
        """Release the feeds that an ended process had claimed."""
        await tables.Feed.filter(leased_until__isnull=False).update(leased_until=None)


def _claimed(polled: PollResult) -> dict[str, object]:
    return {"claimed_polled_at": polled.claimed.last_polled_at}
