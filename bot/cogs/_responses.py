"""Answer interactions: with a message, or with what went wrong.

The answer to an expected failure (:class:`BridgeError`) is its own text. Anything else is a bug: logged once with its
traceback, and answered as such.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final

import discord
from discord import app_commands

from bot.cogs import _cards as cards
from bot.cogs._network_errors import UNANSWERED, UNREACHED
from bot.model.errors import BridgeError

_log = logging.getLogger(__name__)

_BROKEN: Final = "Something went wrong inside the bot; its log says what."
_UNREACHED: Final = "The connection to Discord broke off. Please look whether it was done, and try again."
_OUTDATED: Final = "This command has changed since your Discord looked. Please restart Discord and try again."
#: Discord's "Unknown interaction": the three seconds are over, so no answer can be sent.
_TOO_LATE: Final = 10062
#: "Interaction has already been acknowledged": Discord sent it twice, as it may when a connection is resumed.
_TWICE: Final = 40060
#: Where an interaction carries what a person wrote into a form, so that an error does not cost them their words.
_TYPED: Final = "typed"


class AnsweringTree(app_commands.CommandTree[discord.Client]):
    """Slash commands and menus whose errors are answered."""

    def __init__(self, client: discord.Client) -> None:
        super().__init__(client)
        #: what answers commands now, so that a stop can wait for it
        self.under_way: set[asyncio.Task[Any]] = set()

    async def _call(self, interaction: discord.Interaction) -> None:
        task = asyncio.current_task()
        if task is not None:
            self.under_way.add(task)
            task.add_done_callback(self.under_way.discard)
        await super()._call(interaction)

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """Answer what a command raised."""
        await answer_error(interaction, error)


async def respond(
    interaction: discord.Interaction,
    content: str | None = None,
    *,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
    file: discord.File | None = None,
) -> None:
    """Send an ephemeral answer, or fill in a deferred one. Texts that are too long are cut.

    :param file: for a deferred answer only.
    """
    missing = discord.utils.MISSING
    content, embed = cards.content(content), cards.fitted(embed)
    if interaction.response.is_done():
        files = [file] if file else missing
        await interaction.edit_original_response(content=content, embed=embed, view=view, attachments=files)
    else:
        await interaction.response.send_message(content, embed=embed or missing, view=view or missing, ephemeral=True)


async def defer(interaction: discord.Interaction) -> None:
    """Defer within Discord's three seconds; the answer that follows is ephemeral."""
    await interaction.response.defer(ephemeral=True, thinking=True)


def keep_typed(interaction: discord.Interaction, text: str) -> None:
    """Keep a person's words, to show them again if this interaction ends in an error."""
    interaction.extras[_TYPED] = text


async def answer_error(interaction: discord.Interaction, error: Exception) -> None:
    """Answer an interaction with what went wrong, and log a bug."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, BridgeError):
        text = cause.text
    elif isinstance(cause, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        text = _OUTDATED
    elif isinstance(cause, discord.NotFound) and cause.code == _TOO_LATE:
        _log.warning(
            "Discord gave up waiting for an answer.",
            extra={"action": "interaction_expired", "interaction": _name(interaction)},
        )
        return
    elif isinstance(cause, discord.HTTPException) and cause.code == _TWICE:
        # Whoever came first has answered, and what they said stands.
        _log.warning(
            "Discord sent an interaction twice.",
            extra={"action": "interaction_answered_already", "interaction": _name(interaction)},
        )
        return
    elif isinstance(cause, UNREACHED):
        _log.warning(
            "Discord could not be reached: %r.",
            cause,
            extra={"action": "discord_unreachable", "interaction": _name(interaction)},
        )
        text = _UNREACHED
    else:
        _log.error(
            "An interaction failed.",
            exc_info=cause,
            extra={"action": "interaction_crashed", "interaction": _name(interaction)},
        )
        text = _BROKEN
    if interaction.type is discord.InteractionType.autocomplete:
        return
    try:
        await _send_error(interaction, text)
    except UNANSWERED as failure:
        _log.warning(
            "An answer could not be sent: %s.",
            failure,
            extra={"action": "answer_failed", "interaction": _name(interaction)},
        )


async def _send_error(interaction: discord.Interaction, text: str) -> None:
    typed = interaction.extras.get(_TYPED)
    text = cards.content(text) or ""
    embed = cards.fitted(discord.Embed(title="What you wrote", description=typed)) if typed else None
    embed = embed or discord.utils.MISSING
    match interaction.response.type:
        case None:
            await interaction.response.send_message(text, embed=embed, ephemeral=True)
        case discord.InteractionResponseType.deferred_channel_message | discord.InteractionResponseType.message_update:
            # What was promised, or said too early, is replaced; a card that stands there stays.
            await interaction.edit_original_response(content=text, embed=embed, view=None)
        case _:
            await interaction.followup.send(text, embed=embed, ephemeral=True)


def _name(interaction: discord.Interaction) -> str:
    """Name what was done: a command's words, or a custom_id."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    return custom_id_of(interaction) or interaction.type.name


def custom_id_of(interaction: discord.Interaction) -> str:
    """Return the custom_id of the button or form that was used; nothing for a command."""
    data: Mapping[str, object] = dict(interaction.data or {})
    return str(data.get("custom_id", ""))
