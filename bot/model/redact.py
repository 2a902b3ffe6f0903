"""Addresses as anybody may see them: without what lets its holder read a private feed. Pure.

Every address that is shown or logged goes through here; what is asked for and kept stays as it is.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_plus, urlsplit, urlunsplit

#: Names of queries whose values let anybody read what was meant for one person.
_SECRET: Final = re.compile(
    r"token|secret|passw|passkey|signature|credential|session|jwt|hmac|auth(?!or)"
    r"|(?:^|[_.-]|api|rss|feed|private|user)key$|^(?:sig|pass|pwd|pw|sid)$",
    re.IGNORECASE,
)
#: Looks random: hexadecimal digits, a UUID, or a long mixture of small letters, capitals and digits.
_RANDOM: Final = re.compile(
    r"(?=[^a-f]*[a-f])[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?=.*[0-9])(?=.*(?-i:[a-z]))(?=.*(?-i:[A-Z]))[\w~-]{20,}",
    re.IGNORECASE | re.ASCII,
)
_HIDDEN: Final = "..."
_ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+.-]{0,20}://[^\s<>\"'`“”]+", re.IGNORECASE)
_LAST: Final = ".,:;!?)]}"


def without_secrets(url: str) -> str:
    """Return an address that still works: without a password, and without queries that stand for one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    pairs = parts.query.split("&") if parts.query else []
    kept = [pair for pair in pairs if not _SECRET.search(unquote_plus(pair.partition("=")[0]))]
    host = parts.netloc.rpartition("@")[2]
    if len(kept) == len(pairs) and host == parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=host, query="&".join(kept)))


def shown_url(url: str) -> str:
    """Return an address to be read, not asked: as :func:`without_secrets`, and "..." for what is random."""
    bare = without_secrets(url)
    try:
        parts = urlsplit(bare)
    except ValueError:
        return _HIDDEN
    pairs = parts.query.split("&") if parts.query else []
    query = "&".join(pair for pair in pairs if not _RANDOM.fullmatch(unquote_plus(pair.rpartition("=")[2])))
    path = "/".join(_HIDDEN if _looks_random(segment) else segment for segment in parts.path.split("/"))
    if (path, query) == (parts.path, parts.query) and not _looks_random(parts.fragment):
        return bare
    return urlunsplit(parts._replace(path=path, query=query, fragment=""))


def redacted(text: str, show: Callable[[str], str] = shown_url) -> str:
    """Return a text with every address in it as ``show`` has it."""

    def replacement(found: re.Match[str]) -> str:
        url = found[0].rstrip(_LAST)
        return show(url) + found[0][len(url) :]

    return _ADDRESS.sub(replacement, text) if "://" in text else text


def _looks_random(segment: str) -> bool:
    """Return whether a path segment looks random, apart from a file's ending."""
    return _RANDOM.fullmatch(unquote_plus(segment).partition(".")[0]) is not None
