"""Writes down what came of polls: news with the items they bring, everything else many polls at a time.

A process that is killed meanwhile forgets what it had not written yet; those feeds are polled again.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bridge.announce.notices import Notices
from bot.bridge.ingest.broken_items import Items, RolledBack, find_broken, without
from bot.bridge.ingest.comments import CommentIngest
from bot.bridge.ingest.entries import EntryIngest
from bot.bridge.ingest.misfiled_comments import MisfiledComments
from bot.bridge.outbox.deliveries import review_blog
from bot.bridge.polling.hub_trust import Trust
from bot.bridge.ports import Clock, FeedSource, Meter, Side
from bot.model.address import same_address
from bot.model.entry import ParsedFeed
from bot.model.errors import StoreAway
from bot.model.feed import Blog, Failed, Feed, FeedKind, Fetched, FetchOutcome, NotModified, PollResult
from bot.model.ids import BlogId, EntryId, FeedId, Uid
from bot.model.notice import NoticeKind
from bot.rules.blog_changes import refuses_list
from bot.rules.decision_texts import broken_text
from bot.rules.diff import newest_date
from bot.rules.feed_health import Health, after_failure, after_success, health_text, is_obsolete
from bot.rules.poll_schedule import PollSchedule, next_poll, next_poll_after_failure, usual_gap
from bot.rules.redirects import is_redirect_confirmed, move, redirect_text
from bot.storage.database import Store

_log = logging.getLogger(__name__)


#: Written at the latest when so many have gathered or so much time has passed, whichever is first.
_MOST = 256
_AT_LEAST_EVERY = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A document that a poll brought."""

    blog: Blog
    feed: Feed
    fetched: Fetched
    conditional: bool
    #: when the feed was claimed
    since: datetime
    #: items left out of it, as they cannot be recorded
    broken: Items = ()


class PollResults:
    """Takes outcomes of polls."""

    def __init__(
        self,
        store: Store,
        source: FeedSource,
        entries: EntryIngest,
        comments: CommentIngest,
        misfiled_comments: MisfiledComments,
        notices: Notices,
        trust: Trust,
        clock: Clock,
        *,
        pace: PollSchedule,
        meter: Meter,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._source = source
        self._entries = entries
        self._comments = comments
        self._refiler = misfiled_comments
        self._notices = notices
        self._trust = trust
        self._clock = clock
        self._pace = pace
        self._meter = meter
        self._wake_outbox = wake_outbox
        self._unwritten: dict[FeedId, PollResult] = {}
        self._written_at = clock.now()
        self._writing = asyncio.Lock()

    async def record(self, feed: Feed, outcome: FetchOutcome, *, conditional: bool, since: datetime) -> None:
        """Take the outcome of one poll.

        :param since: when the feed was claimed; whoever hurried it later is heeded.
        """
        now = self._clock.now()
        if feed.kind is not FeedKind.ENTRIES and not isinstance(outcome, Failed):
            await self._refiler.mend(feed.blog_id)
        match outcome:
            case Fetched():
                await self._take(feed, outcome, conditional=conditional, since=since)
            case NotModified():
                health = after_success(feed, outcome, now, self._pace, conditional=conditional)
                # Without validators it was the same body, byte for byte: of course its content is known.
                known = not conditional
                await self._note(feed, health, since, known=known, fetch_state=outcome.fetch_state is not None)
                self._meter.polled("unchanged")
            case Failed():
                health = after_failure(feed, outcome, now)
                ill = replace(health.feed, next_poll_at=next_poll_after_failure(health.feed, outcome, now, self._pace))
                _log.warning(
                    "%s", outcome.text, extra={"action": "poll_failed", "feed": feed.id, "failures": ill.failures}
                )
                if refuses_list(feed, outcome):
                    async with self._store.transaction():
                        await self._store.outbox.add([review_blog(feed.blog_id, now, list_refused=True)])
                    self._wake_outbox()
                if is_obsolete(ill, now):
                    self._unwritten.pop(feed.id, None)
                    await self._store.polls.forget(feed.id)
                else:
                    await self._note(feed, replace(health, feed=ill), since, known=False, fetch_state=False)
                self._meter.polled("failed")
                self._meter.failed(Side.BLOG, f"poll_{outcome.reason}")

    async def write(self, *, all_: bool = False) -> None:
        """Write what has gathered, if it is time."""
        async with self._writing:
            now = self._clock.now()
            # A clock that was put back shows less than nothing.
            waited = not timedelta(0) <= now - self._written_at < _AT_LEAST_EVERY or len(self._unwritten) >= _MOST
            if not self._unwritten or not (waited or all_):
                return
            unwritten, self._unwritten, self._written_at = self._unwritten, {}, now
            try:
                await self._store.polls.settle_all(list(unwritten.values()))
            except BaseException:
                self._unwritten = unwritten | self._unwritten
                raise

    async def write_blog(self, blog_id: BlogId) -> None:
        """Write what waits for a blog's feeds, before somebody else than the poller reads and settles them.

        A write that is under way is waited for. To be called with the blog's turn, so that nothing gathers meanwhile.
        """
        if self._writing.locked() or any(each.claimed.blog_id == blog_id for each in self._unwritten.values()):
            await self.write(all_=True)

    async def _note(self, claimed: Feed, health: Health, since: datetime, *, known: bool, fetch_state: bool) -> None:
        """Keep what a poll without news leaves: at once if there is more to it than how the feed fares."""
        feed = health.feed
        adopting = known and is_redirect_confirmed(feed, self._clock.now())
        if health.tell is None and not adopting and not fetch_state:
            self._unwritten[feed.id] = PollResult(feed=feed, claimed=claimed, since=since)
            _log_planned(feed)
            return
        blog = await self._store.feeds.get_blog(feed.blog_id)
        if blog is None:
            return
        async with self._store.transaction():
            await self._settle(blog, health, since, adopting=adopting)
        self._wake_outbox()

    async def _take(self, feed: Feed, fetched: Fetched, *, conditional: bool, since: datetime) -> None:
        blog = await self._store.feeds.get_blog(feed.blog_id)
        if blog is None:
            return
        reading = _Reading(blog=blog, feed=feed, fetched=fetched, conditional=conditional, since=since)
        try:
            new = await self._record_reading(reading)
        except StoreAway:
            raise
        except Exception:
            sound = await self._without_broken(reading)
            if sound is None:
                raise
            _log.exception(
                "Some items could not be recorded, the others are.", extra={"action": "items_failed", "feed": feed.id}
            )
            new = await self._record_reading(sound)
        await self._trust.note(feed, fetched.push)
        self._meter.polled("news" if new else "unchanged")
        if new:
            _log.info(
                "A feed brought news.",
                extra={"action": "poll_new_items", "feed": feed.id, "kind": feed.kind, "new": new},
            )
        self._wake_outbox()

    async def _record_reading(self, reading: _Reading, *, undo: bool = False) -> int:
        """Take a document in, in one transaction; returns how many items were new.

        :param undo: leave nothing of it, to learn whether it can be done.
        """
        blog, feed, fetched = reading.blog, reading.feed, reading.fetched
        health = after_success(feed, fetched, self._clock.now(), self._pace, conditional=reading.conditional)
        adopting = is_redirect_confirmed(health.feed, self._clock.now()) and await self._knows(feed, fetched)
        if feed.kind is FeedKind.ENTRIES:
            entry_news = await self._entries.gather(blog, feed, fetched.feed)
        else:
            comment_news = await self._comments.gather(blog, feed, fetched.feed)
        async with self._store.transaction():
            if feed.kind is FeedKind.ENTRIES:
                new = await self._entries.record(entry_news)
                if new and feed.last_ok_at is not None:
                    # A new entry is when comments come.
                    await self._warm(feed)
                await self._heed_counts(feed, fetched.feed, entry_news.first_seen)
                after = await self._trust.weigh(health.feed, [parsed for parsed, _ in entry_news.news.new])
                fetch_state = after.fetch_state
                if fetch_state and entry_news.longer:
                    fetch_state = self._source.rename_items(fetch_state, entry_news.longer)
                health = replace(health, feed=replace(after, identity=entry_news.identity, fetch_state=fetch_state))
            else:
                new = await self._comments.record(comment_news)
                after = await self._trust.weigh(health.feed, [parsed for parsed, _ in comment_news.news.new])
                health = replace(health, feed=after)
            if undo:
                raise RolledBack
            if reading.broken and not await self._notices.notified_lately(blog.id, NoticeKind.BROKEN_ITEMS, feed.id):
                text = broken_text([item.link or "" for item in reading.broken])
                await self._notices.notify(blog.id, NoticeKind.BROKEN_ITEMS, text, feed_id=feed.id)
            await self._settle(blog, self._paced(health, feed, fetched, new), reading.since, adopting=adopting)
        return new

    async def _without_broken(self, reading: _Reading) -> _Reading | None:
        """Leave out the items that break; None where none does by itself.

        What the feed is known by stays as it was, so that they are tried again with every poll: a newer version of the
        bot may be able to record them.
        """

        async def attempt(parsed: ParsedFeed) -> None:
            await self._record_reading(replace(reading, fetched=replace(reading.fetched, feed=parsed)), undo=True)

        parsed, feed = reading.fetched.feed, reading.feed
        broken = await find_broken(parsed, attempt)
        if not broken:
            return None
        sound = replace(
            reading.fetched,
            feed=without(parsed, broken),
            fetch_state=feed.fetch_state,
            body_hash=feed.body_hash or "",
            validators=feed.validators,
        )
        return replace(reading, fetched=sound, broken=broken)

    async def _heed_counts(self, feed: Feed, parsed: ParsedFeed, first_seen: Collection[Uid]) -> None:
        """Another number of comments on an entry that was known is a hint to look at them."""
        known = [entry for entry in parsed.entries if entry.uid not in first_seen]
        told = {entry.uid: entry.comment_count for entry in known if entry.comment_count is not None}
        if not told:
            return
        briefs = await self._store.items.entry_briefs(feed.blog_id, list(told))
        counts = {EntryId(briefs[uid].id): count for uid, count in told.items() if uid in briefs}
        moved = await self._store.polls.note_counts(counts)
        if moved and feed.last_ok_at is not None:
            now = self._clock.now()
            await self._store.polls.poll_now(feed.blog_id, moved, now=now, again_at=now + self._pace.shortest)

    async def _knows(self, feed: Feed, fetched: Fetched) -> bool:
        """Whether a feed shows something that is kept."""
        window, items = fetched.feed.window, self._store.items
        if feed.kind is FeedKind.ENTRIES:
            return bool(await items.entry_briefs(feed.blog_id, window))
        return bool(await items.comment_briefs(feed.blog_id, window))

    async def _warm(self, feed: Feed) -> None:
        now = self._clock.now()
        await self._store.polls.raise_activity(feed.blog_id, None, now=now, due_at=now + self._pace.shortest)

    def _paced(self, health: Health, before: Feed, fetched: Fetched, new: int) -> Health:
        """Add the feed's rhythm and its next poll."""
        now, feed, parsed = self._clock.now(), health.feed, fetched.feed
        gap, newest_at = feed.usual_gap, feed.newest_at
        if feed.kind is FeedKind.ENTRIES:
            dates = [entry.published_at for entry in parsed.entries if entry.published_at]
            gap = usual_gap(before, dates, new, parsed.freshness, now)
        if before.last_ok_at is None:
            # What is read for the first time is not new.
            newest_at = newest_date(parsed, now) or newest_at
        elif new:
            newest_at = now
        feed = replace(feed, usual_gap=gap, newest_at=newest_at)
        return replace(health, feed=replace(feed, next_poll_at=next_poll(feed, now, self._pace)))

    async def _settle(self, blog: Blog, health: Health, since: datetime, *, adopting: bool) -> None:
        """Save a feed, inside a transaction, and tell what is to be told of it."""
        feed = health.feed
        if adopting and await self._adopt(feed):
            feed = move(feed)
            _log.info("A feed has moved.", extra={"action": "feed_moved", "feed": feed.id})
            await self._notices.notify(blog.id, NoticeKind.MOVED, redirect_text(feed, blog), feed_id=feed.id)
        if health.tell is not None and await self._covered_by_entries_feed(feed):
            feed = replace(feed, notified_at=None)
        elif health.tell is not None:
            text = health_text(health.tell, feed, blog)
            await self._notices.notify(blog.id, health.tell, text, feed_id=feed.id)
        # What waits for this feed is older than this.
        self._unwritten.pop(feed.id, None)
        await self._store.polls.settle(feed, since=since)
        _log_planned(feed)

    async def _adopt(self, feed: Feed) -> bool:
        """Ask at the address that a feed redirects to from now on.

        A redirect may lead to a stranger's feed. So whoever adds that one gets a blog of its own, not this one with
        the API, comments and entries that the old address brought.
        """
        url = feed.redirect_url or feed.url
        return await self._store.polls.move(feed.id, url, same_page=same_address(url, feed.url))

    async def _covered_by_entries_feed(self, feed: Feed) -> bool:
        """Whether a feed of comments fails while it is known of the blog's own feed that it does."""
        if feed.kind is FeedKind.ENTRIES or feed.notified_at is None:
            return False
        return any(
            each.kind is FeedKind.ENTRIES and each.notified_at is not None
            for each in await self._store.feeds.of_blog(feed.blog_id)
        )


def _log_planned(feed: Feed) -> None:
    _log.debug(
        "The next poll is planned.",
        extra={"action": "poll_planned", "feed": feed.id, "at": feed.next_poll_at, "failures": feed.failures},
    )
