"""The JSON of users, roles, channels, threads and guilds, as Discord's API v10 sends it.

The gateway obfuscates channels that the bot cannot see. `render_message` writes messages.
"""

from datetime import datetime

from sandbox.discord.errors import Json
from sandbox.discord.nouns import Channel, Guild, Member, Overwrite, Role, Thread, User
from sandbox.discord.permission_bits import Permission
from sandbox.discord.permissions import can
from sandbox.discord.world import World

#: Channels that the bot cannot see arrive at the gateway under this name and with this flag.
HIDDEN_NAME, HIDDEN_FLAG = "___hidden___", 1 << 17


def stamp(moment: datetime | None) -> str | None:
    """Return an ISO 8601 time, or None."""
    return moment.isoformat() if moment else None


def user_json(user: User) -> Json:
    """Return a user object."""
    return {
        "id": str(user.id),
        "username": user.name.lower().replace(" ", "_"),
        "global_name": None if user.bot else user.name,
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def member_json(member: Member, *, with_user: bool = True) -> Json:
    """Return a guild member object; messages carry it without the user."""
    body: Json = {
        "nick": None,
        "avatar": None,
        "roles": [str(role.id) for role in member.roles],
        "joined_at": stamp(member.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    if with_user:
        body["user"] = user_json(member.user)
    return body


def role_json(role: Role) -> Json:
    """Return a role object."""
    body: Json = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.bot_id is not None,
        "mentionable": role.mentionable,
        "flags": 0,
    }
    if role.bot_id is not None:
        body["tags"] = {"bot_id": str(role.bot_id)}
    return body


def _overwrite_json(target: int, overwrite: Overwrite) -> Json:
    return {
        "id": str(target),
        "type": overwrite.kind,
        "allow": str(int(overwrite.allow)),
        "deny": str(int(overwrite.deny)),
    }


def channel_json(world: World, channel: Channel, *, gateway: bool = False) -> Json:
    """Return a channel, thread or DM object; the gateway obfuscates a channel that the bot cannot see."""
    if channel.recipient is not None:
        return {
            "id": str(channel.id),
            "type": 1,
            "last_message_id": _id(channel.last_message_id),
            "recipients": [user_json(channel.recipient)],
            "flags": 0,
        }
    if isinstance(channel, Thread):
        return thread_json(world, channel)
    assert channel.guild is not None
    body: Json = {
        "id": str(channel.id),
        "type": channel.type,
        "guild_id": str(channel.guild.id),
        "name": channel.name,
        "topic": channel.topic,
        "nsfw": channel.nsfw,
        "position": channel.position,
        "flags": channel.flags,
        "parent_id": None,
        "last_message_id": _id(channel.last_message_id),
        "rate_limit_per_user": 0,
        "permission_overwrites": [_overwrite_json(key, value) for key, value in channel.overwrites.items()],
    }
    if channel.type == 2:
        body |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if channel.is_forum:
        body["available_tags"] = [
            {"id": str(tag.id), "name": tag.name, "moderated": tag.moderated, "emoji_id": None, "emoji_name": None}
            for tag in channel.tags
        ]
        body |= {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
    if gateway and not can(world.bot, channel, Permission.VIEW_CHANNEL):
        body |= {"name": HIDDEN_NAME, "topic": None, "flags": channel.flags | HIDDEN_FLAG}
    return body


def thread_json(world: World, thread: Thread) -> Json:
    """Return a thread object, with the bot's thread member if the bot is in it."""
    assert thread.guild is not None
    body: Json = {
        "id": str(thread.id),
        "type": thread.type,
        "guild_id": str(thread.guild.id),
        "parent_id": str(thread.parent.id),
        "owner_id": str(thread.owner.id),
        "name": thread.name,
        "message_count": len(thread.all_messages),
        "member_count": len(thread.member_ids),
        "total_message_sent": thread.total_message_sent,
        "rate_limit_per_user": 0,
        "flags": thread.flags,
        "last_message_id": _id(thread.last_message_id),
        "applied_tags": [str(tag) for tag in thread.applied_tags],
        "thread_metadata": {
            "archived": thread.archived,
            "locked": thread.locked,
            "auto_archive_duration": thread.auto_archive_duration,
            "archive_timestamp": stamp(thread.archive_timestamp),
            "create_timestamp": stamp(thread.created_at),
        },
    }
    if world.bot.id in thread.member_ids:
        body["member"] = thread_member_json(thread, world.bot.id)
    return body


def thread_member_json(thread: Thread, user_id: int) -> Json:
    """Return a thread member object; clients need both ids."""
    return {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": stamp(thread.created_at),
        "flags": 1,
    }


def guild_json(world: World, guild: Guild, *, gateway: bool = False) -> Json:
    """Return a guild object; at the gateway with channels, threads and members."""
    body: Json = {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "splash": None,
        "banner": None,
        "description": None,
        "owner_id": str(guild.owner.id),
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "system_channel_id": None if guild.system_channel is None else str(guild.system_channel.id),
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
    }
    if gateway:
        body |= {
            "channels": [channel_json(world, channel, gateway=True) for channel in guild.channels.values()],
            "threads": [
                thread_json(world, thread)
                for thread in guild.threads.values()
                if not thread.archived and can(world.bot, thread, Permission.VIEW_CHANNEL)
            ],
            "members": [member_json(member) for member in guild.members.values()],
            "member_count": len(guild.members),
            "joined_at": stamp(guild.members[world.bot.id].joined_at),
            "large": False,
            "unavailable": False,
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
    return body


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
