"""The card behind ``/blog why``: a line a stage, and the conclusion at its end. Words only; sends nothing."""

import re
from typing import Final

import discord

from bot.cogs._cards import DESCRIPTION, cut, escaped, when
from bot.model.subscription import SubscribedBlog
from bot.model.trace import Step, Trace
from bot.rules.links import linked_title

_STEP: Final = 300
_TITLE: Final = 200
_MARKS: Final = {True: "✅", False: "❌", None: "▫️"}
#: Our own words name channels.
_CHANNEL: Final = re.compile(r"\\<(#[0-9]{15,20})\\>")
_LONGEST_URL: Final = 2048


def trace_card(way: Trace, chosen: SubscribedBlog) -> discord.Embed:
    """Show an item's way."""
    url = way.url if way.url and len(way.url) <= _LONGEST_URL and way.url.startswith(("http://", "https://")) else None
    embed = discord.Embed(title=linked_title(way.title, url, limit=_TITLE) or "Without a title", url=url)
    place = f"In <#{chosen.subscription.channel_id}>:"
    room = DESCRIPTION - len(place) - len(way.conclusion) - 4
    embed.description = f"{place}\n{cut([_line(step) for step in way.steps], room)}\n\n{way.conclusion}"
    return embed


def _line(step: Step) -> str:
    text = _CHANNEL.sub(r"<\1>", escaped(step.text, _STEP))
    at = f" {when(step.at)}" if step.at else ""
    return f"{_MARKS[step.passed]} **{step.name}** {text}{at}"
