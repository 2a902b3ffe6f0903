"""A few words when the bot joins a server, where it may speak: which command comes first. Answers nothing."""

import logging
from collections.abc import Iterator
from typing import Final

import discord
from discord.ext import commands

from bot.cogs._network_errors import UNANSWERED

_log = logging.getLogger(__name__)

_WELCOME: Final = (
    "Hello! I carry a blog’s discussion into this server, and answers back to the blog.\n"
    "Begin with `/blog add`: paste the blog’s address and pick a channel. "
    "`/relay connect` then lets members answer on the blog. Both are for people who may manage this server."
)
#: Where the bot is refused although it seems to be allowed, it looks elsewhere so many times.
_TRIES: Final = 3


class WelcomeCog(commands.Cog):
    """Says hello once a join. A server that it was in when it connected is none that it joins."""

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say hello in the system channel, else in the first channel where that is possible."""
        for channel, _ in zip(_open_channels(guild), range(_TRIES), strict=False):
            try:
                await channel.send(_WELCOME, allowed_mentions=discord.AllowedMentions.none())
            except UNANSWERED as error:
                _log.warning("A welcome was refused: %s.", error, extra={"action": "welcome_failed", "guild": guild.id})
            else:
                _log.info("Joined a server.", extra={"action": "guild_joined", "guild": guild.id})
                return
        _log.info(
            "Joined a server, and may post its welcome nowhere.", extra={"action": "guild_joined", "guild": guild.id}
        )


def _open_channels(guild: discord.Guild) -> Iterator[discord.TextChannel]:
    system = guild.system_channel
    others = (channel for channel in guild.text_channels if channel != system)
    for channel in (*((system,) if system else ()), *others):
        may = channel.permissions_for(guild.me)
        if may.view_channel and may.send_messages:
            yield channel
