"""Whether a database is away: one error for it, and a line in the log when that begins and when it ends."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.model.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)


class Outage:
    """Whether the database is away.

    :param is_away: whether an error of the driver's says so.
    :param what: what cannot be done meanwhile, as in "The database cannot be ...".
    """

    def __init__(self, is_away: Callable[[BaseException], bool], what: str) -> None:
        self._is_away = is_away
        self._what = what
        self._away = False

    async def watch(self, step: Callable[[], Awaitable[Any]]) -> Any:
        """Take a step that proves by its end that the database is there.

        :raises DatabaseUnavailable: the database is away.
        """
        try:
            result = await step()
        except Exception as error:
            self.note(error)
            raise
        self.end()
        return result

    def note(self, error: BaseException) -> None:
        """Look at what a step raised.

        :raises DatabaseUnavailable: it says that the database is away.
        """
        if not self._is_away(error):
            return
        if not self._away:
            self._away = True
            # SQLite has one class for all, and a name for each.
            cause = getattr(error, "sqlite_errorname", type(error).__name__)
            _log.error("The database cannot be %s (%s).", self._what, cause, extra={"action": "database_unavailable"})
        raise DatabaseUnavailable(self._what) from error

    def end(self) -> None:
        """Take note that the database is there."""
        if self._away:
            self._away = False
            _log.warning("The database is back.", extra={"action": "database_available"})
