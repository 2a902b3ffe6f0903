"""Discovery, fetching and looking up against a whole blog: the sandbox's, and a real WordPress."""

from datetime import UTC, datetime

import pytest

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.feeds.parsing.wordpress_rest import comments_url
from bot.adapters.net.client import HttpClient
from bot.model.entry import ParsedFeed
from bot.model.feed import Availability, CommentSystem, Feed, FeedFormat, FeedKind, Fetched, FoundFeed, NotModified
from bot.model.ids import BlogId, FeedId, NativeId
from sandbox.blog.interface import Blog


@pytest.fixture
def feeds(client: HttpClient, parser: FeedParser) -> HttpFeeds:
    return HttpFeeds(client, parser)


def _feed(found: FoundFeed) -> Feed:
    return Feed(
        id=FeedId(1),
        blog_id=BlogId(1),
        kind=found.kind,
        format=found.format,
        url=found.url,
        next_poll_at=datetime(2026, 8, 1, tzinfo=UTC),
    )


async def _fetch(feeds: HttpFeeds, found: FoundFeed) -> ParsedFeed:
    outcome = await feeds.fetch(_feed(found), conditional=True)
    assert isinstance(outcome, Fetched), outcome
    return outcome.feed


async def test_a_blog_is_discovered_from_any_of_its_addresses(any_blog: Blog, discoverer: HttpDiscoverer) -> None:
    post = await any_blog.publish(title="Ink & paper", html="<p>How to write</p>")
    await any_blog.comment(post, text="Nice", author="Ann")
    home = await discoverer.discover(any_blog.url)
    assert home.found.home_url == any_blog.url
    assert home.found.system is CommentSystem.WORDPRESS
    assert home.found.comments is not None
    assert home.found.comments.format is FeedFormat.WORDPRESS_REST
    assert [entry.title for entry in home.newest.entries] == ["Ink & paper"]
    for address in (post.link, home.found.entries.url, f"{any_blog.url}comments/feed/", any_blog.url.rstrip("/")):
        there = await discoverer.discover(address)
        assert there.found == home.found, address


async def test_an_unchanged_feed_is_not_sent_again(
    any_blog: Blog, discoverer: HttpDiscoverer, feeds: HttpFeeds
) -> None:
    await any_blog.publish(title="One", html="<p>Text</p>")
    feed = _feed((await discoverer.discover(any_blog.url)).found.entries)
    first = await feeds.fetch(feed, conditional=True)
    assert isinstance(first, Fetched)
    again = Feed(
        id=feed.id,
        blog_id=feed.blog_id,
        kind=feed.kind,
        format=feed.format,
        url=feed.url,
        validators=first.validators,
        next_poll_at=feed.next_poll_at,
    )
    assert await feeds.fetch(again, conditional=True) == NotModified(validators=first.validators)


async def test_all_ways_of_reading_comments_agree(any_blog: Blog, discoverer: HttpDiscoverer, feeds: HttpFeeds) -> None:
    post = await any_blog.publish(title="Ink & paper", html="<p>How to write</p>")
    first = await any_blog.comment(post, text="Did you try it?", author="Ann & Co")
    await any_blog.comment(post, text="Yes, twice.", author="Ben", parent=first.id)
    found = (await discoverer.discover(any_blog.url)).found
    assert found.comments is not None
    listed = await _fetch(feeds, found.comments)
    seen = {"rest": listed.comments}
    for name in ("feed/", "feed/atom/"):
        everywhere = FoundFeed(url=f"{any_blog.url}comments/{name}", kind=FeedKind.COMMENTS)
        here = FoundFeed(url=f"{post.link}{name}", kind=FeedKind.ENTRY_COMMENTS)
        seen[f"all {name}"] = (await _fetch(feeds, everywhere)).comments
        seen[f"one {name}"] = (await _fetch(feeds, here)).comments
    told = {
        name: {
            (c.uid, c.parent_uid, c.author, c.html, c.entry.native_id or c.entry.hint, c.entry.link) for c in comments
        }
        for name, comments in seen.items()
    }
    assert all(each == told["rest"] for each in told.values()), told
    assert {(c.author, c.parent_uid) for c in listed.comments} == {("Ann & Co", None), ("Ben", f"comment-{first.id}")}


async def test_an_entry_looked_up_is_the_entry_of_the_feed(
    any_blog: Blog, discoverer: HttpDiscoverer, feeds: HttpFeeds
) -> None:
    post = await any_blog.publish(title="Ink & paper", html="<p>How to write</p>")
    found = (await discoverer.discover(any_blog.url)).found
    assert found.api_root is not None
    (fed,) = (await _fetch(feeds, found.entries)).entries
    (looked_up,) = await feeds.look_up(found.api_root, [NativeId(str(post.id)), NativeId("999999")])
    assert looked_up.uid == fed.uid
    assert (looked_up.link, looked_up.title, looked_up.html) == (fed.link, fed.title, fed.html)
    assert (looked_up.published_at, looked_up.native_id) == (fed.published_at, fed.native_id)


@pytest.mark.wordpress
async def test_names_come_with_an_entry_looked_up(
    wordpress: Blog, discoverer: HttpDiscoverer, feeds: HttpFeeds
) -> None:
    post = await wordpress.publish(title="Ink", html="<p>How to write</p>", author="ada", categories=("Craft & tools",))
    found = (await discoverer.discover(wordpress.url)).found
    assert found.api_root is not None
    (fed,) = (await _fetch(feeds, found.entries)).entries
    (looked_up,) = await feeds.look_up(found.api_root, [NativeId(str(post.id))])
    assert (looked_up.author, looked_up.categories) == (fed.author, fed.categories)
    assert (fed.author, fed.categories) == ("ada", ("Craft & tools",))


@pytest.mark.parametrize("permalinks", ["pretty", "plain"])
@pytest.mark.parametrize("rest", ["open", "members", "forbidden"])
async def test_an_interface_that_nothing_names_is_found_and_its_comments_are_read_where_they_can_be(
    any_blog: Blog, discoverer: HttpDiscoverer, feeds: HttpFeeds, permalinks: str, rest: str
) -> None:
    await any_blog.configure(rest_linked=False, rest=rest, permalinks=permalinks)  # type: ignore[typeddict-item]
    post = await any_blog.publish(title="Ink", html="<p>x</p>")
    comment = await any_blog.comment(post, text="Nice", author="Ann")
    for address in (any_blog.url, post.link, f"{any_blog.url}?feed=rss2"):
        found = (await discoverer.discover(address)).found
        assert found.system is CommentSystem.WORDPRESS
        assert found.api_root in (f"{any_blog.url}wp-json/", f"{any_blog.url}?rest_route=/")
        assert found.api_closed is (rest != "open")
        assert found.comments is not None
        expected = FeedFormat.WORDPRESS_REST if rest == "open" else FeedFormat.SYNDICATION
        assert found.comments.format is expected
    read = await _fetch(feeds, found.comments)
    assert [each.uid for each in read.comments] == [f"comment-{comment.id}"]


async def test_an_empty_feed_of_one_posts_comments_leads_to_the_blog(
    any_blog: Blog, discoverer: HttpDiscoverer
) -> None:
    post = await any_blog.publish(title="Tee", html="x")
    for address in (f"{post.link}feed/", f"{post.link}feed/atom/"):
        assert (await discoverer.discover(address)).found.entries.url == f"{any_blog.url}feed/"


@pytest.mark.parametrize("feed", ["comments/feed/", "comments/feed/atom/"])
async def test_a_comment_says_the_same_in_the_list_and_in_the_feeds(
    any_blog: Blog, feeds: HttpFeeds, feed: str
) -> None:
    post = await any_blog.publish(title="Ink", html="<p>x</p>")
    texts = ["Plain", "Two\n\nparagraphs & <b>bold</b>", 'A "quote" -- and https://example.org/x', "Smile :-)"]
    parent = await any_blog.comment(post, text="First", author="Bob")
    for number, text in enumerate(texts):
        await any_blog.comment(post, text=text, author=f"Ann {number}", parent=parent.id if number % 2 else None)
    kind, rest = FeedKind.COMMENTS, FeedFormat.WORDPRESS_REST
    listed = await _fetch(feeds, FoundFeed(url=comments_url(f"{any_blog.url}wp-json/"), kind=kind, format=rest))
    fed = await _fetch(feeds, FoundFeed(url=f"{any_blog.url}{feed}", kind=kind))
    said = {comment.uid: (comment.author, comment.html) for comment in listed.comments}
    assert {comment.uid: (comment.author, comment.html) for comment in fed.comments} == said


@pytest.mark.parametrize("shut", [{}, {"rest": "members"}, {"rest": "forbidden"}, {"comment_routes": False}])
async def test_a_comment_is_not_taken_for_deleted_because_the_interface_is_shut(
    any_blog: Blog, feeds: HttpFeeds, shut: dict[str, object]
) -> None:
    post = await any_blog.publish(title="Ink", html="<p>x</p>")
    there = await any_blog.comment(post, text="Nice", author="Ann")
    gone = await any_blog.comment(post, text="Bad", author="Bob")
    held = await any_blog.comment(post, text="Hm", author="Cat")
    await any_blog.moderate(gone.id, "delete")
    await any_blog.moderate(held.id, "hold")
    await any_blog.configure(**shut)  # type: ignore[typeddict-item]
    root = f"{any_blog.url}wp-json/"
    for comment, standing in ((there, Availability.THERE), (gone, Availability.GONE), (held, Availability.GONE)):
        link = f"{post.link}#comment-{comment.id}"
        assert await feeds.check_availability(link, comment=NativeId(str(comment.id)), api_root=root) is standing
