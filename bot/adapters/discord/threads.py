"""Act on messages in archived threads, and rename threads.

Discord archives a thread after some quiet days. A new message opens it again, an edit of an old one does not.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import discord

from bot.model.errors import ThreadLocked
from bot.model.ids import ChannelId

_ARCHIVED: Final = 50083


async def in_open_thread(client: discord.Client, channel_id: ChannelId, act: Callable[[], Awaitable[object]]) -> None:
    """Act; if the thread is archived, open it and act once more. The act may have been done in part.

    :raises Locked: then it stays closed.
    """
    try:
        await act()
    except discord.HTTPException as error:
        if error.code != _ARCHIVED:
            raise
        await _open(client, channel_id)
        await act()


async def rename(client: discord.Client, thread_id: ChannelId, name: str, *, was: str | None) -> bool:
    """Give a thread another name, unless it has one that is neither this nor ``was``; returns whether it has it now.

    Discord allows two changes of a name in ten minutes, so none is made that changes nothing.
    """
    thread = await client.fetch_channel(thread_id)
    if not isinstance(thread, discord.Thread) or (was is not None and thread.name not in (was, name)):
        return False
    if thread.name != name and thread.archived:
        await thread.edit(name=name, archived=False)
        await thread.edit(archived=True)
    elif thread.name != name:
        await thread.edit(name=name)
    return True


async def _open(client: discord.Client, channel_id: ChannelId) -> None:
    thread = await client.fetch_channel(channel_id)
    if not isinstance(thread, discord.Thread):
        return
    if thread.locked:
        raise ThreadLocked("The thread is locked. A moderator can unlock it.")
    await thread.edit(archived=False)
