"""``python -m bot …`` in a process and a folder of its own, as a person would run it."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.discord import SandboxDiscord

_PROJECT = Path(__file__).resolve().parent.parent
_SECONDS = 60


@dataclass
class Outcome:
    """What a command came to."""

    status: int
    out: str
    err: str


def environment(discord_url: str, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a command is told: where Discord is, and nothing of our own settings."""
    ours = {"DISCORD_TOKEN", "DATABASE_URL", "SECRET_KEY", "PUBLIC_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(_PROJECT), "DISCORD_API_URL": discord_url, "HTTP_PORT": "0", **(settings or {})}


def names_in(folder: Path) -> list[str]:
    """What a command left behind."""
    return sorted(path.name for path in folder.iterdir())


async def bot(
    command: str, folder: Path, discord: SandboxDiscord | str, *, typed: str = "", **settings: str
) -> Outcome:
    """Run a command to its end.

    :param discord: a sandbox, or the address of an API.
    :param typed: what stands on its standard input.
    """
    url = discord if isinstance(discord, str) else discord.api_url
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", command),
        cwd=folder,
        env=environment(url, settings),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    )
    async with asyncio.timeout(_SECONDS):
        out, err = await process.communicate(typed.encode())
    return Outcome(process.returncode or 0, out.decode(), err.decode())
