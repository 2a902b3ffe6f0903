"""Find comments that were saved under the wrong entry, and move them, at a blog's first poll after the upgrade.

Before that release, a number in a foreign guid could name another post. Addresses decide where they can; otherwise the
blog's API is asked.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bridge.announce.comment_planner import plan_alert
from bot.bridge.announce.edits import Edits
from bot.bridge.announce.notices import Notices
from bot.bridge.ingest.comment_threading import EntryLookup
from bot.bridge.ingest.matching import EntryMatcher
from bot.bridge.ingest.own_replies import OwnReplies
from bot.bridge.ports import Clock, FeedSource
from bot.model.address import entry_link, same_address
from bot.model.entry import STUB_HASH, CommentLocation, Entry, EntryRef, ParsedEntry
from bot.model.errors import PermanentError, TemporaryError
from bot.model.feed import Blog
from bot.model.ids import BlogId, NativeId
from bot.model.notice import NoticeKind
from bot.rules.messages.notices import moved_text
from bot.storage.database import Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """Comments with the entries that they belong to."""

    known: Sequence[tuple[CommentLocation, Entry]] = ()
    #: entries that are not known yet
    new_stubs: Sequence[tuple[CommentLocation, ParsedEntry]] = ()


class MisfiledComments:
    """Moves comments to their entries, once per blog."""

    def __init__(
        self,
        store: Store,
        source: FeedSource,
        edits: Edits,
        notices: Notices,
        own_replies: OwnReplies,
        clock: Clock,
    ) -> None:
        self._store = store
        self._source = source
        self._edits = edits
        self._notices = notices
        self._own_replies = own_replies
        self._clock = clock
        self._matcher = EntryMatcher(store)
        self._entry_lookup = EntryLookup(store, source, self._matcher)
        self._unchecked: set[BlogId] | None = None

    async def check(self, blog_id: BlogId) -> None:
        """Check a blog's comments unless that is done; if the blog does not answer, its next poll tries again."""
        if self._unchecked is None:
            self._unchecked = await self._store.comments.unchecked_blogs()
        blog = await self._store.feeds.get_blog(blog_id) if blog_id in self._unchecked else None
        if blog is None:
            return
        try:
            moves = await self._find(blog, await self._store.comments.locations(blog_id))
        except TemporaryError:
            return
        async with self._store.transaction():
            await self._move(blog, moves)
            await self._store.comments.mark_checked(blog_id, self._clock.now())
        self._unchecked.discard(blog_id)

    async def _find(self, blog: Blog, locations: Sequence[CommentLocation]) -> _Moves:
        known: list[tuple[CommentLocation, Entry]] = []
        unclear: list[CommentLocation] = []
        for location in locations:
            link = entry_link(location.link) if location.link else None
            if link is None or same_address(link, location.entry_link or ""):
                continue
            entry = await self._store.entries.find(blog.id, EntryRef(link=link))
            if entry is None or entry.id == location.entry_id:
                unclear.append(location)
            else:
                known.append((location, entry))
        asked = await self._ask(blog, unclear)
        return _Moves(known=[*known, *asked.known], new_stubs=asked.new_stubs)

    async def _ask(self, blog: Blog, unclear: Sequence[CommentLocation]) -> _Moves:
        """Ask the blog for the posts of comments whose links match no entry: the posts may have been renamed."""
        refs = await self._refs_of(blog, unclear)
        known: list[tuple[CommentLocation, Entry]] = []
        unknown: list[tuple[CommentLocation, EntryRef]] = []
        for location in unclear:
            ref = refs.get(location.native_id) if location.native_id else None
            if ref is None or same_address(ref.link or "", location.entry_link or ""):
                continue
            entry = await self._store.entries.find(blog.id, EntryRef(link=ref.link))
            if entry is None:
                unknown.append((location, ref))
            elif entry.id != location.entry_id:
                known.append((location, entry))
        new_stubs, resolved_refs = await self._entry_lookup.look_up(
            blog, list(dict.fromkeys(ref for _, ref in unknown))
        )
        by_number = {each.native_id: each for each in new_stubs}
        new: list[tuple[CommentLocation, ParsedEntry]] = []
        for location, ref in unknown:
            entry = await self._store.entries.find(blog.id, resolved_refs[ref]) if ref in resolved_refs else None
            found = by_number.get(ref.native_id)
            if entry is not None and entry.id != location.entry_id:
                known.append((location, entry))
            elif entry is None and found is not None and await self._is_another(location, found):
                new.append((location, found))
        return _Moves(known=known, new_stubs=new)

    async def _refs_of(self, blog: Blog, locations: Sequence[CommentLocation]) -> Mapping[NativeId, EntryRef]:
        numbers = [location.native_id for location in locations if location.native_id]
        if blog.api_root is None or not numbers:
            return {}
        try:
            found = await self._source.look_up_comments(blog.api_root, numbers)
        except PermanentError:
            # A closed API will not answer later either.
            return {}
        return {comment.native_id: comment.entry for comment in found if comment.native_id and comment.entry.native_id}

    async def _is_another(self, location: CommentLocation, found: ParsedEntry) -> bool:
        """Return whether a post is certainly not the entry of a comment, as their dates differ."""
        entry = await self._store.entries.get(location.entry_id)
        if entry is None or entry.published_at is None or found.published_at is None:
            return False
        return entry.published_at != found.published_at

    async def _move(self, blog: Blog, moves: _Moves) -> None:
        now, entries = self._clock.now(), self._store.entries
        new_stubs = {parsed.uid: parsed for _, parsed in moves.new_stubs}
        added = await entries.add(blog.id, [(parsed, STUB_HASH) for parsed in new_stubs.values()], now=now)
        await self._matcher.save_stub_names(blog, added)
        by_uid = await self._store.entries.known(blog.id, list(new_stubs))
        to_new = [(location, by_uid[parsed.uid]) for location, parsed in moves.new_stubs if parsed.uid in by_uid]
        subscriptions = await self._store.subscriptions.of_blog(blog.id)
        shown = 0
        for location, entry in (*moves.known, *to_new):
            await self._store.comments.move(location.comment_id, entry.id, now)
            for user_id, before in await self._store.comment_batches.move_alerts(location.comment_id, entry.id):
                # Comments that wait for either entry must not wait for an alert about the other.
                await plan_alert(self._store, user_id, entry.id, now)
                await plan_alert(self._store, user_id, before, now)
            await self._edits.update_messages(entry.id, location.comment_id, subscriptions)
            comment = await self._store.comments.get(location.comment_id)
            if comment is None:
                continue
            shown += comment.entry_corrected_at is not None
            numbers = [comment.native_id] if comment.native_id else []
            for reply in await self._store.replies.of_comments(blog.id, numbers):
                await self._own_replies.check_entry(reply, comment)
            _log.info(
                "A comment was moved.", extra={"action": "comment_moved", "comment": comment.id, "entry": entry.id}
            )
        if shown:
            await self._notices.notify(blog.id, NoticeKind.MOVED_COMMENTS, moved_text(shown))
