"""Refuse documents whose structure makes parsers slow: very deep nesting, or elements with very many attributes.

``item_spans.py`` notices both in well-formed documents. Others are checked here in one pass, before feedparser's slow
lenient parser reads them.
"""

import re

from bot.adapters.feeds.documents.body import TooMuch
from bot.adapters.net.ssrf_guard import host_of

#: Elements within each other. Posts written as XHTML come to some dozens; where elements are never closed, they seem
#: to hold all that follows.
DEEPEST = 1000
#: Attributes of one element; the parser's cost is the square of their number.
MOST_ATTRIBUTES = 200
#: A tag; what stands in CDATA or in a comment is text, to the end where nothing closes it.
_TAG = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)([A-Za-z_][\w:.-]*)([^<>]*)", re.DOTALL)
#: HTML's elements that are never closed (HTML, 13.1.2), as they stand in unescaped descriptions.
_NEVER_CLOSED = frozenset(b"area base br col embed hr img input li link meta p param source td th tr track wbr".split())


def check_structure(body: bytes, *, url: str) -> None:
    """Look through a document that is not well-formed, or not known to be.

    :param body: UTF-8.
    :raises TooMuch: it is built so that parsing it would take very long.
    """
    open_: dict[bytes, int] = {}
    depth = 0
    for found in _TAG.finditer(body):
        closing, name, rest = found.groups()
        if name is None or name in _NEVER_CLOSED or rest.endswith(b"/"):
            continue
        if not closing:
            open_[name] = open_.get(name, 0) + 1
            depth += 1
        elif open_.get(name):
            open_[name] -= 1
            depth -= 1
        if depth > DEEPEST:
            raise too_deep(url)
        if rest.count(b"=") > MOST_ATTRIBUTES:
            raise too_many_attributes(url)


def too_deep(url: str) -> TooMuch:
    """Say that elements stand within elements without end."""
    return TooMuch(
        f"The feed of {host_of(url)} could not be read: its elements are nested too deeply. "
        "The blog's owner should check what generates it."
    )


def too_many_attributes(url: str) -> TooMuch:
    """Say that an element has attributes without end."""
    return TooMuch(
        f"The feed of {host_of(url)} could not be read: an element in it has too many attributes. "
        "The blog's owner should check what generates it."
    )
