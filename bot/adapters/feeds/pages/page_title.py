"""The title of a post or page, as its own web page tells it in any language; pure."""

import re

from selectolax.lexbor import LexborHTMLParser

from bot.adapters.feeds.text import one_line, scrub
from bot.adapters.net.html import shorten_page

#: A head is longer only where it holds programs.
_HEAD = 300_000
#: What stands between the names of a post and of its site: ``–``, ``|``, ``»``, ``::``.
_BETWEEN = r"\s+[^\w\s]{1,3}\s+"


def read_title(body: bytes, *, site: str) -> str | None:
    """Return what a page calls itself, without the name of its site; None: it tells nothing but that.

    Open Graph's title comes first, as some sites write a slogan into ``<title>``.

    :param body: UTF-8.
    :param site: the blog's title.
    """
    tree = LexborHTMLParser(shorten_page(body[:_HEAD]))
    named = {
        (node.attributes.get("property") or "").lower(): one_line(scrub(node.attributes.get("content") or ""))
        for node in reversed(tree.css("meta[property]"))
    }
    sites = [name for name in (one_line(site), named.get("og:site_name", "")) if name]
    node = tree.css_first("head > title") or tree.css_first("title")
    for title in (named.get("og:title", ""), one_line(scrub(node.text())) if node else ""):
        own = _without_site(title, sites)
        if own:
            return own
    return None


def _without_site(title: str, sites: list[str]) -> str:
    """Take the site's name off an end of a title; the empty string where nothing else is left."""
    for name in map(re.escape, sites):
        found = re.fullmatch(rf"(?:{name}{_BETWEEN})?(.*?)(?:{_BETWEEN}{name})?", title, re.I)
        if found and found[1] != title:
            title = found[1]
    return "" if any(title.casefold() == name.casefold() for name in sites) else title
