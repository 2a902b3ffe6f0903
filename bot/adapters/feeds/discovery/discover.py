"""Find a blog's feed of entries, its comments and its WordPress API from a pasted address.

Each document is requested once, because strict servers limit requests.
"""

import logging
from collections.abc import Sequence

from bot.adapters.feeds.addresses import candidates, is_front_page, root_of, well_known_feeds
from bot.adapters.feeds.discovery.comments import find_api, find_comments
from bot.adapters.feeds.discovery.feed_search import FeedSearch, is_of_comments
from bot.adapters.feeds.discovery.fetcher import Fetcher
from bot.adapters.feeds.discovery.findings import EntriesFeed, as_fetched, list_candidates, read_answer
from bot.adapters.feeds.documents.body import NotAFeed
from bot.adapters.feeds.http.statuses import check_status
from bot.adapters.feeds.pages.comment_systems import merge_systems, readers_system
from bot.adapters.feeds.pages.feed_links import (
    choose_entry_feeds,
    is_below_its_page,
    is_feed,
    is_feed_above,
    last_resort_entry_feeds,
    possible_entry_feeds,
)
from bot.adapters.feeds.pages.home_page import (
    Home,
    claimed_home,
    find_home,
    is_same_owner,
    is_same_page,
    lies_below,
)
from bot.adapters.feeds.pages.page import Page
from bot.adapters.feeds.pages.platforms import platform_feeds
from bot.adapters.feeds.pages.wordpress_roots import looks_like_wordpress
from bot.adapters.feeds.parser_process.pool import Parser
from bot.adapters.net.client import HttpClient, Response
from bot.adapters.net.ssrf_guard import host_of
from bot.model.entry import ParsedFeed
from bot.model.errors import BridgeError, PermanentError, Refused, TemporaryError
from bot.model.feed import Discovered, Discovery, FeedKind, FoundFeed, SeenSystem
from bot.model.ids import GuildId
from bot.model.redact import shown_url

_log = logging.getLogger(__name__)


class HttpDiscoverer:
    """A Discoverer over HTTP."""

    def __init__(self, client: HttpClient, parser: Parser) -> None:
        self._client = client
        self._parser = parser
        self._fetcher = Fetcher(client, parser)

    async def discover(self, url: str, *, guild_id: GuildId | None = None) -> Discovered:
        """Find the feeds of the blog at an address.

        :param url: an address of a feed or of any page, with or without a scheme.
        :param guild_id: the server whose turn at the parser it takes.
        :raises PermanentError: nothing there can be subscribed to; the text says what was seen.
        :raises TemporaryError: the host was not found or did not answer; the text says which.
        """
        guilds = () if guild_id is None else (guild_id,)
        return await HttpDiscoverer(self._client, self._parser.for_guilds(guilds))._discover(url)

    async def _discover(self, url: str) -> Discovered:
        asked_url, response = await self._get_first(candidates(url))
        try:
            check_status(response)
        except BridgeError as refused:
            entries = await self._find_without_page(asked_url, refused)
        else:
            entries = await self._find_entries(response, asked_url)
        home, sources = await self._find_home(entries)
        home_url = home.url
        systems = await self._find_systems(entries, sources, home_url)
        guessing = home.proven and looks_like_wordpress(entries.url, entries.feed, systems)
        api_root, api_closed = await find_api(self._fetcher, sources, home.near, guessing=guessing)
        comments, fetched_comments = await find_comments(
            self._fetcher,
            sources,
            home_url,
            None if api_closed else api_root,
            is_wordpress=guessing or api_root is not None,
        )
        titles = (entries.feed.title, *(source.title for source in sources), host_of(home_url))
        found = Discovery(
            title=next(filter(None, titles)),
            home_url=home_url,
            entries=FoundFeed(url=entries.url, kind=FeedKind.ENTRIES, title=entries.feed.title),
            comments=comments,
            system=readers_system(systems, api_root=api_root),
            api_root=api_root,
            home_proven=home.proven,
            api_closed=api_closed,
            entry_comments=any(entry.comments_feed_url for entry in entries.feed.entries),
        )
        fetched = as_fetched(entries.response, entries.result)
        _log.debug(
            "A blog was found.",
            extra={
                "action": "blog_found",
                "entries": shown_url(entries.url),
                "home": shown_url(home_url),
                "home_proven": home.proven,
                "api": shown_url(api_root or ""),
                "api_closed": api_closed,
                "comments": shown_url(comments.url if comments else ""),
                "system": found.system,
            },
        )
        return Discovered(
            found=found,
            newest=entries.feed,
            fetched=fetched,
            fetched_comments=fetched_comments,
            candidates=list_candidates(entries, sources),
            systems=systems,
            push=fetched.push,
        )

    async def _find_systems(
        self, entries: EntriesFeed, sources: tuple[Page, ...], home_url: str
    ) -> tuple[SeenSystem, ...]:
        """Look at a page with an entry too: what takes comments stands below entries, not on the front page."""
        link = next((entry.link for entry in entries.feed.entries if entry.link), None)
        seen = [page for page in sources if page.is_page]
        if link and is_same_owner(link, home_url) and all(page.url != link for page in seen):
            read = next((page for page in entries.sources if page.is_page and page.url == link), None)
            page = read or await self._fetcher.fetch_page(link)
            seen = [page, *seen] if page and is_same_owner(page.url, home_url) else seen
        return merge_systems(system for page in seen for system in page.systems)

    async def _get_first(self, urls: tuple[str, ...]) -> tuple[str, Response]:
        """Return the first response of several addresses.

        :raises TemporaryError: none responded; the error of the first address."""
        failures: list[TemporaryError] = []
        for url in urls:
            try:
                return url, await self._fetcher.get(url)
            except TemporaryError as error:
                failures.append(error)
        raise failures[0]

    async def _find_entries(self, response: Response, asked_url: str) -> EntriesFeed:
        try:
            landing, found = await self._fetcher.follow_refreshes(response)
        except Refused:
            raise
        except BridgeError as refused:
            return await self._find_without_page(asked_url, refused)
        if isinstance(found, Page):
            _log.debug(
                "The address is a web page, so its feeds are tried.",
                extra={"action": "page_found", "url": shown_url(found.url), "links": len(found.links)},
            )
            return await self._find_on_page(found, asked_url)
        if not is_of_comments(landing.url, found.feed):
            blog = None if found.feed.entries else await self._find_above(landing.url, found.feed)
            if blog is not None:
                return blog
            sources = (read_answer(landing, is_page=False),)
            return EntriesFeed(url=landing.url, asked_url=asked_url, result=found, response=landing, sources=sources)
        page = await self._fetcher.fetch_page(found.feed.home_url or root_of(landing.url))
        if page is None:
            raise PermanentError(f"{landing.url} is a feed of comments, and its blog was not found.")
        return await self._find_on_page(page, page.url)

    async def _find_above(self, url: str, feed: ParsedFeed) -> EntriesFeed | None:
        """Look whether an empty feed is that of one post's comments: the post's page names the blog's feed above it."""
        if not is_below_its_page(url, feed.home_url):
            return None
        page = await self._fetcher.fetch_page(feed.home_url or root_of(url))
        named = choose_entry_feeds(page.links)[:1] if page is not None else ()
        if page is None or not named or not is_feed_above(named[0], url):
            return None
        try:
            return await self._find_on_page(page, page.url)
        except PermanentError:
            return None

    async def _find_on_page(self, page: Page, asked_url: str) -> EntriesFeed:
        """Find a feed that a page leads to: named by it, kept by its platform, or at a usual address.

        :param asked_url: what leads to the page; platforms send robots elsewhere, to be greeted or asked for consent.
        """
        search = FeedSearch(self._fetcher, page_url=page.url)
        known = platform_feeds(asked_url) if asked_url != page.url else []
        links = (*page.links, *known)
        found_feed = await search.first_named_feed(possible_entry_feeds(links))
        named_and_failed = search.failures[:1] if any(map(is_feed, links)) else []
        if found_feed is None:
            usual = well_known_feeds(page.url)
            # A blog without entries is not the blog above it.
            found_feed = await search.first_feed(
                url for url in usual if search.empty is None or lies_below(url, page.url)
            )
        found_feed = (
            found_feed or await search.first_feed(last_resort_entry_feeds(links), may_be_empty=False) or search.empty
        )
        if found_feed is None:
            raise _no_feed_error(page, named_and_failed)
        sources = (page, read_answer(found_feed.response, is_page=False))
        return EntriesFeed(
            url=found_feed.response.url,
            asked_url=found_feed.url,
            result=found_feed.result,
            response=found_feed.response,
            sources=sources,
            rejected=frozenset(search.rejected),
        )

    async def _find_without_page(self, asked_url: str, refused: BridgeError) -> EntriesFeed:
        """Find the feed of a page that cannot be had: its platform's, or a usual one if it is a site's front page.

        :raises BridgeError: there is none; what was wrong with the page.
        """
        search = FeedSearch(self._fetcher, page_url=asked_url)
        found_feed = await search.first_feed(possible_entry_feeds(tuple(platform_feeds(asked_url))))
        if found_feed is None and is_front_page(asked_url) and not isinstance(refused, TemporaryError):
            found_feed = await search.first_feed(well_known_feeds(asked_url))
        found_feed = found_feed or search.empty
        if found_feed is None:
            raise refused
        sources = (read_answer(found_feed.response, is_page=False),)
        return EntriesFeed(
            url=found_feed.response.url,
            asked_url=found_feed.url,
            result=found_feed.result,
            response=found_feed.response,
            sources=sources,
        )

    async def _find_home(self, entries: EntriesFeed) -> tuple[Home, tuple[Page, ...]]:
        """Find the feed's home page, and the sources that may name the blog's API: that page and the feed.

        The page that a person pasted is not one of them.
        """
        said = entries.feed.home_url
        claimed = claimed_home(entries.url, said)
        page = next((each for each in entries.sources if each.is_page and is_same_page(each.url, claimed)), None)
        page = page or await self._fetcher.fetch_page(claimed)
        if page is not None and not is_same_owner(page.url, claimed):
            page = None
        home = find_home(entries.url, entries.asked_url, said, page.links if page else None)
        own = tuple(source for source in entries.sources if not source.is_page)
        return home, (page, *own) if page is not None and home.proven else own


def _no_feed_error(page: Page, failures: Sequence[tuple[str, BridgeError]]) -> BridgeError:
    """Say what was seen instead of a feed.

    :param failures: named feeds, and what was wrong with them.
    """
    what = f"a web page titled “{page.title}”" if page.title else "a web page without a title"
    why = "but no feed, neither linked there nor at the usual addresses"
    for url, error in failures:
        why = "but the feed that it links cannot be read"
        if not isinstance(error, NotAFeed):
            why += f" ({shown_url(url)}: {error.text.rstrip('.')})"
    text = f"I found {what} at {host_of(page.url)}, {why}."
    later = [error for _, error in failures if isinstance(error, TemporaryError)]
    return TemporaryError(text, retry_after=later[0].retry_after) if later else PermanentError(text)
