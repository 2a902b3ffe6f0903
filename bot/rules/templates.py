"""Render an admin's template as the text above an entry's card.

The template is the admin's own Markdown. The values of an entry are escaped: they cannot ping, format, or unfold into
a link preview.
"""

import re
from collections.abc import Mapping
from typing import Final

from bot.model.entry import Entry, ParsedEntry
from bot.rules.html_to_discord.convert import escape, html_line, text_line
from bot.rules.html_to_discord.text import clean, escaped_pieces, units, unlink
from bot.rules.html_to_discord.tree import escape_url

PLACEHOLDERS: Final = ("title", "link", "author", "summary", "categories", "date", "blog")
LONGEST_TEMPLATE: Final = 1000

_PLACEHOLDER: Final = re.compile(r"\{([^{}|\n]*)(?:\|([^{}]*))?\}")
#: The most characters of a value; the next lower limit applies if the whole text is too long for a message.
_LENGTHS: Final = (300, 120, 40, 0)
#: Longer addresses are left out.
_LINK: Final = 500


def refuse_template(template: str) -> str | None:
    """Return why a template cannot be used, or None."""
    if units(template) > LONGEST_TEMPLATE:
        return f"A template may have {LONGEST_TEMPLATE} characters; this one has {units(template)}."
    unknown = [name for name, _ in _PLACEHOLDER.findall(template) if name.strip().casefold() not in PLACEHOLDERS]
    if not unknown:
        return None
    known = " ".join(f"`{{{name}}}`" for name in PLACEHOLDERS)
    return f"I know no placeholder {escape('{' + text_line(unknown[0], limit=40) + '}')}. I know: {known}."


def render_template(template: str, entry: Entry | ParsedEntry, *, blog_title: str, limit: int) -> str:
    """Replace the placeholders by an entry's values; ``{author|someone}`` becomes "someone" without an author.

    :param limit: the most UTF-16 units of the result, at least :data:`LONGEST_TEMPLATE`. Values are shortened to fit,
        and at last replaced by their fallbacks.
    """
    template = clean(template)
    text = ""
    for length in _LENGTHS:
        text = _fill(template, _values(entry, blog_title, length))
        if units(text) <= limit:
            break
    return text


def _fill(template: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1].strip().casefold()
        text = values.get(name) or found[2] or ""
        if name != "link" or text != values[name] or template[max(found.start() - 1, 0)] == "<":
            return text
        # A bare link would unfold into a preview.
        return f"<{text}>"

    return _PLACEHOLDER.sub(value, template).strip()


def _values(entry: Entry | ParsedEntry, blog_title: str, length: int) -> dict[str, str]:
    if length == 0:
        return dict.fromkeys(PLACEHOLDERS, "")
    link = escape_url(entry.link or "")
    return {
        "title": _inert(entry.title, length),
        "link": link if link.startswith(("http://", "https://")) and units(link) <= _LINK else "",
        "author": _inert(entry.author, length),
        "summary": _inert(html_line(entry.html, limit=length), length),
        "categories": _inert(", ".join(entry.categories), length),
        "date": f"<t:{int(entry.published_at.timestamp())}:D>" if entry.published_at else "",
        "blog": _inert(blog_title, length),
    }


def _inert(text: str, length: int) -> str:
    return "".join(escaped_pieces(unlink(text_line(text, limit=length))))
