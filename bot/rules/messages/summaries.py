"""Render the messages that sum up entries or comments which are not posted one by one."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.model.comment_batch import EntryComments
from bot.model.entry import Entry
from bot.model.feed import Blog
from bot.model.message import ChatPost
from bot.model.redact import shown_url
from bot.model.subscription import Placement
from bot.rules.html_to_discord.convert import text_line
from bot.rules.links import linked_title, masked
from bot.rules.messages.cards import entry_title

_MAX_ENTRIES = 15
_TITLE_LENGTH, _BODY_LENGTH, _NAME_LENGTH, _URL_LENGTH = 256, 3000, 100, 300
_OPENS: Final = {
    Placement.THREAD: "opens its thread",
    Placement.FORUM: "opens its post",
    Placement.CHANNEL: "has it posted",
}


def present_entry_summary(entries: Sequence[Entry], blog: Blog, placement: Placement) -> ChatPost:
    """Render a summary of entries: their linked titles, as many as fit."""
    lines: list[str] = []
    for number, entry in enumerate(entries):
        line = f"- {masked(entry_title(entry), entry.link, limit=_NAME_LENGTH)}"
        more = f"- and {len(entries) - number} more"
        if sum(map(len, lines)) + len(lines) + len(line) + len(more) > _BODY_LENGTH:
            lines.append(more)
            break
        lines.append(line)
    url = shown_url(blog.home_url)
    return ChatPost(
        title=linked_title(
            f"{len(entries)} more {'entry' if len(entries) == 1 else 'entries'} of {blog.title}",
            url,
            limit=_TITLE_LENGTH,
        ),
        url=url,
        body="\n".join(lines),
        footer=(
            "Too many entries appeared at once, so these are not posted one by one. "
            f"A comment on one {_OPENS[placement]}."
        ),
    )


def present_comment_summary(named: Sequence[tuple[Entry, EntryComments]], blog: Blog) -> ChatPost:
    """Render a summary of comments and mentions: how many on each linked entry.

    :param named: at least one entry with its counts, those with most comments first.
    """
    total = _added(each for _, each in named)
    first = named[0][0]
    on = (
        entry_title(first)
        if len(named) == 1
        else f"{len(named)} entries of {text_line(blog.title, limit=_NAME_LENGTH)}"
    )
    lines = [f"- {_linked(entry)}: {_counted(*_added([each]))}" for entry, each in named[:_MAX_ENTRIES]]
    rest = named[_MAX_ENTRIES:]
    if rest:
        lines.append(f"- {len(rest)} more entries: {_counted(*_added(each for _, each in rest))}")
    if len(named) == 1:
        lines = [f"Read them on the blog: {_linked(first)}"]
    url = _short(first) if len(named) == 1 else shown_url(blog.home_url)
    return ChatPost(
        title=linked_title(f"{_counted(*total, more='more ')} on {on}", url, limit=_TITLE_LENGTH),
        url=url,
        body="\n".join(lines),
        footer=f"Too many {_named(*total)} came at once, so these are not posted one by one.",
    )


def _added(each: Iterable[EntryComments]) -> tuple[int, int]:
    """Return the total numbers of comments and of mentions."""
    counts = [(one.count, one.mentions) for one in each]
    return sum(comments for comments, _ in counts), sum(mentions for _, mentions in counts)


def _counted(comments: int, mentions: int, *, more: str = "") -> str:
    parts = [(comments, "comment"), (mentions, "mention")]
    return " and ".join(f"{count:,} {more}{name}{'' if count == 1 else 's'}" for count, name in parts if count)


def _named(comments: int, mentions: int) -> str:
    return " and ".join(name for count, name in ((comments, "comments"), (mentions, "mentions")) if count)


def _linked(entry: Entry) -> str:
    return masked(entry_title(entry), entry.link, limit=_NAME_LENGTH)


def _short(entry: Entry) -> str | None:
    return entry.link if entry.link and len(entry.link) <= _URL_LENGTH else None
