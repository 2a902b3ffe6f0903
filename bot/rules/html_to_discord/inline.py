"""Read formulas, ruby annotations and heading links within a line."""

import re
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.elements import is_hidden
from bot.rules.html_to_discord.text import clean, clusters
from bot.rules.html_to_discord.tree import attribute, resolve, script_of, tag_of

#: Headings, and what generators of documentation give such links as well.
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "figcaption"})
#: Stands for a further reading, or for the page's own bracket.
_READING: Final = "\x00"
#: So far above a link its heading may be.
_STEPS: Final = 8
#: Beyond so many nodes nothing within a line is read: some documents nest without end.
_MOST_NODES: Final = 500
_OPENING_BRACKETS: Final = "(（[［〔〈《「『【"
_CLOSING_BRACKETS: Final = ")）］]〕〉》」』】"
_BLOCK_STYLE: Final = re.compile(r"display\s*:\s*block", re.IGNORECASE)
#: MathJax puts a preview and a drawing before its script.
_DRAWN_PARTS: Final = 2
#: What keeps TeX's signs from being read as markup.
_TEX_CDATA: Final = re.compile(r"%?\s*(?:<!\[CDATA\[|\]\]>)")
_TEX: Final = ("application/x-tex", "application/x-latex", "text/x-tex", "tex", "latex")


def is_formula_script(node: LexborNode) -> bool:
    """Tell whether a script holds a formula's TeX for MathJax to draw."""
    return tag_of(node) == "script" and attribute(node, "type").lower().partition(";")[0].strip() == "math/tex"


def formula(math: LexborNode) -> str:
    """Return a formula: its TeX where the page gives it, else the letters of MathML that a browser shows."""
    if is_formula_script(math):
        return " ".join(_TEX_CDATA.sub(" ", script_of(math)).split())
    for note in math.css("annotation"):
        if attribute(note, "encoding").lower().partition(";")[0].strip() in _TEX and (note.text() or "").strip():
            return " ".join((note.text() or "").split())
    return " ".join("".join(_letters(math)).split())


def is_block_formula(math: LexborNode) -> bool:
    """Tell whether a formula stands in a line of its own."""
    return (
        "mode=display" in attribute(math, "type").lower().replace(" ", "")
        or attribute(math, "display").lower() == "block"
        or attribute(math, "mode").lower() == "display"
        or bool(_BLOCK_STYLE.search(attribute(math, "style")))
    )


def repeats_formula(node: LexborNode) -> bool:
    """Tell whether an element draws a formula for the eye that stands beside it as MathML or TeX (MathJax, KaTeX)."""
    if "MathJax" in attribute(node, "class") and _is_before_formula_script(node):
        return True
    if attribute(node, "aria-hidden").lower() != "true":
        return False
    return any(each is not None and _is_formula(each) for each in (_sibling(node, "prev"), _sibling(node, "next")))


def _is_before_formula_script(node: LexborNode) -> bool:
    other: LexborNode | None = node
    for _ in range(_DRAWN_PARTS):
        other = _sibling(other, "next") if other is not None else None
        if other is None or "MathJax" not in attribute(other, "class"):
            break
    return other is not None and is_formula_script(other)


def _is_formula(node: LexborNode) -> bool:
    if tag_of(node) == "-text":
        return False
    return tag_of(node) == "math" or node.css_first("math") is not None


def reading_brackets(node: LexborNode) -> tuple[str, str]:
    """Return the brackets around a reading (HTML, 4.5.12), or nothing: the page gives them, or there is no reading."""
    words = "".join(_letters(node)).strip()
    around = node.parent
    if not words or words[0] in _OPENING_BRACKETS or (around is not None and tag_of(around) == "rtc"):
        return "", ""
    before, behind = _neighbour(node, "prev"), _neighbour(node, "next")
    return (
        "" if before.endswith(tuple(_OPENING_BRACKETS)) or before == _READING else "(",
        "" if behind.startswith(tuple(_CLOSING_BRACKETS)) or behind == _READING else ")",
    )


def is_bracket(rp: LexborNode) -> bool:
    """Tell whether an ``rp`` stands beside a reading, whose bracket it is, and which has none itself."""
    sides = (_sibling(rp, "prev"), _sibling(rp, "next"))
    readings = [each for each in sides if each is not None and tag_of(each) in {"rt", "rtc"}]
    words = [(each.text() or "").strip() for each in readings if tag_of(each) == "rt"]
    has_own = any(each.startswith(tuple(_OPENING_BRACKETS)) for each in words)
    return not has_own and any((each.text() or "").strip() for each in readings)


def ruby_text(node: LexborNode) -> str:
    """Return a text node's words; in a ruby, without the white space that only lays out the page's source."""
    text = node.text_content or ""
    around = tag_of(node.parent) if node.parent is not None else ""
    is_source = around in {"rt", "rp"} or (around in {"ruby", "rb", "rtc"} and "\n" in text)
    return text.strip(" \t\n") if is_source else text


def _sibling(node: LexborNode, side: str) -> LexborNode | None:
    """Return what stands beside a node in a ruby, past white space."""
    other: LexborNode | None = getattr(node, side)
    while other is not None and tag_of(other) == "-text" and not (other.text_content or "").strip():
        other = getattr(other, side)
    return other


def _neighbour(reading: LexborNode, side: str) -> str:
    """Return the text beside a reading; a sign where the page's own brackets reach over both sides."""
    other = _sibling(reading, side)
    if other is None:
        return ""
    around = reading.parent
    if tag_of(other) == tag_of(reading) == "rt" and around is not None and around.css_first("rp") is not None:
        return _READING
    words = (other.text() or "").strip()
    if tag_of(other) == "rp" and words:
        return _READING if words[0] not in (_CLOSING_BRACKETS if side == "prev" else _OPENING_BRACKETS) else ""
    return words if tag_of(other) == "-text" else ""


def is_heading_mark(link: LexborNode, page_url: str) -> bool:
    """Tell whether a link is the sign behind a heading that leads to that very heading."""
    words = _shown_words(link)
    address = attribute(link, "href")
    if "#" not in address or any(sign.isalnum() for sign in words) or len(list(clusters(words))) > 1:
        return False
    target = resolve(address, page_url)
    if not address.startswith("#") and (target is None or _page(target) != _page(page_url)):
        return False
    around = link.parent
    for _ in range(_STEPS):
        if around is None:
            return False
        if tag_of(around) in _HEADINGS:
            return _shown_words(around) != words
        around = around.parent
    return False


def _shown_words(node: LexborNode) -> str:
    """Return the text of an element without what is only read out."""
    return clean("".join(_letters(node))).strip()


def _page(url: str) -> tuple[str, str, str]:
    """Return what tells one page from another: no fragment, scheme or slash at the end does."""
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path.rstrip("/"), parts.query


def _letters(node: LexborNode) -> list[str]:
    """Collect a text without what is hidden and annotations; iterative, as depth is not ours to choose."""
    letters: list[str] = []
    waiting = [node.child]
    for _ in range(_MOST_NODES):
        if not waiting:
            break
        at = waiting.pop()
        if at is None:
            continue
        waiting.append(at.next)
        if tag_of(at) == "-text":
            letters.append(at.text_content or "")
        elif not tag_of(at).startswith("annotation") and not is_hidden(at):
            waiting.append(at.child)
    return letters
