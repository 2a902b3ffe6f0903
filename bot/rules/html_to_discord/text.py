"""Remove dangerous characters from foreign text, escape it as Discord Markdown, and cut it where a reader would."""

import re
import unicodedata
from collections.abc import Iterator

from bot.rules.html_to_discord.tree import escape_url

#: What a cut text ends with.
ELLIPSIS = "…"

# Nothing a reader could see: controls (but tab and line feed), soft hyphen, zero-width and bidi marks,
# interlinear and object replacements, non-characters, halves of surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0c\x0b\x85\u2028\u2029]")
#: Joiners are part of spelling in these scripts (Unicode, 9.2, 12.1 and 23.2): Arabic and its neighbours, those of
#: India and South East Asia, Mongolian. In emoji they join; between Latin letters they only do mischief.
_JOINING = re.compile(
    "[\u0600-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
JOINERS = "\u200c\u200d"
_JOINER = re.compile(f"[{JOINERS}]")
_MARKS = frozenset("*_~|")
_ZWJ = "\u200d"
_TAGS = ("\U000e0020", "\U000e007f")
_SPACES = re.compile(r"\s+")
_SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SHIFTS = {"sup": (_SUPERSCRIPT, "^"), "sub": (_SUBSCRIPT, "")}
#: Breaks what must not be read as one word, unseen.
ZERO_WIDTH_SPACE = "\u200b"
_MARKUP = frozenset("\\*_~`|<[]")
_MENTION = re.compile(r"(?<=@)(?=everyone|here|[!&]?\d)|(?<=<)(?=[@#/:]|a:|t:|id:)", re.IGNORECASE)
# What Discord would show as an emoji: names of theirs hold a letter, but for these two.
_EMOJI = re.compile(r"(?<=:)(?=(?:100|1234|\d*[a-z_+-][\w+-]*):)", re.IGNORECASE | re.ASCII)
_URL = re.compile(r"https?://[^\s<>\"`]*[^\s<>\"`.,:;!?'*~|)\]\\]", re.IGNORECASE)
# What opens a heading, a quotation, a list or small text where a line begins.
_LINE_START = re.compile(r"[ \t]*(?:(?=[#>])|(?=-#|[-+](?:\s|$))|\d+(?=[.)](?:\s|$)))")


def clean(text: str, *, before: str = "") -> str:
    """Drop the characters that deceive, break protocols or cannot be encoded; line ends become ``\\n``.

    :param before: the character that the text follows, already clean.
    """
    text = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))
    text = _JOINER.sub(lambda found: found[0] if _joins(text, found.start(), before) else "", text)
    return "".join(_drop_stray_tags(text)) if any(_is_tag(char) for char in text) else text


def _joins(text: str, at: int, before: str) -> bool:
    """Tell whether a joiner stands beside a letter of a script that needs it, or between the parts of an emoji."""
    around = text[at - 1 : at] if at else before, text[at + 1 : at + 2]
    if around[0] in _MARKS:
        # In a chat message, a mark may stand between a letter and its joiner.
        around = text[:at].rstrip("*_~|")[-1:], around[1]
    if any(_JOINING.match(char) for char in around):
        return True
    return all(char > "\x7f" and unicodedata.category(char)[0] in "MS" for char in around if char) and all(around)


def _is_tag(char: str) -> bool:
    return _TAGS[0] <= char <= _TAGS[1]


def _drop_stray_tags(text: str) -> Iterator[str]:
    """Keep tag characters only where they spell a flag: anywhere else they hide text."""
    in_flag = False
    for char in text:
        if not _is_tag(char):
            in_flag = char == "\U0001f3f4"
        if in_flag or not _is_tag(char):
            yield char


def one_line(text: str) -> str:
    """Collapse all white space, no-break spaces included, to single blanks."""
    return _SPACES.sub(" ", text).strip()


def units(text: str) -> int:
    """Count UTF-16 code units: Discord counts either these or code points, of which there are never more."""
    return len(text) + sum(char > "\uffff" for char in text)


def clusters(text: str) -> Iterator[str]:
    """Split text into what a reader takes for one character (a close reading of Unicode's UAX 29)."""
    start, flags = 0, 0
    for at in range(1, len(text)):
        flags = flags + 1 if _is_regional(text[at - 1]) else 0
        if not _belongs(text[at - 1], text[at], flags):
            yield text[start:at]
            start = at
    if start < len(text):
        yield text[start:]


def _belongs(before: str, char: str, flags: int) -> bool:
    if char < "\u0300" and before != _ZWJ:
        return False
    if unicodedata.category(char)[0] == "M" or char in "\u200c\u200d" or _is_tag(char):
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff" or _is_hangul_tail(before, char):
        return True
    if _is_regional(char):
        return flags % 2 == 1
    return before == _ZWJ and unicodedata.category(char) == "So"


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_hangul_tail(before: str, char: str) -> bool:
    leads = "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return leads and "\u1161" <= char <= "\u11ff"


def shorten(text: str, limit: int) -> str:
    """Return the text in at most ``limit`` UTF-16 units, cut between characters as readers see them."""
    if units(text) <= limit:
        return text
    if limit < 1:
        return ""
    room, kept = limit - units(ELLIPSIS), 0
    for cluster in clusters(text[: limit + 1]):
        room -= units(cluster)
        if room < 0:
            break
        kept += len(cluster)
    return text[:kept].rstrip() + ELLIPSIS


def escape(text: str) -> str:
    """Return plain text, of any number of lines, as Markdown that shows exactly that text."""
    return "\n".join("".join(escaped_pieces(line)) for line in clean(text).split("\n"))


def escaped_pieces(line: str, *, line_start: bool = True) -> Iterator[str]:
    """Yield one cleaned line, escaped, in pieces that must not be cut: characters, escapes, addresses."""
    at = 0
    opener = _LINE_START.match(line) if line_start else None
    if opener:
        yield from opener[0]
        yield "\\" + line[opener.end()]
        at = opener.end() + 1
    for found in _URL.finditer(line, at):
        yield from _characters(line[at : found.start()])
        end = found.end()
        # An address keeps the closing parenthesis that it opened itself.
        end += line.startswith(")", end) and found[0].count("(") > found[0].count(")")
        url, at = escape_url(line[found.start() : end]), end
        # Discord would take an escape that follows at once for a part of the address.
        yield f"<{url}>" if line[at : at + 1] in _MARKUP else url
    yield from _characters(line[at:])


def _characters(text: str) -> Iterator[str]:
    for cluster in clusters(_EMOJI.sub(ZERO_WIDTH_SPACE, _MENTION.sub(ZERO_WIDTH_SPACE, text))):
        yield "\\" + cluster if cluster[0] in _MARKUP else cluster


def unlink(text: str) -> str:
    """Return cleaned text whose addresses are no longer clickable."""
    return text.replace("://", f":{ZERO_WIDTH_SPACE}//")


def escape_code(text: str, *, hidden: bool) -> str:
    """Return cleaned text for use inside code, where backslashes do not escape.

    :param hidden: the code stands in a spoiler, which two bars would end.
    """
    text = re.sub("`(?=`)", f"`{ZERO_WIDTH_SPACE}", text)
    return _MENTION.sub(ZERO_WIDTH_SPACE, re.sub(r"\|(?=\||$)", f"|{ZERO_WIDTH_SPACE}", text) if hidden else text)


def to_script(text: str, shift: str) -> str:
    """Return superscript (``sup``) or subscript (``sub``) text, in Unicode's own characters where it has them."""
    if not shift or not text.strip():
        return text
    table, sign = _SHIFTS[shift]
    if len(text) <= 8 and all(ord(char) in table for char in text.strip()):
        return text.translate(table)
    return sign + text
