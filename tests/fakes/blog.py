"""A blog in memory as the bridge's ports see one: found, read and commented on. Obeys the ports' rules, no network."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.model.entry import EntryRef, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import BridgeError, Refused
from bot.model.feed import (
    CommentSystem,
    Discovered,
    Discovery,
    Failed,
    Feed,
    FeedKind,
    Fetched,
    FetchOutcome,
    FoundFeed,
    Push,
    SeenSystem,
    Validators,
)
from bot.model.ids import NativeId, Uid
from bot.model.relay import Account, Endpoint, OutgoingComment, Published, Receipt

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
    #: raised by the next discoveries
    trouble: Exception | None = None
    entries: list[ParsedEntry] = field(default_factory=list)
    comments: list[ParsedComment] = field(default_factory=list)
    received: list[OutgoingComment] = field(default_factory=list)

    def write(self, title: str, *, author: str = "Ann", html: str = "<p>Words.</p>") -> ParsedEntry:
        number = len(self.entries) + 1
        entry = ParsedEntry(
            uid=Uid(f"{HOME}?p={number}"),
            link=f"{HOME}{number}/",
            title=title,
            author=author,
            published_at=_BEGAN + timedelta(hours=number),
            html=html,
            native_id=NativeId(str(number)),
        )
        self.entries.append(entry)
        return entry

    def remark(self, entry: ParsedEntry, author: str, html: str) -> ParsedComment:
        number = len(self.comments) + 101
        comment = ParsedComment(
            uid=Uid(f"comment-{number}"),
            parent_uid=None,
            entry=EntryRef(native_id=entry.native_id),
            link=f"{entry.link}#comment-{number}",
            author=author,
            published_at=_BEGAN + timedelta(days=1, hours=number),
            html=html,
            native_id=NativeId(str(number)),
        )
        self.comments.append(comment)
        return comment

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

    async def discover(self, url: str) -> Discovered:
        if self.trouble is not None:
            raise self.trouble
        candidates = [self.found.entries, *self.others]
        chosen = next((each for each in candidates if each.url == url), candidates[0])
        return Discovered(
            found=replace(self.found, entries=chosen, title=chosen.title or self.title),
            newest=ParsedFeed(title=self.title, entries=tuple(self.entries)),
            candidates=(chosen, *(each for each in candidates if each is not chosen)),
            systems=self.systems,
            push=self.push,
        )

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        if isinstance(self.trouble, BridgeError):
            return Failed(text=self.trouble.text)
        if feed.kind is FeedKind.ENTRIES:
            parsed = ParsedFeed(title=self.title, entries=tuple(self.entries))
        else:
            parsed = ParsedFeed(title=self.title, comments=tuple(self.comments))
        body_hash = f"{len(self.entries)} {len(self.comments)}"
        return Fetched(feed=parsed, validators=Validators(), body_hash=body_hash)

    async def look_up(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedEntry]:
        return [entry for entry in self.entries if entry.native_id in native_ids]

    def open(self, endpoint: Endpoint) -> "FakeEndpoint":
        return FakeEndpoint(self, endpoint)

    async def authorize_url(self, api_root: str, *, success_url: str, reject_url: str) -> str | None:
        return None if self.authorize is None else f"{self.authorize}?success_url={success_url}"


@dataclass
class FakeEndpoint:
    """The blog's comments with one credential."""

    blog: FakeBlog
    endpoint: Endpoint

    async def check(self) -> Account:
        if self.endpoint.password != PASSWORD:
            raise Refused("The blog does not accept this user name with this application password.")
        return self.blog.account

    async def publish(self, comment: OutgoingComment) -> Receipt:
        self.blog.received.append(comment)
        number = 500 + len(self.blog.received)
        return Published(native_id=NativeId(str(number)), url=f"{HOME}1/#comment-{number}")
