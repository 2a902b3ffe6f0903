"""What answers look like: cards, rows of buttons, times, and words from outside made harmless. Sends nothing."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import discord

from bot.model.chat import ChatPost

#: Discord's limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
DESCRIPTION: Final = 4096
FIELD: Final = 1024
_BUTTON_URL: Final = 512

_MARKDOWN: Final = re.compile(r"([\\`*_~|<>\[\]])")


def render(post: ChatPost) -> discord.Embed:
    """Show a post as it would stand in its channel, without its buttons."""
    embed = discord.Embed(
        title=post.title or None, url=post.url, description=post.body or None, timestamp=post.timestamp
    )
    if post.author:
        embed.set_author(name=post.author)
    if post.image_url:
        embed.set_image(url=post.image_url)
    if post.footer:
        embed.set_footer(text=post.footer)
    return embed


def inert(text: str, limit: int = 200) -> str:
    """Write words from outside in one line so that none of them is Markdown or a mention."""
    line = " ".join(text.split())
    if len(line) > limit:
        line = line[: limit - 1] + "…"
    return _MARKDOWN.sub(r"\\\1", line)


def when(moment: datetime | None, never: str = "never") -> str:
    """Write a time as everybody's Discord shows it for them, such as "2 minutes ago"."""
    return never if moment is None else f"<t:{int(moment.timestamp())}:R>"


def cut(lines: Sequence[str], limit: int) -> str:
    """Join as many lines as fit, and say how many did not."""
    text = ""
    for number, line in enumerate(lines):
        more = f"… and {len(lines) - number} more"
        if len(text) + len(line) + len(more) + 2 > limit:
            return f"{text}{more}"
        text += f"{line}\n"
    return text.rstrip("\n")


def button(
    label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> discord.ui.Button[discord.ui.View]:
    """Make a button that one of the cogs' acts answers."""
    return discord.ui.Button(label=label, custom_id=custom_id, style=style)


def link(label: str, url: str) -> discord.ui.Button[discord.ui.View] | None:
    """Make a button that opens an address; None for one that is longer than Discord's buttons take."""
    return discord.ui.Button(label=label, url=url) if len(url) <= _BUTTON_URL else None


def row(*buttons: discord.ui.Button[discord.ui.View] | None) -> discord.ui.View:
    """Put buttons in a row. Must run on the event loop."""
    view = discord.ui.View(timeout=None)
    for each in buttons:
        if each is not None:
            view.add_item(each)
    # discord.py would keep every view that is not finished; ours are answered by their custom_id, also after a restart.
    view.stop()
    return view
