"""Links as they are written in the wild: bases, forgotten schemes, counting links, and names that are addresses."""

import json

import pytest

from tests.adapters.feeds.wild import HOME, atom, read, rss

FEED = "http://feeds.example/a/garden.xml"
_FEEDBURNER = "xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'"


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ("http://base.example/b/", "http://base.example/b/5"),
        ("//base.example/b/", "http://base.example/b/5"),
        ("/blog/", "http://feeds.example/blog/5"),
        ("sub/", "http://feeds.example/a/sub/5"),
        ("../up/", "http://feeds.example/up/5"),
        ("#top", "http://feeds.example/a/5"),
        ("", f"{HOME}5"),
    ],
)
def test_wild_10_a_relative_base_is_relative_to_the_document(base: str, link: str) -> None:
    """XML Base, 4.2: where no element around states a base, it is the address of the document."""
    (entry,) = read(atom("<title>5</title><link href='5'/>", attributes=f"xml:base='{base}'"), url=FEED)
    assert entry.link == link
    (entry,) = read(
        rss("<title>5</title><link>5</link>").replace("<channel>", f"<channel xml:base='{base}'>"), url=FEED
    )
    assert entry.link == link
    # A document that is not well-formed has another parser.
    (entry,) = read(atom("<title>5 & 6</title><link href='5'/>", attributes=f"xml:base='{base}'"), url=FEED)
    assert entry.link == link


@pytest.mark.parametrize(
    ("outer", "entry", "own", "link"),
    [
        ("http://base.example/b/", "n/", "", "http://base.example/b/n/5"),
        ("/blog/", "n/", "", "http://feeds.example/blog/n/5"),
        ("/blog/", "n/", "m/", "http://feeds.example/blog/n/m/5"),
        ("/blog/", "http://own.example/", "m/", "http://own.example/m/5"),
        ("", "n/", "", "http://feeds.example/a/n/5"),
        ("", "", "m/", "http://feeds.example/a/m/5"),
    ],
)
def test_wild_10_bases_within_one_another(outer: str, entry: str, own: str, link: str) -> None:
    document = atom(
        f"<title>5</title><link href='5' xml:base='{own}'/>",
        "<title>6</title><link href='http://garden.example/6'/>",
        attributes=f"xml:base='{outer}'",
    ).replace("<entry>", f"<entry xml:base='{entry}'>", 1)
    assert [each.link for each in read(document, url=FEED)] == [link, f"{HOME}6"]


def test_wild_10_a_base_names_no_item() -> None:
    for base in ("http://base.example/b/", "/blog/"):
        (entry,) = read(rss("<title>1</title><guid>abc</guid>").replace("<item>", f"<item xml:base='{base}'>"))
        assert (entry.uid, entry.link) == ("abc", None)


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("www.garden.example/7", "http://www.garden.example/7"),
        ("garden.example/7", f"{HOME}7"),
        ("//garden.example/7", f"{HOME}7"),
        ("HTTP://garden.example/7", f"{HOME}7"),
        ("www/7", f"{HOME}www/7"),
        ("gardens/7", f"{HOME}gardens/7"),
        ("&lt;![CDATA[http://garden.example/7]]&gt;", f"{HOME}7"),
        ("<![CDATA[ http://garden.example/7 ]]>", f"{HOME}7"),
    ],
)
def test_wild_07_10_a_scheme_may_be_forgotten(written: str, link: str) -> None:
    (entry,) = read(rss(f"<title>7</title><link>{written}</link>"))
    assert entry.link == link


def test_wild_10_the_site_may_be_named_without_its_scheme() -> None:
    (entry,) = read(rss("<title>7</title><link>/7</link>", head="<link>www.garden.example</link>"), url=FEED)
    assert entry.link == "http://www.garden.example/7"


@pytest.mark.parametrize("first", [True, False])
def test_wild_07_a_link_that_counts_its_readers_gives_way_to_the_page(first: bool) -> None:
    page = f"<feedburner:origLink {_FEEDBURNER}>{HOME}7</feedburner:origLink>"
    parts = ["<link>http://feedproxy.example/~r/garden/7</link>", page]
    (entry,) = read(rss("<title>7</title>" + "".join(parts if first else parts[::-1])))
    assert entry.link == f"{HOME}7"
    (entry,) = read(atom(f"<title>7</title><link href='http://feedproxy.example/~r/garden/7'/>{page}"))
    assert entry.link == f"{HOME}7"


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ({"url": "javascript:void(0)", "external_url": "http://other.example/7"}, "http://other.example/7"),
        ({"external_url": "http://other.example/7"}, "http://other.example/7"),
        ({"url": f"{HOME}7", "external_url": "http://other.example/7"}, f"{HOME}7"),
        ({"id": f"{HOME}7"}, f"{HOME}7"),
        ({"id": f"{HOME}7", "attachments": [{"url": "http://cdn.example/1.mp3"}]}, f"{HOME}7"),
        ({"id": "7", "attachments": [{"url": "http://cdn.example/1.mp3"}]}, "http://cdn.example/1.mp3"),
    ],
)
def test_wild_06_where_an_item_of_json_feed_leads(item: dict[str, object], link: str) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "7", "title": "7", **item}]}
    (entry,) = read(json.dumps(feed))
    assert entry.link == link
