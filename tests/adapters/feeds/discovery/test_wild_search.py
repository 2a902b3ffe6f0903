"""Where a search for a feed goes on: pages in a feed's place, front pages that are shut, titles, languages.

Numbers as in ``docs/feeds.md``, "Beyond the cases".
"""

import pytest

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.model.errors import NotFound, PermanentError
from tests.adapters.feeds.discovery.test_wild_discovery import COMMENTS, EMPTY, FEED, HTML, find, link, page
from tests.webserver import WebServer, serving

REFRESH = '<meta http-equiv="refresh" content="0; url={}">'


class TestPagesInAFeedsPlace:
    @pytest.mark.parametrize(
        "instead",
        [
            page(link("/good.xml")),
            page(REFRESH.format("/good.xml")),
            page(body='<p>Our feeds: <a href="/good.xml">RSS</a></p>'),
            page(link("/dead.xml") + link("/good.xml")),
        ],
    )
    @pytest.mark.parametrize("named", [page(link("/named")), page(body='<a href="/named">RSS feeds</a>')])
    async def test_wild_34_the_feeds_that_they_name_are_tried(
        self, server: WebServer, discoverer: HttpDiscoverer, named: str, instead: str
    ) -> None:
        server.serve("/", named, headers=HTML)
        server.serve("/named", instead, headers=HTML)
        server.serve("/good.xml", FEED)
        assert await find(discoverer, server) == "/good.xml"

    async def test_wild_34_what_the_first_page_names_comes_first(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        server.serve("/", page(link("/a") + link("/b.xml")), headers=HTML)
        server.serve("/a", page(link("/other.xml")), headers=HTML)
        server.serve("/b.xml", FEED)
        server.serve("/other.xml", FEED)
        assert await find(discoverer, server) == "/b.xml"

    async def test_wild_34_a_strangers_page_leads_nowhere(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        async with serving() as parked:
            parked.serve("/", page(link("/ads.xml")), headers=HTML)
            parked.serve("/ads.xml", FEED)
            server.serve("/", page(link("/moved")), headers=HTML)
            server.redirect("/moved", f"{parked.url}/")
            with pytest.raises(PermanentError, match="cannot be read"):
                await find(discoverer, server)
            assert parked.paths == ["/"]

    async def test_wild_34_few_pages_are_read_and_none_of_those_that_they_lead_to(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        server.serve("/", page("".join(link(f"/{number}") for number in range(9))), headers=HTML)
        for number in range(9):
            server.serve(f"/{number}", page(link(f"/{number}/deeper")), headers=HTML)
            server.serve(f"/{number}/deeper", page(link(f"/{number}/deepest")), headers=HTML)
            server.serve(f"/{number}/deepest", FEED)
        with pytest.raises(PermanentError):
            await find(discoverer, server)
        assert sum("deeper" in path for path in server.paths) == 3


class TestFrontPagesThatAreShut:
    @pytest.mark.parametrize(
        ("status", "body"),
        [(403, "no"), (404, "gone"), (200, ""), (200, "hello"), (200, "\x89PNG"), (200, page(REFRESH.format("/gone")))],
    )
    async def test_wild_34_the_usual_addresses_are_tried(
        self, server: WebServer, discoverer: HttpDiscoverer, status: int, body: str
    ) -> None:
        kind = "text/html" if body.startswith("<") else "text/plain"
        server.serve("/", body, status=status, headers={"Content-Type": kind})
        server.serve("/feed/", FEED)
        assert await find(discoverer, server) == "/feed/"

    @pytest.mark.parametrize("path", ["/posts/one", "/?p=4", "/old-feed.xml"])
    async def test_wild_34_not_where_something_else_was_asked_for(
        self, server: WebServer, discoverer: HttpDiscoverer, path: str
    ) -> None:
        server.serve("/", "gone", status=404)
        server.serve("/feed/", FEED)
        with pytest.raises(NotFound):
            await find(discoverer, server, path)
        assert len(server.paths) == 1


class TestTitles:
    @pytest.mark.parametrize("title", ["No comment", "Kommentare zur Zeit", "Garden diary, commented"])
    @pytest.mark.parametrize("more", ["", link("/dead.xml")])
    async def test_wild_34_a_blog_may_be_called_a_comment(
        self, server: WebServer, discoverer: HttpDiscoverer, title: str, more: str
    ) -> None:
        server.serve("/", page(more + link("/x.xml").replace("News", title)), headers=HTML)
        server.serve("/x.xml", FEED)
        assert await find(discoverer, server) == "/x.xml"

    @pytest.mark.parametrize("comments", [EMPTY, COMMENTS])
    async def test_wild_34_but_a_feed_of_comments_is_none_of_entries(
        self, server: WebServer, discoverer: HttpDiscoverer, comments: str
    ) -> None:
        server.serve("/", page(link("/x.xml").replace("News", "Comments")), headers=HTML)
        server.serve("/x.xml", comments)
        with pytest.raises(PermanentError):
            await find(discoverer, server)


class TestLanguages:
    @pytest.mark.parametrize(("language", "path"), [("en", "/en.xml"), ("en-GB", "/en.xml"), ("de", "/de.xml")])
    async def test_wild_36_the_feed_in_the_pages_language_comes_first(
        self, server: WebServer, discoverer: HttpDiscoverer, language: str, path: str
    ) -> None:
        german = link("/de.xml").replace("href", 'hreflang="de-AT" href')
        english = link("/en.xml").replace("href", 'hreflang="EN" href')
        html = page(german + english).replace("<html>", f'<html dir="ltr" lang="{language}">')
        server.serve("/", html, headers=HTML)
        server.serve("/de.xml", FEED)
        server.serve("/en.xml", FEED)
        discovered = await discoverer.discover(server.url)
        assert discovered.found.entries.url == f"{server.url}{path}"
        assert len(discovered.candidates) == 2

    async def test_wild_36_a_feed_in_another_language_is_better_than_none(
        self, server: WebServer, discoverer: HttpDiscoverer
    ) -> None:
        html = page(link("/de.xml").replace("href", 'hreflang="de" href')).replace("<html>", "<html lang=fr>")
        server.serve("/", html, headers=HTML)
        server.serve("/de.xml", FEED)
        assert await find(discoverer, server) == "/de.xml"


async def test_wild_37_a_header_sends_on_too(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/", page(), headers=HTML | {"Refresh": "0; url=/diary/"})
    server.serve("/diary/", page(link("/notes.xml")), headers=HTML)
    server.serve("/notes.xml", FEED)
    assert await find(discoverer, server) == "/notes.xml"


@pytest.mark.parametrize("kind", ["application/feed+json", "application/json", "text/html"])
@pytest.mark.parametrize("text", ["<html><head><body>", "<!doctype html>", "How <rss> differs from <html>"])
async def test_wild_36_a_json_feed_may_tell_of_pages(
    server: WebServer, discoverer: HttpDiscoverer, kind: str, text: str
) -> None:
    items = f'[{{"id": "1", "title": "Beans", "content_html": "{text}"}}]'
    server.serve("/", page('<link rel="alternate" type="application/feed+json" href="/f.json">'), headers=HTML)
    server.serve(
        "/f.json",
        f'{{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": {items}}}',
        headers={"Content-Type": kind},
    )
    assert await find(discoverer, server) == "/f.json"
