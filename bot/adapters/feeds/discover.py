"""From an address that a person pasted to a blog: its entries feed, its comments, its WordPress API.

Nothing is stored and no credential is used. What is found is read once, so that strict servers are asked once.
"""

import asyncio
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.adapters.feeds.addresses import candidates, root_of, well_known_feeds
from bot.adapters.feeds.body import is_web_page
from bot.adapters.feeds.commenting import merge_systems, readers_system
from bot.adapters.feeds.fetch import ACCEPT_FEEDS
from bot.adapters.feeds.findings import Entries, as_fetched, list_candidates, read_answer
from bot.adapters.feeds.home import Home, claimed_home, find_home, is_own_api, is_same_owner, is_same_page
from bot.adapters.feeds.identity import comment_number
from bot.adapters.feeds.memory import Reading
from bot.adapters.feeds.page import (
    API_REL,
    Page,
    choose_comment_feeds,
    choose_entry_feeds,
    is_below_its_page,
    is_comments_address,
    is_feed_above,
)
from bot.adapters.feeds.pool import Parser
from bot.adapters.feeds.statuses import check_status, host_pause, retry_after
from bot.adapters.feeds.wire import Question, Reader
from bot.adapters.feeds.wordpress_rest import comments_url, rest_url
from bot.adapters.feeds.wordpress_roots import RootAnswer, guess_roots, is_list, judge_root, looks_like_wordpress
from bot.adapters.net.client import Answer, HttpClient
from bot.adapters.net.guard import host_of
from bot.model.entry import ParsedFeed
from bot.model.errors import BridgeError, PermanentError, TemporaryError
from bot.model.feed import Discovered, Discovery, FeedFormat, FeedKind, Fetched, FoundFeed, SeenSystem
from bot.model.ids import GuildId
from bot.model.redact import shown_url

_OK = 200
#: Feeds that a page names and that are tried before giving up.
_MOST_TRIED = 4


class HttpDiscoverer:
    """A Discoverer over HTTP."""

    def __init__(self, client: HttpClient, parser: Parser) -> None:
        self._client = client
        self._parser = parser

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
        asked_url, answer = await self._ask_first(candidates(url))
        check_status(answer)
        entries = await self._find_entries(answer, asked_url)
        home, sources = await self._find_home(entries)
        home_url = home.url
        systems = await self._find_systems(entries, sources, home_url)
        guessing = home.proven and looks_like_wordpress(entries.url, entries.feed, systems)
        api_root, api_closed = await self._find_api(sources, home.near, guessing=guessing)
        comments, fetched_comments = await self._find_comments(
            sources, home_url, None if api_closed else api_root, is_wordpress=guessing or api_root is not None
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
        fetched = as_fetched(entries.answer, entries.reading)
        return Discovered(
            found=found,
            newest=entries.feed,
            fetched=fetched,
            fetched_comments=fetched_comments,
            candidates=list_candidates(entries, sources),
            systems=systems,
            push=fetched.push,
        )

    async def _find_systems(self, entries: Entries, sources: tuple[Page, ...], home_url: str) -> tuple[SeenSystem, ...]:
        """Look at a page with an entry too: what takes comments stands below entries, not on the front page."""
        link = next((entry.link for entry in entries.feed.entries if entry.link), None)
        seen = [page for page in sources if page.is_page]
        if link and is_same_owner(link, home_url) and all(page.url != link for page in seen):
            read = next((page for page in entries.sources if page.is_page and page.url == link), None)
            page = read or await self._look_at(link)
            seen = [page, *seen] if page and is_same_owner(page.url, home_url) else seen
        return merge_systems(system for page in seen for system in page.systems)

    async def _ask_first(self, urls: tuple[str, ...]) -> tuple[str, Answer]:
        """Ask the first address that answers; where none does, what was wrong with the first is told."""
        failures: list[TemporaryError] = []
        for url in urls:
            try:
                return url, await self._get(url)
            except TemporaryError as error:
                failures.append(error)
        raise failures[0]

    async def _find_entries(self, answer: Answer, asked_url: str) -> Entries:
        reading = await self._read_if_feed(answer)
        if reading is None:
            return await self._find_on_page(await _read_page(answer))
        if not _is_of_comments(answer.url, reading.feed):
            blog = None if reading.feed.entries else await self._find_above(answer.url, reading.feed)
            if blog is not None:
                return blog
            sources = (read_answer(answer, is_page=False),)
            return Entries(url=answer.url, asked_url=asked_url, reading=reading, answer=answer, sources=sources)
        page = await self._look_at(reading.feed.home_url or root_of(answer.url))
        if page is None:
            raise PermanentError(f"{answer.url} is a feed of comments, and the blog they belong to was not found.")
        return await self._find_on_page(page)

    async def _find_above(self, url: str, feed: ParsedFeed) -> Entries | None:
        """Look whether an empty feed is that of one post's comments: the post's page names the blog's feed above it."""
        if not is_below_its_page(url, feed.home_url):
            return None
        page = await self._look_at(feed.home_url or root_of(url))
        named = choose_entry_feeds(page.links)[:1] if page is not None else ()
        if page is None or not named or not is_feed_above(named[0], url):
            return None
        try:
            return await self._find_on_page(page)
        except PermanentError:
            return None

    async def _find_on_page(self, page: Page) -> Entries:
        named = choose_entry_feeds(page.links)[:_MOST_TRIED]
        failures: list[str] = []
        for url in named or well_known_feeds(page.url):
            answer = await self._try_feed(url, failures)
            reading = await self._read_quietly(answer) if answer else None
            if answer and reading and not _is_of_comments(answer.url, reading.feed):
                sources = (page, read_answer(answer, is_page=False))
                return Entries(url=answer.url, asked_url=url, reading=reading, answer=answer, sources=sources)
        what = f"a web page titled “{page.title}”" if page.title else "a web page without a title"
        why = (
            " ".join(["but the feed it names cannot be read", *failures[:1]])
            if named
            else "but no feed, neither named by it nor at the usual addresses"
        )
        raise PermanentError(f"I found {what} at {host_of(page.url)}, {why}.")

    async def _find_home(self, entries: Entries) -> tuple[Home, tuple[Page, ...]]:
        """Decide which page is the feed's home, and return it with what else may speak for the blog: the feed itself.

        Whatever page a person pasted to find the feed is none of them.
        """
        said = entries.feed.home_url
        claimed = claimed_home(entries.url, said)
        page = next((each for each in entries.sources if each.is_page and is_same_page(each.url, claimed)), None)
        page = page or await self._look_at(claimed)
        if page is not None and not is_same_owner(page.url, claimed):
            page = None
        home = find_home(entries.url, entries.asked_url, said, page.links if page else None)
        own = tuple(source for source in entries.sources if not source.is_page)
        return home, (page, *own) if page is not None and home.proven else own

    async def _look_at(self, url: str) -> Page | None:
        """Read a page of the blog; without one there are fewer hints, no more."""
        answer = await self._get_quietly(url)
        return None if answer is None else await _read_page(answer)

    async def _find_api(self, sources: tuple[Page, ...], near: str, *, guessing: bool) -> tuple[str | None, bool]:
        """Return the first REST root that is one and can be the blog's, and whether it refuses strangers.

        A name alone may be left over from a move.

        :param near: the blog's home page, else its feed.
        :param guessing: ask at the usual addresses too, where none that is named answers.
        """
        links = (link for source in sources for link in source.links)
        roots = [_api_root(link.href) for link in links if link.rel == API_REL]
        if guessing:
            roots += guess_roots([*(page.url for page in sources if page.is_page), near])
        closed = None
        for root in dict.fromkeys(roots):
            if not is_own_api(root, near):
                continue
            try:
                answer = await self._get(rest_url(root, "", {"_fields": "namespaces"}))
            except BridgeError:
                continue
            judged = judge_root(answer, near=near)
            if answer.hops:
                # What is written there goes to the root itself, and follows no redirect.
                root = re.sub(r"[?&]_fields=namespaces$", "", answer.url)
            if judged is RootAnswer.OPEN:
                return root, False
            closed = closed or (root if judged is RootAnswer.CLOSED else None)
        return closed, closed is not None

    async def _find_comments(
        self, sources: Iterable[Page], home_url: str, api_root: str | None, *, is_wordpress: bool
    ) -> tuple[FoundFeed | None, Fetched | None]:
        """Choose where comments are read: the REST list knows parents, the Atom feed too, the RSS feed guesses."""
        if api_root is not None:
            sample = await self._get_quietly(rest_url(api_root, "wp/v2/comments", {"per_page": "1", "_fields": "id"}))
            if sample is not None and is_list(sample):
                url = comments_url(api_root)
                return FoundFeed(url=url, kind=FeedKind.COMMENTS, format=FeedFormat.WORDPRESS_REST), None
        named = [url for source in sources for url in choose_comment_feeds(source.links, page_url=source.url)]
        if not named and is_wordpress:
            named = [f"{home_url}comments/feed/"]
        for url in dict.fromkeys(variant for each in named for variant in _variants(each)):
            answer = await self._get_quietly(url)
            reading = await self._read_comments(answer, url) if answer else None
            if answer and reading:
                found = FoundFeed(url=answer.url, kind=FeedKind.COMMENTS, title=reading.feed.title)
                return found, as_fetched(answer, reading)
        return None, None

    async def _read_comments(self, answer: Answer, url: str) -> Reading | None:
        content_type = answer.headers.get("Content-Type", "")
        question = Question(reader=Reader.COMMENTS, content_type=content_type, url=answer.url)
        try:
            reading = await self._parser.read(question, answer.body)
        except PermanentError:
            return None
        # Some addresses answer with the feed of entries whatever is asked of them.
        numbered = any(comment.native_id for comment in reading.feed.comments)
        return None if reading.feed.comments and not numbered and is_comments_address(url) else reading

    async def _read_if_feed(self, answer: Answer) -> Reading | None:
        """Read what may be a feed; None for a web page.

        :raises PermanentError: it is neither.
        """
        if is_web_page(answer.body.lstrip()):
            return None
        content_type = answer.headers.get("Content-Type", "")
        question = Question(reader=Reader.ENTRIES, content_type=content_type, url=answer.url)
        try:
            return await self._parser.read(question, answer.body)
        except PermanentError:
            if "html" in content_type.lower() and answer.body.strip():
                return None
            raise

    async def _read_quietly(self, answer: Answer) -> Reading | None:
        try:
            return await self._read_if_feed(answer)
        except PermanentError:
            return None

    async def _get(self, url: str) -> Answer:
        pauses = self._client.pauses
        busy = pauses.remaining(url)
        if busy is not None:
            raise TemporaryError(f"{host_of(url)} asked to be left alone for a while.", retry_after=busy)
        answer = await self._client.request("GET", url, headers={"Accept": f"text/html, {ACCEPT_FEEDS}"})
        pause = host_pause(answer, retry_after(answer, now=datetime.now(UTC)))
        if pause is not None:
            pauses.pause(answer.url, pause)
        return answer

    async def _try_feed(self, url: str, failures: list[str]) -> Answer | None:
        """Ask for a feed; what is wrong with it is added to ``failures``."""
        try:
            answer = await self._get(url)
            check_status(answer)
        except BridgeError as error:
            failures.append(f"({shown_url(url)}: {error.text.rstrip('.')})")
            return None
        return answer

    async def _get_quietly(self, url: str) -> Answer | None:
        """Ask for something that is good to have; whatever is wrong with it, it is just not there."""
        try:
            answer = await self._get(url)
        except BridgeError:
            return None
        return answer if answer.status == _OK else None


async def _read_page(answer: Answer) -> Page:
    """Read a page in a thread: a large one takes longer than whoever else waits for the event loop should."""
    return await asyncio.to_thread(read_answer, answer)


def _is_of_comments(url: str, feed: ParsedFeed) -> bool:
    """Tell a feed of comments by what stands in it, else by its address; its title is in any language."""
    if feed.entries:
        return feed.all_answer or all(comment_number(entry.uid, entry.link) for entry in feed.entries)
    return is_comments_address(url)


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
