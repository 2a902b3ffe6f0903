"""What a walk over HTML leaves: lines of styled text, without any Markdown yet.

Plain data between the walker, which knows HTML, and the printer, which knows Discord.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

#: Marks in the order in which they are nested, outermost first.
SPOILER, UNDERLINE, STRIKE, BOLD, ITALIC = "||", "__", "~~", "**", "*"
MARKS = (SPOILER, UNDERLINE, STRIKE, BOLD, ITALIC)


class Link(NamedTuple):
    """An absolute address; ``number`` tells two neighbouring links to one address apart."""

    url: str
    number: int


class Style(NamedTuple):
    """How a run of text looks. Code has no marks but spoilers: Discord would let its text close them."""

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
