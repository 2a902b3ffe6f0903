"""The option ``blog`` that most commands have: suggested while typing, then looked up. Decides nothing."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.bridge.admin import Admin
from bot.cogs._reading import guild_of
from bot.model.subscription import SubscribedBlog

_CHOICE = 100


class TakesBlog(commands.Cog):
    """A cog whose commands have an option ``blog``."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def offer_blogs(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Suggest blogs with their channels; a choice's value is the subscription's number."""
        blogs = await self._admin.suggest(guild_of(interaction), typed)
        return [app_commands.Choice(name=_name(interaction, each), value=str(each.subscription.id)) for each in blogs]

    async def chosen(self, interaction: discord.Interaction, blog: str) -> SubscribedBlog:
        """Look up what was picked or typed.

        :raises NotFound: it names no blog, or several.
        """
        return await self._admin.choose(guild_of(interaction), blog)


def _name(interaction: discord.Interaction, each: SubscribedBlog) -> str:
    channel = interaction.guild.get_channel(each.subscription.channel_id) if interaction.guild else None
    place = f" (#{channel.name})" if channel else ""
    room = _CHOICE - len(place)
    title = each.blog.title if len(each.blog.title) <= room else f"{each.blog.title[: room - 1]}…"
    return f"{title}{place}" if title else each.blog.home_url[:_CHOICE]
