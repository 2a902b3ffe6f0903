"""Detect which comment systems a page uses or offers, with their settings on the page.

All known systems are detected, also those without support for sending comments.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.adapters.feeds.addresses import resolve_address
from bot.adapters.net.html import shorten_page
from bot.model.entry import FeedLink
from bot.model.feed import CommentSystem, SeenSystem

_MOST_SCRIPT = 100_000
_LONGEST_VALUE = 500
_POST_ROUTE = re.compile(r"/wp/v2/(?:posts|pages)/(\d{1,20})")

_Pairs = dict[str, str]

#: Systems that a script of the page sets up: what it calls itself, and the settings that tell which discussion it is.
_BY_SCRIPT: tuple[tuple[CommentSystem, str, tuple[str, ...]], ...] = (
    (CommentSystem.REMARK42, r"\bremark_config\b", ("host", "site_id", "url")),
    (CommentSystem.DISCOURSE, r"\bDiscourseEmbed\b", ("discourseUrl", "topicId", "discourseEmbedUrl")),
    (
        CommentSystem.CACTUS,
        r"\binitComments\s*\(",
        ("serverName", "siteName", "commentSectionId", "defaultHomeserverUrl"),
    ),
    (CommentSystem.TALKYARD, r"\btalkyardServerUrl\b", ("talkyardServerUrl",)),
    (CommentSystem.WALINE, r"\bWaline\.init\s*\(|/waline(?:@|\.|/)", ("serverURL", "path")),
    (CommentSystem.TWIKOO, r"\btwikoo\.init\s*\(", ("envId", "path")),
    (CommentSystem.ARTALK, r"\bArtalk\.init\s*\(", ("server", "site", "pageKey")),
)

#: Systems that an element gives away: a selector, and the attributes that tell which discussion it is.
_BY_ELEMENT: tuple[tuple[CommentSystem, str, tuple[str, ...]], ...] = (
    (CommentSystem.ISSO, "script[data-isso]", ("data-isso",)),
    (CommentSystem.ISSO, "#isso-thread", ("data-isso-id", "data-title")),
    (CommentSystem.REMARK42, "#remark42", ()),
    (
        CommentSystem.GISCUS,
        'script[src*="giscus.app/client.js"]',
        ("data-repo", "data-repo-id", "data-category", "data-category-id", "data-mapping", "data-strict", "data-term"),
    ),
    (CommentSystem.UTTERANCES, 'script[src*="utteranc.es/client.js"]', ("repo", "issue-term", "label")),
    (CommentSystem.COMMENTO, 'script[src*="commento.js"]', ("src", "data-page-id")),
    (CommentSystem.STATICMAN, 'form[action*="/v3/entry/"], form[action*="/v2/entry/"]', ("action",)),
    (CommentSystem.TALKYARD, ".talkyard-comments", ("data-discussion-id",)),
    (
        CommentSystem.GHOST,
        'script[data-ghost-comments], script[src*="comments-ui"]',
        ("data-ghost-comments", "data-post-id", "data-comments-enabled", "data-api", "data-key"),
    ),
    (CommentSystem.WORDPRESS_COM, 'iframe[name="jetpack_remote_comment"], #jetpack_remote_comment', ("src",)),
)
_DISQUS = re.compile(r"//([\w-]{1,60})\.disqus\.com/(?:embed|count)\.js")
_ORDER = tuple(CommentSystem)


def detect_systems(
    body: bytes, headers: Mapping[str, str], links: Iterable[FeedLink], *, url: str
) -> tuple[SeenSystem, ...]:
    """Return what a page says of comments: what is built into it first, then interfaces that the blog offers.

    :param links: of its headers and its head.
    :param url: where it came from; addresses in the evidence are resolved against it.
    """
    tree = LexborHTMLParser(shorten_page(body))
    built_in: dict[CommentSystem, _Pairs] = {}
    for system, pairs in (*_from_elements(tree), *_from_scripts(tree)):
        built_in.setdefault(system, {}).update({name: _short(value) for name, value in pairs.items() if value})
    offered = dict(_offered(tree, headers, tuple(links), url))
    ghost = built_in.get(CommentSystem.GHOST)
    if ghost is not None:
        ghost.update(offered.pop(CommentSystem.GHOST, {}))
    return (*_seen(built_in, url, embedded=True), *_seen(offered, url, embedded=False))


def readers_system(seen: Iterable[SeenSystem], *, api_root: str | None) -> CommentSystem:
    """Choose what readers of a blog comment with: what is built into its pages, else WordPress, else what it offers.

    Jetpack's form is built into many pages of WordPress too, but what it takes stands in WordPress.

    :param api_root: where WordPress's REST API answered; None: nowhere.
    """
    systems = tuple(seen)
    for each in systems:
        if each.embedded and not (each.system is CommentSystem.WORDPRESS_COM and api_root):
            return each.system
    if api_root is not None:
        return CommentSystem.WORDPRESS
    return systems[0].system if systems else CommentSystem.UNKNOWN


def merge_systems(seen: Iterable[SeenSystem]) -> tuple[SeenSystem, ...]:
    """Return each system once, as it was seen first, what is built into a page before what is only offered."""
    first: dict[CommentSystem, SeenSystem] = {}
    for each in sorted(seen, key=lambda one: not one.embedded):
        first.setdefault(each.system, each)
    return tuple(first.values())


def _seen(found: Mapping[CommentSystem, _Pairs], url: str, *, embedded: bool) -> Iterator[SeenSystem]:
    for system in sorted(found, key=_ORDER.index):
        pairs = (*found[system].items(), ("seen", url))
        yield SeenSystem(system=system, evidence=pairs, embedded=embedded)


def _from_elements(tree: LexborHTMLParser) -> Iterator[tuple[CommentSystem, _Pairs]]:
    for system, selector, names in _BY_ELEMENT:
        node = tree.css_first(selector)
        if node is not None:
            yield system, {name: node.attributes.get(name) or "" for name in names}


def _from_scripts(tree: LexborHTMLParser) -> Iterator[tuple[CommentSystem, _Pairs]]:
    """Look into scripts alone: an article may well show how such a script is written."""
    nodes = tree.css("script")
    text = "\n".join(f"{node.attributes.get('src') or ''} {node.text()}" for node in nodes)[:_MOST_SCRIPT]
    disqus = _DISQUS.search(text)
    if disqus or tree.css_first("#disqus_thread") is not None:
        yield CommentSystem.DISQUS, {"shortname": disqus[1] if disqus else ""}
    for system, mark, names in _BY_SCRIPT:
        if re.search(mark, text):
            yield system, {name: _setting(text, name) for name in names}


def _setting(text: str, name: str) -> str:
    """Return the value given to a name in a script, as an object's member or a variable; the empty string for none."""
    found = re.search(rf"""(?<![\w.]){name}["']?\s*[:=]\s*(?:(["'`])([^"'`\n]{{0,500}})\1|(\d{{1,20}}))""", text)
    return (found[2] or found[3] or "") if found else ""


def _offered(
    tree: LexborHTMLParser, headers: Mapping[str, str], links: tuple[FeedLink, ...], url: str
) -> Iterator[tuple[CommentSystem, _Pairs]]:
    generator = _generator(tree)
    for look in (_wordpress, _by_generator):
        yield from look(tree, links, generator, url)
    webmention = next((link.href for link in links if link.rel == "webmention"), None) or _anchor(tree, url)
    if webmention:
        yield CommentSystem.WEBMENTION, {"endpoint": webmention}
    pingback = headers.get("X-Pingback") or next((link.href for link in links if link.rel == "pingback"), "")
    if pingback:
        yield CommentSystem.PINGBACK, {"endpoint": _short(pingback)}
    for link in links:
        if link.rel == "alternate" and link.type == "application/activity+json":
            yield CommentSystem.ACTIVITYPUB, {"object": link.href}


def _wordpress(
    tree: LexborHTMLParser, links: tuple[FeedLink, ...], generator: str, url: str
) -> Iterator[tuple[CommentSystem, _Pairs]]:
    root = next((link.href for link in links if link.rel == "https://api.w.org/"), "")
    form = tree.css_first('form[action*="wp-comments-post.php"]')
    if not root and form is None and not generator.lower().startswith("wordpress"):
        return
    if "public-api.wordpress.com" in root or generator == "WordPress.com":
        yield CommentSystem.WORDPRESS_COM, {"api_root": root}
        return
    posts = (_POST_ROUTE.search(link.href) for link in links if link.type == "application/json")
    number = next((found[1] for found in posts if found), "")
    pairs = {"api_root": root, "post_id": number, "form": _address(form, "action", url), "generator": generator}
    yield CommentSystem.WORDPRESS, {name: value for name, value in pairs.items() if value}


def _by_generator(
    tree: LexborHTMLParser, links: tuple[FeedLink, ...], generator: str, url: str
) -> Iterator[tuple[CommentSystem, _Pairs]]:
    name = generator.lower()
    if name.startswith("ghost"):
        yield CommentSystem.GHOST, {"generator": generator}
    if name == "blogger":
        service = next((link.href for link in links if link.rel == "service.post"), "")
        yield CommentSystem.BLOGGER, {"generator": generator, "service": service}


def _generator(tree: LexborHTMLParser) -> str:
    node = tree.css_first('meta[name="generator" i]')
    return _short((node.attributes.get("content") if node is not None else "") or "")


def _anchor(tree: LexborHTMLParser, url: str) -> str:
    return _address(tree.css_first('a[rel~="webmention"][href]'), "href", url)


def _address(node: LexborNode | None, name: str, url: str) -> str:
    written = node.attributes.get(name) if node is not None else None
    return (resolve_address(url, written) or "") if written else ""


def _short(text: str) -> str:
    return text.strip()[:_LONGEST_VALUE]
