"""``/blog preview``: what of a blog is, or would be, posted. Translates and answers; holds no rule."""

import discord
from discord import app_commands
from discord.app_commands import describe

from bot.bridge.admin import Admin
from bot.bridge.tailor import Tailor
from bot.cogs._answers import promise
from bot.cogs._options import TakesBlog
from bot.cogs._tailor_cards import say_preview


class WhyCog(TakesBlog):
    """Verbs of ``/blog`` that look and change nothing."""

    def __init__(self, admin: Admin, tailor: Tailor) -> None:
        super().__init__(admin)
        self._tailor = tailor

    @app_commands.command(description="The newest entry as it would be posted now; posts nothing")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=TakesBlog.offer_blogs)
    async def preview(self, interaction: discord.Interaction, blog: str) -> None:
        """Show the newest entry's card."""
        await promise(interaction)
        chosen = await self.chosen(interaction, blog)
        await say_preview(interaction, chosen, await self._tailor.preview(chosen))
