"""Forms of documents of the wild: whatever stands before a feed, it is one."""

import pytest

from bot.adapters.feeds.body import NotAFeed
from bot.adapters.feeds.reading import read_entries
from tests.adapters.feeds.wild import HOME, RDF, WILD, atom, read, rss, text_of, wild


def test_wild_18_a_doctype_of_html_before_a_feed() -> None:
    assert [each.title for each in wild("18-doctype-html/input.xml")] == ["Day 1"]


_DOCTYPES = [
    "<!DOCTYPE html>",
    "<!doctype HTML>\n",
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n',
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>',
    '<?xml version="1.0"?>\n<!-- made by hand --><!DOCTYPE html SYSTEM "about:legacy-compat">\n',
    "<!-- <html> --><!DOCTYPE html><!-- more -->",
    "<!DOCTYPE html [ <!ENTITY x 'y'> ]>",
    "<!DOCTYPE html [\n]>\n",
]


@pytest.mark.parametrize("doctype", _DOCTYPES)
@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/xml", ""])
def test_wild_18_any_doctype_before_any_format(doctype: str, content_type: str) -> None:
    for document in (rss("<title>5</title>"), atom("<title>5</title><link href='/5'/>"), RDF):
        body = (doctype + document).encode()
        feed = read_entries(body, content_type=content_type, url=f"{HOME}feed.xml").feed
        assert [each.title for each in feed.entries] == ["5"]


@pytest.mark.parametrize("doctype", ["", *_DOCTYPES])
def test_wild_18_pages_that_mention_a_feeds_tags_stay_pages(doctype: str) -> None:
    page = f"{doctype}<html><head><title>How to write a feed</title></head><body><pre><rss></pre></body></html>"
    with pytest.raises(NotAFeed, match="web page"):
        read(page)


def test_wild_19_names_of_characters() -> None:
    (entry,) = wild("19-entities-one-line/input.xml")
    assert f"{entry.title} {text_of(entry)}".count("Rosé à Noël") >= 1


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/d.dtd">',
        '<?xml version="1.0"?>\n<!DOCTYPE rss SYSTEM "http://x.example/d.dtd">\n',
        '<!DOCTYPE rss SYSTEM "http://x.example/d.dtd">',
        "<!DOCTYPE html>",
        "",
    ],
)
def test_wild_19_with_any_doctype_in_any_layout(head: str) -> None:
    names = "Ros&eacute; &agrave; No&euml;l &mdash; 5&nbsp;&euro; &hearts; &nosuch; &amp; & co &#233;"
    (entry,) = read(
        f"{head}<rss version='0.91'><channel><title>T</title><item><title>{names}</title></item></channel></rss>"
    )
    assert entry.title == "Rosé à Noël — 5 € ♥ &nosuch; & & co é"


@pytest.mark.parametrize(
    ("written", "title"),
    [("a&b", "a&b"), ("&#x110000;x", "x"), ("&#99999999;x", "x"), ("Caf&eacute; & co", "Café & co")],
)
def test_wild_19_in_documents_that_cannot_be_mended(written: str, title: str) -> None:
    broken = rss(f"<title>{written}</title>").replace("<title>Garden", "<x a=1></x><title>Garden")
    assert [each.title for each in read(broken)] == [title]


@pytest.mark.parametrize("number", ["&#x110000;", "&#99999999999999999999;"])
def test_wild_19_no_number_of_a_character_stops_the_reading(number: str) -> None:
    own = "<!DOCTYPE rss [<!ENTITY own 'Own'>]>"
    (entry,) = read(own + rss(f"<title>&own; {number}x</title>"))
    assert entry.title.endswith("x")


def test_wild_19_what_is_mended_can_be_cut_to_its_new_items() -> None:
    body = rss(
        "<title>A & B</title><guid>1</guid>", "<title>Caf&eacute; <![CDATA[& bar]]></title><guid>2</guid>"
    ).encode()
    first = read_entries(body, content_type="", url=f"{HOME}feed.xml")
    assert [each.title for each in first.feed.entries] == ["A & B", "Café & bar"]
    assert first.items
    again = read_entries(body, content_type="", url=f"{HOME}feed.xml", known=first.items)
    assert (again.feed.entries, len(again.feed.window)) == ((), 2)


def test_wild_20_the_first_rss() -> None:
    (entry,) = wild("20-rdf-channel-namespace/input.xml")
    assert (entry.title, entry.link) == ("Day 1", "http://garden.example/1")


@pytest.mark.parametrize(
    "namespace", ["http://channel.netscape.com/rdf/simple/0.9/", "http://my.netscape.com/rdf/simple/0.9/"]
)
@pytest.mark.parametrize("rdf", ["rdf", "r", "RDF"])
@pytest.mark.parametrize("prefix", ["", "n:"])
def test_wild_20_either_namespace_and_any_prefix(namespace: str, rdf: str, prefix: str) -> None:
    space = f"xmlns{':n' if prefix else ''}='{namespace}'"
    (entry,) = read(
        f"<?xml version='1.0'?><{rdf}:RDF xmlns:{rdf}='http://www.w3.org/1999/02/22-rdf-syntax-ns#' {space}>"
        f"<{prefix}channel><{prefix}title>T</{prefix}title><{prefix}link>{HOME}</{prefix}link></{prefix}channel>"
        f"<{prefix}item><{prefix}title>Day 1</{prefix}title><{prefix}link>{HOME}1</{prefix}link></{prefix}item>"
        f"</{rdf}:RDF>"
    )
    assert (entry.title, entry.link) == ("Day 1", f"{HOME}1")


def test_wild_20_behind_a_long_comment() -> None:
    body = (WILD / "20-rdf-channel-namespace/input.xml").read_text().replace("?>", f"?><!-- {'x' * 5000} -->", 1)
    assert [each.title for each in read(body)] == ["Day 1"]


def test_wild_20_other_documents_of_rdf_are_no_feeds() -> None:
    with pytest.raises(NotAFeed):
        read(
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><x xmlns='http://x.example/'/></rdf:RDF>"
        )
