"""Read the line "In reply to Name." that WordPress writes into the text of threaded comments.

It is in the site's language, so its words prove nothing, and a commenter can type the same line. So it counts only at
the very start, only with a link to another comment on the same page, and not where WordPress marked the link as a
commenter's (``rel="nofollow"``, since 5.3 also ``ugc``).
"""

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from bot.adapters.feeds.items.identity import comment_number
from bot.model.address import entry_link, same_address

#: Localised: some words, a link to a comment, an end mark; then a paragraph's end or an empty line.
_LINE = re.compile(
    r"""\s*(?P<open><p>)?\s*
    (?P<before>[^<>\n]{0,120})
    <a\s(?P<attributes>[^<>]{1,2000})>(?P<name>[^<>]{0,300})</a>
    (?P<after>[^<>\n]{0,60}?)
    (?P<end>\s*</p>\s*|\s*<br\s*/?>\s*(?:<br\s*/?>\s*)?|[ \t]*\r?\n\s*|(?<=[.。:])\s+|\s*$)""",
    re.X | re.I,
)
_HREF = re.compile(r"""(?<![\w-])href\s*=\s*["']([^"']*)["']""", re.I)
_OF_COMMENTERS = frozenset({"nofollow", "ugc"})
_REL = re.compile(r"""(?<![\w-])rel\s*=\s*["']([^"']*)["']""", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class InReplyLine:
    """The line, and the text without it."""

    parent_number: str
    parent_author: str
    html: str


def parse_in_reply_line(text: str, *, link: str | None, number: str) -> InReplyLine | None:
    """Read the line at the start of a comment, or return None.

    :param text: HTML of the comment.
    :param link: the comment's own address; the line has to lead to the same page, or another page of its comments.
    :param number: the comment's own number: nothing answers itself.
    """
    found = _LINE.match(text)
    if not found:
        return None
    href = _HREF.search(found["attributes"])
    rel = _REL.search(found["attributes"])
    target = html.unescape(href[1]) if href else ""
    parent = comment_number(target)
    if parent is None or parent == number or (rel and _OF_COMMENTERS & {*rel[1].lower().split()}):
        return None
    if link and not _on_one_page(target, link):
        return None
    rest = text[found.end() :]
    if found["open"] and "</p>" not in found["end"].lower():
        rest = f"<p>{rest}"
    return InReplyLine(parent_number=parent, parent_author=html.unescape(found["name"]).strip(), html=rest)


def _on_one_page(target: str, link: str) -> bool:
    try:
        return same_address(entry_link(urljoin(link, target)), entry_link(link))
    except ValueError:
        return False
