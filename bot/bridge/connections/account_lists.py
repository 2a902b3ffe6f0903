"""Reads comments with a connected account where a blog's REST API refuses visitors, in addition to the feeds.

Only comments that visitors can see too are used (``FeedSource.read_account_list``), because several servers may share
the blog.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.bridge.ports import CommentSystems, FeedSource, Listing
from bot.model.errors import BridgeError, TemporaryError
from bot.model.feed import Failed, Feed, FeedKind, FetchOutcome
from bot.model.ids import BlogId
from bot.rules.blog_changes import choose_account_list, is_list
from bot.storage.database import Store

_NO_ACCOUNT = "No connected account may be used to read the comments now."


class AccountReader:
    """Fetches feeds, and the lists of comments that need an account."""

    def __init__(self, store: Store, source: FeedSource, comment_systems: CommentSystems) -> None:
        self._store = store
        self._source = source
        self._comment_systems = comment_systems

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        """Fetch a feed. A list of comments is read with the first account that may see it."""
        if feed.kind is not FeedKind.ACCOUNT_COMMENTS:
            return await self._source.fetch(feed, conditional=conditional)
        failed = Failed(text=_NO_ACCOUNT)
        for connection in await self._store.connections.usable_for_reading(feed.blog_id):
            client = self._comment_systems.open(connection)
            if not isinstance(client, Listing):
                continue
            try:
                body = await client.list_comments()
            except TemporaryError as error:
                failed = Failed(text=error.text, retry_after=error.retry_after)
            except BridgeError as error:
                failed = Failed(text=error.text)
            else:
                return await self._source.read_account_list(feed, body, conditional=conditional)
        return failed


async def update_account_list(
    store: Store, blog_id: BlogId, now: datetime, *, before: Sequence[Feed] | None = None
) -> None:
    """Add or delete the list that is read with an account, in the caller's transaction.

    A new list continues where comments were read before, so that only newer comments are posted.

    :param before: the blog's feeds before the caller's changes; None: the present ones.
    """
    blog = await store.feeds.lock_blog(blog_id)
    if blog is None:
        return
    feeds = await store.feeds.of_blog(blog_id)
    connected = any(each.api_root == blog.api_root for each in await store.connections.all_of_blog(blog_id))
    chosen = choose_account_list(feeds, blog.api_root) if connected else None
    there = [feed for feed in feeds if feed.kind is FeedKind.ACCOUNT_COMMENTS]
    if chosen is not None and any(feed.url == chosen.url and feed.failures == 0 for feed in there):
        return
    for feed in there:
        await store.polls.delete(feed.id)
    if chosen is not None:
        earlier = [*there, *(before or feeds)]
        read = [feed.last_ok_at for feed in earlier if feed.kind is not FeedKind.ENTRIES and feed.last_ok_at]
        added = await store.feeds.add_feed(blog_id, chosen, next_poll_at=now)
        fetch_state = _last_fetch_state(earlier)
        await store.polls.save_result(replace(added, fetch_state=fetch_state, last_ok_at=max(read, default=None)))


def _last_fetch_state(feeds: Sequence[Feed]) -> str | None:
    """Return the fetch state of the feed from which comments were read last, the most complete feed first."""
    own = [feed for feed in feeds if feed.kind is FeedKind.ACCOUNT_COMMENTS]
    lists = [feed for feed in feeds if is_list(feed)]
    others = [feed for feed in feeds if feed.kind is FeedKind.COMMENTS]
    return next((feed.fetch_state for feed in (*own, *lists, *others) if feed.fetch_state), None)
