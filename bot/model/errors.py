"""Errors that cross an edge; each carries a sentence for a person.

    BridgeError
    ├── TemporaryError             may succeed later: the dispatcher tries again
    │   └── Blocked                Discord lets nothing of the bot through: all deliveries to Discord wait
    ├── DatabaseUnavailable        the database cannot be reached or written to: logged when that begins and ends
    └── PermanentError             will not succeed as it is: a person is told
        ├── OutcomeUnknown         an earlier attempt may have done it, and it must not be done twice
        ├── NotFound               what was named is not there
        ├── Refused                the other side, or a rule of ours, says no
        │   ├── LimitReached       a server has as many blogs as it may have
        │   ├── ParentGone         the comment that a reply answers is gone
        │   ├── ThreadLocked       a moderator locked the thread
        │   ├── ConnectionRefused  a blog refuses our connection, whatever is sent over it
        │   └── NotPublic          a host outside the public internet, which the settings do not allow
        ├── DirectMessagesClosed   a person takes no direct messages from the bot
        └── ChannelLost            the channel cannot be used any more: the subscription is parked

Adapters translate their library's errors into these; no other layer sees a library's error.
Anything else that is raised is a bug and is logged once with its traceback.
"""

from datetime import timedelta

from bot.model.redact import redacted


class BridgeError(Exception):
    """An expected failure.

    :param text: a whole sentence for a person; holds no secret and no internal address. Addresses in it are redacted.
    """

    def __init__(self, text: str) -> None:
        self.text = redacted(text)
        super().__init__(self.text)


class TemporaryError(BridgeError):
    """The same call may succeed later.

    :param retry_after: the other side's own word on when, if it gave one.
    """

    def __init__(self, text: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Blocked(TemporaryError):
    """Discord refuses all requests at present; further requests would prolong that."""


class DatabaseUnavailable(BridgeError):
    """The database cannot be used for now. The store has logged it, so callers log nothing.

    :param what: what it cannot be: "reached", "written to".
    """

    def __init__(self, what: str = "reached") -> None:
        super().__init__(f"The bot's database cannot be {what} at present. Please try again in a minute.")


class PermanentError(BridgeError):
    """The same call will fail again."""


class OutcomeUnknown(PermanentError):
    """An earlier attempt may have done it, and it must not be done twice."""


class NotFound(PermanentError):
    """The thing that was named does not exist."""


class Refused(PermanentError):
    """A rule, ours or the other side's, says no."""


class LimitReached(Refused):
    """A server has as many of these as the settings allow."""


class ParentGone(Refused):
    """The comment that a reply answers was removed from the blog; the post can be answered instead."""


class ChannelLost(PermanentError):
    """The channel is gone or closed to us: everything bound for it waits for a person."""


class ThreadLocked(Refused):
    """A moderator closed the thread; only moderators write there, or open it again."""


class ConnectionRefused(Refused):
    """A blog takes nothing over a connection: its password, its routes or the whole interface are at fault."""


class NotPublic(Refused):
    """A host has an address outside the public internet, and ``OUTBOUND_ALLOW`` does not name its network.

    :param host: as the person or the redirect gave it.
    """

    def __init__(self, text: str, *, host: str) -> None:
        super().__init__(text)
        self.host = host


class DirectMessagesClosed(PermanentError):
    """A person takes no direct messages from us."""
