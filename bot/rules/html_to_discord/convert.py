"""Turn HTML of a blog into Discord Markdown or plain text that cannot inject markup or ping."""

import re
from html import unescape
from itertools import groupby
from urllib.parse import unquote

from bot.rules.html_to_discord.images.kinds import first_image
from bot.rules.html_to_discord.lines import Line, Link, Span
from bot.rules.html_to_discord.markdown import cut_pieces, render_lines
from bot.rules.html_to_discord.text import clean, escape, escaped_pieces, one_line, shorten, unlink
from bot.rules.html_to_discord.walk import read_lines

_CODE_INDENT = "    "
__all__ = [
    "all_text",
    "escape",
    "escape_line",
    "first_image",
    "html_line",
    "name_line",
    "text_line",
    "to_markdown",
    "to_text",
    "unescape_line",
]
_MAX_PLAIN = 20_000
#: Every backslash that ``escape_line`` writes escapes the next character; what it writes has no other tildes in a row.
_ESCAPE_OR_STRIKE = re.compile(r"\\(.)|~~")


def _render_plain(lines: list[Line]) -> str:
    """Return the lines as a person reads them in a terminal."""
    printed: list[str] = []
    before: Line | None = None
    for line in lines:
        lead = "> " if line.quote else ""
        if before is not None and (line.gap or line.quote != before.quote):
            printed.append(">" if line.quote and line.quote == before.quote else "")
        if line.language is None:
            printed.append(lead + line.lead + _words(line.spans))
        else:
            printed += [f"{lead}{_CODE_INDENT}{each}" for each in line.text.strip("\n").rstrip().split("\n")]
        before = line
    return "\n".join(printed)


def _words(spans: list[Span]) -> str:
    runs = [
        (link, "".join(span.text for span in run)) for link, run in groupby(spans, key=lambda each: each.style.link)
    ]
    return "".join(text if link is None else _linked(link, text) for link, text in runs).strip()


def _linked(link: Link, text: str) -> str:
    words = one_line(text)
    url = unquote(link.url.removeprefix("mailto:")) if link.url.startswith("mailto:") else link.url
    if not words:
        return text
    shown = words if words in (url, url.rstrip("/")) else f"{words} ({url})"
    return text.replace(text.strip(), shown, 1)


def to_markdown(html: str, *, base_url: str, limit: int, shown_image: str | None = None) -> str:
    """Return foreign HTML as Discord Markdown of at most ``limit`` UTF-16 units, ending in "…" when cut.

    Relative addresses are resolved against the HTML's own ``<base>``, else ``base_url``, the page that it comes from.
    Never raises; HTML without visible text gives an empty string.

    :param shown_image: the address of a picture that stands beside the text, and so is not described in it.
    """
    return render_lines(read_lines(html, base_url=base_url, enough=2 * limit + 200, shown_image=shown_image), limit)


def to_text(html: str, *, base_url: str, limit: int, shown_image: str | None = None) -> str:
    """Return foreign HTML as plain text for a terminal; parameters as for :func:`to_markdown`."""
    lines = read_lines(html, base_url=base_url, enough=2 * limit + 200, shown_image=shown_image)
    return shorten(_render_plain(lines), limit)


def text_line(text: str, *, limit: int) -> str:
    """Return plain text as one line of at most ``limit`` UTF-16 units for a title, a name or a button.

    Nothing in it is markup: ``<nav>`` stays as it is. Nothing is escaped; unseen characters are dropped.
    """
    return shorten(one_line(clean(text[:_MAX_PLAIN])), limit)


def name_line(text: str, *, limit: int) -> str:
    """Return a name as one line, as :func:`text_line`; many feeds write names with one escape too many."""
    return text_line(unescape(text[:_MAX_PLAIN]), limit=limit)


def html_line(html: str, *, limit: int) -> str:
    """Return what HTML says as one line of at most ``limit`` UTF-16 units; nothing is escaped.

    Tags go, entities are decoded twice (many feeds encode twice), unseen characters are dropped.
    """
    text = html[: min(_MAX_PLAIN, 4_000 + 16 * limit)]
    if _has_tag(text):
        text = " ".join(line.text for line in read_lines(text, base_url="", enough=4 * limit + 200))
    else:
        text = unescape(text)
    return shorten(one_line(clean(unescape(text))), limit)


def all_text(html: str, *, enough: int) -> str:
    """Return what a reader of foreign HTML would see, in one line; about the first ``enough`` characters of it."""
    return one_line(" ".join(line.text for line in read_lines(html, base_url="", enough=enough)))


def escape_line(text: str, *, limit: int) -> str:
    """Return plain text as one line of Markdown that shows exactly that; nothing in it can be pressed or pings.

    For the titles of cards: Discord reads Markdown there, and not in names, footers and the names of threads.
    """
    return cut_pieces(escaped_pieces(unlink(one_line(clean(text))), line_start=False), limit)


def unescape_line(markdown: str, *, limit: int) -> str:
    """Return what a card's title, written by :func:`escape_line` and perhaps struck through, shows: plain text."""
    return text_line(_ESCAPE_OR_STRIKE.sub(lambda found: found[1] or "", markdown), limit=limit)


def _has_tag(text: str) -> bool:
    at = text.find("<")
    while at >= 0:
        if text[at + 1 : at + 2].isascii() and (text[at + 1 : at + 2].isalpha() or text[at + 1 : at + 2] in "/!"):
            return text.find(">", at) > 0
        at = text.find("<", at + 1)
    return False
