"""HTML of the wild and what chat shows of it. Numbers as in ``docs/feeds.md``."""

import re
import sys
from types import FrameType

import pytest

from bot.rules.discord_to_html.convert import Names, to_comment_html
from bot.rules.html_to_discord.convert import first_image, html_line, text_line
from bot.rules.reply_eligibility import clean_name
from tests.rules.wild import PAGE, pairs, shown


@pytest.mark.parametrize(
    "folder",
    ["26-formulas", "27-ruby", "28-joiners", "29-spoilers-of-blogs", "30-italics-at-links", "31-heading-marks"],
)
def test_wild_26_27_28_29_30_31_pairs(folder: str) -> None:
    for given, right in pairs(folder):
        assert shown(given) in right


KATEX = (
    "<p>a <span class='katex'><span class='katex-mathml'><math><semantics><mi>x</mi>"
    "<annotation encoding='application/x-tex'>x_1</annotation></semantics></math></span>"
    "<span class='katex-html' aria-hidden='true'>x1</span></span> b</p>"
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Let <math><mi>x</mi></math> be the yield</p>", "Let x be the yield"),
        ("<p>Let <math><msup><mi>x</mi><mn>2</mn></msup></math>.</p>", "Let x2."),
        ("<p>So</p><math display='block'><mi>a</mi><mo>=</mo><mi>b</mi></math><p>then</p>", "So\n\na=b\n\nthen"),
        (
            KATEX,
            "a x\\_1 b",
        ),
        (
            (
                "<p>a <math><semantics><mi>x</mi>"
                "<annotation encoding='application/x-tex; mode=inline'>x_1</annotation></semantics></math>"
            ),
            "a x\\_1",
        ),
        (
            (
                "<p>a <span class='MathJax'><nobr aria-hidden='true'><span>x</span></nobr>"
                "<span class='MJX_Assistive_MathML'><math><mi>x</mi></math></span></span> b</p>"
            ),
            "a x b",
        ),
        ("<p>So</p><math style='display: block'><mi>a</mi></math><p>then</p>", "So\n\na\n\nthen"),
        ("<p>a <span aria-hidden='true'>b</span></p>", "a b"),
        ("<math><semantics><mi>x</mi><annotation-xml encoding='x'><ci>y</ci></annotation-xml></semantics></math>", "x"),
    ],
)
def test_wild_26_formulas(html: str, text: str) -> None:
    assert shown(html) == text


_MATHJAX = "<span class='MathJax_Preview'>x2</span><span class='MathJax'><nobr>x2</nobr></span>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Let <script type='math/tex'>x^2</script> be</p>", "Let x^2 be"),
        ("<p>a</p><script type='math/tex; mode=display'>x\ny</script><p>b</p>", "a\n\nx y\n\nb"),
        ("<script type='math/tex'>% <![CDATA[\na <b & c %]]></script>", "a \\<b & c"),
        (f"<p>Let {_MATHJAX}<script type='math/tex'>x^2</script> be</p>", "Let x^2 be"),
        (f"<p>Let {_MATHJAX} be</p>", "Let x2x2 be"),
        ("<p class='spoiler'>Let <script type='math/tex'>x</script> be</p>", "||Let x be||"),
        ("<p>Let <script>x()</script><script type='text/x-mathjax-config'>y()</script> be</p>", "Let be"),
    ],
)
def test_wild_26_formulas_that_a_script_is_to_draw(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    "picture",
    [
        "<img src='https://s0.wp.com/latex.php?latex=x%5E2&bg=fff' alt='x^2' class='latex'>",
        "<img src='https://latex.codecogs.com/svg.latex?x%5E2' alt='x^2'>",
        "<img src='/ql-cache/1.png' class='ql-img-inline-formula quicklatex-auto-format' alt='x^2'>",
        "<img src='https://wiki.example/api/rest_v1/media/math/render/svg/1' alt='x^2'>",
        "<img src='https://chart.example/chart?cht=tx&chl=x%5E2' alt='x^2'>",
    ],
)
def test_wild_26_pictures_of_formulas(picture: str) -> None:
    html = f"<p>Let {picture} be</p><img src='/pear.jpg' alt='A pear'>"
    assert shown(html) == "Let x^2 be\n\n\\[A pear\\]"
    assert first_image(html, base_url=PAGE) == "http://garden.example/pear.jpg"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>", "漢(かん)字(じ)"),
        ("<ruby>漢<rp>（</rp><rt>かん</rt><rp>）</rp></ruby>", "漢（かん）"),
        ("<ruby>漢<rp>【</rp><rt>かん</rt><rp>】</rp></ruby>", "漢【かん】"),
        ("<ruby>漢(<rt>かん</rt>)</ruby>", "漢(かん)"),
        ("<ruby>漢<rp>(</rp><rt>(かん)</rt><rp>)</rp></ruby>", "漢(かん)"),
        ("<ruby><rb>漢<rb>字<rp>(</rp><rt>かん<rt>じ<rp>)</rp></ruby>", "漢字(かんじ)"),
        (
            "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp><rtc><rp>(</rp><rt>kan</rt><rp>)</rp></rtc></ruby>",
            "漢(かん)(kan)",
        ),
        ("<ruby>漢<rp></rp><rt>かん</rt><rp></rp></ruby>", "漢(かん)"),
        ("<ruby>漢<rp>(</rp><rt></rt><rp>)</rp></ruby>", "漢"),
        ("<ruby>\n 漢\n <rp>(</rp>\n <rt> かん </rt>\n <rp>)</rp>\n</ruby>です", "漢(かん)です"),
        ("<ruby><ruby>漢<rt>かん</rt></ruby><rt>kan</rt></ruby>", "漢(かん)(kan)"),
        ("<ruby><rb>漢字</rb><rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です", "漢字(かんじ)です"),
        ("<ruby>漢<rt>（かん）</rt></ruby>", "漢（かん）"),
        ("<ruby><rb>旧</rb><rtc><rt>きゅう</rt></rtc></ruby>", "旧(きゅう)"),
        ("<ruby>漢<rt></rt></ruby>", "漢"),
    ],
)
def test_wild_27_readings(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("അവള്\u200d വന്നു", True),
        ("നമ്മള്\u200d.", True),
        ("നമ്മള്\u200d", True),
        ("क्\u200dष", True),
        ("می\u200cخواهم", True),
        ("خانه\u200c ها", True),
        ("\u200dه", True),
        ("ක්\u200dෂ", True),
        ("👩\u200d🌾", True),
        ("ab\u200dcd", False),
        ("é\u200dé", False),
        ("ab\u200c cd", False),
        ("я\u200dя", False),
    ],
)
def test_wild_28_joiners_in_texts_titles_names_and_replies(text: str, kept: bool) -> None:
    joiner = "\u200d" if "\u200d" in text else "\u200c"
    shown_everywhere = [shown(f"<p>{text}</p>"), text_line(text, limit=80), html_line(text, limit=80), clean_name(text)]
    assert {joiner in each for each in shown_everywhere} == {kept}
    if kept:
        assert joiner in to_comment_html(text, Names(users={}, roles={}, channels={}))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p><b>അവള്</b>\u200d വ</p>", "**അവള്\u200d** വ"),
        ("<p>അവള്<b>\u200d</b> വ</p>", "അവള്\u200d വ"),
        ("<p>می<a href='/x'>&zwnj;خ</a></p>", "می\u200c[خ](<http://garden.example/x>)"),
        ("<p>ab<b>\u200dcd</b></p>", "ab**cd**"),
    ],
)
def test_wild_28_a_joiner_and_its_letter_in_two_elements(html: str, text: str) -> None:
    assert shown(html) == text


def test_wild_28_a_mark_of_chat_between_a_letter_and_its_joiner() -> None:
    nobody = Names(users={}, roles={}, channels={})
    assert to_comment_html("**അവള്**\u200d വ", nobody) == "<strong>അവള്</strong>\u200d വ"
    assert to_comment_html("**ab**\u200dc", nobody) == "<strong>ab</strong>c"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div class='spoiler'><p>One</p><p>Two</p></div>", "||One||\n\n||Two||"),
        ("<p><b class='big spoiler'>One</b> two</p>", "||**One**|| two"),
        ("<p>It is <span class='spoiler'>the <em>big</em> turnip</span></p>", "It is ||the *big* turnip||"),
        (
            "<p><span class='spoiler'>See <a href='/x'>here</a></span></p>",
            "||See|| ||[here](<http://garden.example/x>)||",
        ),
        ("<pre class='spoiler'>a = 1</pre>", "||```\na = 1\n```||"),
        ("<p><code class='spoiler'>x</code></p>", "||`x`||"),
        ("<ul class='spoiler'><li>a</li><li>b</li></ul>", "- ||a||\n- ||b||"),
        ("<p class='spoiler-free no-spoilers spoilers'>Open</p>", "Open"),
        ("<p>See <img class='spoiler' src='/a.jpg' alt='the pear'></p>", "See ||\\[the pear\\]||"),
        ("<p>So <math class='spoiler'><mi>x</mi></math></p>", "So ||x||"),
        ("<p><q class='spoiler'>a</q> b</p>", "||“a”|| b"),
        ("<p><ruby>a<rt class='spoiler'>b</rt></ruby></p>", "a||(b)||"),
        (
            "<div class='spoiler'><iframe src='https://v.example/1'></iframe></div>",
            "||[▶ v.example](<https://v.example/1>)||",
        ),
    ],
)
def test_wild_29_spoilers(html: str, text: str) -> None:
    assert shown(html) == text


#: As Discord's clients find a spoiler: the first two bars end it, also within code and behind a backslash.
_HIDDEN = re.compile(r"\|\|([\s\S]+?)\|\|")


@pytest.mark.parametrize(
    "html",
    [
        "<pre class='spoiler'>a||b</pre>",
        "<pre class='spoiler'>a|</pre>",
        "<p class='spoiler'>x <code>a||b</code> y</p>",
        "<p class='spoiler'><code>a|</code></p>",
        "<p class='spoiler'>|a|</p>",
        "<p class='spoiler'>a || b | c ||</p>",
        "<p class='spoiler'><b>a|</b>|</p>",
        "<p class='spoiler'>a <a href='/x'>b||c|</a></p>",
        "<p><span class='spoiler'>a |</span></p>",
    ],
)
def test_wild_29_bars_in_what_is_hidden_end_no_spoiler(html: str) -> None:
    assert not re.search(r"\w", _HIDDEN.sub("", shown(html)))
    assert "|" not in _HIDDEN.sub("", shown(html))


@pytest.mark.parametrize("tag", ["em", "i", "cite", "b", "u"])
@pytest.mark.parametrize(
    "inside", ["<a href='/x'>a</a> b", "b <a href='/x'>a</a>", "b <a href='/x'> a </a> c", "b<a href='/x'>a</a>c"]
)
def test_wild_30_no_blank_stands_between_a_mark_and_its_words(tag: str, inside: str) -> None:
    mark = {"em": "*", "i": "*", "cite": "*", "b": "**", "u": "__"}[tag]
    text = shown(f"<p>x <{tag}>{inside}</{tag}> y</p>")
    parts = text.split(mark)
    assert len(parts) % 2 == 1
    assert all(part == part.strip() != "" for part in parts[1::2])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>Peas<a href='#peas'>#</a></h2>", "**Peas**"),
        ("<h2><a href='#peas'>§</a> Peas</h2>", "**Peas**"),
        ("<h3>Peas <span><a href='http://garden.example/1#peas'>🔗</a></span></h3>", "**Peas**"),
        ("<h2><a href='#peas'>Peas</a></h2>", "**[Peas](<http://garden.example/1#peas>)**"),
        ("<h2>Peas <a href='https://garden.example/1/#peas'>#</a></h2>", "**Peas**"),
        ("<h2>Peas <b><i><b><i><b><a href='#p'>#</a></b></i></b></i></b></h2>", "**Peas**"),
        ("<h2>Peas <a href='#p'><span class='visually-hidden'>To Peas</span> <i>#</i></a></h2>", "**Peas**"),
        ("<dl><dt>Peas<a href='#p'>¶</a></dt></dl>", "**Peas**"),
        ("<h2>Peas <a href='/2#x'>#</a></h2>", None),
        ("<h2>Peas <a href='http://other.example/#x'>#</a></h2>", None),
        ("<p>Peas <a href='#note'>#</a></p>", None),
    ],
)
def test_wild_31_signs_behind_headings(html: str, text: str | None) -> None:
    if text is None:
        assert "\\#" in shown(html) or "#" in shown(html)
    else:
        assert shown(html).replace("[**Peas**]", "**[Peas]").replace(">)", ">)").rstrip("*") == text.rstrip("*")


@pytest.mark.parametrize(
    "html",
    ["<table><tr><td>" * 10_000, "<table><tr><td>x</td><td>" * 5_000, "<ruby>a<rt>" * 10_000, "<math><mi>" * 5_000],
)
def test_wild_23_27_what_nests_without_end_is_not_looked_at_again_and_again(html: str) -> None:
    looked_at = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal looked_at
        looked_at += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        shown(html + "x", limit=1600)
    finally:
        sys.setprofile(before)
    # Each node costs a few calls; looked at from each of its parents it would be millions.
    assert looked_at < 500_000


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ol start='5'><li>a</li><li>b</li></ol>", "5. a\n6. b"),
        # Discord would count 3, 4, 5.
        ("<ol reversed><li>a</li><li>b</li><li>c</li></ol>", "3\u200b. a\n2\u200b. b\n1\u200b. c"),
        ("<ol reversed start='9'><li>a<ol><li>b</li></ol></li><li>c</li></ol>", "9\u200b. a\n    1. b\n8\u200b. c"),
        ("<ol><li>a</li><li value='7'>b</li><li>c</li></ol>", "1. a\n7\u200b. b\n8\u200b. c"),
        ("<ol><li value='2'>a</li><li value='x'>b</li></ol>", "2\u200b. a\n3\u200b. b"),
        ("<ul><li><input type='checkbox' checked> a</li><li><p><input type='CHECKBOX'>b</p></li></ul>", "- ☑ a\n- ☐ b"),
        ("<p><input type='checkbox'> a</p><ul><li><input type='text'>b</li></ul>", "a\n\n- b"),
    ],
)
def test_lists_keep_their_numbers_and_what_is_done(html: str, text: str) -> None:
    assert shown(html) == text
