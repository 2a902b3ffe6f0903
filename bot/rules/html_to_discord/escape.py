"""Make plain text inert as Discord Markdown: it shows as it was written, pings nobody, formats nothing.

Escapes with a backslash where that is enough; mentions are also broken by a zero-width space, because
Discord looks for them before it looks at Markdown. Bare web addresses stay clickable.
"""

import re
from collections.abc import Iterator

from bot.rules.html_to_discord.text import clean, clusters
from bot.rules.html_to_discord.tree import inert_url

#: Breaks what must not be read as one word, unseen.
GAP = "\u200b"

_MARKUP = frozenset("\\*_~`|<[]")
_MENTION = re.compile(r"(?<=@)(?=everyone|here|[!&]?\d)|(?<=<)(?=[@#/:]|a:|t:|id:)", re.IGNORECASE)
# What Discord would show as an emoji: names of theirs hold a letter, but for these two.
_EMOJI = re.compile(r"(?<=:)(?=(?:100|1234|\d*[a-z_+-][\w+-]*):)", re.IGNORECASE | re.ASCII)
_URL = re.compile(r"https?://[^\s<>\"`]*[^\s<>\"`.,:;!?'*~|)\]\\]", re.IGNORECASE)
# What opens a heading, a quotation, a list or small text where a line begins.
_LINE_START = re.compile(r"[ \t]*(?:(?=[#>])|(?=-#|[-+](?:\s|$))|\d+(?=[.)](?:\s|$)))")


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
        url, at = inert_url(line[found.start() : end]), end
        # Discord would take an escape that follows at once for a part of the address.
        yield f"<{url}>" if line[at : at + 1] in _MARKUP else url
    yield from _characters(line[at:])


def _characters(text: str) -> Iterator[str]:
    for cluster in clusters(_EMOJI.sub(GAP, _MENTION.sub(GAP, text))):
        yield "\\" + cluster if cluster[0] in _MARKUP else cluster


def unlinked(text: str) -> str:
    """Return cleaned text whose addresses are no longer clickable."""
    return text.replace("://", f":{GAP}//")


def verbatim(text: str, *, hidden: bool) -> str:
    """Return cleaned text for use inside code, where backslashes do not escape.

    :param hidden: the code stands in a spoiler, which two bars would end.
    """
    text = re.sub("`(?=`)", f"`{GAP}", text)
    return _MENTION.sub(GAP, re.sub(r"\|(?=\||$)", f"|{GAP}", text) if hidden else text)
