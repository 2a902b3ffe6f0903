"""Messages as Discord shows them, and the comments that become of them. Numbers as in ``docs/feeds.md``."""

import pytest

from bot.rules.discord_to_html.convert import Names, to_comment_html
from tests.rules.wild import pairs

NOBODY = Names(users={}, roles={}, channels={})
A, REL = '<a href="', ' rel="nofollow ugc">'


def published(text: str) -> str:
    return to_comment_html(text, NOBODY)


@pytest.mark.parametrize(
    "folder",
    ["38-emphasis-without-blanks", "39-marks-over-paragraphs", "40-ansi-code", "41-plus-is-no-bullet"],
)
def test_wild_38_39_40_41_pairs(folder: str) -> None:
    for given, right in pairs(folder):
        assert published(given) in right


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a**(b)**c", "a<strong>(b)</strong>c"),
        ("这是*“重点”*吗", "这是<em>“重点”</em>吗"),
        ("**（注）**です", "<strong>（注）</strong>です"),
        ("~~(old)~~new", "<del>(old)</del>new"),
        ("__(under)__lined", "<em>(under)</em>lined"),
        ("***both***", "<em><strong>both</strong></em>"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        ("***“x”** y*z", "<em><strong>“x”</strong> y</em>z"),
        ("**bold~~struck!~~**x", "<strong>bold<del>struck!</del></strong>x"),
        ("한국어**(강조)**는", "한국어<strong>(강조)</strong>는"),
        ("слово**«да»**слово", "слово<strong>«да»</strong>слово"),
        ("_“a”_", "<em>“a”</em>"),
        ("snake_case_name", "snake_case_name"),
        ("a_b_ c", "a<em>b</em> c"),
        ("_a_é", "<em>a</em>é"),
        ("~~a~~_b_", "~~a~~<em>b</em>"),
        ("~~a\\~~ b", "<del>a&#092;</del> b"),
        ("__***a***__", "<em><em><strong>a</strong></em></em>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("* a*", "• a*"),
        (r"\*\*no\*\*", "**no**"),
    ],
)
def test_wild_38_marks_as_discord_reads_them(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*waves *", "<em>waves</em>"),
        ("*waves  * hi", "<em>waves</em> hi"),
        ("*waves   *", "*waves   *"),
        ("*waves\n*", "*waves\n*"),
        ("*a **b** *", "<em>a <strong>b</strong></em>"),
        ("***a ** *", "<em><strong>a</strong> </em>"),
        ("2 *3 * 4 * 5", "2 <em>3</em> 4 * 5"),
        ("*波 *です", "<em>波</em>です"),
    ],
)
def test_wild_38_stars_may_close_behind_one_or_two_blanks(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(("sign", "tag"), [("**", "strong"), ("_", "em"), ("__", "em"), ("~~", "del"), ("||", "")])
def test_wild_38_blanks_within_a_mark_part_words(sign: str, tag: str) -> None:
    first, last = (f"<{tag}>", f"</{tag}>") if tag else ("(spoiler: ", ")")
    assert published(f"a{sign} b{sign}.") == f"a {first}b{last}."
    assert published(f"{sign}b {sign}“c”") == f"{first}b{last} “c”"
    assert published(f"a {sign} b {sign} “c”") == f"a {first}b{last} “c”"
    assert published(f"{sign}b\n{sign}“c”") == f"{first}b{last}\n“c”"
    assert published(f"a{sign}\nb{sign}") == f"a\n{first}b{last}"
    assert published(f"- {sign} b {sign}") == f"• {first}b{last}"
    assert published(f"a{sign} b\n\nc {sign}“d”").replace(f"{last}\n\n{first}", "\n\n") == (
        f"a {first}b\n\nc{last} “d”"
    )


def test_wild_38_blanks_within_nested_marks_part_words() -> None:
    assert published("a**|| b||**c") == "a<strong> (spoiler: b)</strong>c"


@pytest.mark.parametrize("sign", ["**", "_", "__", "~~", "||"])
def test_wild_38_a_mark_around_blanks_shows_nothing(sign: str) -> None:
    assert not published(f"{sign} {sign}")
    assert published(f"a\n{sign} {sign}\nb") == "a\n\nb"
    assert published(f"“a”{sign} {sign}“b”") == "“a” “b”"
    assert published(f"“a”{sign}\n\n\n{sign}“b”") == "“a”\n\n“b”"


@pytest.mark.parametrize("lead", ["- ", "* ", "1. ", "# ", "-# ", "> ", ">>> "])
@pytest.mark.parametrize(("sign", "tag"), [("**", "strong"), ("__", "em"), ("~~", "del")])
def test_wild_38_only_a_line_begins_a_list_heading_or_quotation(lead: str, sign: str, tag: str) -> None:
    shown = lead.replace(">", "&gt;")
    assert published(f"x {sign}{lead}a{sign} y") == f"x <{tag}>{shown}a</{tag}> y"
    assert published(f"x {sign}{lead}a\n\nb{sign} y") == f"x <{tag}>{shown}a</{tag}>\n\n<{tag}>b</{tag}> y"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- **a\n  b** c", "• <strong>a\nb</strong> c"),
        ("1. ~~a\n   b~~\n2. c", "1. <del>a\nb</del>\n2. c"),
        ("- a\n  - ||b\n    c||\n- d", "• a\n\u00a0\u00a0• (spoiler: b\nc)\n• d"),
        ("> - *a\n>   b*", "<blockquote>• <em>a\nb</em></blockquote>"),
        ("- a\n  **b\nc**", "• a\n**b\nc**"),
        ("- **a\nb**", "• **a\nb**"),
        ("- **a\n  b** c\n\nd ** e", "• <strong>a\nb</strong> c\n\nd ** e"),
        ("- a\n**b\nc**", "• a\n<strong>b\nc</strong>"),
    ],
)
def test_wild_39_indented_lines_belong_to_their_item(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("``a*b*`", "<code>`a*b*</code>"),
        ("```a_b_ c`", "<code>``a_b_ c</code>"),
        ("```a ``*b*", "<code>`a </code><em>b</em>"),
        ("``a` ``*b*", "<code>a` </code><em>b</em>"),
        ("`a``*b*", "`a``<em>b</em>"),
        ("``*b*", "``<em>b</em>"),
        ("**a ``b**`", "<strong>a ``b</strong>`"),
        ("||``a||`", "(spoiler: ``a)`"),
        ("``a\n\n*b*`", "<code>`a</code>\n\n<code>*b*</code>"),
    ],
)
def test_wild_38_code_begins_with_as_many_backticks_as_end_it(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("||a\n\nsnake_case|| b_ c", "(spoiler: a\n\nsnake_case) b_ c"),
        ("||a\n\n*b|| c*", "(spoiler: a\n\n*b) c*"),
        ("__a\n\n_b__ c", "<em>a</em>\n\n<em>_b</em> c"),
        ("*a\n\n**b* c", "<em>a</em>\n\n<em>**b</em> c"),
        ("||a\n\n</my cmd_x:5>||", "(spoiler: a\n\n/my cmd_x)"),
        ("**a\n\n¯\\_(ツ)_/¯**", "<strong>a</strong>\n\n<strong>¯&#092;_(ツ)_/¯</strong>"),
    ],
)
def test_wild_39_signs_of_words_put_apart_stay_as_typed(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(
    "words",
    [
        *("HTTPS://b.test/a_b", "<https://b.test/a_b>", "[x_y](https://b.test/a_b)", '[x_y](https://b.test/a_b "t_t")'),
        *("https://b.test/a_b*", "<:a_b:5>", "</a b_c:5>", "a_b", "2*3", "`a_b`", "5 | 6", "~1", "¯\\_(ツ)_/¯", r"\_a"),
    ],
)
def test_wild_39_words_put_apart_read_as_they_do_alone(words: str) -> None:
    assert published(f"||a\n\n{words} b||") == f"(spoiler: a\n\n{published(words)} b)"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("||a\nb||", "(spoiler: a\nb)"),
        ("||- a\n- b||", "(spoiler: • a\n• b)"),
        ("So:\n||\n- a\n- b\n||\nend", "So:\n(spoiler: • a\n• b)\nend"),
        ("||```\nx = 1\n```||", "(spoiler: <code>x = 1</code>)"),
        ("||before\n```py\nx = 1\n```\nafter||", "(spoiler: before\n<code>x = 1</code>\nafter)"),
        ("||a\n> b\nc||", "(spoiler: a\n<blockquote>b</blockquote>\nc)"),
        ("||a\n\n**b**||", "(spoiler: a\n\n<strong>b</strong>)"),
        ("||**a\n\nb**||", "(spoiler: <strong>a</strong>\n\n<strong>b</strong>)"),
        ("**||a\n\nb||**", "<strong>(spoiler: a</strong>\n\n<strong>b)</strong>"),
        ("> ||a\n> \n> b||", "<blockquote>(spoiler: a\n\nb)</blockquote>"),
        ("||# Big\nsmall||", "(spoiler: <strong>Big</strong>\nsmall)"),
        ("*a\n\nb\n\nc*", "<em>a</em>\n\n<em>b</em>\n\n<em>c</em>"),
        ("~~a\n\nb~~ c", "<del>a</del>\n\n<del>b</del> c"),
        ("__a\n\nb__", "<em>a</em>\n\n<em>b</em>"),
        ("**Buy\n- peas\n- beans**", "<strong>Buy</strong>\n• <strong>peas</strong>\n• <strong>beans</strong>"),
        ("**a __b\n\nc__ d**", "<strong>a <em>b</em></strong>\n\n<strong><em>c</em> d</strong>"),
        ("**a\n\n```\nx\n```\nb**", "<strong>a</strong>\n\n<code>x</code>\n<strong>b</strong>"),
        ("`a\n\nb` c", "<code>a</code>\n\n<code>b</code> c"),
        ("`a\n- b`", "<code>a</code>\n<code>- b</code>"),
        ("``a\n\n`b` ``", "<code>a</code>\n\n<code>`b`</code>"),
        ("||`a\n\nb`||", "(spoiler: <code>a</code>\n\n<code>b</code>)"),
        ("**`a\n\nb`**", "<strong><code>a</code></strong>\n\n<strong><code>b</code></strong>"),
        ("[a||b](https://b.test/)\n\nc||", f'{A}https://b.test/"{REL}a||b</a>\n\nc||'),
        ("[**a](https://b.test/)\n\nc**", f'{A}https://b.test/"{REL}**a</a>\n\nc**'),
        ("`a\n\n*b*", "`a\n\n<em>b</em>"),
        ("`||a`\n\n`b||`", "<code>||a</code>\n\n<code>b||</code>"),
        ("- **a\n- b**", "• **a\n• b**"),
        ("```\n||a\n\nb||\n```", "<code>||a\n\u00a0\nb||</code>"),
        (r"\||a" + "\n\nb||", "||a\n\nb||"),
        ("||> a\n> b||", "(spoiler: <blockquote>a\nb)</blockquote>"),
        ("||\n> a\n||\nc", "(spoiler: <blockquote>a)</blockquote>\nc"),
        ("||>>> a\nb||", "(spoiler: <blockquote>a\nb)</blockquote>"),
        ("||a\n# ||b", "(spoiler: a\n#) b"),
        ("||a\n- ||", "(spoiler: a\n-)"),
        ("||\n# a||||b\n||", "(spoiler: <strong>a)(spoiler: b)</strong>"),
        ("*a ||b\nc||\n> d*", "<em>a (spoiler: b</em>\n<em>c)</em>\n<blockquote><em>d</em></blockquote>"),
        # A quotation and a heading end with their line, also behind a blank; so chat shows the bars, too.
        (" > ||a\n\nb||", "<blockquote>||a</blockquote>\n\nb||"),
        (" # ||a\n\nb||", "<strong>||a</strong>\n\nb||"),
        ("||a\n\nhttps://b.test/c||", f'(spoiler: a\n\n{A}https://b.test/c"{REL}https&#058;//b.test/c</a>)'),
        ("||a\n- <https://b.test/c>||", f'(spoiler: a\n• {A}https://b.test/c"{REL}https&#058;//b.test/c</a>)'),
        ("||a\n\n[c](https://b.test/c)||", f'(spoiler: a\n\n{A}https://b.test/c"{REL}c</a>)'),
        ("||a\n\nb\\||", "(spoiler: a\n\nb&#092;)"),
        ("||a\\\n\nb||", "(spoiler: a&#092;\n\nb)"),
        ("||1. a\n1. b||", "(spoiler: 1. a\n2. b)"),
        (">>> a\n> ||b\n\nc||", "<blockquote>a\n&gt; (spoiler: b\n\nc)</blockquote>"),
        ("||||a\n\nb||||c||", "(spoiler: ||a\n\nb)(spoiler: c)"),
    ],
)
def test_wild_39_marks_over_paragraphs_lists_quotations_and_code(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# a", "<strong>a</strong>"),
        ("### a", "<strong>a</strong>"),
        ("#### a", "#### a"),
        ("  ## a", "<strong>a</strong>"),
        ("# a ##", "<strong>a</strong>"),
        ("# # a", "# # a"),
        ("#a", "#a"),
        ("-# a", "a"),
        (" -# a", "-# a"),
        ("-# -# a", "-# -# a"),
        ("a\n  > b\n > c", "a\n<blockquote>b\nc</blockquote>"),
        (" >>> a\nb", "<blockquote>a\nb</blockquote>"),
        ("> a\n>\n> b", "<blockquote>a</blockquote>\n&gt;\n<blockquote>b</blockquote>"),
        ("> a\n> \n> b", "<blockquote>a\n\nb</blockquote>"),
        (">a", "&gt;a"),
    ],
)
def test_headings_small_print_and_quotations_begin_as_in_chat(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("1. a\n1. b\n1. c", "1. a\n2. b\n3. c"),
        ("3. a\n9. b\n\n1. c", "3. a\n4. b\n\n1. c"),
        ("1. a\n  1. b\n  1. c\n1. d", "1. a\n\u00a0\u00a01. b\n\u00a0\u00a02. c\n2. d"),
        ("- a\n  1. b\n- c\n  1. d", "• a\n\u00a0\u00a01. b\n• c\n\u00a0\u00a01. d"),
        ("1. a\n  more\n1. b", "1. a\nmore\n2. b"),
        ("1. a\nmore\n1. b", "1. a\nmore\n1. b"),
        ("1. a\n- b\n1. c", "1. a\n• b\n1. c"),
        ("> 1. a\n> 1. b", "<blockquote>1. a\n2. b</blockquote>"),
        ("1. **a\n1. b**", "1. **a\n2. b**"),
        ("**1. a\n1. b**", "1. <strong>a</strong>\n2. <strong>b</strong>"),
        ("1) a\n1) b", "1) a\n1) b"),
        ("1\\. a\n1\\. b", "1. a\n1. b"),
    ],
)
def test_numbered_lists_count_as_in_chat(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\\\nb", "a&#092;\nb"),
        ("C:\\\n- b", "C:&#092;\n• b"),
        (r"¯\_(ツ)_/¯", "¯&#092;_(ツ)_/¯"),
        (r"**¯\_(ツ)_/¯** \_x\_", "<strong>¯&#092;_(ツ)_/¯</strong> _x_"),
        (r"\é \€ \1 \a", "é € &#092;1 &#092;a"),
    ],
)
def test_what_is_escaped_as_in_chat(text: str, html: str) -> None:
    assert published(text) == html


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("https://b.test/c_ d", "https://b.test/c_", " d"),
        ("https://b.test/c!", "https://b.test/c!", ""),
        ("https://b.test/c?", "https://b.test/c", "?"),
        ("https://b.test/c# d", "https://b.test/c", "# d"),
        ("https://b.test/c:)", "https://b.test/c", "&#058;)"),
        ("https://b.test/c).", "https://b.test/c", ")."),
        ("https://b.test/c_(d))", "https://b.test/c_(d)", ")"),
        ("https://b.test/c(d", "https://b.test/c(d", ""),
    ],
)
def test_addresses_end_where_chat_ends_them(text: str, address: str, rest: str) -> None:
    assert published(text) == f'{A}{address}"{REL}{address.replace(":", "&#058;", 1)}</a>{rest}'


@pytest.mark.parametrize("words", ["a [1] b", "[a]", "a [b] [c]"])
def test_words_of_a_link_may_have_brackets(words: str) -> None:
    assert published(f"[{words}](https://b.test/)") == f'{A}https://b.test/"{REL}{words}</a>'


def test_commands_and_guides_of_any_name() -> None:
    assert published("</名前 サブ:1> <id:linked-roles:5>") == "/名前 サブ #linked-roles"


@pytest.mark.parametrize("sign", ["*", "**", "_", "__", "~~", "||"])
@pytest.mark.parametrize("between", ["\n\n", "\n\n\n", "\n \n", "\n> q\n", "\n- i\n", "\n```\nc\n```\n", "\n# h\n"])
def test_wild_39_no_sign_is_left_and_nothing_hidden_stands_open(sign: str, between: str) -> None:
    html = published(f"x {sign}one{between}two{sign} y")
    assert sign not in html
    if sign == "||":
        assert html.index("(spoiler: ") < html.index("one") < html.index("two") < html.index(")")


@pytest.mark.parametrize(
    "text",
    [
        "*" * 16_000,
        "*a " * 5_000,
        "**__~~||" * 2_000,
        "||a\n\n" * 3_000,
        "_*" * 8_000,
        "* a\n" * 4_000,
        "`" * 16_000,
        "`a" * 8_000 + "``",
        "``a" + "`" * 3 + "a```` a" * 2_000,
        "*a " * 5_000 + "*",
        "- *a\n  b*\n" * 1_500,
        "**a\n\n" * 3_000 + "**",
        "\\" * 16_000,
        "*a*" * 5_000,
    ],
)
def test_wild_39_hostile_marks_end_in_bounded_output(text: str) -> None:
    assert len(published(text)) < 40 * len(text)
