"""Fetch items that appeared and left again between two polls: from older pages of a feed, else entry by entry."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bridge.ports import FeedSource
from bot.model.entry import EntryRef, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import BridgeError
from bot.model.feed import Blog, Feed, FeedFormat, FeedKind, Fetched, Validators
from bot.model.ids import EntryId, GuildId, Uid
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_LAST_PAGE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillResult:
    """The items that older pages of a feed have."""

    entries: tuple[ParsedEntry, ...] = ()
    comments: tuple[ParsedComment, ...] = ()
    #: False: items between the known ones and these may be missing
    complete: bool


class Backfill:
    """Fetches older pages of a feed."""

    def __init__(self, source: FeedSource) -> None:
        self._source = source

    async def read(
        self, feed: Feed, parsed: ParsedFeed, knows: Callable[[ParsedFeed], Awaitable[bool]]
    ) -> BackfillResult:
        """Read older pages until one has a known item, or there are no more.

        :param knows: whether any item of a page is known.
        """
        entries: dict[Uid, ParsedEntry] = {}
        comments: dict[Uid, ParsedComment] = {}
        seen = set(parsed.window)
        complete, latest = False, parsed
        for page in range(2, _LAST_PAGE + 1):
            found = await self._ask(feed, latest, page)
            uids = [] if found is None else [each.uid for each in found.entries] + [each.uid for each in found.comments]
            if found is None or seen.issuperset(uids):
                # The feed ends here, if it has pages at all; a page that repeats the last one is none.
                complete = page > 2 or (found is not None and not uids)
                break
            entries |= {item.uid: item for item in found.entries if item.uid not in seen}
            comments |= {item.uid: item for item in found.comments if item.uid not in seen}
            seen.update(uids)
            complete = await knows(found)
            if complete:
                break
            latest = found
        return BackfillResult(entries=tuple(entries.values()), comments=tuple(comments.values()), complete=complete)

    async def _ask(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        try:
            return await self._source.next_page(feed, parsed, page)
        except BridgeError:
            return None


#: Entries whose own feeds are read, one after the other.
_MAX_ENTRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _MissedComments:
    comments: tuple[ParsedComment, ...]
    #: False: the entry may have more unknown comments
    complete: bool


class CommentBackfill:
    """Fetches comments that a feed of all comments could not show."""

    def __init__(self, store: Store, source: FeedSource, backfill: Backfill) -> None:
        self._store = store
        self._source = source
        self._backfill = backfill

    async def read(
        self, blog: Blog, feed: Feed, parsed: ParsedFeed, knows: Callable[[ParsedFeed], Awaitable[bool]]
    ) -> BackfillResult:
        """Read older pages; where the feed has none, read the feeds of entries that have more comments than are known.

        Comments older than all that were known before the gap are left out.
        """
        pages = await self._backfill.read(feed, parsed, knows)
        if pages.complete or feed.kind is not FeedKind.COMMENTS:
            return pages
        briefs = await self._store.comments.summaries(blog.id, parsed.before)
        dates = [brief.published_at for brief in briefs.values() if brief.published_at is not None]
        incomplete = await self._find_incomplete(blog, feed.guilds)
        since = max(dates, default=None)
        missed = [await self._read_missed(feed, entry, kept, since) for entry, kept in incomplete[:_MAX_ENTRIES]]
        there = {comment.uid for comment in (*parsed.comments, *pages.comments)}
        more = [comment for each in missed for comment in each.comments if comment.uid not in there]
        return BackfillResult(
            comments=(*pages.comments, *more),
            complete=bool(incomplete) and len(incomplete) <= _MAX_ENTRIES and all(each.complete for each in missed),
        )

    async def _find_incomplete(self, blog: Blog, guilds: tuple[GuildId, ...]) -> list[tuple[ParsedEntry, int]]:
        """Return the entries that have more comments than are known, and how many are known."""
        (feed,) = [each for each in await self._store.feeds.of_blog(blog.id) if each.kind is FeedKind.ENTRIES]
        # As if it was never read, so that all entries are returned.
        whole = replace(feed, fetch_state=None, body_hash=None, validators=Validators(), guilds=guilds)
        outcome = await self._source.fetch(whole, conditional=False)
        if not isinstance(outcome, Fetched):
            return []
        known = await self._store.entries.summaries(blog.id, [entry.uid for entry in outcome.feed.entries])
        kept = await self._store.polls.count_comments([EntryId(brief.id) for brief in known.values()])
        found = []
        for entry in outcome.feed.entries:
            count = kept.get(EntryId(known[entry.uid].id), 0) if entry.uid in known else 0
            if entry.comments_feed_url and (entry.comment_count or 0) > count:
                found.append((entry, count))
        return found

    async def _read_missed(self, feed: Feed, entry: ParsedEntry, kept: int, since: datetime | None) -> _MissedComments:
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
            return _MissedComments(comments=(), complete=False)
        on = EntryRef(link=entry.link, uid=entry.uid, title=entry.title)
        comments = tuple(replace(comment, entry=on) for comment in outcome.feed.comments)
        known = await self._store.comments.summaries(feed.blog_id, [comment.uid for comment in comments])
        late = tuple(
            comment
            for comment in comments
            if comment.uid not in known
            and (since is None or comment.published_at is None or comment.published_at > since)
        )
        reaches_back = len(late) < len(comments)
        # Reviews and the like count, although they are left out.
        others = max(len(outcome.feed.window) - len(comments), 0)
        return _MissedComments(
            comments=late, complete=reaches_back or kept + len(late) + others >= (entry.comment_count or 0)
        )
