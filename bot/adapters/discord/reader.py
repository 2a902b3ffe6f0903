"""Read from Discord's REST interface: forums, roles, permissions, messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.adapters.discord.errors import discord_errors
from bot.adapters.discord.message_search import find_forum_post, find_message
from bot.model.errors import Blocked, ChannelLost
from bot.model.ids import ChannelId, GuildId, RoleId, UserId
from bot.model.message import (
    ChatPost,
    ForumTag,
    ForumView,
    MessageRef,
    MessageView,
)
from bot.model.permissions import VIEW_CHANNEL, missing_permissions
from bot.model.subscription import Placement

#: So soon it is worth looking whether the client has logged in.
_LOGIN: Final = timedelta(seconds=1)
READ_HISTORY: Final = "Read Message History"
#: Unknown Guild, Unknown Member, Unknown User, and Missing Access: the bot is not in the guild either.
_NO_MEMBER: Final = frozenset({10004, 10007, 10013, 50001})
_MISSING_ACCESS: Final = 50001


class DiscordReader:
    """Reads from Discord with a client that has logged in, without the gateway's cache."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def look_at_forum(self, forum_id: ChannelId) -> ForumView:
        """Fetch the tags of a forum and whether one is required."""
        with self._errors(READ_HISTORY):
            forum = await self._forum(forum_id)
        tags = tuple(ForumTag(id=tag.id, name=tag.name, moderated=tag.moderated) for tag in forum.available_tags)
        return ForumView(tags=tags, tag_required=forum.flags.require_tag)

    async def look_at_roles(self, guild_id: GuildId) -> frozenset[RoleId]:
        """Fetch which roles a guild has."""
        with self._errors(READ_HISTORY):
            guild = await self._client.fetch_guild(guild_id, with_counts=False)
        return frozenset(RoleId(role.id) for role in guild.roles)

    async def missing_permissions(
        self, guild_id: GuildId, channel_id: ChannelId, placement: Placement
    ) -> tuple[str, ...]:
        """Return the permissions that the bot lacks in a channel now, without a cache."""
        with self._errors(READ_HISTORY):
            try:
                guild = await self._client.fetch_guild(guild_id, with_counts=False)
                channel = await guild.fetch_channel(channel_id)
                own = await guild.fetch_member(self._own_id())
            except discord.HTTPException as error:
                if error.code != _MISSING_ACCESS:
                    raise
                return (VIEW_CHANNEL,)
        permissions = channel.permissions_for(own)
        forum = isinstance(channel, discord.ForumChannel)
        return missing_permissions(lambda name: getattr(permissions, name), forum=forum, placement=placement)

    async def may_manage(self, guild_id: GuildId, user_id: UserId) -> bool:
        """Tell whether a person is a member of a guild now and has Manage Server there, without a cache."""
        with self._errors(READ_HISTORY):
            try:
                guild = await self._client.fetch_guild(guild_id, with_counts=False)
                member = await guild.fetch_member(user_id)
            except discord.HTTPException as error:
                if error.code not in _NO_MEMBER:
                    raise
                return False
        return member.guild_permissions.manage_guild

    async def look_at_message(self, message: MessageRef) -> MessageView:
        """Fetch a message; without a privileged intent Discord gives only the age of other people's messages."""
        with self._errors(READ_HISTORY):
            found = await self._message(message).fetch()
        return MessageView(content=found.content, edited_at=found.edited_at)

    async def is_locked(self, channel_id: ChannelId) -> bool:
        """Tell whether a thread is locked; a channel never is."""
        with self._errors(READ_HISTORY):
            channel = await self._client.fetch_channel(channel_id)
        return isinstance(channel, discord.Thread) and channel.locked

    async def find(self, channel_id: ChannelId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        """Look for a message of ours that says what ``post`` says, among all since then.

        :raises Uncertain: there are too many.
        """
        with self._errors(READ_HISTORY):
            return await find_message(self._client.get_partial_messageable(channel_id), post, self._own_id(), since)

    async def find_in_forum(self, forum_id: ChannelId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        """Look for a forum post of ours that says what ``post`` says, archived ones too."""
        with self._errors(READ_HISTORY):
            return await find_forum_post(await self._forum(forum_id), post, self._own_id(), since)

    async def _forum(self, forum_id: ChannelId) -> discord.ForumChannel:
        channel = await self._client.fetch_channel(forum_id)
        if not isinstance(channel, discord.ForumChannel):
            raise ChannelLost("This channel is not a forum any more. Choose a forum.")
        return channel

    def _message(self, message: MessageRef) -> discord.PartialMessage:
        return self._client.get_partial_messageable(message.channel_id).get_partial_message(message.message_id)

    @contextmanager
    def _errors(self, needs: str) -> Iterator[None]:
        """Translate the errors of discord.py; before the login any error could come.

        :raises Barred: the client has not logged in yet.
        """
        if self._client.user is None or self._client.application_id is None:
            raise not_logged_in()
        with discord_errors(needs):
            yield

    def _own_id(self) -> int:
        if self._client.user is None:
            raise not_logged_in()
        return self._client.user.id


def not_logged_in() -> Blocked:
    """Return the error for a call before the login."""
    return Blocked("The bot has not logged in to Discord yet.", retry_after=_LOGIN)
