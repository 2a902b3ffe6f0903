"""Mark in a card that its item was edited or removed on the blog."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.model.entry import Comment, Entry
from bot.model.message import ChatPost
from bot.rules.html_to_discord.text import ZERO_WIDTH_SPACE

_TITLE, _BODY = 256, 4096
#: The beginning or end of a code block, also in a block quote or a spoiler.
_FENCE = re.compile(r"(?:> )?(?:\|\|)?```")
#: The marker of a quote, list, subtext or heading line, which must stay at its beginning.
_LEAD = re.compile(r"(?:> )?(?: *(?:-|\d+\.) |-# |#{1,3} )?", re.ASCII)


def mark_edits(post: ChatPost, item: Entry | Comment) -> ChatPost:
    """Strike a card through if its item was removed or moved, and add a footer for that or for a large edit."""
    moved = isinstance(item, Comment) and item.entry_corrected_at is not None
    if item.gone_at is not None or moved:
        state = "removed from the blog" if item.gone_at is not None else "stands under another post of the blog"
        title = _strike(post.title) if post.title and len(post.title) <= _TITLE - 5 else post.title
        body = "\n".join(_struck(post.body))
        footer = " · ".join(filter(None, (post.footer, state)))
        return replace(post, title=title, body=body if len(body) <= _BODY else post.body, footer=footer)
    if item.edited_at is not None:
        return replace(post, footer=" · ".join(filter(None, (post.footer, "(edited)"))))
    return post


def _struck(body: str) -> Iterator[str]:
    """Yield the lines, each struck through by itself, as ``~~`` does not span blocks."""
    fenced = False
    for line in body.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
            yield line
            continue
        found = _LEAD.match(line)
        lead = found[0] if found else ""
        # Text that the blog struck through itself would end the ``~~`` early.
        words = line.removeprefix(lead).replace("~~", "").strip()
        yield line if fenced or not words else lead + _strike(words)


def _strike(words: str) -> str:
    # Discord ends it at the first ``~~``, escaped or not.
    return f"~~{words}{ZERO_WIDTH_SPACE if words.endswith('~') else ''}~~"
