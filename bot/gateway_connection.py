"""How the connection to Discord outlives what goes wrong: waits between attempts, and events that cannot be read.

Knows neither discord.py nor what is connected to.
"""

import asyncio
import itertools
import logging
import random
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping, Sequence
from typing import Any, Final

from bot.model.errors import PermanentError, TemporaryError

_log = logging.getLogger(__name__)

#: Between two attempts to reach Discord, in seconds; the last one again and again. After the first few, about a third
#: of the time that it has been away, so that a short absence is not made twice as long.
_WAITS: Final = (1, 2, 5, 5, 5, 5, 10, 10, 15, 20, 30, 60)
#: After what Discord sent broke the connection itself: each attempt identifies anew, and Discord resets a token that
#: does so a thousand times a day.
_WAITS_AFTER_A_BREAK: Final = (1, 5, 15, 60, 120, 300)


class ReconnectDelays:
    """How long to wait before the next attempt; stands in for discord.py's `ExponentialBackoff`, after a connection.

    That one doubles up to 17 minutes, so that the bot would long be deaf after Discord is back. This one never waits
    longer than the last of its steps. Half of each wait is left to chance, lest all bots of the world come back at one
    moment.

    :param steps: in seconds; None: those between attempts to reach Discord, a minute at most.
    """

    def __init__(self, steps: Sequence[float] | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._steps = steps or _WAITS
        # Whoever had no need to wait for so long was connected in between: an attempt may take a minute, and so may
        # its wait.
        self._calm = 2 * max(self._steps) + 60
        self._clock = clock
        self._attempts = 0
        self._last = clock()

    def delay(self) -> float:
        """Return the next wait in seconds."""
        now = self._clock()
        if now - self._last > self._calm:
            self._attempts = 0
        self._last = now
        wait = self._steps[min(self._attempts, len(self._steps) - 1)]
        self._attempts += 1
        return wait * random.uniform(0.5, 1)  # noqa: S311 -- nothing secret


def delays_after_failure() -> ReconnectDelays:
    """Return the waits between attempts that each identify."""
    return ReconnectDelays(_WAITS_AFTER_A_BREAK)


async def keep_trying(attempt: Callable[[], Awaitable[None]]) -> None:
    """Try until it succeeds or can never succeed; wait as long as an error says.

    A bug is logged and tried again as well: what else the bot does goes on meanwhile.

    :raises PermanentError: it can never be.
    """
    waits = ReconnectDelays()
    for number in itertools.count(1):
        wait = waits.delay()
        try:
            await attempt()
        except TemporaryError as error:
            if error.retry_after is not None:
                wait = error.retry_after.total_seconds()
            _log.warning(
                "%s", error.text, extra={"action": "gateway_unreachable", "attempt": number, "wait": round(wait)}
            )
        except PermanentError:
            raise
        except Exception:
            wait = max(wait, max(_WAITS))
            _log.exception(
                "The connection to Discord broke off.", extra={"action": "gateway_crashed", "wait": round(wait)}
            )
        else:
            return
        await asyncio.sleep(wait)


def skip_unreadable_events(parsers: MutableMapping[str, Callable[[Any], None]], *, needed: Collection[str]) -> None:
    """Let an event that cannot be read cost itself: it is logged with its name, and the connection goes on.

    :param parsers: what reads each event, by its name; replaced in place.
    :param needed: events without which there is no connection.
    """
    for name, parse in list(parsers.items()):
        if name not in needed:
            parsers[name] = _skipping(name, parse)


def _skipping(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    seen = False

    def parse_or_skip(data: Any) -> None:
        nonlocal seen
        try:
            parse(data)
        except Exception:
            # The traceback once; what comes with each message would fill the log.
            _log.error(
                "An event of Discord's could not be read.",
                exc_info=not seen,
                extra={"action": "event_skipped", "event": name},
            )
            seen = True

    return parse_or_skip
