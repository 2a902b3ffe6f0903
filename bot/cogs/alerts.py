"""``/alerts``: direct messages to authors about new comments; calls :class:`Alerts`."""

import discord
from discord import app_commands
from discord.app_commands import describe
from discord.ext import commands

from bot.bridge.admin.alerts import Alerts, AlertView
from bot.bridge.admin.blogs import BlogAdmin
from bot.cogs._cards import DESCRIPTION, cut, escaped
from bot.cogs._discord_values import guild_of, user_of
from bot.cogs._options import BlogOptionCog, Choices, suggestions
from bot.cogs._responses import defer, respond


@app_commands.guild_only()
class AlertsCog(
    commands.GroupCog, BlogOptionCog, group_name="alerts", group_description="Direct messages about new comments"
):
    """Switches a person's own alerts."""

    def __init__(self, admin: BlogAdmin, alerts: Alerts) -> None:
        super().__init__(admin)
        self._alerts = alerts

    @suggestions
    async def offer_authors(self, interaction: discord.Interaction, typed: str) -> Choices:
        """Suggest authors of the blog that was picked before."""
        chosen = await self.picked_so_far(interaction)
        if chosen is None:
            return []
        names = await self._alerts.suggest_authors(chosen.blog.id, typed)
        return [app_commands.Choice(name=name, value=name) for name in names if len(name) <= 100]

    @app_commands.command(description="Get a direct message for each new comment on a blog")
    @describe(blog="Which blog", author="Only comments on entries by this author, as the feed names them")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs, author=offer_authors)
    async def on(self, interaction: discord.Interaction, blog: str, author: str | None = None) -> None:
        """Switch alerts on."""
        chosen = await self.defer_and_find(interaction, blog)
        alert = await self._alerts.switch_on(guild_of(interaction), user_of(interaction), chosen.blog, author)
        entries = f"entries by {escaped(alert.author)}" if alert.author else "any entry"
        await respond(
            interaction,
            f"Alerts are on: I will write to you directly when somebody comments on {entries} "
            f"of **{escaped(chosen.blog.title)}**. `/alerts off` stops it.",
        )

    @app_commands.command(description="Stop direct messages about comments, of one blog or of all")
    @describe(blog="Which blog; leave it out for all")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def off(self, interaction: discord.Interaction, blog: str | None = None) -> None:
        """Switch alerts off."""
        await defer(interaction)
        chosen = await self.chosen(interaction, blog) if blog else None
        count = await self._alerts.switch_off(
            guild_of(interaction), user_of(interaction), chosen.blog.id if chosen else None
        )
        of = f" of **{escaped(chosen.blog.title)}**" if chosen else ""
        await respond(interaction, f"Alerts{of} are off." if count else f"You had no alerts{of}.")

    @app_commands.command(description="Show your alerts on this server")
    async def show(self, interaction: discord.Interaction) -> None:
        """List the person's alerts."""
        await defer(interaction)
        views = await self._alerts.show(guild_of(interaction), user_of(interaction))
        if views:
            lines = [_line(view) for view in views]
            await respond(interaction, embed=discord.Embed(title="Your alerts", description=cut(lines, DESCRIPTION)))
        else:
            await respond(interaction, "You have no alerts on this server. `/alerts on` makes one.")


def _line(view: AlertView) -> str:
    entries = f"entries by {escaped(view.alert.author)}" if view.alert.author else "every entry"
    state = f"off: {view.alert.off_reason}" if view.alert.off_reason else "on"
    return f"**{escaped(view.blog_title)}**, {entries}: {state}"
