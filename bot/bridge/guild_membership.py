"""Remember servers that the bot left since it started, for use cases that were running at that moment."""

from bot.bridge.ports import Clock
from bot.model.ids import GuildId
from bot.storage.database import Store


class GuildMembership:
    """Remembers servers that the bot is no member of any more."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._out: set[GuildId] = set()

    def left(self, guild_id: GuildId) -> None:
        """Note that a server took the bot out; before its subscriptions are paused."""
        self._out.add(guild_id)

    def joined(self, guild_id: GuildId) -> None:
        """Note that a server took the bot in."""
        self._out.discard(guild_id)

    async def pause_if_out(self, guild_id: GuildId) -> None:
        """Pause a server's subscriptions once more if it took the bot out; after one was begun or resumed.

        Whoever takes the bot out pauses what there is at that moment. What is committed only then would go on.
        """
        if guild_id in self._out:
            await self._store.subscriptions.pause_guild(guild_id, self._clock.now())
