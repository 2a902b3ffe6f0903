"""Decode a document to UTF-8 from what its bytes, the server and its own prolog say about the encoding.

Where none of them is right, the encoding is guessed.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: UTF-16 and UTF-32 without a mark, by the first character of XML or JSON that is no white space (XML 1.0, appendix F).
_WIDE = (
    (re.compile(rb"(?:\0{3}[\t\n\r ])*\0{3}[<{\[]"), "utf-32-be"),
    (re.compile(rb"(?:[\t\n\r ]\0{3})*[<{\[]\0{3}"), "utf-32-le"),
    (re.compile(rb"(?:\0[\t\n\r ])*\0[<{\[]\0"), "utf-16-be"),
    (re.compile(rb"(?:[\t\n\r ]\0)*[<{\[]\0"), "utf-16-le"),
)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_PROLOG = re.compile(rb"<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"'][^<>]{0,200}?\?>", re.I)
_META = re.compile(rb"<meta\s[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_LANGUAGE = re.compile(rb"(?:<(?:dc:)?language>\s*|xml:lang\s*=\s*[\"'])([a-z]{2,3})", re.I)
_HEAD = 4096
#: Python calls these encodings of text too, but no document is written in them.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined", "unicode_escape"}
)
#: Charsets that servers name by default for every document.
_SERVER_DEFAULTS = frozenset({"ascii", "iso8859-1", "cp1252", "utf-8"})
#: The larger sets that are meant where the smaller ones are named (WHATWG Encoding, 4.2).
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
#: Charsets that write every letter in two bytes or four.
_WIDE_NAMES = ("utf-16", "utf-32")
_BY_LANGUAGE = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "sr", "mk"), ("cp1251",)),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "ro"), ("cp1250",)),
    "el": ("cp1253",),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "ar": ("cp1256",),
    "fa": ("cp1256",),
    "th": ("cp874",),
    "ja": ("euc-jp", "cp932"),
    "zh": ("gb18030", "big5"),
    "ko": ("cp949",),
}
#: Three and more high bytes in a row: Cyrillic words look like this, accents in Latin words do not.
_RUN = re.compile(rb"[\xc0-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")


def to_utf8(body: bytes, *, content_type: str) -> tuple[bytes, str, bool]:
    """Return the bytes as UTF-8 without a byte order mark, the charset they were in, and whether it was guessed.

    The order: a byte order mark, bytes that are valid UTF-8, the header (unless it is what servers say of
    everything and the prolog knows better), the prolog, a guess by language and looks. RFC 3023's us-ascii for
    ``text/xml`` is what no feed means (RFC 7303, 3.2).

    :param content_type: the header as it came, or the empty string.
    """
    return _to_utf8(body, content_type, _PROLOG.search(body[:_HEAD]))


def page_to_utf8(body: bytes, *, content_type: str) -> bytes:
    """Return a web page as UTF-8, in the same order; what a feed says in its prolog, a page says in a ``meta``.

    :param content_type: the header as it came, or the empty string.
    """
    return _to_utf8(body, content_type, _PROLOG.search(body[:_HEAD]) or _META.search(body[:_HEAD]))[0]


def _to_utf8(body: bytes, content_type: str, own: re.Match[bytes] | None) -> tuple[bytes, str, bool]:
    """Decode a document.

    :param own: what the document calls its charset; None: nothing.
    """
    for start, charset in _WIDE:
        if start.match(body):
            return _decode(body, charset, "replace"), charset, False
    body = body.lstrip() if body[:1].isspace() else body
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _decode(body.removeprefix(codecs.BOM_UTF8), charset, "replace"), charset, False
    by_server = _known(charset_in(content_type) or "")
    if by_server and by_server.startswith(_WIDE_NAMES) and b"\0" in body[:_HEAD]:
        return _decode(body, by_server, "replace"), by_server, False
    for charset in _named(body, by_server, _known(own[1].decode("ascii")) if own else None):
        decoded = _try(body, charset)
        if decoded is not None:
            return decoded, charset, False
    guess = _guess(body)
    return _decode(body, guess, "replace"), guess, True


def charset_in(content_type: str) -> str | None:
    """Return the charset of a Content-Type header as it stands there."""
    found = _IN_HEADER.search(content_type)
    return found[1] if found else None


def _named(body: bytes, by_server: str | None, by_document: str | None) -> list[str]:
    """Return what is to be tried, in order; a named UTF-8 that is none is no longer among it."""
    names = [by_server, by_document]
    if by_document and by_server in _SERVER_DEFAULTS:
        names.reverse()
    # Stateful charsets look like ASCII: only there the document's word counts before its bytes.
    stateful = any(name and name.startswith(("iso2022", "hz")) for name in names)
    first = [] if body.isascii() and stateful else ["utf-8"]
    # A name that is readable as ASCII excludes a wide charset.
    said = [name for name in names if name and name != "utf-8" and not name.startswith(_WIDE_NAMES)]
    return [*first, *(_MEANT.get(name, name) for name in said)]


def _known(name: str) -> str | None:
    plain = name.lower()
    for spelled in (plain, plain.removeprefix("x-"), plain.replace("windows-", "cp")):
        if spelled in _NO_CHARSETS:
            continue
        try:
            found = codecs.lookup(spelled)
            b"".decode(found.name)
        except LookupError:
            continue
        return found.name
    return None


def _try(body: bytes, charset: str) -> bytes | None:
    if charset == "utf-8" and _is_utf8(body):
        return body
    try:
        return _decode(body, charset, "strict")
    except UnicodeError:
        return None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode(body: bytes, charset: str, errors: str) -> bytes:
    return body.decode(charset, errors).removeprefix("\ufeff").encode("utf-8", "replace")


def _guess(body: bytes) -> str:
    """Guess the charset of bytes without a correct label."""
    if _mostly_utf8(body):
        return "utf-8"
    found = _LANGUAGE.search(body[:_HEAD])
    for charset in _BY_LANGUAGE.get(found[1].decode().lower(), ()) if found else ():
        if _try(body, charset) is not None:
            return charset
    in_runs = sum(map(len, _RUN.findall(body)))
    return "cp1251" if in_runs * 2 > len(_HIGH.findall(body)) else "cp1252"


def _mostly_utf8(body: bytes) -> bool:
    """Tell whether damage is the exception: a text cut in the middle of a letter, one line from another source."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 2 <= sum(map(len, re.findall("[^\x00-\x7f\ufffd]+", text)))
