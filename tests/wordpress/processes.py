"""Child processes that do not outlive the test session, and waiting until they are ready.

It knows neither MariaDB nor PHP.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

#: util-linux's way to have the kernel end a program whose parent died; Python's own would fork with threads.
_BOUND = ["setpriv", "--pdeathsig", "TERM", "--"]


def spawn(command: list[str], log: Path, *, user: str | None = None) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, its output in `log`.

    The kernel ends it if this process is killed without a chance to clean up.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [*(_BOUND if shutil.which(_BOUND[0]) else []), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user,
            extra_groups=[] if user else None,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes], patience: float = 5.0) -> None:
    """End the process and its children: politely, then not."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            break


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Wait for the condition; raise with the end of the log if the process dies or time runs out."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process)
            raise RuntimeError(f"{process.args!r} did not get ready:\n{log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.02)
