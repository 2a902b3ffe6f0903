"""The address of a database, and Tortoise's configuration for it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tortoise.backends.base.config_generator import expand_db_url
from tortoise.exceptions import ConfigurationError

from bot.model.errors import PermanentError

#: Modules with tables, as Tortoise names them.
MODELS = [
    "bot.storage.tables",
    "bot.storage.tables_feeds",
    "bot.storage.tables_relay",
    "bot.storage.tables_batches",
]
APP = "models"
_MIGRATIONS = "migrations"

_SQLITE = "sqlite"
_POSTGRES = "postgres"

#: One process owns the file, but a backup may read it meanwhile: wait for it. In WAL mode NORMAL loses no commit
#: unless the machine itself fails, and never harms the file.
_SQLITE_PARAMETERS = {"busy_timeout": "15000", "synchronous": "NORMAL", "journal_mode": "WAL"}


@dataclass(frozen=True, slots=True)
class Location:
    """One database. Its name for Tortoise is the dialect, because Tortoise caches statements by that name."""

    dialect: str
    credentials: dict[str, Any]

    @property
    def file(self) -> Path | None:
        """Return the SQLite file."""
        return Path(self.credentials["file_path"]) if self.dialect == _SQLITE else None

    def config(self, **overrides: str) -> dict[str, Any]:
        """Return Tortoise's configuration.

        :param overrides: connection parameters in place of the usual.
        """
        return {
            "connections": {
                self.dialect: {
                    "engine": f"bot.storage.{self.dialect}",
                    "credentials": {**self.credentials, **overrides},
                }
            },
            "apps": {APP: {"models": MODELS, "migrations": _MIGRATIONS, "default_connection": self.dialect}},
            "use_tz": True,
            "timezone": "UTC",
        }

    def lock_file(self, purpose: str) -> Path:
        """Return the path of a lock file beside the database."""
        if self.file is None:
            raise ValueError(self.dialect)
        return self.file.with_name(f"{self.file.name}.{purpose}")


def locate(url: str) -> Location:
    """Read a database's address.

    :raises PermanentError: the address is invalid; the text does not repeat it, as it may hold a password.
    """
    scheme = url.partition("://")[0]
    if scheme not in {_SQLITE, _POSTGRES, "postgresql"}:
        raise PermanentError("The database's address must begin with sqlite:// or postgres://.")
    try:
        credentials: dict[str, Any] = expand_db_url(url)["credentials"]
    except (ConfigurationError, ValueError) as error:
        raise PermanentError("The database's address cannot be read.") from error
    if scheme != _SQLITE:
        return Location(_POSTGRES, credentials)
    if ":memory:" in credentials["file_path"]:
        raise PermanentError("The database must be a file: one in memory would forget everything.")
    return Location(_SQLITE, {**_SQLITE_PARAMETERS, "foreign_keys": "ON", **credentials, "journal_mode": "WAL"})
