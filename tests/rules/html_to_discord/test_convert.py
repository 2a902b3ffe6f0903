"""Blog HTML to Discord Markdown: golden pairs, hostile input, and properties over random documents."""

import random
import re
from pathlib import Path

import pytest

from bot.rules.html_to_discord.convert import escape, first_image, html_line, to_markdown
from bot.rules.html_to_discord.text import clean, clusters, units
from bot.rules.html_to_discord.tree import parse
from bot.rules.html_to_discord.walk import read_lines

MARKUP = Path(__file__).parents[2] / "data" / "markup" / "html_to_discord"
BASE = "https://blog.example/2026/post/"
PING = re.compile(r"@(?:everyone|here|[!&]?\d)|<(?:[@#/]|a?:\w|t:\d|id:)", re.IGNORECASE)


def chat(html: str, limit: int = 2000) -> str:
    return to_markdown(html, base_url=BASE, limit=limit)


@pytest.mark.parametrize("path", sorted(MARKUP.glob("*.html")), ids=lambda path: path.stem)
def test_golden_pair(path: Path) -> None:
    assert chat(path.read_text(), 4000) + "\n" == path.with_suffix(".md").read_text()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<p> </p><p>&nbsp;</p>", ""),
        ("a\n  b\t c", "a b c"),
        ("<b>a </b>b", "**a** b"),
        ("<b></b>x<i> </i>y", "x y"),
        ("<b>a</b><i>b</i>", "**a**\u200b*b*"),
        ("<b>a*b_c", r"**a\*b\_c**"),
        ("x<br>y<br><br>z", "x\ny\n\nz"),
        ("<p>open<p>tags<li>item", "open\n\ntags\n\n- item"),
        ("<a href='?x=1'>q</a>", "[q](<https://blog.example/2026/post/?x=1>)"),
        ("<a href='https://a.b/c'>a.b/c</a>", "https://a.b/c"),
        ("<a href='https://a.b/long/path'>https://a.b/lon…</a>", "https://a.b/long/path"),
        ("<a href='https://a.b/(c)'>[x]</a>", "[(x)](<https://a.b/%28c%29>)"),
        ("<a href='//evil.example'>bank.example</a>", "bank.example (<https://evil.example>)"),
        ("<a href='data:text/html,x'>d</a><a href='vbscript:x'>v</a>", "dv"),
        ("<a href='http://[bad'>x</a>", "x"),
        ("<a href='mailto:me@a.b?subject=x'>me</a>", "me (me@a.b)"),
        ("<a href='/full.jpg'><img src='t.jpg' alt=''></a>x", "x"),
        ("<img src=x alt='a cat'>", r"\[a cat\]"),
        ("<img src=x width=1 alt='hit'>x", "x"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("<blockquote>a</blockquote><blockquote>b</blockquote>", "> a\n\n> b"),
        ("<code>a`b</code>", "``a`b``"),
        ("<ol><li>a<ul><li>b</ul></ol>", "1. a\n   - b"),
        ("<td>x", "x"),
        ("<q>a</q> <sup>2</sup> <sup>note</sup> <sub>10</sub>", "“a” ² ^note ₁₀"),
        ("<noscript>n</noscript><svg><text>s</text></svg><template>t</template><p hidden>h</p>x", "x"),
        ("<span class='screen-reader-text'>far</span>near", "near"),
        ("https://en.example/A_(b)", "https://en.example/A_(b)"),
        ("https://a.b/c*", r"<https://a.b/c>\*"),
        ("<video><source src='/v.mp4'>no video</video>", "[▶ blog.example](<https://blog.example/v.mp4>)"),
        ("&lt;<a href=http://x.y>#1> bank.example</a>", "\\<\u200b#1> bank.example (<http://x.y>)"),
    ],
)
def test_small_pair(html: str, expected: str) -> None:
    assert chat(html) == expected


@pytest.mark.parametrize(
    ("html", "limit", "expected"),
    [
        ("hello world again", 14, "hello world…"),
        ("hello world", 11, "hello world"),
        ("<b>hello world</b>", 14, "**hello…**"),
        ("<b>hello world</b>", 15, "**hello world**"),
        ("<pre>one two three</pre>", 16, "```\none two…\n```"),
        ("go <a href='https://a.b/c'>there now</a>", 20, "go…"),
        ("<a href='https://a.b/c'>there now</a>", 9, "there now"),
        ("ab👨‍👩‍👧", 6, "ab…"),
        ("🙂🙂🙂", 5, "🙂🙂…"),
        ("***", 5, r"\*\*…"),
        ("x", 0, ""),
        ("xy", 1, "…"),
    ],
)
def test_cut(html: str, limit: int, expected: str) -> None:
    assert chat(html, limit) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("AT&amp;T <em>news</em>", "AT&T news"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("<p>a</p><p>b</p>", "a b"),
        ("a\u202eb\u200bc\x00d\ud800e\ufeff", "abcde"),
        ("a\u200db 👨\u200d👩\u200d👧", "ab 👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("*not* escaped_", "*not* escaped_"),
        ("x\U000e0041y", "xy"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert html_line(text, limit=100) == expected


def test_plain_cuts_between_characters_as_readers_see_them() -> None:
    family = "👨‍👩‍👧"
    assert html_line(family * 5, limit=units(family) * 2 + 1) == family * 2 + "…"
    assert html_line("e\u0301" * 5, limit=4) == "e\u0301…"
    assert html_line("🇩🇪🇫🇷🇮🇹", limit=10) == "🇩🇪🇫🇷…"


def test_clusters_lose_nothing() -> None:
    text = "a\u0301🇩🇪🇫👍🏽👨‍👩‍👧각ㄱ\r"
    assert list(clusters(text))[:5] == ["a\u0301", "🇩🇪", "🇫", "👍🏽", "👨‍👩‍👧"]
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<img src='a.jpg'>", BASE + "a.jpg"),
        ("<img src='//cdn.example/a.jpg' width=640>", "https://cdn.example/a.jpg"),
        ("<img src='data:image/gif;base64,R0' data-src='/lazy.jpg'>", "https://blog.example/lazy.jpg"),
        ("<img src='https://pixel.example/x'><img src='b.jpg'>", BASE + "b.jpg"),
        ("<img src='http://feeds.feedburner.com/~r/blog/~4/x'>", None),
        ("<img src='t.gif' width='1' height='1'>", None),
        ("<img src='t.gif' style='width: 1px'>", None),
        ("<img src='https://stats.example/stats.gif'>", None),
        ("<img class='wp-smiley' src='s.png'>", None),
        ("<img src='https://s.w.org/images/core/emoji/14/72x72/1f600.png'>", None),
        ("<img src='https://secure.gravatar.com/avatar/0'>", None),
        ("<img src='javascript:x'>", None),
        ("<noscript><img src='a.jpg'></noscript>", None),
        ("no picture", None),
        ("", None),
    ],
)
def test_first_image(html: str, expected: str | None) -> None:
    assert first_image(html, base_url=BASE) == expected


BITS = re.findall(
    r"\S+",
    "@everyone @here <@1> <@!1> <@&1> <#1> <:e:1> <a:e:1> <t:1:R> </c:1> <id:guide> * ** _ __ ~~ ` ``` | || [ ] ( )"
    " \\ # > >>> - + -# 1. word @ every one 🙂 👨‍👩‍👧 https://evil.example/ :// . 7",
)


def test_escaped_text_shows_itself_and_pings_nobody() -> None:
    randomness = random.Random(79)
    for _ in range(3000):
        text = "".join(randomness.choice([*BITS, " ", "\n"]) for _ in range(randomness.randint(1, 20)))
        escaped = escape(text)
        assert not PING.search(escaped), text
        if "://" not in text:
            bare = re.sub(r"\\.", "E", escaped)
            assert not re.search(r"[*_~`|<\[\]\\]|^\s*(?:#|>|-#|[-+]\s|\d+[.)]\s)", bare, re.MULTILINE), text
            assert re.sub(r"\\(.)", r"\1", escaped).replace("\u200b", "") == clean(text)


TAGS = re.findall(
    r"[^|]+",
    "<b>|</b>|<i>|</i>|<u>|</u>|<p>|</p>|<div>|<a href='/x_(y)'>|<a href='https://a.b/@everyone'>|</a>|<code>|</code>"
    "|<a href='mailto:a@b.c'>|<pre>|</pre>|<ul><li>|<ol><li>|</ol>|<blockquote>|</blockquote>|<br>|<h2>|</h2>"
    "|<table><tr><td>|<td>|</table>|<span>|</span>|<img alt='](x)' src=y>|<q>|<sup>1</sup>|&lt;|&#8203;|<del>|</del>",
)


def test_random_documents_stay_in_the_limit_and_break_nothing_open() -> None:
    randomness = random.Random(80)
    words = [*TAGS, *(bit.replace("<", "&lt;") for bit in BITS), " ", "\n"]
    for _ in range(3000):
        html = "".join(randomness.choice(words) for _ in range(randomness.randint(1, 30)))
        limit = randomness.randint(0, 120)
        assert units(chat(html, limit)) <= limit, html
        for shown in (chat(html, limit), chat(html)):
            assert not PING.search(shown), html
            _check_marks(shown, html)


def _check_marks(shown: str, html: str) -> None:
    """Read what is left once code, escapes and addresses are gone: every mark closed, every link in brackets."""
    bare = re.sub(r"```.*?```|(?<!\\)(?:\\\\)*(``?)(?!`).*?[^`]\1(?!`)", "C", shown, flags=re.DOTALL)
    bare = re.sub(r"\\.", "E", bare)
    for found in re.finditer(r"\]\((\S*)", bare):
        assert re.match(r"<https?://[^\s<>()]+>\)", found[1]), html
    bare = re.sub(r"https?://(?:(?!__)[^\s<>*~|])+", "U", bare)
    for mark in ("**", "__", "~~", "||", "```"):
        assert bare.count(mark) % 2 == 0, (mark, html)


HOSTILE = {
    "nested divs": "<div>" * 20_000 + "x",
    "nested lists": "<ul><li>" * 20_000 + "x",
    "reopened formatting": "".join(f"<b id={n}>" for n in range(20_000)) + "<p>x" * 20_000,
    "cells": "<table><tr>" + "<td>x" * 20_000,
    "one megabyte": "a" * 1_000_000,
    "stars": "*" * 300_000,
    "angles": "<" * 300_000,
    "unclosed": "<a href='" * 10_000,
    "nul": "\x00<b\x00>x" * 1_000,
    "lone surrogates": "\ud800a\udfff" * 1_000,
    "one endless character": "a" + "\u0301" * 100_000,
    "addresses": "http://" * 20_000,
    "backticks": "`" * 50_000,
    "data": "<img src='data:image/png;base64," + "A" * 3_000_000 + "'>words",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_answered_within_the_limit(html: str) -> None:
    shown = chat(html)
    assert units(shown) <= 2000
    shown.encode()
    html_line(html, limit=100).encode()
    assert units(html_line(html, limit=100)) <= 100
    assert units(escape(html[:5_000])) <= 3 * units(html[:5_000])
    first_image(html, base_url=BASE)


def test_formatting_left_open_does_not_multiply_nodes() -> None:
    body = parse(HOSTILE["reopened formatting"])
    assert body is not None
    assert len(body.css("*")) < 45_000  # about one a tag, not one for each pair of tags


def test_words_after_a_large_inline_picture_are_found() -> None:
    assert chat(HOSTILE["data"]) == "words"


@pytest.mark.parametrize("unit", ["x", ".", "@everyone ", "a\u0301", "\U0001f468\u200d", "<b>x</b>", "<p>x", "&amp;"])
def test_text_beyond_what_fits_is_not_laid_out(unit: str) -> None:
    """What is laid out only to be cut off again costs a tenth of a second, in which the bot does nothing else."""
    lines = read_lines(unit * 100_000, base_url="https://blog.example/", enough=1600)
    assert 0 < sum(len(line.text) for line in lines) <= 1600


def test_markup_without_words_is_not_looked_through() -> None:
    """A card's text needs some thousand characters of HTML; what comes after half a million of markup is not shown."""
    assert to_markdown("<div>" * 100_000 + "late", base_url="", limit=700) == ""
    assert to_markdown("<div>" * 3_000 + "early", base_url="", limit=700) == "early"


@pytest.mark.parametrize(
    "label",
    [
        "discord․com",
        "discord。com",
        "dіscоrd.cоm",
        "ｄｉｓｃｏｒｄ．ｃｏｍ",
        "discord\u200b.com",
        "discord.com@evil.example",
        "https:∕∕discord.com",
        "discord\u2060․com/login",
        "банк.рф",
        "see discord｡com",
    ],
)
def test_a_label_that_looks_like_another_address_masks_nothing(label: str) -> None:
    said = to_markdown(f'<a href="https://evil.example/">{label}</a>', base_url="https://blog.example/", limit=500)
    assert "](" not in said
    assert said.endswith("(<https://evil.example/>)")


@pytest.mark.parametrize(
    "label", ["Read more", "example.com", "www.example.com", "Version 2.0", "Ann &amp; Bob", "もっと読む"]
)
def test_an_honest_label_masks_its_link(label: str) -> None:
    said = to_markdown(f'<a href="https://www.example.com/x">{label}</a>', base_url="https://blog.example/", limit=500)
    assert said.endswith("](<https://www.example.com/x>)")


@pytest.mark.parametrize("limit", [700, 3500])
def test_no_more_markup_of_a_comment_is_looked_at_than_of_a_card(limit: int) -> None:
    html = "<b></b>" * 10_000 + "<p>words</p>"
    assert to_markdown(html, base_url=BASE, limit=limit) == ""
    assert to_markdown("<b></b>" * 4_000 + "<p>words</p>", base_url=BASE, limit=limit) == "words"
    long = "<p>" + "word " * 690 + "</p>"
    assert len(to_markdown(long, base_url=BASE, limit=3500)) > 3400
