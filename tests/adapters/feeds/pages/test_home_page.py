"""Whose word counts for a blog: only the feed's own and that of the page which it names as its home."""

import pytest

from bot.adapters.feeds.pages.home_page import claimed_home, find_home, is_own_api, is_same_page
from bot.model.entry import FeedLink

H = "https://host.example"


def naming(*urls: str, rel: str = "alternate") -> tuple[FeedLink, ...]:
    return tuple(FeedLink(rel=rel, type="application/rss+xml", href=url, title="") for url in urls)


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (f"{H}/feed/", f"{H}/"),
        (f"{H}/feed/", f"{H}"),
        (f"{H}/feed/", "http://host.example/"),
        ("https://www.host.example/feed/", f"{H}/"),
        (f"{H}/feed/", "https://www.host.example/"),
        (f"{H}/?feed=rss2", f"{H}/"),
        (f"{H}/blog/feed/", f"{H}/blog"),
        (f"{H}/blog/feed/", f"{H}/blog/index.html"),
        (f"{H}/category/tea/feed/", f"{H}/"),
        (f"{H}/~victim/feed/", f"{H}/~victim/"),
        (f"{H}/~victim/feed/", f"{H}/%7Evictim/"),
        (f"{H}/~victim/blog/feed/", f"{H}/~victim/"),
        ("https://planet.example/rss20.xml", "https://planet.example/"),
    ],
)
def test_a_feed_below_the_home_that_it_names_is_that_homes(feed: str, said: str) -> None:
    home = find_home(feed, feed, said, ())
    assert home.proven
    assert is_same_page(home.url, said)


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (f"{H}/~eve/feed/", f"{H}/~victim/"),
        (f"{H}/~eve/feed/", f"{H}/"),
        (f"{H}/feed/", f"{H}/~victim/"),
        (f"{H}/feed.xml", f"{H}/blog/"),
        (f"{H}/blogs/feed/", f"{H}/blog/"),
        (f"{H}/~eve/../~victim/feed/", f"{H}/~victim/"),
        (f"{H}/~eve/%2e%2e/~victim/feed/", f"{H}/~victim/"),
        ("https://eve.example/feed/", f"{H}/"),
        ("https://feeds.feedburner.com/notes", f"{H}/"),
        ("https://host.example:8443/feed/", f"{H}/"),
        (f"{H}.evil.example/feed/", f"{H}/"),
    ],
)
def test_elsewhere_the_home_has_to_name_the_feed(feed: str, said: str) -> None:
    for links in (None, (), naming(f"{H}/other/feed/"), naming(feed, rel="x-anchor")):
        home = find_home(feed, feed, said, links)
        assert not home.proven
        assert not is_same_page(home.url, said) or said == f"{H}/"
    home = find_home(feed, feed, said, naming(feed))
    assert home.proven
    assert is_same_page(home.url, said)


def test_a_page_may_name_the_address_before_redirects() -> None:
    feed, asked = "https://feeds.feedburner.com/notes", f"{H}/feed/"
    assert find_home(feed, asked, f"{H}/", naming(asked)).proven


@pytest.mark.parametrize(
    ("feed", "home"),
    [(f"{H}/rss", f"{H}/"), (f"{H}/blog/rss", f"{H}/"), (f"{H}/~eve/blog/rss", f"{H}/~eve/")],
)
def test_a_feed_that_names_no_home(feed: str, home: str) -> None:
    assert claimed_home(feed, None) == home
    found = find_home(feed, feed, None, ())
    assert (found.url, found.proven, found.near) == (home, False, feed)
    assert find_home(feed, feed, None, naming(feed)).proven


def test_a_home_that_cannot_be_read_says_nothing() -> None:
    assert not find_home(f"{H}/feed/", f"{H}/feed/", f"{H}/", None).proven


@pytest.mark.parametrize(
    ("root", "near"),
    [
        (f"{H}/wp-json/", f"{H}/"),
        ("http://host.example/wp-json/", f"{H}/"),
        ("https://www.host.example/wp-json/", f"{H}/"),
        (f"{H}/index.php?rest_route=/", f"{H}/"),
        (f"{H}/?rest_route=/", f"{H}/"),
        (f"{H}/index.php/wp-json/", f"{H}/"),
        (f"{H}/api/", f"{H}/"),
        (f"{H}/blog/wp-json/", f"{H}/blog/"),
        (f"{H}/blog/?rest_route=/", f"{H}/blog/"),
        (f"{H}/wp-json/", f"{H}/en/"),
        (f"{H}/~victim/wp-json/", f"{H}/~victim/"),
        (f"{H}/~victim/wp-json/", f"{H}/~victim/blog/"),
        (f"{H}/blog/wp-json/", f"{H}/blog/feed/"),
    ],
)
def test_an_api_on_the_blogs_host_in_its_folder_or_above(root: str, near: str) -> None:
    assert is_own_api(root, near)


@pytest.mark.parametrize(
    ("root", "near"),
    [
        (f"{H}/~eve/wp-json/", f"{H}/~victim/"),
        (f"{H}/~eve/?rest_route=/", f"{H}/~victim/"),
        (f"{H}/wp-json/", f"{H}/~victim/"),
        (f"{H}/~eve/wp-json/", f"{H}/"),
        (f"{H}/eve/wp-json/", f"{H}/victim/"),
        (f"{H}/blog/wp-json/", f"{H}/"),
        (f"{H}/blog/sub/wp-json/", f"{H}/blog/"),
        (f"{H}/~victim/../~eve/wp-json/", f"{H}/~victim/"),
        (f"{H}/~victim/%2e%2e/~eve/wp-json/", f"{H}/~victim/"),
        ("https://eve.example/wp-json/", f"{H}/"),
        ("https://public-api.wordpress.com/wp/v2/sites/1/", "https://notes.wordpress.com/"),
        ("https://host.example:8443/wp-json/", f"{H}/"),
        ("https://host.example.evil.example/wp-json/", f"{H}/"),
        ("https://host.example@evil.example/wp-json/", f"{H}/"),
    ],
)
def test_every_other_api_is_refused(root: str, near: str) -> None:
    assert not is_own_api(root, near)
