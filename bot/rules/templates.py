"""From an admin's template and an entry to the words above its card. Pure.

The template is an admin's own Markdown; what an entry puts into it is escaped and cannot ping, format or unfold into
a preview of a page. Whom a message may ping is decided elsewhere.
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
#: Characters that a value may have; the next where all together are too many for a message.
_LENGTHS: Final = (300, 120, 40, 0)
#: Longer addresses are for machines.
_LINK: Final = 500


def refuse_template(template: str) -> str | None:
    """Say why a template cannot be used, or None."""
    if units(template) > LONGEST_TEMPLATE:
        return f"A template may have {LONGEST_TEMPLATE} characters; this one has {units(template)}."
    unknown = [name for name, _ in _PLACEHOLDER.findall(template) if name.strip().casefold() not in PLACEHOLDERS]
    if not unknown:
        return None
    known = " ".join(f"`{{{name}}}`" for name in PLACEHOLDERS)
    return f"I know no placeholder {escape('{' + text_line(unknown[0], limit=40) + '}')}. I know: {known}."


def render_template(template: str, entry: Entry | ParsedEntry, *, blog_title: str, limit: int) -> str:
    """Fill an entry's values in; ``{author|someone}`` says "someone" where the entry names no author.

    :param limit: UTF-16 units that the result may have, not below :data:`LONGEST_TEMPLATE`. Where all does not fit,
        values are shortened, and at last left to their fall-backs.
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
        # Bare, it would unfold into a second card.
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
