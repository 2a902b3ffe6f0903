"""Brings a blog up to date with what discovery found of it: its API, its title, and where its comments are read."""

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
    """Writes down what became known of blogs. Servers share them, so nothing changes silently."""

    def __init__(self, store: Store, notices: Notices, disconnector: Disconnector, clock: Clock) -> None:
        self._store = store
        self._notices = notices
        self._disconnector = disconnector
        self._clock = clock

    async def save(self, found: Discovery) -> Blog:
        """Add a blog, or bring the one with this feed up to date; in a transaction of its own."""
        known = await self._store.feeds.find_blog(found.entries.url)
        revoked = frozenset[ConnectionId]() if known is None else await self.revoke_replaced(known, found)
        async with self._store.transaction():
            known = await self._store.feeds.save_blog(found, self._clock.now())
            return await self._update(known, found, list_refused=False, revoked=revoked)

    async def revoke_replaced(self, known: Blog, found: Discovery) -> frozenset[ConnectionId]:
        """Have an API that is given up forget its passwords; in no transaction, before :meth:`record`.

        :return: those that it does not accept any more.
        """
        if not update_blog(known, found).api_was_other:
            return frozenset()
        return await self._disconnector.revoke_all(known.id)

    async def record(
        self, blog_id: BlogId, found: Discovery, *, list_refused: bool, revoked: frozenset[ConnectionId]
    ) -> Blog | None:
        """Bring a blog up to date that was looked at again, inside the caller's transaction; None if it is gone.

        It is named by its number: where its feed has moved, it is not found by the feed's address.

        :param revoked: what :meth:`revoke_replaced` returned before.
        :param list_refused: the blog's list of comments has just refused to be read.
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
        await self._read_comments_at(known, found, anew=change.api_is_new, list_refused=list_refused)
        if change.blog != known:
            await self._store.feeds.update_blog(change.blog)
        await self._store.feeds.mark_reviewed(known.id, now)
        if change.api_is_new:
            await self._tell_api(change, found, revoked)
        await update_account_list(self._store, known.id, now, before=feeds)
        return change.blog

    async def _read_comments_at(self, blog: Blog, found: Discovery, *, anew: bool, list_refused: bool) -> None:
        """Read comments where they are best read now.

        What was read before goes on from there: the new feed is no first look, so that what came meanwhile is news.
        """
        all_feeds = await self._store.feeds.of_blog(blog.id)
        feeds = [feed for feed in all_feeds if feed.kind is FeedKind.COMMENTS]
        chosen = choose_comments(feeds, found, anew=anew, list_refused=list_refused)
        if chosen is None:
            return
        for feed in all_feeds:
            # What was read for mentions may have the address that comments are read at now.
            if feed.kind in (FeedKind.COMMENTS, FeedKind.MENTIONS):
                await self._store.polls.delete(feed.id)
        added = await self._store.feeds.add_feed(blog.id, chosen, next_poll_at=self._clock.now())
        read = [feed.last_ok_at for feed in feeds if feed.last_ok_at is not None]
        if read:
            await self._store.polls.save_result(replace(added, last_ok_at=max(read)))
        await update_mentions_feed(self._store, blog.id, self._clock.now())
        if any(map(is_list, feeds)) and not is_list(added):
            # It may have been shut for a moment only.
            await self._store.outbox.add(review_again(blog.id, self._clock.now()))
        if feeds:
            _log.info(
                "Comments are read elsewhere.",
                extra={"action": "comments_moved", "blog": blog.id, "format": chosen.format},
            )

    async def _tell_api(self, change: BlogChange, found: Discovery, revoked: frozenset[ConnectionId]) -> None:
        """End connections that were made with another API, and tell everybody whom that concerns."""
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
