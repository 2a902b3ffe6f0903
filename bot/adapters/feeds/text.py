"""Small repairs of a feed's text: characters that no chat and no database takes, titles with markup; pure."""

import html
import re

#: Controls but tab and line ends, noncharacters, and halves of surrogate pairs.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
#: Stops at the next "<", whatever comes: titles from a JSON list are read outside of the worker.
_TAG = re.compile(r"<[/!]?[a-zA-Z-][^<>]*>")
_SPACE = re.compile(r"\s+")
#: Marks that turn the direction of a line and characters without a width, which make a title show what it is not.
#: Joiners (U+200C, U+200D) stay: emoji and several scripts are written with them.
_INVISIBLE = re.compile("[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff]")
_RELATIVE = re.compile(r"""\b(?:href|src)\s*=\s*["']?(?!["']?[a-z][a-z0-9+.-]*:)""", re.IGNORECASE)
#: Longer than any title, name or category that was meant to be read.
_LONGEST_LINE = 1000


def scrub(text: str) -> str:
    """Return text without characters that XML, PostgreSQL or Discord refuse."""
    return _FORBIDDEN.sub("", text)


def one_line(text: str) -> str:
    """Return scrubbed text with every run of white space made one space, without what is not seen, within a bound."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", scrub(text[: 4 * _LONGEST_LINE]))).strip()[:_LONGEST_LINE]


def plain_title(text: str) -> str:
    """Return a title written as HTML, once more escaped than need be or not, as plain text."""
    return one_line(html.unescape(_TAG.sub("", text[: 8 * _LONGEST_LINE])))


def plain_name(text: str) -> str:
    """Return a name; WordPress escapes names twice."""
    return one_line(html.unescape(text))


def with_base(text: str, base: str | None) -> str:
    """Return HTML that carries what its relative addresses are relative to (HTML, ``base``), where it is not its page.

    :param base: None: its page, which whoever renders it knows.
    """
    return f'<base href="{html.escape(base)}">{text}' if base and _RELATIVE.search(text) else text
