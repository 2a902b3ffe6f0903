"""The errors that may come instead of an answer of Discord; one list for all cogs."""

import json
from typing import Final

import aiohttp
import discord

from bot.model.errors import BridgeError

#: A broken connection, or an answer that is none.
UNREACHED: Final = (json.JSONDecodeError, aiohttp.ClientError, OSError)
#: The same, a refusal, or what our watch over discord.py's requests raises.
UNANSWERED: Final = (discord.HTTPException, *UNREACHED, BridgeError)
