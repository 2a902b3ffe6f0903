"""Look at the bytes of an answer before a feed parser does: is it a feed at all, and in which encoding; pure."""

import re
from dataclasses import dataclass

from bot.adapters.net.guard import host_of
from bot.model.errors import PermanentError

_BOM = b"\xef\xbb\xbf"
_FEED_START = re.compile(rb"<\?xml\s|<(?:rss|feed|rdf:RDF)[\s>]|<!DOCTYPE\s+rss", re.I)
_FEED_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]", re.I)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.I)
#: What XML 1.0 forbids, in any encoding that holds ASCII as it is. ESC stays: ISO-2022 needs it.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]|\xef\xbf[\xbe\xbf]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00\xfe\xff")
_HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Bytes for the parser, and the charset it is to believe before the document's own word."""

    body: bytes
    charset: str | None


def prepare(body: bytes, *, content_type: str, url: str) -> Prepared:
    """Strip what stands before a document and what XML forbids in it.

    :raises PermanentError: empty, a web page, or JSON; the text says which.
    """
    host = host_of(url)
    bare = body.removeprefix(_BOM).lstrip()
    if not bare:
        raise PermanentError(f"{host} sent an empty answer instead of a feed.")
    if bare[:1] in b"{[":
        raise PermanentError(f"{url} is JSON, and only RSS and Atom feeds are read.")
    if bare.startswith(_WIDE):
        return Prepared(body=bare, charset=_charset_of(content_type))
    if is_web_page(bare):
        raise PermanentError(not_a_feed(bare, url))
    start = _FEED_START.search(bare[:_HEAD])
    # A warning of PHP before the prolog would make every strict parser give up.
    whole = _FORBIDDEN.sub(b"", bare[start.start() :] if start else bare)
    return Prepared(body=whole, charset="utf-8" if _is_utf8(whole) else _charset_of(content_type))


def is_web_page(body: bytes) -> bool:
    """Tell whether bytes look like HTML and hold no root of a feed near their start."""
    head = body[:_HEAD]
    page = _HTML.search(head)
    root = _FEED_ROOT.search(head)
    return bool(page) and not (root and page and root.start() < page.start())


def not_a_feed(body: bytes, url: str) -> str:
    """Return the sentence for bytes in which no feed was found."""
    return f"{url} is a web page, not a feed." if is_web_page(body) else f"{url} is not a feed."


def _charset_of(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def _is_utf8(body: bytes) -> bool:
    """Tell whether bytes are UTF-8 beyond doubt: then neither a header nor a prolog that says otherwise is right."""
    if body.isascii():
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
