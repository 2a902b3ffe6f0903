"""Reads back comments that a blog's feed of all comments could not show: from older pages, else entry by entry.

Which entries, the blog's own feed tells by their numbers of comments.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bridge.ingest.backfill import Backfill, BackfillResult
from bot.bridge.ports import FeedSource
from bot.model.entry import EntryRef, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.feed import Blog, Feed, FeedFormat, FeedKind, Fetched, Validators
from bot.model.ids import EntryId, GuildId
from bot.storage.database import Store

#: So many entries' feeds are asked at most, one after the other.
_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gleaned:
    comments: tuple[ParsedComment, ...]
    #: False: the entry may have still others that nobody knows
    all_: bool


class CommentBackfill:
    """A Pager for feeds of comments."""

    def __init__(self, store: Store, source: FeedSource, pager: Backfill) -> None:
        self._store = store
        self._source = source
        self._pager = pager

    async def read(
        self, blog: Blog, feed: Feed, parsed: ParsedFeed, knows: Callable[[ParsedFeed], Awaitable[bool]]
    ) -> BackfillResult:
        """As :meth:`Backfill.read`, and where there are no such pages, from the feeds of single entries.

        What is older than everything that was known before the gap is left out: it was never to be told.
        """
        back = await self._pager.read(feed, parsed, knows)
        if back.closed or feed.kind is not FeedKind.COMMENTS:
            return back
        briefs = await self._store.items.comment_briefs(blog.id, parsed.before)
        dates = [brief.published_at for brief in briefs.values() if brief.published_at is not None]
        lacking = await self._find_lacking(blog, feed.guilds)
        since = max(dates, default=None)
        gleaned = [await self._glean(feed, entry, kept, since) for entry, kept in lacking[:_MOST]]
        there = {comment.uid for comment in (*parsed.comments, *back.comments)}
        more = [comment for each in gleaned for comment in each.comments if comment.uid not in there]
        return BackfillResult(
            comments=(*back.comments, *more),
            closed=bool(lacking) and len(lacking) <= _MOST and all(each.all_ for each in gleaned),
        )

    async def _find_lacking(self, blog: Blog, guilds: tuple[GuildId, ...]) -> list[tuple[ParsedEntry, int]]:
        """Entries that have more comments than are kept, and how many are."""
        (feed,) = [each for each in await self._store.feeds.of_blog(blog.id) if each.kind is FeedKind.ENTRIES]
        # As if never read, so that it tells everything.
        whole = replace(feed, fetch_state=None, body_hash=None, validators=Validators(), guilds=guilds)
        outcome = await self._source.fetch(whole, conditional=False)
        if not isinstance(outcome, Fetched):
            return []
        known = await self._store.items.entry_briefs(blog.id, [entry.uid for entry in outcome.feed.entries])
        kept = await self._store.polls.count_comments([EntryId(brief.id) for brief in known.values()])
        found = []
        for entry in outcome.feed.entries:
            count = kept.get(EntryId(known[entry.uid].id), 0) if entry.uid in known else 0
            if entry.comments_feed_url and (entry.comment_count or 0) > count:
                found.append((entry, count))
        return found

    async def _glean(self, feed: Feed, entry: ParsedEntry, kept: int, since: datetime | None) -> _Gleaned:
        own = Feed(
            id=feed.id,
            blog_id=feed.blog_id,
            kind=FeedKind.ENTRY_COMMENTS,
            format=FeedFormat.SYNDICATION,
            url=entry.comments_feed_url or "",
            next_poll_at=feed.next_poll_at,
            subscribers=feed.subscribers,
            guilds=feed.guilds,
            api_root=feed.api_root,
        )
        outcome = await self._source.fetch(own, conditional=False)
        if not isinstance(outcome, Fetched):
            return _Gleaned(comments=(), all_=False)
        on = EntryRef(link=entry.link, uid=entry.uid, title=entry.title)
        comments = tuple(replace(comment, entry=on) for comment in outcome.feed.comments)
        known = await self._store.items.comment_briefs(feed.blog_id, [comment.uid for comment in comments])
        late = tuple(
            comment
            for comment in comments
            if comment.uid not in known
            and (since is None or comment.published_at is None or comment.published_at > since)
        )
        reaches_back = len(late) < len(comments)
        # Reviews and the like are counted, and left out.
        others = max(len(outcome.feed.window) - len(comments), 0)
        return _Gleaned(comments=late, all_=reaches_back or kept + len(late) + others >= (entry.comment_count or 0))
