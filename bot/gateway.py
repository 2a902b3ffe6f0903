"""The Discord client: intents, cogs, command sync, and reconnecting.

Every cog gets its use cases here.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Final

import discord
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.bridge.assembly import Bridge
from bot.cogs._components import ComponentCog, ComponentHandler, answer_component
from bot.cogs._network_errors import UNANSWERED
from bot.cogs._responses import AnsweringTree
from bot.cogs.alerts import AlertsCog
from bot.cogs.blog import BlogCog
from bot.cogs.explain import ExplainCog
from bot.cogs.guild_events import GuildEventsCog
from bot.cogs.notices import NoticesCog
from bot.cogs.opml import OpmlCog
from bot.cogs.relay import RelayCog
from bot.cogs.replies import RepliesCog
from bot.cogs.status import StatusCog
from bot.cogs.subscription_settings import SubscriptionSettingsCog
from bot.cogs.welcome import WelcomeCog
from bot.gateway_connection import ReconnectDelays, delays_after_failure, keep_trying, skip_unreadable_events
from bot.model.errors import BridgeError, PermanentError, TemporaryError

_log = logging.getLogger(__name__)

#: Guilds come right after READY; nothing of ours needs all of them before it can start.
_GUILDS_WITHIN: Final = 0.2
_AUTHENTICATION_FAILED: Final = 4004
#: A token that is refused is not accepted soon; asking on would end in a ban of our address.
_REFUSED: Final = timedelta(minutes=15)
#: Discord's goodbye is a courtesy, and a stop has ten seconds in all.
_GOODBYE_SECONDS: Final = 1.0
_EVENTS_SECONDS: Final = 1.0
_CLOSED: Final = "Discord closed the connection for good"
_BAD_TOKEN: Final = "Discord does not accept DISCORD_TOKEN. Copy the token again from the developer portal."  # noqa: S105


class Gateway(commands.Bot):
    """The bot on Discord. Made first, so that others can write through it; then given the bridge; then started.

    It asks for no privileged intent and reads no messages.

    :param http_trace: watches requests (``aiohttp.TraceConfig``, a name this room does not know).
    :param api_url: the REST API's base, for compatible servers; None: Discord's.
    """

    def __init__(
        self,
        *,
        http_trace: Any = None,
        api_url: str | None = None,
    ) -> None:
        set_api_url(api_url)
        # We never speak; discord.py would warn that it could not.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        # `Client.connect` makes its back-off by this name, for which it has no parameter; nothing else does.
        discord.client.ExponentialBackoff = ReconnectDelays  # type: ignore[attr-defined, assignment]
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
        # Without READY there is no session, and without RESUMED no end of being deaf.
        skip_unreadable_events(self._connection.parsers, needed=("READY", "RESUMED"))
        self._breaks = delays_after_failure()
        self._listener: asyncio.Task[Any] | None = None
        self._events: set[asyncio.Task[Any]] = set()
        self._was_ready = False
        self._cogs_to_add: Sequence[commands.Cog] = ()
        self._buttons: list[ComponentHandler] = []
        self._forms: list[ComponentHandler] = []
        #: set while Discord's events reach us
        self.ready = asyncio.Event()

    def install(self, bridge: Bridge) -> None:
        """Make the cogs and give each its use cases; before login."""
        self._cogs_to_add = (
            BlogCog(
                bridge.admin,
                bridge.proposals,
                ExplainCog(bridge.admin, bridge.subscription_settings, bridge.explainer),
                SubscriptionSettingsCog(bridge.admin, bridge.subscription_settings),
                OpmlCog(bridge.opml),
            ),
            RelayCog(bridge.admin, bridge.connector, bridge.disconnector, bridge.reply_members),
            RepliesCog(bridge.reply_drafts, bridge.reply_members),
            AlertsCog(bridge.admin, bridge.alerts),
            NoticesCog(bridge.undo_notice),
            StatusCog(bridge.views),
            GuildEventsCog(bridge.parking, bridge.guilds, lambda: self.guilds),
            WelcomeCog(),
        )

    async def start(self, token: str, *, reconnect: bool = True) -> None:
        """Log in and listen until closed, however often and however long Discord is away.

        :raises PermanentError: Discord does not accept the token, or does not let the bot listen.
        """
        await keep_trying(lambda: self.login(token))
        # Beside the listening: Discord may ask to wait very long before it takes commands.
        telling = asyncio.create_task(keep_trying(self._sync_commands), name="commands")
        try:
            await keep_trying(lambda: self.connect(reconnect=reconnect))
        finally:
            telling.cancel()

    async def login(self, token: str) -> None:
        """Log in by REST; what was done by an earlier attempt is not done again.

        :raises PermanentError: the token is wrong.
        :raises TemporaryError: Discord cannot be reached.
        """
        try:
            with self._translate_errors():
                if self.application_id is None:
                    # An attempt leaves its session open, and the next one would make another over the same connector.
                    await self.http.close()
                    self.http.connector = discord.utils.MISSING
                    await super().login(token)
                if self._api_url is not None:
                    gateway = await self.http.request(Route("GET", "/gateway"))
                    DiscordWebSocket.DEFAULT_GATEWAY = type(DiscordWebSocket.DEFAULT_GATEWAY)(gateway["url"])
        except discord.LoginFailure as error:
            raise PermanentError(_BAD_TOKEN) from error

    async def connect(self, *, reconnect: bool = True) -> None:
        """Listen until closed.

        :raises PermanentError: Discord does not let the bot listen, and never did.
        :raises TemporaryError: the gateway has not been reached yet, or listening broke off for another reason than
            that Discord was away: with that, discord.py goes on by itself.
        """
        self._listener = asyncio.current_task()
        try:
            await super().connect(reconnect=reconnect)
        except discord.ConnectionClosed as error:
            refused = error.code == _AUTHENTICATION_FAILED
            raise self._refusal(_BAD_TOKEN if refused else f"{_CLOSED} (code {error.code}).") from error
        except discord.PrivilegedIntentsRequired as error:
            raise self._refusal(f"{_CLOSED} (privileged intents).") from error
        except Exception as error:
            if self.is_closed():
                return
            if self.ws is None:
                # discord.py wants to resume a session which it never had.
                raise TemporaryError("Discord's gateway could not be reached.") from error
            wait = timedelta(seconds=self._breaks.delay())
            _log.exception("What Discord sent broke the connection.", extra={"action": "gateway_connection_failed"})
            self.dispatch("disconnect")
            await self._close_connection()
            raise TemporaryError("The connection to Discord broke off.", retry_after=wait) from error
        finally:
            self._listener = None

    def _refusal(self, text: str) -> BridgeError:
        """Choose whether Discord's no to a connection ends the bot: where it has worked, polls and deliveries go on."""
        if not self._was_ready:
            return PermanentError(text)
        _log.error("%s", text, extra={"action": "gateway_refused"})
        return TemporaryError(text, retry_after=_REFUSED)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Tell who listens, unless closed: discord.py's own READY comes late, and would find no loop any more."""
        if not self.is_closed():
            super().dispatch(event_name, *args, **kwargs)

    async def close(self) -> None:
        """Close, and do not wait long for Discord's goodbye."""
        self.ready.clear()
        if asyncio.current_task() is self._listener:
            # discord.py gives the gateway up; its REST goes on for everything that is delivered.
            return
        await self._close_connection()
        # They may be writing to the database, which is closed next.
        await self._finish_events()
        await super().close()
        await self._finish_events()

    def _schedule_event(self, *args: Any, **kwargs: Any) -> asyncio.Task[Any]:
        task = super()._schedule_event(*args, **kwargs)
        self._events.add(task)
        task.add_done_callback(self._events.discard)
        return task

    async def _finish_events(self) -> None:
        """Let what events and commands set going come to its end, and cancel what does not soon."""
        assert isinstance(self.tree, AnsweringTree)
        under_way = {*self._events, *self.tree.under_way} - {asyncio.current_task()}
        if not under_way:
            return
        _, late = await asyncio.wait(under_way, timeout=_EVENTS_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_EVENTS_SECONDS)

    async def _close_connection(self) -> None:
        if self.ws is not None and self.ws.open:
            with suppress(*UNANSWERED):
                async with asyncio.timeout(_GOODBYE_SECONDS):
                    await self.ws.close(code=1000)

    async def setup_hook(self) -> None:
        """Add the cogs; called by discord.py between login and connect. Asks nothing of Discord, so it cannot fail."""
        for cog in self._cogs_to_add:
            if cog.qualified_name in self.cogs:
                # An earlier attempt to log in came so far.
                continue
            await self.add_cog(cog)
            if isinstance(cog, ComponentCog):
                self._buttons += cog.buttons()
                self._forms += cog.forms()
                for menu in cog.menus():
                    self.tree.add_command(menu)

    async def _sync_commands(self) -> None:
        """Tell Discord our commands.

        :raises TemporaryError: it cannot be reached.
        """
        with self._translate_errors():
            try:
                await self.tree.sync()
            except discord.HTTPException as error:
                if error.status >= 500 or error.status == 429:
                    raise
                # Those of the last start are still there.
                _log.exception("Discord did not take our commands.", extra={"action": "command_sync_failed"})

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except UNANSWERED as error:
            raise TemporaryError("Discord could not be reached.") from error

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer buttons, menus and forms; commands have their own way."""
        match interaction.type:
            case discord.InteractionType.component:
                await answer_component(interaction, self._buttons)
            case discord.InteractionType.modal_submit:
                await answer_component(interaction, self._forms)
            case _:
                pass

    async def on_ready(self) -> None:
        """Note that events come."""
        _log.info("Connected to Discord.", extra={"action": "gateway_ready", "guilds": len(self.guilds)})
        self._was_ready = True
        self.ready.set()

    async def on_resumed(self) -> None:
        """Note that events come again."""
        self.ready.set()

    async def on_disconnect(self) -> None:
        """Note that no events come."""
        self.ready.clear()


def set_api_url(api_url: str | None) -> None:
    """Let discord.py speak to another REST API than Discord's, in this whole process; None changes nothing."""
    if api_url is not None:
        Route.BASE = api_url.rstrip("/")
