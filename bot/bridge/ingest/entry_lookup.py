"""Finds out which entries comments mean whose names nobody knows, by asking the blog; keeps what its list proves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.bridge.ingest.matching import EntryMatcher
from bot.bridge.ports import FeedSource
from bot.model.address import same_address
from bot.model.entry import Entry, EntryRef, ParsedComment, ParsedEntry
from bot.model.errors import BridgeError
from bot.model.feed import Blog, Feed, FeedFormat
from bot.model.ids import EntryId, NativeId, Uid
from bot.model.post import PostProof, ProvenBy
from bot.storage.database import Store

#: Pages that are asked for titles at one reading; a feed shows ten comments by default.
_MOST_PAGES = 10


class EntryLookup:
    """Entries as comments name them."""

    def __init__(self, store: Store, source: FeedSource, recogniser: EntryMatcher) -> None:
        self._store = store
        self._source = source
        self._recogniser = recogniser

    async def look_up(
        self, blog: Blog, refs: Sequence[EntryRef]
    ) -> tuple[tuple[ParsedEntry, ...], Mapping[EntryRef, EntryRef]]:
        """Ask the blog's API about entries where it has one, else their pages for their titles.

        :return: entries that were never seen, and the uids of those that the blog told of, some of them known.
        """
        told = await self._ask(blog, refs)
        unheard: dict[Uid, ParsedEntry] = {}
        known_as: dict[EntryRef, EntryRef] = {}
        for ref in refs:
            entry = next((each for each in told if _is_meant(ref, each)), None)
            if entry is not None:
                known_as[ref] = replace(ref, uid=entry.uid)
                if await self._is_known(blog, entry):
                    continue
            wanted = entry or _entry_from(ref)
            if wanted is not None and not (wanted.uid in unheard and unheard[wanted.uid].title):
                unheard[wanted.uid] = wanted
        await self._name_by_pages(blog, unheard, told)
        return tuple(unheard.values()), known_as

    async def _name_by_pages(self, blog: Blog, unheard: dict[Uid, ParsedEntry], told: Sequence[ParsedEntry]) -> None:
        """Give entries that the blog's API did not tell of the titles of their pages, where comments named none."""
        nameless = [each for each in unheard.values() if not each.title and each.link and each not in told]
        for entry in nameless[:_MOST_PAGES]:
            title = await self._source.page_title(entry.link or "", site=blog.title)
            unheard[entry.uid] = replace(entry, title=title or "")

    async def keep_proofs(
        self,
        feed: Feed,
        blog: Blog,
        placed: Sequence[tuple[EntryId, ParsedComment, str]],
        entries: Mapping[EntryId, Entry],
        now: datetime,
    ) -> None:
        """Keep which post an entry is where WordPress's list named its number and its address together."""
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
        await self._store.post_proofs.keep(fresh)

    async def _ask(self, blog: Blog, refs: Sequence[EntryRef]) -> list[ParsedEntry]:
        numbers = [number for ref in refs if (number := ref.native_id or ref.hint) is not None]
        if not blog.api_root or not numbers:
            return []
        try:
            return await self._source.look_up(blog.api_root, list(dict.fromkeys(numbers)))
        except BridgeError:
            return []

    async def _is_known(self, blog: Blog, told: ParsedEntry) -> bool:
        """Whether an entry is kept under the guid that the blog tells; guids that were copied are of other moments."""
        known = (await self._store.items.known_entries(blog.id, [told.uid])).get(told.uid)
        return known is not None and (
            known.published_at is None or told.published_at is None or known.published_at == told.published_at
        )


def _is_meant(ref: EntryRef, told: ParsedEntry) -> bool:
    """Whether the blog told of the very entry that a comment names, and not of another with a number from its guid."""
    if ref.native_id is not None:
        return ref.native_id == told.native_id
    return same_address(ref.link or "", told.link or "") or ref.uid == told.uid


def _entry_from(ref: EntryRef) -> ParsedEntry | None:
    """What a comment tells of its entry."""
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
