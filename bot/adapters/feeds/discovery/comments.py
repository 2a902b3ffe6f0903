"""Find where a blog's comments are read: WordPress's REST API, else a feed of comments."""

import re
from collections.abc import Iterable

from bot.adapters.feeds.discovery.fetcher import Fetcher
from bot.adapters.feeds.discovery.findings import as_fetched
from bot.adapters.feeds.fetch_state import ParseResult
from bot.adapters.feeds.pages.feed_links import (
    choose_comment_feeds,
    is_comments_address,
)
from bot.adapters.feeds.pages.home_page import (
    is_own_api,
)
from bot.adapters.feeds.pages.page import API_REL, Page
from bot.adapters.feeds.pages.wordpress_roots import RootStatus, check_root, guess_roots, is_list
from bot.adapters.feeds.parsing.wordpress_rest import comments_url, rest_url
from bot.adapters.net.client import Response
from bot.model.errors import BridgeError
from bot.model.feed import FeedFormat, FeedKind, Fetched, FoundFeed


async def find_api(
    fetcher: Fetcher, sources: tuple[Page, ...], near: str, *, guessing: bool
) -> tuple[str | None, bool]:
    """Return the blog's own REST root, and whether it refuses anonymous requests.

    Each named root is requested, as its name may be left over from a move.

    :param near: the blog's home page, else its feed.
    :param guessing: try the usual addresses if the pages name no root. A root that is named and refuses was closed on
        purpose, so no other is tried.
    """
    links = (link for source in sources for link in source.links)
    roots = [_api_root(link.href) for link in links if link.rel == API_REL]
    if guessing and not any(is_own_api(root, near) for root in roots):
        roots += guess_roots([*(page.url for page in sources if page.is_page), near])
    closed = None
    for root in dict.fromkeys(roots):
        if not is_own_api(root, near):
            continue
        try:
            response = await fetcher.get(rest_url(root, "", {"_fields": "namespaces"}))
        except BridgeError:
            continue
        status = check_root(response, near=near)
        if response.hops:
            # Comments are sent to the root itself, without following redirects.
            root = re.sub(r"[?&]_fields=namespaces$", "", response.url)
        if status is RootStatus.OPEN:
            return root, False
        closed = closed or (root if status is RootStatus.CLOSED else None)
    return closed, closed is not None


async def find_comments(
    fetcher: Fetcher, sources: Iterable[Page], home_url: str, api_root: str | None, *, is_wordpress: bool
) -> tuple[FoundFeed | None, Fetched | None]:
    """Choose the source of comments: the REST list or the Atom feed, which name parents, before the RSS feed."""
    if api_root is not None:
        sample = await fetcher.get_optional(rest_url(api_root, "wp/v2/comments", {"per_page": "1", "_fields": "id"}))
        if sample is not None and is_list(sample):
            url = comments_url(api_root)
            return FoundFeed(url=url, kind=FeedKind.COMMENTS, format=FeedFormat.WORDPRESS_REST), None
    named = [url for source in sources for url in choose_comment_feeds(source.links, page_url=source.url)]
    if not named and is_wordpress:
        named = [f"{home_url}comments/feed/"]
    for url in dict.fromkeys(variant for each in named for variant in _variants(each)):
        response = await fetcher.get_optional(url)
        result = await _read_comments(fetcher, response, url) if response else None
        if response and result:
            found = FoundFeed(url=response.url, kind=FeedKind.COMMENTS, title=result.feed.title)
            return found, as_fetched(response, result)
    return None, None


async def _read_comments(fetcher: Fetcher, response: Response, url: str) -> ParseResult | None:
    result = await fetcher.parse_comments(response)
    if result is None:
        return None
    # Some servers return the feed of entries at every address.
    numbered = any(comment.native_id for comment in result.feed.comments)
    return None if result.feed.comments and not numbered and is_comments_address(url) else result


def _api_root(href: str) -> str:
    """Return a REST root with a slash at its end."""
    return href if href.endswith("/") else f"{href}/"


def _variants(url: str) -> tuple[str, ...]:
    """Return the Atom variant of a WordPress comments feed before the feed itself."""
    if url.endswith("/comments/feed/"):
        return (f"{url}atom/", url)
    if url.endswith("feed=comments-rss2"):
        return (f"{url.removesuffix('rss2')}atom", url)
    return (url,)
