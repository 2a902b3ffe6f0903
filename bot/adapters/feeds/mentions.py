"""Comments that are none: what other sites' software leaves on a WordPress when they link to a post; pure.

Its feeds show pingbacks and trackbacks as items like any other, in every language, and only how WordPress writes them
tells them apart. What a person could have written too is only suspected, and the post's own page tells.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.adapters.net.html import shorten_page
from bot.model.entry import ParsedComment

_DOTS = r"\[\s*(?:&#8230;|&hellip;|…|\.\.\.)\s*\]"
_PARAGRAPH = r"\s*(?:<p>\s*)?"
_END = r"\s*(?:</p>\s*)?"
#: ``[…] words around the link […]``; WordPress writes nothing else into a pingback.
_PINGBACK = re.compile(rf"{_PARAGRAPH}{_DOTS}\s(?:(?!</p>).)+\s{_DOTS}{_END}", re.S)
#: The title of the other post in bold, then an excerpt without any markup.
_TRACKBACK = re.compile(
    r"\s*(?:<p>\s*)?<strong>[^<]+</strong>(?:\s*</p>\s*<p>|\s*<br\s*/?>\s*(?:<br\s*/?>)?|\s*\n\s*\n)\s*[^<]*(?:</p>)?\s*"
)
#: Classes that WordPress gives an element by the type of what it shows.
_OTHER_TYPES = frozenset({"pingback", "trackback", "webmention", "note"})
_PLACES = ("comment-{}", "div-comment-{}", "li-comment-{}")
_MOST_ABOVE = 3
#: Comments are items of a list in most themes.
_LISTS = frozenset({b"li"})


def is_pingback(comment: ParsedComment) -> bool:
    """Whether WordPress wrote this for another site's link."""
    return comment.native_id is not None and _PINGBACK.fullmatch(comment.html) is not None


def may_be_trackback(comment: ParsedComment) -> bool:
    """Whether this looks as trackbacks do; a person may write a bold first line as well."""
    return comment.native_id is not None and bool(comment.author) and _TRACKBACK.fullmatch(comment.html) is not None


def is_other_type(page: bytes, number: str) -> bool:
    """Whether a post's page shows what has this number as something else than a comment.

    :param page: HTML.
    """
    tree = LexborHTMLParser(shorten_page(page, keep=_LISTS))
    for place in _PLACES:
        node = tree.css_first(f"#{place.format(number)}") if number.isdecimal() else None
        if node is not None:
            return _is_classed(node)
    return False


def _is_classed(node: LexborNode) -> bool:
    above: LexborNode | None = node
    for _ in range(_MOST_ABOVE):
        if above is None:
            return False
        classes = set((above.attributes.get("class") or "").split())
        if classes & _OTHER_TYPES:
            return True
        if "comment" in classes:
            return False
        above = above.parent
    return False
