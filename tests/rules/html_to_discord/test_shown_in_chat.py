"""Whatever a blog writes, chat shows the same letters in the looks that the blog gave them, and nothing else.

Random HTML is rendered and read again as Discord's clients read it.
"""

import re
from html import escape
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.rules.html_to_discord.convert import escape_line, to_markdown
from bot.rules.html_to_discord.text import units
from tests.rules.discord_markdown import Marks, seen

_PAGE = "http://garden.example/1"
#: What is markup, a mention, a time or an emoji to Discord, and no more than its letters on a blog.
_WORDS = re.findall(
    r"\S+",
    "a b c 1 日 é 🙂 . , : ; ! ' / @ + = & * ** *** _ __ ~ ~~ ` `` ``` ```` | || [ ] ( ) \\ < > # ## > >> >>> - -# + "
    "1. 12) 3 @everyone @here <@1> <@!1> <@&1> <#1> <t:0> <t:0:R> <:e:1> <a:e:1> </c:1> <id:home> :smile: :100: x_y "
    "[x](javascript:1) [x](//e.example) ]( everyone here t:0> @1>",
)
_ELEMENTS = {
    "b": "bold",
    "h3": "bold",
    "i": "italic",
    "u": "underline",
    "s": "struck",
    "code": "code",
    "span class=spoiler": "spoiler",
    "span": "",
}


class _Part(NamedTuple):
    element: str
    inside: "list[_Part | str]"


_TEXT = st.lists(st.sampled_from([*_WORDS, " ", " "]), min_size=1, max_size=5).map("".join)
_INLINE = st.recursive(
    st.lists(_TEXT, min_size=1, max_size=3),
    lambda inside: st.lists(
        _TEXT | st.builds(_Part, st.sampled_from([name for name in _ELEMENTS if name != "h3"]), inside),
        min_size=1,
        max_size=4,
    ),
    max_leaves=8,
)
_BLOCKS = st.lists(st.builds(_Part, st.sampled_from(["p", "p", "h3", "p class=spoiler"]), _INLINE), max_size=3)
_SETTINGS = settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)


def _html(part: _Part | str) -> str:
    if isinstance(part, str):
        return escape(part)
    inside = "".join(map(_html, part.inside))
    return f"<{part.element}>{inside}</{part.element.split()[0]}>"


def _meant(part: _Part | str, marks: Marks = frozenset()) -> list[tuple[str, Marks]]:
    if isinstance(part, str):
        # Code is not marked otherwise: Discord would let its text close the marks.
        marks = marks & {"code", "spoiler"} if "code" in marks else marks
        return [(char, marks) for char in part if not char.isspace()]
    mark = "spoiler" if "spoiler" in part.element else _ELEMENTS.get(part.element, "")
    inner = marks | {mark} - {""}
    return [each for inside in part.inside for each in _meant(inside, inner)]


@_SETTINGS
@given(_BLOCKS)
def test_chat_shows_the_letters_of_a_blog_in_their_looks(blocks: list[_Part]) -> None:
    shown = to_markdown("".join(map(_html, blocks)), base_url=_PAGE, limit=100_000)
    assert seen(shown) == [each for block in blocks for each in _meant(block)]


@_SETTINGS
@given(_BLOCKS, st.integers(1, 80))
def test_a_cut_text_shows_its_beginning_in_the_same_looks(blocks: list[_Part], limit: int) -> None:
    shown = to_markdown("".join(map(_html, blocks)), base_url=_PAGE, limit=limit)
    assert units(shown) <= limit
    meant = [each for block in blocks for each in _meant(block)]
    if shown != to_markdown("".join(map(_html, blocks)), base_url=_PAGE, limit=100_000):
        assert seen(shown)[-1][0] == "…"
        assert seen(shown)[:-1] == meant[: len(seen(shown)) - 1]


@_SETTINGS
@given(_TEXT)
def test_a_title_shows_its_letters(text: str) -> None:
    # A card's title knows no quotations, lists and headings: they begin with a line.
    assert seen("a " + escape_line(text, limit=1000))[1:] == [
        (char, frozenset()) for char in text if not char.isspace()
    ]


@pytest.mark.parametrize("limit", range(20, 60))
def test_what_is_hidden_stays_hidden_wherever_it_is_cut(limit: int) -> None:
    html = "<p class=spoiler>The ending: <code>he `dies` of it</code> and <b>she</b> too, as <a href='/2'>said</a></p>"
    assert not re.search(r"\w", "".join(char for char, marks in _seen(html, limit) if "spoiler" not in marks))


def test_hidden_words_within_a_link_that_has_no_mask_stay_hidden() -> None:
    html = "<a href='/2'>See e.example: <span class=spoiler>he dies</span></a>"
    assert all("spoiler" in marks for char, marks in _seen(html, 1000) if char == "d")


def _seen(html: str, limit: int) -> list[tuple[str, Marks]]:
    return seen(to_markdown(html, base_url=_PAGE, limit=limit))
