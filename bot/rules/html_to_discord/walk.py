"""Walk over foreign HTML and collect what a reader would see, line by line.

Iterative: depth costs no stack. Prints nothing and escapes nothing; that is the printer's duty.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.escape import GAP
from bot.rules.html_to_discord.image_addresses import address_of
from bot.rules.html_to_discord.image_sizes import is_picture
from bot.rules.html_to_discord.images import image_text
from bot.rules.html_to_discord.inline import (
    formula,
    is_block_formula,
    is_bracket,
    is_formula_script,
    is_heading_mark,
    reading_brackets,
    repeats_formula,
    ruby_text,
    shifted,
)
from bot.rules.html_to_discord.lines import SPOILER, Line, Link, Span, Style
from bot.rules.html_to_discord.lists import count_items, is_checkbox, list_number
from bot.rules.html_to_discord.tables import TableLayouts, has_neighbour, is_row_filled
from bot.rules.html_to_discord.tags import BLOCKS, DROPPED, MARK_OF, SPACED, is_hidden, is_spoiler, is_tiny, language_of
from bot.rules.html_to_discord.text import JOINERS, clean
from bot.rules.html_to_discord.tree import attribute, base_of, host_of, parse, resolve, tag_of, traverse

_CODE = frozenset({"code", "kbd", "samp", "tt"})
_MEDIA = frozenset({"iframe", "video", "audio"})
_CELLS = frozenset({"td", "th"})
_READINGS = frozenset({"rt", "rtc"})
_BLANKS = re.compile(r"[ \t\n\xa0\u2000-\u200a\u3000]+")
#: White space that a browser collapses.
_COLLAPSED = re.compile(r"[ \t\n]+")
#: Before a bullet that stands as a character, no-break spaces are the level of the list.
_LIST_INDENT = re.compile(r"[ \t\n]*(\xa0+)(?=•|\d{1,9}\. )")
_MAX_INDENT = 10
#: Characters of HTML that are looked at in any case, and for each character of text that is wanted.
_LOOKED_AT, _MARKUP = 20_000, 16
#: Longer texts, such as comments, have no more markup looked at than an entry's card: nobody writes that much of it.
_CARD = 1_600


@dataclass(slots=True)
class _Listing:
    ordered: bool
    number: int
    step: int = 1
    #: whether the numbers so far go up one by one
    counts: bool = True


class _State(NamedTuple):
    style: Style = Style()
    pre: bool = False
    #: a block of code in a comment, whose field takes no ``<pre>``: ``<br>`` ends lines, no-break spaces indent them
    broken_code: bool = False
    quote: int = 0
    indent: str = ""
    listing: _Listing | None = None
    cell: bool = False
    #: within a table that only lays out a page: its cells stand below each other
    laid_out: bool = False
    #: within a table of data whose rows begin with words
    first_column: bool = False
    shift: str = ""


def read_lines(html: str, *, base_url: str, enough: int, shown_image: str | None = None) -> list[Line]:
    """Return the visible lines of some HTML, stopping once ``enough`` characters were seen.

    :param shown_image: a picture that is left out, in whichever of its sizes it stands there.
    """
    # Some HTML is all markup: a card's text must not cost a tenth of a second, as the bot does nothing else meanwhile.
    body = parse(html, most=_LOOKED_AT + _MARKUP * min(enough, _CARD) + enough)
    if body is None:
        return []
    walker = _Walker(base_of(body, base_url), enough, shown_image)
    walker.walk(body)
    return [line for line in walker.lines if line.text.strip()]


class _Walker:
    """One walk. A tag pushes a state and its end pops it, so broken nesting cannot leak."""

    def __init__(self, base_url: str, enough: int, shown_image: str | None) -> None:
        self.lines: list[Line] = []
        self._base_url = base_url
        self._shown_image = shown_image
        self._room = enough
        self._states = [_State()]
        self._fresh, self._gap, self._broken = True, False, False
        self._bullet: str | None = None
        self._count = 0
        self._tables = TableLayouts()

    def walk(self, body: LexborNode) -> None:
        traverse(body, self._enter, self._leave)

    def _enter(self, node: LexborNode) -> bool:
        tag = tag_of(node)
        if self._room <= 0 or (tag in DROPPED and not (is_formula_script(node) or is_checkbox(node))):
            return False
        if tag == "-text":
            self._text(ruby_text(node))
            return False
        if is_hidden(node) or repeats_formula(node):
            return False
        if (tag == "a" and is_heading_mark(node, self._base_url)) or (tag == "rp" and not is_bracket(node)):
            return False
        if tag in BLOCKS:
            self._break(gap=tag in SPACED)
        state = self._states[-1]
        if tag in MARK_OF:
            state = state._replace(style=state.style.marked(MARK_OF[tag]))
        if is_spoiler(node):
            state = state._replace(style=state.style.marked(SPOILER))
        if tag in _VOID:
            self._states.append(state)
            _VOID[tag](self, node)
            self._states.pop()
            return False
        self._states.append(_OPENING[tag](self, node, state) if tag in _OPENING else state)
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = tag_of(node)
        if tag == "q":
            self._text("”")
        elif tag == "li":
            self._bullet = None
        elif tag in _READINGS:
            self._text(reading_brackets(node)[1])
        ended = self._states.pop()
        if (
            tag in BLOCKS
            or (tag in _CELLS and ended.laid_out and not ended.cell)
            or (ended.broken_code and tag in _CODE)
        ):
            self._break(gap=tag in SPACED)

    def _break(self, *, gap: bool) -> None:
        state = self._states[-1]
        if state.cell:
            self._text(" ")
        elif state.pre:
            self._text("" if self.lines[-1].text.endswith("\n") else "\n")
        else:
            self._fresh = True
            self._gap |= gap and state.listing is None

    def _text(self, raw: str) -> None:
        state, text = self._states[-1], self._clean(raw)
        if state.pre:
            self._add(self._code(text) if state.broken_code else text, self._code_style())
            return
        indent = _LIST_INDENT.match(text) if self._fresh and state.listing is None else None
        text = _BLANKS.sub(" ", text)
        if self._fresh and text.strip():
            self._start_line()
            self.lines[-1].lead += indent[1] if indent else ""
        if self._fresh:
            return
        spans = self.lines[-1].spans
        if text.startswith(" ") and (not spans or spans[-1].text.endswith(" ")):
            text = text[1:]
        self._add(shifted(text, state.shift), state.style)

    def _clean(self, raw: str) -> str:
        """Return clean text without the joiners that belong to the letter before it, which get them."""
        spans = [] if self._fresh or raw[:1] not in JOINERS else self.lines[-1].spans
        if not spans:
            return clean(raw)
        text = clean(raw, before=spans[-1].text[-1:])
        words = text.lstrip(JOINERS)
        spans[-1] = spans[-1]._replace(text=spans[-1].text + text[: len(text) - len(words)])
        return words

    def _code(self, text: str) -> str:
        """Return a piece of code whose line ends mean nothing; a no-break space indents it or holds a line open."""
        text = _COLLAPSED.sub(" ", text)
        if not self.lines[-1].spans or self.lines[-1].text.endswith("\n"):
            text = text.removeprefix(" ")
        return text.replace("\xa0", " ")

    def _code_style(self) -> Style:
        hidden = SPOILER in self._states[-1].style.marks
        return Style(code=True, marks=(SPOILER,) if hidden else ())

    def _add(self, text: str, style: Style) -> None:
        # What is beyond enough would be printed only to be cut off.
        text = text[: max(self._room, 0)]
        if text:
            self.lines[-1].spans.append(Span(text, style))
            self._room -= len(text)

    def _start_line(self, language: str | None = None) -> None:
        state = self._states[-1]
        lead = state.indent if self._bullet is None or language is not None else self._bullet
        self.lines.append(Line(lead=lead, quote=state.quote, gap=self._gap and bool(self.lines), language=language))
        self._fresh = self._gap = self._broken = False
        self._bullet = None

    def _line_break(self, _node: LexborNode) -> None:
        state = self._states[-1]
        if state.pre:
            self._add("\n", self._code_style())
            return
        if state.cell:
            self._text(" ")
            return
        self._gap |= self._broken
        self._fresh = self._broken = True

    def _rule(self, _node: LexborNode) -> None:
        self._text("———")
        self._break(gap=True)

    def _image(self, node: LexborNode) -> None:
        if self._shown_image is None or not is_picture(node, self._shown_image, base_url=self._base_url):
            self._text(image_text(node))

    def _media(self, node: LexborNode) -> None:
        if is_tiny(node):
            return
        source = address_of(node)
        child = node.child
        while not source and child is not None:
            source = address_of(child) if tag_of(child) == "source" else ""
            child = child.next
        url = resolve(source, self._base_url) if source else None
        if url is not None and not url.startswith("mailto:"):
            self._count += 1
            hidden = SPOILER in self._states[-1].style.marks
            style = Style(marks=(SPOILER,) if hidden else (), link=Link(url, self._count))
            self._states.append(self._states[-1]._replace(style=style))
            self._text("▶ " + (attribute(node, "title") or host_of(url)))
            self._states.pop()
        self._break(gap=True)

    def _open_link(self, node: LexborNode, state: _State) -> _State:
        url = resolve(attribute(node, "href"), self._base_url) if attribute(node, "href") else None
        self._count += 1
        return state if url is None else state._replace(style=state.style._replace(link=Link(url, self._count)))

    def _open_code(self, node: LexborNode, state: _State) -> _State:
        keeps_lines = node.css_first("br") is not None or (node.text() or "").startswith("\xa0")
        if state.cell or state.pre or state.style.link or not keeps_lines:
            return state._replace(style=state.style._replace(code=True))
        self._start_line("")
        return state._replace(pre=True, broken_code=True)

    def _open_pre(self, node: LexborNode, state: _State) -> _State:
        if state.cell or state.pre:
            return state
        self._start_line(language_of(node))
        return state._replace(pre=True)

    def _open_quote(self, _node: LexborNode, state: _State) -> _State:
        self._count += 1
        return state._replace(quote=state.quote or self._count, indent="", listing=None)

    def _open_list(self, node: LexborNode, state: _State) -> _State:
        is_reversed = "reversed" in node.attributes
        number = list_number(node, "start", count_items(node) if is_reversed else 1)
        return state._replace(listing=_Listing(tag_of(node) == "ol", number, -1 if is_reversed else 1))

    def _open_item(self, node: LexborNode, state: _State) -> _State:
        if state.cell:
            return state
        marker = "- "
        if state.listing is not None and state.listing.ordered:
            marker = self._number(state.listing, list_number(node, "value", state.listing.number))
        self._bullet = state.indent + marker
        return state._replace(indent=(state.indent + " " * len(marker))[:_MAX_INDENT])

    @staticmethod
    def _number(listing: _Listing, number: int) -> str:
        """Return an item's number; Discord counts on from the first of a list, so others are kept from being one."""
        listing.counts &= number == listing.number and listing.step == 1
        listing.number = number + listing.step
        return f"{number}{'' if listing.counts else GAP}. "

    def _open_table(self, node: LexborNode, state: _State) -> _State:
        laid_out = not state.cell and self._tables.lays_out(node)
        first_column = not state.cell and not laid_out and self._tables.has_first_column(node)
        return state._replace(laid_out=laid_out, first_column=first_column)

    def _open_cell(self, node: LexborNode, state: _State) -> _State:
        if state.laid_out:
            self._break(gap=False)
            return state
        before, after = has_neighbour(node, "prev"), has_neighbour(node, "next")
        if before and (not self._fresh or (state.first_column and is_row_filled(node))):
            # Of an empty first cell the bar is left: it keeps the others in their columns.
            self._text(" | ")
        return state._replace(cell=state.cell or before or after)

    def _open_shift(self, node: LexborNode, state: _State) -> _State:
        return state._replace(shift=tag_of(node))

    def _checkbox(self, node: LexborNode) -> None:
        self._text("☑ " if "checked" in node.attributes else "☐ ")

    def _formula(self, node: LexborNode) -> None:
        is_block = is_block_formula(node) and not self._states[-1].cell
        if is_block:
            self._break(gap=True)
        self._text(formula(node))
        if is_block:
            self._break(gap=True)

    def _open_reading(self, node: LexborNode, state: _State) -> _State:
        self._say(reading_brackets(node)[0], state)
        return state

    def _open_quotation(self, _node: LexborNode, state: _State) -> _State:
        self._say("“", state)
        return state

    def _say(self, text: str, state: _State) -> None:
        """Add what an element itself adds; it looks like what is in it."""
        self._states.append(state)
        self._text(text)
        self._states.pop()


_VOID: dict[str, Callable[[_Walker, LexborNode], None]] = {
    "br": _Walker._line_break,
    "hr": _Walker._rule,
    "img": _Walker._image,
    "math": _Walker._formula,
    "script": _Walker._formula,
    "input": _Walker._checkbox,
    **dict.fromkeys(_MEDIA, _Walker._media),
}
_OPENING: dict[str, Callable[[_Walker, LexborNode, _State], _State]] = {
    "a": _Walker._open_link,
    **dict.fromkeys(_CODE, _Walker._open_code),
    "pre": _Walker._open_pre,
    "blockquote": _Walker._open_quote,
    "ul": _Walker._open_list,
    "ol": _Walker._open_list,
    "li": _Walker._open_item,
    "table": _Walker._open_table,
    "td": _Walker._open_cell,
    "th": _Walker._open_cell,
    "sup": _Walker._open_shift,
    "sub": _Walker._open_shift,
    "q": _Walker._open_quotation,
    **dict.fromkeys(_READINGS, _Walker._open_reading),
}
