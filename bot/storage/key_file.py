"""The key that encrypts credentials if none was configured: made once and kept beside the database."""

import contextlib
import logging
import secrets
from pathlib import Path

from bot.storage.private_files import make_folder, opener

_log = logging.getLogger(__name__)


def data_folder(database_url: str) -> Path:
    """Return the folder of the bot's own files."""
    if database_url.startswith("sqlite://"):
        return Path(database_url.removeprefix("sqlite://").partition("?")[0]).parent
    return Path("data")


def key_file(database_url: str) -> Path:
    """Return the path of the key file, which may not exist."""
    return data_folder(database_url) / "secret.key"


def kept_key(database_url: str) -> str:
    """Return the key of the file; the first start makes it."""
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
