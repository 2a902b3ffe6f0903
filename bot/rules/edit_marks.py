"""Shows in a card what became of its item on the blog: changed, or removed. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.model.entry import Comment, Entry
from bot.model.message import ChatPost
from bot.rules.html_to_discord.text import ZERO_WIDTH_SPACE

_TITLE, _BODY = 256, 4096
#: A block of code begins or ends, also one in a quotation or in a spoiler.
_FENCE = re.compile(r"(?:> )?(?:\|\|)?```")
#: What a line may begin with and must keep to be what it is.
_LEAD = re.compile(r"(?:> )?(?: *(?:-|\d+\.) |-# |#{1,3} )?", re.ASCII)


def mark_edits(post: ChatPost, item: Entry | Comment) -> ChatPost:
    """Strike a card through whose item was removed, or never belonged there; note a large edit at its foot."""
    moved = isinstance(item, Comment) and item.moved_at is not None
    if item.gone_at is not None or moved:
        fate = "removed from the blog" if item.gone_at is not None else "stands under another post of the blog"
        title = _strike(post.title) if post.title and len(post.title) <= _TITLE - 5 else post.title
        body = "\n".join(_struck(post.body))
        footer = " · ".join(filter(None, (post.footer, fate)))
        return replace(post, title=title, body=body if len(body) <= _BODY else post.body, footer=footer)
    if item.edited_at is not None:
        return replace(post, footer=" · ".join(filter(None, (post.footer, "(edited)"))))
    return post


def _struck(body: str) -> Iterator[str]:
    """Yield lines, each struck through by itself: a pair of signs does not reach over blocks."""
    fenced = False
    for line in body.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
            yield line
            continue
        found = _LEAD.match(line)
        lead = found[0] if found else ""
        # What the blog struck through itself would end the pair of signs; escaped ones are others.
        words = line.removeprefix(lead).replace("~~", "").strip()
        yield line if fenced or not words else lead + _strike(words)


def _strike(words: str) -> str:
    # Discord ends the pair at the first two signs, whether one is escaped or not.
    return f"~~{words}{ZERO_WIDTH_SPACE if words.endswith('~') else ''}~~"
