"""Walk over foreign HTML and collect the visible text, line by line; iterative, so that depth costs no stack."""

from collections.abc import Callable

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.elements import (
    BLOCKS,
    DROPPED,
    MARK_OF,
    SPACED,
    TableLayouts,
    count_items,
    has_neighbour,
    is_checkbox,
    is_hidden,
    is_row_filled,
    is_spoiler,
    is_tiny,
    language_of,
    list_number,
)
from bot.rules.html_to_discord.images.addresses import address_of
from bot.rules.html_to_discord.images.kinds import image_text
from bot.rules.html_to_discord.images.sizes import is_same_image
from bot.rules.html_to_discord.inline import (
    formula,
    is_block_formula,
    is_bracket,
    is_formula_script,
    is_heading_mark,
    reading_brackets,
    repeats_formula,
    ruby_text,
)
from bot.rules.html_to_discord.lines import MAX_INDENT, SPOILER, Line, LineWriter, Link, Listing, State, Style
from bot.rules.html_to_discord.tree import attribute, base_of, host_of, parse, resolve, tag_of, traverse

_CODE = frozenset({"code", "kbd", "samp", "tt"})
_MEDIA = frozenset({"iframe", "video", "audio"})
_CELLS = frozenset({"td", "th"})
_READINGS = frozenset({"rt", "rtc"})
#: Characters of HTML that are looked at in any case, and for each character of text that is wanted.
_LOOKED_AT, _MARKUP = 20_000, 16
#: Longer texts, such as comments, have no more markup read than an entry's card.
_CARD = 1_600


def read_lines(html: str, *, base_url: str, enough: int, shown_image: str | None = None) -> list[Line]:
    """Return the visible lines of HTML, up to ``enough`` characters.

    :param shown_image: address of an image that is left out, in any of its sizes.
    """
    # Some HTML is all markup: a card's text must not cost a tenth of a second, as the bot does nothing else meanwhile.
    body = parse(html, most=_LOOKED_AT + _MARKUP * min(enough, _CARD) + enough)
    if body is None:
        return []
    lines = _Walker(base_of(body, base_url), enough, shown_image).walk(body)
    return [line for line in lines if line.text.strip()]


class _Walker:
    """One walk. Each element pushes a state and pops it at its end, so broken nesting cannot leak."""

    def __init__(self, base_url: str, enough: int, shown_image: str | None) -> None:
        self._writer = LineWriter(enough)
        self._base_url = base_url
        self._shown_image = shown_image
        self._count = 0
        self._tables = TableLayouts()

    def walk(self, body: LexborNode) -> list[Line]:
        traverse(body, self._enter, self._leave)
        return self._writer.lines

    def _enter(self, node: LexborNode) -> bool:
        tag = tag_of(node)
        if self._writer.is_full or (tag in DROPPED and not (is_formula_script(node) or is_checkbox(node))):
            return False
        if tag == "-text":
            self._writer.write(ruby_text(node))
            return False
        if is_hidden(node) or repeats_formula(node):
            return False
        if (tag == "a" and is_heading_mark(node, self._base_url)) or (tag == "rp" and not is_bracket(node)):
            return False
        if tag in BLOCKS:
            self._writer.end_block(gap=tag in SPACED)
        state = self._writer.states[-1]
        if tag in MARK_OF:
            state = state._replace(style=state.style.marked(MARK_OF[tag]))
        if is_spoiler(node):
            state = state._replace(style=state.style.marked(SPOILER))
        if tag in _VOID:
            self._writer.states.append(state)
            _VOID[tag](self, node)
            self._writer.states.pop()
            return False
        self._writer.states.append(_OPENING[tag](self, node, state) if tag in _OPENING else state)
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = tag_of(node)
        if tag == "q":
            self._writer.write("”")
        elif tag == "li":
            self._writer.bullet = None
        elif tag in _READINGS:
            self._writer.write(reading_brackets(node)[1])
        ended = self._writer.states.pop()
        if (
            tag in BLOCKS
            or (tag in _CELLS and ended.in_layout_table and not ended.cell)
            or (ended.is_code_without_pre and tag in _CODE)
        ):
            self._writer.end_block(gap=tag in SPACED)

    def _rule(self, _node: LexborNode) -> None:
        self._writer.write("———")
        self._writer.end_block(gap=True)

    def _image(self, node: LexborNode) -> None:
        if self._shown_image is None or not is_same_image(node, self._shown_image, base_url=self._base_url):
            self._writer.write(image_text(node))

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
            hidden = SPOILER in self._writer.states[-1].style.marks
            style = Style(marks=(SPOILER,) if hidden else (), link=Link(url, self._count))
            text = "▶ " + (attribute(node, "title") or host_of(url))
            self._writer.write_as(text, self._writer.states[-1]._replace(style=style))
        self._writer.end_block(gap=True)

    def _open_link(self, node: LexborNode, state: State) -> State:
        url = resolve(attribute(node, "href"), self._base_url) if attribute(node, "href") else None
        self._count += 1
        return state if url is None else state._replace(style=state.style._replace(link=Link(url, self._count)))

    def _open_code(self, node: LexborNode, state: State) -> State:
        keeps_lines = node.css_first("br") is not None or (node.text() or "").startswith("\xa0")
        if state.cell or state.pre or state.style.link or not keeps_lines:
            return state._replace(style=state.style._replace(code=True))
        self._writer.start_line("")
        return state._replace(pre=True, is_code_without_pre=True)

    def _open_pre(self, node: LexborNode, state: State) -> State:
        if state.cell or state.pre:
            return state
        self._writer.start_line(language_of(node))
        return state._replace(pre=True)

    def _open_quote(self, _node: LexborNode, state: State) -> State:
        self._count += 1
        return state._replace(quote=state.quote or self._count, indent="", listing=None)

    def _open_list(self, node: LexborNode, state: State) -> State:
        is_reversed = "reversed" in node.attributes
        number = list_number(node, "start", count_items(node) if is_reversed else 1)
        return state._replace(listing=Listing(tag_of(node) == "ol", number, -1 if is_reversed else 1))

    def _open_item(self, node: LexborNode, state: State) -> State:
        if state.cell:
            return state
        marker = "- "
        if state.listing is not None and state.listing.ordered:
            marker = state.listing.label(list_number(node, "value", state.listing.number))
        self._writer.bullet = state.indent + marker
        return state._replace(indent=(state.indent + " " * len(marker))[:MAX_INDENT])

    def _open_table(self, node: LexborNode, state: State) -> State:
        laid_out = not state.cell and self._tables.is_layout(node)
        first_column = not state.cell and not laid_out and self._tables.has_first_column(node)
        return state._replace(in_layout_table=laid_out, has_first_column=first_column)

    def _open_cell(self, node: LexborNode, state: State) -> State:
        if state.in_layout_table:
            self._writer.end_block(gap=False)
            return state
        before, after = has_neighbour(node, "prev"), has_neighbour(node, "next")
        if before and (not self._writer.at_line_start or (state.has_first_column and is_row_filled(node))):
            # Of an empty first cell the bar is left: it keeps the others in their columns.
            self._writer.write(" | ")
        return state._replace(cell=state.cell or before or after)

    def _open_shift(self, node: LexborNode, state: State) -> State:
        return state._replace(shift=tag_of(node))

    def _checkbox(self, node: LexborNode) -> None:
        self._writer.write("☑ " if "checked" in node.attributes else "☐ ")

    def _formula(self, node: LexborNode) -> None:
        is_block = is_block_formula(node) and not self._writer.states[-1].cell
        if is_block:
            self._writer.end_block(gap=True)
        self._writer.write(formula(node))
        if is_block:
            self._writer.end_block(gap=True)

    def _open_reading(self, node: LexborNode, state: State) -> State:
        self._writer.write_as(reading_brackets(node)[0], state)
        return state

    def _open_quotation(self, _node: LexborNode, state: State) -> State:
        self._writer.write_as("“", state)
        return state


_VOID: dict[str, Callable[[_Walker, LexborNode], None]] = {
    "br": lambda walker, _node: walker._writer.end_line(),
    "hr": _Walker._rule,
    "img": _Walker._image,
    "math": _Walker._formula,
    "script": _Walker._formula,
    "input": _Walker._checkbox,
    **dict.fromkeys(_MEDIA, _Walker._media),
}
_OPENING: dict[str, Callable[[_Walker, LexborNode, State], State]] = {
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
