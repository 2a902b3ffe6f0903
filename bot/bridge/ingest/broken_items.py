"""Find the items of a feed that cannot be recorded, so that they cost themselves and not the whole feed.

Asked only after recording all of them at once broke. Every attempt is undone; whoever asks records the others then.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.model.entry import ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import StoreAway

#: More are not looked for.
_MOST = 20

Items = Sequence[ParsedEntry] | Sequence[ParsedComment]


class RolledBack(Exception):
    """Raised at the end of an attempt's transaction so that it leaves nothing; it went well."""


async def find_broken(parsed: ParsedFeed, attempt: Callable[[ParsedFeed], Awaitable[None]]) -> Items:
    """Return the items that break whatever they are recorded with.

    Halves what breaks, so one item of a thousand takes some twenty attempts. Where many are broken, what has not been
    tried yet counts as broken too. Where something else broke, recording the others will break as well.

    :param attempt: records the items of a document and undoes it, or raises what broke.
    """
    items: Items = parsed.entries or parsed.comments
    broken: list[ParsedEntry | ParsedComment] = []
    waiting = [items]
    while waiting and len(broken) < _MOST:
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


def without(parsed: ParsedFeed, broken: Items) -> ParsedFeed:
    """Return a document without some of its items; its window still shows that they are there."""
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
    except StoreAway:
        raise
    except Exception:
        return False
    return True
