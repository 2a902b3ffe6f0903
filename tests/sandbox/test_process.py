"""``python -m sandbox`` as a process of its own: it ends when it is told to, and leaves nothing."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

_PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("told", "after"), [(signal.SIGINT, "Ctrl-C ends it."), (signal.SIGTERM, "the bot is connected")]
)
async def test_the_demo_in_the_background_ends_when_told(told: signal.Signals, after: str, tmp_path: Path) -> None:
    # So does a shell that is not interactive with what it puts into its background.
    ignoring = 'trap "" INT; exec "$0" -m sandbox demo'
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", ignoring, sys.executable),
        cwd=_PROJECT,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(90):
            shown = await process.stdout.readuntil(after.encode())
            process.send_signal(told)
            rest = await process.stdout.read()
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert "Traceback" not in (shown + rest).decode()
    assert not os.listdir(tmp_path), "the bot's folder stays"
