"""From many entries that came at once to the one message that names them. Pure."""

from collections.abc import Sequence
from typing import Final

from bot.model.chat import ChatPost
from bot.model.entry import Entry
from bot.model.feed import Blog
from bot.model.redact import shown_url
from bot.model.subscription import Placement
from bot.rules.lookalikes import pretends
from bot.rules.present import entry_title
from bot.rules.to_chat import escape, text_line
from bot.rules.to_chat_tree import inert_url

_OPENS: Final = {
    Placement.THREAD: "opens its thread",
    Placement.FORUM: "opens its post",
    Placement.CHANNEL: "has it posted",
}
_LONGEST, _TITLE, _NAME, _URL = 3000, 256, 100, 300


def present_summary(entries: Sequence[Entry], blog: Blog, placement: Placement) -> ChatPost:
    """Render entries that are not announced one by one: their titles with links, as many as fit."""
    lines: list[str] = []
    for number, entry in enumerate(entries):
        url = entry.link if entry.link and len(entry.link) <= _URL else None
        title = escape(text_line(entry_title(entry), limit=_NAME))
        line = f"- {title}"
        if url is not None:
            masked = not pretends(entry_title(entry), url)
            line = f"- [{title}](<{inert_url(url)}>)" if masked else f"{line} (<{inert_url(url)}>)"
        more = f"- and {len(entries) - number} more"
        if sum(map(len, lines)) + len(lines) + len(line) + len(more) > _LONGEST:
            lines.append(more)
            break
        lines.append(line)
    return ChatPost(
        title=text_line(
            f"{len(entries)} more {'entry' if len(entries) == 1 else 'entries'} of {blog.title}", limit=_TITLE
        ),
        url=shown_url(blog.home_url),
        body="\n".join(lines),
        footer=f"They appeared together, so they are not posted one by one. A comment on one {_OPENS[placement]}.",
    )
