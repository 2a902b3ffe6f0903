"""Splits a message into the blocks that Discord shows, and renders them for a comment.

Newlines stay newlines, because the blog makes paragraphs of them.
"""

import re
from collections.abc import Callable, Iterator
from html import escape as as_text

from bot.rules.discord_to_html.marks import BULLET, HIDDEN_FROM, HIDDEN_TO, split_marks

Inline = Callable[[str], str]

_FENCE = "```"
_LANGUAGE = re.compile(r"[\w+.#-]{0,30}\n")
_QUOTED = re.compile(r" *> ")
_QUOTED_TO_THE_END = re.compile(r" *>>> ")
_HEADING = re.compile(r" *#{1,3}[ \t]+(?!#{1,3}\s)(\S[^\n]*?)#*\s*")
_SMALL = re.compile(r"-#[ \t]+(?!-#)(?=\S)")
_ITEM = re.compile(rf"([ \t]*)({BULLET})[ \t]+(?=\S)")
_NO_BREAK = "\u00a0"


class _Lists:
    """The lists that a line may continue, outermost first: each with its indentation and its last number."""

    def __init__(self) -> None:
        self._open: list[tuple[int, int | None]] = []

    def sign(self, item: re.Match[str]) -> str:
        """Return what stands before an item: the first number of a list says from where it counts, as in Discord."""
        indent, written = len(item[1].expandtabs(4)), item[2]
        while self._open and self._open[-1][0] > indent:
            self._open.pop()
        at, last = self._open.pop() if self._open and self._open[-1][0] == indent else (indent, None)
        number = None
        if written.endswith("."):
            number = max(int(written[:-1]), 1) if last is None else last + 1
        self._open.append((at, number))
        return f"{_NO_BREAK * min(indent, 8)}{'•' if number is None else f'{number}.'} "

    def end(self) -> None:
        """End all lists."""
        self._open.clear()


def render_blocks(text: str, inline: Inline, *, in_quote: bool = False) -> str:
    """Return a message, or the inside of a quotation, as HTML without paragraphs."""
    out: list[str] = []
    pending: list[str] = []
    sign = ""
    lists = _Lists()
    for kind, part in _split(split_marks(text, in_quote=in_quote), in_quote=in_quote):
        hidden_from, part = _leading(part) if kind == "line" else ("", part)
        if kind != "line" or not (part.startswith(" ") or _ITEM.match(part)):
            lists.end()
        item = _ITEM.match(part) if kind == "line" else None
        plain = kind == "line" and _is_plain(part)
        if not plain or (sign and not part.startswith(" ")):
            _flush(sign, pending, out, inline)
            sign = hidden_from + lists.sign(item) if item else ""
        if plain:
            pending.append(hidden_from + part)
        elif item:
            pending.append(part[item.end() :])
        elif kind == "quote":
            inner = render_blocks(part, inline, in_quote=True)
            out.append(f"<blockquote>{inner}</blockquote>" if inner else "")
        elif kind == "code":
            out.append(f"<code>{_code(part)}</code>")
        else:
            out.append(hidden_from + _special(part, inline))
    _flush(sign, pending, out, inline)
    return _joined(out)


def _leading(line: str) -> tuple[str, str]:
    """Part the signs of a spoiler that begins here from what the line is without them."""
    bare = line.lstrip(HIDDEN_FROM)
    return line[: len(line) - len(bare)], bare


def _joined(parts: list[str]) -> str:
    html = re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).strip(" \n")
    # The brackets of a spoiler stand beside what it hides.
    return re.sub(rf"\n+(?={HIDDEN_TO})|(?<={HIDDEN_FROM})\n+", "", html)


def _flush(sign: str, pending: list[str], out: list[str], inline: Inline) -> None:
    """Set lines that belong together as one, because marks may span them; a list's item begins with its sign."""
    if pending:
        out.append(sign + inline("\n".join(line.strip() for line in pending)))
        pending.clear()


def _split(text: str, *, in_quote: bool) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        end = (text.find("\n", at) + 1 or len(text) + 1) - 1
        hidden_from, rest = _leading(text[at:end])
        if hidden_from and not in_quote and (_QUOTED.match(rest) or _QUOTED_TO_THE_END.match(rest)):
            yield "line", hidden_from
            at += len(hidden_from)
        to_the_end = None if in_quote else _QUOTED_TO_THE_END.match(text, at)
        if to_the_end:
            yield "quote", text[to_the_end.end() :]
            return
        if not in_quote and _QUOTED.match(text, at):
            part, at = _quoted(text, at)
            yield "quote", part
            continue
        opening = text.find(_FENCE, at, end)
        closing = text.find(_FENCE, opening + 3) if opening >= 0 else -1
        if closing > 0 and text[opening + 3 : closing].strip():
            if text[at:opening].strip():
                yield "line", text[at:opening]
            yield "code", text[opening + 3 : closing]
            at = closing + 3
            at += text.startswith("\n", at)
            continue
        yield "line", text[at:end]
        at = end + 1


def _quoted(text: str, at: int) -> tuple[str, int]:
    lines = []
    while found := _QUOTED.match(text, at):
        end = (text.find("\n", at) + 1 or len(text) + 1) - 1
        lines.append(text[found.end() : end])
        at = end + 1
    return "\n".join(lines), at


def _is_plain(line: str) -> bool:
    return bool(line.strip()) and not (_HEADING.fullmatch(line) or _SMALL.match(line) or _ITEM.match(line))


def _special(line: str, inline: Inline) -> str:
    heading, small = _HEADING.fullmatch(line), _SMALL.match(line)
    if heading:
        return f"<strong>{inline(heading[1].strip())}</strong>"
    if small:
        return inline(line[small.end() :].strip())
    return ""


def _code(part: str) -> str:
    """Keep indentation and blank lines of code, which a comment field would otherwise lose."""
    language = _LANGUAGE.match(part)
    code = part[language.end() :] if language else part
    # A word without any code below it is the code.
    lines = (code if code.strip() else part).strip("\n").rstrip().expandtabs(4).split("\n")
    return "\n".join(_indented(line.rstrip()) or _NO_BREAK for line in lines)


def _indented(line: str) -> str:
    words = line.lstrip(" ")
    return _NO_BREAK * (len(line) - len(words)) + as_text(words, quote=False)
