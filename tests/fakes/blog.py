"""A blog in memory behind the bridge's ports for discovery, feeds and comments."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.connection import Account, Connection
from bot.model.entry import Entry, EntryRef, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import BridgeError, Refused
from bot.model.feed import (
    Availability,
    CommentSystem,
    Discovered,
    Discovery,
    Failed,
    FailureReason,
    Feed,
    FeedKind,
    Fetched,
    FetchOutcome,
    FoundFeed,
    Push,
    SeenSystem,
    Validators,
)
from bot.model.ids import GuildId, NativeId, Uid
from bot.model.post import PostFound, PostNotFound, PostProof, ProvenBy
from bot.model.reply import OutgoingComment, Published, PublishOutcome, Rejected

HOME = "https://blog.example/"
PASSWORD = "abcd efgh ijkl mnop"
_BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class FakeBlog:
    """FeedSource, Discoverer and Endpoints over one blog."""

    title: str = "Ann's *blog*"
    system: CommentSystem = CommentSystem.WORDPRESS
    api_root: str | None = None
    account: Account = field(
        default_factory=lambda: Account(
            name="bridge", roles=("subscriber",), may_publish_raw_html=False, may_moderate=False
        )
    )
    authorize: str | None = None
    #: other feeds that the blog's pages name
    others: list[FoundFeed] = field(default_factory=list)
    systems: tuple[SeenSystem, ...] = ()
    push: Push | None = None
    #: discovery returns the feed that it read, as it does if the address is a feed's
    hands_on: bool = True
    #: raised by the next discoveries
    trouble: Exception | None = None
    #: raised by discoveries of these addresses
    broken: dict[str, Exception] = field(default_factory=dict)
    entries: list[ParsedEntry] = field(default_factory=list)
    comments: list[ParsedComment] = field(default_factory=list)
    #: the number of newest items in a feed, and if it has further pages
    window: int = 100
    paged: bool = False
    #: the number of comments in an entry's own feed, and the titles of entries whose feeds were requested
    own_window: int = 100
    own_asked: list[str] = field(default_factory=list)
    #: addresses of requested feeds
    asked: list[str] = field(default_factory=list)
    deleted: list[Uid] = field(default_factory=list)
    #: links whose pages are gone, though feeds may still show their items
    hidden: list[str] = field(default_factory=list)
    #: links of posts that no longer take comments
    closed: list[str] = field(default_factory=list)
    received: list[OutgoingComment] = field(default_factory=list)
    #: the answer to every further comment
    refusal: Rejected | None = None
    #: API roots, and the passwords that the bot asked to revoke there
    revoked: list[tuple[str, str]] = field(default_factory=list)
    #: API roots at which a credential was checked
    tried: list[str] = field(default_factory=list)
    #: raised for every request with a credential
    refusing: BridgeError | None = None
    #: comments of another type: feeds show them, and the reader leaves them out
    reviews: set[Uid] = field(default_factory=set)
    #: raised when an account requests the list of comments, and the guilds whose accounts did so
    unlisted: BridgeError | None = None
    listed_for: list[GuildId] = field(default_factory=list)
    #: awaited before the blog finds the post of an entry
    locating: Callable[[], Awaitable[None]] | None = None
    #: comments that were requested by number
    asked_for: list[NativeId] = field(default_factory=list)
    #: titles of pages, by their addresses
    page_titles: dict[str, str] = field(default_factory=dict)
    #: the hubs that its feeds name
    hubs: dict[FeedKind, Push] = field(default_factory=dict)

    def write(
        self, title: str, *, author: str = "Ann", html: str = "<p>Words.</p>", categories: tuple[str, ...] = ()
    ) -> ParsedEntry:
        number = len(self.entries) + 1
        entry = ParsedEntry(
            uid=Uid(f"{HOME}?p={number}"),
            link=f"{HOME}{number}/",
            title=title,
            author=author,
            published_at=_BEGAN + timedelta(hours=number),
            html=html,
            categories=categories,
            native_id=NativeId(str(number)),
        )
        self.entries.append(entry)
        return entry

    def remark(self, entry: ParsedEntry, author: str, html: str) -> ParsedComment:
        number = len(self.comments) + 101
        comment = ParsedComment(
            uid=Uid(f"comment-{number}"),
            parent_uid=None,
            entry=EntryRef(native_id=self._number(entry.link) or entry.native_id, link=entry.link),
            link=f"{entry.link}#comment-{number}",
            author=author,
            published_at=_BEGAN + timedelta(days=1, hours=number),
            html=html,
            native_id=NativeId(str(number)),
        )
        self.comments.append(comment)
        return comment

    def edit(self, number: int, **changes: Any) -> None:
        """Change an entry, counted from 0 in the order of writing."""
        self.entries[number] = replace(self.entries[number], **changes)

    def rename(self, numbers: Iterable[int], **changes: Any) -> None:
        """Give entries other guids, and other changes."""
        for number in numbers:
            self.edit(number, uid=Uid(f"renamed-{number}-{len(changes)}"), **changes)

    @property
    def found(self) -> Discovery:
        return Discovery(
            title=self.title,
            home_url=HOME,
            entries=FoundFeed(url=f"{HOME}feed/", kind=FeedKind.ENTRIES),
            comments=FoundFeed(url=f"{HOME}comments/feed/", kind=FeedKind.COMMENTS),
            system=self.system,
            api_root=self.api_root or (f"{HOME}wp-json/" if self.system is CommentSystem.WORDPRESS else None),
        )

    async def discover(self, url: str, *, guild_id: GuildId | None = None) -> Discovered:
        if self.trouble is not None:
            raise self.trouble
        if url in self.broken:
            raise self.broken[url]
        candidates = [self.found.entries, *self.others]
        chosen = next((each for each in candidates if each.url == url), candidates[0])
        return Discovered(
            found=replace(self.found, entries=chosen, title=chosen.title or self.title),
            newest=ParsedFeed(title=self.title, entries=tuple(self.entries)),
            fetched=self._answer(FeedKind.ENTRIES, None) if self.hands_on else None,
            candidates=(chosen, *(each for each in candidates if each is not chosen)),
            systems=self.systems,
            push=self.push,
        )

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        self.asked.append(feed.url)
        if isinstance(self.trouble, BridgeError):
            return Failed(text=self.trouble.text)
        if feed.kind is FeedKind.ENTRY_COMMENTS:
            return self._own(feed)
        return self._answer(feed.kind, feed.fetch_state)

    async def read_account_list(self, feed: Feed, body: bytes, *, conditional: bool) -> FetchOutcome:
        fetched = self._answer(FeedKind.COMMENTS, feed.fetch_state)
        comments = fetched.feed.comments if feed.fetch_state is not None else ()
        return replace(fetched, feed=replace(fetched.feed, comments=comments, window=(), complete=False))

    def _own(self, feed: Feed) -> Fetched:
        """Return the comment feed of one entry."""
        (entry,) = [each for each in self.entries if each.comments_feed_url == feed.url]
        self.own_asked.append(entry.title)
        on_it = [each for each in self.comments[::-1] if each.entry.link == entry.link][: self.own_window]
        bare = tuple(replace(each, entry=EntryRef()) for each in on_it if each.uid not in self.reviews)
        parsed = ParsedFeed(title="", comments=bare, window=tuple(each.uid for each in on_it))
        return Fetched(feed=parsed, validators=Validators(), body_hash=str(hash(bare)))

    def _answer(self, kind: FeedKind, fetch_state: str | None) -> Fetched:
        parsed = self._page(kind, 1)
        known = [(hash_, Uid(uid)) for hash_, uid in json.loads(fetch_state or "[]")]
        items = [(_hash(each), each.uid) for each in (*parsed.entries, *parsed.comments)]
        told = replace(
            parsed,
            # As the port says: known items of the fetch_state are left out.
            entries=tuple(each for each in parsed.entries if (_hash(each), each.uid) not in known),
            comments=tuple(each for each in parsed.comments if (_hash(each), each.uid) not in known),
            before=tuple(uid for _, uid in known),
            deleted=tuple(self.deleted),
        )
        return Fetched(
            feed=told,
            validators=Validators(),
            body_hash=hashlib.sha256(repr(told).encode()).hexdigest(),
            fetch_state=json.dumps(items),
            push=self.hubs.get(kind),
        )

    def _page(self, kind: FeedKind, page: int) -> ParsedFeed:
        here = slice(self.window * (page - 1), self.window * page)
        entries = tuple(self.entries[::-1][here]) if kind is FeedKind.ENTRIES else ()
        comments = () if kind is FeedKind.ENTRIES else tuple(self.comments[::-1][here])
        window = tuple(each.uid for each in entries) + tuple(each.uid for each in comments)
        return ParsedFeed(title=self.title, entries=entries, comments=comments, window=window)

    async def next_page(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        older = self._page(feed.kind, page)
        return older if self.paged and older.window else None

    def rename_items(self, fetch_state: str, names: Mapping[Uid, Uid]) -> str:
        return json.dumps([(hash_, names.get(Uid(uid), uid)) for hash_, uid in json.loads(fetch_state)])

    async def check_availability(self, link: str, *, comment: NativeId | None, api_root: str | None) -> Availability:
        if isinstance(self.trouble, BridgeError):
            return Availability.UNKNOWN
        links = [each.link for each in self.entries] + [each.link for each in self.comments]
        return Availability.THERE if link in links and link not in self.hidden else Availability.GONE

    async def read(self, feed: Feed, body: bytes, *, content_type: str) -> FetchOutcome:
        """Read a body, which here is a list of uids, one per line."""
        uids = body.decode().split()
        entries = tuple(each for each in self.entries if each.uid in uids and feed.kind is FeedKind.ENTRIES)
        comments = tuple(each for each in self.comments if each.uid in uids and feed.kind is FeedKind.COMMENTS)
        if not entries and not comments:
            return Failed(text="That is no feed.", reason=FailureReason.NOT_A_FEED)
        before = tuple(Uid(uid) for _, uid in json.loads(feed.fetch_state or "[]"))
        parsed = ParsedFeed(title=self.title, entries=entries, comments=comments, before=before, complete=False)
        return Fetched(
            feed=parsed, validators=feed.validators, body_hash=feed.body_hash or "", fetch_state=feed.fetch_state
        )

    async def look_up(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedEntry]:
        return [
            replace(entry, native_id=number)
            for entry in self.entries
            if (number := self._number(entry.link)) in native_ids
        ]

    async def page_title(self, link: str, *, site: str) -> str | None:
        return self.page_titles.get(link)

    async def look_up_comments(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedComment]:
        self.asked_for += native_ids
        return [each for each in self.comments if each.native_id in native_ids]

    def _number(self, link: str | None) -> NativeId | None:
        """Return a post's number: its place among all posts, whatever its guid says."""
        links = [each.link for each in self.entries]
        return NativeId(str(links.index(link) + 1)) if link in links else None

    def open(self, connection: Connection) -> "FakeCommentClient":
        return FakeCommentClient(self, connection)

    async def authorize_url(self, api_root: str, *, success_url: str, reject_url: str) -> str | None:
        return None if self.authorize is None else f"{self.authorize}?success_url={success_url}"


def _hash(item: ParsedEntry | ParsedComment) -> str:
    return hashlib.sha256(repr(item).encode()).hexdigest()


@dataclass
class FakeCommentClient:
    """The blog's comments with one credential."""

    blog: FakeBlog
    connection: Connection

    async def check(self) -> Account:
        self.blog.tried.append(self.connection.api_root)
        if self.blog.refusing is not None:
            raise self.blog.refusing
        if self.connection.password != PASSWORD:
            raise Refused("The blog does not accept this user name with this application password.")
        return self.blog.account

    async def list_comments(self) -> bytes:
        self.blog.listed_for.append(self.connection.guild_id)
        if self.blog.unlisted is not None:
            raise self.blog.unlisted
        return b"[]"

    async def revoke(self) -> bool:
        if isinstance(self.blog.trouble, BridgeError):
            raise self.blog.trouble
        self.blog.revoked.append((self.connection.api_root, self.connection.password))
        return self.connection.password == PASSWORD

    async def find_post(self, entry: Entry, proof: PostProof | None = None) -> PostFound | PostNotFound:
        """Find a post; its number is its place among all posts, whatever its guid says."""
        if self.blog.locating is not None:
            await self.blog.locating()
        for number, each in enumerate(self.blog.entries, 1):
            if each.link == entry.link and each.link not in self.blog.hidden:
                return PostFound(
                    post_id=NativeId(str(number)),
                    route="wp/v2/posts",
                    proven_by=ProvenBy.NUMBER,
                    comments_open=each.link not in self.blog.closed,
                )
        return PostNotFound(text="I cannot tell which of the blog's posts this is.")

    async def publish(self, comment: OutgoingComment) -> PublishOutcome:
        if self.blog.refusing is not None:
            raise self.blog.refusing
        if self.blog.refusal is not None:
            return self.blog.refusal
        self.blog.received.append(comment)
        number = 500 + len(self.blog.received)
        return Published(native_id=NativeId(str(number)), url=f"{HOME}{comment.entry_native_id}/#comment-{number}")
