"""Reads back what came and went between two polls, page by page, where a feed can be paged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.bridge.ports import FeedSource
from bot.model.entry import ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import BridgeError
from bot.model.feed import Feed
from bot.model.ids import Uid

_LAST_PAGE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillResult:
    """What older pages of a feed brought."""

    entries: tuple[ParsedEntry, ...] = ()
    comments: tuple[ParsedComment, ...] = ()
    #: False: something may have been missed between what was known and what these pages hold
    closed: bool


class Backfill:
    """Asks for older pages of a feed."""

    def __init__(self, source: FeedSource) -> None:
        self._source = source

    async def read(
        self, feed: Feed, parsed: ParsedFeed, knows: Callable[[ParsedFeed], Awaitable[bool]]
    ) -> BackfillResult:
        """Read older pages until one holds something that is known, or the blog ends.

        :param knows: whether any item of a page is known.
        """
        entries: dict[Uid, ParsedEntry] = {}
        comments: dict[Uid, ParsedComment] = {}
        seen = set(parsed.window)
        closed, latest = False, parsed
        for page in range(2, _LAST_PAGE + 1):
            found = await self._ask(feed, latest, page)
            uids = [] if found is None else [each.uid for each in found.entries] + [each.uid for each in found.comments]
            if found is None or seen.issuperset(uids):
                # Its end, if there was anything to page through at all; the same page again is no page.
                closed = page > 2 or (found is not None and not uids)
                break
            entries |= {item.uid: item for item in found.entries if item.uid not in seen}
            comments |= {item.uid: item for item in found.comments if item.uid not in seen}
            seen.update(uids)
            closed = await knows(found)
            if closed:
                break
            latest = found
        return BackfillResult(entries=tuple(entries.values()), comments=tuple(comments.values()), closed=closed)

    async def _ask(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        try:
            return await self._source.next_page(feed, parsed, page)
        except BridgeError:
            return None
