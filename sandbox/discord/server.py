"""A whole Discord on loopback, which tests and the demo start and stop."""

# ruff: noqa: ASYNC109 -- the caller's timeout is part of the API: it names what was waited for

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

from aiohttp import web

from sandbox.discord.control import Control
from sandbox.discord.faults import Faults
from sandbox.discord.gateway import Connection
from sandbox.discord.guilds import SandboxGuild
from sandbox.discord.limits import Limits
from sandbox.discord.nouns import Guild, Role, User
from sandbox.discord.permission_bits import ADMIN, BOT_PERMISSIONS, EVERYONE
from sandbox.discord.person import Person
from sandbox.discord.rest import Request, Rest
from sandbox.discord.sessions import Sessions
from sandbox.discord.world import World

APPLICATION_ID = 1180000000000000001


class SandboxDiscord:
    """A Discord in memory: REST and gateway for one bot, and the people around it."""

    def __init__(
        self,
        *,
        token: str = "sandbox-token",  # noqa: S107 -- of a server that only this process reaches
        rate_limits: str = "relaxed",
        privileged_intents: Iterable[str] = (),
        bot_name: str = "Backchannel",
    ) -> None:
        bot = User(APPLICATION_ID, bot_name, bot=True)
        self.world = World(token, APPLICATION_ID, bot, set(privileged_intents), users={bot.id: bot})
        self.sessions = Sessions(self.world)
        self.limits = Limits(rate_limits)
        #: Injected faults.
        self.faults = Faults()
        self._rest = Rest(self.world, self.limits, self.faults)
        self._control = Control(self.world)
        self._runner: web.AppRunner | None = None
        self._address = ""

    @classmethod
    async def start(cls, port: int = 0, **options: Any) -> Self:
        """Start on 127.0.0.1; port 0 takes a free one. `options` are those of the constructor."""
        discord = cls(**options)
        app = web.Application(client_max_size=30 * 2**20)
        app.router.add_get("/gateway", discord._gateway)
        app.router.add_get("/gateway/", discord._gateway)
        discord._control.add_to(app)
        discord.world.files.add_to(app)
        app.router.add_route("*", "/api/{version}/{path:.*}", discord._rest.answer)
        discord._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await discord._runner.setup()
        site = web.TCPSite(discord._runner, "127.0.0.1", port)
        await site.start()
        host, taken, *_ = discord._runner.addresses[0]
        discord._address = f"{host}:{taken}"
        discord.world.files.base_url = f"http://{discord._address}"
        return discord

    @classmethod
    @asynccontextmanager
    async def running(cls, port: int = 0, **options: Any) -> AsyncIterator[Self]:
        """Start, and close at the end of the block."""
        discord = await cls.start(port, **options)
        try:
            yield discord
        finally:
            await discord.close()

    async def close(self) -> None:
        """Close all sockets and stop."""
        self.sessions.disconnect(1001, resumable=True)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_url(self) -> str:
        """Return the address for discord.http.Route.BASE."""
        return f"http://{self._address}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Return the address for discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY."""
        return f"ws://{self._address}/gateway"

    @property
    def token(self) -> str:
        """Return the valid bot token."""
        return self.world.token

    @property
    def application_id(self) -> int:
        """Return the application's id, which is also the bot user's."""
        return self.world.application_id

    @property
    def bot_user(self) -> User:
        """Return the bot's user."""
        return self.world.bot

    @property
    def requests(self) -> list[Request]:
        """Return the log of answered requests: (method, path, status); status 0 for a dropped connection."""
        return self._rest.requests

    @property
    def violations(self) -> list[str]:
        """Return the violations by the bot, a sentence each."""
        return self._rest.violations

    @property
    def commands_synced(self) -> bool:
        """Return True if the bot has ever written its commands."""
        return self.world.commands.synced

    def assert_valid(self) -> None:
        """Raise AssertionError with all violations, if there are any."""
        if self.violations:
            raise AssertionError("the bot sent what Discord refuses:\n" + "\n".join(self.violations))

    @contextmanager
    def excused(self, *fragments: str) -> Iterator[None]:
        """Ignore violations in the block that contain one of the fragments; there must be at least one."""
        before = len(self.violations)
        yield
        new = self.violations[before:]
        kept = [text for text in new if fragments and not any(part in text for part in fragments)]
        if len(kept) == len(new):
            raise AssertionError(f"no violation with {fragments} came; there were: {new}")
        self.violations[before:] = kept

    def add_guild(self, name: str, *, bot_permissions: int = BOT_PERMISSIONS, everyone: int = EVERYONE) -> SandboxGuild:
        """Make a guild with the bot in it; `bot_permissions` are those of the bot's own role."""
        world = self.world
        key = world.snowflake()
        owner = User(world.snowflake(), f"Owner of {name}")
        world.users[owner.id] = owner
        base = Role(key, "@everyone", int(everyone), 0)
        guild = SandboxGuild(key, name, owner, base, world=world)
        guild.roles[key] = base
        mine = Role(world.snowflake(), world.bot.name, bot_permissions, 1, bot_id=world.bot.id)
        guild.roles[mine.id] = mine
        guild.add_member(owner, joined_days_ago=400)
        guild.add_member(world.bot, mine, joined_days_ago=1)
        world.guilds[key] = guild
        guild.announce()
        return guild

    def add_person(self, name: str, *guilds: SandboxGuild, admin: bool = False, joined_days_ago: float = 30) -> Person:
        """Make a person who is a member of `guilds`; an admin has Manage Server there."""
        person = Person(self.world.snowflake(), name, world=self.world)
        self.world.users[person.id] = person
        for guild in guilds:
            roles = [_admin_role(guild)] if admin else []
            guild.add_member(person, *roles, joined_days_ago=joined_days_ago)
        return person

    async def wait_ready(self, timeout: float = 10) -> None:
        """Wait until a bot has got READY and has written its commands at some time."""
        await self.until(
            lambda: self.sessions.connected and self.commands_synced, timeout, "a bot that is ready and synced"
        )

    async def until(self, condition: Callable[[], Any], timeout: float = 10, what: str = "a condition") -> Any:
        """Wait until `condition()` is true and return its value; TimeoutError describes the world."""
        return await self.world.until(condition, timeout, what)

    async def changes(self) -> AsyncIterator[int]:
        """Yield a growing number after each change of the world; several changes in a row may come as one."""
        async for number in self.world.changes():
            yield number

    def drop_gateway(self, *, resumable: bool = True, code: int = 4000) -> int:
        """Close the gateway's sockets, with or without a resume; return how many there were."""
        return self.sessions.disconnect(code, resumable=resumable)

    def send_event(self, name: str, data: object) -> None:
        """Send every session an event with any data, as Discord has sent unreadable events too."""
        for session in self.sessions.connected:
            session.dispatch(name, data)

    def send_frame(self, text: str) -> None:
        """Send every session a text that need not be JSON."""
        for session in self.sessions.connected:
            if session.outbox is not None:
                session.outbox.put_nowait(text)

    def away(self) -> None:
        """Answer 503 to everything and close the gateway until `come_back`; sessions stay for a resume."""
        self._rest.away = True
        self.sessions.disconnect(4000, resumable=True)

    def come_back(self) -> None:
        """End the outage."""
        self._rest.away = False
        self.world.changed()

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        if self._rest.away:
            return web.Response(status=503)
        # The client's own frame compression has no use on loopback.
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(self.world, self.sessions, self.gateway_url, socket)
        await connection.serve(compressed=request.query.get("compress") == "zlib-stream")
        return socket


def _admin_role(guild: Guild) -> Role:
    for role in guild.roles.values():
        if role.name == "Admin":
            return role
    assert isinstance(guild, SandboxGuild)
    return guild.add_role("Admin", int(ADMIN))
