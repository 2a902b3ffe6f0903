"""Translate HTTP statuses of pages and feeds into errors with a sentence for a person."""

from datetime import timedelta

from bot.adapters.feeds.documents.body import EmptyResponse, NotAFeed, TooMuch
from bot.adapters.net.client import Response
from bot.adapters.net.retry_after import read_retry_after
from bot.adapters.net.ssrf_guard import host_of
from bot.model.errors import BridgeError, NotFound, PermanentError, Refused, TemporaryError
from bot.model.feed import FailureReason

_OK = 200
_SERVER_ERRORS = 500
_TOO_MANY = 429
_UNAVAILABLE = 503
#: For a host that only says "too often".
_USUAL_PAUSE = timedelta(minutes=15)
#: Temporary: timeout, too early, too many requests.
_TRANSIENT = frozenset({408, 425, 429})

_CHALLENGES = (b"/cdn-cgi/challenge-platform/", b"<title>Just a moment...</title>", b"ddos-guard/js-challenge")

_SENTENCES = {
    401: "{host} requires a login for this address (401).",
    402: "{host} requires payment for this address (402).",
    403: "{host} refuses access to this address (403).",
    404: "{host} has nothing at this address (404).",
    410: "{host} says that this address was removed permanently (410).",
    429: "{host} received too many requests (429).",
    451: "{host} may not show this address for legal reasons (451).",
    503: "{host} is not available at the moment (503).",
}


def check_status(response: Response) -> None:
    """Let 200 pass.

    :raises TemporaryError: the status is temporary; with the server's Retry-After.
    :raises NotFound: 404 and 410.
    :raises PermanentError: every other status.
    """
    if response.status != _OK:
        raise error_for(response)


def error_for(response: Response) -> BridgeError:
    """Choose the error for an answer that is not 200."""
    status, host = response.status, host_of(response.url)
    text = _SENTENCES.get(status, f"{{host}} answered with status {status}.").format(host=host)
    if _is_challenge(response):
        text = f"A browser check in front of {host} blocks feed readers ({status})."
    if status in _TRANSIENT or status >= _SERVER_ERRORS:
        return TemporaryError(text, retry_after=read_retry_after(response.headers))
    return NotFound(text) if status in {404, 410} else PermanentError(text)


def reason_for(response: Response) -> FailureReason:
    """Return the reason for a failed status."""
    if _is_challenge(response):
        return FailureReason.CHALLENGED
    match response.status:
        case 410:
            return FailureReason.GONE
        case 404:
            return FailureReason.MISSING
        case 401 | 402:
            return FailureReason.LOGIN
        case status if status == _TOO_MANY or (status == _UNAVAILABLE and "Retry-After" in response.headers):
            return FailureReason.BUSY
        case _:
            return FailureReason.OTHER


def reason_for_error(error: BridgeError) -> FailureReason:
    """Return the reason for an error of fetching or parsing."""
    match error:
        case EmptyResponse():
            return FailureReason.EMPTY
        case NotAFeed():
            return FailureReason.NOT_A_FEED
        case TooMuch():
            return FailureReason.UNREADABLE
        case Refused():
            return FailureReason.REFUSED
        case _:
            return FailureReason.OTHER


def host_pause(response: Response, wait: timedelta | None) -> timedelta | None:
    """Return how long to pause the host of a response; None without a reason.

    :param wait: what ``Retry-After`` says.
    """
    return (wait or _USUAL_PAUSE) if reason_for(response) is FailureReason.BUSY else None


def _is_challenge(response: Response) -> bool:
    """Tell whether an answer is a page that lets browsers prove themselves, such as Cloudflare's."""
    if response.status not in {403, _TOO_MANY, _UNAVAILABLE}:
        return False
    if response.headers.get("cf-mitigated", "").strip().lower() == "challenge":
        return True
    return any(mark in response.body[:20_000] for mark in _CHALLENGES)
