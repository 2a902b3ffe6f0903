"""Blogs and their feeds: added once, looked up. How feeds are polled is in ``polls``."""

from datetime import UTC, datetime

from bot.model.feed import Blog, CommentSystem, Discovery, Feed, FoundFeed
from bot.model.ids import BlogId, EntryId, FeedId, GuildId
from bot.storage import tables
from bot.storage.polls import feed_from
from bot.storage.statements import insert_new, upsert
from bot.storage.values import fingerprint, scrub


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
            return feed_from(tables.Feed._init_from_db(**new[0]))
        return feed_from(await tables.Feed.get(blog_id=blog_id, url_hash=row["url_hash"]))

    async def of_blog(self, blog_id: BlogId) -> list[Feed]:
        """All feeds of a blog."""
        return [feed_from(row) for row in await tables.Feed.filter(blog_id=blog_id).order_by("id")]

    async def failing(self, guild_id: GuildId) -> list[Feed]:
        """Feeds of a guild's blogs whose last poll failed, longest first."""
        blogs = await tables.Subscription.filter(guild_id=guild_id).distinct().values_list("blog_id", flat=True)
        rows = await tables.Feed.filter(blog_id__in=blogs, failures__gt=0).order_by("id") if blogs else []
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(map(feed_from, rows), key=lambda feed: feed.last_ok_at or never)

    async def get(self, feed_id: FeedId) -> Feed | None:
        """Look a feed up."""
        row = await tables.Feed.get_or_none(id=feed_id)
        return None if row is None else feed_from(row)


def blog_from(row: tables.Blog) -> Blog:
    """Read a row."""
    return Blog(
        id=BlogId(row.id),
        title=row.title,
        home_url=row.home_url,
        system=CommentSystem(row.system),
        api_root=row.api_root,
    )
