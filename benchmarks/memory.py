"""``python -m benchmarks.memory PORT FEEDS``: the memory of the whole bot, with Discord and its parsers.

``python -m bot run`` as an administrator starts it, against the sandbox's Discord, reads all feeds for the first time,
then asks for all of them again. Looked at twice a second; the highest counts.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.compare import HOSTS
from benchmarks.documents import Scenario
from benchmarks.processes import memory_bytes
from benchmarks.rows import add_blogs
from benchmarks.side import addresses
from bot.storage.database import Store
from bot.storage.migrate import migrate
from sandbox.discord import SandboxDiscord
from sandbox.process import BotProcess

_LOOK_EVERY = 0.5
_SETTINGS = {"POLL_INTERVAL_MIN": "1d", "POLL_INTERVAL_MAX": "1d", "LOG_LEVEL": "warning"}


async def main(port: int, feeds: int) -> None:
    """Print the highest memory, in megabytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "backchannel.db"
        await _fill(f"sqlite://{file}", addresses(port, Scenario.UNCHANGED, feeds, HOSTS))
        async with SandboxDiscord.running() as discord:
            bot = BotProcess(discord, folder, _SETTINGS)
            await bot.start()
            try:
                highest = await _highest(bot, file)
                _make_due(file)
                highest = max(highest, await _highest(bot, file))
            finally:
                await bot.stop(30)
    print(json.dumps(highest / 1_000_000), flush=True)


async def _fill(url: str, feeds_at: list[str]) -> None:
    await migrate(url)
    database = Store(url, keys=["only for a benchmark"])
    await database.open()
    now = datetime.now(UTC)
    # Subscriptions start later: what is there now is posted nowhere.
    await add_blogs(feeds_at, due_at=now, started_at=now + timedelta(days=1))
    await database.close()


async def _highest(bot: BotProcess, file: Path) -> int:
    """Wait until nothing is due any more; return the highest memory until then."""
    highest = 0
    while _due(file):
        await asyncio.sleep(_LOOK_EVERY)
        highest = max(highest, memory_bytes(bot.pid))
    return highest


def _due(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        [[count]] = connection.execute(
            "SELECT COUNT(*) FROM feeds WHERE next_poll_at <= ?", [f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}+00:00"]
        )
    connection.close()
    return int(count)


def _make_due(file: Path) -> None:
    with sqlite3.connect(file, timeout=30) as connection:
        connection.execute("UPDATE feeds SET next_poll_at = '2026-01-01 00:00:00+00:00'")
    connection.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
