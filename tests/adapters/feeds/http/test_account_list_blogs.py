"""What an account may read beyond the public of a whole blog, the sandbox's and a real one, never gets through."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.adapters.comment_systems.wordpress.comments import WordPressClient
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.model.connection import Connection, Secret
from bot.model.entry import ParsedComment
from bot.model.feed import CommentSystem, Feed, FeedFormat, FeedKind, Fetched
from bot.model.ids import BlogId, ConnectionId, FeedId, GuildId, UserId
from bot.rules.item_diff import fingerprint
from sandbox.blog.interface import Blog
from tests.wordpress.real import RealWordPress

NOW = datetime(2026, 8, 1, tzinfo=UTC)


class Reading:
    """The list of a blog's comments as one account is shown it, from one reading to the next."""

    def __init__(self, account: WordPressClient, feeds: HttpFeeds, blog: Blog) -> None:
        self._account = account
        self._feeds = feeds
        self._feed = Feed(
            id=FeedId(1),
            blog_id=BlogId(1),
            kind=FeedKind.ACCOUNT_COMMENTS,
            format=FeedFormat.WORDPRESS_REST,
            url=f"{blog.url}wp-json/wp/v2/comments",
            next_poll_at=NOW,
        )

    async def read(self) -> list[ParsedComment]:
        body = await self._account.list_comments()
        outcome = await self._feeds.read_account_list(self._feed, body, conditional=False)
        assert isinstance(outcome, Fetched), outcome
        self._feed = replace(self._feed, fetch_state=outcome.fetch_state, body_hash=outcome.body_hash)
        return sorted(outcome.feed.comments, key=lambda each: int(each.native_id or 0))


@pytest.fixture
def feeds(client: HttpClient, parser: FeedParser) -> HttpFeeds:
    return HttpFeeds(client, parser)


async def reading_of(blog: Blog, client: HttpClient, feeds: HttpFeeds, role: str) -> Reading:
    await blog.add_user("bridge", role=role)
    endpoint = Connection(
        id=ConnectionId(1),
        guild_id=GuildId(1),
        blog_id=BlogId(1),
        system=CommentSystem.WORDPRESS,
        api_root=f"{blog.url}wp-json/",
        username="bridge",
        password=Secret(await blog.application_password("bridge")),
        connected_by=UserId(1),
    )
    await blog.configure(rest="members")
    return Reading(WordPressClient(client, endpoint), feeds, blog)


@pytest.mark.parametrize("role", ["subscriber", "editor"])
async def test_comments_come_as_from_the_feed_and_nothing_that_is_not_public(
    any_blog: Blog, client: HttpClient, feeds: HttpFeeds, role: str
) -> None:
    post = await any_blog.publish(title="Open", html="<p>x</p>")
    draft = await any_blog.publish(title="Draft", html="<p>x</p>")
    first = await any_blog.comment(post, author="Ann", text="Before")
    reading = await reading_of(any_blog, client, feeds, role)
    assert await reading.read() == []
    second = await any_blog.comment(
        post, author="Bob & Co", text='"After" -- isn\'t <em>it</em>?\n\nYes :)', parent=first.id
    )
    await any_blog.comment(post, author="Eve", text="Held", status="hold")
    await any_blog.comment(post, author="Eve", text="Spam", status="spam")
    hidden = await any_blog.comment(draft, author="Eve", text="Secret")
    await any_blog.set_post_status(draft, "private")
    [found] = await reading.read()
    assert (found.uid, found.parent_uid) == (f"comment-{second.id}", f"comment-{first.id}")
    assert found.entry.link == post.link

    # What strangers are shown by the feed is the same comment, with the same words: a switch doubles and edits nothing.
    site = Feed(
        id=FeedId(2),
        blog_id=BlogId(1),
        kind=FeedKind.COMMENTS,
        format=FeedFormat.SYNDICATION,
        url=f"{any_blog.url}comments/feed/",
        next_poll_at=NOW,
    )
    public = await feeds.fetch(site, conditional=False)
    assert isinstance(public, Fetched)
    told = {each.uid: each for each in public.feed.comments}
    assert set(told) == {f"comment-{each.id}" for each in (first, second)}
    assert fingerprint(told[found.uid]) == fingerprint(found)
    assert told[found.uid].parent_uid == found.parent_uid

    await any_blog.set_post_status(draft, "publish")
    assert [each.uid for each in await reading.read()] == [f"comment-{hidden.id}"]


@pytest.mark.parametrize("role", ["subscriber", "editor", "administrator"])
@pytest.mark.wordpress
async def test_comments_behind_a_password_never_get_through(
    wordpress: RealWordPress, client: HttpClient, feeds: HttpFeeds, role: str
) -> None:
    post = await wordpress.publish(title="Closed", html="<p>x</p>")
    await wordpress.protect(post, "sesame")
    reading = await reading_of(wordpress, client, feeds, role)
    assert await reading.read() == []
    await wordpress.comment(post, author="Ann", text="Only for those who know")
    assert await reading.read() == []
    assert await reading.read() == []
