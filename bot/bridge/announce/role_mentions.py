"""Which of the roles that a subscription pings are still there."""

from bot.bridge.ports import Chat
from bot.model.errors import PermanentError
from bot.model.ids import RoleId
from bot.model.subscription import Subscription


async def standing_roles(chat: Chat, subscription: Subscription) -> frozenset[RoleId]:
    """The roles of a subscription's guild; Discord is asked only where some are pinged.

    :raises TemporaryError: it could not be asked now.
    """
    if not subscription.mentions:
        return frozenset()
    try:
        return await chat.look_at_roles(subscription.guild_id)
    except PermanentError:
        # A guild that is closed to us; posting there says so.
        return frozenset()
