"""Reviews blogs by a new discovery: whether the REST API is open, and where comments can be read.

A blog is reviewed once a day, when an admin looks at it, and when its list of comments refuses to be read. In the last
case it is reviewed again after minutes and hours, because the list may be closed for a moment only.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.bridge.connections.blog_updates import BlogUpdates, review_again
from bot.bridge.outbox.deliveries import review_blog
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Clock, Discoverer, Side
from bot.model.delivery import Delivery, ReviewBlog
from bot.model.errors import BridgeError
from bot.model.feed import Blog, Discovery, FeedKind
from bot.model.ids import BlogId, ConnectionId
from bot.rules.blog_changes import is_list
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_EVERY: Final = timedelta(days=1)
#: A blog is not reviewed again for an admin within this time.
_FRESH_FOR: Final = timedelta(minutes=5)
#: Seconds that an admin waits for a review.
_TIMEOUT: Final = 10.0
#: Blogs reviewed in one tick.
_MOST: Final = 20


class BlogReviewer:
    """Reviews stored blogs, and saves what changed."""

    def __init__(
        self,
        store: Store,
        discoverer: Discoverer,
        updates: BlogUpdates,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._discoverer = discoverer
        self._updates = updates
        self._clock = clock
        self._wake_outbox = wake_outbox

    async def tick(self) -> None:
        """Schedule reviews of blogs that were not reviewed for a day."""
        now = self._clock.now()
        due = await self._store.feeds.due_for_review(now - _EVERY, _MOST)
        async with self._store.transaction():
            for blog_id in due:
                # If the review fails, the next one is tomorrow.
                await self._store.feeds.mark_reviewed(blog_id, now)
            await self._store.outbox.add([review_blog(blog_id, now, list_refused=False) for blog_id in due])
        if due:
            self._wake_outbox()

    async def review_now(self, blog: Blog) -> Blog:
        """Review a blog for an admin who waits, and return it; a slow blog is returned unchanged."""
        now = self._clock.now()
        if await self._store.feeds.was_reviewed_since(blog.id, now - _FRESH_FOR):
            return blog
        try:
            async with asyncio.timeout(_TIMEOUT):
                reviewed = await self.review(blog.id)
        except TimeoutError:
            return blog
        if reviewed is None:
            return blog
        async with self._store.transaction():
            known = await self._updates.record(blog.id, reviewed.found, list_refused=False, revoked=reviewed.revoked)
        self._wake_outbox()
        return known or blog

    async def review(self, blog_id: BlogId) -> "Reviewed | None":
        """Discover a blog again; None if it does not answer, or its feed has moved."""
        feeds = await self._store.feeds.of_blog(blog_id)
        url = next((feed.url for feed in feeds if feed.kind is FeedKind.ENTRIES), None)
        if url is None:
            return None
        try:
            found = (await self._discoverer.discover(url)).found
        except BridgeError as error:
            _log.info("%s", error.text, extra={"action": "review_failed", "blog": blog_id})
            return None
        # The polls decide whether a feed has moved.
        if found.entries.url != url:
            return None
        known = await self._store.feeds.get_blog(blog_id)
        if known is None:
            return None
        return Reviewed(found=found, revoked=await self._updates.revoke_replaced(known, found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The result of a review."""

    found: Discovery
    #: the connections that were revoked, because the API root was replaced
    revoked: frozenset[ConnectionId]


class BlogReviewHandler(Handler[ReviewBlog, Reviewed | None]):
    """Reviews a blog in the background."""

    handles = ReviewBlog
    side = Side.BLOG

    def __init__(self, store: Store, reviewer: BlogReviewer, updates: BlogUpdates, clock: Clock) -> None:
        self._store = store
        self._reviewer = reviewer
        self._updates = updates
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: ReviewBlog) -> Reviewed | None:
        """Discover the blog again."""
        return await self._reviewer.review(intent.blog_id)

    async def record(self, delivery: Delivery, intent: ReviewBlog, result: Reviewed | None) -> None:
        """Save what changed; if the list of comments is still closed, schedule another review."""
        had_list = await self._reads_list(intent.blog_id)
        if result is None:
            review_later = intent.list_refused or intent.again > 0
        else:
            await self._updates.record(
                intent.blog_id, result.found, list_refused=intent.list_refused, revoked=result.revoked
            )
            # An update that has just given the list up has scheduled the next review.
            review_later = intent.again > 0 and not had_list and not await self._reads_list(intent.blog_id)
        if review_later:
            next_look = review_again(
                intent.blog_id, self._clock.now(), list_refused=intent.list_refused, looks=intent.again
            )
            await self._store.outbox.add(next_look)

    async def _reads_list(self, blog_id: BlogId) -> bool:
        return any(map(is_list, await self._store.feeds.of_blog(blog_id)))
