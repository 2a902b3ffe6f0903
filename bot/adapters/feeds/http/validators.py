"""Choose which validators to send, from how reliable the server's were so far.

A false 304 hides everything new. Validators that stayed the same while the body changed are not sent for a while, and
an ETag that the server never recognises is left out.
"""

from dataclasses import replace

from bot.adapters.feeds.fetch_state import FetchState
from bot.adapters.net.client import Redirect, Response
from bot.model.feed import Validators

#: So many changes with new validators make up for one with old validators.
_PENALTY = 3
#: The penalty for a 304 although the body had changed.
_FALSE_304_PENALTY = 30
_PERMANENT = frozenset({301, 308})
NO_VALIDATORS = Validators()


def choose_validators(kept: Validators, state: FetchState) -> Validators:
    """Return the validators to send, byte for byte as they were received (RFC 9110, 13.1)."""
    if state.validator_penalty:
        return NO_VALIDATORS
    # Servers that compress change their own ETag (“…-gzip”, “W/…”) and do not know it again; with an ETag that does
    # not match they do not look at the date any more.
    return replace(kept, etag=None) if state.ignore_etag and kept.last_modified else kept


def note_unchanged(state: FetchState, *, asked_with: Validators, kept: Validators, received: Validators) -> FetchState:
    """Note that a body was sent again although it is unchanged."""
    pointless = received == kept and asked_with.etag is not None and asked_with.last_modified is not None
    return replace(state, ignore_etag=True) if pointless else state


def note_changed(state: FetchState, *, kept: Validators, received: Validators) -> FetchState:
    """Note that the body has changed.

    :param kept: the validators of the last body.
    """
    if received == kept != NO_VALIDATORS:
        return replace(state, validator_penalty=max(state.validator_penalty, _PENALTY))
    same_date = received.last_modified == kept.last_modified
    ignore_etag = state.ignore_etag and not same_date
    return replace(state, validator_penalty=max(state.validator_penalty - 1, 0), ignore_etag=ignore_etag)


def mark_unreliable(state: FetchState) -> FetchState:
    """Note a 304 for a body that had changed."""
    return replace(state, validator_penalty=_FALSE_304_PENALTY)


def merge_validators(old: Validators, new: Validators) -> Validators:
    """Return the validators after a 304: it may leave out unchanged ones."""
    if new == old:
        return old
    return Validators(
        etag=old.etag if new.etag is None else new.etag,
        last_modified=old.last_modified if new.last_modified is None else new.last_modified,
    )


def response_validators(response: Response) -> Validators:
    """Return the validators of an answer."""
    return Validators(etag=response.headers.get("ETag"), last_modified=response.headers.get("Last-Modified"))


def conditional_headers(validators: Validators) -> dict[str, str]:
    """Return the headers of a conditional request."""
    headers = {}
    if validators.etag is not None:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified is not None:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def permanent_redirect_of(response: Response) -> str | None:
    """Return the address that the permanent redirects (301, 308) before any temporary one lead to."""
    redirect_url = None
    targets = [*(hop.url for hop in response.hops), response.url][1:]
    for hop, target in zip(response.hops, targets, strict=True):
        if not _is_permanent(hop):
            break
        redirect_url = target
    return redirect_url


def _is_permanent(hop: Redirect) -> bool:
    return hop.status in _PERMANENT
