"""REST: guilds, their channels, roles and members, read only; and channels and typing."""

from sandbox.discord.errors import ApiError, Json
from sandbox.discord.nouns import Channel, Guild
from sandbox.discord.permission_bits import Permission
from sandbox.discord.permissions import can, require
from sandbox.discord.render import channel_json, guild_json, member_json, role_json
from sandbox.discord.routes import Call, routes


def _guild(call: Call) -> Guild:
    guild = call.world.guild(call.params["guild_id"])
    if call.world.bot.id not in guild.members:
        raise ApiError(50001)
    if not guild.available:
        raise ApiError(130000)
    return guild


@routes.on("GET", "/guilds/{guild_id}")
async def get_guild(call: Call) -> Json:
    """Return a guild; 10004."""
    return guild_json(call.world, _guild(call))


@routes.on("GET", "/guilds/{guild_id}/channels")
async def get_channels(call: Call) -> list[Json]:
    """Return the channels that the bot can see, without threads."""
    seen = [
        channel for channel in _guild(call).channels.values() if can(call.world.bot, channel, Permission.VIEW_CHANNEL)
    ]
    return [channel_json(call.world, channel) for channel in seen]


@routes.on("GET", "/guilds/{guild_id}/roles")
async def get_roles(call: Call) -> list[Json]:
    """Return the roles."""
    return [role_json(role) for role in _guild(call).roles.values()]


@routes.on("GET", "/guilds/{guild_id}/members/{user_id}")
async def get_member(call: Call) -> Json:
    """Return a member; 10007 for a user who is not in the guild."""
    guild = _guild(call)
    user = call.world.user(call.params["user_id"])
    if user.id not in guild.members:
        raise ApiError(10007)
    return member_json(guild.members[user.id])


def visible(call: Call) -> Channel:
    """Return the channel of the path; 10003, 50001 if the bot cannot see it, 130000 in an outage."""
    channel = call.world.channel(call.params["channel_id"])
    if channel.guild is not None and not channel.guild.available:
        raise ApiError(130000)
    require(call.world.bot, channel)
    return channel


@routes.on("GET", "/channels/{channel_id}")
async def get_channel(call: Call) -> Json:
    """Return a channel, thread or DM."""
    return channel_json(call.world, visible(call))


@routes.on("POST", "/channels/{channel_id}/typing")
async def typing(call: Call) -> None:
    """Accept the bot's typing, which has no effect here."""
    require(call.world.bot, visible(call), Permission.SEND_MESSAGES)
