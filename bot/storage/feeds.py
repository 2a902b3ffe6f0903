"""Blogs and feeds: added once, claimed when due and wanted, settled. When to poll next is decided elsewhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.feed import Blog, CommentSystem, Discovery, Fault, Feed, FeedFormat, FeedKind, FoundFeed, Validators
from bot.model.ids import BlogId, EntryId, FeedId, GuildId
from bot.storage import tables
from bot.storage.statements import fetch, insert_new, upsert
from bot.storage.values import fingerprint, scrub, utc

#: That somebody wants a feed ``f``. A paused subscription wants nothing; a parked one still does, so that nothing is
#: lost while its channel is. ``$4``: now less WATCHED.
WANTED = """(
    EXISTS (SELECT 1 FROM subscriptions s WHERE s.blog_id = f.blog_id AND s.paused_at IS NULL
        AND (f.kind = 'entries' OR s.comments))
    OR (f.kind <> 'entries' AND (
        EXISTS (SELECT 1 FROM alerts a WHERE a.blog_id = f.blog_id AND a.off_reason IS NULL)
        OR EXISTS (SELECT 1 FROM replies r WHERE r.blog_id = f.blog_id
            AND r.state IN ('accepted', 'held', 'uncertain') AND r.created_at > $4))))"""
#: After so long nobody waits any more for what became of a reply.
WATCHED = timedelta(days=30)

_CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT f.id FROM feeds f
    WHERE f.next_poll_at <= $1 AND (f.leased_until IS NULL OR f.leased_until <= $1) AND {WANTED}
    ORDER BY f.next_poll_at, f.id LIMIT $3 {{skip_locked}})
UPDATE feeds SET leased_until = $2 WHERE id IN (SELECT id FROM due) RETURNING *
"""  # noqa: S608 - the condition is ours


class FeedRows:
    """Blogs and the addresses polled for them."""

    async def save_blog(self, found: Discovery) -> Blog:
        """Add a blog, or bring the one with this feed of entries up to date; what was known of its comments stays."""
        row: dict[str, object] = {
            "title": scrub(found.title),
            "home_url": scrub(found.home_url),
            "feed_hash": fingerprint(found.entries.url),
            "system": found.system,
            "api_root": scrub(found.api_root),
        }
        keep = [] if found.api_root else ["api_root"]
        if found.system is CommentSystem.UNKNOWN:
            keep.append("system")
        return blog_from(tables.Blog._init_from_db(**await upsert("blogs", row, unique="feed_hash", keep=keep)))

    async def get_blog(self, blog_id: BlogId) -> Blog | None:
        """Look a blog up."""
        row = await tables.Blog.get_or_none(id=blog_id)
        return None if row is None else blog_from(row)

    async def add_feed(
        self, blog_id: BlogId, found: FoundFeed, *, next_poll_at: datetime, entry_id: EntryId | None = None
    ) -> Feed:
        """Add a feed, or return the one with this address."""
        row: dict[str, object] = {
            "blog_id": blog_id,
            "entry_id": entry_id,
            "kind": found.kind,
            "format": found.format,
            "url": scrub(found.url),
            "url_hash": fingerprint(found.url),
            "conditional_polls": 0,
            "failures": 0,
            "next_poll_at": next_poll_at,
        }
        new = await insert_new("feeds", [row], unique="blog_id, url_hash")
        if new:
            return _feed_from_raw(new[0])
        return _feed_from(await tables.Feed.get(blog_id=blog_id, url_hash=row["url_hash"]))

    async def of_blog(self, blog_id: BlogId) -> list[Feed]:
        """All feeds of a blog."""
        return [_feed_from(row) for row in await tables.Feed.filter(blog_id=blog_id).order_by("id")]

    async def failing(self, guild_id: GuildId) -> list[Feed]:
        """Feeds of a guild's blogs whose last poll failed, longest first."""
        blogs = await tables.Subscription.filter(guild_id=guild_id).distinct().values_list("blog_id", flat=True)
        rows = await tables.Feed.filter(blog_id__in=blogs, failures__gt=0).order_by("id") if blogs else []
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(map(_feed_from, rows), key=lambda feed: feed.last_ok_at or never)

    async def claim_due(self, now: datetime, *, lease_until: datetime, limit: int) -> list[Feed]:
        """Take feeds that are due and that somebody wants.

        Entries are wanted by a subscription; comments by one that carries them, by an alert, or by a reply whose
        fate they may tell.
        """
        claimed = map(_feed_from_raw, await fetch(_CLAIM, now, lease_until, limit, now - WATCHED))
        return sorted(claimed, key=lambda feed: (feed.next_poll_at, feed.id))

    async def get(self, feed_id: FeedId) -> Feed | None:
        """Look a feed up."""
        row = await tables.Feed.get_or_none(id=feed_id)
        return None if row is None else _feed_from(row)

    async def settle(self, feed: Feed) -> None:
        """Save how a claimed feed fares now and give it back."""
        await tables.Feed.filter(id=feed.id).update(
            etag=scrub(feed.validators.etag),
            last_modified=scrub(feed.validators.last_modified),
            body_hash=feed.body_hash,
            conditional_polls=feed.conditional_polls,
            failures=feed.failures,
            last_error=scrub(feed.last_error),
            last_polled_at=utc(feed.last_polled_at),
            last_ok_at=utc(feed.last_ok_at),
            next_poll_at=utc(feed.next_poll_at),
            newest_at=utc(feed.newest_at),
            memory=scrub(feed.memory),
            identity=feed.identity,
            fault=feed.fault,
            failing_since=utc(feed.failing_since),
            stopped_at=utc(feed.stopped_at),
            moved_to=scrub(feed.moved_to),
            moved_seen=feed.moved_seen,
            leased_until=None,
        )

    async def hurry(self, blog_id: BlogId, now: datetime) -> None:
        """Make a blog's own feeds that are well due, and count them as lively from now."""
        own = tables.Feed.filter(blog_id=blog_id, failures=0).exclude(kind=str(FeedKind.ENTRY_COMMENTS))
        await own.update(next_poll_at=utc(now), newest_at=utc(now))

    async def hasten(self, feed_id: FeedId, at: datetime) -> None:
        """Let a feed that is well be polled no later than this."""
        await tables.Feed.filter(id=feed_id, failures=0, next_poll_at__gt=utc(at)).update(next_poll_at=utc(at))

    async def postpone(self, feed_id: FeedId, at: datetime, *, newest_at: datetime, conditional_polls: int) -> None:
        """Let a feed that is well be polled not before this, as what was new has come by another way."""
        await tables.Feed.filter(id=feed_id, failures=0).update(
            next_poll_at=utc(at), newest_at=utc(newest_at), conditional_polls=conditional_polls
        )

    async def free_leases(self) -> None:
        """Give back what a process that is no more had claimed."""
        await tables.Feed.filter(leased_until__isnull=False).update(leased_until=None)


def blog_from(row: tables.Blog) -> Blog:
    """Read a row."""
    return Blog(
        id=BlogId(row.id),
        title=row.title,
        home_url=row.home_url,
        system=CommentSystem(row.system),
        api_root=row.api_root,
    )


def _feed_from_raw(row: dict[str, Any]) -> Feed:
    return _feed_from(tables.Feed._init_from_db(**row))


def _feed_from(row: tables.Feed) -> Feed:
    return Feed(
        id=FeedId(row.id),
        blog_id=BlogId(row.blog_id),
        entry_id=None if row.entry_id is None else EntryId(row.entry_id),
        kind=FeedKind(row.kind),
        format=FeedFormat(row.format),
        url=row.url,
        validators=Validators(etag=row.etag, last_modified=row.last_modified),
        body_hash=row.body_hash,
        conditional_polls=row.conditional_polls,
        failures=row.failures,
        last_error=row.last_error,
        last_polled_at=row.last_polled_at,
        last_ok_at=row.last_ok_at,
        next_poll_at=row.next_poll_at,
        newest_at=row.newest_at,
        memory=row.memory,
        identity=row.identity,
        fault=None if row.fault is None else Fault(row.fault),
        failing_since=row.failing_since,
        stopped_at=row.stopped_at,
        moved_to=row.moved_to,
        moved_seen=row.moved_seen or 0,
        pushed_until=row.pushed_until,
    )
