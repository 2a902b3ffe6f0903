"""A MariaDB of our own: private folder, unix socket only, no durability, gone with the session."""

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

from tests.wordpress.processes import spawn, stop, wait_until

#: Nothing here must survive a crash, so nothing waits for the disk.
_OPTIONS = [
    "--no-defaults",
    "--skip-networking",
    "--skip-grant-tables",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--innodb-fast-shutdown=2",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",
    "--innodb-buffer-pool-dump-at-shutdown=0",
    "--character-set-server=utf8mb4",
    "--performance-schema=OFF",
]


class MariaDB:
    """A running server; `socket` is its address."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "mariadb.sock"
        self._user = _unprivileged()
        data = folder / "mariadb"
        self._temporary = folder / "temporary"
        data.mkdir()
        self._temporary.mkdir()
        if self._user:
            shutil.chown(data, self._user)
            shutil.chown(self._temporary, self._user)
            shutil.chown(folder, self._user)
        self._initialise(data)
        log = folder / "mariadb.log"
        server = shutil.which("mariadbd") or "mariadbd"
        places = [
            f"--datadir={data}",
            f"--tmpdir={self._temporary}",
            f"--socket={self.socket}",
            f"--pid-file={folder / 'mariadb.pid'}",
        ]
        self._process = spawn([server, *_OPTIONS, *places], log, user=self._user)
        wait_until(self._accepts, self._process, log, 30)

    def _initialise(self, data: Path) -> None:
        command = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db"]
        command += ["--auth-root-authentication-method=normal", "--innodb-log-file-size=16M"]
        # Servers that share a folder for temporary tables take each other's away: each has its own.
        own = os.environ | {"TMPDIR": str(self._temporary)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, user=self._user, cwd=data, env=own)
        if done.returncode:
            raise RuntimeError(f"mariadb-install-db failed ({done.returncode}): {done.stderr}{done.stdout[:300]}")

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def stop(self) -> None:
        """Stop the server without writing anything more."""
        stop(self._process)


def _unprivileged() -> str | None:
    """MariaDB refuses to run as root: return whom to run it as, None if we are nobody special."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "mysql" if "mysql" in names else "nobody"
