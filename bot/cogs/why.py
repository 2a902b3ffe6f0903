"""``/blog preview``: what of a blog is, or would be, posted. Translates and answers; holds no rule."""

import discord
from discord import app_commands
from discord.app_commands import describe

from bot.cogs._answers import promise, say
from bot.cogs._cards import render
from bot.cogs._options import TakesBlog


class WhyCog(TakesBlog):
    """Verbs of ``/blog`` that look and change nothing."""

    @app_commands.command(description="The newest entry as it would be posted now; posts nothing")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=TakesBlog.offer_blogs)
    async def preview(self, interaction: discord.Interaction, blog: str) -> None:
        """Show the newest entry's card."""
        await promise(interaction)
        chosen = await self.chosen(interaction, blog)
        post = await self._admin.preview(chosen)
        await say(interaction, f"As it would stand in <#{chosen.subscription.channel_id}>:", embed=render(post))
