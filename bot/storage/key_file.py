"""The key that encrypts credentials where nobody set one: kept in the data folder. Encrypts nothing itself."""

import contextlib
import logging
import os
import secrets
from pathlib import Path

_log = logging.getLogger(__name__)


def kept_key(database_url: str) -> str:
    """Return the key in the data folder; the first start makes it."""
    folder = Path("data")
    if database_url.startswith("sqlite://"):
        folder = Path(database_url.removeprefix("sqlite://").partition("?")[0]).parent
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError), open(path, "x", encoding="utf-8", opener=_private) as file:
            file.write(secrets.token_urlsafe(32))
        _log.info("Made a key for the blogs' credentials; back it up with the database. action=key path=%s", path)
    return path.read_text("utf-8").strip()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
