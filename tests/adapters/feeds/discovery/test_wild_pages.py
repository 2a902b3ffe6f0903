"""Pages of the wild that are hard to read, or meant to be. Numbers as in ``docs/feeds.md``, "Beyond the cases"."""

import ipaddress
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.model.errors import NotFound, PermanentError, Refused
from tests.adapters.net.test_client import FakeResolver
from tests.webserver import WebServer, serving

WILD = Path(__file__).parents[3] / "data/wild/37-discover-pages"
HTML = {"Content-Type": "text/html"}
FEED = (
    "<rss version='2.0'><channel><title></title><link>{home}</link>"
    "<item><title>Beans</title><guid>g1</guid></item></channel></rss>"
)


def page(title: str = "Garden diary", head: str = "", feed: str = "/notes.xml") -> str:
    named = f'<link rel="alternate" type="application/rss+xml" href="{feed}">' if feed else ""
    return f"<!doctype html>\n<html><head>{head}<title>{title}</title>{named}</head><body></body></html>"


def refresh(content: str, *, tag: str = '<meta http-equiv="refresh" content="{}">') -> str:
    return f"<!doctype html><html><head><title>Moved</title>{tag.format(content)}</head><body></body></html>"


async def find(discoverer: HttpDiscoverer, server: WebServer, path: str = "/") -> tuple[str, str]:
    found = (await discoverer.discover(f"{server.url}{path}")).found
    return found.title, found.entries.url.removeprefix(server.url)


class TestEncodings:
    async def test_wild_37_a_page_in_utf_16(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        body = (WILD / "utf-16/page.html").read_bytes()
        server.serve("/", body, headers={"Content-Type": "text/html; charset=utf-16"})
        server.serve("/notes.xml", FEED.format(home=f"{server.url}/"))
        assert await find(discoverer, server) == ("Garden diary", "/notes.xml")

    @pytest.mark.parametrize(
        ("charset", "mark", "said", "meta"),
        [
            ("utf-16-le", "\ufeff", "", ""),
            ("utf-16-be", "\ufeff", "", ""),
            ("utf-16-le", "", "utf-16", ""),
            ("utf-16-le", "", "utf-16le", "utf-8"),
            ("utf-16-be", "", "UTF-16BE", ""),
            ("utf-16-le", "", "", ""),
            ("utf-32-le", "\ufeff", "", ""),
            ("utf-8", "\ufeff", "iso-8859-1", ""),
            ("utf-8", "", "", ""),
            ("utf-8", "", "utf-16", ""),
            ("utf-8", "", "", "utf-16"),
            ("cp1251", "", "windows-1251", ""),
            ("cp1251", "", "", "windows-1251"),
            ("koi8-r", "", "", "koi8-r"),
            ("koi8-r", "", "iso-8859-1", "KOI8-R"),
            ("iso2022_jp", "", "", "iso-2022-jp"),
            ("iso2022_jp", "", "iso-2022-jp", ""),
            ("cp932", "", "", "x-sjis"),
            ("cp932", "", "Shift_JIS", ""),
            ("euc_jp", "", "", "x-euc-jp"),
            ("gb18030", "", "", "gb2312"),
        ],
    )
    async def test_wild_37_any_encoding(
        self, server: WebServer, discoverer: HttpDiscoverer, charset: str, mark: str, said: str, meta: str
    ) -> None:
        title = "Дневник сада" if charset in {"cp1251", "koi8-r", "utf-8", "utf-16-le"} else "庭の日記"
        head = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
        content_type = f"text/html; charset={said}" if said else "text/html"
        body = (mark + page(title, head)).encode(charset)
        server.serve("/", body, headers={"Content-Type": content_type})
        server.serve("/notes.xml", FEED.format(home=f"{server.url}/"))
        assert await find(discoverer, server) == (title, "/notes.xml")


class TestLongHeads:
    @pytest.mark.parametrize(
        "filling",
        [
            "<style>" + "a{b:c}" * 600_000 + "</style>",
            "<script>" + "var a=1;" * 500_000 + "</script>",
            "<script>var words = '<p>hello</p>';</script>" * 60_000,
            "<style>b{}</style>\n" * 100_000,
            "<!-- " + "old " * 700_000 + "-->",
            '<script type="application/json">{"a": "' + "<b>" * 900_000 + '"}</script>',
            '<meta name="x" content="' + "> " * 900_000 + '">',
            '<svg width="0">' + '<path d="M0 0"/>' * 200_000 + "</svg>",
            "<noscript><style>" + "a{b:c}" * 300_000 + "</style></noscript>",
        ],
        ids=range(9),
    )
    async def test_wild_37_links_behind_megabytes(
        self, server: WebServer, discoverer: HttpDiscoverer, filling: str
    ) -> None:
        server.serve("/", page(head=filling), headers=HTML)
        server.serve("/notes.xml", FEED.format(home=f"{server.url}/"))
        assert await find(discoverer, server) == ("Garden diary", "/notes.xml")


class TestRefresh:
    @pytest.fixture(autouse=True)
    def diary(self, server: WebServer) -> None:
        server.serve("/diary/", (WILD / "refresh/diary.html").read_bytes(), headers=HTML)
        server.serve("/diary/notes.xml", FEED.format(home=f"{server.url}/diary/"))

    async def test_wild_37_a_page_that_sends_on(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", (WILD / "refresh/page.html").read_bytes(), headers=HTML)
        assert await find(discoverer, server) == ("Garden diary", "/diary/notes.xml")

    @pytest.mark.parametrize(
        "content",
        [
            "0; url=/diary/", "0;URL=/diary/", "5; url='/diary/'", "0;url=&quot;/diary/&quot;", " 3 ;\n url = diary/ ",
            "0,url=/diary/", "0; /diary/", "0 url=/diary/", "0.5;url=/diary/", ".5; URL=/diary/#top", "0;url=./diary/",
        ],
    )  # fmt: skip
    async def test_wild_37_every_form(self, server: WebServer, discoverer: HttpDiscoverer, content: str) -> None:
        server.serve("/", refresh(content), headers=HTML)
        assert (await find(discoverer, server))[1] == "/diary/notes.xml"

    async def test_wild_37_its_base_counts(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", refresh("0;url=", tag='<base href="/diary/"><META HTTP-EQUIV=REFRESH CONTENT="{}.">'))
        assert (await find(discoverer, server))[1] == "/diary/notes.xml"

    @pytest.mark.parametrize(
        "content", ["300", "0", "300; url=/away/", "0;url=/", "0;url=#top", "soon; url=/away/", ""]
    )
    async def test_wild_37_what_sends_nobody_on(
        self, server: WebServer, discoverer: HttpDiscoverer, content: str
    ) -> None:
        server.serve("/", refresh(content), headers=HTML)
        server.serve("/feed/", FEED.format(home=server.url))
        assert (await find(discoverer, server))[1] == "/feed/"

    async def test_wild_37_a_page_that_names_a_feed_is_not_left(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        server.serve("/", page(head='<meta http-equiv="refresh" content="9; url=/diary/">'), headers=HTML)
        server.serve("/notes.xml", FEED.format(home=server.url))
        assert (await find(discoverer, server))[1] == "/notes.xml"

    async def test_wild_37_what_is_for_browsers_without_scripts_counts_not(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        tag = '<noscript><meta http-equiv="refresh" content="{}"></noscript>'
        server.serve("/", refresh("0;url=/no-scripts", tag=tag), headers=HTML)
        server.serve("/feed/", FEED.format(home=server.url))
        assert (await find(discoverer, server))[1] == "/feed/"

    async def test_wild_37_to_a_feed(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", refresh("0;url=/diary/notes.xml"), headers=HTML)
        assert (await find(discoverer, server))[1] == "/diary/notes.xml"

    async def test_wild_37_through_redirects(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", refresh("0;url=/moved"), headers=HTML)
        server.redirect("/moved", "/again")
        server.serve("/again", refresh("0;url=/diary/"), headers=HTML)
        assert (await find(discoverer, server))[1] == "/diary/notes.xml"

    async def test_wild_37_to_what_is_gone(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", refresh("0;url=/gone"), headers=HTML)
        with pytest.raises(NotFound, match="404"):
            await find(discoverer, server)

    async def test_wild_37_a_home_page_sends_on_for_itself_alone(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        async with serving() as stranger:
            api = f'<link rel="https://api.w.org/" href="{stranger.url}/wp-json/">'
            stranger.serve("/", page(head=api, feed=f"{server.url}/f"), headers=HTML)
            stranger.serve("/wp-json/?_fields=namespaces", '{"namespaces": ["wp/v2"]}')
            server.serve("/", refresh(f"0;url={stranger.url}/"), headers=HTML)
            server.serve("/f", FEED.format(home=f"{server.url}/"))
            found = (await discoverer.discover(f"{server.url}/f")).found
        assert (found.home_proven, found.api_root, found.home_url) == (False, None, f"{server.url}/")


class TestHostilePages:
    @pytest.fixture
    async def resolver(self) -> FakeResolver:
        return FakeResolver({"inside.test": ["10.0.0.7"], "garden.test": ["127.0.0.1"]})

    @pytest.fixture
    async def outside(self, resolver: FakeResolver, parser: FeedParser) -> AsyncIterator[HttpDiscoverer]:
        client = HttpClient(allow=[ipaddress.ip_network("127.0.0.0/8")], user_agent="Test/1", resolver=resolver)
        await client.open()
        yield HttpDiscoverer(client, parser)
        await client.close()

    @pytest.mark.parametrize(
        "target",
        ["http://inside.test/", "http://10.0.0.7/", "http://[::ffff:10.0.0.7]/", "http://169.254.169.254/latest/"],
    )
    async def test_wild_37_no_page_sends_us_inside(
        self, server: WebServer, outside: HttpDiscoverer, target: str
    ) -> None:
        server.serve("/", refresh(f"0;url={target}"), headers=HTML)
        server.serve("/feed/", FEED.format(home=server.url))
        with pytest.raises(Refused):
            await find(outside, server)

    @pytest.mark.parametrize(
        "target", ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "ftp://x.test/"]
    )
    async def test_wild_37_nor_to_what_is_not_of_the_web(
        self, server: WebServer, outside: HttpDiscoverer, target: str
    ) -> None:
        server.serve("/", refresh(f"0;url={target}"), headers=HTML)
        server.serve("/feed/", FEED.format(home=server.url))
        assert (await find(outside, server))[1] == "/feed/"

    async def test_wild_34_no_link_leads_inside(
        self, server: WebServer, outside: HttpDiscoverer, resolver: FakeResolver
    ) -> None:
        inside = page(feed="http://inside.test/feed").replace(
            "</head>", '<link rel="feed" href="http://10.0.0.7/"></head>'
        )
        server.serve("/", inside, headers=HTML)
        server.serve("/feed/", FEED.format(home=server.url))
        assert (await find(outside, server))[1] == "/feed/"
        assert "inside.test" in resolver.asked

    async def test_wild_37_circles_end(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", refresh("0;url=/a"), headers=HTML)
        server.serve("/a", refresh("0;url=/b"), headers=HTML)
        server.redirect("/b", "/")
        server.serve("/feed/", FEED.format(home=server.url))
        assert (await find(discoverer, server))[1] == "/feed/"
        assert len(server.paths) < 12

    async def test_wild_37_ways_without_end_end(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        for number in range(100):
            server.serve(f"/{number}", refresh(f"0;url=/{number + 1}"), headers=HTML)
        with pytest.raises(PermanentError, match="no feed"):
            await find(discoverer, server, "/0")
        assert sum(path[1:].isdecimal() for path in server.paths) == 1 + 5

    async def test_wild_37_redirects_in_circles_end(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.serve("/", refresh("0;url=/a"), headers=HTML)
        server.redirect("/a", "/b")
        server.redirect("/b", "/a")
        with pytest.raises(PermanentError, match="redirects"):
            await find(discoverer, server)

    @pytest.mark.parametrize(
        "filling",
        [
            "<div>" * 900_000,
            "<p " + " ".join(f"a{number}=1" for number in range(400_000)) + ">",
            "<li><dd>" * 500_000,
            "".join(f"<b a{number}>" for number in range(500)) + "<p>x</p>" * 400_000,
            "".join(f"<body a{number}=1>" for number in range(200_000)),
            "<a b='" * 700_000,
            "<style>" * 600_000,
            "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(40_000)),
            "".join(f'<a href="/{number}/feed/">RSS</a>' for number in range(100_000)),
            "<select>" + "<option>" * 500_000,
        ],
        ids=range(10),
    )
    async def test_wild_37_no_page_keeps_the_bot_busy(
        self, server: WebServer, discoverer: HttpDiscoverer, filling: str
    ) -> None:
        server.serve(
            "/", f"<!doctype html><html><head><title>x</title></head><body>{filling}</body></html>", headers=HTML
        )
        used = time.process_time()
        with pytest.raises(PermanentError):
            await find(discoverer, server)
        # Without bounds it is half a minute and more.
        assert time.process_time() - used < 6
        assert len(server.paths) <= 37
