"""Decide on the state of a hub subscription: when to renew or retry it, and when to trust the hub.

Section numbers are those of W3C WebSub (https://www.w3.org/TR/websub/).
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

#: The lease requested; some hubs grant no longer one.
LEASE: Final = timedelta(days=10)
#: rssCloud names no lease; this is its convention.
_CLOUD_LEASE: Final = timedelta(hours=25)
#: The lease of a hub that names none although it must (5.3), and the longest that counts.
_DEFAULT_LEASE, _LONGEST_LEASE = timedelta(days=1), timedelta(days=30)
#: Renewals are no more frequent, however short a lease is.
_SHORTEST_RENEWAL: Final = timedelta(minutes=10)
_FIRST_RETRY, _LONGEST_RETRY = timedelta(minutes=10), timedelta(days=1)
#: A hub that refused is asked again after so long.
_REFUSED_FOR: Final = timedelta(days=3)

#: The time a hub has to deliver new content.
_GRACE: Final = timedelta(minutes=10)
#: The poll interval while a hub is trusted, so that content it misses is still found the same day.
_TRUSTED_INTERVAL: Final = timedelta(hours=6)
_MAX_REASON: Final = 200

#: Section 7.1.1; most hubs use SHA-1, which is still secure as an HMAC.
_HASHES: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}

_ACTIVE = (HubSubscriptionState.VERIFIED, HubSubscriptionState.TRUSTED)
_REQUESTED = {"subscribe": (HubSubscriptionState.REQUESTED, *_ACTIVE), "unsubscribe": (HubSubscriptionState.ENDED,)}


def may_register(kind: FeedKind, format_: FeedFormat) -> bool:
    """Return whether to subscribe to a feed at its hub; there may be too many feeds of single entries."""
    return kind is not FeedKind.ENTRY_COMMENTS and format_ is FeedFormat.SYNDICATION


def is_signature_valid(secret: Secret | None, body: bytes, said: str) -> bool:
    """Return whether a body was signed with our secret (7.1); False without a secret or a signature.

    :param said: the header ``X-Hub-Signature``: ``method=`` and hexadecimal digits.
    """
    method, _, digits = said.strip().partition("=")
    hash_ = _HASHES.get(method.strip().lower())
    if hash_ is None or secret is None:
        return False
    ours = hmac.new(secret.encode(), body, hash_).hexdigest()
    return hmac.compare_digest(ours.encode(), digits.strip().lower().encode("utf-8", "replace"))


def is_requested(subscription: HubSubscription, mode: str, topic_url: str) -> bool:
    """Return whether we requested what a hub asks us to verify (5.3).

    Some hubs ask again during the subscription instead of letting its lease end.
    """
    return topic_url == subscription.push.topic_url and subscription.state in _REQUESTED.get(mode, ())


def confirmed(subscription: HubSubscription, now: datetime, *, lease: str, draw: float) -> HubSubscription:
    """Return a subscription that the hub has verified; it is renewed well before its lease ends.

    :param lease: as the hub gave it, in seconds; not validated.
    :param draw: in [0, 1); spreads renewals.
    """
    length = _length(subscription, lease)
    return replace(
        subscription,
        state=HubSubscriptionState.TRUSTED
        if subscription.state is HubSubscriptionState.TRUSTED
        else HubSubscriptionState.VERIFIED,
        attempts=0,
        due_at=now + max(length * (0.75 + 0.1 * draw), _SHORTEST_RENEWAL),
        lease_until=now + length,
        error=None,
    )


def unconfirmed(
    subscription: HubSubscription, now: datetime, *, error: str | None = None, retry_after: timedelta | None = None
) -> HubSubscription:
    """Return a subscription that the hub has not verified yet; the request is repeated with exponential backoff.

    :param error: why the request failed, a sentence.
    """
    wait = min(_FIRST_RETRY * (4 ** min(subscription.attempts - 1, 8)), _LONGEST_RETRY)
    return replace(subscription, due_at=now + max(wait, retry_after or timedelta(0)), error=error)


def refused(subscription: HubSubscription, now: datetime, text: str) -> HubSubscription:
    """Return a subscription whose request was refused; a verified one continues until its lease ends (5.1)."""
    lease = subscription.lease_until
    stands = subscription.state in _ACTIVE and lease is not None and lease > now
    state = subscription.state if stands else HubSubscriptionState.REFUSED
    return replace(subscription, state=state, due_at=now + _REFUSED_FOR, error=text)


def denied(subscription: HubSubscription, now: datetime, reason: str) -> HubSubscription:
    """Return a subscription that the hub has denied, which it may do at any time (5.2).

    :param reason: as the hub gave it; not validated.
    """
    words = " ".join(reason.split())[:_MAX_REASON]
    text = f"The hub says no: {words}" if words else "The hub says no and does not say why."
    return replace(
        subscription, state=HubSubscriptionState.REFUSED, due_at=now + _REFUSED_FOR, lease_until=None, error=text
    )


def delivered(subscription: HubSubscription, now: datetime, *, new: int) -> HubSubscription:
    """Return a subscription after signed content; the hub is trusted if it was faster than the polls.

    :param new: how many items were not known.
    """
    lease = subscription.lease_until
    fast = new > 0 and subscription.state in _ACTIVE and lease is not None and lease > now
    return replace(subscription, delivered_at=now, state=HubSubscriptionState.TRUSTED if fast else subscription.state)


def missed(subscription: HubSubscription) -> HubSubscription:
    """Return a subscription whose hub has missed content and lost its trust."""
    state = HubSubscriptionState.VERIFIED if subscription.state is HubSubscriptionState.TRUSTED else subscription.state
    return replace(subscription, state=state)


def hub_should_have_pushed(new: Sequence[ParsedEntry | ParsedComment], now: datetime) -> bool:
    """Return whether a hub had the time to deliver one of these items; it had for items without a date."""
    return any(item.published_at is None or item.published_at <= now - _GRACE for item in new)


def delay_while_trusted(
    due_at: datetime, now: datetime, *, hub_trusted_until: datetime | None, longest: timedelta, draw: float
) -> datetime:
    """Return a later moment for a poll due at ``due_at`` while the feed's hub is trusted.

    :param longest: the operator's longest interval, which still holds.
    :param draw: in [0, 1); spreads feeds over the last tenth of the interval.
    """
    if hub_trusted_until is None or hub_trusted_until <= now:
        return due_at
    slow = now + min(longest, _TRUSTED_INTERVAL) * (1 - 0.1 * draw)
    # After the lease the hub delivers nothing.
    return max(due_at, min(slow, hub_trusted_until))


def _length(subscription: HubSubscription, said: str) -> timedelta:
    if subscription.push.protocol is PushProtocol.RSSCLOUD:
        return _CLOUD_LEASE
    text = said.strip()
    if not text.isascii() or not text.isdecimal() or not int(text[:12]):
        return _DEFAULT_LEASE
    return min(timedelta(seconds=int(text[:12])), _LONGEST_LEASE)
