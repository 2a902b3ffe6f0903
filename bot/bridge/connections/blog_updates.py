"""Updates a stored blog from a new discovery: its API root, its title, and the feeds of its comments."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.bridge.announce.notices import Notices
from bot.bridge.connections.account_lists import update_account_list
from bot.bridge.connections.disconnecting import Disconnector, end_connections
from bot.bridge.outbox.deliveries import review_blog
from bot.bridge.polling.wanted_feeds import update_mentions_feed
from bot.bridge.ports import Clock
from bot.model.delivery import NewDelivery
from bot.model.feed import Blog, Discovery, FeedKind
from bot.model.ids import BlogId, ConnectionId
from bot.model.notice import NoticeKind
from bot.rules.blog_changes import LOOK_AGAIN_AFTER, BlogChange, api_text, choose_comments, is_list, update_blog
from bot.storage.database import Store

_log = logging.getLogger(__name__)


class BlogUpdates:
    """Saves discoveries. Several servers may share a blog, so admins are notified of changes."""

    def __init__(self, store: Store, notices: Notices, disconnector: Disconnector, clock: Clock) -> None:
        self._store = store
        self._notices = notices
        self._disconnector = disconnector
        self._clock = clock

    async def save(self, found: Discovery) -> Blog:
        """Add a blog, or update the one with this feed, in a transaction of its own."""
        known = await self._store.feeds.find_blog(found.entries.url)
        revoked = frozenset[ConnectionId]() if known is None else await self.revoke_replaced(known, found)
        async with self._store.transaction():
            known = await self._store.feeds.save_blog(found, self._clock.now())
            return await self._update(known, found, list_refused=False, revoked=revoked)

    async def revoke_replaced(self, known: Blog, found: Discovery) -> frozenset[ConnectionId]:
        """Revoke the credentials of an API root that is replaced; outside a transaction, before :meth:`record`.

        :return: the connections that were revoked.
        """
        if not update_blog(known, found).api_was_other:
            return frozenset()
        return await self._disconnector.revoke_all(known.id)

    async def record(
        self, blog_id: BlogId, found: Discovery, *, list_refused: bool, revoked: frozenset[ConnectionId]
    ) -> Blog | None:
        """Update a blog that was reviewed, in the caller's transaction; None if it was deleted.

        :param revoked: the result of :meth:`revoke_replaced`.
        :param list_refused: the blog has just refused to show its list of comments.
        """
        known = await self._store.feeds.lock_blog(blog_id)
        return None if known is None else await self._update(known, found, list_refused=list_refused, revoked=revoked)

    async def _update(
        self, known: Blog, found: Discovery, *, list_refused: bool, revoked: frozenset[ConnectionId]
    ) -> Blog:
        now = self._clock.now()
        change = update_blog(known, found)
        feeds = await self._store.feeds.of_blog(known.id)
        await self._store.feeds.add_feed(known.id, found.entries, next_poll_at=now)
        await self._choose_comment_feed(known, found, anew=change.api_is_new, list_refused=list_refused)
        if change.blog != known:
            await self._store.feeds.update_blog(change.blog)
        await self._store.feeds.mark_reviewed(known.id, now)
        if change.api_is_new:
            await self._notify_api_change(change, found, revoked)
        await update_account_list(self._store, known.id, now, before=feeds)
        return change.blog

    async def _choose_comment_feed(self, blog: Blog, found: Discovery, *, anew: bool, list_refused: bool) -> None:
        """Choose the best feed of comments.

        A new feed continues where the former one was read last, so that newer comments are posted.
        """
        all_feeds = await self._store.feeds.of_blog(blog.id)
        feeds = [feed for feed in all_feeds if feed.kind is FeedKind.COMMENTS]
        chosen = choose_comments(feeds, found, anew=anew, list_refused=list_refused)
        if chosen is None:
            return
        for feed in all_feeds:
            # A feed that was read for mentions may have the same address.
            if feed.kind in (FeedKind.COMMENTS, FeedKind.MENTIONS):
                await self._store.polls.delete(feed.id)
        added = await self._store.feeds.add_feed(blog.id, chosen, next_poll_at=self._clock.now())
        read = [feed.last_ok_at for feed in feeds if feed.last_ok_at is not None]
        if read:
            await self._store.polls.save_result(replace(added, last_ok_at=max(read)))
        await update_mentions_feed(self._store, blog.id, self._clock.now())
        if any(map(is_list, feeds)) and not is_list(added):
            # The list may be closed for a moment only.
            await self._store.outbox.add(review_again(blog.id, self._clock.now()))
        if feeds:
            _log.info(
                "Comments are read elsewhere.",
                extra={"action": "comments_moved", "blog": blog.id, "format": chosen.format},
            )

    async def _notify_api_change(self, change: BlogChange, found: Discovery, revoked: frozenset[ConnectionId]) -> None:
        """End connections that were made with another API root, and notify the admins."""
        blog_id = change.blog.id
        ended = await end_connections(self._store, self._clock, blog_id) if change.api_was_other else []
        also = [each.connected_by for each in ended]
        text = api_text(change, closed=found.api_closed, revoked=all(each.id in revoked for each in ended))
        await self._notices.notify(blog_id, NoticeKind.API, text, also=also)


def review_again(blog_id: BlogId, now: datetime, *, list_refused: bool = False, looks: int = 0) -> list[NewDelivery]:
    """Review a blog again soon, in case its list of comments can be read then.

    :param looks: how many such reviews came before; after too many the list is empty.
    """
    if looks >= len(LOOK_AGAIN_AFTER):
        return []
    due_at = now + LOOK_AGAIN_AFTER[looks]
    return [review_blog(blog_id, due_at, list_refused=list_refused, again=looks + 1)]
