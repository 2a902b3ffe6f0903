"""From many entries that came at once to the one message that names them. Pure."""

from collections.abc import Sequence
from typing import Final

from bot.model.entry import Entry
from bot.model.feed import Blog
from bot.model.message import ChatPost
from bot.model.redact import shown_url
from bot.model.subscription import Placement
from bot.rules.links import linked_title, masked
from bot.rules.messages.cards import entry_title

_OPENS: Final = {
    Placement.THREAD: "opens its thread",
    Placement.FORUM: "opens its post",
    Placement.CHANNEL: "has it posted",
}
_LONGEST, _TITLE, _NAME = 3000, 256, 100


def present_summary(entries: Sequence[Entry], blog: Blog, placement: Placement) -> ChatPost:
    """Render entries that are not announced one by one: their titles with links, as many as fit."""
    lines: list[str] = []
    for number, entry in enumerate(entries):
        line = f"- {masked(entry_title(entry), entry.link, limit=_NAME)}"
        more = f"- and {len(entries) - number} more"
        if sum(map(len, lines)) + len(lines) + len(line) + len(more) > _LONGEST:
            lines.append(more)
            break
        lines.append(line)
    url = shown_url(blog.home_url)
    return ChatPost(
        title=linked_title(
            f"{len(entries)} more {'entry' if len(entries) == 1 else 'entries'} of {blog.title}", url, limit=_TITLE
        ),
        url=url,
        body="\n".join(lines),
        footer=f"They appeared together, so they are not posted one by one. A comment on one {_OPENS[placement]}.",
    )
