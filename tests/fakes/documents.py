"""A blog in memory whose feeds are documents, read by the real reader."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.adapters.feeds.fetch_state import FetchState, dump_state, dump_window, load_items, load_state, rename_items
from bot.adapters.feeds.parsing.read_document import read_comments, read_entries
from bot.model.entry import ParsedComment, ParsedEntry, ParsedFeed
from bot.model.feed import (
    Availability,
    CommentSystem,
    Discovered,
    Discovery,
    Failed,
    Feed,
    FeedKind,
    Fetched,
    FetchOutcome,
    FoundFeed,
    Validators,
)
from bot.model.ids import GuildId, NativeId, Uid

HOME = "http://garden.example/"


@dataclass
class Documents:
    """FeedSource and Discoverer over the documents of one blog."""

    entries: bytes = b""
    comments: bytes = b""
    #: further feeds of the blog, by their addresses
    others: dict[str, bytes] = field(default_factory=dict)
    #: links whose pages are gone
    gone: list[str] = field(default_factory=list)
    title: str = "Garden diary"

    @property
    def found(self) -> Discovery:
        return Discovery(
            title=self.title,
            home_url=HOME,
            entries=FoundFeed(url=f"{HOME}feed.xml", kind=FeedKind.ENTRIES),
            comments=FoundFeed(url=f"{HOME}comments.xml", kind=FeedKind.COMMENTS) if self.comments else None,
            system=CommentSystem.UNKNOWN,
            api_root=None,
        )

    async def discover(self, url: str, *, guild_id: GuildId | None = None) -> Discovered:
        found = self.found
        if url in self.others:
            found = replace(found, entries=FoundFeed(url=url, kind=FeedKind.ENTRIES), comments=None)
        return Discovered(found=found, newest=ParsedFeed(title=self.title))

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        memory = load_state(feed.fetch_state)
        body = self.others.get(feed.url) or (self.entries if feed.kind is FeedKind.ENTRIES else self.comments)
        if not body:
            return Failed(text="There is nothing.")
        if feed.kind is FeedKind.ENTRIES:
            reading = read_entries(body, content_type="", url=feed.url, known=memory.items)
        else:
            reading = read_comments(body, content_type="", url=feed.url, known=memory.items)
        before = tuple(uid for _, uid in load_items(memory.items))
        return Fetched(
            feed=replace(reading.feed, before=before),
            validators=Validators(),
            body_hash=hashlib.sha256(body).hexdigest(),
            fetch_state=dump_state(FetchState(items=dump_window(reading))),
        )

    async def next_page(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        return None

    def rename_items(self, fetch_state: str, names: Mapping[Uid, Uid]) -> str:
        return rename_items(fetch_state, names)

    async def read_account_list(self, feed: Feed, body: bytes, *, conditional: bool) -> FetchOutcome:
        raise AssertionError("no account reads these feeds")

    async def check_availability(self, link: str, *, comment: NativeId | None, api_root: str | None) -> Availability:
        return Availability.GONE if link in self.gone else Availability.THERE

    async def read(self, feed: Feed, body: bytes, *, content_type: str) -> FetchOutcome:
        return Failed(text="No hub sends anything.")

    async def page_title(self, link: str, *, site: str) -> str | None:
        return None

    async def look_up_comments(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedComment]:
        return []

    async def look_up(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedEntry]:
        return []
