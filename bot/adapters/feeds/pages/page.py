"""Read what a web page and its headers say: links to feeds and APIs, redirects, WebSub hubs, titles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.adapters.feeds.addresses import resolve_address
from bot.adapters.feeds.pages.feed_links import find_anchors, is_feed
from bot.adapters.feeds.pages.platforms import platform_feeds
from bot.adapters.feeds.text import one_line, scrub
from bot.adapters.net.headers import parse_link_header
from bot.adapters.net.html import shorten_page
from bot.model.entry import FeedLink
from bot.model.feed import Push, PushProtocol, SeenSystem

#: The rel under which WordPress names its REST root, in headers and pages.
API_REL = "https://api.w.org/"
#: More elements than the head of any real page holds.
_MOST_LINKS = 2_000
#: RSS's ``cloud`` also knows XML-RPC and SOAP, which are out of use.
_CLOUD_PROTOCOLS = frozenset({"http-post", "https-post"})
#: HTML, "shared declarative refresh steps": seconds, and where to.
_REFRESH = re.compile(r"\s*(\d{1,9}|(?=\.))[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.*))", re.I | re.S)
#: Seconds. A page with a longer delay is there to be read; pages that reload themselves wait for minutes.
_LONGEST_REFRESH = 30
_LANGUAGE = re.compile(rb"<html\b[^<>]{0,2000}?\slang\s*=\s*[\"']?([a-z]{2,3})", re.I)
#: So much of a page holds its first tag.
_START = 4_000
#: A head is longer only where it holds programs.
_HEAD = 300_000
#: What stands between the names of a post and of its site: ``–``, ``|``, ``»``, ``::``.
_BETWEEN = r"\s+[^\w\s]{1,3}\s+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A web page as far as feeds go."""

    url: str
    title: str
    links: tuple[FeedLink, ...]
    #: False where only the headers of something else were read
    is_page: bool = True
    systems: tuple[SeenSystem, ...] = ()
    #: where it sends browsers on to, if it names no feed itself
    refresh: str | None = None


def read_page(body: bytes, *, url: str) -> Page:
    """Read title and links of a page; anything can be read, if to little avail.

    :param body: UTF-8.
    :param url: where it came from; links are resolved against it or the page's ``<base>``.
    """
    tree = LexborHTMLParser(shorten_page(body))
    base_tag = tree.css_first("base[href]")
    base = resolve_address(url, (base_tag.attributes.get("href") if base_tag else "") or "") or url
    title = tree.css_first("title")
    links: list[FeedLink] = []
    in_others: list[FeedLink] = []
    language = _LANGUAGE.search(body[:_START])
    for node in tree.css("link[href]")[:_MOST_LINKS]:
        attributes = node.attributes
        written = (attributes.get("href") or "").strip()
        # A link to nowhere is a template's gap, not the page itself.
        href = resolve_address(base, written) if written else None
        if href:
            kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
            name = one_line(attributes.get("title") or "")
            rels = dict.fromkeys((attributes.get("rel") or "").lower().split())
            is_other = language is not None and _is_in_another(attributes.get("hreflang"), language[1].decode())
            (in_others if is_other else links).extend(
                FeedLink(rel=rel, type=kind, href=href, title=name) for rel in rels
            )
    links += in_others
    refresh = None if any(map(is_feed, links)) else _find_refresh(tree, url=url, base=base)
    links += platform_feeds(url, tree)
    links += find_anchors(tree, base)
    shown = one_line(title.text()) if title else ""
    return Page(url=url, title=shown, links=tuple(links), refresh=refresh)


def _is_in_another(hreflang: str | None, language: str) -> bool:
    """Tell whether a link says that it leads to another language than the page's."""
    said = (hreflang or "").strip().lower().partition("-")[0]
    return said not in {"", "x", language.lower()}


def read_link_header(value: str, *, url: str) -> tuple[FeedLink, ...]:
    """Read a ``Link`` header (RFC 8288, 3), several of them joined by commas too."""
    links = []
    for target, named in parse_link_header(value):
        href = resolve_address(url, target)
        if href:
            kind, title = named.get("type", ""), one_line(named.get("title", ""))
            links += [
                FeedLink(rel=rel.lower(), type=kind, href=href, title=title) for rel in named.get("rel", "").split()
            ]
    return tuple(links)


def find_push(links: Iterable[FeedLink], *, url: str) -> Push | None:
    """Return where to subscribe to a feed's changes (W3C WebSub, 4): a hub and the topic's own name for itself.

    Where there is no hub, a cloud that takes HTTP POST: it only tells that something changed.

    :param links: those of the headers before those of the document.
    :param url: the feed's address, the topic where it does not name itself.
    """
    named = list(links)
    hub = next((link.href for link in named if link.rel == "hub"), None)
    if hub is not None:
        return Push(hub_url=hub, topic_url=next((link.href for link in named if link.rel == "self"), url))
    cloud = next((link.href for link in named if link.rel == "cloud" and link.type in _CLOUD_PROTOCOLS), None)
    return None if cloud is None else Push(hub_url=cloud, topic_url=url, protocol=PushProtocol.RSSCLOUD)


def _find_refresh(tree: LexborHTMLParser, *, url: str, base: str) -> str | None:
    """Return where a ``meta`` element sends browsers that run scripts; None: nowhere else."""
    for node in tree.css("meta[http-equiv][content]"):
        if (node.attributes.get("http-equiv") or "").strip().lower() != "refresh" or _is_without_scripts(node):
            continue
        return find_refresh(node.attributes.get("content") or "", url=url, base=base)
    return None


def find_refresh(content: str, *, url: str, base: str) -> str | None:
    """Return where a ``meta`` element or a header ``Refresh`` sends browsers; None: nowhere else, or too late.

    :param content: seconds, and the address.
    :param url: of the page that says so.
    """
    found = _REFRESH.match(content)
    written = next(filter(None, found.groups()[1:]), "") if found else ""
    target = resolve_address(base, written) if written.strip() else None
    if found is None or target is None or int(found[1] or 0) > _LONGEST_REFRESH:
        return None
    target = target.partition("#")[0]
    return target if target != url.partition("#")[0] else None


def _is_without_scripts(node: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        if above.tag == "noscript":
            return True
        above = above.parent
    return False


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
