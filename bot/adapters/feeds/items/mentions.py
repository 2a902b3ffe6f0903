"""Recognise pingbacks and other types of WordPress comments, by their text or their post's page.

Comment feeds list them like any other comment, in every language.
"""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.adapters.net.html import shorten_page
from bot.model.entry import ParsedComment
from bot.model.ids import NativeId

_DOTS = r"\[\s*(?:&#8230;|&hellip;|…|\.\.\.)\s*\]"
_PARAGRAPH = r"\s*(?:<p>\s*)?"
_END = r"\s*(?:</p>\s*)?"
#: ``[…] words around the link […]``; WordPress writes nothing else into a pingback.
_PINGBACK = re.compile(rf"{_PARAGRAPH}{_DOTS}\s(?:(?!</p>).)+\s{_DOTS}{_END}", re.S)
#: What WordPress's ``comment_class()`` writes behind the type of what it shows, and what only it writes.
_AFTER_TYPE = frozenset({"byuser", "even", "odd"})
_DEPTH = re.compile(r"depth-\d+")
#: Types that themes name which write classes by themselves.
_NAMED_TYPES = frozenset({"pingback", "trackback", "webmention", "comment"})
_PLACES = ("comment-{}", "div-comment-{}", "li-comment-{}")
_NUMBERED = re.compile(r"comment-(\d+)")
_MOST_ABOVE = 3
#: Comments are items of a list in most themes.
_LISTS = frozenset({b"li"})


def is_pingback(comment: ParsedComment) -> bool:
    """Tell whether a comment is written as WordPress writes pingbacks; a person may have written the same."""
    return comment.native_id is not None and _PINGBACK.fullmatch(comment.html) is not None


def types_on_page(page: bytes, numbers: Sequence[NativeId]) -> dict[NativeId, str]:
    """Return as what a post's page shows comments, by their numbers; those of which it does not tell are left out.

    :param page: HTML.
    :return: WordPress's types: ``comment``, ``pingback``, ``review`` or whatever a plugin adds.
    """
    tree = LexborHTMLParser(shorten_page(page, keep=_LISTS))
    found = {}
    for number in numbers:
        places = (tree.css_first(f"#{place.format(number)}") for place in _PLACES if number.isdecimal())
        node = next((place for place in places if place is not None), None)
        name = _type_of(node, number)
        if name is not None:
            found[number] = name
    return found


def _type_of(node: LexborNode | None, number: NativeId) -> str | None:
    """Read the classes of a comment's element, or of those around it, as far as they are not another comment's."""
    for _ in range(_MOST_ABOVE):
        if node is None:
            return None
        named = _NUMBERED.search(node.attributes.get("id") or "")
        if named and named[1] != number:
            return None
        classes = (node.attributes.get("class") or "").split()
        named_types = _NAMED_TYPES.intersection(classes)
        name = _type_by_wordpress(classes) or (next(iter(named_types)) if len(named_types) == 1 else None)
        if name is not None or named_types:
            return name
        node = node.parent
    return None


def _type_by_wordpress(classes: Sequence[str]) -> str | None:
    """Return the type that ``comment_class()`` wrote; themes add classes before and behind its own."""
    if not any(_DEPTH.fullmatch(each) for each in classes):
        return None
    place = next((place for place, each in enumerate(classes) if each in _AFTER_TYPE), 0)
    return classes[place - 1] if place else None
