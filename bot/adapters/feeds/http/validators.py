"""How far a server's validators are believed, and which of them are sent; pure.

A 304 that lies hides everything that is new, so what a server did with its validators is remembered as data: those
that did not move while the body did are not sent for a while, and an ETag that is never found again is left out.
"""

from dataclasses import dataclass, replace

from bot.adapters.feeds.fetch_state import Memory
from bot.adapters.net.client import Answer, Hop
from bot.model.feed import Validators

#: So many changes that came with new validators make up for one that did not.
_DOUBT = 3
#: A 304 for a body that had changed is the worst: it is not forgiven soon.
_PROVEN_DOUBT = 30
_PERMANENT = frozenset({301, 308})
NONE = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer tells of the validators that it came with."""

    memory: Memory
    #: they were found out just now
    distrusted: bool = False


def choose_validators(kept: Validators, memory: Memory) -> Validators:
    """Return what to send of the validators kept, byte for byte; none is made up (RFC 9110, 13.1)."""
    if memory.doubt:
        return NONE
    # Servers that compress change their own ETag (“…-gzip”, “W/…”) and do not know it again; with an ETag that does
    # not match they do not look at the date any more.
    return replace(kept, etag=None) if memory.dates_only and kept.last_modified else kept


def judge_same(memory: Memory, *, asked_with: Validators, kept: Validators, given: Validators) -> Memory:
    """Draw the conclusion from a body that was sent again though it is the same."""
    pointless = given == kept and asked_with.etag is not None and asked_with.last_modified is not None
    return replace(memory, dates_only=True) if pointless else memory


def judge_changed(memory: Memory, *, kept: Validators, given: Validators) -> Verdict:
    """Draw the conclusion from a body that is another than the last one.

    :param kept: the validators of the last body.
    """
    if given == kept != NONE:
        return Verdict(memory=replace(memory, doubt=max(memory.doubt, _DOUBT)), distrusted=not memory.doubt)
    same_date = given.last_modified == kept.last_modified
    dates_only = memory.dates_only and not same_date
    return Verdict(memory=replace(memory, doubt=max(memory.doubt - 1, 0), dates_only=dates_only))


def mark_unreliable(memory: Memory) -> Verdict:
    """Draw the conclusion from a 304 for a body that is known to have changed."""
    return Verdict(memory=replace(memory, doubt=_PROVEN_DOUBT), distrusted=True)


def merge(old: Validators, new: Validators) -> Validators:
    """Return the validators after a 304: it need not repeat what it was asked with."""
    if new == old:
        return old
    return Validators(
        etag=old.etag if new.etag is None else new.etag,
        last_modified=old.last_modified if new.last_modified is None else new.last_modified,
    )


def given_by(answer: Answer) -> Validators:
    """Return the validators of an answer."""
    return Validators(etag=answer.headers.get("ETag"), last_modified=answer.headers.get("Last-Modified"))


def as_headers(validators: Validators) -> dict[str, str]:
    """Return the fields that ask whether something has changed."""
    headers = {}
    if validators.etag is not None:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified is not None:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def permanent_redirect_of(answer: Answer) -> str | None:
    """Return the address that the permanent redirects (301, 308) before any temporary one lead to."""
    redirect_url = None
    targets = [*(hop.url for hop in answer.hops), answer.url][1:]
    for hop, target in zip(answer.hops, targets, strict=True):
        if not _is_permanent(hop):
            break
        redirect_url = target
    return redirect_url


def _is_permanent(hop: Hop) -> bool:
    return hop.status in _PERMANENT
