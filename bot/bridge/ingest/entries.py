"""From parsed entries to kept entries and their announcements.

``prepare`` may read and touch the network, in no transaction; ``save`` runs inside the caller's. Both serve every
way by which entries arrive: the poll, the push, and the silent baseline at the start of a subscription, which still
announces to those who were subscribed before.
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
from bot.rules.diff import Diff, diff_items
from bot.rules.entry_matching import Match, MatchedBy, is_bulk_change, is_bulk_rename
from bot.rules.messages.cards import is_empty
from bot.rules.window import (
    has_gap,
    needing_seen_update,
    older_than,
    oldest_first,
    removed_from_middle,
    resurfaced_items,
)
from bot.storage.database import Store

#: So many items a feed shows by default (WordPress's ``posts_per_rss``); few show less.
FEED_WINDOW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDiff:
    """What a feed of entries brings; nothing is kept yet."""

    blog: Blog
    feed: Feed
    items: Diff[ParsedEntry]
    #: not yet shown by the feed, but known from a comment that was faster
    known_stubs: Mapping[Uid, Entry]
    #: known entries under names of theirs that were not known
    matches: Mapping[Uid, Match]
    #: half of the feed came under other names
    renamed: bool
    #: more appeared than could be read
    gap: bool
    #: left the middle of the window
    missing: Sequence[EntryId]
    #: the feed says that they are deleted
    deleted: Sequence[EntryId]
    #: known, and not there the last time
    returned: Sequence[EntryId]
    #: uids that the feed shows, if all of it was read
    in_view: Collection[Uid] = ()
    #: those of known entries, which has not been noted for a while
    shown: Sequence[EntryId] = ()
    #: uids of items that turned out to be shared, or copies' own, and those that they have instead
    renamed_uids: Mapping[Uid, Uid] = field(default_factory=dict)

    @property
    def first_seen(self) -> set[Uid]:
        """What nothing was known of before, not even a comment."""
        return {parsed.uid for parsed, _ in (*self.items.new, *self.items.old)} - self.known_stubs.keys()

    @property
    def identity(self) -> str | None:
        """By what the feed's entries are known from now on; None: by their guids."""
        hows = Counter(match.how for match in self.matches.values() if match.how is not MatchedBy.UID)
        for how, count in hows.most_common(1):
            if self.renamed and count * 2 > len(self.matches):
                return how
        return self.feed.identity


async def _with_words(entries: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    """Leave out entries that say nothing. The loop goes on in between: to look through one's markup takes a while."""
    found = []
    for entry in entries:
        if not (entry.link or entry.title.strip()):
            await asyncio.sleep(0)
        if not is_empty(entry):
            found.append(entry)
    return found


class EntryIngest:
    """Takes entries in."""

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
        items = self._store.items
        entries = await _with_words(parsed.entries)
        shown = DocumentItems(entries=entries, window=parsed.window or tuple(entry.uid for entry in entries))
        names = NameCache(self._store, blog.id)
        concerned = shown.relevant_uids(parsed)
        briefs = await items.entry_summaries(blog.id, concerned)
        read_before = feed.last_ok_at is not None
        shown = await disambiguate(self._store, blog, shown, parsed.before, briefs, names, read_before=read_before)
        entries, window = list(shown.entries), shown.window
        if shown.renamed_uids:
            concerned = shown.relevant_uids(parsed)
            briefs = await items.entry_summaries(blog.id, concerned)
        seen = await self._matcher.look_up_names(blog, concerned, briefs, entries, names)
        briefs = seen.briefs
        known = await items.known_entries(blog.id, [entry.uid for entry in entries if entry.uid in briefs])
        unknown = [entry for entry in entries if entry.uid not in known]
        lately = _recently_shown(feed, parsed, briefs)
        matches = await self._matcher.match(blog, unknown, window, seen, recently_shown=lately, before=parsed.before)
        missing = self._missing(parsed, window, briefs, matches)
        read, gap, strange = window, False, set[Uid]()
        if unknown and parsed.complete and not matches and has_gap(window, {*briefs, *parsed.before}):
            strange, back = await self._read_back(blog, feed, parsed, unknown)
            gap = not back.complete
            read = (*window, *(entry.uid for entry in back.entries))
            seen = await self._matcher.look_up(blog, read, [*entries, *back.entries])
            briefs |= seen.briefs
            # What is known on an older page was read before, and is left as it is.
            older = await _with_words([entry for entry in back.entries if entry.uid not in briefs])
            matches = await self._matcher.match(blog, older, read, seen, recently_shown=None)
            entries += older
            unknown += older
        briefs |= {uid: summary_of(match.entry) for uid, match in matches.items()}
        heard = {uid for uid, match in matches.items() if match.entry.is_stub}
        unmatched = [entry for entry in unknown if entry.uid not in matches or entry.uid in heard]
        before = _under_new_names(parsed.before, briefs, matches)
        behind = strange | resurfaced_items(
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
                blog, news, known | {uid: matches[uid].entry for uid in heard}, seen
            ),
            matches=matches,
            renamed=renamed or bool(strange),
            gap=gap,
            missing=missing,
            # What stands in the feed is not deleted, whatever it says beside.
            deleted=[EntryId(briefs[uid].id) for uid in parsed.deleted if uid in briefs and uid not in window],
            returned=[entry.id for uid, entry in known.items() if parsed.before and uid not in parsed.before],
            in_view=frozenset(window) if parsed.complete else (),
            shown=[EntryId(id_) for id_ in needing_seen_update(window, briefs, self._clock.now())]
            if parsed.complete
            else (),
            renamed_uids=shown.renamed_uids,
        )

    async def save(self, found: EntryDiff) -> int:
        """Keep entries and add their announcements; returns how many were new."""
        blog = found.blog
        subscriptions = await self._store.subscriptions.lock_of_blog(blog.id)
        hashes = {parsed.uid: hash_ for parsed, hash_ in found.items.new}
        in_order = oldest_first([parsed for parsed, _ in found.items.new], self._clock.now())
        new = await self._keep(found, [(parsed, hashes[parsed.uid]) for parsed in in_order], subscriptions)
        old = await self._keep(found, found.items.old, subscriptions)
        await self._record_names(found)
        await self._store.retention.mark_entries_seen(found.shown, self._clock.now())
        for parsed, hash_ in found.items.changed:
            kept = await self._kept(found, parsed.uid)
            if kept is not None:
                await self._edits.apply_entry_edit(kept, parsed, hash_, subscriptions)
        for entry_id in found.missing:
            await self._edits.schedule_removal_check(entry_id, None)
        for entry_id in found.returned:
            await self._edits.cancel_removal_check(entry_id, None)
        for entry_id in found.deleted:
            await self._edits.mark_gone(entry_id, None, subscriptions)
        await self._follow_comment_feeds(blog, [parsed for parsed, _ in found.items.new])
        told: list[Decision] = []
        if found.feed.last_ok_at is not None:
            now = self._clock.now()
            told += (*entry_decisions(found.feed, new, old, at=now), *match_decisions(found.matches, at=now))
        heard = {entry.id for entry in found.known_stubs.values()}
        await self._entry_planner.announce(new, subscriptions, commented=heard, decided=told)
        await self._tell(found, old)
        return len(new)

    async def _read_back(
        self, blog: Blog, feed: Feed, parsed: ParsedFeed, unknown: Sequence[ParsedEntry]
    ) -> tuple[set[Uid], BackfillResult]:
        """Where a feed shows nothing that is known: choose what cannot be news, else read what was missed."""
        kept = [entry for entry in await self._store.items.newest_entries(blog.id, FEED_WINDOW) if not entry.is_stub]
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

    def _missing(
        self, parsed: ParsedFeed, window: Sequence[Uid], briefs: Mapping[Uid, ItemSummary], matches: Mapping[Uid, Match]
    ) -> list[EntryId]:
        """What left the middle of the window, and did not come back under another name."""
        if not parsed.complete:
            return []
        left = [EntryId(briefs[uid].id) for uid in removed_from_middle(parsed.before, window, briefs)]
        there = {match.entry.id for match in matches.values()}
        return [entry_id for entry_id in left if entry_id not in there]

    async def _find_known_stubs(
        self, blog: Blog, news: Diff[ParsedEntry], known: Mapping[Uid, Entry], seen: KnownEntries
    ) -> dict[Uid, Entry]:
        known_stubs = {}
        for parsed, _ in (*news.new, *news.old):
            kept = known.get(parsed.uid) or await self._matcher.find_stub(blog, parsed, seen)
            if kept is not None and kept.is_stub:
                known_stubs[parsed.uid] = kept
        return known_stubs

    async def _keep(
        self, found: EntryDiff, entries: Sequence[tuple[ParsedEntry, str]], subscriptions: Sequence[Subscription]
    ) -> list[Entry]:
        """Insert entries in their order, and fill in those known from hearsay; returns what was not known before."""
        items, now = self._store.items, self._clock.now()
        new_stubs = [(parsed, hash_) for parsed, hash_ in entries if parsed.uid not in found.known_stubs]
        added = {
            entry.uid: entry
            for entry in await items.add_entries(found.blog.id, new_stubs, now=now, shown=found.in_view)
        }
        kept = []
        for parsed, hash_ in entries:
            heard = found.known_stubs.get(parsed.uid)
            entry = added.get(parsed.uid)
            if heard is not None:
                await items.adopt_entry(heard.id, parsed, hash_)
                entry = await items.get_entry(heard.id)
                links = [await self._store.messages.of_entry(each.id, heard.id) for each in subscriptions]
                await self._store.outbox.add([update_card(link, now) for link in links if link is not None])
            if entry is not None:
                kept.append((entry, parsed))
        await self._matcher.save_names(found.blog, [(entry.id, parsed) for entry, parsed in kept])
        return [entry for entry, _ in kept]

    async def _kept(self, found: EntryDiff, uid: Uid) -> Entry | None:
        match = found.matches.get(uid)
        if match is not None:
            return await self._store.items.get_entry(match.entry.id)
        return (await self._store.items.known_entries(found.blog.id, [uid])).get(uid)

    async def _record_names(self, found: EntryDiff) -> None:
        """Keep the names under which known entries came, unless the feed's are new each time: nobody asks for those."""
        strange = [match for match in found.matches.values() if match.how != found.feed.identity]
        await self._matcher.save_names(found.blog, [(match.entry.id, match.item) for match in strange])

    async def _tell(self, found: EntryDiff, old: Sequence[Entry]) -> None:
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

    async def _follow_comment_feeds(self, blog: Blog, entries: Sequence[ParsedEntry]) -> None:
        """Where a blog has no feed of all comments, each entry's own is polled."""
        followed = {entry.uid: entry.comments_feed_url for entry in entries if entry.comments_feed_url}
        if not followed:
            return
        feeds = await self._store.feeds.of_blog(blog.id)
        if any(feed.kind is FeedKind.COMMENTS for feed in feeds):
            return
        kept = await self._store.items.known_entries(blog.id, list(followed))
        for parsed in entries:
            if parsed.uid in followed and parsed.uid in kept:
                found = FoundFeed(url=followed[parsed.uid], kind=FeedKind.ENTRY_COMMENTS, title=parsed.title)
                await self._store.feeds.add_feed(
                    blog.id, found, next_poll_at=self._clock.now(), entry_id=kept[parsed.uid].id
                )


def _under_new_names(
    before: Sequence[Uid], briefs: Mapping[Uid, ItemSummary], matches: Mapping[Uid, Match]
) -> tuple[Uid, ...]:
    """Return the last window, its items named as they are now: who came under another name has not left."""
    names = {match.entry.id: uid for uid, match in matches.items()}
    return tuple(names.get(EntryId(briefs[uid].id), uid) if uid in briefs else uid for uid in before)


def _recently_shown(feed: Feed, parsed: ParsedFeed, briefs: Mapping[Uid, ItemSummary]) -> set[EntryId] | None:
    """Which entries the feed showed the last time it was read; None: nobody knows, or its links are all that tells."""
    if feed.identity == MatchedBy.LINK or not parsed.before:
        return None
    return {EntryId(briefs[uid].id) for uid in parsed.before if uid in briefs}
