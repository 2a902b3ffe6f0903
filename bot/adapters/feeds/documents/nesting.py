"""Tell which elements in an item belong to an extension and not to the item (RFC 4287, 6.4)."""

import re
from typing import Final

#: Elements of the feed formats that have children.
_CONTAINERS: Final = frozenset(
    ("rss", "rdf:rdf", "feed", "channel", "item", "entry", "source", "image", "textinput", "author", "contributor")
)
#: A tag; what stands in CDATA or in a comment is text, to the end where nothing closes it.
_TAG: Final = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)([A-Za-z_][\w:.-]*)[^<>]*>", re.DOTALL)
_ITEM: Final = re.compile(r"(?:.*:)?(?:item|entry)$")


def is_container(name: str) -> bool:
    """Tell whether a feed format gives an element children."""
    return name in _CONTAINERS


def belongs_to_extension(name: str, parent: str, *, in_entry: bool) -> bool:
    """Tell whether an element belongs to the element of an extension that it stands in.

    :param name: with the usual prefix of its namespace, as ``parent``.
    """
    if is_container(parent):
        return False
    prefix, parents_prefix = name.rpartition(":")[0], parent.rpartition(":")[0]
    return prefix != parents_prefix if parents_prefix else in_entry


class LooseNesting:
    """Follows a parser through a document that is not well-formed.

    Elements may be left open there, so only one that is closed within its item holds what stands in it.
    """

    def __init__(self) -> None:
        self._document = ""
        self._ends: dict[int, int] = {}
        self._at = 0
        #: names and ends of the elements that are open
        self._parents: list[tuple[str, int]] = []
        self._skipped_until = 0

    @property
    def is_skipped(self) -> bool:
        """The current tag stands within a skipped element."""
        return self._at < self._skipped_until

    def move(self, document: str, at: int) -> None:
        """Note where the tag that is read next begins."""
        if document is not self._document:
            self._document, self._ends = document, _element_ends(document)
        self._at = at

    def skips(self, name: str, *, own: bool) -> bool:
        """Tell whether the element that begins is another one's.

        :param name: as feedparser writes it: with an empty prefix where the namespace is the feed's.
        :param own: it stands in a text, or outside of items.
        """
        while self._parents and self._parents[-1][1] <= self._at:
            self._parents.pop()
        if self.is_skipped:
            return True
        if (
            own
            or not self._parents
            or not belongs_to_extension(name.removeprefix(":"), self._parents[-1][0], in_entry=True)
        ):
            return False
        self._skipped_until = self._ends.get(self._at, self._at + 1)
        return True

    def enter(self, name: str) -> None:
        """Note that the element that begins is open, if it is closed at all."""
        if self._at in self._ends:
            self._parents.append((name.removeprefix(":"), self._ends[self._at]))


def _element_ends(document: str) -> dict[int, int]:
    """Return where elements end, by where they begin, but for those that are not closed before their item ends."""
    ends: dict[int, int] = {}
    open_: dict[str, list[int]] = {}
    for tag in _TAG.finditer(document):
        name = (tag[2] or "").lower()
        if not tag[1]:
            open_.setdefault(name, []).append(tag.start())
        elif open_.get(name):
            ends[open_[name].pop()] = tag.end()
        if tag[1] and _ITEM.match(name):
            open_.clear()
    return ends
