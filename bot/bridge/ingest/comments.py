"""Save the comments of a feed and plan their announcements, alerts and confirmations.

``prepare`` may read and fetch, outside of transactions; ``save`` and ``record_published`` run inside the caller's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.bridge.announce.comment_planner import CommentPlanner, NewComment
from bot.bridge.announce.edits import Edits
from bot.bridge.announce.notices import Notices
from bot.bridge.ingest.backfill import CommentBackfill
from bot.bridge.ingest.comment_threading import EntryLookup, place_by_parents
from bot.bridge.ingest.entries import FEED_WINDOW
from bot.bridge.ingest.matching import EntryMatcher
from bot.bridge.ingest.own_replies import OwnReplies
from bot.bridge.ports import Clock, FeedSource
from bot.model.address import entry_link, same_address
from bot.model.entry import STUB_HASH, Comment, Entry, EntryRef, ItemSummary, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.feed import Blog, Feed, FeedFormat, FeedKind
from bot.model.ids import CommentId, EntryId, NativeId, Uid
from bot.model.notice import NoticeKind
from bot.model.reply import Reply
from bot.model.subscription import Subscription
from bot.rules.decision_texts import gap_text
from bot.rules.discord_to_html.wpautop import wpautop
from bot.rules.entry_matching import is_bulk_change
from bot.rules.item_diff import Diff, diff_items, fingerprint
from bot.rules.threading import match_echo, oldest_first
from bot.rules.window import has_gap, known_uids, needing_seen_update, removed_from_middle, resurfaced_items
from bot.storage.database import Store

#: Comments requested from WordPress's list.
_LIST_WINDOW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDiff:
    """The changes that saving a feed of comments will make."""

    blog: Blog
    items: Diff[ParsedComment]
    #: the entry whose own feed this is; None: each comment names its entry
    entry_id: EntryId | None
    #: unknown entries that comments name, as the blog's API or the comments describe them
    new_stubs: tuple[ParsedEntry, ...]
    #: entries that the feed names by unknown names, as the blog's API names them
    resolved_refs: Mapping[EntryRef, EntryRef]
    first_poll: bool
    feed: Feed
    #: more items appeared than could be read
    gap: bool
    #: were removed from the middle of the window
    missing: Sequence[CommentId]
    #: the feed says that they are deleted
    deleted: Sequence[CommentId]
    #: known, and missing from the last window
    returned: Sequence[CommentId]
    #: uids of the document, if it is complete and the blog's own
    in_view: Collection[Uid] = ()
    #: known comments whose ``seen_at`` is to be updated
    shown: Sequence[CommentId] = ()


class CommentIngest:
    """Saves the comments of a feed, and plans their announcements."""

    def __init__(
        self,
        store: Store,
        source: FeedSource,
        comment_backfill: CommentBackfill,
        edits: Edits,
        notices: Notices,
        own_replies: OwnReplies,
        clock: Clock,
    ) -> None:
        self._store = store
        self._source = source
        self._backfill = comment_backfill
        self._edits = edits
        self._notices = notices
        self._own_replies = own_replies
        self._clock = clock
        self._matcher = EntryMatcher(store)
        self._entry_lookup = EntryLookup(store, source, self._matcher)
        self._planner = CommentPlanner(store, clock)

    async def prepare(self, blog: Blog, feed: Feed, parsed: ParsedFeed) -> CommentDiff:
        """Sort a feed of comments into new, changed and old, and look up entries that are not known."""
        comments = await place_by_parents(self._store, blog, _wanted(feed, parsed.comments))
        window = parsed.window or tuple(comment.uid for comment in comments)
        left = set(parsed.before) - set(window)
        briefs: dict[Uid, ItemSummary] = {}
        if comments or left or parsed.deleted:
            briefs = await self._store.comments.summaries(blog.id, [*window, *left, *parsed.deleted])
        # Texts are loaded of known comments only: most comments are new.
        known = await self._store.comments.known(blog.id, known_uids([comment.uid for comment in comments], briefs))
        if feed.kind is FeedKind.ACCOUNT_COMMENTS:
            # Comments that the list showed before and that were not saved are old, even if they have changed.
            comments = [each for each in comments if each.uid in known or each.uid not in parsed.before]
        unknown = [comment for comment in comments if comment.uid not in known]
        # Comments were read from another feed before: only those newer than all known ones are new.
        moved = feed.last_ok_at is not None and feed.last_polled_at is None
        full = _LIST_WINDOW if feed.format is FeedFormat.WORDPRESS_REST else FEED_WINDOW
        resurfaced = resurfaced_items(
            unknown,
            before=parsed.before,
            window=window,
            briefs=briefs,
            full=1 if moved else full,
            complete=parsed.complete,
        )
        gap = False
        strangers = parsed.complete and (moved or bool(parsed.before)) and has_gap(window, {*briefs, *parsed.before})
        renamed = await self._find_renamed(blog, unknown) if strangers else set()
        if renamed:
            resurfaced |= renamed
        elif unknown and strangers:
            back = await self._backfill.read(blog, feed, parsed, lambda page: self._knows(blog, page))
            known |= await self._store.comments.known(blog.id, [comment.uid for comment in back.comments])
            comments += [comment for comment in _wanted(feed, back.comments) if comment.uid not in known]
            gap = not back.complete and feed.kind is not FeedKind.MENTIONS
        news = diff_items(oldest_first(comments), known, resurfaced)
        unplaced = [
            comment.entry
            for comment, _ in (*news.new, *news.old)
            if feed.entry_id is None and await self._matcher.find(blog, comment.entry) is None
        ]
        new_stubs, renamed_refs = await self._entry_lookup.look_up(blog, list(dict.fromkeys(unplaced)))
        missing = removed_from_middle(parsed.before, window, briefs) if parsed.complete else []
        whole = parsed.complete and feed.entry_id is None
        return CommentDiff(
            blog=blog,
            items=news,
            entry_id=feed.entry_id,
            new_stubs=new_stubs,
            resolved_refs=renamed_refs,
            first_poll=feed.last_ok_at is None,
            feed=feed,
            gap=gap,
            missing=_comment_ids(missing, briefs),
            # An item that the feed shows is not deleted, even if it says so.
            deleted=_comment_ids([uid for uid in parsed.deleted if uid not in window], briefs),
            returned=[each.id for uid, each in known.items() if parsed.before and uid not in parsed.before],
            in_view=frozenset(window) if whole else (),
            shown=[CommentId(id_) for id_ in needing_seen_update(window, briefs, self._clock.now())] if whole else (),
        )

    async def save(self, found: CommentDiff) -> int:
        """Save comments and plan what follows, inside a transaction; returns how many were new."""
        blog, now = found.blog, self._clock.now()
        subscriptions = await self._store.subscriptions.lock_of_blog(blog.id)
        new_stubs = [(entry, STUB_HASH) for entry in found.new_stubs]
        stubs = await self._store.entries.add(blog.id, new_stubs, now=now)
        await self._matcher.save_stub_names(blog, stubs)
        placed, entries = await self._place(found, found.items.new)
        old, old_entries = await self._place(found, found.items.old)
        added_old = await self._store.comments.add(blog.id, old, now=now, shown=found.in_view)
        added = await self._store.comments.add(blog.id, placed, now=now, shown=found.in_view)
        await self._entry_lookup.keep_proofs(found.feed, blog, [*placed, *old], {**entries, **old_entries}, now)
        await self._save_changes(found, subscriptions)
        await self._store.retention.mark_comments_seen(found.shown, now)
        as_parsed = {parsed.uid: parsed for _, parsed, _ in (*placed, *old)}
        ours = await self._own_replies.find(blog.id, [*entries, *old_entries], [*added, *added_old])
        for comment in added_old:
            # Old comments are not announced, but one of our replies may have been approved late.
            reply = match_echo(as_parsed[comment.uid], ours)
            if reply is not None:
                await self._own_replies.save_echo(reply, comment)
        new: list[NewComment] = []
        await self._reopen(added, entries, subscriptions)
        for comment in added:
            reply = match_echo(as_parsed[comment.uid], ours)
            if reply is not None:
                reply = await self._own_replies.save_echo(reply, comment)
            new.append(NewComment(comment=comment, entry=entries[comment.entry_id], reply=reply))
        await self._planner.announce(new, first_poll=found.first_poll)
        return len(added)

    async def _reopen(
        self, added: Sequence[Comment], entries: Mapping[EntryId, Entry], subscriptions: Sequence[Subscription]
    ) -> None:
        """Mark entries as open again that have a comment from after they were found closed."""
        for comment in added:
            comments_closed_at = entries[comment.entry_id].comments_closed_at
            said_at = None if comment.kind.is_mention else comment.published_at
            if comments_closed_at is not None and said_at is not None and said_at > comments_closed_at:
                await self._edits.mark_closed(comment.entry_id, None, subscriptions)

    async def record_published(self, reply: Reply, native_id: NativeId, url: str) -> None:
        """Save a reply as a comment as soon as the blog has published it, inside a transaction."""
        entry = await self._store.entries.get(reply.entry_id)
        if entry is None:
            return
        link = entry_link(url)
        if not same_address(link, entry.link or ""):
            # A reply held since the time when numbers in guids counted may be under another post.
            entry = await self._store.entries.find(reply.blog_id, EntryRef(link=link)) or entry
        parent = None
        if reply.parent_comment_id is not None:
            parent = await self._store.comments.get(reply.parent_comment_id)
        parsed = ParsedComment(
            uid=Uid(f"comment-{native_id}"),
            parent_uid=parent.uid if parent else None,
            entry=EntryRef(link=entry.link),
            link=url,
            author=reply.public_name,
            published_at=self._clock.now(),
            html=wpautop(reply.html),
            native_id=native_id,
        )
        placed = [(entry.id, parsed, fingerprint(parsed))]
        for comment in await self._store.comments.add(reply.blog_id, placed, now=self._clock.now()):
            await self._own_replies.connect(reply, comment)
            await self._own_replies.check_entry(reply, comment)
            await self._planner.announce([NewComment(comment=comment, entry=entry, reply=reply)], first_poll=False)

    async def _place(
        self, found: CommentDiff, comments: tuple[tuple[ParsedComment, str], ...]
    ) -> tuple[list[tuple[EntryId, ParsedComment, str]], dict[EntryId, Entry]]:
        """Find the entry of each comment; one without an entry is left out until the next poll."""
        placed: list[tuple[EntryId, ParsedComment, str]] = []
        entries: dict[EntryId, Entry] = {}
        for parsed, hash_ in comments:
            if found.entry_id is not None:
                entry = await self._store.entries.get(found.entry_id)
            else:
                entry = await self._matcher.find(found.blog, found.resolved_refs.get(parsed.entry, parsed.entry))
            if entry is not None:
                entries[entry.id] = entry
                placed.append((entry.id, parsed, hash_))
        return placed, entries

    async def _find_renamed(self, blog: Blog, comments: Sequence[ParsedComment]) -> set[Uid]:
        """Return unknown comments with the words of known ones, if so many that the feed has renamed its items."""
        hashes = {comment.uid: fingerprint(comment) for comment in comments}
        known = await self._store.comments.known_hashes(blog.id, list(hashes.values()))
        said = {uid for uid, hash_ in hashes.items() if hash_ in known}
        return said if is_bulk_change(len(said), len(comments)) else set()

    async def _knows(self, blog: Blog, page: ParsedFeed) -> bool:
        return bool(await self._store.comments.summaries(blog.id, [comment.uid for comment in page.comments]))

    async def _save_changes(self, found: CommentDiff, subscriptions: list[Subscription]) -> None:
        """Save edits and removals, and plan changes of their messages."""
        changed = found.items.changed
        known = await self._store.comments.known(found.blog.id, [parsed.uid for parsed, _ in changed])
        for parsed, hash_ in changed:
            await self._edits.apply_comment_edit(known[parsed.uid], parsed, hash_, subscriptions)
        for comment_id in (*found.missing, *found.deleted, *found.returned):
            comment = await self._store.comments.get(comment_id)
            if comment is not None and comment_id in found.returned:
                await self._edits.cancel_removal_check(comment.entry_id, comment_id)
            elif comment is not None and comment_id in found.deleted:
                await self._edits.mark_gone(comment.entry_id, comment_id, subscriptions)
            elif comment is not None:
                await self._edits.schedule_removal_check(comment.entry_id, comment_id)
        if found.gap and not await self._notices.notified_lately(found.blog.id, NoticeKind.GAP, found.feed.id):
            await self._notices.notify(found.blog.id, NoticeKind.GAP, gap_text(found.feed), feed_id=found.feed.id)


def _wanted(feed: Feed, comments: Sequence[ParsedComment]) -> Sequence[ParsedComment]:
    """Leave out comments that another feed brings."""
    return [each for each in comments if each.kind.is_mention] if feed.kind is FeedKind.MENTIONS else comments


def _comment_ids(uids: Sequence[Uid], briefs: Mapping[Uid, ItemSummary]) -> list[CommentId]:
    return [CommentId(briefs[uid].id) for uid in uids if uid in briefs]
