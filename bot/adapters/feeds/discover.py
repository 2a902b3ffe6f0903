"""From an address that a person pasted to a blog: its entries feed, its comments, its WordPress API.

Nothing is stored and no credential is used. What is found is read once, so that strict servers are asked once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.adapters.feeds.addresses import candidates, home_of, root_of, well_known_feeds
from bot.adapters.feeds.body import is_web_page
from bot.adapters.feeds.fetch import ACCEPT_FEEDS
from bot.adapters.feeds.identity import comment_number
from bot.adapters.feeds.page import (
    API_REL,
    Page,
    choose_comment_feeds,
    choose_entry_feeds,
    is_comments_address,
    read_link_header,
    read_page,
)
from bot.adapters.feeds.pool import FeedParser
from bot.adapters.feeds.statuses import check_status
from bot.adapters.feeds.wordpress_rest import comments_url, rest_url
from bot.adapters.net.client import Answer, HttpClient
from bot.adapters.net.guard import host_of
from bot.model.entry import FeedLink, ParsedFeed
from bot.model.errors import BridgeError, PermanentError, TemporaryError
from bot.model.feed import CommentSystem, Discovered, Discovery, FeedFormat, FeedKind, FoundFeed

_OK = 200
#: Feeds that a page names and that are tried before giving up.
_MOST_TRIED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entries:
    """An entries feed, and everything seen on the way to it that may tell of comments."""

    url: str
    feed: ParsedFeed
    #: the page of the blog that was looked at, if one was
    page: Page | None
    links: tuple[FeedLink, ...]


class HttpDiscoverer:
    """A Discoverer over HTTP."""

    def __init__(self, client: HttpClient, parser: FeedParser) -> None:
        self._client = client
        self._parser = parser

    async def discover(self, url: str) -> Discovered:
        """Find the feeds of the blog at an address.

        :param url: an address of a feed or of any page, with or without a scheme.
        :raises PermanentError: nothing there can be subscribed to; the text says what was seen.
        :raises TemporaryError: the host was not found or did not answer; the text says which.
        """
        answer = await self._ask_first(candidates(url))
        check_status(answer)
        entries = await self._find_entries(answer)
        home_url = home_of(entries.feed.home_url or root_of(entries.url))
        api_root = await self._find_api(entries.links)
        comments = await self._find_comments(entries, home_url, api_root)
        found = Discovery(
            title=entries.feed.title or (entries.page.title if entries.page else "") or host_of(home_url),
            home_url=home_url,
            entries=FoundFeed(url=entries.url, kind=FeedKind.ENTRIES, title=entries.feed.title),
            comments=comments,
            system=CommentSystem.WORDPRESS if api_root else CommentSystem.UNKNOWN,
            api_root=api_root,
        )
        return Discovered(found=found, newest=entries.feed)

    async def _ask_first(self, urls: tuple[str, ...]) -> Answer:
        """Ask the first address that answers; where none does, what was wrong with the first is told."""
        failures: list[TemporaryError] = []
        for url in urls:
            try:
                return await self._get(url)
            except TemporaryError as error:
                failures.append(error)
        raise failures[0]

    async def _find_entries(self, answer: Answer) -> _Entries:
        links = _header_links(answer)
        feed = await self._parse_if_feed(answer)
        if feed is None:
            return await self._find_on_page(read_page(answer.body, url=answer.url), links)
        page = await self._look_at_home(feed, answer.url)
        if not _is_of_comments(answer.url, feed):
            return _Entries(url=answer.url, feed=feed, page=page, links=links + (page.links if page else ()))
        if page is None:
            raise PermanentError(f"{answer.url} is a feed of comments, and the blog they belong to was not found.")
        return await self._find_on_page(page, links)

    async def _find_on_page(self, page: Page, links: tuple[FeedLink, ...]) -> _Entries:
        links += page.links
        named = choose_entry_feeds(links)[:_MOST_TRIED]
        for url in named or well_known_feeds(page.url):
            answer = await self._get_quietly(url)
            feed = await self._parse_quietly(answer) if answer else None
            if answer and feed and not _is_of_comments(answer.url, feed):
                return _Entries(url=answer.url, feed=feed, page=page, links=links + _header_links(answer))
        what = f"a web page titled “{page.title}”" if page.title else "a web page without a title"
        why = (
            "but the feed it names cannot be read"
            if named
            else "but no feed, neither named by it nor at the usual addresses"
        )
        raise PermanentError(f"I found {what} at {host_of(page.url)}, {why}.")

    async def _look_at_home(self, feed: ParsedFeed, feed_url: str) -> Page | None:
        """Read the page a feed belongs to; without one there are fewer hints, no more."""
        answer = await self._get_quietly(feed.home_url or root_of(feed_url))
        if answer is None:
            return None
        page = read_page(answer.body, url=answer.url)
        return Page(url=page.url, title=page.title, links=_header_links(answer) + page.links)

    async def _find_api(self, links: Iterable[FeedLink]) -> str | None:
        """Return the first REST root that is one: a name alone may be left over from a move."""
        for root in dict.fromkeys(_api_root(link.href) for link in links if link.rel == API_REL):
            answer = await self._get_quietly(rest_url(root, "", {"_fields": "namespaces"}))
            if answer is None:
                continue
            match _json(answer):
                case {"namespaces": [*namespaces]} if "wp/v2" in namespaces:
                    return root
        return None

    async def _find_comments(self, entries: _Entries, home_url: str, api_root: str | None) -> FoundFeed | None:
        """Choose where comments are read: the REST list knows parents, the Atom feed too, the RSS feed guesses."""
        if api_root is not None:
            sample = await self._get_quietly(rest_url(api_root, "wp/v2/comments", {"per_page": "1", "_fields": "id"}))
            if sample is not None and isinstance(_json(sample), list):
                url = comments_url(api_root)
                return FoundFeed(url=url, kind=FeedKind.COMMENTS, format=FeedFormat.WORDPRESS_REST)
        named = choose_comment_feeds(entries.links, page_url=entries.page.url if entries.page else home_url)
        if not named and api_root is not None:
            named = (f"{home_url}comments/feed/",)
        for url in dict.fromkeys(variant for each in named for variant in _variants(each)):
            found = await self._try_comments(url)
            if found is not None:
                return found
        return None

    async def _try_comments(self, url: str) -> FoundFeed | None:
        answer = await self._get_quietly(url)
        if answer is None:
            return None
        try:
            content_type = answer.headers.get("Content-Type", "")
            feed = await self._parser.parse_comments(answer.body, content_type=content_type, url=answer.url)
        except PermanentError:
            return None
        # Some addresses answer with the feed of entries whatever is asked of them.
        if feed.comments and not any(comment.native_id for comment in feed.comments) and is_comments_address(url):
            return None
        return FoundFeed(url=answer.url, kind=FeedKind.COMMENTS, title=feed.title)

    async def _parse_if_feed(self, answer: Answer) -> ParsedFeed | None:
        """Parse what may be a feed; None for a web page.

        :raises PermanentError: it is neither.
        """
        if is_web_page(answer.body.lstrip()):
            return None
        content_type = answer.headers.get("Content-Type", "")
        try:
            return await self._parser.parse_entries(answer.body, content_type=content_type, url=answer.url)
        except PermanentError:
            if "html" in content_type.lower() and answer.body.strip():
                return None
            raise

    async def _parse_quietly(self, answer: Answer) -> ParsedFeed | None:
        try:
            return await self._parse_if_feed(answer)
        except PermanentError:
            return None

    async def _get(self, url: str) -> Answer:
        return await self._client.request("GET", url, headers={"Accept": f"text/html, {ACCEPT_FEEDS}"})

    async def _get_quietly(self, url: str) -> Answer | None:
        """Ask for something that is good to have; whatever is wrong with it, it is just not there."""
        try:
            answer = await self._get(url)
        except BridgeError:
            return None
        return answer if answer.status == _OK else None


def _header_links(answer: Answer) -> tuple[FeedLink, ...]:
    return read_link_header(answer.headers.get("Link", ""), url=answer.url)


def _is_of_comments(url: str, feed: ParsedFeed) -> bool:
    if feed.entries:
        return all(comment_number(entry.uid, entry.link) for entry in feed.entries)
    return is_comments_address(url) or feed.title.startswith("Comments on")


def _api_root(href: str) -> str:
    """Return a REST root with the slash at its end that routes are put behind."""
    return href if href.endswith("/") else f"{href}/"


def _variants(url: str) -> tuple[str, ...]:
    """Return the Atom variant of a WordPress comments feed before the feed itself."""
    if url.endswith("/comments/feed/"):
        return (f"{url}atom/", url)
    if url.endswith("feed=comments-rss2"):
        return (f"{url.removesuffix('rss2')}atom", url)
    return (url,)


def _json(answer: Answer) -> object:
    try:
        return answer.json()
    except PermanentError:
        return None
