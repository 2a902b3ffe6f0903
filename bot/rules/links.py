"""Make links whose text comes from outside, and show the address where the text looks like another one.

All links with a title or a name as their text are made here: in cards, summaries and answers.
"""

from typing import Final
from urllib.parse import urlsplit

from bot.model.redact import without_secrets
from bot.rules.html_to_discord.convert import escape_line, text_line
from bot.rules.html_to_discord.tree import escape_url, host_of
from bot.rules.lookalikes import names_other_host

#: Characters that would end a link's text or its address in Discord.
_IN_LABEL: Final = str.maketrans("[]`", "()'")
_IN_TARGET: Final = str.maketrans({"(": "%28", ")": "%29"})


def masked(words: str, url: str | None, *, limit: int = 100, longest: int = 300) -> str:
    """Return a masked link as Markdown; if its text looks like another address, the true one follows the text.

    Only the text is returned if there is no address, or if it is too long to be shown whole.

    :param limit: the most characters of the text.
    :param longest: the most characters of the address.
    """
    label = escape_line(words.translate(_IN_LABEL), limit=limit)
    target = escape_url(without_secrets(url or "")).translate(_IN_TARGET)
    if not label or not target or len(target) > longest:
        return label
    return f"{label} (<{target}>)" if misleads(words, url) else f"[{label}](<{target}>)"


def linked_title(words: str, url: str | None, *, limit: int) -> str:
    """Return the title of a card that links to an address, with its host added if the title is misleading."""
    named = _host(words, url)
    return escape_line(words, limit=limit - len(named)) + named


def linked_name(words: str, url: str | None, *, limit: int) -> str:
    """Return a name that links to an address, for fields in which Discord reads no Markdown."""
    named = _host(words, url)
    return text_line(words, limit=limit - len(named)) + named


def misleads(words: str, url: str | None) -> bool:
    """Return whether a link's text looks like an address other than its own."""
    if not url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    text, origin = words.strip().rstrip("…"), f"{parts.scheme}://{parts.netloc}"
    is_own = url.startswith(text) and text.startswith(origin) and "@" not in origin
    return not is_own and names_other_host(words, url)


def _host(words: str, url: str | None) -> str:
    return f" ({host_of(url)})" if url and misleads(words, url) else ""
