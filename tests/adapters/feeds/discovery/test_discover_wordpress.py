"""WordPress as discovery meets it: interfaces that nothing names, and feeds of comments in any language."""

import json

import pytest

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.model.errors import PermanentError
from bot.model.feed import CommentSystem, FeedFormat
from tests.adapters.feeds.discovery.pages import COMMENTS, HTML, POSTS, feed_link, page, posts_feed
from tests.webserver import WebServer, serving

ROOT = '{"namespaces": ["oembed/1.0", "wp/v2"]}'


def _refusal(status: int, code: str = "rest_not_logged_in") -> str:
    return json.dumps({"code": code, "message": "No.", "data": {"status": status}})


class TestAnInterfaceThatNothingNames:
    """Clean-up plugins take off the links; what answers must be a WordPress, and the blog's own."""

    @pytest.fixture(params=["", "/blog"])
    def home(self, server: WebServer, request: pytest.FixtureRequest) -> str:
        folder = str(request.param)
        home = f"{server.url}{folder}/"
        server.serve(f"{folder}/", page(feed_link(f"{home}feed/")), headers=HTML)
        server.serve(f"{folder}/feed/", POSTS.format(link=f"<link>{home}</link>"))
        server.serve(f"{folder}/comments/feed/", COMMENTS.format(link=""))
        return home

    @pytest.mark.parametrize("end", ["wp-json/?", "?rest_route=/&"])
    async def test_it_is_found_at_its_usual_addresses(
        self, server: WebServer, discoverer: HttpDiscoverer, home: str, end: str
    ) -> None:
        path = home.removeprefix(server.url)
        server.serve(f"{path}{end}_fields=namespaces", ROOT)
        found = (await discoverer.discover(home)).found
        assert (found.system, found.api_root, found.api_closed) == (
            CommentSystem.WORDPRESS,
            f"{home}{end.rstrip('?&')}",
            False,
        )

    @pytest.mark.parametrize("status", [401, 403])
    async def test_one_that_refuses_strangers_is_one(
        self, server: WebServer, discoverer: HttpDiscoverer, home: str, status: int
    ) -> None:
        path = home.removeprefix(server.url)
        server.serve(f"{path}wp-json/?_fields=namespaces", _refusal(status), status=status)
        found = (await discoverer.discover(home)).found
        assert (found.api_root, found.api_closed) == (f"{home}wp-json/", True)
        assert found.comments is not None
        assert (found.comments.format, found.comments.url) == (FeedFormat.SYNDICATION, f"{home}comments/feed/")

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, "<html>"),
            (200, '{"namespaces": ["jetpack/v4"]}'),
            (401, "<html>"),
            (401, '{"error": "login"}'),
            (401, '{"code": "unauthorized", "data": {"status": 401}}'),
            (403, _refusal(401)),
            (404, _refusal(404, "rest_no_route")),
            (500, _refusal(500)),
        ],
    )
    async def test_what_is_no_wordpress_is_not_taken_for_one(
        self, server: WebServer, discoverer: HttpDiscoverer, home: str, status: int, body: str
    ) -> None:
        path = home.removeprefix(server.url)
        for end in ("wp-json/?", "?rest_route=/&"):
            server.serve(f"{path}{end}_fields=namespaces", body, status=status)
        assert (await discoverer.discover(home)).found.api_root is None

    async def test_one_that_moved_is_kept_at_its_new_address(
        self, server: WebServer, discoverer: HttpDiscoverer, home: str
    ) -> None:
        path = home.removeprefix(server.url)
        server.redirect(f"{path}wp-json/?_fields=namespaces", f"{path}api/?_fields=namespaces")
        server.serve(f"{path}api/?_fields=namespaces", ROOT)
        assert (await discoverer.discover(home)).found.api_root == f"{home}api/"

    async def test_one_that_moved_to_another_site_is_not(
        self, server: WebServer, discoverer: HttpDiscoverer, home: str
    ) -> None:
        async with serving() as other:
            path = home.removeprefix(server.url)
            server.redirect(f"{path}wp-json/?_fields=namespaces", f"{other.url}/wp-json/?_fields=namespaces")
            other.serve("/wp-json/?_fields=namespaces", ROOT)
            assert (await discoverer.discover(home)).found.api_root is None

    async def test_only_what_looks_like_wordpress_is_asked(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", page(feed_link("/rss.xml")), headers=HTML)
        server.serve("/rss.xml", posts_feed(server))
        await discoverer.discover(server.url)
        assert not [path for path in server.paths if "wp-json" in path or "rest_route" in path]


async def test_a_neighbour_in_the_folder_above_gives_no_interface(
    server: WebServer, discoverer: HttpDiscoverer
) -> None:
    server.serve("/~eve/", page(feed_link("/~eve/feed/")), headers=HTML)
    server.serve("/~eve/feed/", POSTS.format(link=f"<link>{server.url}/~eve/</link>"))
    for path in ("/wp-json/?", "/?rest_route=/&", "/~ann/wp-json/?"):
        server.serve(f"{path}_fields=namespaces", ROOT)
    assert (await discoverer.discover(f"{server.url}/~eve/")).found.api_root is None


class TestFeedsOfCommentsInAnyLanguage:
    """What stands in a feed and where it lies tells what it is; its title tells nothing."""

    @pytest.fixture(autouse=True)
    def blog(self, server: WebServer) -> None:
        home = f"<link>{server.url}/</link>"
        links = [feed_link("/feed/", "Notizen &raquo; Feed"), feed_link("/comments/feed/", "Notizen &raquo; تعليقات")]
        server.serve("/", page(*links), headers=HTML)
        server.serve("/tee/", page(*links, feed_link("/tee/feed/", "Notizen &raquo; Tee: تعليقات")), headers=HTML)
        server.serve("/feed/", POSTS.format(link=home))

    @pytest.mark.parametrize(
        "title", ["Kommentare zu: Tee", "Commentaires sur : Thé", "تعليقات", "Comments on: Tea", ""]
    )
    @pytest.mark.parametrize("end", ["feed/", "feed/atom/"])
    async def test_an_empty_one_of_a_post(
        self, server: WebServer, discoverer: HttpDiscoverer, title: str, end: str
    ) -> None:
        empty = f"<rss version='2.0'><channel><title>{title}</title><link>{server.url}/tee/</link></channel></rss>"
        server.serve(f"/tee/{end}", empty)
        assert (await discoverer.discover(f"{server.url}/tee/{end}")).found.entries.url == f"{server.url}/feed/"

    async def test_an_empty_one_of_a_post_that_is_gone(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve(
            "/alt/feed/", "<rss version='2.0'><channel><title>Kommentare zu: Ohne Titel</title></channel></rss>"
        )
        assert (await discoverer.discover(f"{server.url}/alt/feed/")).found.entries.url == f"{server.url}/feed/"

    async def test_an_empty_blog_is_a_blog(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        empty = f"<rss version='2.0'><channel><title>Kommentare</title><link>{server.url}/neu/</link></channel></rss>"
        server.serve("/neu/feed/", empty)
        server.serve("/neu/", page(feed_link("/neu/feed/")), headers=HTML)
        for address in ("/neu/feed/", "/neu/"):
            found = (await discoverer.discover(f"{server.url}{address}")).found
            assert found.entries.url == f"{server.url}/neu/feed/"

    async def test_items_that_all_answer_something(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        atom = (
            "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>"
            f"<title>Von: Mia</title><id>x</id><link href='{server.url}/'/><updated>2026-03-01T00:00:00Z</updated>"
            "<entry><id>urn:1</id><title>Von: Mia</title><updated>2026-03-01T00:00:00Z</updated>"
            "<thr:in-reply-to ref='urn:post'/><content>Ja!</content></entry></feed>"
        )
        server.serve("/x.xml", atom)
        assert (await discoverer.discover(f"{server.url}/x.xml")).found.entries.url == f"{server.url}/feed/"


async def test_a_feed_that_is_named_and_missing_is_told_with_its_status(
    server: WebServer, discoverer: HttpDiscoverer
) -> None:
    server.serve("/", page(feed_link("/news/rss")), headers=HTML)
    with pytest.raises(PermanentError, match=r"cannot be read \(\S+/news/rss: \S+ has nothing .*\(404\)\)"):
        await discoverer.discover(server.url)
