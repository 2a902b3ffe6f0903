"""Find our own message on Discord, before a delivery with an unknown outcome is repeated.

``embeds.shows_post`` decides which message counts as the same.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

import discord

from bot.adapters.discord.embeds import shows_post
from bot.model.errors import OutcomeUnknown
from bot.model.ids import ChannelId, MessageId
from bot.model.message import ChatPost, MessageRef

#: Discord's clock may be behind ours.
_SKEW: Final = timedelta(minutes=1)
#: No attempt was made so far ahead of now; where it seems so, one made within the last days is looked for.
_AHEAD: Final = timedelta(minutes=10)
_LATELY: Final = timedelta(days=2)
#: Of one page of Discord's.
_PAGE: Final = 100
#: Messages that are looked at, and threads of a forum; asking for one page takes up to a second in a busy channel.
_MOST: Final = 5000
_UNCERTAIN: Final = (
    "Too many messages were sent there since the first attempt to check whether it was already posted. "
    "It was not posted again."
)


async def find_message(
    channel: discord.PartialMessageable, post: ChatPost, own_id: int, since: datetime
) -> MessageRef | None:
    """Look through everything that was written since a time.

    Ours may stand at the beginning of it, where the first attempt was, or at the end, where the last one was: pages
    are read from both ends in turn until they meet.

    :param since: aware; a minute of clock skew is allowed for.
    :raises Uncertain: there is more than can be read.
    """
    after = _begin(since)
    newest = channel.history(limit=None, oldest_first=False)
    oldest = channel.history(limit=None, after=after, oldest_first=True)
    seen: set[int] = set()
    for _ in range(_MOST // (2 * _PAGE)):
        for end in (newest, oldest):
            page = [message async for message in _next_page(end)]
            for message in page:
                if message.author.id == own_id and message.created_at >= after and shows_post(message, post):
                    return MessageRef(channel_id=ChannelId(channel.id), message_id=MessageId(message.id))
            met = any(message.id in seen for message in page)
            before_all = end is newest and any(message.created_at < after for message in page)
            if met or before_all or len(page) < _PAGE:
                return None
            seen.update(message.id for message in page)
    raise OutcomeUnknown(_UNCERTAIN)


def _begin(since: datetime) -> datetime:
    """Return from when on ours may stand; a time far ahead was read from a clock that was wrong, and means nothing."""
    now = datetime.now(UTC)
    return (since if since < now + _AHEAD else now - _LATELY) - _SKEW


async def _next_page(messages: AsyncIterator[discord.Message]) -> AsyncIterator[discord.Message]:
    """Yield the next page."""
    for _ in range(_PAGE):
        try:
            yield await anext(messages)
        except StopAsyncIteration:
            return


async def find_forum_post(
    forum: discord.ForumChannel, post: ChatPost, own_id: int, since: datetime
) -> MessageRef | None:
    """Look among the forum posts that we opened since a time; as :func:`find_message`."""
    after = _begin(since)
    async for thread in _threads(forum, after):
        if thread.owner_id != own_id or discord.utils.snowflake_time(thread.id) < after:
            continue
        try:
            starter = await thread.fetch_message(thread.id)
        except discord.NotFound as error:
            if error.code == 0:
                # Something in front of Discord says so; the post may be there.
                raise
            continue
        if shows_post(starter, post):
            return MessageRef(channel_id=ChannelId(thread.id), message_id=MessageId(starter.id))
    return None


async def _threads(forum: discord.ForumChannel, since: datetime) -> AsyncIterator[discord.Thread]:
    """Yield all that are open, then those archived since a time: what was opened since cannot be archived before."""
    # Discord lists open threads for a whole server only.
    for thread in await forum.guild.active_threads():
        if thread.parent_id == forum.id:
            yield thread
    read = 0
    async for thread in forum.archived_threads(limit=None):
        if thread.archive_timestamp < since:
            return
        read += 1
        if read > _MOST:
            raise OutcomeUnknown(_UNCERTAIN)
        yield thread
