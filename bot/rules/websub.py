"""How far a registration at a hub has come, when to ask again, and whether to believe it. Pure.

The sections named are those of W3C WebSub (https://www.w3.org/TR/websub/).
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.model.connection import Secret
from bot.model.entry import ParsedComment, ParsedEntry
from bot.model.feed import FeedFormat, FeedKind, PushProtocol
from bot.model.websub import HubSubscription, HubSubscriptionState

#: What a hub is asked for; some know no longer one.
LEASE: Final = timedelta(days=10)
#: By convention of rssCloud, and nobody says so.
_CLOUD_LEASE: Final = timedelta(hours=25)
#: For a hub that names none although it must (5.3), and the most that any is believed.
_UNSAID_LEASE, _LONGEST_LEASE = timedelta(days=1), timedelta(days=30)
#: However short a lease is.
_RENEWED_AT_MOST_EVERY: Final = timedelta(minutes=10)
_FIRST_RETRY, _LONGEST_RETRY = timedelta(minutes=10), timedelta(days=1)
#: A hub that said no may have been mended, or its owner's mind changed.
_REFUSED_FOR: Final = timedelta(days=3)

#: A hub may need so long to bring what was published.
_GRACE: Final = timedelta(minutes=10)
#: Under trust a feed is polled no more often, so that what the hub misses is still found the same day.
_POLLED_EVERY: Final = timedelta(hours=6)
_REASON: Final = 200

#: Those of section 7.1.1; SHA-1 is what most hubs use, and as an HMAC it is not broken.
_HASHES: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}

_STANDING = (HubSubscriptionState.VERIFIED, HubSubscriptionState.TRUSTED)
_AGREED = {"subscribe": (HubSubscriptionState.REQUESTED, *_STANDING), "unsubscribe": (HubSubscriptionState.ENDED,)}


def may_register(kind: FeedKind, format_: FeedFormat) -> bool:
    """Whether a feed is worth a hub's and our while: there may be hundreds of feeds of single entries."""
    return kind is not FeedKind.ENTRY_COMMENTS and format_ is FeedFormat.SYNDICATION


def is_signature_valid(secret: Secret | None, body: bytes, said: str) -> bool:
    """Whether a body was signed with our secret (7.1); without a secret or a signature it was not.

    :param said: the header ``X-Hub-Signature``: ``method=`` and hexadecimal digits.
    """
    method, _, digits = said.strip().partition("=")
    hash_ = _HASHES.get(method.strip().lower())
    if hash_ is None or secret is None:
        return False
    ours = hmac.new(secret.encode(), body, hash_).hexdigest()
    return hmac.compare_digest(ours.encode(), digits.strip().lower().encode("utf-8", "replace"))


def is_requested(registration: HubSubscription, mode: str, topic_url: str) -> bool:
    """Whether we mean what a hub asks us to confirm (5.3).

    A hub may ask again while the registration stands: some do so instead of letting a lease run out.
    """
    return topic_url == registration.push.topic_url and registration.state in _AGREED.get(mode, ())


def confirmed(registration: HubSubscription, now: datetime, *, lease: str, draw: float) -> HubSubscription:
    """The hub sends from now on; it is asked again well before its lease ends.

    :param lease: what it said, in seconds; may be anything.
    :param draw: in [0, 1); spreads renewals.
    """
    length = _length(registration, lease)
    return replace(
        registration,
        state=HubSubscriptionState.TRUSTED
        if registration.state is HubSubscriptionState.TRUSTED
        else HubSubscriptionState.VERIFIED,
        attempts=0,
        due_at=now + max(length * (0.75 + 0.1 * draw), _RENEWED_AT_MOST_EVERY),
        lease_until=now + length,
        error=None,
    )


def unconfirmed(
    registration: HubSubscription, now: datetime, *, error: str | None = None, retry_after: timedelta | None = None
) -> HubSubscription:
    """The hub was asked and has not confirmed yet: it is asked again after a while, which grows.

    :param error: why it could not be asked, a sentence.
    """
    wait = min(_FIRST_RETRY * (4 ** min(registration.attempts - 1, 8)), _LONGEST_RETRY)
    return replace(registration, due_at=now + max(wait, retry_after or timedelta(0)), error=error)


def refused(registration: HubSubscription, now: datetime, text: str) -> HubSubscription:
    """It cannot be asked, or says no to being asked; what it confirmed before goes on until the lease ends (5.1)."""
    lease = registration.lease_until
    stands = registration.state in _STANDING and lease is not None and lease > now
    state = registration.state if stands else HubSubscriptionState.REFUSED
    return replace(registration, state=state, due_at=now + _REFUSED_FOR, error=text)


def denied(registration: HubSubscription, now: datetime, reason: str) -> HubSubscription:
    """The hub takes it back, which it may do at any time (5.2).

    :param reason: its own words; may be anything.
    """
    words = " ".join(reason.split())[:_REASON]
    text = f"The hub says no: {words}" if words else "The hub says no and does not say why."
    return replace(
        registration, state=HubSubscriptionState.REFUSED, due_at=now + _REFUSED_FOR, lease_until=None, error=text
    )


def delivered(registration: HubSubscription, now: datetime, *, new: int) -> HubSubscription:
    """Content came that the hub had signed. It is trusted when that was faster than the polls.

    :param new: so many items nobody knew yet.
    """
    lease = registration.lease_until
    fast = new > 0 and registration.state in _STANDING and lease is not None and lease > now
    return replace(registration, delivered_at=now, state=HubSubscriptionState.TRUSTED if fast else registration.state)


def missed(registration: HubSubscription) -> HubSubscription:
    """A poll found what the hub should have brought: it has to prove itself again."""
    state = HubSubscriptionState.VERIFIED if registration.state is HubSubscriptionState.TRUSTED else registration.state
    return replace(registration, state=state)


def hub_should_have_pushed(new: Sequence[ParsedEntry | ParsedComment], now: datetime) -> bool:
    """Whether a hub had the time to bring one of the items that a poll found; of one without a date it is assumed."""
    return any(item.published_at is None or item.published_at <= now - _GRACE for item in new)


def delay_while_trusted(
    due_at: datetime, now: datetime, *, hub_trusted_until: datetime | None, longest: timedelta, draw: float
) -> datetime:
    """When to poll a feed that was to be polled at ``due_at``: hours later while its hub is trusted.

    :param longest: the operator's bound, which push does not move.
    :param draw: in [0, 1); spreads feeds over the last tenth of the interval.
    """
    if hub_trusted_until is None or hub_trusted_until <= now:
        return due_at
    slow = now + min(longest, _POLLED_EVERY) * (1 - 0.1 * draw)
    # When the lease is over, nobody brings anything.
    return max(due_at, min(slow, hub_trusted_until))


def _length(registration: HubSubscription, said: str) -> timedelta:
    if registration.push.protocol is PushProtocol.RSSCLOUD:
        return _CLOUD_LEASE
    text = said.strip()
    if not text.isascii() or not text.isdecimal() or not int(text[:12]):
        return _UNSAID_LEASE
    return min(timedelta(seconds=int(text[:12])), _LONGEST_LEASE)
