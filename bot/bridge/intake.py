"""From parsed entries to kept entries and their announcements.

``gather`` may read and touch the network, in no transaction; ``record`` runs inside the caller's. Both serve every
way by which entries arrive: the poll, and the silent baseline at the start of a subscription, which still announces
to those who were subscribed before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bridge.intents import announce_entry, revise_item
from bot.bridge.ports import Clock
from bot.bridge.store import Store
from bot.model.entry import Entry, EntryRef, ParsedEntry, ParsedFeed
from bot.model.feed import Blog, FeedKind, FoundFeed
from bot.model.ids import Uid
from bot.model.subscription import Subscription
from bot.rules.news import News, decide_news
from bot.rules.present import empty
from bot.rules.routing import route_entry

#: So many items a feed shows by default (WordPress's ``posts_per_rss``); few show less.
FEED_WINDOW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNews:
    """What a feed of entries brings; nothing is kept yet."""

    blog: Blog
    news: News[ParsedEntry]
    #: not yet shown by the feed, but known from a comment that was faster
    heard_of: Mapping[Uid, Entry]


class EntryIntake:
    """Takes entries in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def gather(self, blog: Blog, feed: ParsedFeed) -> EntryNews:
        """Sort a feed of entries into new, changed and old."""
        entries = [entry for entry in feed.entries if not empty(entry)]
        known = await self._store.items.known_entries(blog.id, [entry.uid for entry in entries])
        news = decide_news(entries, known, window=FEED_WINDOW)
        heard_of = {}
        for parsed, _ in (*news.new, *news.old):
            ref = EntryRef(native_id=parsed.native_id, link=parsed.link)
            kept = known.get(parsed.uid) or await self._store.items.find_entry(blog.id, ref)
            if kept is not None and not kept.hash:
                heard_of[parsed.uid] = kept
        return EntryNews(blog=blog, news=news, heard_of=heard_of)

    async def record(self, found: EntryNews) -> int:
        """Keep entries and add their announcements; returns how many were new."""
        blog = found.blog
        subscriptions = await self._store.subscriptions.of_blog(blog.id)
        # A feed shows the newest first; chat wants the oldest first.
        new = await self._keep(found, found.news.new[::-1], subscriptions)
        await self._keep(found, found.news.old, subscriptions)
        known = await self._store.items.known_entries(blog.id, [parsed.uid for parsed, _ in found.news.changed])
        for parsed, hash_ in found.news.changed:
            await self._store.items.update_entry(known[parsed.uid].id, parsed, hash_)
        await self._follow_comment_feeds(blog, [parsed for parsed, _ in found.news.new])
        now = self._clock.now()
        await self._store.outbox.add(
            [
                announce_entry(subscription.id, entry.id, now)
                for entry in sorted(new, key=lambda each: min(each.published_at or now, now))
                for subscription in route_entry(entry, subscriptions)
            ]
        )
        return len(new)

    async def _keep(
        self, found: EntryNews, entries: Sequence[tuple[ParsedEntry, str]], subscriptions: Sequence[Subscription]
    ) -> list[Entry]:
        """Insert entries, and fill in those that were known from hearsay; returns what was not known before."""
        items, now = self._store.items, self._clock.now()
        unheard = [(parsed, hash_) for parsed, hash_ in entries if parsed.uid not in found.heard_of]
        kept = await items.add_entries(found.blog.id, unheard, now=now)
        for parsed, hash_ in entries:
            entry = found.heard_of.get(parsed.uid)
            if entry is None:
                continue
            await items.adopt_entry(entry.id, parsed, hash_)
            adopted = await items.get_entry(entry.id)
            kept += [adopted] if adopted else []
            links = [await self._store.links.of_entry(each.id, entry.id) for each in subscriptions]
            await self._store.outbox.add([revise_item(link, now) for link in links if link is not None])
        return kept

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
