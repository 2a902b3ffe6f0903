"""Discord's Markdown as its clients read it (a fork of simple-markdown): which letters are shown, and how.

Knows nothing of the bot. What chat makes of a character that nobody sees is left out.
"""

import re
from collections.abc import Iterator

Marks = frozenset[str]
Seen = tuple[str, Marks]

#: In the order in which they are tried; of the first three the one that takes most counts.
_EMPHASIS = {
    "italic": re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"),
    "bold": re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    "underline": re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
}
_FLAT = {"struck": re.compile(r"~~([\s\S]+?)~~(?!_)"), "spoiler": re.compile(r"\|\|([\s\S]+?)\|\|")}
_LINES = {
    "heading": re.compile(r"#{1,3} +([^\n]*)"),
    "small": re.compile(r"-# +([^\n]*)"),
    "quotation": re.compile(r">>> ([\s\S]*)|((?:> [^\n]*(?:\n|$))+)"),
}
_BULLET = re.compile(r" *(?:[-*]|\d+\.) +(?=\S)", re.ASCII)
_FENCE = re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(<(https?://[^\s<>()]+)>\)")
_ADDRESS = re.compile(r"<(https?://[^\s>]+)>|(https?://[^\s<]+[^<.,:;\"')\]\s])")
_ID = re.compile(r"<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|/[\w -]+:\d+|id:\w+)>|@everyone|@here", re.ASCII)
_EMOJI = re.compile(r":(?:[a-z_+-][\w+-]*|100|1234):", re.ASCII)
_TEXT = re.compile(r"[\s\S]+?(?=[^0-9A-Za-z\s\u00c0-\uffff]|\n|\w+:\S|$)")


def seen(markdown: str) -> list[Seen]:
    """Return each character that is no blank, with how it is shown; bullets are shown as such."""
    return [(char, marks) for char, marks in _read(markdown, frozenset()) if not char.isspace() and char != "\u200b"]


def _read(text: str, marks: Marks, *, starts_line: bool = True) -> Iterator[Seen]:
    at = 0
    while at < len(text):
        line = _line(text, at, marks) if starts_line else None
        end, shown = line or _inline(text, at, marks)
        yield from shown
        starts_line = text[end - 1] == "\n"
        at = end


def _line(text: str, at: int, marks: Marks) -> tuple[int, Iterator[Seen]] | None:
    for name, form in _LINES.items():
        found = form.match(text, at)
        if found is not None and name not in marks:
            inner = re.sub(r"^> ", "", found[0], flags=re.MULTILINE) if name == "quotation" else found[1]
            return found.end(), _read(inner, marks | {name}, starts_line=name == "quotation")
    bullet = _BULLET.match(text, at)
    return (bullet.end(), iter([("•", marks | {"bullet"})])) if bullet else None


def _inline(text: str, at: int, marks: Marks) -> tuple[int, Iterator[Seen]]:
    for form, group, name in ((_FENCE, 1, "code"), (_ESCAPE, 1, ""), (_ID, 0, "id"), (_EMOJI, 0, "emoji")):
        if found := form.match(text, at):
            return found.end(), _shown(found[group], marks | {name} - {""})
    if "link" not in marks:
        if found := _LINK.match(text, at):
            return found.end(), _read(found[1], marks | {"link"}, starts_line=False)
        if found := _ADDRESS.match(text, at):
            return found.end(), _shown(found[1] or found[2], marks | {"link"})
    fitting = [(found, name) for name, form in _EMPHASIS.items() if (found := form.match(text, at))]
    fitting.sort(key=lambda each: -len(each[0][0]))
    fitting += [(found, name) for name, form in _FLAT.items() if (found := form.match(text, at))]
    if fitting:
        found, name = fitting[0]
        return found.end(), _read(found[1], marks | {name}, starts_line=False)
    if found := _CODE.match(text, at):
        return found.end(), _shown(found[2], marks | {"code"})
    found = _TEXT.match(text, at)
    assert found is not None
    return found.end(), _shown(found[0], marks)


def _shown(text: str, marks: Marks) -> Iterator[Seen]:
    return ((char, marks) for char in text)
