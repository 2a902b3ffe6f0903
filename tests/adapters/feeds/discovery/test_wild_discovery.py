"""Pages of the wild and the feeds they lead to. Numbers as in ``docs/feeds.md``, "Beyond the cases"."""

import asyncio
import time
from pathlib import Path

import pytest
from aiohttp import web

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.discovery.feed_search import FeedSearch
from bot.adapters.feeds.discovery.fetcher import Fetcher
from bot.adapters.feeds.pages.feed_links import possible_entry_feeds
from bot.adapters.feeds.pages.page import read_link_header, read_page
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.model.errors import PermanentError, TemporaryError
from tests.webserver import WebServer

WILD = Path(__file__).parents[3] / "data/wild"
HTML = {"Content-Type": "text/html"}
HOME = "http://garden.example/"
EMPTY = "<rss version='2.0'><channel><title>Garden diary</title></channel></rss>"
FEED = EMPTY.replace("</channel>", "<item><title>Beans</title><guid>g1</guid></item></channel>")
COMMENTS = EMPTY.replace("</channel>", "<item><guid>http://b.test/?p=1#comment-5</guid></item></channel>")


def page(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html><head><title>Garden diary</title>{head}</head><body>{body}</body></html>"


def link(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="News" href="{href}">'


def found_in(html: str | bytes, url: str = HOME) -> list[str]:
    body = html.encode() if isinstance(html, str) else html
    return [each.removeprefix(HOME) for each in possible_entry_feeds(read_page(body, url=url).links)]


async def find(discoverer: HttpDiscoverer, server: WebServer, path: str = "/") -> str:
    return (await discoverer.discover(f"{server.url}{path}")).found.entries.url.removeprefix(server.url)


class TestDeadLinks:
    async def test_wild_34_a_named_feed_that_is_gone(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", (WILD / "34-discover-dead-links/one/page.html").read_bytes(), headers=HTML)
        server.serve("/feed/", FEED)
        assert await find(discoverer, server) == "/feed/"

    @pytest.mark.parametrize("good", ["head", "text", "usual"])
    async def test_wild_34_many_dead_ones_before_the_good_one(
        self, server: WebServer, discoverer: HttpDiscoverer, good: str
    ) -> None:
        head = "".join(link(f"/dead-{number}.xml") for number in range(12)) + link("")
        path = {"head": "/good.xml", "text": "/posts/index.xml", "usual": "/index.rdf"}[good]
        last, text = (link(path) if good == "head" else ""), '<a href="/posts/index.xml">RSS</a>'
        server.serve("/", page(head + last, text if good == "text" else ""), headers=HTML)
        server.serve(path, FEED)
        assert await find(discoverer, server) == path

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("", 200),
            (page(), 200),
            (EMPTY, 200),
            (COMMENTS, 200),
            ("{}", 200),
            ("<?xml version='1.0'?><urlset/>", 200),
            ("\x89PNG", 200),
            ("gone", 410),
            ("", 301),
            ("no", 403),
            ("later", 500),
        ],
    )
    async def test_wild_34_whatever_else_is_there(
        self, server: WebServer, discoverer: HttpDiscoverer, body: str, status: int
    ) -> None:
        server.serve("/", page(link("/named.xml") + link("/category/feed/")), headers=HTML)
        server.serve("/named.xml", body, status=status, headers={"Location": "/"} if status == 301 else None)
        server.serve("/category/feed/", FEED)
        discovered = await discoverer.discover(server.url)
        assert discovered.found.entries.url == f"{server.url}/category/feed/"

    async def test_wild_34_what_was_tried_in_vain_is_not_offered(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        server.serve("/", page(link("/dead.xml") + link("/good.xml") + link("/other.xml")), headers=HTML)
        server.serve("/good.xml", FEED)
        offered = (await discoverer.discover(server.url)).candidates
        assert [each.url.removeprefix(server.url) for each in offered] == ["/good.xml", "/other.xml"]

    async def test_wild_34_an_empty_feed_is_taken_where_nothing_better_is(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        server.serve("/", page(link("/dead.xml") + link("/new.xml")), headers=HTML)
        server.serve("/new.xml", EMPTY)
        discovered = await discoverer.discover(server.url)
        assert (discovered.found.entries.url, discovered.newest.entries) == (f"{server.url}/new.xml", ())
        assert server.paths.count("/new.xml") == 1

    async def test_wild_34_a_neighbours_feed_at_the_top_is_not_taken(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        server.serve("/~ann/", page(link("/~ann/dead.xml")), headers=HTML)
        server.serve("/feed/", FEED)
        with pytest.raises(PermanentError, match="cannot be read"):
            await find(discoverer, server, "/~ann/")

    async def test_wild_34_one_that_works_later_is_told(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", page(link("/named.xml")), headers=HTML)
        server.serve("/named.xml", status=503)
        with pytest.raises(TemporaryError):
            await find(discoverer, server)

    async def test_wild_34_requests_are_bounded(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/a/b/c", page("".join(link(f"/dead-{number}") for number in range(4000))), headers=HTML)
        with pytest.raises(PermanentError):
            await find(discoverer, server, "/a/b/c")
        assert len(server.paths) == 1 + 36

    async def test_wild_34_so_is_the_time(self, server: WebServer, client: HttpClient, parser: FeedParser) -> None:
        answered = 0

        async def slow(request: web.Request) -> web.Response:
            nonlocal answered
            answered += 1
            await asyncio.sleep(60)
            return web.Response()

        server.on("/slow", slow)
        server.serve("/feed", FEED)
        search = FeedSearch(Fetcher(client, parser), page_url=f"{server.url}/", seconds=0.2)
        began = time.monotonic()
        assert await search.first_feed([f"{server.url}/slow", f"{server.url}/feed"]) is None
        assert time.monotonic() - began < 30
        assert (answered, "/feed" in server.paths) == (1, False)
        assert [type(error) for _, error in search.failures] == [TemporaryError]

    async def test_wild_34_a_host_that_is_silent_is_left_alone(
        self, server: WebServer, client: HttpClient, parser: FeedParser
    ) -> None:
        async def hang_up(request: web.Request) -> web.Response:
            assert request.transport is not None
            request.transport.close()
            return web.Response()

        for number in range(9):
            server.on(f"/{number}", hang_up)
        search = FeedSearch(Fetcher(client, parser), page_url=f"{server.url}/")
        assert await search.first_feed([f"{server.url}/{number}" for number in range(9)]) is None
        assert len(set(server.paths)) == 3


class TestLinksInText:
    async def test_wild_35_a_link_in_the_text(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", (WILD / "35-discover-links-in-text/one/page.html").read_bytes(), headers=HTML)
        server.serve("/posts/index.xml", FEED)
        assert await find(discoverer, server) == "/posts/index.xml"

    @pytest.mark.parametrize(
        "path",
        [
            "posts/index.xml", "index.xml?v=2", "blog.atom.xml", "blog.rss.xml", "feed.php", "feed.php?id=3&lang=en",
            "rss.php", "rss.php?x", "atom.php", "rss2.php", "backend.php", "feed.aspx", "notes.rss", "notes.atom?a=b",
            "index.rdf", "feed/", "rss2/", "blog/feed", "feed.json", "?feed=rss2", "blog?format=rss", "x?a=1&type=atom",
            "feeds/posts/default?alt=rss", "my-rss.xml", "site-feed.xml", "INDEX.XML", "en/Rss.XML",
            "feeds/all.atom.xml",
        ],
    )  # fmt: skip
    def test_wild_35_what_software_calls_a_feed(self, path: str) -> None:
        assert found_in(page(body=f'<a href="/about">About</a><a href="/{path}">here</a>')) == [path]

    @pytest.mark.parametrize(
        "anchor",
        [
            '<a href="/x" type="application/rss+xml">here</a>',
            '<a href="/x" type="application/atom+xml; charset=utf-8">here</a>',
            '<a href="/x" type="application/feed+json">here</a>',
            '<a href="/x">RSS</a>',
            '<a href="/x">Atom</a>',
            '<a href="/x">Web<b>feed</b></a>',
            '<a href="/x">Subscribe to our feed</a>',
            '<a href="/x">RSS-Feed abonnieren</a>',
            '<a href="/x"><img src="i.png" alt="RSS"></a>',
            '<a href="/x" title="RSS feed"><i class="icon"></i></a>',
            '<a href="/x" aria-label="Atom feed"><svg><path d="M0 0"/></svg></a>',
            '<A HREF=" /x ">rss</A>',
            '<a href="feed:/x">here it is, rss</a>',
            '<map><area href="/x" title="RSS"></map>',
        ],
    )
    def test_wild_35_what_its_type_or_its_words_say(self, anchor: str) -> None:
        assert found_in(page(body=anchor)) == ["x"]

    @pytest.mark.parametrize(
        "anchor",
        [
            '<a href="https://elsewhere.example/feed/">RSS</a>',
            '<a href="/x">Massive atoms and feedback</a>',
            '<a href="mailto:rss@garden.example">RSS</a>',
            '<a href="/sitemap.xml">Map</a>',
            '<a href="/x">' + "What we feed to birds in winter, and how much of it " * 3 + "</a>",
            '<a name="rss">RSS</a>',
            '<a href="/comments/feed/">Comments (RSS)</a>',
        ],
    )
    def test_wild_35_what_is_none(self, anchor: str) -> None:
        assert found_in(page(body=anchor)) == []

    def test_wild_35_the_surest_first_and_a_few_at_most(self) -> None:
        words = "".join(f'<a href="/news-{number}">Feed {number}</a>' for number in range(50))
        typed = '<a href="/typed" type="application/rss+xml">here</a>'
        found = found_in(page(body=f'{words}<a href="/blog/index.xml">here</a>{typed}'))
        assert found == ["typed", "blog/index.xml", "news-0", "news-1", "news-2", "news-3"]

    async def test_wild_35_words_are_tried_before_they_are_believed(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        server.serve("/", page(body='<a href="/birds">Feed the birds</a><a href="/news">RSS</a>'), headers=HTML)
        server.serve("/birds", page(), headers=HTML)
        server.serve("/news", FEED)
        assert await find(discoverer, server) == "/news"

    async def test_wild_35_a_link_in_the_text_makes_no_page_the_feeds_home(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        api = f'<link rel="https://api.w.org/" href="{server.url}/~ann/wp-json/">'
        server.serve("/~ann/", page(api, '<a href="/~eve/feed.xml">RSS</a>'), headers=HTML)
        server.serve("/~ann/wp-json/?_fields=namespaces", '{"namespaces": ["wp/v2"]}')
        server.serve("/~eve/feed.xml", FEED.replace("<item>", f"<link>{server.url}/~ann/</link><item>", 1))
        found = (await discoverer.discover(f"{server.url}/~eve/feed.xml")).found
        assert (found.home_url, found.api_root) == (f"{server.url}/~eve/", None)


class TestLinkForms:
    @pytest.mark.parametrize(
        ("name", "feed"), [("rel-feed", "notes.xml"), ("untyped", "all.xml"), ("feed-scheme", "notes.xml")]
    )
    def test_wild_36_forms_of_links(self, name: str, feed: str) -> None:
        assert found_in((WILD / f"36-discover-link-forms/{name}/page.html").read_bytes()) == [feed]

    @pytest.mark.parametrize(
        "written",
        [
            "<link rel=feed href=/x>",
            "<link rel='home FEED' href=/x>",
            "<link rel='feed alternate' type='text/html' href=/x>",
            "<LINK REL=Feed TYPE=Application/RSS+XML HREF=/x>",
            "<link rel=service.feed type=application/atom+xml href=/x>",
            "<link rel=alternate title=RSS href=/x>",
            "<link rel=alternate title='Garden diary (Atom)' href=/x>",
            "<link rel='Alternate' title='Our feed' href=/x>",
            "<link rel=alternate type='' title=rss href=/x>",
            "<link rel=alternate type=application/json title='JSON Feed' href=/x>",
            "<link rel=alternate type=application/json href=/x>",
            "<link rel=alternate type=application/feed+json href=/x>",
            "<link rel=alternate type='Application/Feed+JSON; charset=utf-8' href=/x>",
            "<link rel=alternate type=application/x.atom+xml href=/x>",
            "<link rel=alternate type=text/rss+xml href=/x>",
            "<link rel=alternate type=application/rss href=/x>",
            "<link rel=alternate type='application/rss xml' href=/x>",
            "<link rel=alternate type=text/xml href=/x>",
            "<link rel=alternate type=application/rss+xml href=feed:/x>",
            "<link rel=alternate type=application/rss+xml href=feed://garden.example/x>",
            "<link rel=alternate type=application/rss+xml href=FEED:http://garden.example/x>",
            "<link rel=alternate type=application/rss+xml href=feed://http://garden.example/x>",
            "<link rel=alternate type=application/rss+xml href='\n /x '>",
            "<link rel=alternate rel=other type=application/rss+xml href=/x>",
            "<base href=/a/><link rel=alternate type=application/rss+xml href=../x>",
        ],
    )
    def test_wild_36_every_form(self, written: str) -> None:
        assert found_in(page(written)) == ["x"]

    @pytest.mark.parametrize("path", ["index.xml", "rss", "feed.json", "posts.atom?x=1"])
    def test_wild_36_an_untyped_alternate_whose_address_says_it(self, path: str) -> None:
        assert found_in(page(f'<link rel="alternate" href="/{path}">')) == [path]

    @pytest.mark.parametrize(
        "written",
        [
            "<link rel=alternate hreflang=de href=/de/>",
            "<link rel=alternate type=text/html title=RSS href=/x>",
            "<link rel=alternate type=application/json href=/wp-json/wp/v2/posts/4>",
            "<link rel=alternate type=application/json href='/?rest_route=/wp/v2/posts/4'>",
            "<link rel=alternate type=application/json+oembed href=/oembed?url=x>",
            "<link rel='alternate stylesheet' title=Feed type=text/css href=/x>",
            "<link rel=alternate type=application/rss+xml>",
            "<link rel=alternate type=application/rss+xml href=''>",
            "<link rel=alternate type=application/rss+xml href='feed:javascript:alert(1)'>",
            "<link rel=stylesheet href=/feed/>",
        ],
    )
    def test_wild_36_what_is_none(self, written: str) -> None:
        assert found_in(page(written)) == []

    def test_wild_36_headers_too(self) -> None:
        links = read_link_header("<feed://garden.example/x>; rel=feed, </y>; rel=alternate; title=RSS", url=HOME)
        assert possible_entry_feeds(links) == (f"{HOME}x", f"{HOME}y")

    async def test_wild_36_a_candidate_counts_when_it_can_be_read(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        json = "<link rel=alternate type=application/json href=/api><link rel=alternate type=application/json href=/j>"
        server.serve("/", page(json), headers=HTML)
        server.serve("/api", '{"id": 4}')
        server.serve("/j", '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "Beans"}]}')
        assert await find(discoverer, server) == "/j"

    async def test_wild_36_a_pasted_feed_scheme(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/notes.xml", FEED)
        address = f"{server.url}/notes.xml"
        for pasted in (f"feed:{address}", f"FEED:{address}", address.replace("http:", "feed:"), f"feed://{address}"):
            assert (await discoverer.discover(pasted)).found.entries.url == address
