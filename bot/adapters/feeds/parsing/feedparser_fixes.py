"""A mixin for feedparser's parsers that keeps elements separate which feedparser folds into one another.

feedparser reads the text of a picture (Media RSS) and of a podcast player (iTunes) as the item's own, and lets
attributes of an RSS ``link`` replace its content. It has no setting for this.
"""

import re
from functools import lru_cache
from typing import Any, Final

import feedparser
from feedparser.mixin import _FeedParserMixin

from bot.adapters.feeds.text import unwrap_cdata

#: feedparser resolves addresses against the document's own; a constant one keeps guids when the feed moves.
#: Its folder tells what was relative to the document from what was relative to the top of its site.
BASE_SITE: Final = "http://base.invalid"
BASE: Final = f"{BASE_SITE}/~/"

#: Namespace of RSS 0.90, which feedparser lists nowhere.
NETSCAPE: Final = "http://channel.netscape.com/rdf/simple/0.9/"
_THREADING: Final = "http://purl.org/syndication/thread/1.0"
#: What feedparser replaces in every text, as Windows has other characters there.
_C1_CONTROLS: Final = re.compile("[\x80-\x9f]")
#: Attributes by which feedparser resolves addresses.
_BASES: Final = ("xml:base", "base")
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


class FeedparserFixes(_FeedParserMixin):  # type: ignore[misc]
    """Changes to feedparser that both of its parsers get."""

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
        """Set the base where the document names one."""
        self.open_tag = tag
        if self.baseuri == BASE and any(name.lower() in _BASES and value.strip() for name, value in attributes):
            self.baseuri = self.url
        super().unknown_starttag(tag, attributes)

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        """Note what a prefix stands for."""
        super().track_namespace(prefix, usual_namespace(uri))

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
            # The page that RSS names, even beside links of Atom.
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
        """Use faster parameters for the text that begins."""
        super().push_content(tag, attributes, default_type, expecting_text)
        self.contentparams = _Parameters(self.contentparams)

    def decode_entities(self, element: str, text: str) -> str:
        """Return text that skips feedparser's table of C1 controls."""
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
        """Keep the longest of several summaries, in any order."""
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
        """Drop the end tag of an empty element."""
        # A browser takes the end tag of an empty element for another line break (HTML, 13.2.6.4.7).
        if escape or text != "</br>":
            super().handle_data(text, escape)


@lru_cache(maxsize=16)
def usual_namespace(uri: Any) -> Any:
    """Return the usual spelling of a namespace: software that turns a site to https rewrites namespaces, too."""
    return _USUAL_NAMESPACES.get(_bare(uri), uri) if uri else uri


def _bare(uri: str) -> str:
    return uri.strip().lower().removeprefix("https:").removeprefix("http:").rstrip("/#")


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

    setattr(FeedparserFixes, f"_start_{key}", start)
    setattr(FeedparserFixes, f"_end_{key}", end)


for _key, _type in _OTHER_TEXTS.items():
    _add_handlers(_key, _type)


setattr(FeedparserFixes, "_start_thr_in-reply-to", _start_in_reply_to)
setattr(FeedparserFixes, "_end_thr_in-reply-to", lambda _: None)
_FeedParserMixin.namespaces[NETSCAPE] = ""
_FeedParserMixin.namespaces[_THREADING] = "thr"
_USUAL_NAMESPACES: Final = {_bare(namespace): namespace for namespace in _FeedParserMixin.namespaces if namespace}
