"""The key that encrypts the blogs' credentials, where none was set: made once, kept beside the database.

Encrypts nothing itself.
"""

import contextlib
import logging
import secrets
from pathlib import Path

from bot.storage.private_files import make_folder, opener

_log = logging.getLogger(__name__)


def data_folder(database_url: str) -> Path:
    """Return where we keep files of our own."""
    if database_url.startswith("sqlite://"):
        return Path(database_url.removeprefix("sqlite://").partition("?")[0]).parent
    return Path("data")


def key_file(database_url: str) -> Path:
    """Return where the key is kept, whether it is there or not."""
    return data_folder(database_url) / "secret.key"


def kept_key(database_url: str) -> str:
    """Return the kept key; the first start makes it."""
    path = key_file(database_url)
    if not path.exists():
        make_folder(path.parent)
        with contextlib.suppress(FileExistsError), open(path, "x", encoding="utf-8", opener=opener) as file:
            file.write(secrets.token_urlsafe(32))
        _log.info(
            "Made a key for the blogs' credentials; back it up with the database.",
            extra={"action": "key_created", "path": path},
        )
    return path.read_text("utf-8").strip()
