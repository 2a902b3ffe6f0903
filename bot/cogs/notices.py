"""The button under a notice, in a direct message or under ``/blog show``; calls :class:`UndoNotice`."""

import discord
from discord.ext import commands

from bot.bridge.announce.notices import UndoNotice
from bot.cogs._components import ComponentCog, ComponentHandler, Ids
from bot.cogs._discord_values import require_manager, user_of
from bot.cogs._responses import defer, respond
from bot.model.ids import GuildId, NoticeId


class NoticesCog(commands.Cog, ComponentCog):
    """Undoes what a notice reported."""

    def __init__(self, undo_notice: UndoNotice) -> None:
        self._undo_notice = undo_notice

    def buttons(self) -> list[ComponentHandler]:
        """Return the button that posts what was taken for known."""
        return [ComponentHandler("notice:undo:{id}", self._undo, manager=False)]

    async def _undo(self, interaction: discord.Interaction, ids: Ids) -> None:
        guild_id = None if interaction.guild_id is None else GuildId(interaction.guild_id)
        if guild_id is not None:
            require_manager(interaction)
        await defer(interaction)
        await respond(interaction, await self._undo_notice.undo(NoticeId(ids["id"]), user_of(interaction), guild_id))
