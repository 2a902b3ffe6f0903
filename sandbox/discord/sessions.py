"""Gateway sessions: the choice, numbering and replay of their dispatches. A session writes into a queue."""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field

from sandbox.discord.errors import Json
from sandbox.discord.permission_bits import Permission
from sandbox.discord.permissions import can
from sandbox.discord.world import PRIVILEGED, Event, World

#: Dispatches kept for a resume; an older gap cannot be resumed.
KEPT = 1000

CONTENT_BIT = PRIVILEGED["message_content"][0]


@dataclass(eq=False)
class Session:
    """One identified client; `outbox` is None while it is not connected."""

    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT))
    outbox: "asyncio.Queue[Json | int | str] | None" = None
    ready: bool = False

    def dispatch(self, name: str, data: object) -> None:
        """Number a dispatch, keep it, and send it if a client is connected."""
        self.sequence += 1
        payload: Json = {"op": 0, "t": name, "s": self.sequence, "d": data}
        self.sent.append(payload)
        if self.outbox is not None:
            self.outbox.put_nowait(payload)

    def missed(self, sequence: int) -> list[Json] | None:
        """Return the dispatches after `sequence`; None if they are no longer all kept."""
        if sequence > self.sequence:
            return None
        later = [payload for payload in self.sent if payload["s"] > sequence]
        return later if len(later) == self.sequence - sequence else None


class Sessions:
    """All sessions of this Discord, fed by the world's events."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        world.listeners.append(self.hear)

    @property
    def connected(self) -> list[Session]:
        """Return the sessions that have a socket and have got READY."""
        return [session for session in self._sessions.values() if session.outbox is not None and session.ready]

    def hear(self, event: Event) -> None:
        """Pass an event to the sessions that subscribed to it and may see its channel."""
        seen = event.channel is None or can(self._world.bot, event.channel, Permission.VIEW_CHANNEL)
        if not seen:
            return
        for session in list(self._sessions.values()):
            if event.intents and not session.intents & event.intents:
                continue
            session.dispatch(event.name, event.data(bool(session.intents & CONTENT_BIT)))

    def open(self, intents: int) -> Session:
        """Start a session; forget those whose client is gone, as a new process does not resume them."""
        self._sessions = {key: old for key, old in self._sessions.items() if old.outbox is not None}
        session = Session(intents)
        self._sessions[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        """Return a session that can be resumed."""
        return self._sessions.get(session_id)

    def drop(self, session: Session) -> None:
        """Delete a session, so that it cannot be resumed."""
        self._sessions.pop(session.id, None)

    def disconnect(self, code: int, *, resumable: bool) -> int:
        """Close every socket with a code and return how many there were."""
        open_ones = [session for session in self._sessions.values() if session.outbox is not None]
        for session in open_ones:
            if session.outbox is not None:
                session.outbox.put_nowait(code)
            session.outbox = None
            if not resumable:
                self.drop(session)
        return len(open_ones)
