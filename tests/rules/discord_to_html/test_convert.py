"""Chat Markdown to a comment's HTML: golden pairs with what WordPress 6.1 stored and showed, and properties."""

import random
import re
from html import unescape
from pathlib import Path

import nh3
import pytest

from bot.rules.discord_to_html.convert import TAGS, Names, byte_length, comparable_text, to_comment_html

MARKUP = Path(__file__).parents[2] / "data" / "markup" / "discord_to_html"
NAMES = Names(users={1: "Ann"}, roles={2: "moderators"}, channels={3: "general"})


def blog(content: str, max_links: int = 1) -> str:
    return to_comment_html(content, NAMES, max_links=max_links)


@pytest.mark.parametrize("path", sorted(MARKUP.glob("*.md")), ids=lambda path: path.stem)
def test_golden_pair(path: Path) -> None:
    html = blog(path.read_text())
    assert html + "\n" == path.with_suffix(".html").read_text()
    assert comparable_text(html) == comparable_text(path.with_suffix(".wordpress.html").read_text())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ""),
        ("   \n ", ""),
        ("**b** *i* _j_ __u__ ~~s~~", "<strong>b</strong> <em>i</em> <em>j</em> <em>u</em> <del>s</del>"),
        ("**a\nb**", "<strong>a\nb</strong>"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        (r"\*x\* \_y\_", "*x* _y_"),
        ("a < 5 > b & c", "a &lt; 5 &gt; b &amp; c"),
        ("<b>x</b><script>y</script>", "&lt;b&gt;x&lt;/b&gt;&lt;script&gt;y&lt;/script&gt;"),
        ("<@1> <@!1> <@99> <@&2> <@&9> <#3> <#9>", "@Ann @Ann @member @moderators @role #general #channel"),
        ("<a:wave:5></hi there:5><id:guide>", "&#058;wave:/hi there#guide"),
        ("<t:0> <t:0:d> <t:0:t> <t:9999999999999>", "1970-01-01 00:00 UTC 1970-01-01 00:00 UTC (a time)"),
        ("||the **end**||", "(spoiler: the <strong>end</strong>)"),
        ("`<@1> **x**`", "<code>&lt;@1&gt; **x**</code>"),
        ("C:\\temp", "C:&#092;temp"),
        ("🙂 é", "&#x1f642; é"),
        ("a\ufffe\uffff\ud800\x00\x07\u202eb", "ab"),
        ("> q\nx", "<blockquote>q</blockquote>\nx"),
        ("### h\n-# s\n* a", "<strong>h</strong>\ns\n• a"),
        ("#tag", "#tag"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("<https://a.b/>", '<a href="https://a.b/" rel="nofollow ugc">https&#058;//a.b/</a>'),
        ("[x](javascript:y)", "[x](javascript:y)"),
        ("[x](https://a.b 't')", '[x](<a href="https://a.b" rel="nofollow ugc">https&#058;//a.b</a> \'t\')'),
        ("[**x**](https://a.b/(c))", '<a href="https://a.b/(c)" rel="nofollow ugc"><strong>x</strong></a>'),
        (
            "[bank.example](https://evil.example)",
            '<a href="https://evil.example" rel="nofollow ugc">https&#058;//evil.example</a>',
        ),
        ('https://a.b/"x', '<a href="https://a.b/" rel="nofollow ugc">https&#058;//a.b/</a>"x'),
        ("https://a.b/é'", '<a href="https://a.b/%C3%A9" rel="nofollow ugc">https&#058;//a.b/é</a>\''),
        ("&#39; :) me@a.b", "&amp;&#035;39; &#058;) me&#064;a.b"),
    ],
)
def test_small_pair(content: str, expected: str) -> None:
    assert blog(content) == expected


def test_links_beyond_the_allowance_are_no_links() -> None:
    content = "https://a.example/x [two](https://www.b.example/y) http://c.example"
    assert blog(content, 0) == "a.example/x two (b.example/y) c.example"
    assert blog(content, 2).count("<a ") == 2
    assert blog(content, 2).endswith("</a> c.example")


def test_names_are_text_and_cannot_carry_markup() -> None:
    names = Names(users={1: "**<b>Ann</b>** https://x.example"}, roles={}, channels={3: " \u202e"})
    assert to_comment_html("<@1> <#3>", names) == "@**&lt;b&gt;Ann&lt;/b&gt;** https&#058;//x.example #channel"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"it\'s" -- 2x3 ... (tm)', "<p>&#8220;it&#8217;s&#8221; &#8212; 2&#215;3 &#8230; &#8482;</p>"),
        ("a\nb\n\nc", "<p>a<br />\nb</p>\n<p>c</p>"),
        ("5' 9\" ``q''", "5&#8242; 9&#8243; &#8220;q&#8221;"),
        ("x :) y", 'x <img class="wp-smiley" src="s.png" alt=":)" /> y'),
        ("<em>un</em>break", "unbreak"),
        ("<blockquote>a</blockquote>b", "<blockquote><p>a</p></blockquote>\n<p>b</p>"),
        ('<a href="https://a.b" rel="nofollow ugc">a</a>', '<a href="https://a.b">a</a>'),
    ],
)
def test_blog_text_sees_the_same_remark(one: str, other: str) -> None:
    assert comparable_text(one) == comparable_text(other)


def test_blog_text_tells_remarks_apart() -> None:
    said = ["Yes", "yes", "yes!", "yesyes", "<p>yes</p>yes", "no"]
    assert len({comparable_text(each) for each in said}) == len(said)


def test_byte_length_counts_bytes() -> None:
    assert [byte_length(each) for each in ("a", "é", "🙂")] == [1, 2, 4]


BITS = [
    *re.findall(
        r"\S+",
        "** * _ __ ~~ ` ``` || > >>> # -# - 1. a word ' \" -- ... 2x3 (tm) <@1> <@99> <#3> <:e:1> <t:17:R> \\ \\*"
        ' <script> & &amp; &#39; &quot; < > 🙂 é :) 8-) www.a.example me@a.b irc://h/x <!-- --> [ ]( ) " onx='
        " http://x.example/a_b?c=d&e='f' https://www.z.example/(q) [l](http://e.example/g)",
    ),
    *(" ", "\n", "\n\n", "\t", "\u00a0", "\x00", "\ud83d"),
]
ENTITY = re.compile(r"&(?:amp|lt|gt|#0\d{2}|#x[0-9a-f]{5,6});")


def test_random_messages_pass_the_gate_unchanged() -> None:
    randomness = random.Random(12)
    for _ in range(4000):
        content = "".join(randomness.choice(BITS) for _ in range(randomness.randint(1, 25)))
        html = blog(content)
        text = re.sub(r"&#(?:0\d\d|x[0-9a-f]+);", lambda found: unescape(found[0]), html)
        gated = nh3.clean(text, tags=TAGS, attributes={"a": {"href"}}, link_rel="nofollow ugc")
        assert gated.replace("&nbsp;", "\u00a0") == text, content
        assert html.count("<a ") <= 1, content
        assert max(map(ord, html), default=0) <= 0xFFFF, content
        assert "\\" not in html, content
        assert "&" not in ENTITY.sub("", html), content
        assert not re.search(r"<(?:p|br)\b", html), content
        for left, right in (("<strong>", "</strong>"), ("<code>", "</code>"), ("<blockquote>", "</blockquote>")):
            assert html.count(left) == html.count(right), content


@pytest.mark.parametrize(
    "bit", ["*a ", "_", "~~", "`", "||", "[", "[a](", "<", "> ", "- ", "http://", "```\n", "**a* "]
)
def test_hostile_messages_end_in_bounded_output(bit: str) -> None:
    html = blog(bit * 20_000)
    assert byte_length(html) <= 16 * 16_000
    comparable_text(html * 10)


@pytest.mark.parametrize("html", ["<div>" * 20_000 + "x", "<b>" * 20_000 + "<p>x" * 9_000, "\x00\ud800<", "<"])
def test_hostile_comments_are_read(html: str) -> None:
    assert len(comparable_text(html)) <= len(html)
