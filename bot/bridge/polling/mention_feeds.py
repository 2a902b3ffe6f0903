"""Has a blog's pingbacks and trackbacks read as long as some subscription wants them."""

from datetime import datetime

from bot.model.feed import FeedKind
from bot.model.ids import BlogId
from bot.rules.blog_changes import choose_mentions
from bot.storage.database import Store


async def update_mentions_feed(store: Store, blog_id: BlogId, now: datetime) -> None:
    """Add or forget the feed that is read for mentions alone; inside the caller's transaction, which changed something.

    Its first reading tells nothing, as every feed's.
    """
    blog = await store.feeds.hold_blog(blog_id)
    if blog is None:
        return
    feeds = await store.feeds.of_blog(blog_id)
    there = [feed for feed in feeds if feed.kind is FeedKind.MENTIONS]
    wanted = any(each.pingbacks_since is not None for each in await store.subscriptions.of_blog(blog_id))
    chosen = choose_mentions(feeds, blog.api_root) if wanted else None
    if chosen is not None and not there:
        await store.feeds.add_feed(blog_id, chosen, next_poll_at=now)
    elif chosen is None:
        for feed in there:
            await store.polls.forget(feed.id)
