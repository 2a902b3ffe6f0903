"""``/blog preview`` and ``why``: what would be posted, and why it was or was not. Translates and answers; no rule."""

import discord
from discord import app_commands
from discord.app_commands import Choice, describe

from bot.bridge.admin.blogs import BlogAdmin
from bot.bridge.admin.explain import EntryExplainer
from bot.bridge.admin.subscription_settings import SubscriptionSettings
from bot.cogs._cards import shortened
from bot.cogs._explain_card import trace_card
from bot.cogs._options import CHOICE, BlogOptionCog, Choices, suggestions
from bot.cogs._responses import respond
from bot.cogs._settings_cards import send_preview


class ExplainCog(BlogOptionCog):
    """Verbs of ``/blog`` that look and change nothing."""

    def __init__(self, admin: BlogAdmin, subscription_settings: SubscriptionSettings, why: EntryExplainer) -> None:
        super().__init__(admin)
        self._subscription_settings = subscription_settings
        self._why = why

    @suggestions
    async def offer_entries(self, interaction: discord.Interaction, typed: str) -> Choices:
        """Suggest the newest entries of the blog that was chosen, by their titles."""
        chosen = await self.picked_so_far(interaction)
        offered = await self._why.suggest(chosen.blog.id, typed) if chosen else []
        return [Choice(name=shortened(title, CHOICE) or value, value=value) for title, value in offered]

    @app_commands.command(description="Show the newest entry as it would be posted now; posts nothing")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def preview(self, interaction: discord.Interaction, blog: str) -> None:
        """Show the newest entry's card."""
        chosen = await self.defer_and_find(interaction, blog)
        await send_preview(interaction, chosen, await self._subscription_settings.preview(chosen))

    @app_commands.command(name="why", description="Explain why an entry was posted here or not, stage by stage")
    @describe(blog="Which blog", entry="One of its newest entries, a link to an entry or comment, or a title")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs, entry=offer_entries)
    async def explain(self, interaction: discord.Interaction, blog: str, entry: str) -> None:
        """Tell an entry's way."""
        chosen = await self.defer_and_find(interaction, blog)
        way = await self._why.explain(chosen, entry)
        await respond(interaction, embed=trace_card(way, chosen))
