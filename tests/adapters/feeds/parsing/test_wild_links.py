"""Links and authors of the wild: each item leads to its own page, and is by whom it says."""

import json

import pytest

from bot.adapters.feeds.items.author_names import read_names
from tests.adapters.feeds.wild import HOME, RDF, atom, read, rss, text_of, wild


def test_wild_06_an_episode_leads_to_its_enclosure() -> None:
    (entry,) = wild("06-no-link-but-enclosure/input.xml")
    assert (entry.link, entry.uid) == ("http://cdn.example/42.mp3", "garden-42")


_MP3 = "<enclosure url='http://cdn.example/1.mp3' type='audio/mpeg'/>"


@pytest.mark.parametrize(
    ("document", "link"),
    [
        (rss(f"<title>1</title>{_MP3}<enclosure url='http://cdn.example/2.mp3'/>"), "http://cdn.example/1.mp3"),
        (rss(f"<title>1</title>{_MP3}<link>{HOME}1</link>"), f"{HOME}1"),
        (rss(f"<title>1</title>{_MP3}<guid>{HOME}1</guid>"), f"{HOME}1"),
        (rss(f"<title>1</title>{_MP3}<guid isPermaLink='false'>x</guid>"), "http://cdn.example/1.mp3"),
        (atom("<title>1</title><link rel='enclosure' href='http://cdn.example/1.mp3'/>"), "http://cdn.example/1.mp3"),
        (atom(f"<title>1</title><link rel='enclosure' href='x.mp3'/><link href='{HOME}1'/>"), f"{HOME}1"),
        (
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1.1",
                    "items": [{"id": "1", "attachments": [{"url": "http://cdn.example/1.mp3"}]}],
                }
            ),
            "http://cdn.example/1.mp3",
        ),
    ],
)
def test_wild_06_only_what_has_no_page_leads_to_its_enclosure(document: str, link: str) -> None:
    (entry,) = read(document)
    assert entry.link == link


def test_wild_06_10_a_relative_enclosure_belongs_to_the_site() -> None:
    (entry,) = read(rss("<title>1</title><enclosure url='/1.mp3'/>"), url="http://feeds.example/garden.xml")
    assert entry.link == f"{HOME}1.mp3"


def test_wild_06_an_enclosure_names_nobody() -> None:
    one, other = (read(rss(f"<title>1</title><enclosure url='http://cdn.example/{at}.mp3'/>")) for at in (1, 2))
    assert one[0].uid == other[0].uid


def test_wild_07_the_content_of_a_link_is_its_address() -> None:
    assert [each.link for each in wild("07-link-attributes/input.xml")] == ["http://garden.example/7"]


@pytest.mark.parametrize(
    "attributes", ["href='http://x.example/'", "url='/x'", "rel='via'", "type='text/plain'", "isPermaLink='true'", ""]
)
def test_wild_07_whatever_attributes_stand_beside_it(attributes: str) -> None:
    (entry,) = read(rss(f"<title>Day 7</title><link {attributes}>{HOME}7?a=1&amp;b=2</link>"))
    assert entry.link == f"{HOME}7?a=1&b=2"


def test_wild_07_an_empty_link_with_an_address_is_one_all_the_same() -> None:
    (entry,) = read(rss(f"<title>Day 7</title><link href='{HOME}7'/>"))
    assert entry.link == f"{HOME}7"
    (entry,) = read(rss(f"<title>Day 7</title><atom:link rel='alternate' href='{HOME}8'/><link>{HOME}7</link>"))
    assert entry.link == f"{HOME}7"
    (entry,) = read(rss(f"<title>Day 7</title><link>{HOME}7</link><atom:link rel='self' href='{HOME}self'/><link/>"))
    assert entry.link == f"{HOME}7"


def test_wild_08_atom_links_without_href_are_none() -> None:
    assert [each.link for each in wild("08-link-without-href/input.xml")] == ["http://garden.example/3"]


@pytest.mark.parametrize("rel", ["alternate", "enclosure", "self", "related", "via", "replies"])
@pytest.mark.parametrize("first", [True, False])
def test_wild_08_whatever_their_rel(rel: str, first: bool) -> None:
    parts = [f"<link href='{HOME}3'/>", f"<link rel='{rel}'>http://pics.example/x.png</link>"]
    (entry,) = read(atom("<title>Day 3</title>" + "".join(parts if first else parts[::-1])))
    assert entry.link == f"{HOME}3"


def test_wild_07_of_two_links_the_first_is_the_items() -> None:
    (entry,) = read(rss(f"<title>1</title><link>{HOME}7</link><link>{HOME}8</link>"))
    assert entry.link == f"{HOME}7"


@pytest.mark.parametrize(
    ("links", "address"),
    [
        ("<link type='text/html' hreflang='en' href='/3'/><link type='text/html' hreflang='de' href='/4'/>", "3"),
        ("<link rel='alternate' type='application/json' href='/4'/><link rel='alternate' href='/3'/>", "3"),
        ("<link rel='alternate' type='application/pdf' href='/3'/>", "3"),
        ("<link rel='self alternate' href='/3'/><link rel='enclosure' href='/4'/>", "3"),
    ],
)
def test_wild_08_of_several_alternates_the_first_page(links: str, address: str) -> None:
    (entry,) = read(atom(f"<title>Day 3</title>{links}"))
    assert entry.link == f"{HOME}{address}"


def test_wild_08_a_relation_may_be_written_as_an_address() -> None:
    rel = "http://www.iana.org/assignments/relation/alternate"
    (entry,) = read(atom(f"<title>Day 3</title><link rel='{rel}' href='{HOME}3'/>"))
    assert entry.link == f"{HOME}3"


def test_wild_09_what_stands_in_an_extension_is_its_own() -> None:
    (entry,) = wild("09-nested-object/input.xml")
    assert (entry.title, entry.link, entry.author) == ("A note on hedges", "http://garden.example/4", "Tom")
    assert text_of(entry) == "In full."


_FOREIGN = (
    "<id>other</id><title>Other</title><link href='http://other.example/'/><author><name>Eve</name></author>"
    "<published>1999-01-01T00:00:00Z</published><updated>1999-01-01T00:00:00Z</updated><content>Other.</content>"
    "<summary>Other.</summary><category term='other'/>"
)
_ENTRY = (
    f"<id>own</id><title>Own</title><link href='{HOME}4'/><author><name>Ann</name></author>"
    "<published>2024-05-04T10:00:00Z</published><content>Own.</content><category term='own'/>"
)


@pytest.mark.parametrize(
    "around",
    [
        "<x:object>{}</x:object>",
        "<x:object a='1'>{}</x:object>",
        "<x:object><x:deeper>{}</x:deeper></x:object>",
        "<object xmlns='http://x.example/ns'><wrap>{}</wrap></object>",
        "<m:group xmlns:m='http://search.yahoo.com/mrss/'><m:content url='/p.png'>{}</m:content></m:group>",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_wild_09_before_and_behind_the_entrys_own(around: str, first: bool) -> None:
    foreign = around.format(_FOREIGN.replace("<", "<a:").replace("<a:/", "</a:"))
    parts = [foreign, _ENTRY] if first else [_ENTRY, foreign]
    spaces = "xmlns:x='http://x.example/ns' xmlns:a='http://www.w3.org/2005/Atom'"
    (entry,) = read(atom("".join(parts), attributes=spaces))
    assert (entry.uid, entry.title, entry.link, entry.author) == ("own", "Own", f"{HOME}4", "Ann")
    assert (entry.html, entry.categories) == ("Own.", ("own",))
    assert entry.published_at is not None
    assert entry.published_at.year == 2024


def test_wild_09_an_element_of_another_namespace_is_no_title() -> None:
    (entry,) = read(atom(_ENTRY + "<title xmlns='http://x.example/ns'>Other</title>"))
    assert entry.title == "Own"


def test_wild_09_a_feed_in_another_document_is_read() -> None:
    inner = rss("<title>Day 1</title>").replace("<rss", "<x:wrap xmlns:x='http://x.example/ns'><rss")
    assert [each.title for each in read(f"{inner}</x:wrap>")] == ["Day 1"]


def test_wild_10_a_relative_link_belongs_to_the_site() -> None:
    (entry,) = wild("10-relative-links/input.xml", url="http://feeds.example/garden.xml")
    assert entry.link == "http://garden.example/beds/5"


@pytest.mark.parametrize(
    ("document", "link"),
    [
        (
            rss("<title>5</title><link>beds/5</link>", head="<link>http://garden.example/blog/</link>"),
            f"{HOME}blog/beds/5",
        ),
        (rss("<title>5</title><link>//garden.example/5</link>"), f"{HOME}5"),
        (rss("<title>5</title><link>?p=5</link>"), f"{HOME}?p=5"),
        (rss("<title>5</title><link>/5</link>", head=""), "http://feeds.example/5"),
        (rss("<title>5</title><link>/5</link>", head="<link>/blog/</link>"), "http://feeds.example/5"),
        (atom("<title>5</title><link href='/5'/>"), f"{HOME}5"),
        (
            atom("<title>5</title><link href='5'/>", attributes="xml:base='http://base.example/b/'"),
            "http://base.example/b/5",
        ),
        (
            RDF,
            f"{HOME}5",
        ),
    ],
)
def test_wild_10_against_the_channels_link_else_the_feeds_address(document: str, link: str) -> None:
    (entry,) = read(document, url="http://feeds.example/garden.xml")
    assert entry.link == link


def test_wild_15_an_address_of_mail_is_no_name() -> None:
    assert [each.author for each in wild("15-author-mail/input.xml")] == ["Ada Quill"] * 3


@pytest.mark.parametrize(
    "written",
    [
        "ada@mail.example (Ada Quill)",
        "Ada Quill <ada@mail.example>",
        "Ada Quill &lt;ada@mail.example&gt;",
        "<ada@mail.example> Ada Quill",
        '"Ada Quill" <ada@mail.example>',
        "Ada Quill [ada@mail.example]",
        "Ada Quill (mailto:ada@mail.example)",
        "mailto:ada@mail.example (Ada Quill)",
        "Ada Quill - ada@mail.example",
        "Ada Quill – ada@mail.example",
        "ada@mail.example: Ada Quill",
        "ada@mail.example - Ada Quill",
        "Ada Quill, ada+garden@mail.museum",
        "(ada@mail.photography) Ada Quill",
        "Ada Quill ada.quill@sub.mail.example",
        "ada@mail.example?subject=Garden (Ada Quill)",
        "Ada Quill ((ada@mail.example))",
        "Ada Quill <(ada@mail.example)>",
        "Ada Quill <o'brien@mail.example>",
        "o'brien@mail.example (Ada Quill)",
        '"ada quill"@mail.example (Ada Quill)',
        "ada@[192.0.2.1] (Ada Quill)",
        "ada@localhost (Ada Quill)",
        "ada@mail.example. Ada Quill",
        "Ada Quill ada@mail.example.",
        "Ada Quill email: ada@mail.example",
        "Ada Quill|ada@mail.example|",
        "Ada Quill * ada@mail.example",
        "Ada Quill « ada@mail.example »",
        "Ada Quill 'ada@mail.example'",
        "Ada Quill “ada@mail.example”",
        "<a href='mailto:ada@mail.example'>Ada Quill</a>",
    ],
)
def test_wild_15_however_it_stands_beside_the_name(written: str) -> None:
    assert read_names([written]) == "Ada Quill"
    escaped = written.replace("&", "&amp;").replace("<", "&lt;")
    for element in ("author", "dc:creator"):
        (entry,) = read(rss(f"<title>1</title><{element}>{escaped}</{element}>"))
        assert entry.author == "Ada Quill"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("ada@mail.example (Ada Quill), ben@mail.example (Ben Reed)", "Ada Quill, Ben Reed"),
        ("Ada Quill <ada@mail.example>, Ben Reed <ben@mail.example>", "Ada Quill, Ben Reed"),
        ("Ada Quill and Ben Reed (both@mail.example)", "Ada Quill and Ben Reed"),
        ("Ada <a@mail.example> and Ben <b@mail.example>", "Ada, Ben"),
        ("Ada (a@mail.example) & Ben (b@mail.example)", "Ada, Ben"),
        ("Ada <a@mail.example>; Ben <b@mail.example>", "Ada, Ben"),
        ("Ada, Ben (a@mail.example, b@mail.example)", "Ada, Ben"),
        ("ada@mail.example", ""),
        ("<mailto:ada@mail.example>", ""),
        ("ada@mail.example, ben@mail.example", ""),
        ("Ada (Editor) <ada@mail.example>", "Ada (Editor)"),
        ("Ada Quill (Editor)", "Ada Quill (Editor)"),
        ("Quill, Ada", "Quill, Ada"),
        ("Ada @ the garden", "Ada @ the garden"),
        ("@ada@social.example", "@ada@social.example"),
        ("Ada-Mae O'Quill", "Ada-Mae O'Quill"),
    ],
)
def test_wild_15_names_remain(written: str, names: str) -> None:
    assert read_names([written]) == names


def test_wild_15_the_owner_of_a_podcast_is_no_author() -> None:
    owner = "<itunes:owner><itunes:name>Owner</itunes:name><itunes:email>o@mail.example</itunes:email></itunes:owner>"
    (entry,) = read(rss("<title>1</title>", head=f"{owner}<itunes:author>Ada Quill</itunes:author>"))
    assert entry.author == "Ada Quill"


def test_wild_16_the_author_of_the_source() -> None:
    assert [each.author for each in wild("16-author-of-source/input.xml")] == ["Ada Quill"]


@pytest.mark.parametrize(
    ("own", "source", "author"),
    [
        ("", "<author><name>Ada</name></author><author><name>Ben</name></author>", "Ada, Ben"),
        ("<author><name>Eve</name></author>", "<author><name>Ada</name></author>", "Eve"),
        ("", "", "Tom"),
        ("", "<author><email>ada@mail.example</email></author>", "Tom"),
    ],
)
def test_wild_16_an_entrys_own_then_its_sources_then_the_feeds(own: str, source: str, author: str) -> None:
    entry = f"<title>1</title><link href='/1'/>{own}<source><id>x</id><title>Ada's</title>{source}</source>"
    (read_entry,) = read(atom(entry, head="<author><name>Tom</name></author>"))
    assert (read_entry.author, read_entry.title) == (author, "1")


def test_wild_17_one_author_as_an_object() -> None:
    assert [each.author for each in wild("17-json-author-object/input.json")] == ["Ada Quill"]
    feed = {"version": "https://jsonfeed.org/version/1.1", "authors": {"name": "Tom"}, "items": [{"id": "1"}]}
    (entry,) = read(json.dumps({**feed, "items": [{"id": "1", "title": "1"}]}))
    assert entry.author == "Tom"
