"""From many comments that came at once to the one message that tells how many they are and where. Pure."""

from collections.abc import Sequence

from bot.model.chat import ChatPost
from bot.model.entry import Entry
from bot.model.feed import Blog
from bot.model.redact import shown_url
from bot.rules.links import linked_title, masked
from bot.rules.present import entry_title
from bot.rules.to_chat import plain

_MOST_NAMED, _TITLE, _NAME, _URL = 15, 256, 100, 300


def present_comment_summary(named: Sequence[tuple[Entry, int]], blog: Blog) -> ChatPost:
    """Render comments that are not posted one by one: how many on which entries, with links.

    :param named: entries and numbers of comments, those with most first; at least one.
    """
    total = sum(count for _, count in named)
    first = named[0][0]
    on = entry_title(first) if len(named) == 1 else f"{len(named)} entries of {plain(blog.title, limit=_NAME)}"
    lines = [f"- {_linked(entry)}: {_counted(count)}" for entry, count in named[:_MOST_NAMED]]
    rest = named[_MOST_NAMED:]
    if rest:
        lines.append(f"- {len(rest)} more entries: {_counted(sum(count for _, count in rest))}")
    if len(named) == 1:
        lines = [f"Read them on the blog: {_linked(first)}"]
    url = _short(first) if len(named) == 1 else shown_url(blog.home_url)
    return ChatPost(
        title=linked_title(f"{total:,} more {'comment' if total == 1 else 'comments'} on {on}", url, limit=_TITLE),
        url=url,
        body="\n".join(lines),
        footer="Too many comments came at once, so these are not posted one by one.",
    )


def _counted(count: int) -> str:
    return "1 comment" if count == 1 else f"{count:,} comments"


def _linked(entry: Entry) -> str:
    return masked(plain(entry_title(entry), limit=_NAME), entry.link, limit=_NAME)


def _short(entry: Entry) -> str | None:
    return entry.link if entry.link and len(entry.link) <= _URL else None
