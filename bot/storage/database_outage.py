"""Outages of a database: one error for all, and a log line at their beginning and end."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.model.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)


class Outage:
    """Watches for outages of one database.

    :param is_away: returns True if an error of the driver means an outage.
    :param what: the impossible act, as in "The database cannot be ...".
    """

    def __init__(self, is_away: Callable[[BaseException], bool], what: str) -> None:
        self._is_away = is_away
        self._what = what
        self._away = False

    async def watch(self, step: Callable[[], Awaitable[Any]]) -> Any:
        """Await a step whose success proves that the database is available.

        :raises DatabaseUnavailable: the database is unavailable.
        """
        try:
            result = await step()
        except Exception as error:
            self.note(error)
            raise
        self.end()
        return result

    def note(self, error: BaseException) -> None:
        """Check an error of a step.

        :raises DatabaseUnavailable: it means an outage.
        """
        if not self._is_away(error):
            return
        if not self._away:
            self._away = True
            # SQLite has one class for all errors, and a name for each.
            cause = getattr(error, "sqlite_errorname", type(error).__name__)
            _log.error("The database cannot be %s (%s).", self._what, cause, extra={"action": "database_unavailable"})
        raise DatabaseUnavailable(self._what) from error

    def end(self) -> None:
        """Note that the database is available."""
        if self._away:
            self._away = False
            _log.warning("The database is back.", extra={"action": "database_available"})
