"""From discord.py's objects to our values: who, where, which channel, which message. Decides nothing, sends nothing."""

import re
from typing import Final

import discord
from discord import app_commands

from bot.cogs._network_errors import UNANSWERED
from bot.model.errors import Refused, TemporaryError
from bot.model.ids import ChannelId, GuildId, MessageId, RoleId, UserId
from bot.model.message import (
    ChannelKind,
    ChannelView,
    ChatMessage,
    ForumTag,
    ForumView,
    MemberView,
    Mentions,
    MessageRef,
    RoleView,
)
from bot.model.permissions import missing_permissions
from bot.model.subscription import Placement

#: What a channel's name is for an app that may not view it.
_HIDDEN: Final = "___hidden___"

_KINDS: Final = {
    discord.ChannelType.text: ChannelKind.TEXT,
    discord.ChannelType.news: ChannelKind.TEXT,
    discord.ChannelType.forum: ChannelKind.FORUM,
}

_MENTION: Final = re.compile(r"<(@!?|@&|#)([0-9]{15,20})>")


def guild_of(interaction: discord.Interaction) -> GuildId:
    """Return the guild of an interaction; all commands are for guilds only."""
    if interaction.guild_id is None:
        raise Refused("This works on a server only.")
    return GuildId(interaction.guild_id)


def user_of(interaction: discord.Interaction) -> UserId:
    """Return the person who used the command or component."""
    return UserId(interaction.user.id)


def require_manager(interaction: discord.Interaction) -> None:
    """Let only people through who may manage the server.

    :raises Refused: for everybody else.
    """
    if not interaction.permissions.manage_guild:
        raise Refused("Only people with the permission Manage Server can do this.")


async def read_file(attachment: discord.Attachment, *, largest: int) -> bytes:
    """Fetch a file that was handed in with a command.

    :param largest: bytes; a larger one is not fetched.
    :raises BridgeError: it is too large, or Discord does not give it.
    """
    if attachment.size > largest:
        raise Refused(f"This file is too large: {largest // 1024} KiB is the most I read.")
    try:
        return await attachment.read()
    except UNANSWERED as error:
        raise TemporaryError("Discord did not hand the file over. Please try again.") from error


def read_channel(
    interaction: discord.Interaction, channel: app_commands.AppCommandChannel, placement: Placement | None
) -> ChannelView:
    """Look at a channel that an admin picked, and at what the bot may do there."""
    cached = interaction.guild.get_channel(channel.id) if interaction.guild else None
    kind = _KINDS.get(channel.type, ChannelKind.OTHER)
    return ChannelView(
        id=ChannelId(channel.id),
        guild_id=guild_of(interaction),
        name=channel.name,
        kind=kind,
        missing=_missing(_own_permissions(interaction, channel, cached), kind, placement),
        forum=_read_forum(cached) if isinstance(cached, discord.ForumChannel) else None,
    )


def read_visible(interaction: discord.Interaction) -> frozenset[ChannelId] | None:
    """Return the channels that a person may view; None for people who may manage the server: all of them."""
    if interaction.permissions.manage_guild:
        return None
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return frozenset()
    seen = (channel for channel in guild.channels if channel.permissions_for(member).view_channel)
    return frozenset(ChannelId(channel.id) for channel in seen)


def read_role(interaction: discord.Interaction, role: discord.Role, channel_id: ChannelId) -> RoleView:
    """Look at a role, and at whether the bot may ping it in a channel."""
    return RoleView(
        id=RoleId(role.id),
        name=role.name,
        everybody=role.is_default(),
        managed=role.managed,
        pingable=role.mentionable or _pings_all(interaction, channel_id),
    )


def read_roles(interaction: discord.Interaction, channel_id: ChannelId) -> dict[RoleId, RoleView]:
    """Look at all roles of the server, as :func:`read_role`."""
    roles = interaction.guild.roles if interaction.guild else []
    return {RoleId(role.id): read_role(interaction, role, channel_id) for role in roles}


def read_message(interaction: discord.Interaction, message: discord.Message) -> ChatMessage:
    """Take a message over that was the target of a menu; only there its content is always given."""
    reference = message.reference
    replied = reference is not None and reference.type is discord.MessageReferenceType.reply
    return ChatMessage(
        guild_id=guild_of(interaction),
        ref=MessageRef(channel_id=ChannelId(message.channel.id), message_id=MessageId(message.id)),
        author_id=UserId(message.author.id),
        content=message.content,
        reply_to=MessageId(reference.message_id) if replied and reference and reference.message_id else None,
        mentions=read_mentions(interaction, message.content),
        edited_at=message.edited_at,
    )


def read_member(interaction: discord.Interaction) -> MemberView:
    """Look at who acts, and at what they may do where they do so, as Discord says at this moment."""
    member, may = interaction.user, interaction.permissions
    silent = isinstance(member, discord.Member) and member.is_timed_out()
    return MemberView(
        id=user_of(interaction),
        guild_id=guild_of(interaction),
        channel_id=ChannelId(interaction.channel_id or 0),
        in_thread=isinstance(interaction.channel, discord.Thread),
        may_write=may.send_messages and not silent,
        may_write_in_threads=may.send_messages_in_threads and not silent,
        public=_public(interaction.channel),
    )


def read_mentions(interaction: discord.Interaction, content: str) -> Mentions:
    """Collect whom a text mentions; roles and channels with names, but for channels that are not everybody's."""
    users: dict[UserId, None] = {}
    roles: dict[int, str] = {}
    channels: dict[int, str] = {}
    guild = interaction.guild
    for kind, digits in _MENTION.findall(content):
        number = int(digits)
        if kind in ("@", "@!"):
            users[UserId(number)] = None
        elif kind == "@&" and guild is not None and (role := guild.get_role(number)):
            roles[number] = role.name
        elif (
            kind == "#" and guild is not None and (channel := guild.get_channel_or_thread(number)) and _public(channel)
        ):
            channels[number] = channel.name
    return Mentions(users=tuple(users), roles=roles, channels=channels)


def _own_permissions(
    interaction: discord.Interaction,
    channel: app_commands.AppCommandChannel,
    cached: discord.abc.GuildChannel | None,
) -> discord.Permissions:
    """What the bot may do in a channel; ``channel.permissions`` would be the person's own.

    Discord tells it with the channel (``app_permissions``, since July 2026); else the cache, which always has the
    bot's own member and all roles, knows.
    """
    resolved = dict(interaction.data or {}).get("resolved")
    given = resolved.get("channels", {}).get(str(channel.id), {}) if isinstance(resolved, dict) else {}
    if channel.name == _HIDDEN or cached is None or cached.name == _HIDDEN:
        return discord.Permissions.none()
    if "app_permissions" in given:
        return discord.Permissions(int(given["app_permissions"]))
    return cached.permissions_for(cached.guild.me)


def _pings_all(interaction: discord.Interaction, channel_id: ChannelId) -> bool:
    cached = interaction.guild.get_channel(channel_id) if interaction.guild else None
    return cached is not None and cached.permissions_for(cached.guild.me).mention_everyone


def _read_forum(forum: discord.ForumChannel) -> ForumView:
    tags = tuple(ForumTag(id=tag.id, name=tag.name, moderated=tag.moderated) for tag in forum.available_tags)
    return ForumView(tags=tags, tag_required=forum.flags.require_tag)


def _missing(permissions: discord.Permissions, kind: ChannelKind, placement: Placement | None) -> tuple[str, ...]:
    return missing_permissions(
        lambda name: getattr(permissions, name), forum=kind is ChannelKind.FORUM, placement=placement
    )


def _public(channel: object) -> bool:
    """Return whether everybody on the server may read the channel, whatever their age."""
    if isinstance(channel, discord.Thread):
        return not channel.is_private() and _public(channel.parent)
    if not isinstance(channel, discord.abc.GuildChannel):
        return False
    # The cached one: a channel that came with an interaction is without its overwrites, as if it were everybody's.
    cached = channel.guild.get_channel(channel.id)
    return _everybody_reads(cached) and not _restricted(cached)


def _everybody_reads(channel: discord.abc.GuildChannel | None) -> bool:
    if channel is None or channel.name == _HIDDEN:
        return False
    return channel.permissions_for(channel.guild.default_role).view_channel


def _restricted(channel: discord.abc.GuildChannel | None) -> bool:
    return isinstance(channel, discord.TextChannel | discord.ForumChannel) and channel.is_nsfw()
