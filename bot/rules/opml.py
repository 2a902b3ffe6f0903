"""Lists of feeds as OPML (2.0, http://opml.org/spec2.opml): read from whatever somebody handed in, and written. Pure.

Folders are outlines without a feed. No entity is expanded and nothing outside the document is ever looked at.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

from bot.model.errors import Refused
from bot.model.opml import ListedFeed

#: More would keep a small machine at it for hours.
MOST_FEEDS: Final = 500
#: Readers nest once or twice.
_DEEPEST: Final = 50
_TITLE: Final = 300
_NOT_OPML: Final = "This is no OPML file: such a list comes from a feed reader's export."

#: What XML 1.0 cannot hold, escaped or not (its section 2.2).
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse_opml(data: bytes) -> tuple[ListedFeed, ...]:
    """Read a list; a feed that stands in it twice counts where it stands first.

    :raises Refused: it is no such list, or holds none or too many; the text says which.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Refused(_NOT_OPML) from error
    feeds: dict[str, ListedFeed] = {}
    for each in reader.feeds:
        feeds.setdefault(each.url, each)
    if not feeds:
        raise Refused("There is no feed in this list.")
    if len(feeds) > MOST_FEEDS:
        raise Refused(f"There are {len(feeds)} feeds in this list; {MOST_FEEDS} can be imported at once.")
    return tuple(feeds.values())


def write_opml(feeds: Iterable[ListedFeed], *, title: str, at: datetime) -> bytes:
    """Write a list, its folders as outlines around their feeds, in the order given."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = _writable(title)
    ElementTree.SubElement(head, "dateCreated").text = format_datetime(at)
    folders: dict[tuple[str, ...], ElementTree.Element] = {(): ElementTree.SubElement(root, "body")}
    for feed in feeds:
        for depth in range(1, len(feed.folder) + 1):
            path = feed.folder[:depth]
            if path not in folders:
                name = _writable(path[-1])
                folders[path] = ElementTree.SubElement(folders[path[:-1]], "outline", text=name, title=name)
        name = _writable(feed.title or feed.url)
        known = {"type": "rss", "text": name, "title": name, "xmlUrl": _writable(feed.url)}
        if feed.home_url:
            known["htmlUrl"] = _writable(feed.home_url)
        ElementTree.SubElement(folders[feed.folder], "outline", known)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


class _Reader:
    """One pass of expat over a list."""

    def __init__(self) -> None:
        self.feeds: list[ListedFeed] = []
        #: the open elements: a folder's name, or None for what is none
        self._open: list[str | None] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._refuse_entity

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open and name.lower() != "opml":
            raise Refused(_NOT_OPML)
        if len(self._open) >= _DEEPEST:
            raise Refused("The folders of this list are nested too deep.")
        given = {key.lower(): value for key, value in attributes.items()}
        self._open.append(_folder_name(given) if name.lower() == "outline" else None)
        url = given.get("xmlurl", "").strip()
        if url and name.lower() == "outline":
            folder = tuple(each for each in self._open[:-1] if each)
            home_url = given.get("htmlurl", "").strip() or None
            # Who has no name for a feed may write its address.
            title = "" if _name(given) == url else _name(given)
            self.feeds.append(ListedFeed(url=url, title=title, home_url=home_url, folder=folder))

    def _end(self, name: str) -> None:
        self._open.pop()

    def _refuse_entity(self, *declaration: object) -> None:
        raise Refused("This file declares entities of its own, which no list of feeds needs, so I do not read it.")


def _folder_name(given: Mapping[str, str]) -> str | None:
    return None if given.get("xmlurl", "").strip() else _name(given) or None


def _name(given: Mapping[str, str]) -> str:
    return next(filter(None, _one_line(given)), "")


def _one_line(given: Mapping[str, str]) -> Iterator[str]:
    for key in ("title", "text"):
        yield " ".join(given.get(key, "").split())[:_TITLE]


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)
