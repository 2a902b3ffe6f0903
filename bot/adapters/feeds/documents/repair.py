"""Repair the most common faults in XML: bare ampersands and HTML's named character references.

A well-formed document can be cut to its new items, and is parsed several times as fast.
"""

import re
from html.entities import html5
from typing import Final

_CDATA: Final = re.compile(rb"(<!\[CDATA\[.*?\]\]>)", re.S)
_AMPERSAND: Final = re.compile(rb"&(?:#(?:([0-9]{1,20})|[xX]([0-9a-fA-F]{1,16}));|([A-Za-z][A-Za-z0-9]{0,31});)?")
_PREDEFINED: Final = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
#: Before the root: declarations, comments, processing instructions and white space.
_PROLOG: Final = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[[^\]]*\]\s*)?>)*", re.S | re.I)
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^<>\[]*>", re.I)


def repair_references(body: bytes) -> bytes:
    """Return a document in which each ampersand begins a reference that XML knows (XML 1.0, 4.1).

    :param body: UTF-8.
    """
    if b"&" not in body:
        return body
    parts = _CDATA.split(body)
    return b"".join(part if at % 2 else _AMPERSAND.sub(_reference, part) for at, part in enumerate(parts))


def without_doctype(body: bytes) -> bytes:
    """Return a document without a DOCTYPE that declares nothing: it only makes a parser ask for what it names."""
    prolog = _PROLOG.match(body)
    return body if prolog is None else _DOCTYPE.sub(b"", prolog[0]) + body[prolog.end() :]


def after_prolog(body: bytes) -> bytes:
    """Return a document from its root on."""
    prolog = _PROLOG.match(body)
    return body if prolog is None else body[prolog.end() :]


def _reference(found: re.Match[bytes]) -> bytes:
    decimal, hexadecimal, name = found.groups()
    if decimal or hexadecimal:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        if number in (11, 12):
            return b" "
        return found[0].replace(b"X", b"x", 1) if _is_character(number) else b""
    if name is None:
        return b"&amp;"
    if name in _PREDEFINED:
        return found[0]
    characters = html5.get(f"{name.decode()};")
    return b"".join(b"&#%d;" % ord(each) for each in characters) if characters else b"&amp;" + found[0][1:]


def _is_character(number: int) -> bool:
    """Tell whether XML 1.0 allows a character (2.2)."""
    return number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
