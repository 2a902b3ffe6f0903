"""Files and folders of ours are for our user alone, whatever the process's umask is."""

import contextlib
import os
from pathlib import Path

_FILE = 0o600
_FOLDER = 0o700
#: What stands beside an SQLite file: its log and index (which SQLite makes with the file's own mode), and our locks.
_BESIDE = ("", "-wal", "-shm", "-journal", ".lock", ".migrate.lock")


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it; a folder that is there already stays as it is."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        each.chmod(_FOLDER)


def opener(path: str, flags: int) -> int:
    """For :func:`open`: a file that is made is private."""
    return os.open(path, flags, _FILE)


def make_private_database(file: Path) -> None:
    """Make an SQLite file, and take away from others what is there already and belongs to our user."""
    make_folder(file.parent)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE))
    for suffix in _BESIDE:
        # It may be missing, or somebody else's.
        with contextlib.suppress(OSError):
            file.with_name(f"{file.name}{suffix}").chmod(_FILE)
