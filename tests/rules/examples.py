"""Nouns with everything filled in, for tests that look at one field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.alert import AuthorAlert
from bot.model.entry import Comment, Entry, EntryRef, ParsedComment, ParsedEntry
from bot.model.feed import Blog, CommentSystem, Feed, FeedFormat, FeedKind
from bot.model.ids import (
    AlertId,
    BlogId,
    ChannelId,
    CommentId,
    EntryId,
    FeedId,
    GuildId,
    MessageId,
    NativeId,
    ReplyId,
    SubscriptionId,
    Uid,
    UserId,
)
from bot.model.reply import Reply, ReplyOrigin, ReplyState
from bot.model.subscription import Placement, RelayMode, Subscription

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def parsed_entry(**changes: Any) -> ParsedEntry:
    entry = ParsedEntry(
        uid=Uid("https://blog.example/?p=7"),
        link="https://blog.example/hello/",
        title="Hello",
        author="Ada",
        published_at=NOW,
        html="<p>First words.</p>",
        categories=("News",),
        native_id=NativeId("7"),
    )
    return replace(entry, **changes)


def parsed_comment(number: int = 1, **changes: Any) -> ParsedComment:
    comment = ParsedComment(
        uid=Uid(f"comment-{number}"),
        parent_uid=None,
        entry=EntryRef(native_id=NativeId("7")),
        link=f"https://blog.example/hello/#comment-{number}",
        author="Ann",
        published_at=NOW + number * timedelta(minutes=1),
        html="<p>I agree.</p>",
        native_id=NativeId(str(number)),
    )
    return replace(comment, **changes)


def entry(**changes: Any) -> Entry:
    kept = Entry(
        id=EntryId(1),
        blog_id=BlogId(1),
        uid=Uid("https://blog.example/?p=7"),
        native_id=NativeId("7"),
        link="https://blog.example/hello/",
        title="Hello",
        author="Ada",
        published_at=NOW,
        html="<p>First words.</p>",
        image_url=None,
        categories=("News",),
        hash="h",
        first_seen_at=NOW,
    )
    return replace(kept, **changes)


def comment(**changes: Any) -> Comment:
    kept = Comment(
        id=CommentId(1),
        blog_id=BlogId(1),
        entry_id=EntryId(1),
        uid=Uid("comment-1"),
        native_id=NativeId("1"),
        parent_uid=None,
        parent_author="",
        link="https://blog.example/hello/#comment-1",
        author="Ann",
        published_at=NOW,
        html="<p>I agree.</p>",
        hash="h",
        first_seen_at=NOW,
    )
    return replace(kept, **changes)


def blog(**changes: Any) -> Blog:
    kept = Blog(
        id=BlogId(1),
        title="Ann's blog",
        home_url="https://blog.example/",
        system=CommentSystem.WORDPRESS,
        api_root="https://blog.example/wp-json/",
    )
    return replace(kept, **changes)


def subscription(**changes: Any) -> Subscription:
    kept = Subscription(
        id=SubscriptionId(1),
        guild_id=GuildId(10),
        channel_id=ChannelId(20),
        blog_id=BlogId(1),
        placement=Placement.THREAD,
        comments=True,
        relay_mode=RelayMode.MENU,
        started_at=NOW - HOUR,
    )
    return replace(kept, **changes)


def reply(**changes: Any) -> Reply:
    kept = Reply(
        id=ReplyId(1),
        guild_id=GuildId(10),
        subscription_id=SubscriptionId(1),
        blog_id=BlogId(1),
        entry_id=EntryId(1),
        parent_comment_id=None,
        user_id=UserId(30),
        public_name="Mia",
        origin=ReplyOrigin.BUTTON,
        content="Well said",
        html="Well said",
        state=ReplyState.ACCEPTED,
        channel_id=ChannelId(21),
        message_id=MessageId(22),
        created_at=NOW,
    )
    return replace(kept, **changes)


def alert(**changes: Any) -> AuthorAlert:
    kept = AuthorAlert(id=AlertId(1), guild_id=GuildId(10), blog_id=BlogId(1), user_id=UserId(40), author=None)
    return replace(kept, **changes)


def feed(**changes: Any) -> Feed:
    kept = Feed(
        id=FeedId(1),
        blog_id=BlogId(1),
        kind=FeedKind.ENTRIES,
        format=FeedFormat.SYNDICATION,
        url="https://blog.example/feed/",
        last_polled_at=NOW - HOUR,
        last_ok_at=NOW - HOUR,
        next_poll_at=NOW,
        newest_at=NOW - HOUR,
    )
    return replace(kept, **changes)
