"""The connection to Discord: who listens to what, which cogs answer, and where Discord is.

Every cog gets its journeys here. No command and no answer is written here.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final

import discord
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.bridge.assembly import Bridge
from bot.cogs._answers import AnsweringTree
from bot.cogs._door import Act, Door, answer_form, dynamic_button
from bot.cogs.alerts import AlertsCog
from bot.cogs.blog import BlogCog
from bot.cogs.relay import RelayCog
from bot.cogs.replies import RepliesCog
from bot.cogs.status import StatusCog
from bot.model.errors import PermanentError, TemporaryError

_log = logging.getLogger(__name__)

#: Guilds come right after READY; nothing of ours needs all of them before it can start.
_GUILDS_WITHIN: Final = 0.2
_AUTHENTICATION_FAILED: Final = 4004
_BAD_TOKEN: Final = "Discord does not accept DISCORD_TOKEN. Copy the token again from the developer portal."  # noqa: S105


class Gateway(commands.Bot):
    """The bot on Discord. Made first, so that others can write through it; then given the bridge; then started.

    It asks for no privileged intent and reads no messages.

    :param http_trace: watches requests (``aiohttp.TraceConfig``, a name this room does not know).
    :param api_url: the REST API's base, for compatible servers; None: Discord's.
    """

    def __init__(self, *, http_trace: Any = None, api_url: str | None = None) -> None:
        point_at(api_url)
        # We never speak; discord.py would warn that it could not.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            commands.when_mentioned,
            tree_cls=AnsweringTree,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=_GUILDS_WITHIN,
            http_trace=http_trace,
        )
        self._api_url = api_url
        self._cogs_to_add: Sequence[commands.Cog] = ()
        self._forms: list[Act] = []
        #: set while Discord's events reach us
        self.ready = asyncio.Event()

    def install(self, bridge: Bridge) -> None:
        """Give each cog its journeys; before login."""
        self._cogs_to_add = (
            BlogCog(bridge.admin),
            RelayCog(bridge.admin, bridge.connector, bridge.relay),
            RepliesCog(bridge.relay),
            AlertsCog(bridge.admin, bridge.alerts),
            StatusCog(bridge.views),
        )

    async def login(self, token: str) -> None:
        """Log in by REST, and tell Discord our commands.

        :raises PermanentError: the token is wrong.
        :raises TemporaryError: Discord cannot be reached.
        """
        try:
            await super().login(token)
        except discord.LoginFailure as error:
            raise PermanentError(_BAD_TOKEN) from error
        except (discord.HTTPException, OSError) as error:
            raise TemporaryError("Discord could not be reached.") from error

    async def connect(self, *, reconnect: bool = True) -> None:
        """Listen until closed.

        :raises PermanentError: Discord does not let the bot listen.
        """
        try:
            await super().connect(reconnect=reconnect)
        except discord.ConnectionClosed as error:
            if error.code == _AUTHENTICATION_FAILED:
                raise PermanentError(_BAD_TOKEN) from error
            raise PermanentError(f"Discord closed the connection for good (code {error.code}).") from error

    async def setup_hook(self) -> None:
        """Add the cogs; called by discord.py between login and connect."""
        if self._api_url is not None:
            gateway = await self.http.request(Route("GET", "/gateway"))
            DiscordWebSocket.DEFAULT_GATEWAY = type(DiscordWebSocket.DEFAULT_GATEWAY)(gateway["url"])
        for cog in self._cogs_to_add:
            await self.add_cog(cog)
            if isinstance(cog, Door):
                self.add_dynamic_items(*(dynamic_button(act) for act in cog.buttons()))
                self._forms += cog.forms()
                for menu in cog.menus():
                    self.tree.add_command(menu)
        try:
            await self.tree.sync()
        except discord.HTTPException:
            # Those of the last start are still there.
            _log.exception("Discord did not take our commands. action=sync_failed")

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer forms; commands and buttons have their own ways."""
        if interaction.type is discord.InteractionType.modal_submit:
            await answer_form(interaction, self._forms)

    async def on_ready(self) -> None:
        """Note that events come."""
        _log.info("Connected to Discord. action=ready guilds=%s", len(self.guilds))
        self.ready.set()

    async def on_resumed(self) -> None:
        """Note that events come again."""
        self.ready.set()

    async def on_disconnect(self) -> None:
        """Note that no events come."""
        self.ready.clear()


def point_at(api_url: str | None) -> None:
    """Let discord.py speak to another REST API than Discord's, in this whole process; None changes nothing."""
    if api_url is not None:
        Route.BASE = api_url.rstrip("/")
