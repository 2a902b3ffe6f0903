"""Items of the wild: what each says is read as what it is. Numbers as in ``docs/feeds.md``, "Seen in the wild"."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from bot.adapters.feeds.author_names import read_names
from bot.adapters.feeds.body import NotAFeed
from bot.adapters.feeds.reading import read_entries
from bot.model.entry import ParsedEntry
from bot.rules.present import entry_title, present_entry, thread_name
from bot.rules.to_chat import to_chat

WILD = Path(__file__).parents[2] / "data/wild"
HOME = "http://garden.example/"


def read(body: bytes | str, *, url: str = f"{HOME}feed.xml") -> list[ParsedEntry]:
    raw = body.encode() if isinstance(body, str) else body
    return list(read_entries(raw, content_type="", url=url).feed.entries)


def wild(name: str, **options: str) -> list[ParsedEntry]:
    return read((WILD / name).read_bytes(), **options)


def rss(*items: str, head: str = "<link>http://garden.example/</link>") -> str:
    spaces = " ".join(
        f'xmlns:{prefix}="{space}"'
        for prefix, space in {
            "content": "http://purl.org/rss/1.0/modules/content/",
            "dc": "http://purl.org/dc/elements/1.1/",
            "media": "http://search.yahoo.com/mrss/",
            "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
            "atom": "http://www.w3.org/2005/Atom",
            "x": "http://x.example/ns",
        }.items()
    )
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0' {spaces}><channel><title>Garden diary</title>{head}{listed}</channel></rss>"


def atom(*entries: str, head: str = "", attributes: str = "") -> str:
    listed = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return (
        f"<feed xmlns='http://www.w3.org/2005/Atom' {attributes}><title>Garden diary</title>"
        f"<link href='{HOME}'/>{head}{listed}</feed>"
    )


def text_of(entry: ParsedEntry) -> str:
    return to_chat(entry.html, base_url=entry.link or HOME, limit=2000)


def test_wild_01_angle_brackets_are_words() -> None:
    assert [each.title for each in wild("01-title-brackets/text.xml")] == [
        "The <nav> element, explained",
        "Pair<Left, Right> in practice",
    ]
    assert [each.title for each in wild("01-title-brackets/feed.json")] == ["When to use <aside>"]


@pytest.mark.parametrize(
    ("document", "title"),
    [
        (atom("<title type='text'>if a&lt;b and c&gt;d</title><link href='/1'/>"), "if a<b and c>d"),
        (atom("<title type='text'>&lt;b&gt;, the element</title><link href='/1'/>"), "<b>, the element"),
        (atom("<title type='html'>The &amp;lt;nav&amp;gt; element</title><link href='/1'/>"), "The <nav> element"),
        (atom("<title type='html'>A &lt;b&gt;bold&lt;/b&gt; move</title><link href='/1'/>"), "A bold move"),
        (atom("<title type='html'>Vec&amp;lt;String&amp;gt;</title><link href='/1'/>"), "Vec<String>"),
        (atom("<title type='html'>Vec&lt;String&gt;</title><link href='/1'/>"), "Vec<String>"),
        (
            atom(
                "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>The <b>&lt;nav&gt;</b> element</div>"
                "</title><link href='/1'/>"
            ),
            "The <nav> element",
        ),
        (rss("<title>The &lt;nav&gt; element</title>"), "The <nav> element"),
        (rss("<title>The &amp;lt;nav&amp;gt; element</title>"), "The <nav> element"),
        (rss("<title><![CDATA[The &lt;nav&gt; element]]></title>"), "The <nav> element"),
        (rss("<title><![CDATA[The <nav> element]]></title>"), "The <nav> element"),
        (rss("<title>Vec&lt;String&gt; &amp;amp; co</title>"), "Vec<String> & co"),
        (rss("<title>if a&lt;b</title>"), "if a<b"),
        (rss("<title>A &lt;em&gt;slanted&lt;/em&gt; word</title>"), "A slanted word"),
        (rss("<title>H&lt;sub&gt;2&lt;/sub&gt;O</title>"), "H2O"),
        (rss("<title>Tom &amp;amp; Jerry</title>"), "Tom & Jerry"),
        (rss("<title>Sow&lt;br/&gt;reap</title>"), "Sow reap"),
        (rss("<title>The &lt;blink&gt;one&lt;/blink&gt;</title>"), "The one"),
        (rss("<title><![CDATA[Box<dyn Fn(A) -> B> & Vec<T>]]></title>"), "Box<dyn Fn(A) -> B> & Vec<T>"),
        (json.dumps({"version": "1", "title": "T", "items": [{"id": "1", "title": "a <b> c & d"}]}), "a <b> c & d"),
    ],
)
def test_wild_01_02_titles_of_every_format(document: str, title: str) -> None:
    (entry,) = read(document)
    assert entry.title == title
    # No later reader takes words for markup again.
    assert entry_title(entry) == title
    assert thread_name(entry) == title
    shown = present_entry(entry, home_url=HOME).title
    assert shown.replace("\\", "").replace("\u200b", "") == title


def test_wild_02_markup_in_titles() -> None:
    assert [each.title for each in wild("02-title-markup/input.xml")] == [
        "Sow in spring Reap in autumn",
        "Frost tonight",
    ]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("One<p>Two</p>Three", "One Two Three"),
        ("<h1>One</h1><div>Two</div>", "One Two"),
        ("a<style>b{color:red}</style>c", "ac"),
        ("a<!-- b > c -->d", "ad"),
        ("a<SCRIPT async>b()</SCRIPT >c", "ac"),
        ("a<script>b()", "a"),
        ("H<sub>2</sub>O and <a href='/x'>more</a>", "H2O and more"),
        ("<img src='x.png' alt='A'>Peas", "Peas"),
        ("<ul><li>Peas</li><li>Beans</li></ul>", "Peas Beans"),
        ("The <blink>one</blink> <o:p>x</o:p> <my-el>y</my-el>", "The one x y"),
        ("The <a title='a > b' href='x'>one</a>", "The one"),
        ("A <svg><path d='x'/></svg>b", "A b"),
        ("A<?php x() ?>b", "Ab"),
        ("It's <a title=it's>one</a>", "It's one"),
    ],
)
def test_wild_02_what_parts_words_and_what_is_not_shown(written: str, title: str) -> None:
    escaped = written.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    (entry,) = read(atom(f"<title type='html'>{escaped}</title><link href='/1'/>"))
    assert entry.title == title


def test_wild_03_cdata_written_out_as_text() -> None:
    (entry,) = wild("03-title-cdata/input.xml")
    assert (entry.title, entry.author, text_of(entry)) == ("Seeds for everybody", "Seed library", "Come and swap.")


@pytest.mark.parametrize("times", [1, 2])
def test_wild_03_in_rss_too_and_however_often_it_was_escaped(times: int) -> None:
    def written(text: str) -> str:
        wrapped = f"<![CDATA[{text}]]>"
        for _ in range(times):
            wrapped = wrapped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return wrapped

    (entry,) = read(
        rss(
            f"<title>{written('Seeds')}</title><dc:creator>{written('Ada')}</dc:creator>"
            f"<description>{written('Come and swap.')}</description><category>{written('Swaps')}</category>"
        )
    )
    assert (entry.title, entry.author, text_of(entry), entry.categories) == (
        "Seeds",
        "Ada",
        "Come and swap.",
        ("Swaps",),
    )


def test_wild_03_in_json_and_in_several_sections() -> None:
    for key in ("content_html", "content_text"):
        item = {"id": "1", "title": "<![CDATA[Seeds]]>", key: "<![CDATA[Come and swap.]]>"}
        (entry,) = read(json.dumps({"version": "1", "title": "T", "items": [item]}))
        assert (entry.title, text_of(entry)) == ("Seeds", "Come and swap.")
    (entry,) = read(rss("<title>1</title><description>&lt;![CDATA[Come]]&gt;&lt;![CDATA[ on]]&gt;</description>"))
    assert text_of(entry) == "Come on"


def test_wild_04_captions_are_no_texts() -> None:
    first, second = wild("04-caption-as-text/input.xml")
    assert text_of(first) == "The old pear tree has to go."
    assert text_of(second) == "The whole story of the compost."


_OWN = {
    "caption": "<media:content url='http://p.example/1.jpg'><media:description>Caption</media:description></media:content>",
    "group": "<media:group><media:content url='http://p.example/1.jpg'/><media:description type='plain'>In a group"
    "</media:description></media:group>",
    "alone": "<media:description>Alone</media:description>",
    "player": "<itunes:summary>For players</itunes:summary><itunes:subtitle>Short</itunes:subtitle>",
    "play": "<googleplay:description>For Google</googleplay:description>",
    "teaser": "<description>A teaser.</description>",
    "full": "<content:encoded><![CDATA[<p>The full text.</p>]]></content:encoded>",
}


@pytest.mark.parametrize("order", list(permutations(("caption", "player", "teaser", "full")))[::3])
def test_wild_04_05_the_fullest_text_of_its_own_wins_in_any_order(order: tuple[str, ...]) -> None:
    (entry,) = read(rss("<title>Day 1</title>" + "".join(_OWN[name] for name in order)))
    assert text_of(entry) == "The full text."


@pytest.mark.parametrize("other", ["caption", "group", "alone", "player", "play"])
@pytest.mark.parametrize("first", [True, False])
def test_wild_04_05_a_teaser_is_the_items_own_text(other: str, first: bool) -> None:
    parts = (_OWN[other], _OWN["teaser"]) if first else (_OWN["teaser"], _OWN[other])
    (entry,) = read(rss("<title>Day 1</title>" + "".join(parts)))
    assert text_of(entry) == "A teaser."


@pytest.mark.parametrize(
    ("other", "text"),
    [("group", "In a group"), ("alone", "Alone"), ("player", "For players"), ("play", "For Google")],
)
def test_wild_04_05_without_a_text_of_its_own_another_is_shown(other: str, text: str) -> None:
    (entry,) = read(rss("<title>Day 1</title>" + _OWN[other]))
    assert text_of(entry) == text


@pytest.mark.parametrize(
    "parts",
    [
        ("<content:encoded>Short.</content:encoded>", "<content:encoded>The longer text.</content:encoded>"),
        ("<content:encoded><![CDATA[<p>&nbsp;</p>]]></content:encoded>", "<description>The longer text.</description>"),
        (
            "<description>The longer text.</description>",
            "<image><url>/x.png</url><description>What the picture shows, at length.</description></image>",
        ),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_wild_04_the_fullest_of_its_own(parts: tuple[str, ...], first: bool) -> None:
    (entry,) = read(rss("<title>Day 1</title>" + "".join(parts if first else parts[::-1])))
    assert text_of(entry) == "The longer text."


def test_wild_05_summaries_for_players() -> None:
    (entry,) = wild("05-podcast-summary/input.xml")
    assert text_of(entry) == "In this episode: moss, with a link to [pictures](<http://garden.example/moss>)."


@pytest.mark.parametrize("first", [True, False])
def test_wild_05_of_two_summaries_the_longer_is_shown(first: bool) -> None:
    parts = ["<description>Long and full of words.</description>", "<atom:summary>Short.</atom:summary>"]
    (entry,) = read(rss("<title>Day 1</title>" + "".join(parts if first else parts[::-1])))
    assert text_of(entry) == "Long and full of words."


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


RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel>"
    "<title>T</title><link>http://garden.example/</link></channel>"
    "<item><title>5</title><link>/5</link></item></rdf:RDF>"
)


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


def test_wild_21_line_breaks_of_xhtml() -> None:
    (entry,) = wild("21-xhtml-breaks/input.xml")
    assert text_of(entry) == "Peas\nBeans\nOnions"


@pytest.mark.parametrize("prefix", ["", "h:"])
@pytest.mark.parametrize("element", ["content", "summary"])
def test_wild_21_however_they_are_prefixed(prefix: str, element: str) -> None:
    space = f"xmlns{':h' if prefix else ''}='http://www.w3.org/1999/xhtml'"
    inside = f"<{prefix}div {space}>Peas<{prefix}br/>Beans<{prefix}br></{prefix}br>Onions</{prefix}div>"
    (entry,) = read(atom(f"<title>1</title><link href='/1'/><{element} type='xhtml'>{inside}</{element}>"))
    assert text_of(entry) == "Peas\nBeans\nOnions"


def test_wild_22_lines_of_plain_text() -> None:
    (entry,) = wild("22-plain-text-lines/text.xml")
    assert [bool(line) for line in text_of(entry).split("\n")] == [True, True, False, True, True]
    (entry,) = wild("22-plain-text-lines/feed.json")
    lines = text_of(entry).replace("\\", "").split("\n")
    assert [line for line in lines if line][:3] == ["To sow:", "- peas", "- beans"]
    assert "- peas\n- beans" in "\n".join(lines)


@pytest.mark.parametrize(
    "document",
    [
        atom("<title>1</title><link href='/1'/><content>a &lt;b&gt;\nc\n\nd http://x.example/</content>"),
        atom("<title>1</title><link href='/1'/><summary type='text'>a &lt;b&gt;\nc\n\nd http://x.example/</summary>"),
        rss(
            "<title>1</title><media:description type='plain'>a &lt;b&gt;\nc\n\nd http://x.example/</media:description>"
        ),
        json.dumps(
            {"version": "1", "title": "T", "items": [{"id": "1", "content_text": "a <b>\nc\n\nd http://x.example/"}]}
        ),
    ],
)
def test_wild_22_wherever_the_format_says_that_it_is_text(document: str) -> None:
    (entry,) = read(document)
    lines = text_of(entry).replace("\\", "").replace("\u200b", "").split("\n")
    assert lines == ["a <b>", "c", "", "d http://x.example/"]


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
