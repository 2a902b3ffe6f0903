"""The parts of answers: cards, rows of buttons, times, and escaped words from outside. Sends nothing."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

import discord

from bot.model.message import ChatPost
from bot.model.redact import shown_url

#: Discord's limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
DESCRIPTION: Final = 4096
FIELD: Final = 1024
_CONTENT: Final = 2000
_NAME: Final = 256
_FOOTER: Final = 2048
_FIELDS: Final = 25
_EMBED: Final = 6000
_BUTTON_URL: Final = 512
_CHOICE: Final = 100

#: Controls, marks that turn the direction of all that follows in a line, and characters without a width. Joiners stay:
#: emoji are written with them.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_MARKDOWN: Final = re.compile(r"([\\`*_~|<>\[\]]|^[#-])")
#: What would end an address in the middle.
_ADDRESS_ENDS: Final = re.compile(r"[\s<>\\`\"]")


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


def text_above_card(post: ChatPost) -> str:
    """Write what would stand above a post's card; in an answer it pings nobody."""
    return "\n".join(part for part in (" ".join(f"<@&{role}>" for role in post.roles), post.text) if part)


def escaped(text: str, limit: int = 200) -> str:
    """Write words from outside in one line so that none of them is Markdown or a mention."""
    line = " ".join(_UNSEEN.sub("", text).split())
    return _MARKDOWN.sub(r"\\\1", shortened(line, limit))


def address(url: str, limit: int = 400) -> str:
    """Write an address from outside so that nothing in it is taken for the text around it; a long one is cut."""
    safe = _ADDRESS_ENDS.sub(lambda match: quote(match[0]), shown_url(url))
    return shortened(safe, limit)


def shortened(text: str, limit: int) -> str:
    """Cut a text that is longer than a limit."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def content(text: str | None) -> str | None:
    """Cut what stands above a card to what Discord takes, rather than have it answer nobody."""
    return None if text is None else shortened(text, _CONTENT)


def fitted(embed: discord.Embed | None) -> discord.Embed | None:
    """Cut a card to what Discord takes: each part, then the fields and the description until all fits."""
    if embed is None:
        return None
    embed.title = shortened(embed.title, _NAME) if embed.title else None
    embed.description = shortened(embed.description, DESCRIPTION) if embed.description else None
    if embed.footer.text:
        embed.set_footer(text=shortened(embed.footer.text, _FOOTER))
    if embed.author.name:
        embed.set_author(name=shortened(embed.author.name, _NAME), url=embed.author.url)
    for number, field in enumerate(embed.fields[:_FIELDS]):
        name, value = shortened(field.name or "", _NAME), shortened(field.value or "", FIELD)
        embed.set_field_at(number, name=name, value=value, inline=bool(field.inline))
    while embed.fields and (len(embed.fields) > _FIELDS or len(embed) > _EMBED):
        embed.remove_field(len(embed.fields) - 1)
    if len(embed) > _EMBED:
        embed.description = shortened(embed.description or "", DESCRIPTION - (len(embed) - _EMBED))
    return embed


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
    """Make a button that a :class:`ComponentHandler` answers."""
    return discord.ui.Button(label=label, custom_id=custom_id, style=style)


def link(label: str, url: str) -> discord.ui.Button[discord.ui.View] | None:
    """Make a button that opens an address; None for one that is longer than Discord's buttons take."""
    return discord.ui.Button(label=label, url=url) if len(url) <= _BUTTON_URL else None


def menu(custom_id: str, choices: Sequence[tuple[str, str]], chosen: int) -> discord.ui.Select[discord.ui.View]:
    """Make a select menu that a :class:`ComponentHandler` answers; an option's value is its number.

    :param choices: label and description, at most 25.
    :param chosen: the number of the one that holds now.
    """
    return discord.ui.Select(
        custom_id=custom_id,
        options=[
            discord.SelectOption(
                label=shortened(label, _CHOICE),
                description=shortened(description, _CHOICE),
                value=str(number),
                default=number == chosen,
            )
            for number, (label, description) in enumerate(choices)
        ],
    )


def row(*parts: discord.ui.Button[discord.ui.View] | discord.ui.Select[discord.ui.View] | None) -> discord.ui.View:
    """Put buttons in a row, and a menu in one of its own. Must run on the event loop."""
    view = discord.ui.View(timeout=None)
    for each in parts:
        if each is not None:
            view.add_item(each)
    # discord.py would keep every view that is not finished; ours are answered by their custom_id, also after a restart.
    view.stop()
    return view
