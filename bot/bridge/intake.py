"""From parsed items to kept items, with the announcements and alerts that follow from them.

Serves every way by which items arrive: the poll, the silent baseline at the start of a subscription (which
still announces to those who were subscribed before) and our own comments as the blog confirms them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bridge.intents import alert_author, announce_comment, announce_entry, confirm_reply
from bot.bridge.ports import Clock, FeedSource
from bot.bridge.store import Store
from bot.model.delivery import NewDelivery
from bot.model.entry import Comment, Entry, EntryRef, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import BridgeError
from bot.model.feed import Blog, Feed, FeedKind, FoundFeed
from bot.model.ids import BlogId, EntryId, NativeId, Uid
from bot.model.relay import Reply, ReplyState
from bot.model.subscription import Link, Subscription
from bot.rules.lineage import match_echo, oldest_first
from bot.rules.news import News, decide_news, fingerprint
from bot.rules.present import empty, reply_message
from bot.rules.routing import route_alert, route_comment, route_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNews:
    """What a feed of entries brings; nothing is kept yet."""

    blog: Blog
    news: News[ParsedEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentNews:
    """What a feed of comments brings; nothing is kept yet."""

    blog: Blog
    news: News[ParsedComment]
    #: the entry whose own feed this is; None: each comment names its entry
    entry_id: EntryId | None
    #: entries that the comments name and that were never seen, as the blog tells them or as far as can be told
    missing: tuple[ParsedEntry, ...]
    first_poll: bool


class Intake:
    """``gather_*`` may touch the network and runs in no transaction; ``record_*`` runs inside the caller's."""

    def __init__(self, store: Store, source: FeedSource, clock: Clock) -> None:
        self._store = store
        self._source = source
        self._clock = clock

    async def gather_entries(self, blog: Blog, feed: ParsedFeed) -> EntryNews:
        """Sort a feed of entries into new and changed."""
        entries = [entry for entry in feed.entries if not empty(entry)]
        known = await self._store.items.known_entries(blog.id, [entry.uid for entry in entries])
        return EntryNews(blog=blog, news=decide_news(entries, known))

    async def gather_comments(self, blog: Blog, feed: Feed, parsed: ParsedFeed) -> CommentNews:
        """Sort a feed of comments, and find out about entries never seen."""
        comments = oldest_first(parsed.comments)
        known = await self._store.items.known_comments(blog.id, [comment.uid for comment in comments])
        news = decide_news(comments, known)
        unknown = [
            comment.entry
            for comment, _ in news.new
            if feed.entry_id is None and await self._store.items.find_entry(blog.id, comment.entry) is None
        ]
        return CommentNews(
            blog=blog,
            news=news,
            entry_id=feed.entry_id,
            missing=await self._missing_entries(blog, list(dict.fromkeys(unknown))),
            first_poll=feed.last_ok_at is None,
        )

    async def record_entries(self, found: EntryNews) -> int:
        """Keep entries and add their announcements; returns how many were new."""
        blog, now = found.blog, self._clock.now()
        # A feed shows the newest first; chat wants the oldest first.
        added = await self._store.items.add_entries(blog.id, list(reversed(found.news.new)), now=now)
        subscriptions = await self._store.subscriptions.of_blog(blog.id)
        await self._record_entry_changes(found)
        await self._follow_comment_feeds(blog, [entry for entry, _ in found.news.new])
        await self._store.outbox.add(
            [
                announce_entry(subscription.id, entry.id, now)
                for entry in sorted(added, key=lambda each: min(each.published_at or now, now))
                for subscription in route_entry(entry, subscriptions)
            ]
        )
        return len(added)

    async def record_comments(self, found: CommentNews) -> int:
        """Keep comments and add their announcements, alerts and confirmations; returns how many were new."""
        blog, now = found.blog, self._clock.now()
        await self._store.items.add_entries(blog.id, [(entry, fingerprint(entry)) for entry in found.missing], now=now)
        placed: list[tuple[EntryId, ParsedComment, str]] = []
        entries: dict[EntryId, Entry] = {}
        for parsed, hash_ in found.news.new:
            entry = await self._entry_of(found, parsed)
            if entry is not None:
                entries[entry.id] = entry
                placed.append((entry.id, parsed, hash_))
        added = await self._store.items.add_comments(blog.id, placed, now=now)
        known = await self._store.items.known_comments(blog.id, [parsed.uid for parsed, _ in found.news.changed])
        for parsed, hash_ in found.news.changed:
            await self._store.items.update_comment(known[parsed.uid].id, parsed, hash_)
        authors = {parsed.uid: parsed for _, parsed, _ in placed}
        ours = await self._our_replies(blog.id, entries, added)
        for comment in added:
            reply = match_echo(authors[comment.uid], ours)
            if reply is not None:
                reply = await self._record_echo(reply, comment)
            await self._announce(comment, entries[comment.entry_id], reply, first_poll=found.first_poll)
        return len(added)

    async def record_published(self, reply: Reply, native_id: NativeId, url: str) -> None:
        """Keep our own comment as the blog confirmed it, before any feed shows it."""
        entry = await self._store.items.get_entry(reply.entry_id)
        if entry is None:
            return
        parent = await self._parent_of(reply)
        parsed = ParsedComment(
            uid=Uid(f"comment-{native_id}"),
            parent_uid=parent.uid if parent else None,
            entry=EntryRef(native_id=entry.native_id, link=entry.link),
            link=url,
            author=reply.public_name,
            published_at=self._clock.now(),
            html=reply.html,
            native_id=native_id,
        )
        placed = [(entry.id, parsed, fingerprint(parsed))]
        added = await self._store.items.add_comments(reply.blog_id, placed, now=self._clock.now())
        for comment in added:
            await self._link(reply, comment)
            await self._announce(comment, entry, reply, first_poll=False)

    async def _entry_of(self, found: CommentNews, parsed: ParsedComment) -> Entry | None:
        if found.entry_id is not None:
            return await self._store.items.get_entry(found.entry_id)
        return await self._store.items.find_entry(found.blog.id, parsed.entry)

    async def _missing_entries(self, blog: Blog, refs: list[EntryRef]) -> tuple[ParsedEntry, ...]:
        """Ask the blog's API where it has one; else make do with what the comment says of its entry."""
        numbers = [ref.native_id for ref in refs if ref.native_id is not None]
        told: list[ParsedEntry] = []
        if blog.api_root and numbers:
            try:
                told = await self._source.look_up(blog.api_root, numbers)
            except BridgeError:
                told = []
        known = {entry.native_id for entry in told}
        guessed = (_entry_from(ref) for ref in refs if ref.native_id is None or ref.native_id not in known)
        return (*told, *(entry for entry in guessed if entry is not None))

    async def _record_entry_changes(self, found: EntryNews) -> None:
        changed = found.news.changed
        known = await self._store.items.known_entries(found.blog.id, [parsed.uid for parsed, _ in changed])
        for parsed, hash_ in changed:
            await self._store.items.update_entry(known[parsed.uid].id, parsed, hash_)

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

    async def _our_replies(
        self, blog_id: BlogId, entries: dict[EntryId, Entry], added: Sequence[Comment]
    ) -> list[Reply]:
        if not added:
            return []
        numbers = [comment.native_id for comment in added if comment.native_id is not None]
        known = await self._store.replies.of_comment(blog_id, numbers)
        waiting = await self._store.replies.unsettled(list(entries))
        return list({reply.id: reply for reply in (*known, *waiting)}.values())

    async def _record_echo(self, reply: Reply, comment: Comment) -> Reply:
        """A comment in the feed is a reply of ours: tie it to its message; a held one has been approved."""
        await self._link(reply, comment)
        if reply.state not in (ReplyState.HELD, ReplyState.UNCERTAIN):
            # Still in the hands of its delivery, which finds the comment by itself.
            return reply
        await self._store.replies.settle(reply.id, ReplyState.PUBLISHED, native_id=comment.native_id, url=comment.link)
        await self._store.outbox.add([confirm_reply(reply, ReplyState.PUBLISHED, self._clock.now())])
        return replace(reply, state=ReplyState.PUBLISHED)

    async def _link(self, reply: Reply, comment: Comment) -> None:
        message = reply_message(reply)
        if message is not None:
            await self._store.links.add(
                Link(
                    subscription_id=reply.subscription_id,
                    entry_id=comment.entry_id,
                    comment_id=comment.id,
                    channel_id=message.channel_id,
                    message_id=message.message_id,
                )
            )

    async def _announce(self, comment: Comment, entry: Entry, reply: Reply | None, *, first_poll: bool) -> None:
        now = self._clock.now()
        subscriptions = await self._store.subscriptions.of_blog(comment.blog_id)
        spoken_in = reply.subscription_id if reply else None
        wanted = route_comment(comment, entry, subscriptions, first_poll=first_poll, spoken_in=spoken_in)
        deliveries: list[NewDelivery] = []
        for subscription in wanted:
            deliveries += await self._thread_first(subscription, entry, now)
            deliveries.append(announce_comment(subscription.id, comment.id, now))
        if not first_poll or wanted:
            alerts = await self._store.people.alerts_of_blog(comment.blog_id)
            deliveries += [
                alert_author(alert, comment.id, now)
                for alert in route_alert(comment, entry, alerts, writer=reply.user_id if reply else None)
            ]
        await self._store.outbox.add(deliveries)

    async def _thread_first(self, subscription: Subscription, entry: Entry, now: datetime) -> list[NewDelivery]:
        """An entry from before the subscription gets its thread when somebody comments on it."""
        if await self._store.links.of_entry(subscription.id, entry.id) is not None:
            return []
        return [announce_entry(subscription.id, entry.id, now)]

    async def _parent_of(self, reply: Reply) -> Comment | None:
        if reply.parent_comment_id is None:
            return None
        return await self._store.items.get_comment(reply.parent_comment_id)


def _entry_from(ref: EntryRef) -> ParsedEntry | None:
    uid = ref.uid or ref.link or (f"?p={ref.native_id}" if ref.native_id else None)
    if uid is None:
        return None
    return ParsedEntry(
        uid=Uid(uid),
        link=ref.link,
        title=ref.title or "",
        author="",
        published_at=None,
        html="",
        native_id=ref.native_id,
    )
