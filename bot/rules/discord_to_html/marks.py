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
    # One or two blanks may stand before the last sign, as people type it: "*waves *".
    "*": re.compile(r"\*(?=\S)((?:\*\*|\\.|\s+(?:\\.|[^\s*\\]|\*\*)|[^\s*\\])+?) {0,2}\*(?!\*)", re.S),
    "_": re.compile(r"_((?:__|\\.|[^\\_])+?)_(?![0-9A-Za-z_])", re.S),
    "**": re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.S),
    "__": re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.S),
    "~~": re.compile(r"~~(.+?)~~(?!_)", re.S),
    SPOILER: re.compile(r"\|\|(.+?)\|\|", re.S),
}
#: By the sign that begins a mark, the marks that it may begin; of equally long ones the first counts.
_BEGUN_BY: Final = {"*": ("*", "**"), "_": ("_", "__"), "~": ("~~",), "|": (SPOILER,)}
_TICKS: Final = re.compile(r"`+")
_SIGNS: Final = "*_~|`"
_SKIPPED: Final = re.compile(
    r"¯\\_\(ツ\)_/¯|\\.|```.*?```|<[^<>\s]{1,200}>|</[^<>:/\n]{1,100}:[0-9]{1,20}>|(?i:https?)://[^\s<>\x02\x03]+"
    r"|\[[^\[\]\n]{1,200}\]\([ ]*<?https?://[^\s<>()\x02\x03]+>?[ ]*\)",
    re.S,
)
_BLOCK_LINE: Final = re.compile(
    rf"{HIDDEN_FROM}*(?:(?P<item>[ \t]*{BULLET}[ \t]+\S)| *#{{1,3}}[ \t]+\S|-#[ \t]+\S| *> | *>>> )"
)
_INDENTED_LINES: Final = re.compile(r"(?: [^\n]*\n?)*")
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
        if found is not None and (best is None or found.end() > best.end):
            best = Mark(sign, found[1], found.end())
    return best


def find_code(text: str, at: int) -> Mark | None:
    """Return the code that begins at a place, or None; of the backticks there as many begin it as somewhere end it."""
    begin = _TICKS.match(text, at)
    if begin is None:
        return None
    best: re.Match[str] | None = None
    for end in _TICKS.finditer(text, begin.end()):
        if len(end[0]) <= len(begin[0]) and (best is None or len(end[0]) > len(best[0])):
            best = end
        if end[0] == begin[0]:
            break
    return Mark(best[0], text[at + len(best[0]) : best.start()], best.end()) if best else None


def outer_blanks(text: str, at: int, mark: Mark) -> tuple[str, str]:
    """Return the blanks at both ends within a mark; none where a blank stands beside them, outside the mark."""
    words = mark.inner.lstrip()
    before, after = mark.inner[: len(mark.inner) - len(words)], words[len(words.rstrip()) :]
    return "" if text[at - 1 : at].isspace() else before, "" if text[mark.end : mark.end + 1].isspace() else after


def split_marks(text: str, *, in_quote: bool = False, depth: int = 0, starts_line: bool = True) -> str:
    """Split marks, so that none spans a paragraph, a list, a quotation or a block of code.

    :param in_quote: the text stands in a quotation, in which Discord knows no further one.
    :param starts_line: a list, heading or quotation may begin with the text.
    """
    if depth > _DEEPEST or not any(sign in text for sign in ("*", "_", "~~", SPOILER, "`")):
        return text
    return "".join(_spread(text, in_quote, depth, starts_line))


def _spread(text: str, in_quote: bool, depth: int, starts_line: bool) -> Iterator[str]:  # noqa: FBT001 (private)
    at = start = 0
    while at < len(text):
        block = _BLOCK_LINE.match(text, at) if (text[at - 1] == "\n" if at else starts_line) else None
        if block and not (in_quote and ">" in block[0]):
            # Lists, headings and quotations are parsed on their own.
            at = len(text) if block[0].endswith(">>> ") else (text.find("\n", at) + 1 or len(text))
            if block["item"] and (indented := _INDENTED_LINES.match(text, at)):
                at = indented.end()
            continue
        mark = find_mark(text, at)
        if mark is None:
            skipped = _SKIPPED.match(text, at)
            code = None if skipped else find_code(text, at)
            end = skipped.end() if skipped else code.end if code else at + 1
            if depth and end == at + 1 and text[at] in _SIGNS:
                # It is meant as itself and must not pair with a sign outside, or with those that each paragraph gets.
                yield text[start:at] + "\\"
                start = at
            if code and _has_blocks(code.inner, starts_line=False):
                yield text[start:at] + _by_line(code)
                start = end
            at = end
            continue
        # Words that were put apart, before or around this mark, may now part the lines in it.
        at_line_start = _starts_line(text[:at], starts_line)
        if _has_blocks(mark.inner, at_line_start) or (mark.sign == SPOILER and "\n" in mark.inner and (start or depth)):
            before, after = outer_blanks(text, at, mark) if mark.sign == SPOILER else ("", "")
            inner = split_marks(mark.inner, in_quote=in_quote, depth=depth + 1, starts_line=at_line_start)
            yield text[start:at] + before + _apart(mark.sign, inner, at_line_start) + after
            start = mark.end
        at = mark.end
    yield text[start:]


def _starts_line(before: str, starts_line: bool) -> bool:  # noqa: FBT001 (private)
    """Tell whether a list may begin behind some text, which itself begins a line or does not."""
    _, newline, line = before.rpartition("\n")
    return not line.strip(f" \t{HIDDEN_FROM}") if newline else starts_line and not line.strip(HIDDEN_FROM)


def _has_blocks(inner: str, starts_line: bool) -> bool:  # noqa: FBT001 (private)
    lines = inner.split("\n")
    blank = any(not line.strip() for line in lines[1:-1])
    return "```" in inner or blank or any(map(_BLOCK_BEGIN.match, lines if starts_line else lines[1:]))


def _apart(sign: str, inner: str, starts_line: bool) -> str:  # noqa: FBT001 (private)
    if not inner.strip():
        return inner
    if sign == SPOILER:
        return f"{HIDDEN_FROM}{inner.strip()}{HIDDEN_TO}"
    return _by_part(inner, starts_line, lambda words: f"{sign}{words}{sign}")


def _by_line(code: Mark) -> str:
    """Mark each line of code that goes over a blank line, or over what would begin a list, as code of its own."""
    within = set(_TICKS.findall(code.inner))
    sign = next((each for each in (code.sign, "``", "`") if each not in within), code.sign)
    return "\n".join(f"{sign} {line.strip()} {sign}" if line.strip() else line for line in code.inner.split("\n"))


def _by_part(text: str, starts_line: bool, marked: Callable[[str], str]) -> str:  # noqa: FBT001 (private)
    """Mark each paragraph, each line of a list or quotation, and no block of code."""
    parts: list[str] = []
    for at, part in enumerate(_FENCED.split(text)):
        if at % 2:
            parts.append(part)
            continue
        for number, paragraph in enumerate(_BLANK.split(part)):
            begins = starts_line or at > 0 or number > 0
            parts.append(paragraph if number % 2 else _paragraph(paragraph, begins, marked))
    return "".join(parts)


def _paragraph(text: str, starts_line: bool, marked: Callable[[str], str]) -> str:  # noqa: FBT001 (private)
    first, *others = text.split("\n")
    if not any(map(_BLOCK_LINE.match, [first, *others] if starts_line else others)):
        return _marked(text, marked)
    lines = [] if starts_line else [_marked(first, marked)]
    for line in [first, *others] if starts_line else others:
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
