"""Check the body of a response before it is parsed: is it a feed, and is it complete."""

import re
from dataclasses import dataclass, replace

from bot.adapters.feeds.documents.charset import to_utf8
from bot.adapters.feeds.documents.repair import after_prolog, without_doctype
from bot.adapters.net.ssrf_guard import host_of
from bot.model.errors import PermanentError

_FEED_START = re.compile(rb"<\?xml\s|<(?:\w+:)?(?:rss|feed|RDF)[\s>]|<!DOCTYPE\s+rss", re.I)
_FEED_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|RDF)[\s>]", re.I)
_JSON_FEED_START = re.compile(rb"\{\s*\"version\"\s*:\s*\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.I)
#: What XML 1.0 forbids. ESC stays: ISO-2022 needs it where it could not be decoded.
_FORBIDDEN = bytes(number for number in range(32) if number not in b"\t\n\v\f\r\x1b")
#: Two of these part words: office software writes them where a line ends.
_SPACES = bytes.maketrans(b"\v\f", b"  ")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_ITEM_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.I)
_ROOT_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.I)
#: Items of a document that are read; no feed meant for readers comes near this.
MOST_ITEMS = 1000
_HEAD = 4096
#: A document that ends as it should says so here, but for what software adds behind it.
_TAIL = 200
#: Tags that are opened and never closed: a few are a slip, so many are meant to keep a parser busy.
_MOST_UNCLOSED = 2000


class NotAFeed(PermanentError):
    """Something else than a feed came."""


class EmptyResponse(NotAFeed):
    """Nothing came."""


class TooMuch(PermanentError):
    """Taking a body apart needs too much time or memory.

    :param seconds: of computing time that went into it.
    """

    def __init__(self, text: str, *, seconds: float = 0.0) -> None:
        super().__init__(text)
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBody:
    """A document of a feed as UTF-8, without what stands before it and what XML forbids in it."""

    body: bytes
    is_json: bool = False
    #: False: it ends too early; then it was cut after its last whole item
    complete: bool = True
    remarks: tuple[str, ...] = ()
    #: what it was decoded from
    charset: str = "utf-8"


def prepare(body: bytes, *, content_type: str, url: str) -> PreparedBody:
    """Bring a body into the one form in which it is parsed.

    :raises NotAFeed: empty, a web page, or hostile; the text says which.
    """
    decoded, charset, guessed = to_utf8(body, content_type=content_type)
    bare = decoded.lstrip()
    if not bare:
        raise EmptyResponse(f"{host_of(url)} sent an empty response instead of a feed.")
    remarks = _guess_remark(charset, url) if guessed else ()
    json_at = _find_json(bare)
    if json_at is None and is_web_page(bare):
        raise NotAFeed(not_a_feed(bare, url))
    start = _FEED_START.search(bare[:_HEAD])
    if json_at or (json_at is None and start and start.start()):
        remarks += (f"Text stands before the feed of {host_of(url)}, such as a warning of its software.",)
    if json_at is not None:
        return PreparedBody(body=_without_tail(bare[json_at:]), is_json=True, remarks=remarks, charset=charset)
    # A warning of PHP before the prolog would make every strict parser give up.
    whole = without_doctype(bare[start.start() :] if start else bare).translate(_SPACES, _FORBIDDEN)
    for noncharacter in _NONCHARACTERS:
        whole = whole.replace(noncharacter, b"")
    if whole.count(b"<") - whole.count(b">") > _MOST_UNCLOSED:
        raise NotAFeed(f"{url} is not a feed: it has thousands of unclosed tags.")
    return replace(_cut(whole, remarks, url), charset=charset)


def is_web_page(body: bytes) -> bool:
    """Tell whether bytes look like HTML and hold no root of a feed near their start.

    Templates put HTML's DOCTYPE before everything: what a document is, its root says. JSON may hold tags in its texts.
    """
    if body.lstrip()[:1] in (b"{", b"["):
        return False
    root = after_prolog(body)[:_HEAD]
    if _FEED_ROOT.match(root):
        return False
    page, feed = _HTML.search(root), _FEED_ROOT.search(root)
    doctype = _HTML.match(body.lstrip())
    return bool(doctype or page) and not (feed and page and feed.start() < page.start())


def _find_json(body: bytes) -> int | None:
    """Return where the JSON of a document begins; behind other text only a JSON Feed that states its version."""
    if body[:1] in b"{[":
        return 0
    found = _JSON_FEED_START.search(body[:_HEAD])
    before = body[: found.start()] if found else b""
    return found.start() if found and not (_HTML.search(before) or _FEED_ROOT.search(before)) else None


def _without_tail(json: bytes) -> bytes:
    """Return JSON without what stands behind it, such as the comment of a cache."""
    end = json.rfind(b"}" if json[:1] == b"{" else b"]")
    return json[: end + 1] if end > 0 else json


def not_a_feed(body: bytes, url: str) -> str:
    """Return the sentence for bytes in which no feed was found."""
    return f"{url} is a web page, not a feed." if is_web_page(body) else f"{url} is not a feed."


def cut_after(body: bytes, items: int) -> bytes:
    """Return a document up to the end of so many items; the parser that mends what is broken is slow."""
    for number, found in enumerate(_ITEM_END.finditer(body), start=1):
        if number == items:
            more = _ITEM_END.search(body, found.end())
            return body[: found.end()] if more else body
    return body


def _guess_remark(charset: str, url: str) -> tuple[str, ...]:
    return (f"The feed of {host_of(url)} names a wrong encoding, or none; it was read as {charset}.",)


def _cut(body: bytes, remarks: tuple[str, ...], url: str) -> PreparedBody:
    """Leave out half an item at the end of a document that breaks off."""
    if _ROOT_END.search(body, max(len(body) - _TAIL, 0)):
        return PreparedBody(body=body, remarks=remarks)
    items_end = max((found.end() for found in _ITEM_END.finditer(body)), default=0)
    if not _FEED_ROOT.search(after_prolog(body)[:_HEAD]) or _ROOT_END.search(body, items_end):
        return PreparedBody(body=body, remarks=remarks)
    remarks += (f"The feed of {host_of(url)} ends too early.",)
    return PreparedBody(body=body[:items_end] if items_end else body, complete=False, remarks=remarks)
