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
        """Discord has listed all servers, those out of its reach too."""
        await self._lifecycle.reconcile([GuildId(guild.id) for guild in self._guilds()])

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is there, again or since the bot connected."""
        await self._recheck(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was taken in, perhaps once more."""
        await self._lifecycle.join(GuildId(guild.id))
        await self._recheck(guild)

    @commands.Cog.listener()
    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """A channel that the bot could not see is told as a new one."""
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
        """A role that took rights away."""
        await self._recheck(role.guild)

    @commands.Cog.listener()
    async def on_member_update(self, _: discord.Member, member: discord.Member) -> None:
        """The bot's own roles; of others' it hears nothing."""
        if member == member.guild.me:
            await self._recheck(member.guild)

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """A server is out of Discord's own reach."""
        _log.info("A server is away.", extra={"action": "guild_unavailable", "guild": guild.id})

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was taken out."""
        await self._lifecycle.leave(GuildId(guild.id))

    async def _recheck(self, guild: discord.Guild) -> None:
        await self._parking.recheck(GuildId(guild.id))
