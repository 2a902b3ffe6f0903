"""Files and folders that only the bot's user can read, whatever the process's umask is."""

import contextlib
import os
from pathlib import Path

_FILE = 0o600
_FOLDER = 0o700
#: Files beside an SQLite file: its log and index (which SQLite makes with the file's own mode), and the bot's locks.
_BESIDE = ("", "-wal", "-shm", "-journal", ".lock", ".migrate.lock")


def make_folder(folder: Path) -> None:
    """Make a folder with its missing parents; an existing folder stays as it is."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        each.chmod(_FOLDER)


def opener(path: str, flags: int) -> int:
    """Open a file, for :func:`open`; a new file is private."""
    return os.open(path, flags, _FILE)


def make_private_database(file: Path) -> None:
    """Make an SQLite file private, with the files beside it that belong to the bot's user."""
    make_folder(file.parent)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE))
    for suffix in _BESIDE:
        # The file may be missing or belong to another user.
        with contextlib.suppress(OSError):
            file.with_name(f"{file.name}{suffix}").chmod(_FILE)
