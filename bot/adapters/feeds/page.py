"""What a web page and its headers say of feeds and APIs; pure. It follows no link."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.adapters.feeds.addresses import resolve_address, same_site
from bot.adapters.feeds.limits import LOOKED_AT
from bot.adapters.feeds.platforms import hidden_feeds
from bot.adapters.feeds.text import one_line
from bot.adapters.net.link_header import parse_link_header
from bot.model.entry import FeedLink
from bot.model.feed import Push, PushProtocol, SeenSystem

#: The rel under which WordPress names its REST root, in headers and pages.
API_REL = "https://api.w.org/"

_XML_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"}
)
_JSON_TYPE = "application/feed+json"
#: What a link for people to their feed ends in, where the head of the page names none.
_FEED_PATH = re.compile(r"(?:/(?:feed|rss|atom)(?:\.xml|\.json)?/?|\.(?:rss|atom|rdf)|[?&]feed=(?:rss2?|atom))$", re.I)
#: The rel of such a link here; no document writes it.
ANCHOR_REL = "x-anchor"
_MOST_ANCHORS = 4
_COMMENTS_TITLE = re.compile(
    r"comment|kommentar|comentari|comentári|reacties|kommentit|komentář|komentarz|yorum|комментар|коментар|コメント|评论|留言|댓글",
    re.I,
)
_COMMENTS_PATH = re.compile(r"/comments?(?:/|\.|$)", re.I)
#: RSS's ``cloud`` also knows XML-RPC and SOAP, which nobody speaks any more.
_CLOUD_PROTOCOLS = frozenset({"http-post", "https-post"})
#: Where WordPress keeps the feed of a page: of the home page the blog's, of a post its comments'.
_OF_PAGE = re.compile(r"(.*)/feed(?:/(?:atom|rss2?|rdf))?/?")
_PART_OF_SITE = re.compile(r"/(?:category|categories|tag|tags|author|search)/", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A web page as far as feeds go."""

    url: str
    title: str
    links: tuple[FeedLink, ...]
    #: False where only the headers of something else were read
    is_page: bool = True
    systems: tuple[SeenSystem, ...] = ()


def read_page(body: bytes, *, url: str) -> Page:
    """Read title and ``<link>`` elements of a page; anything can be read, if to little avail.

    :param url: where it came from; links are resolved against it or the page's ``<base>``.
    """
    tree = LexborHTMLParser(body[:LOOKED_AT])
    base_tag = tree.css_first("base[href]")
    base = resolve_address(url, (base_tag.attributes.get("href") if base_tag else "") or "") or url
    title = tree.css_first("title")
    links = []
    for node in tree.css("link[href]"):
        attributes = node.attributes
        href = resolve_address(base, attributes.get("href") or "")
        if href:
            kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
            name = one_line(attributes.get("title") or "")
            rels = (attributes.get("rel") or "").split()
            links += [FeedLink(rel=rel.lower(), type=kind, href=href, title=name) for rel in rels]
    links += hidden_feeds(tree, url=url)
    links += _anchors(tree, base)
    return Page(url=url, title=one_line(title.text()) if title else "", links=tuple(links))


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


def choose_entry_feeds(links: tuple[FeedLink, ...]) -> tuple[str, ...]:
    """Return the addresses of feeds of entries, those of the whole site first, else in the page's order."""
    return tuple(name_entry_feeds(links))


def name_entry_feeds(links: Iterable[FeedLink]) -> dict[str, str]:
    """Return the same addresses with the titles that the page gives them, which may be empty.

    Links in the text of the page count where its head names none; JSON Feed comes after what says the same in XML.
    """
    said = tuple(links)
    feeds = [link for link in said if _is_feed(link) and not _is_about_comments(link)]
    feeds = feeds or [link for link in said if link.rel == ANCHOR_REL and not _is_about_comments(link)]
    feeds.sort(key=lambda link: (bool(_PART_OF_SITE.search(link.href)), link.type == _JSON_TYPE))
    named: dict[str, str] = {}
    for link in feeds:
        named.setdefault(link.href, link.title)
    return named


def choose_comment_feeds(links: tuple[FeedLink, ...], *, page_url: str) -> tuple[str, ...]:
    """Return the addresses of feeds of all comments of a site; those of one page's comments are left out."""
    feeds = (link.href for link in links if _is_feed(link) and _is_about_comments(link))
    return tuple(dict.fromkeys(href for href in feeds if not _is_of_one_page(href, page_url)))


def is_comments_address(url: str) -> bool:
    """Tell whether an address looks like that of a feed of comments."""
    parts = urlsplit(url)
    kinds = parse_qs(parts.query).get("feed", [])
    return bool(_COMMENTS_PATH.search(parts.path)) or any(kind.startswith("comments-") for kind in kinds)


def is_below_its_page(url: str, page_url: str | None) -> bool:
    """Tell whether a feed lies right below the page that it names: a blog's below its home, a post's below the post.

    :param page_url: None: the feed names no page, as that of a post that is not there any more.
    """
    parts = urlsplit(url)
    if "p" in parse_qs(parts.query) or "page_id" in parse_qs(parts.query):
        return True
    found = _OF_PAGE.fullmatch(parts.path)
    return found is not None and (page_url is None or urlsplit(page_url).path.rstrip("/") == found[1])


def is_feed_above(above_url: str, url: str) -> bool:
    """Tell whether one feed lies in a folder above another's, or is the whole blog's beside that of one post."""
    above, below = urlsplit(above_url), urlsplit(url)
    if not same_site(above_url, url) or above == below:
        return False
    if {"p", "page_id"} & parse_qs(below.query).keys():
        return above.path == below.path and not {"p", "page_id"} & parse_qs(above.query).keys()
    one, other = _OF_PAGE.fullmatch(above.path), _OF_PAGE.fullmatch(below.path)
    return one is not None and other is not None and other[1].startswith(f"{one[1]}/")


def _is_feed(link: FeedLink) -> bool:
    return link.rel == "alternate" and (link.type in _XML_TYPES or link.type == _JSON_TYPE)


def _anchors(tree: LexborHTMLParser, base: str) -> list[FeedLink]:
    """Return links to feeds for people to follow; a page full of them is a directory, not a blog."""
    found = []
    for node in tree.css("a[href]"):
        written = node.attributes.get("href") or ""
        href = resolve_address(base, written) if _FEED_PATH.search(written) else None
        if href and same_site(href, base):
            found.append(FeedLink(rel=ANCHOR_REL, type="", href=href, title=one_line(node.text())))
        if len(found) == _MOST_ANCHORS:
            break
    return found


def _is_about_comments(link: FeedLink) -> bool:
    query = parse_qs(urlsplit(link.href).query)
    of_one_entry = "feed" in query and bool({"p", "page_id"} & query.keys())
    # A blog may be called "No comment": then its address has to say it as well.
    titled = _COMMENTS_TITLE.search(link.title.rpartition("»")[2])
    return is_comments_address(link.href) or of_one_entry or bool(titled)


def _is_of_one_page(href: str, page_url: str) -> bool:
    parts = urlsplit(href)
    if {"p", "page_id"} & parse_qs(parts.query).keys():
        return True
    if is_comments_address(href):
        return False
    page = urlsplit(page_url).path.rstrip("/")
    return bool(page) and parts.path.startswith(f"{page}/")
