"""Acts on messages in threads that have gone to sleep: Discord archives a thread by itself after some quiet days.

Posting opens such a thread again; changing what stands there does not. Decides nothing else.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import discord

from bot.model.errors import Locked
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


async def _open(client: discord.Client, channel_id: ChannelId) -> None:
    thread = await client.fetch_channel(channel_id)
    if not isinstance(thread, discord.Thread):
        return
    if thread.locked:
        raise Locked("The thread is locked. A moderator can unlock it.")
    await thread.edit(archived=False)
