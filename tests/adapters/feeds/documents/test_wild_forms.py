"""Forms of documents of the wild: whatever stands before a feed, it is one."""

import json
import re

import pytest

from bot.adapters.feeds.documents.body import NotAFeed
from bot.adapters.feeds.parsing.read_document import read_entries
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


_ESCAPED = "&lt;p&gt;Sow &amp;amp; reap&lt;/p&gt;\n&lt;p class=&quot;x&quot;&gt;Peas&lt;/p&gt;"


@pytest.mark.parametrize(
    "document",
    [
        rss(f"<title>1</title><description><![CDATA[{_ESCAPED}]]></description>"),
        rss(f"<title>1</title><content:encoded>{_ESCAPED.replace('&', '&amp;')}</content:encoded>"),
        atom(f"<title>1</title><link href='/1'/><content type='html'>{_ESCAPED.replace('&', '&amp;')}</content>"),
        json.dumps({"version": "1", "title": "T", "items": [{"id": "1", "content_html": _ESCAPED}]}),
    ],
)
def test_wild_03_html_that_was_escaped_once_too_often(document: str) -> None:
    (entry,) = read(document)
    assert text_of(entry) == "Sow & reap\n\nPeas"


@pytest.mark.parametrize(
    "text",
    [
        "<p>Use &lt;p&gt; and &lt;/p&gt;</p>",
        "&lt;p&gt; begins a paragraph, &lt;br&gt; a line",
        "Use &lt;p&gt;Peas&lt;/p&gt;",
    ],
)
def test_wild_03_escaped_tags_in_a_text_are_words(text: str) -> None:
    (entry,) = read(rss(f"<title>1</title><description><![CDATA[{text}]]></description>"))
    shown = text_of(entry).replace("\\", "").replace("\u200b", "")
    assert shown == re.sub("</?p>", "", text).replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("One long\nline.\n\nTwo.", "One long line.\n\nTwo."),
        ("To sow:\n- peas\n- beans\n  and more", "To sow:\n\\- peas\n\\- beans and more"),
        ("Chapters\n00:00 Peas\n(01:02:03) Beans", "Chapters\n00:00 Peas\n(01:02:03) Beans"),
        ("\n\n  One\n  line.\n\n", "One line."),
        ("One\n\n<b>line</b>", "One **line**"),
    ],
)
def test_wild_22_a_text_without_any_element_keeps_its_paragraphs(written: str, text: str) -> None:
    (entry,) = read(rss(f"<title>1</title><description><![CDATA[{written}]]></description>"))
    assert text_of(entry) == text


@pytest.mark.parametrize("kind", ["text/plain", "text/markdown", "text/x-web-markdown; charset=utf-8", "TEXT"])
def test_wild_22_every_kind_of_text_is_plain(kind: str) -> None:
    (entry,) = read(atom(f"<title>1</title><link href='/1'/><content type='{kind}'>a &lt;b>\nc\n\nd</content>"))
    assert text_of(entry).replace("\\", "") == "a <b>\nc\n\nd"
