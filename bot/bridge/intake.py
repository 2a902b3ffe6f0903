"""From parsed entries to kept entries and their announcements.

``gather`` may read and touch the network, in no transaction; ``record`` runs inside the caller's. Both serve every
way by which entries arrive: the poll, the push, and the silent baseline at the start of a subscription, which still
announces to those who were subscribed before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bridge.edits import Edits
from bot.bridge.herald import Herald
from bot.bridge.intents import revise_item
from bot.bridge.notices import Notices
from bot.bridge.ports import Clock
from bot.bridge.readback import Pager
from bot.bridge.recognise import Recogniser
from bot.bridge.store import Store
from bot.model.entry import Brief, Entry, EntryRef, ParsedEntry, ParsedFeed
from bot.model.feed import Blog, Feed, FeedKind, FoundFeed
from bot.model.ids import EntryId, Uid
from bot.model.notice import NoticeKind, TakenForKnown
from bot.model.subscription import Subscription
from bot.rules.chronicle import gap_text, renamed_text, tell_entries, tell_matches
from bot.rules.identity import How, Match, is_mass_change
from bot.rules.news import News, decide_news
from bot.rules.present import empty
from bot.rules.window import has_gap, left_from_the_middle, oldest_first, slid_back

#: So many items a feed shows by default (WordPress's ``posts_per_rss``); few show less.
FEED_WINDOW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNews:
    """What a feed of entries brings; nothing is kept yet."""

    blog: Blog
    feed: Feed
    news: News[ParsedEntry]
    #: not yet shown by the feed, but known from a comment that was faster
    heard_of: Mapping[Uid, Entry]
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

    @property
    def identity(self) -> str | None:
        """By what the feed's entries are known from now on; None: by their guids."""
        by_link = sum(match.how is How.LINK for match in self.matches.values())
        return How.LINK if self.renamed and by_link * 2 > len(self.matches) else self.feed.identity


class EntryIntake:
    """Takes entries in."""

    def __init__(self, store: Store, pager: Pager, edits: Edits, notices: Notices, clock: Clock) -> None:
        self._store = store
        self._pager = pager
        self._edits = edits
        self._notices = notices
        self._clock = clock
        self._recogniser = Recogniser(store)
        self._herald = Herald(store, clock)

    async def gather(self, blog: Blog, feed: Feed, parsed: ParsedFeed) -> EntryNews:
        """Sort a feed of entries into new, changed and old, and find out what left it."""
        items = self._store.items
        entries = [entry for entry in parsed.entries if not empty(entry)]
        window = parsed.window or tuple(entry.uid for entry in entries)
        known = await items.known_entries(blog.id, [entry.uid for entry in entries])
        unknown = [entry for entry in entries if entry.uid not in known]
        left = set(parsed.before) - set(window)
        briefs: dict[Uid, Brief] = {}
        if unknown or left or parsed.deleted:
            briefs = await items.entry_briefs(blog.id, [*window, *left, *parsed.deleted])
        matches = await self._recogniser.recognise(blog, unknown, window, briefs)
        gap = False
        if unknown and parsed.complete and not matches and await self._may_have_missed(blog, feed, window, briefs):
            back = await self._pager.read(feed, parsed, lambda uids: self._knows(blog, uids))
            known |= await items.known_entries(blog.id, [entry.uid for entry in back.entries])
            # What is known on an older page was read before, and is left as it is.
            entries += [entry for entry in back.entries if entry.uid not in known and not empty(entry)]
            gap = not back.closed
        unmatched = [entry for entry in unknown if entry.uid not in matches]
        behind = slid_back(unmatched, before=parsed.before, window=window, briefs=briefs, full=FEED_WINDOW)
        renamed = is_mass_change(matches, len(window))
        if renamed:
            behind |= _from_before(unmatched, matches)
        news = decide_news(entries, known | {uid: match.entry for uid, match in matches.items()}, behind)
        return EntryNews(
            blog=blog,
            feed=feed,
            news=news,
            heard_of=await self._heard_of(blog, news, known),
            matches=matches,
            renamed=renamed,
            gap=gap,
            missing=self._missing(parsed, window, briefs),
            deleted=[EntryId(briefs[uid].id) for uid in parsed.deleted if uid in briefs],
        )

    async def record(self, found: EntryNews) -> int:
        """Keep entries and add their announcements; returns how many were new."""
        blog = found.blog
        subscriptions = await self._store.subscriptions.of_blog(blog.id)
        hashes = {parsed.uid: hash_ for parsed, hash_ in found.news.new}
        in_order = oldest_first([parsed for parsed, _ in found.news.new], self._clock.now())
        new = await self._keep(found, [(parsed, hashes[parsed.uid]) for parsed in in_order], subscriptions)
        old = await self._keep(found, found.news.old, subscriptions)
        await self._record_names(found)
        for parsed, hash_ in found.news.changed:
            kept = await self._kept(found, parsed.uid)
            if kept is not None:
                await self._edits.record_entry(kept, parsed, hash_, subscriptions)
        for entry_id in found.missing:
            await self._edits.suspect(entry_id, None)
        for entry_id in found.deleted:
            await self._edits.record_gone(entry_id, None, subscriptions)
        await self._follow_comment_feeds(blog, [parsed for parsed, _ in found.news.new])
        if found.feed.last_ok_at is not None:
            now = self._clock.now()
            told = (*tell_entries(found.feed, new, old, at=now), *tell_matches(found.matches, at=now))
            await self._store.decisions.add(told)
        await self._herald.announce(new, subscriptions)
        await self._tell(found, old)
        return len(new)

    async def _knows(self, blog: Blog, uids: Sequence[Uid]) -> bool:
        return bool(await self._store.items.entry_briefs(blog.id, uids))

    async def _may_have_missed(self, blog: Blog, feed: Feed, window: Sequence[Uid], known: Mapping[Uid, Brief]) -> bool:
        """Whether the feed was read before, and shows nothing of what it showed then."""
        if feed.last_ok_at is None or not has_gap(window, known):
            return False
        newest = await self._store.items.newest_entries(blog.id, 1)
        return bool(newest and newest[0].hash)

    def _missing(self, parsed: ParsedFeed, window: Sequence[Uid], briefs: Mapping[Uid, Brief]) -> list[EntryId]:
        if not parsed.complete:
            return []
        return [EntryId(briefs[uid].id) for uid in left_from_the_middle(parsed.before, window, briefs)]

    async def _heard_of(self, blog: Blog, news: News[ParsedEntry], known: Mapping[Uid, Entry]) -> dict[Uid, Entry]:
        heard_of = {}
        for parsed, _ in (*news.new, *news.old):
            ref = EntryRef(native_id=parsed.native_id, link=parsed.link)
            kept = known.get(parsed.uid) or await self._store.items.find_entry(blog.id, ref)
            if kept is not None and not kept.hash:
                heard_of[parsed.uid] = kept
        return heard_of

    async def _keep(
        self, found: EntryNews, entries: Sequence[tuple[ParsedEntry, str]], subscriptions: Sequence[Subscription]
    ) -> list[Entry]:
        """Insert entries in their order, and fill in those known from hearsay; returns what was not known before."""
        items, now = self._store.items, self._clock.now()
        unheard = [(parsed, hash_) for parsed, hash_ in entries if parsed.uid not in found.heard_of]
        added = {entry.uid: entry for entry in await items.add_entries(found.blog.id, unheard, now=now)}
        kept = []
        for parsed, hash_ in entries:
            heard = found.heard_of.get(parsed.uid)
            entry = added.get(parsed.uid)
            if heard is not None:
                await items.adopt_entry(heard.id, parsed, hash_)
                entry = await items.get_entry(heard.id)
                links = [await self._store.links.of_entry(each.id, heard.id) for each in subscriptions]
                await self._store.outbox.add([revise_item(link, now) for link in links if link is not None])
            if entry is not None:
                await self._recogniser.name(found.blog, entry, parsed)
                kept.append(entry)
        return kept

    async def _kept(self, found: EntryNews, uid: Uid) -> Entry | None:
        match = found.matches.get(uid)
        if match is not None:
            return await self._store.items.get_entry(match.entry.id)
        return (await self._store.items.known_entries(found.blog.id, [uid])).get(uid)

    async def _record_names(self, found: EntryNews) -> None:
        """Keep the names under which known entries came; a feed whose guids are new each time is known by its links."""
        for match in found.matches.values():
            if not (found.feed.identity == How.LINK and match.how is How.LINK):
                await self._recogniser.name(found.blog, match.entry, match.item)

    async def _tell(self, found: EntryNews, old: Sequence[Entry]) -> None:
        if found.renamed and found.feed.identity != How.LINK:
            taken = [TakenForKnown(entry_id=match.entry.id, uid=uid) for uid, match in found.matches.items()]
            taken += [TakenForKnown(entry_id=entry.id, uid=None) for entry in old]
            text = renamed_text(len(found.matches), len(old))
            await self._notices.tell(found.blog.id, NoticeKind.IDENTITY, text, feed_id=found.feed.id, taken=taken)
        if found.gap:
            await self._notices.tell(found.blog.id, NoticeKind.GAP, gap_text(found.feed), feed_id=found.feed.id)

    async def _follow_comment_feeds(self, blog: Blog, entries: Sequence[ParsedEntry]) -> None:
        """Where a blog has no feed of all comments, each entry's own is polled."""
        feeds = await self._store.feeds.of_blog(blog.id)
        if any(feed.kind is FeedKind.COMMENTS for feed in feeds):
            return
        kept = await self._store.items.known_entries(blog.id, [entry.uid for entry in entries])
        for parsed in entries:
            if parsed.comments_feed_url and parsed.uid in kept:
                found = FoundFeed(url=parsed.comments_feed_url, kind=FeedKind.ENTRY_COMMENTS, title=parsed.title)
                await self._store.feeds.add_feed(
                    blog.id, found, next_poll_at=self._clock.now(), entry_id=kept[parsed.uid].id
                )


def _from_before(unmatched: Sequence[ParsedEntry], matches: Mapping[Uid, Match]) -> set[Uid]:
    """Choose what was written before the newest entry that came under another name: no news either."""
    dates = [match.entry.published_at for match in matches.values() if match.entry.published_at is not None]
    newest = max(dates, default=None)
    return {
        item.uid
        for item in unmatched
        if newest is not None and item.published_at is not None and item.published_at < newest
    }
