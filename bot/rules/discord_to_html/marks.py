"""Finds Discord's marks for bold, italic, underlined, struck and hidden text, also across paragraphs.

Discord has no flanking rule (CommonMark, 6.2), and its marks may span blank lines, lists and blocks of code. A blog
makes paragraphs of blank lines, so each paragraph gets its own mark.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

SPOILER: Final = "||"
#: Stand for "(spoiler: " and ")" until the HTML is made; control characters are in no message by then.
HIDDEN_FROM, HIDDEN_TO = "\x02", "\x03"

#: What begins an item of a list.
BULLET: Final = r"(?:[-*]|\d{1,9}\.)"
#: The patterns of Discord's own clients; word characters are ASCII's there, and nothing looks at what stands before.
_PATTERNS: Final = {
    "*": re.compile(r"\*(?=\S)((?:\*\*|\\.|\s+(?:\\.|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)", re.S),
    "_": re.compile(r"_((?:__|\\.|[^\\_])+?)_(?![0-9A-Za-z_])", re.S),
    "**": re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.S),
    "__": re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.S),
    "~~": re.compile(r"~~(.+?)~~(?!_)", re.S),
    SPOILER: re.compile(r"\|\|(.+?)\|\|", re.S),
}
#: By the sign that begins a mark, the marks that it may begin; of equally long ones the first counts.
_BEGUN_BY: Final = {"*": ("*", "**"), "_": ("_", "__"), "~": ("~~",), "|": (SPOILER,)}
_SKIPPED: Final = re.compile(
    r"\\.|```.*?```|(`+)(?!`).*?[^`]\1(?!`)|<[^<>\s]{1,200}>|https?://[^\s<>\x02\x03]+"
    r"|\[[^\[\]\n]{1,200}\]\([ ]*<?https?://[^\s<>()\x02\x03]+>?[ ]*\)",
    re.S,
)
_BLOCK_LINE: Final = re.compile(rf"{HIDDEN_FROM}*(?:[ \t]*{BULLET}[ \t]+\S| *#{{1,3}}[ \t]+\S|-#[ \t]+\S| *> | *>>> )")
#: As a line of a block begins; what follows may be the end of a mark.
_BLOCK_BEGIN: Final = re.compile(rf"{HIDDEN_FROM}*[ \t]*(?:(?:{BULLET}|#{{1,3}}|-#)[ \t]|>)")
_LEAD: Final = re.compile(rf"{HIDDEN_FROM}*(?:[ \t]*{BULLET}[ \t]+| *#{{1,3}}[ \t]+|-#[ \t]+| *> )?")
_FENCED: Final = re.compile(r"(```.*?```)", re.S)
_BLANK: Final = re.compile(r"(\n[ \t]*(?:\n[ \t]*)+)")
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark and what it marks."""

    sign: str
    inner: str
    end: int


def find_mark(text: str, at: int) -> Mark | None:
    """Return the mark that begins at a place, or None; the longest of several wins, as in Discord's clients."""
    best: Mark | None = None
    for sign in _BEGUN_BY.get(text[at : at + 1], ()):
        found = _PATTERNS[sign].match(text, at)
        if found is not None and found[1].strip() and (best is None or found.end() > best.end):
            best = Mark(sign, found[1], found.end())
    return best


def split_marks(text: str, *, in_quote: bool = False, depth: int = 0) -> str:
    """Split marks, so that none spans a paragraph, a list, a quotation or a block of code.

    :param in_quote: the text stands in a quotation, in which Discord knows no further one.
    """
    if depth > _DEEPEST or not any(sign in text for sign in ("*", "_", "~~", SPOILER, "`")):
        return text
    return "".join(_spread(text, in_quote, depth))


def _spread(text: str, in_quote: bool, depth: int) -> Iterator[str]:  # noqa: FBT001 (private)
    at = start = 0
    while at < len(text):
        block = _BLOCK_LINE.match(text, at) if at == 0 or text[at - 1] == "\n" else None
        if block and not (in_quote and ">" in block[0]):
            # Lists, headings and quotations are parsed on their own.
            at = len(text) if block[0].endswith(">>> ") else (text.find("\n", at) + 1 or len(text))
            continue
        mark = find_mark(text, at)
        if mark is None:
            skipped = _SKIPPED.match(text, at)
            if skipped and skipped[1] and _has_blocks(skipped[0]):
                yield text[start:at] + _by_line(skipped[0], skipped[1])
                start = skipped.end()
            at = skipped.end() if skipped else at + 1
            continue
        # Words that were put apart, before or around this mark, may now part the lines in it.
        if _has_blocks(mark.inner) or (mark.sign == SPOILER and "\n" in mark.inner and (start or depth)):
            yield text[start:at]
            yield _apart(mark, in_quote, depth)
            start = mark.end
        at = mark.end
    yield text[start:]


def _has_blocks(inner: str) -> bool:
    lines = inner.split("\n")
    return "```" in inner or any(not line.strip() for line in lines[1:-1]) or any(map(_BLOCK_BEGIN.match, lines))


def _apart(mark: Mark, in_quote: bool, depth: int) -> str:  # noqa: FBT001 (private)
    inner = split_marks(mark.inner, in_quote=in_quote, depth=depth + 1)
    if mark.sign == SPOILER:
        # Bars that begin it would find others behind it.
        words = inner.lstrip("|")
        bars = r"\|" * (len(inner) - len(words))
        return f"{HIDDEN_FROM}{(bars + words).strip()}{HIDDEN_TO}"
    return _by_part(inner, lambda words: f"{mark.sign}{words}{mark.sign}")


def _by_line(code: str, ticks: str) -> str:
    """Mark each line of code that goes over a blank line, or over what would begin a list, as code of its own."""
    lines = code[len(ticks) : -len(ticks)].split("\n")
    return "\n".join(f"{ticks} {line.strip()} {ticks}" if line.strip() else line for line in lines)


def _by_part(text: str, marked: Callable[[str], str]) -> str:
    """Mark each paragraph, each line of a list or quotation, and no block of code."""
    parts: list[str] = []
    for at, part in enumerate(_FENCED.split(text)):
        if at % 2:
            parts.append(part)
            continue
        for number, paragraph in enumerate(_BLANK.split(part)):
            parts.append(paragraph if number % 2 else _paragraph(paragraph, marked))
    return "".join(parts)


def _paragraph(text: str, marked: Callable[[str], str]) -> str:
    if not any(map(_BLOCK_LINE.match, text.split("\n"))):
        return _marked(text, marked)
    lines = []
    for line in text.split("\n"):
        lead = _LEAD.match(line)
        end = lead.end() if lead else 0
        lines.append(line[:end] + _marked(line[end:], marked))
    return "\n".join(lines)


def _marked(text: str, marked: Callable[[str], str]) -> str:
    words = text.strip()
    if not words:
        return text
    begin = text.index(words)
    return text[:begin] + marked(words) + text[begin + len(words) :]
