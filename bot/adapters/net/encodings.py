"""Take the content coding off a body, within a limit, and whatever the server says of it; pure."""

import zlib

_GZIP = b"\x1f\x8b"
#: zlib finds out by itself whether a gzip or a zlib header is there.
_ANY_HEADER = zlib.MAX_WBITS | 32
_PLAIN = frozenset({"", "identity"})
_ZIPPED = frozenset({"gzip", "x-gzip", "deflate"})


class Unreadable(Exception):
    """The bytes are in no coding we know, or are cut short."""


def inflate(body: bytes, coding: str, *, limit: int) -> bytes | None:
    """Return the body without its content coding; None where it would be longer than ``limit``.

    A gzip body that nobody announced is unpacked, a plain one announced as gzip is taken as it is: both are seen.

    :param coding: the Content-Encoding header, or the empty string.
    :param limit: bytes; a bomb is unpacked no further.
    :raises Unreadable: another coding, damage, or a body that ends too early.
    """
    named = coding.strip().lower()
    if body.startswith(_GZIP):
        return _unzip(body, _ANY_HEADER, limit)
    if named == "deflate" and body:
        return _unzip_deflate(body, limit)
    if named not in _PLAIN | _ZIPPED:
        raise Unreadable(named)
    return body if len(body) <= limit else None


def _unzip_deflate(body: bytes, limit: int) -> bytes | None:
    try:
        return _unzip(body, _ANY_HEADER, limit)
    except Unreadable:
        # Raw deflate without a zlib header is not what RFC 9110, 8.4.1.2 says, but is what some servers send.
        return _unzip(body, -zlib.MAX_WBITS, limit)


def _unzip(body: bytes, window: int, limit: int) -> bytes | None:
    unzip = zlib.decompressobj(window)
    try:
        plain = unzip.decompress(body, limit + 1)
    except zlib.error as error:
        raise Unreadable from error
    if len(plain) > limit:
        return None
    if not unzip.eof:
        raise Unreadable("it ends too early")
    return plain
