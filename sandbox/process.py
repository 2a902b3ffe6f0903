"""The bot as a process of its own, started, stopped or killed as by its operator."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.discord import SandboxDiscord

_PROJECT = Path(__file__).resolve().parent.parent

#: What a bot beside the sandbox is told: the loopback Discord, quick polls, any free port.
_SETTINGS = {
    "OUTBOUND_ALLOW": "127.0.0.0/8",
    "POLL_INTERVAL_MIN": "1s",
    "POLL_INTERVAL_MAX": "1s",
    "HTTP_PORT": "0",
    "SECRET_KEY": "only for the sandbox",
}


class BotProcess:
    """``python -m bot run`` against a sandbox.

    :param folder: the working folder; database and log (``bot.log``) stay there after a restart.
    """

    def __init__(self, discord: SandboxDiscord, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self._discord = discord
        self._folder = folder
        self._settings = {**_SETTINGS, **(settings or {})}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log_path(self) -> Path:
        """Return the log file of all starts."""
        return self._folder / "bot.log"

    @property
    def log(self) -> str:
        """Return the log so far."""
        return self.log_path.read_text("utf-8") if self.log_path.exists() else ""

    @property
    def running(self) -> bool:
        """Return True if the process runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Return the process id.

        :raises RuntimeError: the bot was not started.
        """
        if self._process is None:
            raise RuntimeError("the bot was not started")
        return self._process.pid

    async def start(self) -> None:
        """Start the bot; the sandbox's Discord reports when it is ready."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(_PROJECT),
            "DISCORD_TOKEN": self._discord.token,
            "DISCORD_API_URL": self._discord.api_url,
            "DATABASE_URL": f"sqlite://{self._folder / 'backchannel.db'}",
            **self._settings,
        }
        with self.log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self._folder, env=environment, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """Kill the bot (SIGKILL), as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self, seconds: float = 10) -> int:
        """Stop the bot (SIGTERM); return its exit status.

        :raises TimeoutError: the bot did not stop in time, and was killed.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._end(signal.SIGTERM)
        except TimeoutError:
            await self.kill()
            raise

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(how)
        status = await self._process.wait()
        self._process = None
        return status
