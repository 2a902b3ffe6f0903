"""The button under a notice: the door to :class:`Amends`. Pressed in a direct message or under ``/blog show``."""

import re

import discord
from discord.ext import commands

from bot.bridge.notices import Amends
from bot.cogs._answers import promise, say
from bot.cogs._door import Act, Door
from bot.cogs._reading import require_manager, user_of
from bot.model.ids import GuildId, NoticeId


class NoticesCog(commands.Cog, Door):
    """Undoes what a notice told of."""

    def __init__(self, amends: Amends) -> None:
        self._amends = amends

    def buttons(self) -> list[Act]:
        """Return the button that posts what was taken for known."""
        return [Act(r"notice:undo:(?P<id>[0-9]+)", self._undo)]

    async def _undo(self, interaction: discord.Interaction, match: re.Match[str]) -> None:
        guild_id = None if interaction.guild_id is None else GuildId(interaction.guild_id)
        if guild_id is not None:
            require_manager(interaction)
        await promise(interaction)
        await say(interaction, await self._amends.undo(NoticeId(int(match["id"])), user_of(interaction), guild_id))
