"""Permissions that the bot needs in a channel, as Discord's API and as Discord's settings call them."""

from collections.abc import Callable
from typing import Final

from bot.model.subscription import Placement

VIEW_CHANNEL: Final = "View Channel"
_EVERYWHERE: Final = {
    "view_channel": VIEW_CHANNEL,
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
    "add_reactions": "Add Reactions",
}
_IN_THREADS: Final = {"send_messages_in_threads": "Send Messages in Threads"}
#: A forum post needs Send Messages only.
_TO_OPEN_THREADS: Final = {"create_public_threads": "Create Public Threads"}


def missing_permissions(holds: Callable[[str], bool], *, forum: bool, placement: Placement | None) -> tuple[str, ...]:
    """Return the names, as in Discord's settings, of what is needed and not held.

    :param holds: tells it of a permission by the API's name in small letters.
    :param placement: None: not chosen yet, so all that the channel may need.
    """
    needed = dict(_EVERYWHERE)
    if placement is not Placement.CHANNEL:
        needed |= _IN_THREADS
        if not forum:
            needed |= _TO_OPEN_THREADS
    if not holds("view_channel"):
        # Without it Discord counts every other permission as missing too.
        return (VIEW_CHANNEL,)
    return tuple(name for permission, name in needed.items() if not holds(permission))
