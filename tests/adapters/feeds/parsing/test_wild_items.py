"""Titles and texts of the wild: what each item says is read as what it is."""

import json
from itertools import permutations

import pytest

from bot.adapters.feeds.parsing.read_document import read_entries
from bot.rules.messages.cards import entry_title, present_entry, thread_name
from tests.adapters.feeds.wild import HOME, atom, read, rss, text_of, wild


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
        (rss("<title>Use &lt;script&gt; and &lt;style&gt; well</title>"), "Use <script> and <style> well"),
        (rss("<title>What &lt;!-- begins</title>"), "What <!-- begins"),
        (rss("<title>Sow&lt;script&gt;x()&lt;/script&gt;&lt;!-- y --&gt; peas</title>"), "Sow peas"),
        (rss("<title>The &lt;blink&gt;one&lt;/blink&gt;</title>"), "The one"),
        (rss("<title><![CDATA[Box<dyn Fn(A) -> B> & Vec<T>]]></title>"), "Box<dyn Fn(A) -> B> & Vec<T>"),
        (json.dumps({"version": "1", "title": "T", "items": [{"id": "1", "title": "a <b> c & d"}]}), "a <b> c & d"),
        (rss("<title>The missing &lt;/body&gt;</title>"), "The missing </body>"),
        (rss("<title>Donau&lt;wbr&gt;dampf&lt;wbr /&gt;schiff</title>"), "Donaudampfschiff"),
        (rss("<title>The &lt;wbr&gt; element</title>"), "The <wbr> element"),
        (rss("<title>&lt;ruby&gt;漢&lt;rt&gt;かん&lt;/rt&gt;&lt;/ruby&gt;</title>"), "漢(かん)"),
        (rss("<title>Ruby: &lt;rt&gt; and &lt;rp&gt;</title>"), "Ruby: <rt> and <rp>"),
        (rss("<title><![CDATA[Why </div> ends <b>all</b>]]></title>"), "Why </div> ends all"),
        (rss("<title>Use &lt;?php echo $x ?&gt; well</title>"), "Use <?php echo $x ?> well"),
        (rss("<title>f(&amp;params), a&amp;notb</title>"), "f(&params), a&notb"),
        (rss("<title><![CDATA[?a=1&copy=2 &hearts;]]></title>"), "?a=1&copy=2 ♥"),
        (atom("<title>f(&amp;params), &amp;not; &amp;reg;</title><link href='/1'/>"), "f(&params), ¬ ®"),
        (atom("<title type='html'>f(&amp;amp;params)</title><link href='/1'/>"), "f(&params)"),
        (json.dumps({"version": "1", "title": "T", "items": [{"id": "1", "title": "f(&params)"}]}), "f(&params)"),
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


_PICTURES = (
    "<media:title>Pear</media:title>",
    "<media:title type='html'>Pear</media:title>",
    "<media:content url='http://p.example/1.jpg'><media:title type='plain'>Pear</media:title></media:content>",
    "<media:group><media:content url='http://p.example/1.jpg'/><media:title>Pear</media:title></media:group>",
    "<source><id>s</id><title type='html'>Pear</title></source>",
)
_BOLD_TAG = "<div xmlns='http://www.w3.org/1999/xhtml'>A <b>bold</b> &lt;br&gt;</div>"


@pytest.mark.parametrize("picture", _PICTURES)
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("own", "title"),
    [
        ("<title>The &lt;nav&gt; element</title>", "The <nav> element"),
        ("<title type='html'>A &lt;b&gt;bold&lt;/b&gt;&lt;br&gt;move</title>", "A bold move"),
        ("<title type='html'>The &amp;lt;br&amp;gt; element</title>", "The <br> element"),
        (f"<title type='xhtml'>{_BOLD_TAG}</title>", "A bold <br>"),
    ],
)
def test_wild_01_titles_of_pictures_do_not_say_what_the_entrys_own_is(
    picture: str, first: bool, own: str, title: str
) -> None:
    parts = (picture, own) if first else (own, picture)
    spaces = "xmlns:media='http://search.yahoo.com/mrss/'"
    (entry,) = read(atom("".join(parts) + "<link href='/1'/>", attributes=spaces))
    assert entry.title == title


def test_wild_01_titles_of_feeds_are_mended_as_those_of_their_items() -> None:
    for name, title in (("Tom &amp; Ann", "Tom & Ann"), ("<![CDATA[The <nav>]]>", "The <nav>")):
        body = json.dumps({"version": "1", "title": name, "items": []}).encode()
        assert read_entries(body, content_type="", url=HOME).feed.title == title


@pytest.mark.parametrize("sign", ["\v", "\f", "&#11;", "&#x0C;"])
def test_wild_02_line_ends_of_office_software_part_words(sign: str) -> None:
    (entry,) = read(rss(f"<title>Sow in spring{sign}Reap</title><description>One{sign}two</description>"))
    assert (entry.title, text_of(entry)) == ("Sow in spring Reap", "One two")


@pytest.mark.parametrize("sign", ["\v", "\f"])
def test_wild_02_line_ends_of_office_software_in_json(sign: str) -> None:
    item = {"id": "1", "title": f"Sow in spring{sign}Reap"}
    (entry,) = read(json.dumps({"version": "1", "title": "T", "items": [item]}))
    assert entry.title == "Sow in spring Reap"


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
        ("<ruby>漢<rt>かん</rt>字<rt> じ </rt></ruby>です", "漢(かん)字(じ)です"),
        ("<ruby>漢<rp>（</rp><rt>かん</rt><rp>）</rp></ruby>", "漢（かん）"),
        ("<ruby>漢<rt>(かん)</rt></ruby>", "漢(かん)"),
        ("<ruby>漢<rt></rt></ruby>", "漢"),
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


@pytest.mark.parametrize(
    "other",
    [
        "https://0.gravatar.com/avatar/0c?s=96&amp;d=identicon&amp;r=G",
        "https://s0.wp.com/latex.php?latex=x%5E2&amp;bg=ffffff",
        "https://pixel.wp.com/b.gif?host=garden.example",
    ],
)
def test_wild_04_a_face_or_a_formula_is_not_the_posts_picture(other: str) -> None:
    pictures = [f"<media:content url='{url}' medium='image'/>" for url in (other, "http://garden.example/pear.jpg")]
    (entry,) = read(rss("<title>Day 1</title>" + "".join(pictures)))
    assert entry.image_url == "http://garden.example/pear.jpg"
    (entry,) = read(rss("<title>Day 1</title>" + pictures[0]))
    assert entry.image_url is None


def test_wild_05_summaries_for_players() -> None:
    (entry,) = wild("05-podcast-summary/input.xml")
    assert text_of(entry) == "In this episode: moss, with a link to [pictures](<http://garden.example/moss>)."


@pytest.mark.parametrize("first", [True, False])
def test_wild_05_of_two_summaries_the_longer_is_shown(first: bool) -> None:
    parts = ["<description>Long and full of words.</description>", "<atom:summary>Short.</atom:summary>"]
    (entry,) = read(rss("<title>Day 1</title>" + "".join(parts if first else parts[::-1])))
    assert text_of(entry) == "Long and full of words."


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
