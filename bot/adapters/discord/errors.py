"""Translate Discord's errors and broken connections into ours, each with a sentence for a person.

The codes are those of Discord's page "Opcodes and Status Codes", section JSON Error Codes.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import discord

from bot.adapters.net.discord_responses import CONNECTION_ERRORS
from bot.adapters.net.retry_after import read_retry_after
from bot.model.errors import (
    Blocked,
    BridgeError,
    ChannelLost,
    DirectMessagesClosed,
    NotFound,
    PermanentError,
    Refused,
    TemporaryError,
    ThreadLocked,
)

#: The token is wrong for everything at once; asking on would end in a ban of our address.
_TOKEN_WAIT: Final = timedelta(minutes=15)
_SLOW_DOWN: Final = timedelta(minutes=1)

_PERMANENT: Final[dict[int, tuple[type[PermanentError], str]]] = {
    10003: (NotFound, "The channel or thread is gone."),
    10004: (NotFound, "The server is gone, or the bot is no longer in it."),
    10008: (NotFound, "The message is gone."),
    10013: (DirectMessagesClosed, "This Discord account does not exist any more."),
    30010: (Refused, "The message already has as many different reactions as Discord allows."),
    40067: (
        ChannelLost,
        "This forum requires a tag and has none that the bot may use. Add one that is open to everybody.",
    ),
    50005: (Refused, "The message belongs to somebody else."),
    50006: (ChannelLost, "The bot may not send embeds in this channel. Allow it Embed Links there."),
    50007: (DirectMessagesClosed, "This person does not accept direct messages from the bot."),
    50008: (ChannelLost, "Messages cannot be sent in this kind of channel. Choose a text channel or a forum."),
    50024: (Refused, "Discord does not offer this in this kind of channel."),
    50083: (Refused, "The thread is archived. Write something in it to open it again."),
    50278: (DirectMessagesClosed, "The bot shares no server with this person any more."),
    90001: (Refused, "The person who wrote this message has blocked the bot."),
    160002: (ChannelLost, "The bot may not see older messages in this channel. Allow it Read Message History there."),
    160005: (ThreadLocked, "The thread is locked. A moderator can unlock it."),
    200000: (Refused, "The server's AutoMod blocked the message."),
    200001: (Refused, "The server's AutoMod blocked the title."),
}

_TEMPORARY: Final[dict[int, tuple[str, timedelta]]] = {
    10087: ("A tag of this forum was just deleted.", timedelta(seconds=5)),
    # Discord took the bot for a spammer: that is no reason to switch off one person's alerts.
    20026: ("Discord does not let the bot send direct messages at present.", timedelta(hours=1)),
    20028: ("The bot writes faster than this channel allows.", _SLOW_DOWN),
    30046: ("Discord limits how often old messages can be edited.", timedelta(hours=1)),
    40003: ("The bot opens direct messages faster than Discord allows.", timedelta(minutes=10)),
    40058: ("The forum post is not complete yet.", timedelta(seconds=30)),
    160006: ("The server has as many open threads as Discord allows. Archive some.", timedelta(minutes=10)),
}


@contextmanager
def discord_errors(needs: str) -> Iterator[None]:
    """Turn what discord.py raises inside into a :class:`BridgeError`; anything else is a bug and passes.

    :param needs: the permissions that the act inside takes, as Discord's settings call them.
    """
    try:
        yield
    except discord.HTTPException as error:
        raise bridge_error(error, needs) from error
    except discord.RateLimited as error:
        wait = timedelta(seconds=error.retry_after)
        raise TemporaryError("Discord asks the bot to slow down.", retry_after=wait) from error
    except discord.InvalidData as error:
        raise PermanentError("Discord sent a response that the bot does not understand.") from error
    except json.JSONDecodeError as error:
        raise TemporaryError("Discord's answer could not be read.") from error
    except CONNECTION_ERRORS as error:
        raise TemporaryError("Discord could not be reached.") from error


def bridge_error(error: discord.HTTPException, needs: str) -> BridgeError:
    """Return what an answer of Discord means.

    :param needs: as for :func:`discord_errors`.
    """
    if error.status == 429 and error.code not in _TEMPORARY:
        return _rate_limited(error)
    if error.code in _TEMPORARY:
        text, wait = _TEMPORARY[error.code]
        return TemporaryError(text, retry_after=wait)
    if error.code in _PERMANENT:
        kind, text = _PERMANENT[error.code]
        return kind(text)
    if error.code == 50001:
        return ChannelLost(f"The bot cannot see this channel. Allow it View Channel there, and {needs}.")
    if error.code == 50013:
        return ChannelLost(f"The bot lacks a permission in this channel. Allow it {needs} there.")
    return _by_status(error)


def refuses_form(error: discord.HTTPException) -> bool:
    """Tell whether Discord refused what a message is made of, so that a simpler one may pass."""
    known = error.code in _PERMANENT or error.code in _TEMPORARY
    return error.status == 400 and not known and not refuses_reference(error)


def refuses_reference(error: discord.HTTPException) -> bool:
    """Tell whether Discord refused a message for the one that it answers, which may be gone or Discord's own."""
    return error.status == 400 and "message_reference" in error.text


def _by_status(error: discord.HTTPException) -> BridgeError:
    if error.status >= 500:
        return TemporaryError("Discord has a problem at present.")
    if error.status == 401:
        return Blocked("Discord does not accept the bot's token.", retry_after=_TOKEN_WAIT)
    if error.status == 403 and error.code == 0:
        # Without a code it is not Discord's judgement of one channel but something in front of Discord, which may
        # have taken offence at this one message.
        return TemporaryError("Discord did not let the bot through.", retry_after=_SLOW_DOWN)
    if error.status == 403:
        return ChannelLost("Discord does not allow the bot to do this here.")
    if error.status == 404 and error.code == 0:
        # As with 403: Discord itself names what it does not know.
        return TemporaryError("A proxy in front of Discord did not find it.", retry_after=_SLOW_DOWN)
    if error.status == 404:
        return NotFound("Discord does not have this any more.")
    if error.code == 50035:
        return PermanentError("Discord did not accept the format of the message.")
    return PermanentError("Discord refused this without a reason that the bot knows.")


def _rate_limited(error: discord.HTTPException) -> TemporaryError:
    headers = error.response.headers
    if headers.get("Via") and headers.get("X-RateLimit-Scope") != "global":
        return TemporaryError("Discord asks the bot to slow down.", retry_after=_retry_after(error))
    # Discord's own answers name a Via; one without is a ban of our address by what stands in front of it.
    return Blocked("Discord lets nothing of the bot through at present.", retry_after=_retry_after(error))


def _retry_after(error: discord.HTTPException) -> timedelta:
    return read_retry_after(error.response.headers) or _SLOW_DOWN
