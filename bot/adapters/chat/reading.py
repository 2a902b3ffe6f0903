"""Find our own message again on Discord, for a delivery that is repeated because nobody knows whether it was done.

Only reads. What counts as the same message is decided in ``embeds.says``.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.adapters.chat.embeds import says
from bot.model.chat import ChatPost, MessageRef
from bot.model.ids import ChannelId, MessageId

#: Discord's clock may be behind ours.
_SKEW: Final = timedelta(minutes=1)
#: Ours stands near the start of what was written since; two pages of Discord's are plenty.
_MESSAGES: Final = 200
_ARCHIVED: Final = 100


async def find_message(
    channel: discord.PartialMessageable, post: ChatPost, own_id: int, since: datetime
) -> MessageRef | None:
    """Look among the first 200 messages since a time.

    :param since: aware; a minute of clock skew is allowed for.
    """
    async for message in channel.history(limit=_MESSAGES, after=since - _SKEW, oldest_first=True):
        if message.author.id == own_id and says(message, post):
            return MessageRef(channel_id=ChannelId(channel.id), message_id=MessageId(message.id))
    return None


async def find_starter(forum: discord.ForumChannel, post: ChatPost, own_id: int, since: datetime) -> MessageRef | None:
    """Look among the forum posts that we opened since a time; parameters as for :func:`find_message`."""
    async for thread in _threads(forum):
        if thread.owner_id != own_id or discord.utils.snowflake_time(thread.id) < since - _SKEW:
            continue
        try:
            starter = await thread.fetch_message(thread.id)
        except discord.NotFound as error:
            if error.code == 0:
                # Something in front of Discord says so; the post may be there.
                raise
            continue
        if says(starter, post):
            return MessageRef(channel_id=ChannelId(thread.id), message_id=MessageId(starter.id))
    return None


async def _threads(forum: discord.ForumChannel) -> AsyncIterator[discord.Thread]:
    # Discord lists open threads for a whole server only.
    for thread in await forum.guild.active_threads():
        if thread.parent_id == forum.id:
            yield thread
    async for thread in forum.archived_threads(limit=_ARCHIVED):
        yield thread
