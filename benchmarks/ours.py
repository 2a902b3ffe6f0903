"""``python -m benchmarks.ours PORT SCENARIO FEEDS HOSTS``: the bot's polls, wired as ``bot/app.py`` does.

A real database in a file, the real client, parser and journeys. Time leaps, so that everything is due; Discord is
never asked, as what is found stays in the outbox.
"""

import asyncio
import ipaddress
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.rows import add_blogs
from benchmarks.side import serve
from bot.adapters.comment_systems.registry import CommentSystemRegistry
from bot.adapters.discord.sender import DiscordSender
from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.http.hub import HttpHubs
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.adapters.net.discord_responses import discord_trace
from bot.bridge.assembly import Bridge, Dependencies, assemble
from bot.bridge.ports import Side as Blamed
from bot.gateway import Gateway
from bot.rules.poll_schedule import PollSchedule
from bot.runtime import SystemRandomness, tune_garbage_collector
from bot.storage.database import Store
from bot.storage.migrate import migrate
from bot.storage.statements import fetch

#: The file's name within its folder.
DATABASE = "backchannel.db"
_PACE = PollSchedule(shortest=timedelta(minutes=2), longest=timedelta(hours=1))
_LEAP = _PACE.longest * 1.2


class LeapingClock:
    """The machine's time, and more at each leap."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> datetime:
        """Return the moment it is taken to be."""
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    def leap(self) -> None:
        """Go ahead by more than any interval between polls, but not by a day, after which feeds are read whole."""
        self._ahead += _LEAP.total_seconds()


class Watch:
    """A Meter that tells when polls have ended."""

    def __init__(self) -> None:
        self.polls: Counter[str] = Counter()
        self._left = 0
        self._ended = asyncio.Event()

    def polled(self, outcome: str) -> None:
        """Count a poll."""
        self.polls[outcome] += 1
        self._left -= 1
        if not self._left:
            self._ended.set()

    async def ended(self, polls: int) -> None:
        """Wait until so many have ended since the beginning."""
        self._left = polls - self.polls.total()
        if self._left > 0:
            self._ended.clear()
            await self._ended.wait()

    def pushed(self, outcome: str) -> None:
        """Ignore it."""

    def delivered(self, kind: str, outcome: str) -> None:
        """Ignore it."""

    def failed(self, side: Blamed, error: str) -> None:
        """Ignore it: a poll that failed is counted as such."""

    def announced(self, since: datetime) -> None:
        """Ignore it."""

    def published(self, since: datetime, *, moderated: bool) -> None:
        """Ignore it."""


class Ours:
    """The bridge, driven tick by tick."""

    def __init__(self, bridge: Bridge, clock: LeapingClock, watch: Watch, addresses: Sequence[str]) -> None:
        self.bridge = bridge
        self.clock = clock
        self._watch = watch
        self._addresses = addresses

    async def prepare(self) -> None:
        """Add the feeds and read them once; subscriptions start after that, as after a baseline."""
        await add_blogs(self._addresses, due_at=self.clock.now(), started_at=self.clock.now() + _LEAP * 1.5)
        await self.poll()

    async def poll(self) -> None:
        """Tick until every feed was polled once.

        :raises RuntimeError: a poll went wrong.
        """
        self.clock.leap()
        begun, goal = self._watch.polls.total(), len(self._addresses)
        claimed = 0
        while claimed < goal:
            claimed += await self.bridge.poller.tick()
            await self._watch.ended(begun + claimed)
        if self._watch.polls["failed"] or self._watch.polls["crashed"]:
            raise RuntimeError(f"polls went wrong: {self._watch.polls}")

    async def found(self) -> int:
        """Count the entries."""
        [row] = await fetch("SELECT COUNT(*) AS entries FROM entries")
        return int(row["entries"])


@asynccontextmanager
async def opened(addresses: Sequence[str], folder: Path) -> AsyncIterator[Ours]:
    """Open a database in a folder and everything above it."""
    url = f"sqlite://{folder / DATABASE}"
    await migrate(url)
    database = Store(url, keys=["only for a benchmark"])
    await database.open()
    client = HttpClient(allow=[ipaddress.ip_network("127.0.0.0/8")], user_agent="Backchannel/0.1")
    await client.open()
    clock, watch = LeapingClock(), Watch()
    gateway = Gateway(http_trace=discord_trace(), api_url=None)
    async with FeedParser() as parser:
        world = Dependencies(
            store=database,
            chat=DiscordSender(gateway),
            source=HttpFeeds(client, parser),
            discoverer=HttpDiscoverer(client, parser),
            comment_systems=CommentSystemRegistry(client),
            hubs=HttpHubs(client),
            clock=clock,
            randomness=SystemRandomness(),
            meter=watch,
        )
        yield Ours(assemble(world, pace=_PACE, public_url=None), clock, watch, addresses)
    await client.close()
    await database.close()


@asynccontextmanager
async def running(addresses: Sequence[str], folder: Path) -> AsyncIterator[Ours]:
    """As :func:`opened`, in a process that has run for a while."""
    async with opened(addresses, folder) as ours:
        tune_garbage_collector()
        yield ours


if __name__ == "__main__":
    serve(running, sys.argv[1:])
