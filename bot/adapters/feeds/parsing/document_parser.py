"""feedparser, with elements kept apart that it folds into one another; pure.

It reads the text of a picture (Media RSS) and of a podcast player (iTunes) as the item's own, takes whatever stands
within an extension element for a child of the entry (RFC 4287, 6.4), and lets attributes of an RSS ``link`` replace its
content. feedparser has no setting for this, so it is given two parser classes that are derived from its own.
"""

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
from feedparser.mixin import _FeedParserMixin
from feedparser.urls import make_safe_absolute_uri

from bot.adapters.feeds.documents.nesting import LooseNesting, belongs_to_extension, is_container
from bot.adapters.feeds.documents.repair import after_prolog
from bot.adapters.feeds.text import unwrap_cdata

#: feedparser resolves addresses against the document's own; a constant one keeps guids when the feed moves.
#: Its folder tells what was relative to the document from what was relative to the top of its site.
BASE_SITE: Final = "http://base.invalid"
BASE: Final = f"{BASE_SITE}/~/"

_NETSCAPE: Final = "http://channel.netscape.com/rdf/simple/0.9/"
_NETSCAPES: Final = (_NETSCAPE.encode(), b"http://my.netscape.com/rdf/simple/0.9/")
_THREADING: Final = "http://purl.org/syndication/thread/1.0"
#: What feedparser replaces in every text, as Windows has other characters there.
_C1_CONTROLS: Final = re.compile("[\x80-\x9f]")
#: feedparser asks for the base of each element, which nearly always is that of the one around it. Few are kept, as a
#: document may make them long.
_safe_base: Final = lru_cache(maxsize=8)(make_safe_absolute_uri)
_ROOTS: Final = frozenset(("rss", "rdf:rdf", "feed", "channel"))
#: Attributes by which feedparser resolves addresses.
_BASES: Final = ("xml:base", "base")
_ITEMS: Final = frozenset(("item", "entry"))
#: Texts that are not the item's own, by the key under which they are kept here.
_OTHER_TEXTS: Final = {
    "media_description": "text/plain",
    "itunes_summary": "text/plain",
    "itunes_subtitle": "text/plain",
    "googleplay_description": "text/plain",
    "dc_description": "text/html",
}
OTHER_TEXTS: Final = tuple(_OTHER_TEXTS)
"""Keys of texts that stand in for an item's own where it has none, the best first."""


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
    # RSS 0.90 is the only version without an element or an attribute of its own.
    if not parsed.get("version") and not any(namespace in after_prolog(body)[:4096] for namespace in _NETSCAPES):
        return None
    fault = type(parsed["bozo_exception"]).__name__ if parsed.get("bozo") else ""
    return ParsedDocument(
        feed=parsed["feed"], items=parsed["entries"], version=parsed["version"] or "rss090", fault=fault
    )


class _Text(str):
    """A text that is looked through once before each of its characters is looked up in a table of C1 controls."""

    __slots__ = ()

    def translate(self, table: Any, /) -> str:
        """Replace what the table has; without any of it, the text as it is."""
        return super().translate(table) if _C1_CONTROLS.search(self) else str(self)


class _Parameters(feedparser.FeedParserDict):  # type: ignore[misc]
    """What is said of a text: strings and numbers, none of which has a second name.

    It is asked at the start and the end of each element, and copied with each text.
    """

    get = dict.get
    __getitem__ = dict.__getitem__

    def __deepcopy__(self, _memo: object) -> feedparser.FeedParserDict:
        return feedparser.FeedParserDict(self)


class _FeedparserFixes(_FeedParserMixin):  # type: ignore[misc]
    """What both parsers do otherwise than feedparser's."""

    #: where the document came from
    url = BASE
    baseuri: str
    #: A name is no address, even where it looks like one (RFC 4287, 4.2.6).
    can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.contentparams: Any = _Parameters()
        self.open_tag = ""
        self.rss_link: Any = None

    def unknown_starttag(self, tag: str, attributes: Any) -> None:
        self.open_tag = tag
        if self.baseuri == BASE and any(name.lower() in _BASES and value.strip() for name, value in attributes):
            self.baseuri = self.url
        super().unknown_starttag(tag, attributes)

    def _start_link(self, attributes: Any) -> None:
        """Begin a link: RSS has its address as content, Atom as ``href`` (RFC 4287, 4.2.7.1)."""
        if self.open_tag == "link" and not self.version.startswith("atom"):
            self.rss_link = attributes
            self.push("rss_link", 0)
        elif _has_address(attributes):
            super()._start_link(attributes)
        else:
            self.push("link_without_href", 0)

    def _end_link(self) -> None:
        self.pop("link_without_href")
        attributes, self.rss_link = self.rss_link, None
        if attributes is None:
            return
        if address := unwrap_cdata(self.pop("rss_link") or "").strip():
            super()._start_link({})
            self.elementstack[-1][2].append(address)
            self.pop("link")
            # The page that RSS names, whatever links of Atom's stand beside it.
            context = self._get_context()
            context.setdefault("page", dict.get(context, "link"))
        elif _has_address(attributes):
            super()._start_link(attributes)

    def _sync_author_detail(self, key: str = "author") -> None:
        """Keep an author's text as the name: addresses of mail are taken out where names are read."""
        context = self._get_context()
        people = context.get(f"{key}s")
        if people and not people[-1] and context.get(key):
            people[-1]["name"] = context[key]

    def _end_title(self) -> None:
        """Keep what Atom, or its own markup, says a title is; of other titles feedparser guesses.

        A picture's title (Media RSS) that stands behind the item's own replaces neither it nor what it is.
        """
        kind = self.contentparams.get("type")
        stated = kind if self.version.startswith("atom") or kind == "application/xhtml+xml" else None
        context = self._get_context()
        before = dict.get(context, "title")
        super()._end_title()
        if not self.insource and not self.inimage and dict.get(context, "title") is not before:
            context["title_type"] = stated

    def _save_author(self, key: str, value: str, prefix: str = "author") -> None:
        """Keep who wrote it: feedparser takes the owner of a podcast for one more author."""
        if prefix == "author":
            super()._save_author(key, value, prefix)

    def push_content(self, tag: str, attributes: Any, default_type: str, expecting_text: int) -> None:
        super().push_content(tag, attributes, default_type, expecting_text)
        self.contentparams = _Parameters(self.contentparams)

    def decode_entities(self, element: str, text: str) -> str:
        return _Text(super().decode_entities(element, text))

    def _start_description(self, attributes: Any) -> None:
        if self.inimage or self.intextinput:
            self.push("image_description", 0)
            return
        self.push_content("description", attributes, "text/html", self.infeed or self.inentry or self.insource)

    def _end_description(self) -> None:
        if self.inimage or self.intextinput:
            self.pop("image_description")
            return
        self._end_text("description")

    def _start_summary(self, attributes: Any) -> None:
        self.push_content("summary", attributes, "text/plain", 1)

    def _end_summary(self) -> None:
        self._end_text("summary")

    def _end_text(self, element: str) -> None:
        """Of several summaries keep the longest, in whichever order they stand."""
        entry = self.entries[-1] if self.inentry and not self.insource else {}
        before, detail = entry.get("summary"), entry.get("summary_detail")
        if any(part.get("value") == before for part in entry.get("content") or ()):
            # feedparser's copy of the full text is no summary.
            before = None
        self.pop_content(element)
        if before and len(entry.get("summary") or "") < len(before):
            entry["summary"], entry["summary_detail"] = before, detail

    def handle_charref(self, ref: str) -> None:
        """Leave out what is no character (XML 1.0, 4.1): feedparser stops reading at one."""
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):
            return

    def handle_data(self, text: str, escape: int = 1) -> None:
        # A browser takes the end tag of an empty element for another line break (HTML, 13.2.6.4.7).
        if escape or text != "</br>":
            super().handle_data(text, escape)


def _has_address(attributes: Any) -> bool:
    return any(attributes.get(name) for name in ("href", "url", "uri"))


def _start_in_reply_to(self: Any, attributes: Any) -> None:
    """Keep each of several (RFC 4685, 3)."""
    context = self._get_context()
    context["thr_in-reply-to"] = [*(dict.get(context, "thr_in-reply-to") or ()), attributes]


def _add_handlers(key: str, default_type: str) -> None:
    """Let both parsers keep an element's text under a key of its own."""

    def start(self: Any, attributes: Any) -> None:
        self.push_content(key, attributes, default_type, 1)

    def end(self: Any) -> None:
        self.pop_content(key)

    setattr(_FeedparserFixes, f"_start_{key}", start)
    setattr(_FeedparserFixes, f"_end_{key}", end)


for _key, _type in _OTHER_TEXTS.items():
    _add_handlers(_key, _type)


class _Strict(_FeedparserFixes):
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
        self.namespace = name[0]
        super().startElementNS(name, qname, attributes)

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


class _LooseParser(_FeedparserFixes, feedparser.api.LooseFeedParser):  # type: ignore[misc]
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
    _FeedparserFixes.url = url
    # Dates are read by ``date_text.py``.
    handlers.clear()
    mixin.make_safe_absolute_uri = _safe_base
    try:
        yield
    finally:
        api.StrictFeedParser, api.LooseFeedParser, api.PREFERRED_XML_PARSERS, handlers[:] = theirs
        mixin.make_safe_absolute_uri = make_safe_absolute_uri


# A namespace that feedparser lists nowhere (RSS 0.90); known, it changes nothing else.
setattr(_FeedparserFixes, "_start_thr_in-reply-to", _start_in_reply_to)
setattr(_FeedparserFixes, "_end_thr_in-reply-to", lambda _: None)
_FeedParserMixin.namespaces[_NETSCAPE] = ""
_FeedParserMixin.namespaces[_THREADING] = "thr"
