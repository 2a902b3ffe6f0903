"""Parse RSS, Atom and RDF with feedparser, without taking an extension's elements for the entry's (RFC 4287, 6.4)."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import feedparser
import feedparser.api
import feedparser.datetimes
import feedparser.mixin
from feedparser.urls import make_safe_absolute_uri

from bot.adapters.feeds.documents.nesting import LooseNesting, belongs_to_extension, is_container
from bot.adapters.feeds.documents.repair import after_prolog
from bot.adapters.feeds.parsing.feedparser_fixes import BASE, NETSCAPE, FeedparserFixes, usual_namespace

_NETSCAPES: Final = (NETSCAPE.encode(), b"http://my.netscape.com/rdf/simple/0.9/")
#: feedparser asks for the base of each element, which nearly always is that of the one around it. Few are kept, as a
#: document may make them long.
_safe_base: Final = lru_cache(maxsize=8)(make_safe_absolute_uri)
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|RDF)[\s>]", re.I)
_ROOTS: Final = frozenset(("rss", "rdf:rdf", "feed", "channel"))
_ITEMS: Final = frozenset(("item", "entry"))


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document as feedparser's dictionaries."""

    feed: Any
    items: list[Any]
    #: feedparser's word for the format, such as ``rss20`` or ``atom10``
    version: str
    #: what the strict parser stumbled on, so that the lenient one read the document; empty: nothing
    fault: str


def parse_document(body: bytes, *, url: str) -> ParsedDocument | None:
    """Parse RSS, Atom or RDF; None where it is none of them.

    :param body: UTF-8.
    :param url: where it came from: a relative ``xml:base`` is relative to that (RFC 3986, 5.1; XML Base, 4).
    """
    with _own_parsers(url):
        parsed = feedparser.parse(
            # Never the bytes themselves: feedparser would open a file of that name.
            io.BytesIO(body),
            # As application/xml: for text/xml RFC 3023 makes it us-ascii, which no feed in the wild means.
            response_headers={"content-location": BASE, "content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    if not parsed.get("version") and not _is_feed(body, parsed["entries"]):
        return None
    fault = type(parsed["bozo_exception"]).__name__ if parsed.get("bozo") else ""
    return ParsedDocument(
        feed=parsed["feed"], items=parsed["entries"], version=parsed["version"] or "rss090", fault=fault
    )


def _is_feed(body: bytes, items: list[Any]) -> bool:
    """Tell whether a document of no known version is a feed: by the root and items, whatever their namespace."""
    root = after_prolog(body)[:4096]
    # RSS 0.90 is the only version without an element or an attribute of its own.
    return bool(items and _ROOT.match(root)) or any(namespace in root for namespace in _NETSCAPES)


class _Strict(FeedparserFixes):
    """For well-formed documents: what stands within an element of an extension is no child of the entry."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.namespace: str | None = None
        self.item_namespace: str | None = None
        #: names and depths of the open elements outside of texts
        self.parents: list[tuple[str, int]] = []
        #: how many elements are open within an element that is left out
        self.skipped_depth = 0

    def startElementNS(self, name: Any, qname: Any, attributes: Any) -> None:  # noqa: N802
        self.namespace = usual_namespace(name[0])
        super().startElementNS((self.namespace, name[1]), qname, attributes)

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: N802
        super().endElementNS((usual_namespace(name[0]), name[1]), qname)

    def unknown_starttag(self, tag: str, attributes: Any) -> None:
        name = self._map_to_standard_prefix(tag)
        if self.skipped_depth or self._belongs_to_extension(name):
            self.skipped_depth += 1
            return
        if name in _ITEMS and not self.inentry:
            self.item_namespace = self.namespace
        in_text = self.incontent
        super().unknown_starttag(tag, attributes)
        if not in_text:
            self.parents.append((name, self.depth))

    def unknown_endtag(self, tag: str) -> None:
        if self.skipped_depth:
            self.skipped_depth -= 1
            return
        if self.parents and self.parents[-1][1] == self.depth:
            self.parents.pop()
        super().unknown_endtag(tag)

    def _belongs_to_extension(self, name: str) -> bool:
        """Tell whether an element belongs to the element around it, and not to the feed or its entry."""
        if self.incontent or not self.parents or (name in _ROOTS and not self.infeed):
            return False
        if name in _ITEMS and not self.inentry:
            return False
        parent, _ = self.parents[-1]
        if is_container(parent):
            # An element of an unknown namespace is none of the feed's, although it may have the name of one.
            strange = self.namespace != self.item_namespace and str(self.namespace).lower() not in self._matchnamespaces
            return bool(self.inentry and ":" not in name and strange and hasattr(self, f"_start_{name}"))
        return belongs_to_extension(name, parent, in_entry=bool(self.inentry))


class _StrictParser(_Strict, feedparser.api.StrictFeedParser):  # type: ignore[misc]
    """In place of feedparser's own for well-formed documents."""


class _LooseParser(FeedparserFixes, feedparser.api.LooseFeedParser):  # type: ignore[misc]
    """In place of feedparser's own for all others."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.nesting = LooseNesting()

    def parse_starttag(self, i: int) -> int:
        self.nesting.move(self.rawdata, i)
        return int(super().parse_starttag(i))

    def parse_endtag(self, i: int) -> int:
        self.nesting.move(self.rawdata, i)
        return int(super().parse_endtag(i))

    def unknown_starttag(self, tag: str, attributes: Any) -> None:
        in_text = self.incontent
        if self.nesting.skips(self._map_to_standard_prefix(tag), own=in_text or not self.inentry):
            return
        super().unknown_starttag(tag, attributes)
        if not in_text:
            # Its own attributes may say what its prefix stands for.
            self.nesting.enter(self._map_to_standard_prefix(tag))

    def unknown_endtag(self, tag: str) -> None:
        if not self.nesting.is_skipped:
            super().unknown_endtag(tag)


@contextmanager
def _own_parsers(url: str) -> Iterator[None]:
    """Let feedparser use our classes, and leave it as it was: it offers no other way to choose them."""
    api, mixin, handlers = feedparser.api, feedparser.mixin, feedparser.datetimes._date_handlers
    theirs = api.StrictFeedParser, api.LooseFeedParser, api.PREFERRED_XML_PARSERS, list(handlers)
    # It would look for a parser of years ago that is nowhere, in all of the path, at each document.
    api.StrictFeedParser, api.LooseFeedParser, api.PREFERRED_XML_PARSERS = _StrictParser, _LooseParser, []
    FeedparserFixes.url = url
    # Dates are read by ``written_dates.py``.
    handlers.clear()
    mixin.make_safe_absolute_uri = _safe_base
    try:
        yield
    finally:
        api.StrictFeedParser, api.LooseFeedParser, api.PREFERRED_XML_PARSERS, handlers[:] = theirs
        mixin.make_safe_absolute_uri = make_safe_absolute_uri
