"""Changes that may close a channel or open it again, and how what waits for a channel is tried at once."""

from datetime import datetime

from bot.bridge.outbox.deliveries import chat_lane, comment_summary_lane
from bot.model.ids import GuildId, SubscriptionId
from bot.storage.database import Store


class ChannelChanges:
    """Remembers in which guilds something changed, for a refusal that was under way meanwhile."""

    def __init__(self) -> None:
        #: how many changes there were, and the number of each guild's last one
        self._changes = 0
        self._changed: dict[GuildId, int] = {}

    def note(self, guild_id: GuildId) -> None:
        """Note that what Discord refuses in a guild from now on may differ from what it refused before."""
        self._changes += 1
        self._changed[guild_id] = self._changes

    def mark(self) -> int:
        """Return a number to ask later whether a refusal may be outdated."""
        return self._changes

    def changed_since(self, guild_id: GuildId, mark: int) -> bool:
        """Whether something changed in a guild after :meth:`mark` returned this."""
        return self._changed.get(guild_id, 0) > mark


async def hurry_channel(store: Store, subscription_id: SubscriptionId, at: datetime) -> None:
    """Have everything that waits for a subscription's channel tried no later than this."""
    for lane in (chat_lane(subscription_id), comment_summary_lane(subscription_id)):
        await store.outbox.hurry(lane, at)
