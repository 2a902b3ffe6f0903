"""Find the entry and the parent of each comment: among the items in the database, else by asking the blog."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.bridge.ingest.matching import EntryMatcher
from bot.bridge.ports import FeedSource
from bot.model.address import same_address, without_scheme
from bot.model.entry import Entry, EntryRef, ParsedComment, ParsedEntry
from bot.model.errors import BridgeError
from bot.model.feed import Blog, Feed, FeedFormat
from bot.model.ids import EntryId, NativeId, Uid
from bot.model.post import PostProof, ProvenBy
from bot.rules.entry_matching import names_of_ref
from bot.rules.threading import entries_by_parents
from bot.storage.database import Store

#: Pages that are read for titles in one poll; a feed shows ten comments by default.
_MAX_PAGES = 10


class EntryLookup:
    """Looks up entries that comments name and no feed has shown yet."""

    def __init__(self, store: Store, source: FeedSource, matcher: EntryMatcher) -> None:
        self._store = store
        self._source = source
        self._matcher = matcher

    async def look_up(
        self, blog: Blog, refs: Sequence[EntryRef]
    ) -> tuple[tuple[ParsedEntry, ...], Mapping[EntryRef, EntryRef]]:
        """Look entries up in the blog's API where it has one, else read the titles of their pages.

        :return: entries that are not known, and refs with the uids that the API reswapped, some of known entries.
        """
        found = await self._ask_api(blog, refs)
        new_stubs: dict[Uid, ParsedEntry] = {}
        resolved_refs: dict[EntryRef, EntryRef] = {}
        for ref in refs:
            entry = next((each for each in found if _is_meant(ref, each)), None)
            if entry is not None:
                resolved_refs[ref] = replace(ref, uid=entry.uid)
                if await self._is_known(blog, entry):
                    continue
            wanted = entry or _entry_from(ref)
            if wanted is not None and not (wanted.uid in new_stubs and new_stubs[wanted.uid].title):
                new_stubs[wanted.uid] = wanted
        await self._add_page_titles(blog, new_stubs, found)
        return tuple(new_stubs.values()), resolved_refs

    async def _add_page_titles(
        self, blog: Blog, new_stubs: dict[Uid, ParsedEntry], found: Sequence[ParsedEntry]
    ) -> None:
        """Add the titles of their pages to entries that neither the API nor a comment gave a title."""
        untitled = [each for each in new_stubs.values() if not each.title and each.link and each not in found]
        for entry in untitled[:_MAX_PAGES]:
            title = await self._source.page_title(entry.link or "", site=blog.title)
            new_stubs[entry.uid] = replace(entry, title=title or "")

    async def keep_proofs(
        self,
        feed: Feed,
        blog: Blog,
        placed: Sequence[tuple[EntryId, ParsedComment, str]],
        entries: Mapping[EntryId, Entry],
        now: datetime,
    ) -> None:
        """Save which post an entry is, where WordPress's list gave its number and its address together."""
        if feed.format is not FeedFormat.WORDPRESS_REST or blog.api_root is None:
            return
        if not feed.url.startswith(blog.api_root):
            return
        proofs = {}
        for entry_id, parsed, _ in placed:
            number, link = parsed.entry.native_id, entries[entry_id].link
            if number is not None and link and same_address(link, parsed.entry.link or ""):
                proofs[entry_id] = _proof(number, link, blog.api_root, now)
        kept = [await self._store.post_proofs.get(entry_id, api_root=blog.api_root) for entry_id in proofs]
        fresh = [
            each
            for each, known in zip(proofs.items(), kept, strict=True)
            if known is None or known.post_id != each[1].post_id
        ]
        await self._store.post_proofs.save(fresh)

    async def _ask_api(self, blog: Blog, refs: Sequence[EntryRef]) -> list[ParsedEntry]:
        numbers = [number for ref in refs if (number := ref.native_id or ref.hint) is not None]
        if not blog.api_root or not numbers:
            return []
        try:
            return await self._source.look_up(blog.api_root, list(dict.fromkeys(numbers)))
        except BridgeError:
            return []

    async def _is_known(self, blog: Blog, told: ParsedEntry) -> bool:
        """Return whether an entry with this guid and date is known; a copied guid has another date."""
        known = (await self._store.entries.known(blog.id, [told.uid])).get(told.uid)
        return known is not None and (
            known.published_at is None or told.published_at is None or known.published_at == told.published_at
        )


def _is_meant(ref: EntryRef, told: ParsedEntry) -> bool:
    """Return whether an entry of the API is the one that a comment names; a number from a guid may be another's."""
    if ref.native_id is not None:
        return ref.native_id == told.native_id
    return same_address(ref.link or "", told.link or "") or ref.uid == told.uid


def _entry_from(ref: EntryRef) -> ParsedEntry | None:
    """Return an entry made of what a comment says of it."""
    uid = ref.uid or ref.link
    if uid is None:
        return None
    return ParsedEntry(
        uid=Uid(uid),
        link=ref.link,
        title=ref.title or "",
        author="",
        published_at=None,
        html="",
        native_id=ref.native_id or ref.hint,
    )


def _proof(number: NativeId, link: str, api_root: str, now: datetime) -> PostProof:
    return PostProof(
        post_id=number, route="", address=link, api_root=api_root, proven_by=ProvenBy.COMMENTS, proven_at=now
    )


async def place_by_parents(store: Store, blog: Blog, comments: Sequence[ParsedComment]) -> list[ParsedComment]:
    """Set the parents and entries of comments by those of known comments.

    Of systems other than WordPress only: their feeds name what a comment answers, but not whether that is the entry or
    another comment.
    """
    of_parents = entries_by_parents([comment for comment in comments if comment.native_id is None])
    comments = [replace(each, entry=of_parents.get(each.uid, each.entry)) for each in comments]
    others = [comment for comment in comments if comment.native_id is None]
    named = {uid for each in others for uid in (each.parent_uid, each.entry.uid) if uid is not None}
    if not named:
        return comments
    kept = await store.comments.known(blog.id, sorted(named))
    ids = {comment.entry_id for comment in kept.values()}
    entries = {each.id: each for each in await store.entries.get_many(sorted(ids))} if ids else {}
    there = {comment.uid for comment in comments} | kept.keys()
    swapped = await _swap_entry_and_parent(store, blog, [each for each in others if each.entry.uid not in there], there)
    comments = [swapped.get(each.uid, each) for each in comments]

    def placed(comment: ParsedComment) -> ParsedComment:
        before = (kept.get(uid) for uid in (comment.entry.uid, comment.parent_uid) if uid is not None)
        known = next((each for each in before if each), None)
        entry = entries.get(known.entry_id) if known and comment.native_id is None else None
        if entry is None:
            return comment
        parent_uid = comment.parent_uid if comment.parent_uid in there else comment.entry.uid
        return replace(comment, parent_uid=parent_uid, entry=EntryRef(uid=entry.uid, link=entry.link))

    return await _find_parents_by_address(store, blog, [placed(comment) for comment in comments], there)


async def _swap_entry_and_parent(
    store: Store, blog: Blog, comments: Sequence[ParsedComment], there: Collection[Uid]
) -> dict[Uid, ParsedComment]:
    """Return comments that name an unknown comment as entry and a known entry as parent, with the two swapped."""
    both = [each for each in comments if each.entry.uid is not None and each.parent_uid not in {None, *there}]
    if not both:
        return {}
    named = [uid for each in both for uid in (each.entry.uid, each.parent_uid) if uid is not None]
    kept = await store.entries.known(blog.id, named)
    swapped = {}
    for each in both:
        entry = kept.get(each.parent_uid) if each.parent_uid and each.entry.uid not in kept else None
        if entry is not None:
            ref = EntryRef(uid=entry.uid, link=entry.link)
            swapped[each.uid] = replace(each, parent_uid=each.entry.uid, entry=ref)
    return swapped


async def _find_parents_by_address(
    store: Store, blog: Blog, comments: Sequence[ParsedComment], there: Collection[Uid]
) -> list[ParsedComment]:
    """Return comments with the uids of known comments, where they name their parents by address."""
    found: dict[Uid, ParsedComment] = {}
    for each in comments:
        parent = each.parent_uid
        if each.native_id is None and parent is not None and parent not in there and "#" in parent:
            named = await store.aliases.find(blog.id, list(names_of_ref(each.entry, home_url=blog.home_url)))
            entry_ids = next((ids for ids in named.values() if len(ids) == 1), [])
            for other in await store.comments.of_entries(entry_ids):
                if other.link and without_scheme(other.link) == without_scheme(parent):
                    found[each.uid] = replace(each, parent_uid=other.uid)
    return [found.get(each.uid, each) for each in comments]
