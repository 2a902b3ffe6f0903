"""Locks between processes: ``flock`` on a file, which ends with the process."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import FileIO
from pathlib import Path

from bot.model.errors import PermanentError
from bot.storage.private_files import make_folder, opener

_PAUSE_S = 0.05


class FileLock:
    """A lock on a file, which is not deleted: else two processes could hold locks of one name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def take(self) -> bool:
        """Take the lock; False if another process holds it.

        :raises PermanentError: the file cannot be made.
        """
        try:
            make_folder(self._path.parent)
            file = FileIO(self._path, "a", opener=opener)
        except OSError as error:
            raise PermanentError(f"The database's folder cannot be written to: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def free(self) -> None:
        """Release the lock, if it is held."""
        if self._file:
            self._file.close()
            self._file = None


@asynccontextmanager
async def wait_for(lock: FileLock) -> AsyncIterator[None]:
    """Hold a lock that others hold for a short time only."""
    while not lock.take():  # noqa: ASYNC110 - another process sets no event
        await asyncio.sleep(_PAUSE_S)
    try:
        yield
    finally:
        lock.free()
