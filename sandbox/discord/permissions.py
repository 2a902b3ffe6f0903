"""Permissions: the sum of roles and channel overwrites. `require` refuses with Discord's two 403 codes."""

from sandbox.discord.errors import ApiError
from sandbox.discord.nouns import Channel, User
from sandbox.discord.permission_bits import ALL, Permission


def compute(user: User, channel: Channel) -> Permission:
    """Return the permissions of `user` in `channel`; a thread uses the overwrites of its parent."""
    guild = channel.guild
    if guild is None:
        return ALL
    member = guild.members.get(user.id)
    if member is None:
        return Permission(0)
    bits = Permission(guild.everyone.permissions)
    for role in member.roles:
        bits |= Permission(role.permissions)
    if guild.owner is user or bits & Permission.ADMINISTRATOR:
        return ALL
    overwrites = channel.place.overwrites
    allow = deny = Permission(0)
    if guild.id in overwrites:
        bits = (bits & ~overwrites[guild.id].deny) | overwrites[guild.id].allow
    for role in member.roles:
        if role.id in overwrites:
            allow |= overwrites[role.id].allow
            deny |= overwrites[role.id].deny
    bits = (bits & ~deny) | allow
    if user.id in overwrites:
        bits = (bits & ~overwrites[user.id].deny) | overwrites[user.id].allow
    return bits if bits & Permission.VIEW_CHANNEL else Permission(0)


def can(user: User, channel: Channel, permission: Permission) -> bool:
    """Return True if `user` has all bits of `permission` in `channel`."""
    return compute(user, channel) & permission == permission


def require(user: User, channel: Channel, permission: Permission = Permission.VIEW_CHANNEL) -> None:
    """Raise 50001 if `user` cannot see the channel, 50013 if only `permission` is missing."""
    has = compute(user, channel)
    if not has & Permission.VIEW_CHANNEL:
        raise ApiError(50001)
    if has & permission != permission:
        raise ApiError(50013)
