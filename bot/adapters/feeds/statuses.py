"""What HTTP statuses mean for somebody who only reads, as sentences; pure. It retries nothing."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.adapters.net.client import Answer
from bot.adapters.net.guard import host_of
from bot.model.errors import BridgeError, NotFound, PermanentError, TemporaryError

_OK = 200
_SERVER_ERRORS = 500
_LONGEST_WAIT = timedelta(hours=24)
#: What may pass by itself: timeouts, "too early", "too many".
_PASSING = frozenset({408, 425, 429})

_SENTENCES = {
    401: "{host} wants a login for that address (401).",
    402: "{host} wants to be paid for that address (402).",
    403: "{host} does not let us read that address (403).",
    404: "There is nothing at that address of {host} (404).",
    410: "{host} says that what was at that address is gone for good (410).",
    429: "{host} says that we ask too often (429).",
    451: "{host} may not show that address for legal reasons (451).",
    503: "{host} is not available at the moment (503).",
}


def check_status(answer: Answer) -> None:
    """Let 200 pass.

    :raises TemporaryError: it may pass by itself; carries the server's word on when.
    :raises NotFound: 404 and 410.
    :raises PermanentError: every other status.
    """
    if answer.status != _OK:
        raise fault_of(answer)


def fault_of(answer: Answer) -> BridgeError:
    """Choose the error for an answer that is not 200."""
    status, host = answer.status, host_of(answer.url)
    text = _SENTENCES.get(status, f"{{host}} answered with status {status}.").format(host=host)
    if status in _PASSING or status >= _SERVER_ERRORS:
        return TemporaryError(text, retry_after=retry_after(answer, now=datetime.now(UTC)))
    return NotFound(text) if status in {404, 410} else PermanentError(text)


def retry_after(answer: Answer, *, now: datetime) -> timedelta | None:
    """Read ``Retry-After`` (RFC 9110, 10.2.3), seconds or a date; at most a day, None where nothing sensible is said.

    :param now: used where the answer has no ``Date`` to measure from; the server's clock may be wrong by hours.
    """
    said = answer.headers.get("Retry-After", "").strip()
    if said.isdecimal():
        wait = timedelta(seconds=min(int(said), int(_LONGEST_WAIT.total_seconds())))
    else:
        until = _date(said)
        if until is None:
            return None
        wait = until - (_date(answer.headers.get("Date", "")) or now)
    return min(wait, _LONGEST_WAIT) if wait > timedelta(0) else None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
