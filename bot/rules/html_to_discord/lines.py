"""Lines of styled text, between reading HTML (``walk``) and writing Markdown (``markdown``)."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.rules.html_to_discord.text import JOINERS, ZERO_WIDTH_SPACE, clean, to_script

#: Marks in the order in which they are nested, outermost first.
SPOILER, UNDERLINE, STRIKE, BOLD, ITALIC = "||", "__", "~~", "**", "*"
MARKS = (SPOILER, UNDERLINE, STRIKE, BOLD, ITALIC)

_BLANKS = re.compile(r"[ \t\n\xa0\u2000-\u200a\u3000]+")
#: White space that a browser collapses.
_COLLAPSED = re.compile(r"[ \t\n]+")
#: Before a bullet that stands as a character, no-break spaces are the level of the list.
_LIST_INDENT = re.compile(r"[ \t\n]*(\xa0+)(?=•|\d{1,9}\. )")
#: Characters that an item of a list is indented by at most.
MAX_INDENT = 10


class Link(NamedTuple):
    """An absolute address; ``number`` tells two neighbouring links to one address apart."""

    url: str
    number: int


class Style(NamedTuple):
    """The style of a run of text. Code keeps only spoilers: Discord would let its text close other marks."""

    marks: tuple[str, ...] = ()
    link: Link | None = None
    code: bool = False

    def marked(self, mark: str) -> "Style":
        """Return this style with one more mark."""
        return self._replace(marks=tuple(each for each in MARKS if each == mark or each in self.marks))


class Span(NamedTuple):
    """A run of clean, unescaped text in one style."""

    text: str
    style: Style


@dataclass(slots=True)
class Line:
    """One line to print, or one code block (``language`` is then a word or empty, never None)."""

    lead: str = ""
    quote: int = 0  #: number of the block quotation it stands in, 0 for none
    gap: bool = False  #: a blank line goes before it
    language: str | None = None
    spans: list[Span] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The line's words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(slots=True)
class Listing:
    """The numbering of one list."""

    ordered: bool
    number: int
    step: int = 1
    #: the numbers so far go up one by one
    counts: bool = True

    def label(self, number: int) -> str:
        """Return an item's label; Discord renumbers a list, so numbers that do not go up by one are broken up."""
        self.counts &= number == self.number and self.step == 1
        self.number = number + self.step
        return f"{number}{'' if self.counts else ZERO_WIDTH_SPACE}. "


class State(NamedTuple):
    """How text is written within an element; its children inherit it."""

    style: Style = Style()
    pre: bool = False
    #: a block of code in a comment, whose field takes no ``<pre>``: ``<br>`` ends lines, no-break spaces indent them
    is_code_without_pre: bool = False
    quote: int = 0
    indent: str = ""
    listing: Listing | None = None
    cell: bool = False
    #: within a table that only lays out a page: its cells stand below each other
    in_layout_table: bool = False
    #: within a table of data whose rows begin with words
    has_first_column: bool = False
    shift: str = ""


class LineWriter:
    """Collects text in lines, with white space collapsed as a browser does.

    :param most: characters after which nothing more is written.
    """

    def __init__(self, most: int) -> None:
        self.lines: list[Line] = []
        self.states = [State()]
        #: list marker before the next line
        self.bullet: str | None = None
        #: the next text begins a line
        self.at_line_start = True
        self._room = most
        self._gap = self._after_br = False

    @property
    def is_full(self) -> bool:
        """Nothing more is written."""
        return self._room <= 0

    def end_block(self, *, gap: bool) -> None:
        """End the line; in a table cell write a space.

        :param gap: leave a blank line before the next one.
        """
        state = self.states[-1]
        if state.cell:
            self.write(" ")
        elif state.pre:
            self.write("" if self.lines[-1].text.endswith("\n") else "\n")
        else:
            self.at_line_start = True
            self._gap |= gap and state.listing is None

    def write(self, raw: str) -> None:
        """Write text in the present state."""
        state, text = self.states[-1], self._clean(raw)
        if state.pre:
            self._add(self._code(text) if state.is_code_without_pre else text, self._code_style())
            return
        indent = _LIST_INDENT.match(text) if self.at_line_start and state.listing is None else None
        text = _BLANKS.sub(" ", text)
        if self.at_line_start and text.strip():
            self.start_line()
            self.lines[-1].lead += indent[1] if indent else ""
        if self.at_line_start:
            return
        spans = self.lines[-1].spans
        if text.startswith(" ") and (not spans or spans[-1].text.endswith(" ")):
            text = text[1:]
        self._add(to_script(text, state.shift), state.style)

    def _clean(self, raw: str) -> str:
        """Return clean text; joiners at its start are moved to the letter before them."""
        spans = [] if self.at_line_start or raw[:1] not in JOINERS else self.lines[-1].spans
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
        hidden = SPOILER in self.states[-1].style.marks
        return Style(code=True, marks=(SPOILER,) if hidden else ())

    def _add(self, text: str, style: Style) -> None:
        # More would be printed only to be cut off.
        text = text[: max(self._room, 0)]
        if text:
            self.lines[-1].spans.append(Span(text, style))
            self._room -= len(text)

    def start_line(self, language: str | None = None) -> None:
        """Begin a line, or a code block in this language."""
        state = self.states[-1]
        lead = state.indent if self.bullet is None or language is not None else self.bullet
        self.lines.append(Line(lead=lead, quote=state.quote, gap=self._gap and bool(self.lines), language=language))
        self.at_line_start = self._gap = self._after_br = False
        self.bullet = None

    def end_line(self) -> None:
        """End the line, as ``<br>`` does; two in a row leave a blank line."""
        state = self.states[-1]
        if state.pre:
            self._add("\n", self._code_style())
            return
        if state.cell:
            self.write(" ")
            return
        self._gap |= self._after_br
        self.at_line_start = self._after_br = True

    def write_as(self, text: str, state: State) -> None:
        """Write text in another state."""
        self.states.append(state)
        self.write(text)
        self.states.pop()
