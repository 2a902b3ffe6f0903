"""Rows to begin with: a blog, an entry, a comment, a subscription. Only what a test does not care about."""

from datetime import UTC, datetime, timedelta

from bot.model.entry import Comment, Entry, EntryRef, ParsedComment, ParsedEntry
from bot.model.feed import Blog, CommentSystem, Discovery, Feed, FeedKind, FoundFeed
from bot.model.ids import BlogId, ChannelId, EntryId, GuildId, NativeId, SubscriptionId, Uid, UserId
from bot.model.reply import NewReply, ReplyOrigin
from bot.model.subscription import Placement, Subscription
from bot.storage.database import Store

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
GUILD = GuildId(1_234_567_890_123_456_789)
CHANNEL = ChannelId(GUILD + 1)
USER = UserId(GUILD + 2)
_SOME_BLOG = BlogId(1)
_SOME_ENTRY = EntryId(1)


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


def discovery(home_url: str = "https://blog.example/") -> Discovery:
    return Discovery(
        title="A blog",
        home_url=home_url,
        entries=FoundFeed(url=f"{home_url}feed/", kind=FeedKind.ENTRIES),
        comments=FoundFeed(url=f"{home_url}comments/feed/", kind=FeedKind.COMMENTS),
        system=CommentSystem.WORDPRESS,
        api_root=f"{home_url}wp-json/",
    )


def parsed_entry(number: int = 1, **fields: object) -> ParsedEntry:
    given: dict[str, object] = {
        "uid": Uid(f"https://blog.example/?p={number}"),
        "link": f"https://blog.example/{number}/",
        "title": f"Entry {number}",
        "author": "Ada",
        "published_at": later(hours=number),
        "html": "<p>Text</p>",
        "categories": ("one", "two"),
        "native_id": NativeId(str(number)),
    }
    return ParsedEntry(**{**given, **fields})  # type: ignore[arg-type]


def parsed_comment(number: int = 1, **fields: object) -> ParsedComment:
    given: dict[str, object] = {
        "uid": Uid(f"comment-{number}"),
        "parent_uid": None,
        "entry": EntryRef(native_id=NativeId("1")),
        "link": f"https://blog.example/1/#comment-{number}",
        "author": "Bob",
        "published_at": None,
        "html": "<p>Words</p>",
        "native_id": NativeId(str(number)),
    }
    return ParsedComment(**{**given, **fields})  # type: ignore[arg-type]


async def a_blog(store: Store, home_url: str = "https://blog.example/") -> Blog:
    return await store.feeds.save_blog(discovery(home_url))


async def a_feed(store: Store, blog_id: BlogId, kind: FeedKind = FeedKind.ENTRIES, url: str = "") -> Feed:
    return await store.feeds.add_feed(
        blog_id, FoundFeed(url=url or f"https://blog.example/{kind}", kind=kind), next_poll_at=NOW
    )


async def make_due(store: Store, blog_id: BlogId, at: datetime = NOW) -> None:
    """Have all feeds of a blog polled."""
    await store.polls.release_until([(feed.id, at) for feed in await store.feeds.of_blog(blog_id)])


async def an_entry(store: Store, blog_id: BlogId, number: int = 1, **fields: object) -> Entry:
    [entry] = await store.entries.add(blog_id, [(parsed_entry(number, **fields), f"hash {number}")], now=NOW)
    return entry


async def a_comment(store: Store, entry: Entry, number: int = 1, **fields: object) -> Comment:
    given = [(entry.id, parsed_comment(number, **fields), f"hash {number}")]
    [comment] = await store.comments.add(entry.blog_id, given, now=NOW)
    return comment


async def a_subscription(
    store: Store,
    blog_id: BlogId,
    *,
    channel_id: ChannelId = CHANNEL,
    guild_id: GuildId = GUILD,
    comments: bool = True,
) -> Subscription:
    added = await store.subscriptions.add(
        guild_id=guild_id,
        channel_id=channel_id,
        blog_id=blog_id,
        placement=Placement.THREAD,
        comments=comments,
        started_at=NOW,
    )
    assert added
    return added


def new_reply(blog_id: BlogId = _SOME_BLOG, entry_id: EntryId = _SOME_ENTRY, **fields: object) -> NewReply:
    given: dict[str, object] = {
        "guild_id": GUILD,
        "subscription_id": SubscriptionId(1),
        "blog_id": blog_id,
        "entry_id": entry_id,
        "parent_comment_id": None,
        "user_id": USER,
        "public_name": "Cy",
        "origin": ReplyOrigin.BUTTON,
        "content": "*words*",
        "html": "<p><em>words</em></p>",
    }
    return NewReply(**{**given, **fields})  # type: ignore[arg-type]
