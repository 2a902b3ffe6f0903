"""The gateway's websocket: hello, identify, resume, heartbeats, and the writing of dispatches."""

import asyncio
import json
import zlib
from contextlib import suppress

from aiohttp import WSMsgType, web

from sandbox.discord.errors import Json
from sandbox.discord.render import guild_json, member_json, user_json
from sandbox.discord.sessions import Session, Sessions
from sandbox.discord.world import PRIVILEGED, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, REQUEST_MEMBERS = 0, 1, 2, 6, 7, 8
INVALID_SESSION, HELLO, ACK = 9, 10, 11
DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN, INVALID_INTENTS, DISALLOWED_INTENTS = 4002, 4003, 4004, 4013, 4014

HEARTBEAT_INTERVAL_MS = 41250
_ACK_SECONDS = 0.05


class Connection:
    """One websocket, from hello to close."""

    def __init__(self, world: World, sessions: Sessions, address: str, socket: web.WebSocketResponse) -> None:
        self._world, self._sessions, self._address, self._socket = world, sessions, address, socket
        self._outbox: asyncio.Queue[Json | int | str] = asyncio.Queue()
        self._session: Session | None = None
        self._zlib: zlib._Compress | None = None

    async def serve(self, *, compressed: bool) -> None:
        """Serve until either side closes."""
        self._zlib = zlib.compressobj() if compressed else None
        writer = asyncio.create_task(self._write())
        self._outbox.put_nowait({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_INTERVAL_MS}})
        try:
            async for frame in self._socket:
                if frame.type is not WSMsgType.TEXT:
                    continue
                try:
                    payload = json.loads(frame.data)
                except ValueError:
                    self._outbox.put_nowait(DECODE_ERROR)
                    continue
                self._hear(payload)
        finally:
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
            if self._session is not None and self._session.outbox is self._outbox:
                self._session.outbox = None
            self._world.changed()

    async def _write(self) -> None:
        while True:
            item = await self._outbox.get()
            if isinstance(item, int):
                await self._socket.close(code=item)
                return
            text = item if isinstance(item, str) else json.dumps(item)
            with suppress(ConnectionError):
                if self._zlib is None:
                    await self._socket.send_str(text)
                else:
                    data = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(data)

    def _hear(self, payload: Json) -> None:
        data = payload.get("d")
        match payload.get("op"):
            case 1:
                # A real network is slower, and discord.py takes an answer that comes before it has stored the
                # request for one to the previous request.
                asyncio.get_running_loop().call_later(_ACK_SECONDS, self._outbox.put_nowait, {"op": ACK, "d": None})
            case 2 if isinstance(data, dict):
                self._identify(data)
            case 6 if isinstance(data, dict):
                self._resume(data)
            case 8 if isinstance(data, dict) and self._session is not None:
                self._send_members(self._session, data)
            case 3 | 4:
                pass  # presence and voice have no effect here
            case _:
                self._outbox.put_nowait(DECODE_ERROR if self._session else NOT_AUTHENTICATED)

    def _identify(self, data: Json) -> None:
        if data.get("token") != self._world.token:
            self._outbox.put_nowait(BAD_TOKEN)
            return
        intents = data.get("intents")
        if not isinstance(intents, int):
            self._outbox.put_nowait(INVALID_INTENTS)
            return
        granted = self._world.privileged_intents
        if any(intents & bit and name not in granted for name, (bit, _) in PRIVILEGED.items()):
            self._outbox.put_nowait(DISALLOWED_INTENTS)
            return
        session = self._session = self._sessions.open(intents)
        session.outbox = self._outbox
        session.dispatch("READY", self._ready(session, data))
        for guild in self._world.guilds.values():
            session.dispatch("GUILD_CREATE", guild_json(self._world, guild, gateway=True))
        session.ready = True
        self._world.changed()

    def _ready(self, session: Session, data: Json) -> Json:
        return {
            "v": 10,
            "user": user_json(self._world.bot),
            "guilds": [{"id": str(guild), "unavailable": True} for guild in self._world.guilds],
            "session_id": session.id,
            "resume_gateway_url": self._address,
            "shard": data.get("shard") or [0, 1],
            "application": {"id": str(self._world.application_id), "flags": self._world.application_flags},
        }

    def _resume(self, data: Json) -> None:
        if data.get("token") != self._world.token:
            self._outbox.put_nowait(BAD_TOKEN)
            return
        session = self._sessions.find(str(data.get("session_id")))
        missed = session.missed(int(data.get("seq") or 0)) if session else None
        if session is None or missed is None:
            self._outbox.put_nowait({"op": INVALID_SESSION, "d": False})
            return
        self._session = session
        for payload in missed:
            self._outbox.put_nowait(payload)
        session.outbox = self._outbox
        session.dispatch("RESUMED", {})
        self._world.changed()

    def _send_members(self, session: Session, data: Json) -> None:
        guild = self._world.guilds.get(int(data["guild_id"]))
        if guild is None:
            return
        wanted = {int(key) for key in _listed(data.get("user_ids"))}
        prefix, limit = str(data.get("query") or "").lower(), int(data.get("limit") or 0)
        members = [
            member
            for member in guild.members.values()
            if (member.user.id in wanted if wanted else member.user.name.lower().startswith(prefix))
        ]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [member_json(member) for member in members[: limit or None]],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]
