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


class PostgresServer:
    """A server in a folder of its own, on a port that it keeps."""

    def __init__(self, folder: Path) -> None:
        programs = find_postgres()
        assert programs, "no PostgreSQL: see tests/suites.py"
        # as root PostgreSQL refuses to run
        self._user = None if os.geteuid() else _other_user()
        self._programs, self._folder, self._data = programs, folder, str(folder / "data")
        self._port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(folder, self._user)
        subprocess.run(
            [programs / "initdb", "-D", self._data, "-U", "bot",
             "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, user=self._user, cwd=folder,
        )  # fmt: skip

    @property
    def address(self) -> str:
        return f"postgres://bot@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-p", str(self._port), "-h", "127.0.0.1",
                 "-k", str(self._folder), *_FAST],
                stdout=log, stderr=log, user=self._user, cwd=self._folder,
            )  # fmt: skip
        _wait_until_ready(self._folder, self._server)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop at once, as in a crash, unless told otherwise; harmless where it does not run."""
        server, self._server = self._server, None
        if server:
            server.send_signal(how)
            server.wait(_START_S)


@contextmanager
def run_postgres() -> Iterator[str]:
    """Start a server on loopback; gives its address without a database's name, ``postgres://…:port``."""
    with own_postgres() as server:
        yield server.address


@contextmanager
def own_postgres() -> Iterator[PostgresServer]:
    """As :func:`run_postgres`, for a test that stops and starts its server."""
    # short, because a socket's path may have 107 characters
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = None
    try:
        server = PostgresServer(folder)
        server.start()
        yield server
    finally:
        if server:
            server.stop()
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
