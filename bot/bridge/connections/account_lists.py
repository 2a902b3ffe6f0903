"""Reads comments with a connected account, where a blog's REST API refuses strangers; beside the feeds, not instead.

What the account is shown is handed on only as far as strangers see it too (``FeedSource.read_account_list``), so that
servers that share the blog share nothing that one of them may read and another may not.
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
        """As the port says; the first account that is shown a list is used."""
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
    """Add or forget the list that is read with an account; inside the caller's transaction, which changed something.

    It goes on from where comments were read last, so that what came meanwhile is news and nothing else is.

    :param before: the blog's feeds before that; None: as they are.
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
    """Return what is remembered of the comments that were read last, the fullest first."""
    own = [feed for feed in feeds if feed.kind is FeedKind.ACCOUNT_COMMENTS]
    lists = [feed for feed in feeds if is_list(feed)]
    others = [feed for feed in feeds if feed.kind is FeedKind.COMMENTS]
    return next((feed.fetch_state for feed in (*own, *lists, *others) if feed.fetch_state), None)
