"""Links whose words come from outside: masked by the words, unless these look like another address. Pure.

Every link that is made of a title or a name goes through here, in cards, summaries and answers.
"""

from typing import Final
from urllib.parse import urlsplit

from bot.model.redact import without_secrets
from bot.rules.html_to_discord.convert import escape_line, text_line
from bot.rules.html_to_discord.tree import escape_url, host_of
from bot.rules.lookalikes import pretends

#: Discord ends a label and a target where these stand.
_IN_LABEL: Final = str.maketrans("[]`", "()'")
_IN_TARGET: Final = str.maketrans({"(": "%28", ")": "%29"})


def masked(words: str, url: str | None, *, limit: int = 100, longest: int = 300) -> str:
    """Return a link of plain words as Markdown; where they look like another address, the true one stands beside.

    Without an address, or with one too long to be shown whole, only the words are returned; without words, none is.

    :param limit: of the words.
    :param longest: of the address.
    """
    label = escape_line(words.translate(_IN_LABEL), limit=limit)
    target = escape_url(without_secrets(url or "")).translate(_IN_TARGET)
    if not label or not target or len(target) > longest:
        return label
    return f"{label} (<{target}>)" if misleads(words, url) else f"[{label}](<{target}>)"


def linked_title(words: str, url: str | None, *, limit: int) -> str:
    """Return plain words as the title of a card that links to an address; its host is named where they mislead."""
    named = _host(words, url)
    return escape_line(words, limit=limit - len(named)) + named


def linked_name(words: str, url: str | None, *, limit: int) -> str:
    """Return plain words as a name that links to an address, where Discord reads no Markdown."""
    named = _host(words, url)
    return text_line(words, limit=limit - len(named)) + named


def misleads(words: str, url: str | None) -> bool:
    """Whether a link's words look like an address that it does not lead to; its own address misleads nobody."""
    if not url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    said, origin = words.strip().rstrip("…"), f"{parts.scheme}://{parts.netloc}"
    own = url.startswith(said) and said.startswith(origin) and "@" not in origin
    return not own and pretends(words, url)


def _host(words: str, url: str | None) -> str:
    return f" ({host_of(url)})" if url and misleads(words, url) else ""
