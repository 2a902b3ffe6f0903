"""Each line of the table of platforms: an address goes in, addresses of feeds come out."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.pages import platforms
from bot.adapters.feeds.pages.feed_links import GUESSED_REL
from bot.adapters.feeds.pages.home_page import find_home
from bot.adapters.feeds.pages.platforms import PLATFORMS, platform_feeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.model.errors import NotFound
from tests.webserver import WebServer

CHANNEL = "UC" + "x" * 22
VIDEOS = "https://www.youtube.com/feeds/videos.xml"
ITEMPROP = f'<meta itemprop="channelId" content="{CHANNEL}">'
CANONICAL = f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">'
GITHUB = '<meta name="octolytics-dimension-repository_nwo" content="a/b">'
GITLAB = '<meta content="GitLab" property="og:site_name">'
FORGEJO = '<meta name="keywords" content="go,git,self-hosted,forgejo">'
SOUNDCLOUD = '<meta property="al:ios:url" content="soundcloud://users:4711">'

#: Address, what its page says, and paths of feeds on the same host, or whole addresses.
CASES: list[tuple[str, str, list[str]]] = [
    (f"https://www.youtube.com/channel/{CHANNEL}", "", [f"{VIDEOS}?channel_id={CHANNEL}"]),
    (f"https://m.youtube.com/channel/{CHANNEL}/videos", "", [f"{VIDEOS}?channel_id={CHANNEL}"]),
    ("https://www.youtube.com/playlist?list=PLabcdefghijk", "", [f"{VIDEOS}?playlist_id=PLabcdefghijk"]),
    (
        "https://www.youtube.com/watch?v=1&list=PLabcdefghijk",
        ITEMPROP,
        [f"{VIDEOS}?channel_id={CHANNEL}", f"{VIDEOS}?playlist_id=PLabcdefghijk"],
    ),
    ("https://www.youtube.com/user/ann", CANONICAL, [f"{VIDEOS}?channel_id={CHANNEL}", f"{VIDEOS}?user=ann"]),
    ("https://www.youtube.com/user/ann", "", [f"{VIDEOS}?user=ann"]),
    ("https://www.youtube.com/@ann", CANONICAL, [f"{VIDEOS}?channel_id={CHANNEL}"]),
    ("https://youtube.com/@ann/videos", ITEMPROP, [f"{VIDEOS}?channel_id={CHANNEL}"]),
    ("https://www.youtube.com/c/ann", CANONICAL, [f"{VIDEOS}?channel_id={CHANNEL}"]),
    ("https://www.youtube.com/watch?v=1", ITEMPROP, [f"{VIDEOS}?channel_id={CHANNEL}"]),
    ("https://www.youtube.com/@ann", "", []),
    ("https://www.youtube.com/@ann", CANONICAL.replace("UC", "XX"), []),
    ("https://github.com/orgs/community/discussions/4", "", ["/orgs/community/discussions.atom"]),
    (
        "https://github.com/a/b/discussions/categories/news",
        "",
        ["/a/b/discussions/categories/news.atom", "/a/b/discussions.atom"],
    ),
    ("https://github.com/a/b/discussions/12", "", ["/a/b/discussions.atom"]),
    ("https://github.com/a/b/tags", "", ["/a/b/tags.atom"]),
    ("https://github.com/a/b/commits/feat/x", "", ["/a/b/commits/feat/x.atom", "/a/b/commits.atom"]),
    ("https://github.com/a/b/commits", "", ["/a/b/commits.atom"]),
    ("https://github.com/a/b/wiki/Home", "", ["/a/b/wiki.atom"]),
    *(
        (
            f"https://github.com/a/b{more}",
            page,
            ["/a/b/releases.atom", "/a/b/tags.atom", "/a/b/commits.atom", "/a/b/discussions.atom"],
        )
        for more, page in (("", ""), ("/", GITHUB), ("/releases/tag/v1", ""), ("/blob/main/README.md?plain=1", ""))
    ),
    ("https://github.com/ann", "", ["/ann.atom"]),
    ("https://git.test/a/b", GITHUB, ["/a/b/releases.atom", "/a/b/tags.atom", "/a/b/commits.atom"]),
    ("https://gitlab.com/g/s/p/-/tags", "", ["/g/s/p/-/tags?format=atom"]),
    ("https://gitlab.com/g/p/-/commits/main", "", ["/g/p/-/commits/main?format=atom"]),
    *(
        (f"https://{host}/g/s/p{more}", page, ["/g/s/p/-/releases.atom", "/g/s/p/-/tags?format=atom", "/g/s/p.atom"])
        for host, page in (("gitlab.com", ""), ("gitlab.test", GITLAB))
        for more in ("", "/-/issues/4")
    ),
    ("https://codeberg.org/a/b/src/branch/main", "", ["/a/b/releases.rss", "/a/b/tags.rss", "/a/b.rss"]),
    ("https://codeberg.org/a/b/commits/branch/feat/x", "", ["/a/b/rss/branch/feat/x"]),
    (
        "https://git.test/a/b/commits/branch/main",
        FORGEJO,
        ["/a/b/rss/branch/main", "/a/b/releases.rss", "/a/b/tags.rss", "/a/b.rss"],
    ),
    ("https://codeberg.org/ann", "", ["/ann.rss"]),
    ("https://git.test/a/b", FORGEJO, ["/a/b/releases.rss", "/a/b/tags.rss", "/a/b.rss"]),
    ("https://www.reddit.com/r/python/comments/1abc/title_of_it/", "", ["/r/python/comments/1abc/.rss"]),
    ("https://www.reddit.com/r/python/new/", "", ["/r/python/new/.rss"]),
    ("https://old.reddit.com/r/python", "", ["/r/python/.rss"]),
    ("https://www.reddit.com/user/ann/m/news/", "", ["/user/ann/m/news/.rss"]),
    ("https://www.reddit.com/user/ann/submitted/", "", ["/user/ann/.rss"]),
    ("https://reddit.com/u/ann", "", ["/user/ann/.rss"]),
    ("https://medium.com/tag/python/latest", "", ["/feed/tag/python"]),
    ("https://medium.com/ink/tagged/paper", "", ["/feed/ink/tagged/paper"]),
    ("https://medium.com/@ann/story-1", "", ["/feed/@ann"]),
    ("https://medium.com/ink", "", ["/feed/ink"]),
    ("https://ann.medium.com/story-1", "", ["/feed"]),
    ("https://open.substack.com/pub/ann/p/post?r=1", "", ["https://ann.substack.com/feed"]),
    ("https://ann.substack.com/p/post", "", ["/feed"]),
    ("https://bsky.app/profile/ann.bsky.social", "", ["/profile/ann.bsky.social/rss"]),
    ("https://bsky.app/profile/did:plc:abc/post/3k", "", ["/profile/did:plc:abc/rss"]),
    ("https://social.test/@ann", '<link rel=alternate type="application/activity+json" href="/x">', ["/@ann.rss"]),
    ("https://social.test/@ann@b.test/1", '<meta name="generator" content="Mastodon v4">', ["/@ann@b.test.rss"]),
    ("https://social.test/tags/ink", '<meta name="generator" content="Mastodon v4">', ["/tags/ink.rss"]),
    ("https://blog.test/@ann", "", []),
    (
        "https://ink.test/story-1",
        '<meta data-rh="true" property="al:android:package" content="com.medium.reader">',
        ["/feed"],
    ),
    ("https://ann.bandcamp.com/album/one", "", ["/feed"]),
    ("https://www.tumblr.com/blog/view/ann/123", "", ["https://ann.tumblr.com/rss"]),
    ("https://www.tumblr.com/ann/tagged/ink", "", ["https://ann.tumblr.com/tagged/ink/rss"]),
    ("https://www.tumblr.com/ann/123/post", "", ["https://ann.tumblr.com/rss"]),
    ("https://ann.tumblr.com/tagged/ink", "", ["/tagged/ink/rss"]),
    ("https://ann.tumblr.com/post/123", "", ["/rss"]),
    ("https://ann.blogspot.com/search/label/Ink%20pen", "", ["/feeds/posts/default/-/Ink%20pen"]),
    ("http://ann.blogspot.co.uk/2026/01/x.html", "", ["/feeds/posts/default"]),
    ("https://ann.ghost.io/post/", "", ["/rss/"]),
    ("https://ann.wordpress.com/2026/01/02/x/", "", ["/feed/"]),
    ("https://ann.github.io/notes/a/", "", ["/notes/feed.xml", "/notes/index.xml"]),
    ("https://ann.github.io/", "", ["/feed.xml", "/index.xml"]),
    ("https://ghost.test/", '<meta name="generator" content="Ghost 5.8">', ["/rss/"]),
    ("https://blog.test/posts/", '<meta name="generator" content="Hugo 0.1">', ["/posts/index.xml"]),
    ("https://blog.test/", '<meta name="generator" content="Jekyll v4">', ["/feed.xml"]),
    *(
        (f"https://{host}/questions/tagged/c%2b%2b", "", ["/feeds/tag?tagnames=c%2b%2b&sort=newest"])
        for host in (
            "stackoverflow.com", "serverfault.com", "superuser.com", "askubuntu.com", "mathoverflow.net",
            "unix.stackexchange.com", "pt.stackoverflow.com",
        )
    ),
    *(
        (f"https://{host}/questions/42/how-to", "", ["/feeds/question/42"])
        for host in (
            "stackoverflow.com", "serverfault.com", "superuser.com", "askubuntu.com", "mathoverflow.net",
            "unix.stackexchange.com", "pt.stackoverflow.com",
        )
    ),
    ("https://vimeo.com/channels/staffpicks", "", ["/channels/staffpicks/videos/rss"]),
    ("https://vimeo.com/ann", "", ["/ann/videos/rss"]),
    (
        "https://soundcloud.com/ann/tracks",
        SOUNDCLOUD,
        ["https://feeds.soundcloud.com/users/soundcloud:users:4711/sounds.rss"],
    ),
    ("https://soundcloud.com/ann", "", []),
    ("https://dev.to/t/python", "", ["/feed/tag/python"]),
    ("https://dev.to/ann/a-post", "", ["/feed/ann"]),
    ("https://www.substack.com/", "", []),
    ("https://medium.com/", "", []),
    ("https://notmedium.com/@ann", "", []),
    ("https://github.com.evil.test/a/b", "", []),
    ("https://evil.test/github.com/a/b", "", []),
    ("https://www.youtube.com/playlist?list=a%26channel_id%3Db", "", []),
    ("https://www.youtube.com/playlist?list=", "", []),
]  # fmt: skip


@pytest.mark.parametrize(("url", "page", "feeds"), CASES)
def _feeds(url: str, page: str) -> list[str]:
    return [link.href for link in platform_feeds(url, LexborHTMLParser(f"<html><head>{page}</head></html>"))]


@pytest.mark.parametrize(("url", "page", "feeds"), CASES)
def test_an_address_in_and_feeds_out(url: str, page: str, feeds: list[str]) -> None:
    host = "/".join(url.split("/")[:3])
    assert _feeds(url, page) == [f"{host}{feed}" if feed.startswith("/") else feed for feed in feeds]


def test_all_have_titles() -> None:
    assert all(link.title for url, _, _ in CASES for link in platform_feeds(url))


def test_each_line_has_an_example_that_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = [_feeds(url, page) for url, page, _ in CASES]
    idle = []
    for line in PLATFORMS:
        monkeypatch.setattr(platforms, "PLATFORMS", tuple(other for other in PLATFORMS if other is not line))
        if [_feeds(url, page) for url, page, _ in CASES] == usual:
            idle.append(line.address)
    assert idle == []


def test_what_is_known_of_any_host_is_only_supposed() -> None:
    """Software's habits prove nothing on a host that several people share."""
    tree = LexborHTMLParser('<meta name="generator" content="Hugo 0.1">')
    assert [link.rel for link in platform_feeds("https://shared.test/~ann/", tree)] == [GUESSED_REL]


def test_a_platform_speaks_for_pages_that_could_not_be_read() -> None:
    feed, home = "https://www.reddit.com/r/python/new/.rss", "https://www.reddit.com/r/python/new/"
    assert find_home(feed, feed, home, None).url == home
    stranger = find_home("https://www.reddit.com/r/eve/.rss", "", "https://www.reddit.com/r/python/new/", None)
    assert (stranger.url, stranger.proven) == ("https://www.reddit.com/", False)


@pytest.fixture
def discoverer(client: HttpClient, parser: FeedParser) -> HttpDiscoverer:
    return HttpDiscoverer(client, parser)


class TestPagesThatRobotsMayNotSee:
    """Platforms are told by their hosts; a line for a path of any host stands for them here."""

    @pytest.fixture(autouse=True)
    def line(self, server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
        lines = (platforms.Platform("127.0.0.1/r/{sub}/*", {"/r/{sub}/.rss": "r/{sub}"}),)
        monkeypatch.setattr(platforms, "PLATFORMS", lines)
        server.serve("/r/ink/.rss", "<rss version='2.0'><channel><item><title>x</title></item></channel></rss>")

    @pytest.mark.parametrize("status", [403, 404, 503])
    async def test_refused(self, server: WebServer, discoverer: HttpDiscoverer, status: int) -> None:
        server.serve("/r/ink/", "no", status=status)
        found = (await discoverer.discover(f"{server.url}/r/ink/")).found
        assert found.entries.url == f"{server.url}/r/ink/.rss"

    async def test_sent_elsewhere(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        server.redirect("/r/ink/", "/consent")
        server.serve(
            "/consent", "<html><title>Before you continue</title></html>", headers={"Content-Type": "text/html"}
        )
        found = (await discoverer.discover(f"{server.url}/r/ink/")).found
        assert found.entries.url == f"{server.url}/r/ink/.rss"

    async def test_what_was_wrong_is_told(self, server: WebServer, discoverer: HttpDiscoverer) -> None:
        with pytest.raises(NotFound, match="404"):
            await discoverer.discover(f"{server.url}/r/gone/")
