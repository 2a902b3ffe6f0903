"""What stands within a line and is no plain word: formulas, raised signs, readings, links of headings to themselves.

Looks at nodes only; the walker prints what is told here.
"""

from typing import Final
from urllib.parse import urldefrag

from selectolax.lexbor import LexborNode

from bot.rules.to_chat_text import clean, clusters
from bot.rules.to_chat_tree import attribute, resolve, tag_of

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: So far above a link its heading may be.
_STEPS: Final = 4
_OPENING_BRACKETS: Final = "(（[［〔〈《「『【"
_TEX: Final = ("application/x-tex", "application/x-latex", "text/x-tex", "tex", "latex")

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SHIFTS = {"sup": (_RAISED, "^"), "sub": (_LOWERED, "")}


def formula(math: LexborNode) -> str:
    """Return a formula of MathML: its TeX where the page gives it, else the letters that a browser shows."""
    for note in math.css("annotation"):
        if attribute(note, "encoding").lower() in _TEX and (note.text() or "").strip():
            return " ".join((note.text() or "").split())
    return " ".join("".join(_letters(math)).split())


def is_block_formula(math: LexborNode) -> bool:
    """Tell whether a formula stands in a line of its own."""
    return attribute(math, "display") == "block" or attribute(math, "mode") == "display"


def reading_brackets(node: LexborNode) -> tuple[str, str]:
    """Return the brackets around a reading (HTML, 4.5.12), or nothing: the page gives them, or there is no reading."""
    words = (node.text() or "").strip()
    around = node.parent
    if not words or words[0] in _OPENING_BRACKETS or (around is not None and tag_of(around) == "rtc"):
        return "", ""
    return "(", ")"


def is_heading_mark(link: LexborNode, page_url: str) -> bool:
    """Tell whether a link is the sign behind a heading that leads to that very heading."""
    words = clean(link.text() or "").strip()
    address = attribute(link, "href")
    if "#" not in address or any(sign.isalnum() for sign in words) or len(list(clusters(words))) > 1:
        return False
    target = resolve(address, page_url)
    if not address.startswith("#") and (target is None or urldefrag(target)[0] != urldefrag(page_url)[0]):
        return False
    around = link.parent
    for _ in range(_STEPS):
        if around is None:
            return False
        if tag_of(around) in _HEADINGS:
            return clean(around.text() or "").strip() != words
        around = around.parent
    return False


def shifted(text: str, shift: str) -> str:
    """Return raised or lowered text in Unicode's own signs where it has them."""
    if not shift or not text.strip():
        return text
    table, sign = _SHIFTS[shift]
    if len(text) <= 8 and all(ord(char) in table for char in text.strip()):
        return text.translate(table)
    return sign + text


def _letters(node: LexborNode) -> list[str]:
    """Collect the text of a formula without its annotations; iterative, as depth is not ours to choose."""
    letters: list[str] = []
    waiting = [node.child]
    while waiting:
        at = waiting.pop()
        if at is None:
            continue
        waiting.append(at.next)
        if tag_of(at) == "-text":
            letters.append(at.text_content or "")
        elif not tag_of(at).startswith("annotation"):
            waiting.append(at.child)
    return letters
