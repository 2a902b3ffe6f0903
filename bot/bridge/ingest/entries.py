"""Save the entries of a feed and plan their announcements.

``prepare`` may read and fetch, outside of transactions; ``save`` runs inside the caller's. Polls, pushes and the silent
baseline at the start of a subscription use both; a baseline still announces to earlier subscriptions.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.bridge.announce.edits import Edits
from bot.bridge.announce.entry_planner import EntryPlanner
from bot.bridge.announce.notices import Notices
from bot.bridge.ingest.backfill import Backfill, BackfillResult
from bot.bridge.ingest.matching import EntryMatcher, KnownEntries, summary_of
from bot.bridge.ingest.shared_names import DocumentItems, NameCache, disambiguate
from bot.bridge.outbox.deliveries import update_card
from bot.bridge.ports import Clock
from bot.model.decision import Decision
from bot.model.entry import Entry, ItemSummary, ParsedEntry, ParsedFeed
from bot.model.feed import Blog, Feed, FeedKind, FoundFeed
from bot.model.ids import EntryId, Uid
from bot.model.notice import NoticeKind, WithheldEntries
from bot.model.subscription import Subscription
from bot.rules.decision_texts import entry_decisions, gap_text, match_decisions, renamed_text
from bot.rules.entry_matching import Match, MatchedBy, is_bulk_change, is_bulk_rename
from bot.rules.item_diff import Diff, diff_items
from bot.rules.messages.cards import is_empty
from bot.rules.window import (
    has_gap,
    needing_seen_update,
    older_than,
    oldest_first,
    removed_entries,
    resurfaced_items,
    with_new_uids,
)
from bot.storage.database import Store

#: The items that a feed shows by default (WordPress's ``posts_per_rss``); few feeds show less.
FEED_WINDOW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDiff:
    """The changes that saving a feed of entries will make."""

    blog: Blog
    feed: Feed
    items: Diff[ParsedEntry]
    #: known entries that only comments have named until now
    known_stubs: Mapping[Uid, Entry]
    #: known entries that came under unknown names
    matches: Mapping[Uid, Match]
    #: at least half of the feed came under other names
    renamed: bool
    #: more items appeared than could be read
    gap: bool
    #: were removed from the middle of the window
    missing: Sequence[EntryId]
    #: the feed says that they are deleted
    deleted: Sequence[EntryId]
    #: known, and missing from the last window
    returned: Sequence[EntryId]
    #: uids of the document, if it is complete
    in_view: Collection[Uid] = ()
    #: known entries whose ``seen_at`` is to be updated
    shown: Sequence[EntryId] = ()
    #: shared uids and uids of copies, with those that replace them
    renamed_uids: Mapping[Uid, Uid] = field(default_factory=dict)

    @property
    def first_seen(self) -> set[Uid]:
        """Uids of entries that not even a comment has named before."""
        return {parsed.uid for parsed, _ in (*self.items.new, *self.items.old)} - self.known_stubs.keys()

    @property
    def identity(self) -> str | None:
        """The property that identifies the feed's entries from now on; None: their guids."""
        hows = Counter(match.how for match in self.matches.values() if match.how is not MatchedBy.UID)
        for how, count in hows.most_common(1):
            if self.renamed and count * 2 > len(self.matches):
                return how
        return self.feed.identity


async def _with_text(entries: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    """Leave out empty entries; yields to the event loop in between, as reading markup takes a while."""
    found = []
    for entry in entries:
        if not (entry.link or entry.title.strip()):
            await asyncio.sleep(0)
        if not is_empty(entry):
            found.append(entry)
    return found


class EntryIngest:
    """Saves the entries of a feed, and plans their announcements."""

    def __init__(self, store: Store, backfill: Backfill, edits: Edits, notices: Notices, clock: Clock) -> None:
        self._store = store
        self._backfill = backfill
        self._edits = edits
        self._notices = notices
        self._clock = clock
        self._matcher = EntryMatcher(store)
        self._entry_planner = EntryPlanner(store, clock)

    async def prepare(self, blog: Blog, feed: Feed, parsed: ParsedFeed) -> EntryDiff:
        """Sort a feed of entries into new, changed and old, and find out what left it."""
        entries = await _with_text(parsed.entries)
        shown = DocumentItems(entries=entries, window=parsed.window or tuple(entry.uid for entry in entries))
        names = NameCache(self._store, blog.id)
        concerned = shown.relevant_uids(parsed)
        briefs = await self._store.entries.summaries(blog.id, concerned)
        read_before = feed.last_ok_at is not None
        shown = await disambiguate(self._store, blog, shown, parsed.before, briefs, names, read_before=read_before)
        entries, window = list(shown.entries), shown.window
        if shown.renamed_uids:
            concerned = shown.relevant_uids(parsed)
            briefs = await self._store.entries.summaries(blog.id, concerned)
        seen = await self._matcher.look_up_names(blog, concerned, briefs, entries, names)
        briefs = seen.briefs
        known = await self._store.entries.known(blog.id, [entry.uid for entry in entries if entry.uid in briefs])
        unknown = [entry for entry in entries if entry.uid not in known]
        lately = _recently_shown(feed, parsed, briefs)
        matches = await self._matcher.match(blog, unknown, window, seen, recently_shown=lately, before=parsed.before)
        missing = removed_entries(parsed, window, briefs, [match.entry.id for match in matches.values()])
        read, gap, too_old = window, False, set[Uid]()
        if unknown and parsed.complete and not matches and has_gap(window, {*briefs, *parsed.before}):
            too_old, back = await self._backfill_entries(blog, feed, parsed, unknown)
            gap = not back.complete
            read = (*window, *(entry.uid for entry in back.entries))
            seen = await self._matcher.look_up(blog, read, [*entries, *back.entries])
            briefs |= seen.briefs
            # Known entries on older pages were read before, and stay as they are.
            older = await _with_text([entry for entry in back.entries if entry.uid not in briefs])
            matches = await self._matcher.match(blog, older, read, seen, recently_shown=None)
            entries += older
            unknown += older
        briefs |= {uid: summary_of(match.entry) for uid, match in matches.items()}
        stub_uids = {uid for uid, match in matches.items() if match.entry.is_stub}
        unmatched = [entry for entry in unknown if entry.uid not in matches or entry.uid in stub_uids]
        before = with_new_uids(parsed.before, briefs, {match.entry.id: uid for uid, match in matches.items()})
        behind = too_old | resurfaced_items(
            unmatched, before=before, window=read, briefs=briefs, full=FEED_WINDOW, complete=parsed.complete
        )
        renamed = is_bulk_rename(matches, len(window))
        if renamed and feed.identity is None:
            dates = [match.entry.published_at for match in matches.values()]
            behind |= older_than(unmatched, dates, self._clock.now())
        news = diff_items(entries, known | {uid: match.entry for uid, match in matches.items()}, behind)
        return EntryDiff(
            blog=blog,
            feed=feed,
            items=news,
            known_stubs=await self._find_known_stubs(
                blog, news, known | {uid: matches[uid].entry for uid in stub_uids}, seen
            ),
            matches=matches,
            renamed=renamed or bool(too_old),
            gap=gap,
            missing=missing,
            # An item that the feed shows is not deleted, even if it says so.
            deleted=[EntryId(briefs[uid].id) for uid in parsed.deleted if uid in briefs and uid not in window],
            returned=[entry.id for uid, entry in known.items() if parsed.before and uid not in parsed.before],
            in_view=frozenset(window) if parsed.complete else (),
            shown=[EntryId(id_) for id_ in needing_seen_update(window, briefs, self._clock.now())]
            if parsed.complete
            else (),
            renamed_uids=shown.renamed_uids,
        )

    async def save(self, found: EntryDiff) -> int:
        """Save entries and plan their announcements, inside a transaction; returns how many were new."""
        blog = found.blog
        subscriptions = await self._store.subscriptions.lock_of_blog(blog.id)
        hashes = {parsed.uid: hash_ for parsed, hash_ in found.items.new}
        in_order = oldest_first([parsed for parsed, _ in found.items.new], self._clock.now())
        new = await self._save_entries(found, [(parsed, hashes[parsed.uid]) for parsed in in_order], subscriptions)
        old = await self._save_entries(found, found.items.old, subscriptions)
        # Names that are new with every poll need not be kept: none of them comes again.
        renamed = [match for match in found.matches.values() if match.how != found.feed.identity]
        await self._matcher.save_names(blog, [(match.entry.id, match.item) for match in renamed])
        await self._store.retention.mark_entries_seen(found.shown, self._clock.now())
        for parsed, hash_ in found.items.changed:
            kept = await self._get_kept(found, parsed.uid)
            if kept is not None:
                await self._edits.apply_entry_edit(kept, parsed, hash_, subscriptions)
        for entry_id in found.missing:
            await self._edits.schedule_removal_check(entry_id, None)
        for entry_id in found.returned:
            await self._edits.cancel_removal_check(entry_id, None)
        for entry_id in found.deleted:
            await self._edits.mark_gone(entry_id, None, subscriptions)
        await self._add_comment_feeds(blog, [parsed for parsed, _ in found.items.new])
        decisions: list[Decision] = []
        if found.feed.last_ok_at is not None:
            now = self._clock.now()
            decisions += (*entry_decisions(found.feed, new, old, at=now), *match_decisions(found.matches, at=now))
        commented = {entry.id for entry in found.known_stubs.values()}
        await self._entry_planner.announce(new, subscriptions, commented=commented, decided=decisions)
        await self._notify(found, old)
        return len(new)

    async def _backfill_entries(
        self, blog: Blog, feed: Feed, parsed: ParsedFeed, unknown: Sequence[ParsedEntry]
    ) -> tuple[set[Uid], BackfillResult]:
        """Where no entry of a feed is known, choose those too old to be new, else fetch those that were missed."""
        kept = [entry for entry in await self._store.entries.newest(blog.id, FEED_WINDOW) if not entry.is_stub]
        if feed.last_ok_at is None or not kept:
            return set(), BackfillResult(complete=True)
        older = older_than(unknown, [entry.published_at for entry in kept], self._clock.now())
        if len({entry.published_at for entry in unknown}) > 1 and is_bulk_change(len(older), len(unknown)):
            return older, BackfillResult(complete=True)
        return set(), await self._backfill.read(feed, parsed, lambda page: self._knows(blog, page))

    async def _knows(self, blog: Blog, page: ParsedFeed) -> bool:
        uids = [entry.uid for entry in page.entries]
        seen = await self._matcher.look_up(blog, uids, page.entries)
        return bool(seen.briefs or await self._matcher.match(blog, page.entries, uids, seen, recently_shown=None))

    async def _find_known_stubs(
        self, blog: Blog, news: Diff[ParsedEntry], known: Mapping[Uid, Entry], seen: KnownEntries
    ) -> dict[Uid, Entry]:
        known_stubs = {}
        for parsed, _ in (*news.new, *news.old):
            kept = known.get(parsed.uid) or await self._matcher.find_stub(blog, parsed, seen)
            if kept is not None and kept.is_stub:
                known_stubs[parsed.uid] = kept
        return known_stubs

    async def _save_entries(
        self, found: EntryDiff, entries: Sequence[tuple[ParsedEntry, str]], subscriptions: Sequence[Subscription]
    ) -> list[Entry]:
        """Add entries in their order, and fill in stubs; returns all of them as saved."""
        now = self._clock.now()
        first_seen = [(parsed, hash_) for parsed, hash_ in entries if parsed.uid not in found.known_stubs]
        added = {
            entry.uid: entry
            for entry in await self._store.entries.add(found.blog.id, first_seen, now=now, shown=found.in_view)
        }
        kept = []
        for parsed, hash_ in entries:
            stub = found.known_stubs.get(parsed.uid)
            entry = added.get(parsed.uid)
            if stub is not None:
                await self._store.entries.identify(stub.id, parsed, hash_)
                entry = await self._store.entries.get(stub.id)
                links = [await self._store.messages.of_entry(each.id, stub.id) for each in subscriptions]
                await self._store.outbox.add([update_card(link, now) for link in links if link is not None])
            if entry is not None:
                kept.append((entry, parsed))
        await self._matcher.save_names(found.blog, [(entry.id, parsed) for entry, parsed in kept])
        return [entry for entry, _ in kept]

    async def _get_kept(self, found: EntryDiff, uid: Uid) -> Entry | None:
        match = found.matches.get(uid)
        if match is not None:
            return await self._store.entries.get(match.entry.id)
        return (await self._store.entries.known(found.blog.id, [uid])).get(uid)

    async def _notify(self, found: EntryDiff, old: Sequence[Entry]) -> None:
        blog_id, feed_id = found.blog.id, found.feed.id
        notified_lately = self._notices.notified_lately
        others = found.identity != found.feed.identity or not found.matches
        if found.renamed and others and not await notified_lately(blog_id, NoticeKind.IDENTITY, feed_id):
            taken = [WithheldEntries(entry_id=match.entry.id, uid=uid) for uid, match in found.matches.items()]
            taken += [WithheldEntries(entry_id=entry.id, uid=None) for entry in old]
            text = renamed_text(len(found.matches), len(old))
            await self._notices.notify(blog_id, NoticeKind.IDENTITY, text, feed_id=feed_id, taken=taken)
        if found.gap and not await notified_lately(blog_id, NoticeKind.GAP, feed_id):
            await self._notices.notify(blog_id, NoticeKind.GAP, gap_text(found.feed), feed_id=feed_id)

    async def _add_comment_feeds(self, blog: Blog, entries: Sequence[ParsedEntry]) -> None:
        """Add the comment feed of each new entry, where a blog has no feed of all comments."""
        urls = {entry.uid: entry.comments_feed_url for entry in entries if entry.comments_feed_url}
        if not urls:
            return
        feeds = await self._store.feeds.of_blog(blog.id)
        if any(feed.kind is FeedKind.COMMENTS for feed in feeds):
            return
        kept = await self._store.entries.known(blog.id, list(urls))
        for parsed in entries:
            if parsed.uid in urls and parsed.uid in kept:
                found = FoundFeed(url=urls[parsed.uid], kind=FeedKind.ENTRY_COMMENTS, title=parsed.title)
                await self._store.feeds.add_feed(
                    blog.id, found, next_poll_at=self._clock.now(), entry_id=kept[parsed.uid].id
                )


def _recently_shown(feed: Feed, parsed: ParsedFeed, briefs: Mapping[Uid, ItemSummary]) -> set[EntryId] | None:
    """Return the entries in the last window; None: it is not known, or links identify the feed's entries."""
    if feed.identity == MatchedBy.LINK or not parsed.before:
        return None
    return {EntryId(briefs[uid].id) for uid in parsed.before if uid in briefs}
