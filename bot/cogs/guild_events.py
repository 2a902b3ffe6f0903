"""Pass Discord's events about servers, channels and permissions on: a parked channel may be open again.

A server that Discord cannot reach for a while changes nothing. :class:`GuildLifecycle` pauses the subscriptions of a
server that the bot left, and resumes them when it joins again.
"""

import logging
from collections.abc import Callable, Iterable

import discord
from discord.ext import commands

from bot.bridge.admin.guilds import GuildLifecycle
from bot.bridge.outbox.parking import Parking
from bot.model.ids import GuildId

_log = logging.getLogger(__name__)


class GuildEventsCog(commands.Cog):
    """Has parked channels looked at again when something changed in their server."""

    def __init__(
        self, parking: Parking, lifecycle: GuildLifecycle, guilds: Callable[[], Iterable[discord.Guild]]
    ) -> None:
        self._parking = parking
        self._lifecycle = lifecycle
        self._guilds = guilds

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Compare the servers that Discord lists with those that have subscriptions."""
        await self._lifecycle.reconcile([GuildId(guild.id) for guild in self._guilds()])

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Check parked channels when a server becomes available."""
        await self._recheck(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Resume what the server had, if it had the bot before."""
        await self._lifecycle.join(GuildId(guild.id))
        await self._recheck(guild)

    @commands.Cog.listener()
    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """Check parked channels: Discord reports a channel that becomes visible to the bot as a new one."""
        await self._recheck(channel.guild)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, _: discord.abc.GuildChannel, channel: discord.abc.GuildChannel) -> None:
        """Rights in a channel, or a forum's tags."""
        await self._recheck(channel.guild)

    @commands.Cog.listener()
    async def on_guild_role_update(self, _: discord.Role, role: discord.Role) -> None:
        """Rights of a role."""
        await self._recheck(role.guild)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Check parked channels: the role may have denied a permission."""
        await self._recheck(role.guild)

    @commands.Cog.listener()
    async def on_member_update(self, _: discord.Member, member: discord.Member) -> None:
        """Check parked channels when the bot's own roles change; Discord sends no other member's."""
        if member == member.guild.me:
            await self._recheck(member.guild)

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Log a server that Discord cannot reach, which changes nothing."""
        _log.info("A server is away.", extra={"action": "guild_unavailable", "guild": guild.id})

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pause what the server had."""
        await self._lifecycle.leave(GuildId(guild.id))

    async def _recheck(self, guild: discord.Guild) -> None:
        await self._parking.recheck(GuildId(guild.id))
