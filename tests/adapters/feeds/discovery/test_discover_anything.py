"""Whatever address a person pastes: what discovery tells beside the feed that it chose."""

import pytest

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.pages.feed_links import possible_entry_feeds
from bot.adapters.feeds.pages.page import read_page
from bot.model.feed import CommentSystem, Push
from tests.webserver import WebServer

HTML = {"Content-Type": "text/html"}
CHANNEL = "UC" + "x" * 22


def _rss(server: WebServer, title: str = "Notes", more: str = "") -> str:
    return (
        f"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>{title}</title>"
        f"<link>{server.url}/</link>{more}<item><title>One</title><link>{server.url}/one</link></item></channel></rss>"
    )


def _link(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


@pytest.mark.parametrize("path", ["/category/paper/", "/author/ann/"])
async def test_from_a_part_of_a_blog_all_its_feeds_are_told(
    server: WebServer, discoverer: HttpDiscoverer, path: str
) -> None:
    links = (
        _link(f"{path}feed/", "Notes » Part") + _link("/feed/", "Notes » Feed") + _link("/comments/feed/", "Comments")
    )
    server.serve(path, f"<html><head>{links}</head></html>", headers=HTML)
    for feed in ("/feed/", f"{path}feed/"):
        server.serve(feed, _rss(server))
    discovered = await discoverer.discover(server.url + path)
    told = [(found.url, found.title) for found in discovered.candidates]
    whole, part = (f"{server.url}/feed/", "Notes"), (f"{server.url}{path}feed/", "Notes » Part")
    assert set(told) == {whole, part}
    assert told[0][0] == discovered.found.entries.url
    chosen = await discoverer.discover(part[0])
    assert chosen.found.entries.url == part[0]
    assert chosen.found.home_url == discovered.found.home_url


async def test_the_hub_is_told(server: WebServer, discoverer: HttpDiscoverer) -> None:
    hub = "<atom:link rel='hub' href='https://hub.test/'/><atom:link rel='self' href='https://blog.test/feed'/>"
    server.serve("/feed", _rss(server, more=hub))
    in_document = await discoverer.discover(f"{server.url}/feed")
    assert in_document.push == Push(hub_url="https://hub.test/", topic_url="https://blog.test/feed")
    server.serve("/feed", _rss(server, more=hub), headers={"Link": "<https://other.test/>; rel=hub, </f>; rel=self"})
    in_header = await discoverer.discover(f"{server.url}/feed")
    assert in_header.push == Push(hub_url="https://other.test/", topic_url=f"{server.url}/f")


async def test_comment_systems_are_looked_for_below_an_entry(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/", f"<html><head>{_link('/feed')}</head></html>", headers=HTML)
    server.serve("/feed", _rss(server))
    server.serve("/one", '<html><script data-isso="//isso.test/"></script></html>', headers=HTML)
    discovered = await discoverer.discover(server.url)
    (seen,) = discovered.systems
    assert (seen.system, dict(seen.evidence)["seen"]) == (CommentSystem.ISSO, f"{server.url}/one")
    assert discovered.found.system is CommentSystem.ISSO


async def test_a_link_for_people_is_followed(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/", '<html><body><a href="/notes.rss">Subscribe</a></body></html>', headers=HTML)
    server.serve("/notes.rss", _rss(server))
    assert (await discoverer.discover(server.url)).found.entries.url == f"{server.url}/notes.rss"


async def test_a_json_feed_is_found(server: WebServer, discoverer: HttpDiscoverer) -> None:
    server.serve("/", f"<html><head>{_link('/f.json', kind='application/feed+json')}</head></html>", headers=HTML)
    server.serve(
        "/f.json", '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": 1, "title": "x"}]}'
    )
    discovered = await discoverer.discover(server.url)
    assert (discovered.found.entries.url, discovered.found.title) == (f"{server.url}/f.json", "J")


@pytest.mark.parametrize(
    ("url", "body", "feeds"),
    [
        (
            "https://www.youtube.com/@ann",
            f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
            [f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"],
        ),
        (
            "https://www.youtube.com/watch?v=1",
            f'<meta itemprop="channelId" content="{CHANNEL}">',
            [f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"],
        ),
        (
            "https://www.youtube.com/playlist?list=PLabcdefghijk",
            "",
            ["https://www.youtube.com/feeds/videos.xml?playlist_id=PLabcdefghijk"],
        ),
        (
            "https://github.com/a/b",
            (
                '<link href="/a/b/commits/main.atom" rel="alternate"  title="New" type="application/atom+xml">'
                '<meta name="octolytics-dimension-repository_nwo" content="a/b">'
            ),
            [
                "https://github.com/a/b/commits/main.atom",
                "https://github.com/a/b/releases.atom",
                "https://github.com/a/b/tags.atom",
                "https://github.com/a/b/commits.atom",
                "https://github.com/a/b/discussions.atom",
            ],
        ),
        ("https://old.reddit.com/r/python/", "", ["https://old.reddit.com/r/python/.rss"]),
        ("https://medium.com/@ann/story-1", "", ["https://medium.com/feed/@ann"]),
        (
            "https://social.test/@ann",
            '<link rel="alternate" type="application/activity+json" href="/users/ann">',
            ["https://social.test/@ann.rss"],
        ),
        ("https://blog.test/@ann", "", []),
    ],
)
def test_pages_of_platforms(url: str, body: str, feeds: list[str]) -> None:
    page = read_page(f"<html><head>{body}</head></html>".encode(), url=url)
    assert list(possible_entry_feeds(page.links)) == feeds
    assert all(link.title for link in page.links if link.href in feeds)


async def test_what_readers_use_beats_the_api_that_stands_behind_it(
    server: WebServer, discoverer: HttpDiscoverer
) -> None:
    api = '<link rel="https://api.w.org/" href="/wp-json/">'
    server.serve("/", f"<html><head>{_link('/feed')}{api}</head></html>", headers=HTML)
    server.serve("/feed", _rss(server))
    server.serve("/one", f"<html><head>{api}</head><div id=disqus_thread></div></html>", headers=HTML)
    server.serve("/wp-json/?_fields=namespaces", '{"namespaces": ["wp/v2"]}')
    discovered = await discoverer.discover(server.url)
    assert discovered.found.system is CommentSystem.DISQUS
    assert discovered.found.api_root == f"{server.url}/wp-json/"
    assert [each.system for each in discovered.systems] == [CommentSystem.DISQUS, CommentSystem.WORDPRESS]
