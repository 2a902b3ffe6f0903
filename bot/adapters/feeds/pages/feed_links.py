"""Choose which links of a page may lead to feeds, and in which order to try them.

Each link is only a candidate until its document was read.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.adapters.feeds.addresses import resolve_address, same_site
from bot.adapters.feeds.text import one_line
from bot.model.entry import FeedLink

#: The rel of a link in the text of a page here; no document writes it.
ANCHOR_REL = "x-anchor"
#: The rel of a feed that is only supposed to be where the page's software usually keeps it.
GUESSED_REL = "x-supposed"
#: Rels that name a feed with any type: drafts of HTML 5, drafts of Atom, and what people made of them.
_FEED_RELS = frozenset({"feed", "service.feed", "rss", "atom"})
#: The registered types and their many misspellings: application/x.atom+xml, text/rss, application/rss xml.
_FEED_TYPE = re.compile(r"(?:application|text)/(?:x[.-])?(?:rss|atom|rdf)(?:[+ ]?xml)?|(?:application|text)/xml", re.I)
_JSON_FEED = "application/feed+json"
#: JSON Feed 1.0 has this one, and so has much else.
_JSON = "application/json"
_NO_JSON_FEED = re.compile(r"/wp-json/|[?&]rest_route=|oembed|manifest", re.I)

#: What generators of sites and scripts call a feed, at the end of a path.
_FEED_PATH = re.compile(
    r"/(?:feeds?|rss2?|atom|rdf)(?:\.(?:xml|json|php\d?|aspx?|cfm|cgi))?/?$"
    r"|/(?:index|feeds?|rss2?|atom)[.-](?:xml|rss|atom|rdf|feed)$|/feeds/posts/default$|/(?:backend|rss2?feed)\.php$"
    r"|[./-](?:rss|atom|rdf)(?:\.xml)?$|[./-]feed\.xml$",
    re.I,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed|format|type|alt|output|mode|view)=(?:rss2?|atom|rdf|feed|jsonfeed)(?:\.0)?(?:&|$)", re.I
)
_FEED_WORDS = re.compile(r"(?<![a-z])(?:rss|atom)(?![a-z])|feeds?(?![a-z])", re.I)
#: Longer texts of links are sentences that happen to hold such a word.
_LONGEST_WORDS = 60
#: A page full of them is a directory, not a blog.
_MOST_ANCHORS = 6
_MOST_LOOKED_AT = 5_000
#: Feeds that a head names and that are tried; those of one platform's pages are a dozen at most.
_MOST_NAMED = 16
_MOST_ALIKE = 6

_COMMENTS_TITLE = re.compile(
    r"comment|kommentar|comentari|comentári|reacties|kommentit|komentář|komentarz|yorum|комментар|коментар|コメント|评论|留言|댓글",
    re.I,
)
_COMMENTS_PATH = re.compile(r"/comments?(?:/|\.|$)", re.I)
#: Where WordPress keeps the feed of a page: of the home page the blog's, of a post its comments'.
_OF_PAGE = re.compile(r"(.*)/feed(?:/(?:atom|rss2?|rdf))?/?")
_PART_OF_SITE = re.compile(r"/(?:category|categories|tag|tags|author|search)/", re.I)


def choose_entry_feeds(links: tuple[FeedLink, ...]) -> tuple[str, ...]:
    """Return the addresses of feeds of entries, those of the whole site first, else in the page's order."""
    return tuple(name_entry_feeds(links))


def name_entry_feeds(links: Iterable[FeedLink]) -> dict[str, str]:
    """Return the same addresses with the titles that the page gives them, which may be empty.

    Links in the text of the page count where its head names none; JSON Feed comes after what says the same in XML.
    """
    said = tuple(links)
    feeds = [link for link in said if is_feed(link) and not _is_about_comments(link)]
    feeds = feeds or [link for link in said if link.rel == ANCHOR_REL and not _is_about_comments(link)]
    feeds.sort(key=lambda link: (bool(_PART_OF_SITE.search(link.href)), link.type == _JSON_FEED))
    named: dict[str, str] = {}
    for link in feeds:
        named.setdefault(link.href, link.title)
    return named


def possible_entry_feeds(links: tuple[FeedLink, ...]) -> tuple[str, ...]:
    """Return what may be a feed of entries: what is named as one, what looks like one, links in the text, guesses."""
    rest = [link for link in links if not _is_about_comments(link)]
    named = list(name_entry_feeds(link for link in links if is_feed(link)))[:_MOST_NAMED]
    alike = [link.href for link in rest if _looks_like_feed(link)][:_MOST_ALIKE]
    in_text = [link.href for link in rest if link.rel == ANCHOR_REL]
    guessed = [link.href for link in rest if link.rel == GUESSED_REL][:_MOST_ALIKE]
    return tuple(dict.fromkeys((*named, *alike, *in_text, *guessed)))


def last_resort_entry_feeds(links: tuple[FeedLink, ...]) -> tuple[str, ...]:
    """Return named feeds that only their titles call feeds of comments: a blog may have such a title itself."""
    named = (link for link in links if is_feed(link) and _is_about_comments(link) and not _has_comments_address(link))
    return tuple(dict.fromkeys(link.href for link in named))[:_MOST_ALIKE]


def choose_comment_feeds(links: tuple[FeedLink, ...], *, page_url: str) -> tuple[str, ...]:
    """Return the addresses of feeds of all comments of a site; those of one page's comments are left out."""
    feeds = (link.href for link in links if is_feed(link) and _is_about_comments(link))
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


def names_feed(link: FeedLink, urls: Iterable[str]) -> bool:
    """Tell whether a page's head says that one of these addresses is a feed of its own."""
    return link.href in urls and (link.rel == "alternate" or link.rel in _FEED_RELS)


def is_feed(link: FeedLink) -> bool:
    """Tell whether a link of a page's head names a feed outright."""
    if link.rel in _FEED_RELS:
        return True
    return link.rel == "alternate" and (bool(_FEED_TYPE.fullmatch(link.type)) or link.type == _JSON_FEED)


def find_anchors(tree: LexborHTMLParser, base: str) -> list[FeedLink]:
    """Return links to feeds for people to follow, on the same site: by type, then by address, then by their words."""
    ranked: list[tuple[int, FeedLink]] = []
    for node in tree.css("a[href], area[href]")[:_MOST_LOOKED_AT]:
        written = node.attributes.get("href") or ""
        words = list(_words(node))
        rank = _anchor_rank(node, written, words)
        href = resolve_address(base, written) if rank is not None else None
        if rank is not None and href and same_site(href, base):
            title = next((word for word in words if len(word) <= _LONGEST_WORDS), "")
            ranked.append((rank, FeedLink(rel=ANCHOR_REL, type="", href=href, title=title)))
    ranked.sort(key=lambda one: one[0])
    first = {link.href: link for _, link in reversed(ranked)}
    order = dict.fromkeys(link.href for _, link in ranked)
    return [first[href] for href in order][:_MOST_ANCHORS]


def _anchor_rank(node: LexborNode, written: str, words: list[str]) -> int | None:
    """Return how surely a link leads to a feed, least first; None: not at all."""
    kind = (node.attributes.get("type") or "").strip()
    if _FEED_TYPE.match(kind) or kind.lower() == _JSON_FEED:
        return 0
    if is_feed_address(written):
        return 1
    return 2 if any(_FEED_WORDS.search(word) for word in words if len(word) <= _LONGEST_WORDS) else None


def is_feed_address(written: str) -> bool:
    """Tell whether an address ends as those of feeds do, with any query."""
    path, _, query = written.partition("#")[0].partition("?")
    return bool(_FEED_PATH.search(path if "/" in path else f"/{path}") or _FEED_QUERY.search(query))


def _words(node: LexborNode) -> Iterator[str]:
    """Yield what a link says: its text, its title, and the texts of its pictures."""
    yield one_line(node.text())
    yield from (one_line(node.attributes.get(name) or "") for name in ("title", "aria-label"))
    yield from (one_line(image.attributes.get("alt") or "") for image in node.css("img[alt]"))


def _looks_like_feed(link: FeedLink) -> bool:
    """Tell whether an alternate without a type says by address or title that it is a feed, or may be a JSON Feed."""
    if link.rel != "alternate":
        return False
    if link.type == _JSON:
        return not _NO_JSON_FEED.search(link.href)
    return not link.type and (is_feed_address(link.href) or bool(_FEED_WORDS.search(link.title)))


def _is_about_comments(link: FeedLink) -> bool:
    # A blog may be called "No comment": such a feed is tried, but last (doubtful_entry_feeds).
    return _has_comments_address(link) or bool(_COMMENTS_TITLE.search(link.title.rpartition("»")[2]))


def _has_comments_address(link: FeedLink) -> bool:
    query = parse_qs(urlsplit(link.href).query)
    of_one_entry = "feed" in query and bool({"p", "page_id"} & query.keys())
    return is_comments_address(link.href) or of_one_entry


def _is_of_one_page(href: str, page_url: str) -> bool:
    parts = urlsplit(href)
    if {"p", "page_id"} & parse_qs(parts.query).keys():
        return True
    if is_comments_address(href):
        return False
    page = urlsplit(page_url).path.rstrip("/")
    return bool(page) and parts.path.startswith(f"{page}/")
