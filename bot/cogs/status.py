"""``/status``: the state of blogs and deliveries, from :class:`StatusViews`."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.bridge.admin.views import StatusViews
from bot.cogs._blog_cards import health
from bot.cogs._cards import FIELD, cut, escaped, when
from bot.cogs._discord_values import guild_of
from bot.cogs._responses import defer, respond
from bot.model.delivery import DeliveryState
from bot.model.redact import redacted
from bot.model.status import Status
from bot.rules.messages.connections import reply_lines


class StatusCog(commands.Cog):
    """Shows an admin the bot's health."""

    def __init__(self, views: StatusViews) -> None:
        self._views = views

    @app_commands.command(description="Show the state of this server's blogs and of the bot's deliveries")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: discord.Interaction) -> None:
        """Show blogs, failing feeds, what waits and what died."""
        await defer(interaction)
        await respond(interaction, embed=_card(await self._views.status(guild_of(interaction))))


def _card(status: Status) -> discord.Embed:
    embed = discord.Embed(title="Status")
    blogs = f"{status.blogs}, {status.paused} of them paused" if status.paused else f"{status.blogs}"
    embed.add_field(name="Blogs", value=blogs)
    embed.add_field(name="Deliveries", value=_waiting(status))
    if status.connections:
        text = cut([redacted(line) for line in status.connections], FIELD)
        embed.add_field(name="Connections that do not work", value=text, inline=False)
    troubled = reply_lines(status.replies)
    if troubled:
        embed.add_field(name="Replies to blogs", value=cut(troubled, FIELD), inline=False)
    if status.parked:
        embed.add_field(name="Parked", value=cut(status.parked, FIELD), inline=False)
    if status.failing:
        text = cut([health(feed) for feed in status.failing], FIELD)
        embed.add_field(name="Failing feeds", value=text, inline=False)
    if status.outbox.dead:
        lines = [f"{when(each.settled_at)} {each.kind}: {escaped(each.error)}" for each in status.outbox.dead]
        embed.add_field(name="Given up lately", value=cut(lines, FIELD), inline=False)
    if not (status.parked or status.failing or status.outbox.dead or status.connections or troubled):
        embed.description = "All is well."
    return embed


def _waiting(status: Status) -> str:
    outbox = status.outbox
    waiting = outbox.waiting + sum(reply.state is DeliveryState.WAITING for reply in status.replies)
    if not waiting:
        return "none waiting"
    if outbox.oldest_due is None:
        return f"{waiting} waiting for their time"
    return f"{waiting} waiting, the oldest for {int(outbox.oldest_due.total_seconds())} s"
