"""Storage of blogs and their feeds; ``polls.py`` claims and releases the feeds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.model.feed import Blog, CommentSystem, Discovery, Feed, FoundFeed
from bot.model.ids import BlogId, EntryId, FeedId, GuildId
from bot.storage import tables
from bot.storage.column_values import fingerprint, moment, scrub, utc
from bot.storage.feed_columns import feed_from
from bot.storage.statements import fetch, insert_new

_FAILING = """
SELECT * FROM feeds WHERE (failures > 0 OR notified_at IS NOT NULL) AND kind <> 'account_comments'
    AND blog_id IN (SELECT s.blog_id FROM subscriptions s WHERE s.guild_id = $1)
ORDER BY id
"""

_UNREVIEWED = """
SELECT b.id FROM blogs b WHERE (b.reviewed_at IS NULL OR b.reviewed_at < $1)
    AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.blog_id = b.id AND s.paused_at IS NULL)
ORDER BY b.reviewed_at IS NOT NULL, b.reviewed_at, b.id LIMIT $2
"""

_KNOWN = "UPDATE blogs SET last_requested_at = COALESCE($2, last_requested_at) WHERE feed_hash = $1 RETURNING *"


class FeedRepository:
    """The blogs and their feeds."""

    async def save_blog(self, found: Discovery, at: datetime | None = None) -> Blog:
        """Add a blog, or return the one with this feed of entries, unchanged and locked until the transaction ends.

        :param at: now; a blog without subscriptions is kept for a while after this.
        """
        row: dict[str, object] = {
            "title": scrub(found.title),
            "home_url": scrub(found.home_url),
            "feed_hash": fingerprint(found.entries.url),
            "system": found.system,
            "api_root": scrub(found.api_root),
            "last_requested_at": at,
        }
        new = await insert_new("blogs", [row], unique="feed_hash")
        return blog_from((new or await fetch(_KNOWN, row["feed_hash"], at))[0])

    async def mark_reviewed(self, blog_id: BlogId, at: datetime) -> None:
        """Save when a blog's other feeds and its API were last looked for."""
        await tables.Blog.filter(id=blog_id).update(reviewed_at=utc(at))

    async def was_reviewed_since(self, blog_id: BlogId, since: datetime) -> bool:
        """Return True if a blog was reviewed since a time."""
        return await tables.Blog.filter(id=blog_id, reviewed_at__gte=utc(since)).exists()

    async def due_for_review(self, before: datetime, limit: int) -> list[BlogId]:
        """Return subscribed blogs that were not reviewed since then, of any comment system, oldest review first."""
        return [BlogId(row["id"]) for row in await fetch(_UNREVIEWED, before, limit)]

    async def lock_blog(self, blog_id: BlogId) -> Blog | None:
        """Return a blog, locked against changes until the transaction ends."""
        rows = await fetch("UPDATE blogs SET last_requested_at = last_requested_at WHERE id = $1 RETURNING *", blog_id)
        return blog_from(rows[0]) if rows else None

    async def update_blog(self, blog: Blog) -> None:
        """Save new facts about a blog."""
        await tables.Blog.filter(id=blog.id).update(
            title=scrub(blog.title),
            home_url=scrub(blog.home_url),
            system=str(blog.system),
            api_root=scrub(blog.api_root),
        )

    async def find_blog(self, feed_url: str) -> Blog | None:
        """Return the blog whose feed of entries has this address."""
        rows = await fetch("SELECT * FROM blogs WHERE feed_hash = $1", fingerprint(feed_url))
        return blog_from(rows[0]) if rows else None

    async def get_blog(self, blog_id: BlogId) -> Blog | None:
        """Return a blog."""
        rows = await fetch("SELECT * FROM blogs WHERE id = $1", blog_id)
        return blog_from(rows[0]) if rows else None

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
            "newest_at": await self._began(entry_id),
        }
        new = await insert_new("feeds", [row], unique="blog_id, url_hash")
        there = new or await fetch("SELECT * FROM feeds WHERE blog_id = $1 AND url_hash = $2", blog_id, row["url_hash"])
        return feed_from(there[0])

    async def _began(self, entry_id: EntryId | None) -> datetime | None:
        """Return the time since which an entry may have comments: its publication."""
        rows = (
            await fetch("SELECT published_at, first_seen_at FROM entries WHERE id = $1", entry_id) if entry_id else []
        )
        return moment(rows[0]["published_at"] or rows[0]["first_seen_at"]) if rows else None

    async def of_blog(self, blog_id: BlogId) -> list[Feed]:
        """Return all feeds of a blog."""
        return [feed_from(row) for row in await fetch("SELECT * FROM feeds WHERE blog_id = $1 ORDER BY id", blog_id)]

    async def failing(self, guild_id: GuildId) -> list[Feed]:
        """Return the failing feeds of a guild's blogs, longest first."""
        rows = await fetch(_FAILING, guild_id)
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(map(feed_from, rows), key=lambda feed: feed.last_ok_at or never)

    async def get(self, feed_id: FeedId) -> Feed | None:
        """Return a feed."""
        rows = await fetch("SELECT * FROM feeds WHERE id = $1", feed_id)
        return feed_from(rows[0]) if rows else None


def blog_from(row: Mapping[str, Any]) -> Blog:
    """Read a row of the database."""
    return Blog(
        id=BlogId(row["id"]),
        title=row["title"],
        home_url=row["home_url"],
        system=CommentSystem(row["system"]),
        api_root=row["api_root"],
    )
