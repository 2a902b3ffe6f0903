"""Save the results of polls: new items at once and in one transaction, all other results many at a time.

A process that is killed loses the results in its buffer; those feeds are polled again.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bridge.announce.notices import Notices
from bot.bridge.ingest.broken_items import Items, RolledBack, without_broken
from bot.bridge.ingest.comments import CommentIngest
from bot.bridge.ingest.entries import EntryIngest
from bot.bridge.ingest.misfiled_comments import MisfiledComments
from bot.bridge.outbox.deliveries import review_blog
from bot.bridge.polling.hub_trust import HubTrust
from bot.bridge.ports import Clock, FeedSource, Meter, Side
from bot.model.address import same_address
from bot.model.entry import ParsedFeed
from bot.model.errors import DatabaseUnavailable
from bot.model.feed import Blog, Failed, Feed, FeedKind, Fetched, FetchOutcome, NotModified, PollResult
from bot.model.ids import BlogId, EntryId, FeedId, Uid
from bot.model.notice import NoticeKind
from bot.rules.blog_changes import refuses_list
from bot.rules.decision_texts import broken_text
from bot.rules.feed_health import Health, after_failure, after_success, health_text, is_obsolete
from bot.rules.poll_schedule import PollSchedule, next_poll_at, note_activity
from bot.rules.redirects import adopt_redirect, is_redirect_confirmed, redirect_text
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: The buffer is flushed when it holds so many results, or after so long.
_FLUSH_AT = 256
_FLUSH_EVERY = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """A document that a poll fetched."""

    blog: Blog
    feed: Feed
    fetched: Fetched
    conditional: bool
    #: when the feed was claimed
    since: datetime
    #: items that were left out, as they cannot be saved
    broken: Items = ()


class PollResults:
    """Saves the results of polls, and decides when each feed is polled next."""

    def __init__(
        self,
        store: Store,
        source: FeedSource,
        entries: EntryIngest,
        comments: CommentIngest,
        misfiled_comments: MisfiledComments,
        notices: Notices,
        hub_trust: HubTrust,
        clock: Clock,
        *,
        schedule: PollSchedule,
        meter: Meter,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._source = source
        self._entries = entries
        self._comments = comments
        self._misfiled_comments = misfiled_comments
        self._notices = notices
        self._hub_trust = hub_trust
        self._clock = clock
        self._schedule = schedule
        self._meter = meter
        self._wake_outbox = wake_outbox
        self._buffer: dict[FeedId, PollResult] = {}
        self._flushed_at = clock.now()
        self._flushing = asyncio.Lock()

    async def save(self, feed: Feed, outcome: FetchOutcome, *, conditional: bool, since: datetime) -> None:
        """Save the result of one poll.

        :param since: when the feed was claimed; a request for an earlier poll that came later counts.
        """
        now = self._clock.now()
        if feed.kind is not FeedKind.ENTRIES and not isinstance(outcome, Failed):
            await self._misfiled_comments.check(feed.blog_id)
        match outcome:
            case Fetched():
                await self._save_document(feed, outcome, conditional=conditional, since=since)
            case NotModified():
                health = self._schedule_next(after_success(feed, outcome, now, conditional=conditional), outcome)
                # A poll without validators that finds nothing changed has read the same bytes again.
                adopting = not conditional and is_redirect_confirmed(health.feed, now)
                new_state = outcome.fetch_state is not None
                await self._buffer_or_settle(feed, health, since, adopting=adopting, new_state=new_state)
                self._meter.polled("unchanged")
            case Failed():
                await self._save_failure(feed, outcome, since)

    async def flush(self, *, force: bool = False) -> None:
        """Write the buffer if it is full or old enough."""
        async with self._flushing:
            now = self._clock.now()
            # The interval is negative after the clock was set back.
            due = not timedelta(0) <= now - self._flushed_at < _FLUSH_EVERY or len(self._buffer) >= _FLUSH_AT
            if not self._buffer or not (due or force):
                return
            results, self._buffer, self._flushed_at = self._buffer, {}, now
            try:
                await self._store.polls.save_results(list(results.values()))
            except BaseException:
                self._buffer = results | self._buffer
                raise

    async def flush_blog(self, blog_id: BlogId) -> None:
        """Write the buffered results of a blog's feeds before another task reads them, and wait for a running flush.

        The caller holds the blog's lock, so that no result is added meanwhile.
        """
        if self._flushing.locked() or any(each.claimed.blog_id == blog_id for each in self._buffer.values()):
            await self.flush(force=True)

    def _schedule_next(self, health: Health, outcome: FetchOutcome) -> Health:
        """Set when a feed is polled next."""
        next_at = next_poll_at(health.feed, outcome, self._clock.now(), self._schedule)
        return replace(health, feed=replace(health.feed, next_poll_at=next_at))

    async def _save_failure(self, feed: Feed, failed: Failed, since: datetime) -> None:
        now = self._clock.now()
        health = self._schedule_next(after_failure(feed, failed, now), failed)
        extra = {"action": "poll_failed", "feed": feed.id, "failures": health.feed.failures}
        _log.warning("%s", failed.text, extra=extra)
        if refuses_list(feed, failed):
            async with self._store.transaction():
                await self._store.outbox.add([review_blog(feed.blog_id, now, list_refused=True)])
            self._wake_outbox()
        if is_obsolete(health.feed, now):
            self._buffer.pop(feed.id, None)
            await self._store.polls.delete(feed.id)
        else:
            await self._buffer_or_settle(feed, health, since)
        self._meter.polled("failed")
        self._meter.failed(Side.BLOG, f"poll_{failed.reason}")

    async def _buffer_or_settle(
        self, claimed: Feed, health: Health, since: datetime, *, adopting: bool = False, new_state: bool = False
    ) -> None:
        """Buffer a result without items, unless there is more to save than the feed's health."""
        feed = health.feed
        if health.notice is None and not adopting and not new_state:
            self._buffer[feed.id] = PollResult(feed=feed, claimed=claimed, since=since)
            _log_planned(feed)
            return
        blog = await self._store.feeds.get_blog(feed.blog_id)
        if blog is None:
            return
        async with self._store.transaction():
            await self._settle(blog, health, since, adopting=adopting)
        self._wake_outbox()

    async def _save_document(self, feed: Feed, fetched: Fetched, *, conditional: bool, since: datetime) -> None:
        blog = await self._store.feeds.get_blog(feed.blog_id)
        if blog is None:
            return
        document = _Document(blog=blog, feed=feed, fetched=fetched, conditional=conditional, since=since)
        try:
            new = await self._save_items(document)
        except DatabaseUnavailable:
            raise
        except Exception:

            async def attempt(parsed: ParsedFeed) -> None:
                await self._save_items(replace(document, fetched=replace(fetched, feed=parsed)), dry_run=True)

            sound, broken = await without_broken(feed, fetched, attempt)
            if not broken:
                raise
            extra = {"action": "items_failed", "feed": feed.id}
            _log.exception("Some items could not be saved, the others were.", extra=extra)
            new = await self._save_items(replace(document, fetched=sound, broken=broken))
        await self._hub_trust.save_hub(feed, fetched.push)
        self._meter.polled("new_items" if new else "unchanged")
        if new:
            extra = {"action": "poll_new_items", "feed": feed.id, "kind": feed.kind, "new": new}
            _log.info("A feed has new items.", extra=extra)
        self._wake_outbox()

    async def _save_items(self, document: _Document, *, dry_run: bool = False) -> int:
        """Save the items of a document, in one transaction; returns how many were new.

        :param dry_run: roll back at the end, to find out whether the items can be saved.
        """
        blog, feed, fetched, now = document.blog, document.feed, document.fetched, self._clock.now()
        health = after_success(feed, fetched, now, conditional=document.conditional)
        adopting = is_redirect_confirmed(health.feed, now) and await self._has_known_items(feed, fetched)
        entry_diff = comment_diff = None
        if feed.kind is FeedKind.ENTRIES:
            entry_diff = await self._entries.prepare(blog, feed, fetched.feed)
        else:
            comment_diff = await self._comments.prepare(blog, feed, fetched.feed)
        async with self._store.transaction():
            if entry_diff is not None:
                new = await self._entries.save(entry_diff)
                if new and feed.last_ok_at is not None:
                    # Comments come soon after a new entry.
                    due_at = now + self._schedule.shortest
                    await self._store.polls.raise_activity(feed.blog_id, None, now=now, due_at=due_at)
                await self._compare_comment_counts(feed, fetched.feed, entry_diff.first_seen)
                after = await self._hub_trust.check_deliveries(health.feed, [item for item, _ in entry_diff.items.new])
                state = after.fetch_state
                if state and entry_diff.renamed_uids:
                    state = self._source.rename_items(state, entry_diff.renamed_uids)
                after = replace(after, identity=entry_diff.identity, fetch_state=state)
            else:
                assert comment_diff is not None
                new = await self._comments.save(comment_diff)
                after = await self._hub_trust.check_deliveries(
                    health.feed, [item for item, _ in comment_diff.items.new]
                )
            if dry_run:
                raise RolledBack
            if document.broken and not await self._notices.notified_lately(blog.id, NoticeKind.BROKEN_ITEMS, feed.id):
                text = broken_text([item.link or "" for item in document.broken])
                await self._notices.notify(blog.id, NoticeKind.BROKEN_ITEMS, text, feed_id=feed.id)
            health = replace(health, feed=note_activity(after, feed, fetched, new=new, now=now))
            await self._settle(blog, self._schedule_next(health, fetched), document.since, adopting=adopting)
        return new

    async def _compare_comment_counts(self, feed: Feed, parsed: ParsedFeed, first_seen: Collection[Uid]) -> None:
        """Poll the comments of known entries whose number of comments has changed."""
        known = [entry for entry in parsed.entries if entry.uid not in first_seen]
        counted = {entry.uid: entry.comment_count for entry in known if entry.comment_count is not None}
        if not counted:
            return
        briefs = await self._store.entries.summaries(feed.blog_id, list(counted))
        counts = {EntryId(briefs[uid].id): count for uid, count in counted.items() if uid in briefs}
        changed = await self._store.polls.save_comment_counts(counts)
        if changed and feed.last_ok_at is not None:
            now = self._clock.now()
            await self._store.polls.poll_now(feed.blog_id, changed, now=now, again_at=now + self._schedule.shortest)

    async def _has_known_items(self, feed: Feed, fetched: Fetched) -> bool:
        """Return whether a document shows an item that is in the database."""
        window = fetched.feed.window
        if feed.kind is FeedKind.ENTRIES:
            return bool(await self._store.entries.summaries(feed.blog_id, window))
        return bool(await self._store.comments.summaries(feed.blog_id, window))

    async def _settle(self, blog: Blog, health: Health, since: datetime, *, adopting: bool) -> None:
        """Save a feed, and notify its admins, inside a transaction."""
        feed = health.feed
        # A redirect may lead to a stranger's feed. A server that subscribes to that feed later gets a blog of its own,
        # without the API, comments and entries that came from the old address.
        url = feed.redirect_url or feed.url
        if adopting and await self._store.polls.change_url(feed.id, url, same_page=same_address(url, feed.url)):
            feed = adopt_redirect(feed)
            _log.info("A feed has moved.", extra={"action": "feed_moved", "feed": feed.id})
            await self._notices.notify(blog.id, NoticeKind.MOVED, redirect_text(feed, blog), feed_id=feed.id)
        if health.notice is not None and await self._covered_by_entries_feed(feed):
            feed = replace(feed, notified_at=None)
        elif health.notice is not None:
            text = health_text(health.notice, feed, blog)
            await self._notices.notify(blog.id, health.notice, text, feed_id=feed.id)
        # A buffered result of this feed is older.
        self._buffer.pop(feed.id, None)
        await self._store.polls.save_result(feed, since=since)
        _log_planned(feed)

    async def _covered_by_entries_feed(self, feed: Feed) -> bool:
        """Return whether a comment feed fails while admins know that the blog's entries feed does."""
        if feed.kind is FeedKind.ENTRIES or feed.notified_at is None:
            return False
        return any(
            each.kind is FeedKind.ENTRIES and each.notified_at is not None
            for each in await self._store.feeds.of_blog(feed.blog_id)
        )


def _log_planned(feed: Feed) -> None:
    extra = {
        "action": "poll_planned",
        "feed": feed.id,
        "at": feed.next_poll_at,
        "failures": feed.failures,
        "newest": feed.newest_at,
        "not_before": feed.not_before,
        "hub_trusted_until": feed.hub_trusted_until,
        "stopped": feed.stopped_at,
    }
    _log.debug("The next poll is planned.", extra=extra)
