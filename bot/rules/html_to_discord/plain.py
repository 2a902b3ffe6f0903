"""Print lines of styled text as plain text: no Markdown, no escapes, addresses in brackets behind their words."""

from itertools import groupby
from urllib.parse import unquote

from bot.rules.html_to_discord.lines import Line, Link, Span
from bot.rules.html_to_discord.text import one_line

_CODE_INDENT = "    "


def print_plain(lines: list[Line]) -> str:
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
