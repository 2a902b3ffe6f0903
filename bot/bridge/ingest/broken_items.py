"""Find the items of a feed that cannot be saved, after saving all of them at once failed, so that the others can be.

Every attempt is rolled back; the caller saves the remaining items.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.model.entry import ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import DatabaseUnavailable
from bot.model.feed import Feed, Fetched

#: The search ends at so many.
_MAX_BROKEN = 20

Items = Sequence[ParsedEntry] | Sequence[ParsedComment]


class RolledBack(Exception):
    """Raised at the end of a successful attempt, to roll its transaction back."""


async def find_broken(parsed: ParsedFeed, attempt: Callable[[ParsedFeed], Awaitable[None]]) -> Items:
    """Return the items that cannot be saved, in whatever company.

    Halves the items that fail, so one of a thousand takes some twenty attempts. Where many fail, those not tried yet
    count as broken, too. If the cause is not an item, saving the others will fail again.

    :param attempt: saves the items of a document and raises :class:`RolledBack`, or the error.
    """
    items: Items = parsed.entries or parsed.comments
    broken: list[ParsedEntry | ParsedComment] = []
    waiting = [items]
    while waiting and len(broken) < _MAX_BROKEN:
        some = waiting.pop()
        if not some or await _works(_only(parsed, some), attempt):
            continue
        if len(some) == 1:
            broken += some
        else:
            middle = len(some) // 2
            waiting += [some[middle:], some[:middle]]
    for some in waiting:
        broken += some
    return broken  # type: ignore[return-value]


async def without_broken(
    feed: Feed, fetched: Fetched, attempt: Callable[[ParsedFeed], Awaitable[None]]
) -> tuple[Fetched, Items]:
    """Leave out the items that cannot be saved, and return them, too; none: each can be saved by itself.

    The feed keeps its earlier validators, hash and fetch state, so that each poll tries those items again: a newer
    version of the bot may be able to save them.
    """
    broken = await find_broken(fetched.feed, attempt)
    sound = replace(
        fetched,
        feed=without(fetched.feed, broken),
        fetch_state=feed.fetch_state,
        body_hash=feed.body_hash or "",
        validators=feed.validators,
    )
    return sound, broken


def without(parsed: ParsedFeed, broken: Items) -> ParsedFeed:
    """Return a document without some of its items; they stay in its window."""
    uids = {item.uid for item in broken}
    return replace(
        parsed,
        entries=tuple(entry for entry in parsed.entries if entry.uid not in uids),
        comments=tuple(comment for comment in parsed.comments if comment.uid not in uids),
    )


def _only(parsed: ParsedFeed, items: Items) -> ParsedFeed:
    uids = {item.uid for item in items}
    return without(parsed, [item for item in parsed.entries or parsed.comments if item.uid not in uids])  # type: ignore[arg-type]


async def _works(parsed: ParsedFeed, attempt: Callable[[ParsedFeed], Awaitable[None]]) -> bool:
    try:
        await attempt(parsed)
    except RolledBack:
        return True
    except DatabaseUnavailable:
        raise
    except Exception:
        return False
    return True
