"""Pages, kinds of content of plugins, and posts behind a password, on a real WordPress."""

from datetime import UTC, datetime

import pytest

from bot.adapters.comment_systems.wordpress.comments import WordPressClient
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.feeds.parsing.wordpress_rest import comments_url
from bot.adapters.net.client import HttpClient
from bot.adapters.wordpress_routes import read_routes
from bot.model.connection import Connection, Secret
from bot.model.entry import PROTECTED, ParsedFeed
from bot.model.feed import CommentSystem, Feed, FeedFormat, FeedKind, Fetched
from bot.model.ids import BlogId, ConnectionId, FeedId, GuildId, NativeId, UserId
from bot.model.post import PostFound
from sandbox.blog.interface import Blog, PostKind
from tests.rules.examples import entry
from tests.wordpress.real import RealWordPress

SECRET = "Only for those who know"


@pytest.fixture
def feeds(client: HttpClient, parser: FeedParser) -> HttpFeeds:
    return HttpFeeds(client, parser)


def feed_at(url: str, kind: FeedKind = FeedKind.COMMENTS) -> Feed:
    format_ = FeedFormat.WORDPRESS_REST if "wp-json" in url else FeedFormat.SYNDICATION
    now = datetime(2026, 8, 1, tzinfo=UTC)
    return Feed(id=FeedId(1), blog_id=BlogId(1), kind=kind, format=format_, url=url, next_poll_at=now)


async def read(feeds: HttpFeeds, url: str, kind: FeedKind = FeedKind.COMMENTS) -> ParsedFeed:
    outcome = await feeds.fetch(feed_at(url, kind), conditional=False)
    assert isinstance(outcome, Fetched), outcome
    return outcome.feed


@pytest.mark.parametrize("kind", ["post", "page", "note"])
async def test_an_entry_of_whatever_kind_is_looked_up_with_its_title(
    any_blog: Blog, feeds: HttpFeeds, kind: PostKind
) -> None:
    post = await any_blog.publish(title="About <us> & you", html="<p>Hello</p>", kind=kind)
    other = await any_blog.publish(title="Another", html="x")
    numbers = [NativeId(str(post.id)), NativeId(str(other.id)), NativeId("99999")]
    found = {each.native_id: each for each in await feeds.look_up(f"{any_blog.url}wp-json/", numbers)}
    assert set(found) == set(numbers[:2])
    assert (found[numbers[0]].title, found[numbers[0]].link) == ("About <us> & you", post.link)


@pytest.mark.parametrize("kind", ["post", "page", "note"])
async def test_an_entry_of_whatever_kind_has_its_pages_title(any_blog: Blog, feeds: HttpFeeds, kind: PostKind) -> None:
    await any_blog.configure(rest="forbidden", language="de")
    post = await any_blog.publish(title="Über \u201cuns\u201d & euch", html="<p>Hello</p>", kind=kind)
    await any_blog.comment(post, text="Hallo", author="Ann")
    for path in ("comments/feed/", "comments/feed/atom/"):
        [comment] = (await read(feeds, f"{any_blog.url}{path}")).comments
        assert (comment.entry.link, comment.entry.title) == (post.link, None), "no words are guessed at"
    assert await feeds.page_title(post.link, site="Example blog") == "Über \u201cuns\u201d & euch"
    await any_blog.trash_post(post)
    assert await feeds.page_title(post.link, site="Example blog") is None


async def test_the_title_of_another_page_is_none(any_blog: Blog, feeds: HttpFeeds) -> None:
    post = await any_blog.publish(title="Ink", html="x")
    await any_blog.edit_post(post, slug="other")
    assert await feeds.page_title(post.link, site="Example blog") is None
    assert await feeds.page_title(any_blog.url, site="Example blog") is None, "the site is no entry"


def test_routes_of_kinds_are_no_address_of_their_own() -> None:
    types = {
        "page": {"rest_base": "pages", "rest_namespace": "wp/v2"},
        "wp_block": {"rest_base": "blocks"},
        "event": {"rest_base": "events", "rest_namespace": "tribe/v1"},
        "odd": {"rest_base": "../../users", "rest_namespace": "wp/v2"},
        "odder": {"rest_base": "odder", "rest_namespace": "https://evil.example"},
    }
    assert read_routes(types) == ("wp/v2/pages", "tribe/v1/events", "wp/v2/odder")
    assert read_routes(None) == read_routes([1]) == ("wp/v2/pages",)


@pytest.mark.wordpress
async def test_nothing_of_a_protected_post_leaks(
    wordpress: RealWordPress, feeds: HttpFeeds, client: HttpClient
) -> None:
    open_post = await wordpress.publish(title="Open", html="<p>Read me</p>")
    post = await wordpress.publish(title="Closed", html=f"<p>{SECRET}</p>")
    seen = await wordpress.comment(open_post, text="Nice", author="Ann")
    await wordpress.comment(post, text=SECRET, author="Bob")
    await wordpress.protect(post, "sesame")
    for path in ("feed/", "feed/atom/"):
        entries = (await read(feeds, f"{wordpress.url}{path}", FeedKind.ENTRIES)).entries
        texts = {each.link: each.html for each in entries}
        assert texts[post.link] == PROTECTED
        assert "Read me" in texts[open_post.link]
    for path in ("comments/feed/", "comments/feed/atom/"):
        comments = (await read(feeds, f"{wordpress.url}{path}")).comments
        assert [each.uid for each in comments] == [f"comment-{seen.id}"]
    for path in ("feed/", "feed/atom/"):
        assert (await read(feeds, f"{post.link}{path}")).comments == ()
    assert [each.uid for each in (await read(feeds, comments_url(f"{wordpress.url}wp-json/"))).comments] == [
        f"comment-{seen.id}"
    ]
    [told] = await feeds.look_up(f"{wordpress.url}wp-json/", [NativeId(str(post.id))])
    assert told.html == PROTECTED
    await wordpress.add_user("bridge", role="subscriber")
    endpoint = Connection(
        id=ConnectionId(1),
        guild_id=GuildId(1),
        blog_id=BlogId(1),
        system=CommentSystem.WORDPRESS,
        api_root=f"{wordpress.url}wp-json/",
        username="bridge",
        password=Secret(await wordpress.application_password("bridge")),
        connected_by=UserId(1),
    )
    kept = entry(link=post.link, native_id=NativeId(str(post.id)), published_at=None)
    found = await WordPressClient(client, endpoint).find_post(kept)
    assert isinstance(found, PostFound)
    assert not found.comments_open


def test_a_protected_entry_takes_no_replies() -> None:
    assert entry(html="<p>Words</p>").takes_replies
    assert not entry(html=PROTECTED).takes_replies
