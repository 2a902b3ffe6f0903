"""From many comments that came at once to the one message that tells how many they are and where. Pure."""

from collections.abc import Iterable, Sequence

from bot.model.comment_batch import EntryComments
from bot.model.entry import Entry
from bot.model.feed import Blog
from bot.model.message import ChatPost
from bot.model.redact import shown_url
from bot.rules.html_to_discord.convert import text_line
from bot.rules.links import linked_title, masked
from bot.rules.messages.cards import entry_title

_MOST_NAMED, _TITLE, _NAME, _URL = 15, 256, 100, 300


def present_comment_summary(named: Sequence[tuple[Entry, EntryComments]], blog: Blog) -> ChatPost:
    """Render comments and mentions that are not posted one by one: how many on which entries, with links.

    :param named: entries and what came on each, those with most first; at least one.
    """
    total = _added(each for _, each in named)
    first = named[0][0]
    on = entry_title(first) if len(named) == 1 else f"{len(named)} entries of {text_line(blog.title, limit=_NAME)}"
    lines = [f"- {_linked(entry)}: {_counted(*_added([each]))}" for entry, each in named[:_MOST_NAMED]]
    rest = named[_MOST_NAMED:]
    if rest:
        lines.append(f"- {len(rest)} more entries: {_counted(*_added(each for _, each in rest))}")
    if len(named) == 1:
        lines = [f"Read them on the blog: {_linked(first)}"]
    url = _short(first) if len(named) == 1 else shown_url(blog.home_url)
    return ChatPost(
        title=linked_title(f"{_counted(*total, more='more ')} on {on}", url, limit=_TITLE),
        url=url,
        body="\n".join(lines),
        footer=f"Too many {_named(*total)} came at once, so these are not posted one by one.",
    )


def _added(each: Iterable[EntryComments]) -> tuple[int, int]:
    """Return how many comments and how many mentions these are together."""
    counts = [(one.count, one.mentions) for one in each]
    return sum(comments for comments, _ in counts), sum(mentions for _, mentions in counts)


def _counted(comments: int, mentions: int, *, more: str = "") -> str:
    parts = [(comments, "comment"), (mentions, "mention")]
    return " and ".join(f"{count:,} {more}{name}{'' if count == 1 else 's'}" for count, name in parts if count)


def _named(comments: int, mentions: int) -> str:
    return " and ".join(name for count, name in ((comments, "comments"), (mentions, "mentions")) if count)


def _linked(entry: Entry) -> str:
    return masked(entry_title(entry), entry.link, limit=_NAME)


def _short(entry: Entry) -> str | None:
    return entry.link if entry.link and len(entry.link) <= _URL else None
