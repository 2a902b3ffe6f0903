"""Pages before the newest, items that are gone, and deletions that a feed tells of; of WordPress against a real one."""

import json
from dataclasses import replace

import pytest

from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.feeds.parsing.read_document import read_comments, read_entries
from bot.adapters.feeds.parsing.wordpress_rest import comments_url
from bot.adapters.net.client import HttpClient
from bot.model.entry import FeedLink, ParsedFeed
from bot.model.feed import Availability, Feed, FeedFormat, FeedKind, Fetched
from bot.model.ids import BlogId, FeedId, NativeId
from sandbox.blog.interface import Blog
from tests.adapters.feeds.http.test_cases_http import NOW, body_of
from tests.webserver import WebServer

NOTHING = ParsedFeed(title="")


@pytest.fixture
def feeds(client: HttpClient, parser: FeedParser) -> HttpFeeds:
    return HttpFeeds(client, parser)


def a_feed(url: str, kind: FeedKind = FeedKind.ENTRIES, format_: FeedFormat = FeedFormat.SYNDICATION) -> Feed:
    return Feed(id=FeedId(1), blog_id=BlogId(1), kind=kind, format=format_, url=url, next_poll_at=NOW)


async def test_a_wordpress_feed_is_paged_until_it_ends(any_blog: Blog, feeds: HttpFeeds) -> None:
    for number in range(13):
        await any_blog.publish(title=f"Post {number}", html="<p>Words.</p>")
    feed = a_feed(f"{any_blog.url}feed/")
    newest = await feeds.fetch(feed, conditional=False)
    assert isinstance(newest, Fetched)
    assert len(newest.feed.entries) == 10
    older = await feeds.next_page(feed, newest.feed, 2)
    assert older is not None
    assert [entry.title for entry in older.entries] == ["Post 2", "Post 1", "Post 0"]
    assert await feeds.next_page(feed, older, 3) is None


async def test_wordpresss_list_of_comments_is_paged_until_it_ends(any_blog: Blog, feeds: HttpFeeds) -> None:
    await any_blog.configure(flood_seconds=0, comment_previously_approved=False)
    post = await any_blog.publish(title="Lively", html="<p>Words.</p>")
    for number in range(4):
        await any_blog.comment(post, author="Ann", text=f"Remark {number}")
    url = comments_url(f"{any_blog.url}wp-json/").replace("per_page=100", "per_page=3")
    feed = a_feed(url, FeedKind.COMMENTS, FeedFormat.WORDPRESS_REST)
    older = await feeds.next_page(feed, NOTHING, 2)
    assert older is not None
    assert ["Remark 0" in comment.html for comment in older.comments] == [True]
    beyond = await feeds.next_page(feed, older, 3)
    assert beyond is not None
    assert beyond.comments == ()


async def test_a_feed_that_says_where_its_next_page_is_is_followed(server: WebServer, feeds: HttpFeeds) -> None:
    server.serve("/archive/2", body_of("older"))
    feed = a_feed(f"{server.url}/index.xml")
    stated = ParsedFeed(title="", links=(FeedLink(rel="next", type="", href=f"{server.url}/archive/2"),))
    older = await feeds.next_page(feed, stated, 2)
    assert older is not None
    assert [entry.title for entry in older.entries] == ["older"]
    assert await feeds.next_page(feed, NOTHING, 2) is None
    assert server.paths == ["/archive/2"]


async def test_wordpresss_comments_that_are_not_public_any_more_are_gone(any_blog: Blog, feeds: HttpFeeds) -> None:
    await any_blog.configure(flood_seconds=0, comment_previously_approved=False)
    post = await any_blog.publish(title="Post", html="<p>Words.</p>")
    comments = [await any_blog.comment(post, author="Ann", text=f"Remark {number}") for number in range(4)]
    for comment, act in zip(comments[1:], ("hold", "spam", "trash"), strict=True):
        await any_blog.moderate(comment.id, act)  # type: ignore[arg-type]
    api_root = f"{any_blog.url}wp-json/"
    found = [
        await feeds.check_availability(comment.link, comment=NativeId(str(comment.id)), api_root=api_root)
        for comment in comments
    ]
    assert found == [Availability.THERE, Availability.GONE, Availability.GONE, Availability.GONE]
    # The same from the page alone, where there is no interface.
    found = [await feeds.check_availability(comment.link, comment=None, api_root=None) for comment in comments]
    assert found == [Availability.THERE, Availability.GONE, Availability.GONE, Availability.GONE]


async def test_wordpresss_entries_in_the_trash_are_gone(any_blog: Blog, feeds: HttpFeeds) -> None:
    kept, binned = (
        await any_blog.publish(title="Kept", html="<p>Words.</p>"),
        await any_blog.publish(title="Binned", html="<p>Words.</p>"),
    )
    await any_blog.trash_post(binned)
    found = [await feeds.check_availability(post.link, comment=None, api_root=None) for post in (kept, binned)]
    assert found == [Availability.THERE, Availability.GONE]


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (200, Availability.THERE),
        (404, Availability.GONE),
        (410, Availability.GONE),
        (403, Availability.UNKNOWN),
        (500, Availability.UNKNOWN),
    ],
)
async def test_only_a_clear_answer_counts(
    server: WebServer, feeds: HttpFeeds, status: int, standing: Availability
) -> None:
    server.serve("/post/", status=status)
    assert await feeds.check_availability(f"{server.url}/post/", comment=None, api_root=None) is standing


async def test_a_server_that_is_away_has_not_lost_anything(server: WebServer, feeds: HttpFeeds) -> None:
    assert (
        await feeds.check_availability("http://127.0.0.1:9/post/", comment=None, api_root=None) is Availability.UNKNOWN
    )


TOMBSTONES = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>T</title>
<at:deleted-entry ref="tag:blog.example,2026:1" when="2026-03-01T00:00:00Z"/>
<at:deleted-entry when="2026-03-02T00:00:00Z"  ref='https://blog.example/?p=1&amp;x=2#comment-5'><at:comment>No</at:comment>
</at:deleted-entry>
<entry><id>tag:blog.example,2026:2</id><title>Kept</title></entry>
</feed>"""


def test_deletions_are_read_of_entries_and_of_comments() -> None:
    feed = read_entries(TOMBSTONES, content_type="", url="https://blog.example/feed").feed
    assert feed.deleted == ("tag:blog.example,2026:1", "comment-5")
    assert feed.window == ("tag:blog.example,2026:2",)
    comments = read_comments(TOMBSTONES, content_type="", url="https://blog.example/feed").feed
    assert comments.deleted == feed.deleted


async def test_the_window_before_is_known_at_the_next_poll(server: WebServer, feeds: HttpFeeds) -> None:
    server.serve("/feed", body_of("b", "a"))
    feed = a_feed(f"{server.url}/feed")
    first = await feeds.fetch(feed, conditional=False)
    assert isinstance(first, Fetched)
    assert first.feed.before == ()
    server.serve("/feed", '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "c", "title": "C"}]}')
    second = await feeds.fetch(a_feed_with(feed, first), conditional=False)
    assert isinstance(second, Fetched)
    assert second.feed.before == ("b", "a")
    server.serve("/feed", body_of("c", "b"))
    third = await feeds.fetch(a_feed_with(feed, second), conditional=False)
    assert isinstance(third, Fetched)
    assert (third.feed.before, third.feed.window) == (("c",), ("c", "b"))
    assert [entry.uid for entry in third.feed.entries] == ["c", "b"]


def a_feed_with(feed: Feed, fetched: Fetched) -> Feed:
    return replace(feed, fetch_state=fetched.fetch_state, body_hash=fetched.body_hash)


@pytest.mark.parametrize(
    ("code", "standing"),
    [("rest_cannot_read", Availability.GONE), ("rest_not_logged_in", None), ("", None)],
)
async def test_an_interface_that_is_shut_for_all_leaves_it_to_the_page(
    server: WebServer, feeds: HttpFeeds, code: str, standing: Availability | None
) -> None:
    server.serve("/wp-json/wp/v2/comments/7?_fields=id", json.dumps({"code": code}), status=401)
    pages = (
        ('<li id="comment-7">', Availability.THERE),
        ('<li id="comment-8">', Availability.GONE),
        ("<p>Comments are loaded later.</p>", Availability.UNKNOWN),
    )
    for page, shown in pages:
        server.serve("/post/", page)
        found = await feeds.check_availability(
            f"{server.url}/post/#comment-7", comment=NativeId("7"), api_root=f"{server.url}/wp-json/"
        )
        assert found is (standing or shown)
