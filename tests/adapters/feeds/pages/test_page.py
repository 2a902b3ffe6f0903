import pytest

from bot.adapters.feeds.pages.feed_links import choose_comment_feeds, choose_entry_feeds, is_comments_address
from bot.adapters.feeds.pages.page import read_link_header, read_page

URL = "https://blog.test/2026/08/ink/"
WORDPRESS_POST = b"""<!DOCTYPE html><html><head><title>Ink &amp;
 paper</title>
<link rel="alternate" type="application/rss+xml" title="Notes &raquo; Feed" href="/feed/" />
<link rel="alternate" type="application/rss+xml" title="Notes &raquo; Comments Feed" href="/comments/feed/" />
<link rel="alternate" type="application/rss+xml" title="Notes &raquo; Ink Comments Feed" href="/2026/08/ink/feed/" />
<link rel="https://api.w.org/" href="https://blog.test/wp-json/" />
<link rel="alternate" type="application/json" href="https://blog.test/wp-json/wp/v2/posts/4" />
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)" />
<link rel="alternate" type="application/rss+xml" href="http://[/" />
</head></html>"""


def test_a_wordpress_page() -> None:
    page = read_page(WORDPRESS_POST, url=URL)
    assert page.title == "Ink & paper"
    assert choose_entry_feeds(page.links) == ("https://blog.test/feed/",)
    assert choose_comment_feeds(page.links, page_url=URL) == ("https://blog.test/comments/feed/",)
    assert ("https://api.w.org/", "https://blog.test/wp-json/") in {(link.rel, link.href) for link in page.links}


def test_plain_permalinks() -> None:
    page = read_page(
        b"""<link rel=alternate type=application/rss+xml href="/?feed=rss2">
        <link rel=alternate type=application/rss+xml href="/?feed=comments-rss2">
        <link rel=alternate type=application/rss+xml href="/?feed=rss2&amp;p=4">""",
        url="https://blog.test/?p=4",
    )
    assert choose_entry_feeds(page.links) == ("https://blog.test/?feed=rss2",)
    assert choose_comment_feeds(page.links, page_url=page.url) == ("https://blog.test/?feed=comments-rss2",)


def test_titles_tell_comments_apart_in_other_languages() -> None:
    page = read_page(
        b"""<base href="https://blog.test/notes/">
        <link rel="alternate" type="application/rss+xml" title="Notizen &raquo; Kommentar-Feed" href="k.xml">
        <link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" title="Notizen" href="n.xml">""",
        url="https://blog.test/",
    )
    assert choose_entry_feeds(page.links) == ("https://blog.test/notes/n.xml",)
    assert choose_comment_feeds(page.links, page_url=page.url) == ("https://blog.test/notes/k.xml",)


def test_the_feed_of_the_whole_site_comes_first() -> None:
    page = read_page(
        b"""<link rel="alternate" type="application/rss+xml" href="/category/paper/feed/">
        <link rel="alternate" type="application/rss+xml" href="/feed/">""",
        url="https://blog.test/category/paper/",
    )
    assert choose_entry_feeds(page.links) == ("https://blog.test/feed/", "https://blog.test/category/paper/feed/")


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff", b"<title>", b"<link href>", b"<base href='http://['><link rel=a href=b>"]
)
def test_any_page_can_be_read(body: bytes) -> None:
    read_page(body, url=URL)


def test_link_headers() -> None:
    value = (
        '<https://blog.test/wp-json/>; rel="https://api.w.org/", '
        '</wp-json/wp/v2/posts/4>; rel="alternate"; title="JSON; so, to say"; type="application/json", '
        "<?p=4>; rel=shortlink, <javascript:x>; rel=next, nonsense"
    )
    assert [(link.rel, link.type, link.href) for link in read_link_header(value, url=URL)] == [
        ("https://api.w.org/", "", "https://blog.test/wp-json/"),
        ("alternate", "application/json", "https://blog.test/wp-json/wp/v2/posts/4"),
        ("shortlink", "", f"{URL}?p=4"),
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://b.test/comments/feed/", True),
        ("https://b.test/comments.xml", True),
        ("https://b.test/?feed=comments-rss2", True),
        ("https://b.test/feed/", False),
        ("https://commentary.test/feed/", False),
    ],
)
def test_addresses_of_comments(url: str, expected: bool) -> None:
    assert is_comments_address(url) is expected
