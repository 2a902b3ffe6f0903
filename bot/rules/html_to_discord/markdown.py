"""Write lines of styled text as Discord Markdown, cut to a length without breaking anything.

The text arrives clean but unescaped, and is escaped here.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple
from urllib.parse import unquote

from bot.rules.html_to_discord.lines import SPOILER, STRIKE, Line, Link, Span, Style
from bot.rules.html_to_discord.text import (
    ELLIPSIS,
    ZERO_WIDTH_SPACE,
    clusters,
    escape_code,
    escaped_pieces,
    one_line,
    units,
    unlink,
)
from bot.rules.lookalikes import names_other_host

_IN_LABEL = str.maketrans("[]`", "()'")
_IN_TARGET = str.maketrans({"(": "%28", ")": "%29"})
_WORD_SEARCH = 24
_FENCE = "```"


class _Piece(NamedTuple):
    text: str
    closing: str  #: what must follow if the output ends here
    can_end: bool = True


def render_lines(lines: list[Line], limit: int) -> str:
    """Return the lines as Markdown of at most ``limit`` UTF-16 units."""
    printed = _cut(list(_pieces(lines)), limit)
    if printed == ELLIPSIS and any(span.style.link for line in lines for span in line.spans):
        # One link longer than all the room there is: its words are worth more than nothing.
        for line in lines:
            line.spans = [Span(span.text, span.style._replace(link=None)) for span in line.spans]
        printed = _cut(list(_pieces(lines)), limit)
    return printed


def cut_pieces(pieces: Iterable[str], limit: int) -> str:
    """Join escaped pieces of one line to at most ``limit`` UTF-16 units, cut between two of them."""
    return _cut([_Piece(piece, "") for piece in pieces], limit)


def _cut(pieces: list[_Piece], limit: int) -> str:
    whole = "".join(piece.text for piece in pieces)
    if units(whole) <= limit:
        return whole
    used, end = 0, None
    for at, piece in enumerate(pieces):
        used += units(piece.text)
        if used > limit:
            break
        if piece.can_end and used + units(ELLIPSIS + piece.closing) <= limit:
            end = at
    if end is None:
        return ELLIPSIS if limit > 0 else ""
    end = _word_end(pieces, end)
    kept = "".join(piece.text for piece in pieces[: end + 1]).rstrip()
    return kept + ELLIPSIS + pieces[end].closing


def _word_end(pieces: list[_Piece], end: int) -> int:
    """Move a cut back to the end of the last whole word, if one is near."""
    if pieces[end + 1].text[:1].isspace():
        return end
    for at in range(end, max(end - _WORD_SEARCH, 0), -1):
        if pieces[at].text.isspace() and pieces[at - 1].can_end:
            return at - 1
    return end


def _pieces(lines: list[Line]) -> Iterator[_Piece]:
    before: Line | None = None
    for line in lines:
        lead = "> " if line.quote else ""
        if before is not None:
            between = "> " if line.quote and before.quote == line.quote else ""
            # Two quotations in a row would be one without a blank line.
            gap = line.gap or (before.quote != line.quote and line.quote and before.quote)
            yield _Piece("\n" + (f"{between}\n" if gap else ""), "", can_end=False)
        if line.language is None:
            yield _Piece(lead + line.lead, "", can_end=False)
            yield from _line(_tidy(line.spans))
        else:
            yield from _fence(line, lead)
        before = line


def _fence(line: Line, lead: str) -> Iterator[_Piece]:
    hiding = SPOILER if any(SPOILER in span.style.marks for span in line.spans) else ""
    code = escape_code(line.text, hidden=bool(hiding)).strip("\n").rstrip()
    closing = f"\n{lead}{_FENCE}{hiding}"
    yield _Piece(f"{lead}{hiding}{_FENCE}{line.language}\n{lead}", closing, can_end=False)
    for cluster in clusters(code):
        yield _Piece(f"\n{lead}" if cluster == "\n" else cluster, closing)
    yield _Piece(closing, "")


def _tidy(spans: list[Span]) -> list[Span]:
    """Move blanks out of marks, links and code, drop them at the ends, and join what looks alike."""
    parts: list[Span] = []
    for text, style in spans:
        if style.code and style.link is None:
            style = style._replace(marks=tuple(mark for mark in style.marks if mark == SPOILER))
        style = style._replace(code=False) if style.link is not None else style
        parts.extend(Span(part, style) for part in re.split(r"(^ +| +$)", text) if part)
    while parts and parts[0].text.isspace():
        parts.pop(0)
    while parts and parts[-1].text.isspace():
        parts.pop()
    joined: list[Span] = []
    for at, (text, style) in enumerate(parts):
        if text.isspace():
            style = _shared(joined[-1].style, next(each for each in parts[at:] if not each.text.isspace()).style)
        if joined and joined[-1].style == style:
            joined[-1] = Span(joined[-1].text + text, style)
        else:
            joined.append(Span(text, style))
    return joined


def _shared(one: Style, other: Style) -> Style:
    """Return the style of a blank between two spans: a mark that closes after a blank, Discord takes for a star."""
    same_link = one.link == other.link
    return Style(
        # At a link all marks close.
        marks=one.marks[: _common(one.marks, other.marks)] if same_link else (),
        link=one.link if same_link else None,
        code=one.code and other.code,
    )


def _line(spans: list[Span]) -> Iterator[_Piece]:
    runs = [(link, list(group)) for link, group in groupby(spans, key=lambda span: span.style.link)]
    for at, (link, run) in enumerate(runs):
        if link is None:
            yield from _run(run, line_start=at == 0)
        else:
            after = runs[at + 1][1][0].text if at + 1 < len(runs) else " "
            hidden = [SPOILER in span.style.marks for span in run]
            shown = _linked(link, run, clickable_end=after[0] == " ")
            if all(hidden) or (any(hidden) and not shown.startswith("[")):
                # Words without a mask are printed without marks.
                shown = f"{SPOILER}{_linked(link, _open(run), clickable_end=after[0] == ' ')}{SPOILER}"
            # Words shown without a mask must not complete a mention that the text before began.
            gap = ZERO_WIDTH_SPACE if at and not shown.startswith(("[", "http", "<http", SPOILER)) else ""
            yield _Piece(gap + shown, "")


def _open(run: list[Span]) -> list[Span]:
    """Take the spoiler off a link's words: it stands around the whole link."""
    return [Span(text, style._replace(marks=tuple(m for m in style.marks if m != SPOILER))) for text, style in run]


def _run(spans: list[Span], *, line_start: bool) -> Iterator[_Piece]:
    """Print spans outside of links, opening and closing marks between them."""
    marks: tuple[str, ...] = ()
    for at, (text, style) in enumerate(spans):
        shift = _shift(marks, style.marks)
        marks = style.marks
        closing = "".join(reversed(marks))
        if style.code and at and spans[at - 1].text.endswith("`"):
            shift += ZERO_WIDTH_SPACE
        if shift:
            yield _Piece(shift, closing, can_end=False)
        if style.code:
            yield from _code(text, outside=closing)
            continue
        for piece in escaped_pieces(text, line_start=line_start and at == 0):
            yield _Piece(piece, closing)
        if any(mark in marks and text.endswith(mark[0]) for mark in (SPOILER, STRIKE)):
            # Discord takes the first two bars or tildes for the end, whether one is escaped or not.
            yield _Piece(ZERO_WIDTH_SPACE, closing)
    if marks:
        yield _Piece("".join(reversed(marks)), "")


def _common(old: tuple[str, ...], new: tuple[str, ...]) -> int:
    """Count the marks, from the outermost, that stay open between two runs."""
    return next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )


def _shift(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    common = _common(old, new)
    closing, opening = "".join(reversed(old[common:])), "".join(new[common:])
    # Stars that close next to stars that open would be counted together.
    return closing + (ZERO_WIDTH_SPACE if closing and opening else "") + opening


def _code(text: str, *, outside: str) -> Iterator[_Piece]:
    text = escape_code(text, hidden=outside.endswith(SPOILER))
    fence = "``" if "`" in text else "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    closing = pad + fence
    yield _Piece(fence + pad, closing + outside, can_end=False)
    for cluster in clusters(text):
        yield _Piece(cluster, closing + outside)
    yield _Piece(closing, outside)


def _linked(link: Link, run: list[Span], *, clickable_end: bool) -> str:
    """Print a link: masked by its words, unless they are or pretend to be an address."""
    words = one_line("".join(span.text for span in run))
    is_mail = link.url.startswith("mailto:")
    shown = unquote(link.url.removeprefix("mailto:")) if is_mail else link.url
    if _names(words, shown):
        return _escaped(shown) if is_mail else link.url if clickable_end else f"<{link.url}>"
    if is_mail:
        return f"{_escaped(words)} ({_escaped(shown)})"
    if names_other_host(words, link.url):
        return f"{_escaped(unlink(words))} (<{link.url}>)"
    label = "".join(
        piece.text
        for piece in _run([Span(unlink(span.text.translate(_IN_LABEL)), span.style) for span in run], line_start=False)
    )
    return f"[{label}](<{link.url.translate(_IN_TARGET)}>)"


def _escaped(text: str) -> str:
    return "".join(escaped_pieces(text, line_start=False))


def _names(words: str, url: str) -> bool:
    """Tell whether the words are the address itself, or the beginning of it as many blogs shorten it."""
    said, meant = (re.sub(r"^https?://(?:www\.)?|^www\.|/$", "", unquote(each)).casefold() for each in (words, url))
    short = said.rstrip(".…")
    return said == meant or (short != said and "/" in short and meant.startswith(short))
