import json
import socket

import pytest
from aiohttp import web

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.model.errors import NotFound, PermanentError, Refused, TemporaryError
from bot.model.feed import CommentSystem, FeedFormat, FeedKind
from tests.adapters.feeds.discovery.pages import COMMENTS, HTML, POSTS, feed_link, page, posts_feed
from tests.webserver import WebServer, serving


async def test_a_page_with_a_feed_and_no_more(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/", page(feed_link("/rss")), headers=HTML)
    server.serve("/rss", posts_feed(server))
    discovered = await discoverer.discover(server.url)
    found = discovered.found
    assert (found.title, found.home_url, found.entries.url) == ("Notes", f"{server.url}/", f"{server.url}/rss")
    assert (found.comments, found.system, found.api_root) == (None, CommentSystem.UNKNOWN, None)
    assert discovered.newest.entries[0].uid == "g1"
    assert server.paths == ["/", "/rss"]


async def test_a_feed_is_read_once(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/rss", posts_feed(server))
    server.serve("/", page(feed_link("/comments/feed/")), headers=HTML)
    server.serve("/comments/feed/", COMMENTS.format(link=""))
    discovered = await discoverer.discover(f"{server.url}/rss".removeprefix("http://"))
    assert discovered.found.entries.url == f"{server.url}/rss"
    assert discovered.found.comments is not None
    assert discovered.found.comments.url == f"{server.url}/comments/feed/"
    assert discovered.found.comments.kind is FeedKind.COMMENTS
    assert server.paths.count("/rss") == 1


async def test_a_feed_without_a_home(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/blog/rss", POSTS.format(link=""))
    discovered = await discoverer.discover(f"{server.url}/blog/rss")
    assert discovered.found.home_url == f"{server.url}/"


async def test_a_redirect_is_remembered(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.redirect("/old", "/rss", status=301)
    server.serve("/rss", posts_feed(server))
    assert (await discoverer.discover(f"{server.url}/old")).found.entries.url == f"{server.url}/rss"


async def test_a_comments_feed_leads_to_its_blog(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/comments/feed/", COMMENTS.format(link=f"<link>{server.url}/</link>"))
    server.serve("/", page(feed_link("/rss")), headers=HTML)
    server.serve("/rss", posts_feed(server))
    discovered = await discoverer.discover(f"{server.url}/comments/feed/")
    assert discovered.found.entries.url == f"{server.url}/rss"


async def test_usual_addresses_are_tried(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/", page(), headers=HTML)
    server.serve("/feed/", page(title="Not a feed"), headers=HTML)
    server.serve("/atom.xml", posts_feed(server))
    assert (await discoverer.discover(server.url)).found.entries.url == f"{server.url}/atom.xml"


async def test_atom_is_preferred_for_comments_of_wordpress(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/", page(feed_link("/rss"), feed_link("/comments/feed/")), headers=HTML)
    server.serve("/rss", posts_feed(server))
    server.serve("/comments/feed/", COMMENTS.format(link=""))
    server.serve("/comments/feed/atom/", COMMENTS.format(link=""))
    found = (await discoverer.discover(server.url)).found
    assert found.comments is not None
    assert found.comments.url == f"{server.url}/comments/feed/atom/"


async def test_an_address_of_comments_that_gives_entries_is_not_taken(
    server: WebServer, discoverer: HttpDiscoverer
) -> None:
    server.serve("/", page(feed_link("/rss"), feed_link("/comments/feed/")), headers=HTML)
    server.serve("/rss", posts_feed(server))
    server.serve("/comments/feed/", posts_feed(server))
    assert (await discoverer.discover(server.url)).found.comments is None


class TestWhoseFeedItIs:
    """Each port is a site of its own."""

    async def test_a_stranger_cannot_speak_for_a_blog(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", page(feed_link("/rss")), headers=HTML)
        async with serving() as other:
            link = {"Link": f'<{other.url}/wp-json/>; rel="https://api.w.org/"'}
            other.serve("/rss", posts_feed(server), headers=link)
            other.serve("/wp-json/", '{"namespaces": ["wp/v2"]}')
            found = (await discoverer.discover(f"{other.url}/rss")).found
            assert found.home_url == f"{other.url}/"

    async def test_a_page_that_names_a_feed_does_not_speak_for_it(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        server.serve("/", page(), headers=HTML)
        server.serve("/rss", posts_feed(server))
        async with serving() as other:
            api = f'<link rel="https://api.w.org/" href="{other.url}/wp-json/">'
            other.serve("/", page(feed_link(f"{server.url}/rss"), api), headers=HTML)
            other.serve("/wp-json/", '{"namespaces": ["wp/v2"]}')
            found = (await discoverer.discover(other.url)).found
        assert (found.home_url, found.api_root) == (f"{server.url}/", None)

    async def test_a_blog_may_keep_its_feed_elsewhere(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        async with serving() as other:
            other.serve("/rss", posts_feed(server))
            server.serve("/", page(feed_link(f"{other.url}/rss"), title="Home"), headers=HTML)
            for address in (server.url, f"{other.url}/rss"):
                found = (await discoverer.discover(address)).found
                assert (found.home_url, found.entries.url) == (f"{server.url}/", f"{other.url}/rss")


class TestSeveralBlogsOnOneHost:
    """``/~eve/`` says nothing of ``/~victim/``, whatever address is pasted."""

    @pytest.fixture(autouse=True)
    def host(self, server: WebServer) -> None:
        feed = POSTS.format(link=f"<link>{server.url}/~victim/</link>")
        own_api = f'<link rel="https://api.w.org/" href="{server.url}/~victim/wp-json/">'
        server.serve("/~victim/feed/", feed)
        server.serve("/~victim/", page(feed_link("/~victim/feed/"), own_api, title="Victim"), headers=HTML)
        for name in ("victim", "eve"):
            server.serve(f"/~{name}/wp-json/?_fields=namespaces", '{"namespaces": ["wp/v2"]}')
            server.serve(f"/~{name}/wp-json/wp/v2/comments?per_page=1&_fields=id", "[]")

    async def _found(self, server: WebServer, discoverer: HttpDiscoverer, path: str) -> tuple[str, str | None, str]:
        found = (await discoverer.discover(f"{server.url}{path}")).found
        assert found.comments is not None
        return found.home_url, found.api_root, found.comments.url.partition("wp-json")[0]

    async def test_a_page_beside_it(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        api = f'<link rel="https://api.w.org/" href="{server.url}/~eve/wp-json/">'
        comments = feed_link("/~eve/comments/feed/", "Comments")
        server.serve("/~eve/", page(feed_link("/~victim/feed/"), api, comments, title="Eve"), headers=HTML)
        victims = f"{server.url}/~victim/"
        for path in ("/~eve/", "/~victim/feed/", "/~victim/"):
            assert await self._found(server, discoverer, path) == (victims, f"{victims}wp-json/", victims)

    async def test_a_redirect_beside_it(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.redirect("/~eve/feed/", "/~victim/feed/", status=301)
        victims = f"{server.url}/~victim/"
        assert await self._found(server, discoverer, "/~eve/feed/") == (victims, f"{victims}wp-json/", victims)

    async def test_a_feed_that_claims_its_neighbours_home(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/~eve/rss", POSTS.format(link=f"<link>{server.url}/~victim/</link>"))
        found = (await discoverer.discover(f"{server.url}/~eve/rss")).found
        assert (found.home_url, found.api_root, found.comments) == (f"{server.url}/~eve/", None, None)

    async def test_a_home_that_names_its_neighbours_api(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        api = f'<link rel="https://api.w.org/" href="{server.url}/~eve/wp-json/">'
        server.serve("/~victim/", page(feed_link("/~victim/feed/"), api), headers=HTML)
        found = (await discoverer.discover(f"{server.url}/~victim/")).found
        assert found.api_root == f"{server.url}/~victim/wp-json/", "its own, at the usual address"

    async def test_a_hub_is_the_feeds_own_word(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        hub = {"Link": f'<{server.url}/~eve/hub>; rel="hub"'}
        html = page(feed_link("/~victim/feed/"), f'<link rel="hub" href="{server.url}/~eve/hub">')
        server.serve("/~eve/", html, headers={**HTML, **hub})
        assert (await discoverer.discover(f"{server.url}/~eve/")).push is None


async def test_a_page_with_a_post_does_not_speak_for_the_blog(server: WebServer, discoverer: HttpDiscoverer) -> None:
    api = f'<link rel="https://api.w.org/" href="{server.url}/wp-json/">'
    server.serve("/post/", page(feed_link("/rss"), api, feed_link("/comments/feed/"), title="A post"), headers=HTML)
    server.serve("/", page(feed_link("/rss"), title="Home"), headers=HTML)
    server.serve("/rss", POSTS.replace("<title>Notes</title>", "").format(link=f"<link>{server.url}/</link>"))
    server.serve("/wp-json/?_fields=namespaces", '{"namespaces": ["wp/v2"]}')
    server.serve("/comments/feed/", COMMENTS.format(link=""))
    found = (await discoverer.discover(f"{server.url}/post/")).found
    assert (found.title, found.api_root, found.comments) == ("Home", None, None)


class TestWordPress:
    @pytest.fixture
    def root(self, server: WebServer) -> str:
        """A blog with plain permalinks, whose API is named in a header."""
        root = f"{server.url}/index.php?rest_route=/"
        headers = {**HTML, "Link": f'<{root}>; rel="https://api.w.org/"'}
        server.serve("/", page(feed_link("/?feed=rss2"), feed_link("/?feed=comments-rss2")), headers=headers)
        server.serve("/?feed=rss2", posts_feed(server))
        server.serve("/?feed=comments-atom", COMMENTS.format(link=""))
        server.serve("/index.php?rest_route=/&_fields=namespaces", '{"namespaces": ["oembed/1.0", "wp/v2"]}')
        server.serve("/index.php?rest_route=/wp/v2/comments&per_page=1&_fields=id", "[]")
        return root

    async def test_the_rest_list(self, server: WebServer, discoverer: HttpDiscoverer, root: str) -> None:
        found = (await discoverer.discover(server.url)).found
        assert (found.system, found.api_root) == (CommentSystem.WORDPRESS, root)
        assert found.comments is not None
        assert found.comments.format is FeedFormat.WORDPRESS_REST
        assert found.comments.url.startswith(f"{root}wp/v2/comments&per_page=100&")

    async def test_a_closed_list_leaves_the_feed(
        self, server: WebServer, discoverer: HttpDiscoverer, root: str
    ) -> None:
        server.serve("/index.php?rest_route=/wp/v2/comments&per_page=1&_fields=id", "{}", status=401)
        found = (await discoverer.discover(server.url)).found
        assert (found.system, found.api_root) == (CommentSystem.WORDPRESS, root)
        assert found.comments is not None
        assert found.comments.format is FeedFormat.SYNDICATION
        assert found.comments.url == f"{server.url}/?feed=comments-atom"

    @pytest.mark.parametrize("index", ["<html>", "[]", "{}", json.dumps({"namespaces": ["jetpack/v4"]})])
    async def test_a_root_that_is_none(
        self, server: WebServer, discoverer: HttpDiscoverer, root: str, index: str
    ) -> None:
        server.serve("/index.php?rest_route=/&_fields=namespaces", index)
        found = (await discoverer.discover(server.url)).found
        assert (found.system, found.api_root) == (CommentSystem.WORDPRESS, None)


class TestSentences:
    async def _refusal(self, discoverer: HttpDiscoverer, url: str, kind: type[Exception]) -> str:
        with pytest.raises(kind) as refused:
            await discoverer.discover(url)
        return str(refused.value)

    async def test_no_address(self, discoverer: HttpDiscoverer) -> None:
        assert "“my blog”" in await self._refusal(discoverer, "my blog", PermanentError)

    async def test_nobody_listens(self, discoverer: HttpDiscoverer) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        text = await self._refusal(discoverer, f"127.0.0.1:{port}", TemporaryError)
        assert text == "127.0.0.1 refused the connection."

    async def test_an_address_inside(self, discoverer: HttpDiscoverer) -> None:
        assert "10.0.0.1" in await self._refusal(discoverer, "http://10.0.0.1/", Refused)

    async def test_nothing_there(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        assert "404" in await self._refusal(discoverer, f"{server.url}/gone", NotFound)

    async def test_a_page_without_a_feed(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", page(title="Shop"), headers=HTML)
        text = await self._refusal(discoverer, server.url, PermanentError)
        assert "a web page titled “Shop”" in text
        assert "no feed" in text

    async def test_a_feed_that_is_a_page(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", page(feed_link("/feed/"), title="Shop"), headers=HTML)
        server.serve("/feed/", page(title="Shop"), headers=HTML)
        assert "cannot be read" in await self._refusal(discoverer, server.url, PermanentError)

    async def test_something_else(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", b"\x89PNG", headers={"Content-Type": "image/png"})
        assert "not a feed" in await self._refusal(discoverer, server.url, PermanentError)

    async def test_an_empty_answer(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", b"")
        assert "empty" in await self._refusal(discoverer, server.url, PermanentError)

    async def test_no_tls(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        assert "TLS" in await self._refusal(discoverer, server.url.replace("http", "https"), TemporaryError)


async def test_a_page_that_only_calls_itself_html(server: WebServer, discoverer: HttpDiscoverer) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(
            text="<p>bare</p><link rel=alternate type=application/rss+xml href=/rss>", content_type="text/html"
        )

    server.on("/", answer)
    server.serve("/rss", posts_feed(server))
    assert (await discoverer.discover(server.url)).found.entries.url == f"{server.url}/rss"
