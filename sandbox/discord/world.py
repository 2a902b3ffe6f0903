"""The state of this Discord and its changes: look-ups, events, waits. Every change ends in `emit` or `changed`."""

# ruff: noqa: ASYNC109 -- the caller's timeout is part of the API: it names what was waited for

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from sandbox.discord.commands import CommandBook
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.files import Files
from sandbox.discord.interactions import ANSWER_WITHIN, Interaction
from sandbox.discord.nouns import Channel, Guild, Message, Thread, User

T = TypeVar("T")

#: Discord's first millisecond, in milliseconds of Unix time.
EPOCH = 1420070400000

#: Privileged intents by name: (gateway bit, application flag for an app in fewer than 100 guilds).
PRIVILEGED = {
    "guild_members": (1 << 1, 1 << 15),
    "guild_presences": (1 << 8, 1 << 13),
    "message_content": (1 << 15, 1 << 19),
}


@dataclass(frozen=True)
class Event:
    """One gateway dispatch. `data(sees_content)` renders it; `intents` 0 means that all sessions get it."""

    name: str
    data: Callable[[bool], Json]
    intents: int = 0
    channel: Channel | None = None


@dataclass
class World:
    """The whole state of one Discord."""

    token: str
    application_id: int
    bot: User
    privileged_intents: set[str] = field(default_factory=set)
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    #: All existing messages by id, including ephemeral ones.
    messages: dict[int, Message] = field(default_factory=dict)
    #: Interactions by token, oldest first.
    interactions: dict[str, Interaction] = field(default_factory=dict)
    #: Nonce to (time of the monotonic clock, first message).
    nonces: dict[str, tuple[float, Message]] = field(default_factory=dict)
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    commands: CommandBook = field(init=False)
    files: Files = field(default_factory=Files)
    #: Seconds that a bot has for its first answer to an interaction; a test may lower them.
    answer_within: float = ANSWER_WITHIN
    _last_id: int = 0
    _waiters: set[asyncio.Event] = field(default_factory=set)
    _number: int = 0

    def __post_init__(self) -> None:
        self.commands = CommandBook(self.application_id, self.snowflake)

    def snowflake(self) -> int:
        """Return a new id that contains the present millisecond and is greater than all before."""
        self._last_id = max(self._last_id + 1, (int(time.time() * 1000) - EPOCH) << 22)
        return self._last_id

    @property
    def application_flags(self) -> int:
        """Return the application's flags, which name its privileged intents."""
        return sum(flag for name, (_, flag) in PRIVILEGED.items() if name in self.privileged_intents)

    @property
    def sees_content(self) -> bool:
        """Return True if REST answers include the content of other people's messages."""
        return "message_content" in self.privileged_intents

    def emit(
        self, name: str, data: Callable[[bool], Json], *, intents: int = 0, channel: Channel | None = None
    ) -> None:
        """Notify all gateway sessions, then all waiters."""
        event = Event(name, data, intents, channel)
        for listener in list(self.listeners):
            listener(event)
        self.changed()

    def changed(self) -> None:
        """Wake all waiters."""
        self._number += 1
        for waiter in self._waiters:
            waiter.set()

    async def changes(self) -> AsyncIterator[int]:
        """Yield a growing number after each change; several changes in a row may come as one."""
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            while True:
                await waiter.wait()
                waiter.clear()
                yield self._number
        finally:
            self._waiters.discard(waiter)

    async def until(self, condition: Callable[[], T], timeout: float, what: str = "") -> T:
        """Wait until `condition()` is true and return its value; TimeoutError names `what`.

        It is checked after every change, and every 100 ms, as it may depend on more than this Discord.
        """
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        end = time.monotonic() + timeout
        try:
            while True:
                waiter.clear()
                if value := condition():
                    return value
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"waited {timeout:g} s in vain for {what or 'a condition'}; {self.summary()}")
                # Python 3.11's `wait_for` loses a cancellation that comes together with the result.
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, 0.1)):
                        await waiter.wait()
        finally:
            self._waiters.discard(waiter)

    def summary(self) -> str:
        """Describe the last messages of each channel in a line, for the reader of a failed test."""
        places = [
            f"#{channel.name}: {[message.text[:80] for message in channel.messages[-3:]]}"
            for channel in self.channels.values()
            if channel.all_messages
        ]
        return "the world has " + ("; ".join(places) or "no messages")

    def channel(self, channel_id: str | int) -> Channel:
        """Return a channel, thread or DM; 10003 if there is none."""
        try:
            return self.channels[int(channel_id)]
        except (KeyError, ValueError):
            raise ApiError(10003) from None

    def guild(self, guild_id: str | int) -> Guild:
        """Return a guild; 10004 if there is none."""
        try:
            return self.guilds[int(guild_id)]
        except (KeyError, ValueError):
            raise ApiError(10004) from None

    def message(self, channel: Channel, message_id: str | int) -> Message:
        """Return a message of a channel; 10008 if there is none or it is ephemeral."""
        try:
            return channel.all_messages[int(message_id)]
        except (KeyError, ValueError):
            raise ApiError(10008) from None

    def user(self, user_id: str | int) -> User:
        """Return a user; 10013 if there is none."""
        try:
            return self.users[int(user_id)]
        except (KeyError, ValueError):
            raise ApiError(10013) from None

    def direct_channel(self, user: User) -> Channel:
        """Return the DM between the bot and `user`; the first call makes it."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.snowflake(), 1, user.name, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def forget_channel(self, channel: Channel) -> None:
        """Delete a channel or thread with its messages."""
        for message in channel.messages:
            message.deleted = True
            self.messages.pop(message.id, None)
        for thread in channel.threads:
            self.forget_channel(thread)
        self.channels.pop(channel.id, None)
        if channel.guild is not None:
            channel.guild.channels.pop(channel.id, None)
            if isinstance(channel, Thread):
                channel.guild.threads.pop(channel.id, None)
