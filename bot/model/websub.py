"""Subscriptions to feeds at hubs (W3C WebSub) and clouds (rssCloud)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.connection import Secret
from bot.model.feed import Push
from bot.model.ids import FeedId, HubSubscriptionId


class HubSubscriptionState(StrEnum):
    """The state of a hub subscription."""

    #: the feed names a hub, and no request was sent
    WANTED = "wanted"
    #: requested; the hub has not verified our intent yet
    REQUESTED = "requested"
    #: active, but not known to be faster than polls
    VERIFIED = "verified"
    #: active and faster than polls, which are delayed
    TRUSTED = "trusted"
    #: refused by the hub, or its address is private; requested again after days
    REFUSED = "refused"
    #: no subscription wants the feed, so we unsubscribed
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSubscription:
    """A feed's subscription at its hub; a ``Subscription`` is a blog that goes to a channel."""

    id: HubSubscriptionId
    feed_id: FeedId
    push: Push
    #: the end of our callback's address, secret and known to the hub alone
    token: str
    #: ``hub.secret``, with which the hub signs; None: not created yet, or its encryption key is lost
    secret: Secret | None
    state: HubSubscriptionState
    #: requests since the hub last verified one
    attempts: int = 0
    requested_at: datetime | None = None
    #: when to send the next request
    due_at: datetime
    #: the end of the lease that the hub granted
    lease_until: datetime | None = None
    #: when the hub last delivered signed content
    delivered_at: datetime | None = None
    #: why it does not work, a sentence
    error: str | None = None

    @property
    def trusted_until(self) -> datetime | None:
        """Until when the hub is trusted."""
        return self.lease_until if self.state is HubSubscriptionState.TRUSTED else None
