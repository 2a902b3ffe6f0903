"""Who may do what where: permission bits, and the sum of roles and channel overwrites.

Does not refuse anything by itself except through `require`, which speaks Discord's two 403 codes.
"""

from enum import IntFlag
from typing import TYPE_CHECKING

from sandbox.discord.errors import ApiError

if TYPE_CHECKING:
    from sandbox.discord.nouns import Channel, User


class Permission(IntFlag):
    """Discord's permission bits, by their API names; only those that this Discord looks at."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51


ALL = Permission((1 << 52) - 1)

#: What the bot's invitation asks for.
BOT_PERMISSIONS = 309237730368

#: What a new guild's @everyone has in truth, MENTION_EVERYONE included: pings must be stopped by the sender.
EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.MENTION_EVERYONE
    | Permission.USE_APPLICATION_COMMANDS
)

ADMIN = (
    EVERYONE
    | Permission.MANAGE_GUILD
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.MANAGE_ROLES
)


def named(*names: str) -> Permission:
    """Return the bits of API names such as "SEND_MESSAGES"; KeyError for a name that is not known here."""
    bits = Permission(0)
    for name in names:
        bits |= Permission[name]
    return bits


def compute(user: "User", channel: "Channel") -> Permission:
    """Return what `user` may do in `channel`; a thread takes the overwrites of its parent."""
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


def can(user: "User", channel: "Channel", permission: Permission) -> bool:
    """Tell whether `user` has all bits of `permission` in `channel`."""
    return compute(user, channel) & permission == permission


def require(user: "User", channel: "Channel", permission: Permission = Permission.VIEW_CHANNEL) -> None:
    """Raise 50001 where `user` cannot see the channel, 50013 where only `permission` is missing."""
    has = compute(user, channel)
    if not has & Permission.VIEW_CHANNEL:
        raise ApiError(50001)
    if has & permission != permission:
        raise ApiError(50013)
