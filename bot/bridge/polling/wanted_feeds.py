"""Poll a blog's feeds soon, and add or delete its mentions feed, when subscriptions begin or cease to want them."""

from datetime import datetime

from bot.model.feed import FeedKind
from bot.model.ids import BlogId
from bot.rules.blog_changes import choose_mentions
from bot.storage.database import Store


async def poll_feeds_by(store: Store, blog_id: BlogId, at: datetime) -> None:
    """Have a blog's feeds polled no later than this, inside the transaction that makes them wanted.

    The feeds of single entries are left as they are.
    """
    for feed in await store.feeds.of_blog(blog_id):
        if feed.kind is not FeedKind.ENTRY_COMMENTS:
            await store.polls.poll_no_later_than(feed.id, at)


async def update_mentions_feed(store: Store, blog_id: BlogId, now: datetime) -> None:
    """Add the feed that is read for mentions alone, or delete it, inside the transaction that changed a subscription.

    As with every feed, the items of its first poll are old.
    """
    blog = await store.feeds.lock_blog(blog_id)
    if blog is None:
        return
    feeds = await store.feeds.of_blog(blog_id)
    present = [feed for feed in feeds if feed.kind is FeedKind.MENTIONS]
    wanted = any(each.pingbacks_since is not None for each in await store.subscriptions.of_blog(blog_id))
    chosen = choose_mentions(feeds, blog.api_root) if wanted else None
    if chosen is not None and not present:
        await store.feeds.add_feed(blog_id, chosen, next_poll_at=now)
    elif chosen is None:
        for feed in present:
            await store.polls.delete(feed.id)
