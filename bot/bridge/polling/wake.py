"""Wakes a blog's feeds: what nobody wants is put to sleep, also in the moment before somebody does."""

from datetime import datetime

from bot.model.feed import FeedKind
from bot.model.ids import BlogId
from bot.storage.database import Store


async def wake(store: Store, blog_id: BlogId, at: datetime) -> None:
    """Have a blog's own feeds polled no later than this; in the transaction in which somebody comes to want them."""
    for feed in await store.feeds.of_blog(blog_id):
        if feed.kind is not FeedKind.ENTRY_COMMENTS:
            await store.polls.poll_no_later_than(feed.id, at)
