"""Blogs with a feed and a subscription each, as ``/blog add`` leaves them, many at once."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from bot.model.feed import CommentSystem, FeedFormat, FeedKind
from bot.model.subscription import Placement, RelayMode
from bot.storage.column_values import fingerprint
from bot.storage.statements import insert_new

_GUILD = 1_000_000_000_000_000_000


async def add_blogs(addresses: Sequence[str], *, due_at: datetime, started_at: datetime) -> None:
    """Add a blog for each feed."""
    blogs: list[dict[str, object]] = [
        {
            "title": f"Blog {number}",
            "home_url": f"https://blog-{number}.example/",
            "feed_hash": fingerprint(address),
            "system": CommentSystem.UNKNOWN,
        }
        for number, address in enumerate(addresses)
    ]
    ids = {row["feed_hash"]: row["id"] for row in await insert_new("blogs", blogs, unique="feed_hash")}
    feeds: list[dict[str, object]] = [
        {
            "blog_id": ids[fingerprint(address)],
            "kind": FeedKind.ENTRIES,
            "format": FeedFormat.SYNDICATION,
            "url": address,
            "url_hash": fingerprint(address),
            "conditional_polls": 0,
            "failures": 0,
            "next_poll_at": due_at,
        }
        for address in addresses
    ]
    await insert_new("feeds", feeds, unique="blog_id, url_hash")
    subscriptions: list[dict[str, object]] = [
        {
            "guild_id": _GUILD,
            "channel_id": channel,
            "blog_id": blog,
            "placement": Placement.THREAD,
            "comments": True,
            "relay_mode": RelayMode.OFF,
            "started_at": started_at,
        }
        for blog, channel in zip(ids.values(), count(_GUILD + 1))
    ]
    await insert_new("subscriptions", subscriptions, unique="guild_id, channel_id, blog_id")
