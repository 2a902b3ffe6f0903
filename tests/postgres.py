"""A private PostgreSQL for a test session: a fresh server in a temporary folder, stopped whatever happens."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.suites import find_postgres

_FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=50"]
_START_S = 30


@contextmanager
def run_postgres() -> Iterator[str]:
    """Start a server on loopback; gives its address without a database's name, ``postgres://…:port``."""
    programs = find_postgres()
    assert programs, "no PostgreSQL: see tests/suites.py"
    # as root PostgreSQL refuses to run; the folder is short, because a socket's path may have 107 characters
    user = None if os.geteuid() else _other_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = None
    try:
        if user:
            shutil.chown(folder, user)
        data = str(folder / "data")
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "bot", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, user=user, cwd=folder,
        )  # fmt: skip
        port = _free_port()
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), *_FAST],
                stdout=log, stderr=log, user=user, cwd=folder,
            )  # fmt: skip
        _wait_until_ready(folder, server)
        yield f"postgres://bot@127.0.0.1:{port}"
    finally:
        if server:
            server.send_signal(signal.SIGQUIT)  # at once: nobody wants what it holds
            server.wait(_START_S)
        shutil.rmtree(folder, ignore_errors=True)


def _other_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    status = folder / "data" / "postmaster.pid"  # its last line says "ready" (pg_ctl waits for this too)
    deadline = time.monotonic() + _START_S
    while not (status.exists() and status.read_text().rstrip().endswith("ready")):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.02)
