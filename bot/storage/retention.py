"""Deletion by age, some rows at a time, so that other statements do not wait long."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.model.ids import BlogId, CommentId, EntryId
from bot.storage.column_values import moment
from bot.storage.statements import fetch, fetch_among

#: An item that was last noted this much earlier than others is no longer in its feed. The items of a feed are noted at
#: least every 30 days in which the feed brings something (``rules/window``).
_OUT_OF_VIEW = timedelta(days=60)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_UNWANTED = """
NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.blog_id = b.id)
AND (b.last_requested_at IS NULL OR b.last_requested_at < $1)
AND NOT EXISTS (SELECT 1 FROM feeds f WHERE f.blog_id = b.id AND f.last_polled_at >= $1)
"""
_OLD_ENTRIES = """
DELETE FROM entries WHERE id IN (
    SELECT e.id FROM entries e
    WHERE e.blog_id = $1 AND e.first_seen_at < $2 AND COALESCE(e.seen_at, e.first_seen_at) < $3
        AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.entry_id = e.id
            AND (c.first_seen_at >= $2 OR COALESCE(c.seen_at, c.first_seen_at) >= $4))
        AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.entry_id = e.id
            AND (r.created_at >= $2 OR r.state IN ('draft', 'accepted')))
    ORDER BY e.id LIMIT $5)
RETURNING id
"""
_SEEN = """
SELECT (SELECT MAX(seen_at) FROM entries WHERE blog_id = $1) AS entries,
    (SELECT MAX(seen_at) FROM comments WHERE blog_id = $1) AS comments,
    EXISTS (SELECT 1 FROM feeds WHERE blog_id = $1 AND kind = 'comments') AS has_comments
"""
_UNPUBLISHED = """
DELETE FROM replies WHERE id IN (
    SELECT id FROM replies WHERE state IN ('held', 'refused', 'uncertain') AND created_at < $1 LIMIT $2)
RETURNING id
"""
#: A waiting reply is left alone; an unsettled one keeps its text longer, as its comment is recognised by that.
_TEXTS = """
UPDATE replies SET content = '', html = '' WHERE id IN (
    SELECT id FROM replies
    WHERE (content <> '' OR html <> '')
        AND ((state IN ('published', 'refused') AND COALESCE(published_at, created_at) < $1)
        OR (state IN ('held', 'uncertain') AND created_at < $2))
    ORDER BY id LIMIT $3)
RETURNING id
"""
#: Posts that wait for a channel; if the channel is lost, hundreds may never have been tried.
_STALE = """
UPDATE deliveries SET state = 'dead', error = $2, settled_at = $3, leased_until = NULL WHERE id IN (
    SELECT id FROM deliveries
    WHERE state = 'waiting' AND COALESCE(first_due_at, retry_since) < $1
        AND kind IN ('announce_entry', 'announce_comment', 'summarise_entries', 'summarise_comments')
        AND (leased_until IS NULL OR leased_until < $3)
    ORDER BY id LIMIT $4)
RETURNING id
"""


class RetentionRepository:
    """Deletes old rows; each method returns how many it deleted, the limit at most."""

    async def mark_entries_seen(self, ids: Sequence[EntryId], now: datetime) -> None:
        """Save that a feed shows these entries."""
        await fetch_among("UPDATE entries SET seen_at = $1 WHERE id IN ({among})", now, among=ids)

    async def mark_comments_seen(self, ids: Sequence[CommentId], now: datetime) -> None:
        """Save that a feed shows these comments."""
        await fetch_among("UPDATE comments SET seen_at = $1 WHERE id IN ({among})", now, among=ids)

    async def blogs_after(self, blog_id: BlogId, limit: int) -> list[BlogId]:
        """Return the next blogs by id, so that each has its turn."""
        rows = await fetch("SELECT id FROM blogs WHERE id > $1 ORDER BY id LIMIT $2", blog_id, limit)
        return [BlogId(row["id"]) for row in rows]

    async def delete_entries(self, blog_id: BlogId, before: datetime, limit: int) -> int:
        """Delete a blog's entries without a sight in the feed and without comments since then.

        The names, comments, decisions and posted messages of an entry go with it. Entries that the feed shows stay.
        """
        if not await fetch("SELECT 1 FROM entries WHERE blog_id = $1 AND first_seen_at < $2 LIMIT 1", blog_id, before):
            return 0
        (row,) = await fetch(_SEEN, blog_id)
        entries, comments = moment(row["entries"]), moment(row["comments"])
        if entries is None:
            return 0
        in_view = min(before, entries - _OUT_OF_VIEW)
        talked = before
        if comments is not None:
            talked = min(before, comments - _OUT_OF_VIEW)
        elif row["has_comments"]:
            # The comments that the feed shows are unknown.
            talked = _EPOCH
        return len(await fetch(_OLD_ENTRIES, blog_id, before, in_view, talked, limit))

    async def delete_blogs(self, before: datetime, limit: int) -> int:
        """Delete blogs without subscriptions since then: first their entries, then the blogs themselves."""
        sql = f"DELETE FROM entries WHERE id IN (SELECT e.id FROM entries e JOIN blogs b ON b.id = e.blog_id WHERE {_UNWANTED} LIMIT $2) RETURNING id"  # noqa: E501, S608
        dropped = len(await fetch(sql, before, limit))
        if dropped < limit:
            sql = f"DELETE FROM blogs WHERE id IN (SELECT b.id FROM blogs b WHERE {_UNWANTED} LIMIT $2) RETURNING id"  # noqa: S608
            dropped += len(await fetch(sql, before, limit - dropped))
        return dropped

    async def erase_texts(self, before: datetime, limit: int, *, unsettled: datetime) -> int:
        """Erase the texts of replies published (else written) before then; their ids and addresses stay.

        :param unsettled: the time for replies that may still be published.
        """
        return len(await fetch(_TEXTS, before, unsettled, limit))

    async def delete_replies(self, before: datetime, limit: int) -> int:
        """Delete replies that were not published, written before then, and their claims to messages."""
        dropped = await fetch(_UNPUBLISHED, before, limit)
        claims = "DELETE FROM message_claims WHERE reply_id IN ({among})"
        await fetch_among(claims, among=[row["id"] for row in dropped])
        return len(dropped)

    async def give_up_posts(self, before: datetime, limit: int, *, reason: str, at: datetime) -> int:
        """Give up posts that have waited for their channel since before then."""
        return len(await fetch(_STALE, before, reason, at, limit))

    async def delete_done(self, before: datetime, limit: int) -> int:
        """Delete deliveries done before then."""
        return await _drop("deliveries", "state = 'done' AND settled_at < $1", before, limit)

    async def delete_dead(self, before: datetime, limit: int) -> int:
        """Delete deliveries given up before then."""
        return await _drop("deliveries", "state = 'dead' AND settled_at < $1", before, limit)

    async def delete_decisions(self, before: datetime, limit: int) -> int:
        """Delete decisions made before then."""
        return await _drop("decisions", "at < $1", before, limit)

    async def delete_notices(self, before: datetime, limit: int) -> int:
        """Delete notices to admins from before then."""
        return await _drop("notices", "created_at < $1", before, limit)


async def _drop(table: str, where: str, before: datetime, limit: int) -> int:
    chosen = f"SELECT id FROM {table} WHERE {where} LIMIT $2"  # noqa: S608 - names are ours
    return len(await fetch(f"DELETE FROM {table} WHERE id IN ({chosen}) RETURNING id", before, limit))  # noqa: S608
